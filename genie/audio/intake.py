"""What of an utterance's sound is worth decoding, and when. Pure: time is an argument."""

import numpy as np

from genie.audio.engine import LISTENING_RATE
from genie.audio.pcm import Int16

LONGEST_PAUSE_S = 2.0
"""What is left of a longer silence between two words: its first half and its last."""


class Intake:
    """Take sound, and hold back the silence at its end: nothing is decoded that cannot change the text.

    After a pause nothing is given until somebody speaks again; what was given is then the whole utterance.
    """

    def __init__(self, interval_s: float) -> None:
        """Say that a partial is due when `interval_s` of new speech was added."""
        self._interval_s = interval_s
        self._ready: list[Int16] = []
        self._quiet: list[Int16] = []
        self._quiet_samples = 0
        self._speech = 0
        self._rests_until = 0.0
        self._paused = False
        self.spoken = False
        """Somebody has spoken."""

    def add(self, samples: Int16, speech: bool) -> None:
        """Take the next samples, shape (n,); `speech` says whether anybody speaks in them."""
        if speech:
            self._paused, self.spoken = False, True
            self._let_quiet_go()
            self._ready.append(samples)
            self._speech += len(samples)
        else:
            self._quiet.append(samples)
            self._quiet_samples += len(samples)
            self._shorten()

    def pause(self) -> bool:
        """Speech may be over: give what has come and hold back what comes; say whether there is anything new."""
        if self._paused or not self.spoken:
            return False
        self._paused = True
        self._let_quiet_go()
        return True

    def end(self) -> None:
        """No more comes: give what has come, unless it came after a pause."""
        if not self._paused:
            self._let_quiet_go()

    @property
    def waiting(self) -> int:
        """Samples that may be taken."""
        return sum(map(len, self._ready))

    def take(self) -> Int16 | None:
        """Return the samples that are to be decoded next, shape (n,), None when there are none."""
        if not self._ready:
            return None
        taken, self._ready = np.concatenate(self._ready), []
        return taken

    def is_due(self, now: float) -> bool:
        """Say whether a partial is worth its decode."""
        return self._speech >= self._interval_s * LISTENING_RATE and now >= self._rests_until

    def asked(self) -> None:
        """Note that what was added until now is being decoded."""
        self._speech = 0

    def answered(self, began: float, now: float) -> None:
        """Note that a decode has ended; where one takes longer than its interval, the next begins as much later."""
        took = now - began
        self._rests_until = now + took if took > self._interval_s else 0.0

    def _let_quiet_go(self) -> None:
        self._ready += self._quiet
        self._quiet, self._quiet_samples = [], 0

    def _shorten(self) -> None:
        """Cut out of the middle what makes a pause too long."""
        while self._quiet_samples > LONGEST_PAUSE_S * LISTENING_RATE and len(self._quiet) > 1:
            self._quiet_samples -= len(self._quiet.pop(len(self._quiet) // 2))
