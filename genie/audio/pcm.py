"""Mono sound as numbers: `Pcm`, re-framing with leftovers, resampling of whole clips and of streams."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import soxr
from numpy.typing import NDArray

from genie.errors import BadInput

Int16 = NDArray[np.int16]
Float32 = NDArray[np.float32]

MIN_RATE = 8_000
MAX_RATE = 192_000


def check_rate(rate: int) -> int:
    """Return `rate` (Hz) when it is one a microphone or a file can have, else raise `bad_sample_rate`."""
    if not MIN_RATE <= rate <= MAX_RATE:
        raise BadInput(
            "bad_sample_rate", f"sample rate {rate} is outside {MIN_RATE}..{MAX_RATE} Hz", field="sample_rate"
        )
    return rate


@dataclass(frozen=True, slots=True, eq=False)
class Pcm:
    """Mono sound: `rate` in Hz, `samples` int16 of shape (n,)."""

    rate: int
    samples: Int16

    @classmethod
    def silence(cls, rate: int, seconds: float) -> "Pcm":
        return cls(rate, np.zeros(round(rate * seconds), np.int16))

    @classmethod
    def from_bytes(cls, rate: int, data: bytes | memoryview) -> "Pcm":
        """Read little-endian PCM16; an odd number of bytes is `odd_length`."""
        if len(data) % 2:
            raise BadInput("odd_length", "PCM16 has two bytes per sample; an odd number of bytes came")
        return cls(rate, np.frombuffer(data, "<i2").astype(np.int16, copy=False))

    @classmethod
    def from_float(cls, rate: int, samples: Float32) -> "Pcm":
        """Convert -1..1 floats of shape (n,); values outside are clipped, NaN or infinity is `not_finite`."""
        if not np.isfinite(samples).all():
            raise BadInput("not_finite", "the sound holds values that are not numbers")
        return cls(rate, np.clip((samples * 32768.0).round(), -32768.0, 32767.0).astype(np.int16))

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.rate

    def to_float(self) -> Float32:
        """Return the samples as float32 in -1..1, shape (n,)."""
        return self.samples.astype(np.float32) / np.float32(32768.0)

    def to_bytes(self) -> bytes:
        return self.samples.astype("<i2", copy=False).tobytes()

    def resampled(self, rate: int) -> "Pcm":
        """Return the same sound at `rate` Hz (soxr, high quality)."""
        if rate == self.rate or not len(self.samples):
            return Pcm(rate, self.samples)
        return Pcm(rate, soxr.resample(self.samples, self.rate, rate))


Words = tuple[tuple[int, int, int], ...]
"""Where words of a text are heard: the first and last character of each, and the sample at which it begins."""


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """Sound of shape (n,); `text` is set on the first of the sounds that speak it.

    `words` are more words of that text, counted from the first of these samples.
    """

    text: str | None
    samples: Int16
    words: Words = ()


class Framer:
    """Cut a stream of samples into frames of one size, keeping what is left over for the next call."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._left: Int16 = np.zeros(0, np.int16)

    def push(self, samples: Int16) -> Iterator[Int16]:
        """Add samples of shape (n,) and yield every full frame of shape (size,)."""
        joined = np.concatenate((self._left, samples)) if len(self._left) else samples
        whole = len(joined) - len(joined) % self._size
        self._left = joined[whole:].copy()
        for start in range(0, whole, self._size):
            yield joined[start : start + self._size]

    def take_left(self) -> Int16:
        """Return and forget what is left over, shape (< size,)."""
        left, self._left = self._left, np.zeros(0, np.int16)
        return left


class StreamResampler:
    """Resample a stream piece by piece without clicks at the joints (soxr)."""

    def __init__(self, source_rate: int, target_rate: int) -> None:
        same = check_rate(source_rate) == target_rate
        self._stream = None if same else soxr.ResampleStream(source_rate, target_rate, 1, dtype="int16")

    def push(self, samples: Int16, *, last: bool = False) -> Int16:
        """Return what is ready of the resampled stream, shape (m,); `last` flushes the filter."""
        if self._stream is None:
            return samples
        resampled: Int16 = self._stream.resample_chunk(samples, last=last)
        return resampled
