"""Whether anybody speaks in a window of a recording."""

import numpy as np

from genie.audio.engines.vad import SileroDetector
from genie.audio.pcm import Int16
from genie.errors import GenieError

FRAME = 512

LIKELY = 0.35
"""Probability from which a frame counts: lower than at a microphone, as too much costs a decode, too little a word."""

FRAMES = 4
"""Frames (of 32 ms) that speech has at least."""

PART = 32
"""Frames looked at before it is said that there is speech: most windows have some soon."""

STREAM = "presence"


class Presence:
    """Ask the voice detector before a window is decoded; without a detector everything counts as speech."""

    def __init__(self) -> None:
        try:
            self._detector: SileroDetector | None = SileroDetector(max_streams=1)
        except GenieError:
            self._detector = None

    def felt(self, samples: Int16) -> bool:
        """Say whether somebody speaks in these samples, shape (n,)."""
        if self._detector is None:
            return True
        self._detector.open(STREAM)
        padded = np.pad(samples, (0, -len(samples) % FRAME))
        frames = list(padded.reshape(-1, FRAME))
        found = 0
        for start in range(0, len(frames), PART):
            found += sum(
                heard >= LIKELY for heard in self._detector.probabilities(STREAM, frames[start : start + PART])
            )
            if found >= FRAMES:
                return True
        return False
