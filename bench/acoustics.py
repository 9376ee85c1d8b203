"""A room with a loudspeaker and a microphone: what comes back of what is played, block by block."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

RATE = 16_000
Sound = NDArray[np.float64]

ROOMS = 4
"""Of the paths that an echo canceller leaves open: it is never done, so they change all the time."""

GATE_S = 0.1
"""Seconds for which a canceller's suppressor is open or shut."""


@dataclass(frozen=True)
class Path:
    """How a microphone hears a loudspeaker; levels are in dB of what is played."""

    level_db: float = -10.0
    delay_ms: float = 100.0
    reverb_ms: float = 150.0
    drift_ppm: float = 0.0
    drive: float = 1.0
    """How far the loudspeaker is driven: from about 2 on it clips."""
    residual: bool = False
    """It is what a browser's echo canceller leaves: coloured otherwise all the time, and gone half of it."""


def impulse(chance: np.random.Generator, reverb_ms: float) -> Sound:
    """Return a room's answer to a click: a direct path and noise that falls by 60 dB in `reverb_ms`."""
    count = round(reverb_ms / 1_000 * RATE)
    tail = chance.normal(size=count) * 10 ** (-3 * np.arange(count) / count) * 0.1
    tail[: RATE // 400] *= np.linspace(0.2, 1.0, RATE // 400)
    tail[0] = 1.0
    body = np.diff(tail, prepend=0.0)  # a small loudspeaker has no low notes
    response: Sound = body / np.sqrt((body**2).sum())
    return response


class Room:
    """Take what is played in blocks, and give back what is heard of it."""

    def __init__(self, path: Path, block: int, seed: int) -> None:
        self._path = path
        self._block = block
        self._chance = np.random.default_rng(seed)
        self._size = 2 ** int(np.ceil(np.log2(block + path.reverb_ms / 1_000 * RATE)))
        count = ROOMS if path.residual else 1
        self._rooms = np.stack([np.fft.rfft(impulse(self._chance, path.reverb_ms), self._size) for _ in range(count)])
        self._air = np.zeros(RATE * 2)
        self._blocks = 0

    def play(self, block: Sound) -> Sound:
        """Take the next block, -1..1, and return what the microphone hears while it is played."""
        late = self._path.delay_ms / 1_000 * RATE + self._blocks * self._block * self._path.drift_ppm * 1e-6
        heard = np.fft.irfft(np.fft.rfft(self._driven(block), self._size) * self._response(), self._size)
        self._air[round(late) : round(late) + self._size] += heard
        now, self._air = self._air[: self._block], np.concatenate((self._air[self._block :], np.zeros(self._block)))
        self._blocks += 1
        return now

    def _driven(self, block: Sound) -> Sound:
        return np.tanh(self._path.drive * block) / self._path.drive * 10 ** (self._path.level_db / 20)

    def _response(self) -> Any:
        if not self._path.residual:
            return self._rooms[0]
        if self._blocks % round(GATE_S * RATE / self._block) == 0:
            self._open = 10 ** (self._chance.choice([0.0, -6.0, -30.0]) / 20)
            self._mix = self._chance.dirichlet(np.ones(ROOMS))
        return (self._mix @ self._rooms) * self._open


def level_db(sound: Sound) -> float:
    """Return how loud the louder half of a sound is, dB of full scale."""
    frames = (sound[: len(sound) // 512 * 512].reshape(-1, 512) ** 2).mean(axis=1)
    return float(10 * np.log10(np.mean(frames[frames >= np.median(frames)]) + 1e-12))
