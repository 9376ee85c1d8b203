"""A token bucket: how often something may happen. Pure; rate and time are arguments."""


class Bucket:
    """Hold what may still be spent at once; it begins full."""

    __slots__ = ("_at", "_spent")

    def __init__(self, now: float) -> None:
        self._spent = 0.0
        self._at = now

    def take(self, now: float, rate: float, burst: float, amount: float = 1.0) -> float:
        """Spend `amount` and return 0, or spend nothing and return the seconds until there is enough.

        It refills by `rate` a second up to `burst`. An amount above `burst` passes when the bucket is full.
        """
        spent = self._spent - (now - self._at) * rate
        if spent < 0:  # each frame of sound comes here: max and min would double what it costs
            spent = 0.0
        self._spent, self._at = spent, now
        needed = amount if amount < burst else burst
        if spent + needed > burst:
            return (spent + needed - burst) / rate
        self._spent = spent + amount
        return 0.0
