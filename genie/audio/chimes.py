"""Chimes: short sounds that say what a notification is about, made of a few ringing notes. Pure."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from genie.audio.pcm import Int16, Pcm

ChimeName = Literal["chime", "alert", "done", "error"]

NAMES: tuple[ChimeName, ...] = get_args(ChimeName)

PEAK = 0.3
"""Of full scale: a chime is no louder than the speech that follows it."""

RISE_S = 0.006
"""Seconds in which a note swells, and in which the sound fades at its end: a sudden edge would click."""

RING_S = 0.22
"""Seconds after which the lowest part of a note has fallen to a third; higher ones fall sooner, as a bell's do."""

TAIL_S = 0.7
"""Seconds for which the last note rings."""

PARTIALS = ((1.0, 1.0), (2.0, 0.45), (3.0, 0.2), (4.17, 0.08))
"""How a note sounds: multiples of its pitch, and how loud each is. The last is out of tune, which sounds like metal."""


class Note(NamedTuple):
    """A pitch (Hz) that begins at a second."""

    at: float
    hz: float


@lru_cache(maxsize=16)
def chime(name: ChimeName, rate: int) -> Int16:
    """Return a chime as mono int16 samples of shape (n,) at `rate` Hz; the same ones each time, not to be changed."""
    notes = _notes(name)
    length = round((notes[-1].at + TAIL_S) * rate)
    sound = np.zeros(length)
    for note in notes:
        start = round(note.at * rate)
        sound[start:] += _ringing(note.hz, length - start, rate)
    sound[-round(RISE_S * rate) :] *= _swell(rate)[::-1]
    samples = Pcm.from_float(rate, (sound * (PEAK / max(np.abs(sound).max(), 1e-9))).astype(np.float32)).samples
    samples.setflags(write=False)
    return samples


def _notes(name: ChimeName) -> tuple[Note, ...]:
    match name:
        case "chime":  # a fifth up: something is there
            return Note(0.0, 659.26), Note(0.16, 987.77)
        case "alert":  # the same two, twice and in haste
            return Note(0.0, 880.0), Note(0.11, 1_174.66), Note(0.34, 880.0), Note(0.45, 1_174.66)
        case "done":  # a major chord, upwards
            return Note(0.0, 523.25), Note(0.1, 659.26), Note(0.2, 783.99)
        case "error":  # a minor third down
            return Note(0.0, 392.0), Note(0.2, 329.63)


def _ringing(hz: float, length: int, rate: int) -> NDArray[np.float64]:
    """Return a note that swells and rings out; parts that the rate cannot hold are left out."""
    at = np.arange(length) / rate
    sound = np.zeros(length)
    for multiple, loudness in _heard(hz, rate):
        sound += loudness * np.exp(-at * multiple / RING_S) * np.sin(2 * np.pi * hz * multiple * at)
    swell = _swell(rate)
    sound[: len(swell)] *= swell
    return sound


def _heard(hz: float, rate: int) -> Iterator[tuple[float, float]]:
    return ((multiple, loudness) for multiple, loudness in PARTIALS if hz * multiple < 0.45 * rate)


def _swell(rate: int) -> NDArray[np.float64]:
    """Return the way from silence to sound: half a raised cosine."""
    return 0.5 - 0.5 * np.cos(np.linspace(0, np.pi, round(RISE_S * rate)))
