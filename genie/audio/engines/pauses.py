"""Cut a recording into pieces where it is quiet. Pure."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from genie.audio.engine import LISTENING_RATE
from genie.audio.pcm import Int16

BLOCK = LISTENING_RATE // 10
"""Samples whose loudness is looked at together; what follows counts in these."""

SHORTEST = 80
"""A dictated sentence is heard better with its neighbours: in pieces of 2 s twice as many words were wrong."""

LONGEST = 150

PAUSE = 6
"""Quiet blocks that end a sentence."""

QUIET = 0.1
"""Loudness of a quiet block, as a part of what the recording's loud blocks have."""


def pieces(samples: Int16) -> Iterator[tuple[int, int]]:
    """Yield start and end (in samples) of pieces that together are the whole recording.

    A piece ends in the first pause after 8 s; without one it ends where the sound is quietest from 7.5 s to 15 s.
    """
    blocks = samples[: len(samples) - len(samples) % BLOCK].reshape(-1, BLOCK)
    loudness = np.abs(blocks.astype(np.int32)).mean(axis=1)
    start = 0
    while (cut := _cut(loudness, start)) is not None:
        yield start * BLOCK, cut * BLOCK
        start = cut
    if start * BLOCK < len(samples):
        yield start * BLOCK, len(samples)


def _cut(loudness: NDArray[np.float64], start: int) -> int | None:
    """Return the block at which the piece from `start` ends, None when it is the last one."""
    ahead = loudness[start : start + LONGEST]
    quiet = ahead < QUIET * np.quantile(loudness, 0.9) if len(loudness) else np.zeros(0, bool)
    for middle in range(SHORTEST, len(ahead) - PAUSE // 2):
        if quiet[middle - PAUSE // 2 : middle + PAUSE // 2].all():
            return start + middle
    if len(loudness) - start <= LONGEST:
        return None
    return start + LONGEST // 2 + int(ahead[LONGEST // 2 :].argmin())
