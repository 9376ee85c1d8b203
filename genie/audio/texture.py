"""How loud a frame of sound is, and whether it sounds like the one before it. Pure."""

from typing import NamedTuple

import numpy as np

from genie.audio.pcm import Float32, Int16

NOTHING_DB = -120.0
"""The level of a frame in which nothing moves, dB of full scale."""

LOWEST = 2
"""The first bin that counts (62 Hz): below it are offsets and rumble."""


class Texture(NamedTuple):
    """Of one frame: its level in dB of full scale, and how far its spectrum is the last one's: 0 (not at all) to 1."""

    level_db: float
    steady: float


class Textures:
    """Take the frames of one stream, one after the other."""

    def __init__(self, size: int) -> None:
        self._window = np.hanning(size).astype(np.float32)
        self._last: Float32 = np.zeros(size // 2 + 1 - LOWEST, np.float32)

    def take(self, frame: Int16) -> Texture:
        """Return the texture of the next frame, shape (size,); a constant offset is not heard."""
        sound = frame.astype(np.float32) / 32_768
        spread = float(sound.std())
        spectrum = np.abs(np.fft.rfft(sound * self._window))[LOWEST:].astype(np.float32)
        spectrum /= max(float(np.linalg.norm(spectrum)), 1e-9)
        steady, self._last = float(spectrum @ self._last), spectrum
        return Texture(max(NOTHING_DB, 20 * float(np.log10(spread))) if spread else NOTHING_DB, steady)
