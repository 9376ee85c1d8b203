"""What a voice gives, looked at before anybody hears or keeps it: an engine may be of anybody's making. Pure."""

from dataclasses import replace
from math import inf

import numpy as np

from genie.audio.engine import Mark, Passage, Take
from genie.errors import StageFailed

LETTER_S = 2.0
"""Seconds that a character takes at most at normal speed: a digit or a foreign letter is spoken as a word or two."""

SPARE_S = 10.0
"""Seconds that any passage may take beyond that."""


class NoSound(StageFailed):
    """Nothing came of a text: the voice has no sounds for it, or is broken."""


class Soundness:
    """Whether what comes of one passage is sound, take by take; `rate` in Hz."""

    def __init__(self, passage: Passage, rate: int) -> None:
        self._passage = passage
        self._most = self._left = round(rate * (SPARE_S + LETTER_S * len(passage.text) / passage.speed))

    def checked(self, given: object) -> Take:
        """Return what the voice gave if it is a take, else raise `bad_sound`; `endless_sound` when there is too much.

        Marks that do not run forward through the passage and its sound are left out: its words are then not known.
        So is its work where that is no length of time.
        """
        if not isinstance(given, Take) or not isinstance(given.samples, np.ndarray):
            raise _bad(f"a {type(given).__name__}")
        samples = given.samples
        if samples.dtype != np.int16 or samples.ndim != 1:
            raise _bad(f"samples of {samples.dtype} in {samples.ndim} dimensions")
        self._left -= len(samples)
        if self._left < 0:
            raise StageFailed(
                "endless_sound", "the voice did not come to an end and was stopped; ask again, or choose another voice"
            )
        if not isinstance(given.work_s, float) or not 0 <= given.work_s < inf:
            given = replace(given, work_s=0.0)
        return given if self._runs_forward(given) else replace(given, words=())

    def ended(self) -> None:
        """Take that nothing more comes; where nothing came of a text with letters or digits it is `no_sound`."""
        if self._left == self._most and any(map(str.isalnum, self._passage.text)):
            raise NoSound("no_sound", "the voice said nothing; ask again, or choose another voice")

    def _runs_forward(self, take: Take) -> bool:
        """Say whether each mark lies within the passage and the sound, none before the one before it."""
        at, sample = 0, 0
        for mark in take.words:
            if not isinstance(mark, Mark) or not (
                at <= mark.start <= mark.end <= len(self._passage.text) and sample <= mark.sample <= len(take.samples)
            ):
                return False
            at, sample = mark.start, mark.sample
        return True


def _bad(what: str) -> StageFailed:
    return StageFailed("bad_sound", f"the voice gave {what} instead of sound; ask again, or choose another voice")
