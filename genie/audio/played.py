"""How far a loudspeaker has come with a speech: what it says, and the clock in between. Pure: time is an argument."""


class Played:
    """Count the samples of one speech, sent at `rate` Hz, that were heard; times are in seconds.

    A loudspeaker plays what it has without a break, and waits while it has nothing. One that never reports is taken to
    play at once what it is sent.
    """

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._from = 0
        self._since = 0.0
        self._waits: float | None = None
        """While it pauses: the seconds for which it would still be busy with others."""
        self.sent = 0

    def send(self, until: int, now: float, busy_s: float = 0.0) -> None:
        """Note that sound up to this sample was sent; the loudspeaker is busy with others for some seconds."""
        if self.at(now) >= self.sent:
            self._from, self._since = self.sent, now + busy_s  # it had run dry
        self.sent = max(self.sent, until)

    def report(self, samples: int, now: float) -> None:
        """Take how far it says it has come; nobody has heard what was not sent."""
        self._from, self._since = min(samples, self.sent), now
        self._waits = None if self._waits is None else 0.0

    def hold(self, now: float) -> None:
        """Note that it pauses."""
        if self._waits is None:
            self._from, self._waits = self.at(now), max(0.0, self._since - now)

    def go_on(self, now: float) -> None:
        """Note that it goes on where it paused."""
        if self._waits is not None:
            self._since, self._waits = now + self._waits, None

    def go_back(self, to: int, now: float, busy_s: float = 0.0) -> None:
        """Note that it plays what was sent again from a sample on, behind some seconds of others."""
        self._from, self._since, self._waits = to, now + busy_s, None

    @property
    def pauses(self) -> bool:
        """Whether it was told to pause."""
        return self._waits is not None

    def left_s(self, now: float) -> float:
        """Return the seconds of it that were sent and not heard."""
        return (self.sent - self.at(now)) / self._rate

    def at(self, now: float) -> int:
        """Return the samples that were heard by now."""
        passed = 0.0 if self._waits is not None else max(0.0, now - self._since)
        return min(self.sent, self._from + round(passed * self._rate))
