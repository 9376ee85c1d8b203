"""A pause of what a client plays, as somebody may want to say something."""

import asyncio
import time
from collections.abc import Callable

LONGEST_S = 4.0
"""Seconds after which what is held goes on by itself: whoever held it hears nothing any more."""


class Hold:
    """Whether a client is to pause, and for how long it did until now."""

    def __init__(self, longest_s: float = LONGEST_S, clock: Callable[[], float] = time.monotonic) -> None:
        self._longest_s = longest_s
        self._clock = clock
        self._over = asyncio.Event()
        self._over.set()
        self._began_at = 0.0
        self._before_s = 0.0
        self._longest: asyncio.TimerHandle | None = None

    @property
    def lasts(self) -> bool:
        """Whether the client is to pause now."""
        return not self._over.is_set()

    @property
    def seconds(self) -> float:
        """How long it was held, all pauses together."""
        return self._before_s + (self._clock() - self._began_at if self.lasts else 0.0)

    def begin(self, end: Callable[[], None]) -> bool:
        """Pause, and say whether it did not yet; `end` is called when that has lasted for too long."""
        if self.lasts:
            return False
        self._over.clear()
        self._began_at = self._clock()
        self._longest = asyncio.get_running_loop().call_later(self._longest_s, end)
        return True

    def end(self) -> bool:
        """Go on, and say whether it was held."""
        if not self.lasts:
            return False
        self._before_s = self.seconds
        self._over.set()
        if self._longest is not None:
            self._longest.cancel()
        return True

    async def over(self) -> None:
        """Return as soon as nothing is held."""
        await self._over.wait()
