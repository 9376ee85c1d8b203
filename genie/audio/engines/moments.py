"""Moments in which others are served while a voice is at work on a long passage."""

import time
from collections.abc import Callable, Generator
from typing import TypeVar

from genie.audio.engine import Moment

R = TypeVar("R")

APART_S = 0.1
"""Seconds of work between two moments: each costs a millisecond or two."""

AT_ONCE = 3
"""Passages that may be in the making; what a paused one holds is up to 200 MB. One more is made without a moment."""


class Moments:
    """Give moments during the passages of one voice."""

    def __init__(self, apart_s: float = APART_S, clock: Callable[[], float] = time.perf_counter) -> None:
        self._apart_s = apart_s
        self._clock = clock
        self._making = 0

    def during(self, work: Generator[None, None, R]) -> Generator[Moment, None, tuple[R, float]]:
        """Do work that pauses often; return what comes of it, and the seconds it took without the moments."""
        self._making += 1
        gives, worked_s, given_s = self._making <= AT_ONCE, 0.0, 0.0
        try:
            while True:
                began = self._clock()
                try:
                    next(work)
                except StopIteration as end:
                    return end.value, worked_s + self._clock() - began
                worked_s += self._clock() - began
                if gives and worked_s - given_s >= self._apart_s:
                    given_s = worked_s
                    yield Moment()
        finally:
            self._making -= 1
            work.close()
