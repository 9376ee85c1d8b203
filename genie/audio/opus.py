"""Ogg with Opus, written so that it can be sent while it is made. Blocking: call it off the event loop."""

from typing import Protocol

import av
import numpy as np

from genie.audio.pcm import Int16

PAGE_US = 200_000
"""Microseconds of sound that are held back at most: libsndfile would hold a second."""

BITS_PER_S = 32_000
"""Enough for one voice not to sound encoded."""

OPTIONS = {"page_duration": str(PAGE_US), "fflags": "+bitexact+flush_packets"}
"""The same sound is the same bytes: the stream's number is not drawn by chance."""


class Sink(Protocol):
    """Where bytes are written."""

    def write(self, data: bytes) -> int: ...


class OpusWriter:
    """Write mono sound at a rate that Opus knows (8, 12, 16, 24 or 48 kHz); nothing written is ever corrected."""

    def __init__(self, file: Sink, rate: int) -> None:
        self._rate = rate
        self._written = 0
        self._container = av.open(file, "w", format="ogg", options=OPTIONS)
        self._stream = self._container.add_stream("libopus", rate=rate, layout="mono")
        self._stream.bit_rate = BITS_PER_S

    def write(self, samples: Int16) -> None:
        """Add samples of shape (n,)."""
        if not len(samples):
            return
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples)[None, :], format="s16", layout="mono")
        frame.sample_rate = self._rate
        frame.pts = self._written
        self._written += len(samples)
        self._container.mux(self._stream.encode(frame))

    def close(self) -> None:
        """Write what is left, and end the stream."""
        self._container.mux(self._stream.encode(None))
        self._container.close()
