"""Clips of sound that tests encode and decode, and how alike two of them are."""

import io

import numpy as np

from genie.audio.decoding import decode
from genie.audio.pcm import Int16, Pcm

RATE = 16_000


def chirp(rate: int = RATE, seconds: float = 2.0) -> Pcm:
    """Return a tone that rises from 200 to 2,000 Hz, so that no shift in time looks like another."""
    t = np.arange(round(rate * seconds)) / rate
    return Pcm.from_float(rate, (0.4 * np.sin(2 * np.pi * (200 * t + 450 * t * t / seconds * 2))).astype(np.float32))


def read(data: bytes, max_seconds: float = 60.0) -> Pcm:
    return decode(io.BytesIO(data), rate=RATE, max_seconds=max_seconds)


def likeness(one: Int16, other: Int16) -> float:
    """Return the best correlation of two clips when the other starts up to 150 ms late, as lossy formats do."""
    scores = np.correlate(other[4_000:30_400].astype(float), one[4_000:28_000].astype(float))
    at = 4_000 + int(scores.argmax())
    return float(np.corrcoef(one[4_000:28_000], other[at : at + 24_000])[0, 1])
