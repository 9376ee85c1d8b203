"""Where an utterance starts and ends, from the probability of speech. Pure: time is an argument."""

from typing import Literal

from genie.config import VadSettings

Event = Literal["start", "end"]

HYSTERESIS = 0.15
"""Speech goes on until the probability falls this far below the threshold that starts it (Silero's own rule)."""


class Segmenter:
    """Take one probability after the other and say when an utterance starts and ends; times are in seconds."""

    def __init__(self, settings: VadSettings, max_utterance_s: float) -> None:
        self._settings = settings
        self._max_utterance_s = max_utterance_s
        self._started_at: float | None = None
        self._speech_since: float | None = None
        self._last_speech = 0.0
        self._last_time: float | None = None

    def push(self, time_s: float, probability: float) -> Event | None:
        """Take the probability of the frame that ends at `time_s`; return what happens there."""
        frame_start, self._last_time = time_s if self._last_time is None else self._last_time, time_s
        if self._started_at is None:
            return self._maybe_start(frame_start, time_s, probability)
        return self._maybe_end(time_s, probability)

    def _maybe_start(self, frame_start: float, time_s: float, probability: float) -> Event | None:
        if probability < self._settings.threshold:
            self._speech_since = None
            return None
        if self._speech_since is None:
            self._speech_since = frame_start
        if time_s - self._speech_since < self._settings.min_speech_s:
            return None
        self._started_at, self._last_speech, self._speech_since = self._speech_since, time_s, None
        return "start"

    def _maybe_end(self, time_s: float, probability: float) -> Event | None:
        assert self._started_at is not None
        if probability >= self._settings.threshold - HYSTERESIS:
            self._last_speech = time_s
        silent = time_s - self._last_speech >= self._settings.silence_s
        if not silent and time_s - self._started_at < self._max_utterance_s:
            return None
        self._started_at = None
        return "end"
