"""Recordings for tests: samples as a file that engines read."""

from pathlib import Path

import numpy as np
from ulid import ULID

from genie.audio.pcm import Int16
from genie.audio.recording import Recording


def recorded(folder: Path, samples: Int16) -> Recording:
    """Write samples, shape (n,), to a new file in a folder."""
    path = folder / f"{ULID()}.pcm"
    path.write_bytes(samples.astype("<i2").tobytes())
    return Recording(path)


def hum(seconds: float, *quiet: tuple[float, float], level: int = 1_000) -> Int16:
    """Return a steady sound with silences, each from one second to another."""
    samples = np.full(round(seconds * 16_000), level, np.int16)
    for start, end in quiet:
        samples[round(start * 16_000) : round(end * 16_000)] = 0
    return samples


def hours(folder: Path, count: float, *sounds: tuple[float, Int16]) -> Recording:
    """Return hours of silence, which take no room on most disks, with sounds at some seconds."""
    path = folder / f"{ULID()}.pcm"
    with path.open("wb") as file:
        file.truncate(round(count * 3_600 * 16_000) * 2)
        for at_s, samples in sounds:
            file.seek(round(at_s * 16_000) * 2)
            file.write(samples.astype("<i2").tobytes())
    return Recording(path)
