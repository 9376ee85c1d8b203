"""The sound of a passage without the silence around it, and the silence that goes between passages. Pure.

Voices put from nothing to half a second of silence around what they say: without it sound begins sooner, and pauses are
as long as what stands there asks for.
"""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from genie.audio.boundaries import End
from genie.audio.engine import Mark, Take
from genie.audio.pcm import Int16

FLOOR = 100
"""Amplitude (-50 dB of full scale) up to which a sample is silence ..."""

SHARE = 1 / 100
"""... or up to this share of the loudest one, where that is less: who speaks quietly is not silent."""

BEFORE_S = 0.015
AFTER_S = 0.04
"""Seconds that stay around what is loud: breath begins and ends words."""

FADE_S = 0.003

PAUSES_S = {End.WORD: 0.0, End.CLAUSE: 0.12, End.SENTENCE: 0.28, End.BLOCK: 0.5}
"""Seconds of silence after a piece, by how it ends, at normal speed."""


def pause(end: End, speed: float, rate: int) -> Int16:
    """Return the silence, shape (n,) at `rate` Hz, that follows a piece which ends so."""
    return np.zeros(round(PAUSES_S[end] / speed * rate), np.int16)


class Trimmer:
    """Take the sound of one passage as it is made, and give it back without the silence at its two ends.

    The ends are faded within milliseconds, so that whatever follows no click is heard. What holds nothing but silence
    stays as it is.
    """

    def __init__(self, rate: int) -> None:
        self._before = round(BEFORE_S * rate)
        self._after = round(AFTER_S * rate)
        self._fade = max(1, round(FADE_S * rate))
        self._peak = 0
        self._begun = False
        self._held = Take(np.zeros(0, np.int16))

    def push(self, take: Take) -> Take:
        """Return what is certain: all up to the silence at the end of what came, which may be the last."""
        joined = _joined(self._held, take)
        levels = np.abs(joined.samples.astype(np.int32))
        self._peak = max(self._peak, int(levels.max(initial=0)))
        loud = np.flatnonzero(levels > min(FLOOR, self._peak * SHARE))
        if not len(loud):
            self._held = joined
            return Take(np.zeros(0, np.int16))
        start = 0 if self._begun else max(0, int(loud[0]) - self._before)
        end = max(start, int(loud[-1]) + 1 - self._fade)
        trimmed, self._held = _parted(joined, start, end)
        if not self._begun and len(trimmed.samples):
            self._begun = True
            return Take(faded_in(trimmed.samples, self._fade), trimmed.words)
        return trimmed

    def finish(self) -> Take:
        """Return the end."""
        held, self._held = self._held, Take(np.zeros(0, np.int16))
        if not self._begun:
            return held
        samples = held.samples[: self._fade + self._after]
        words = tuple(replace(mark, sample=min(mark.sample, len(samples))) for mark in held.words)
        return Take(faded_in(samples[::-1], self._fade)[::-1], words)


def _joined(held: Take, take: Take) -> Take:
    words = held.words + _shifted(take.words, len(held.samples))
    return Take(np.concatenate((held.samples, take.samples)), words)


def _parted(take: Take, start: int, end: int) -> tuple[Take, Take]:
    """Return what stands between two samples, and what stands behind; what began before the first begins with it."""
    inside = [mark for mark in take.words if mark.sample < end]
    behind = [mark for mark in take.words if mark.sample >= end]
    return Take(take.samples[start:end], _shifted(inside, -start)), Take(take.samples[end:], _shifted(behind, -end))


def _shifted(words: Iterable[Mark], by: int) -> tuple[Mark, ...]:
    return tuple(replace(mark, sample=max(0, mark.sample + by)) for mark in words)


def faded_in(samples: Int16, length: int) -> Int16:
    """Return samples that begin with zero and rise within so many (half a cosine)."""
    length = min(length, len(samples))
    ramp = 0.5 - 0.5 * np.cos(np.pi * np.arange(length) / max(1, length))
    faded = samples.copy()
    faded[:length] = np.round(samples[:length] * ramp)
    return faded
