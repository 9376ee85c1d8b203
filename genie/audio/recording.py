"""A recording of any length as engines read it: a file of samples, of which they hold a window at a time."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from genie.audio.pcm import Int16

RATE = 16_000
"""Hz, mono, as every engine listens."""

SAMPLE_BYTES = 2


class Sound(Protocol):
    """What can be heard window by window; it can be pickled."""

    def __len__(self) -> int:
        """Return the number of samples."""

    def read(self, first: int, count: int) -> Int16:
        """Return up to `count` samples from the sample `first` on, shape (n,)."""


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """Sound in memory, shape (n,) at `RATE`: of what is short anyway."""

    samples: Int16

    def __len__(self) -> int:
        return len(self.samples)

    def read(self, first: int, count: int) -> Int16:
        return self.samples[first : first + count]


@dataclass(frozen=True, slots=True)
class Recording:
    """Sound in a file of bare little-endian int16 at `RATE`; it can be pickled, and is opened for each window.

    Windows are read, not mapped: mapped pages would count as the process's own memory, hour by hour.
    """

    path: Path

    def __len__(self) -> int:
        """Return the number of samples."""
        return self.path.stat().st_size // SAMPLE_BYTES

    @property
    def seconds(self) -> float:
        return len(self) / RATE

    def read(self, first: int, count: int) -> Int16:
        """Return up to `count` samples from the sample `first` on, shape (n,)."""
        with self.path.open("rb") as file:
            file.seek(first * SAMPLE_BYTES)
            return np.frombuffer(file.read(count * SAMPLE_BYTES), "<i2").astype(np.int16, copy=False)
