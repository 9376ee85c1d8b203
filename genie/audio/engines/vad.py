"""The voice detector behind our protocol: one network, a state for each stream."""

import numpy as np

from genie.audio.engine import Card
from genie.audio.engines.silero import State, load
from genie.audio.pcm import Int16
from genie.errors import Busy, StageFailed

NAME = "silero"

MAX_STREAMS = 256
"""Each holds a few hundred numbers; more than that many microphones at once is a client that never closes."""

FULL_SCALE = np.float32(32_768.0)

AT_ONCE = 64
"""Frames that pass the network together: 2 s, so that a backlog of half a minute needs no megabytes."""


class SileroDetector:
    """Keep one recurrent state a stream."""

    def __init__(self, max_streams: int = MAX_STREAMS) -> None:
        """Load the network; `no_detector` says that its weights are not to be had."""
        self._network = load()
        self._max_streams = max_streams
        self._streams: dict[str, State] = {}

    def describe(self) -> Card:
        return Card(name=NAME, model="silero-vad 6.2")

    def open(self, stream: str) -> None:
        """Begin a stream, or begin it anew; one more than `max_streams` is `engine_busy`."""
        self.close(stream)
        if len(self._streams) >= self._max_streams:
            raise Busy("engine_busy", f"{self._max_streams} microphones are open already; close one and try again")
        self._streams[stream] = State()

    def probabilities(self, stream: str, frames: list[Int16]) -> list[float]:
        """Return 0..1 for each frame of shape (512,), in order; a stream that is not open is `unknown_stream`."""
        if stream not in self._streams:
            raise StageFailed("unknown_stream", "the voice detector does not know this stream; start listening again")
        state, heard = self._streams[stream], []
        for start in range(0, len(frames), AT_ONCE):
            some = np.stack(frames[start : start + AT_ONCE], dtype=np.float32)
            heard += self._network.step(state, some / FULL_SCALE)
        return heard

    def close(self, stream: str) -> None:
        """End a stream; an unknown one is no error."""
        self._streams.pop(stream, None)
