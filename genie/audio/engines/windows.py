"""Cut a recording into windows that are heard one after the other. Pure, and of a memory that no length changes."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genie.audio.pcm import Int16
from genie.audio.recording import RATE, Sound

BLOCK = RATE // 10
"""Samples whose loudness is looked at together; what follows counts in these."""

LOOK = 600
"""What is looked at around a cut: its loud blocks say what quiet means there."""

PAUSE = 6
"""Quiet blocks that end a sentence."""

QUIET = 0.1
"""Loudness of a quiet block, as a part of what the loud blocks around it have."""

SILENT = 33
"""Largest value of a silent block (-60 dB of full scale)."""

SILENCE = 10
"""Silent blocks that are passed over without being heard."""

LEAD = 3
"""Silent blocks that are left before sound."""


@dataclass(frozen=True, slots=True)
class Cuts:
    """Where to cut: in the first pause after `shortest_s`, and where there is none before `longest_s` is reached.

    Without a pause the next window begins `overlap_s` before the end of this one; without an overlap the cut lies where
    the sound is quietest in the second half.
    """

    shortest_s: float
    longest_s: float
    overlap_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Window:
    """Samples from `first` to `end`; the next window begins at `next`. A silent one holds nothing to be heard."""

    first: int
    end: int
    next: int
    silent: bool = False


def windows(recording: Sound, cuts: Cuts, first: int = 0) -> Iterator[Window]:
    """Yield the windows of a recording from the sample `first` on; together they leave nothing out.

    The cuts depend on what lies ahead alone: whoever begins at the `next` of a window gets the same ones as before.
    """
    total = len(recording)
    while first < total:
        ahead = recording.read(first, LOOK * BLOCK)
        if not len(ahead):
            return
        window = _window(ahead, cuts, last=first + len(ahead) >= total)
        yield Window(first + window.first, first + window.end, first + window.next, window.silent)
        first += window.next


def _window(ahead: Int16, cuts: Cuts, *, last: bool) -> Window:
    """Return the first window of what lies ahead, counted from there."""
    whole = len(ahead) - len(ahead) % BLOCK
    blocks = np.abs(ahead[:whole].astype(np.int32)).reshape(-1, BLOCK)
    if (silent := _silent_until(blocks, ahead, whole)) is not None:
        return Window(0, silent, silent, silent=True)
    longest = round(cuts.longest_s * RATE)
    loudness = blocks.mean(axis=1)
    pause = _pause(loudness, round(cuts.shortest_s * RATE / BLOCK), longest // BLOCK)
    if pause is not None:
        return Window(0, pause * BLOCK, pause * BLOCK)
    if last and len(ahead) <= longest:
        return Window(0, len(ahead), len(ahead))
    if cuts.overlap_s:
        return Window(0, longest, longest - round(cuts.overlap_s * RATE))
    half = longest // BLOCK // 2
    quietest = half + int(loudness[half : longest // BLOCK].argmin())
    return Window(0, quietest * BLOCK, quietest * BLOCK)


def _silent_until(blocks: NDArray[np.int32], ahead: Int16, whole: int) -> int | None:
    """Return the sample up to which nothing is heard, None when sound comes soon."""
    loud = np.flatnonzero(blocks.max(axis=1) > SILENT)
    if not len(loud):
        rest = np.abs(ahead[whole:].astype(np.int32))
        return len(ahead) if not (rest > SILENT).any() else None
    return (int(loud[0]) - LEAD) * BLOCK if loud[0] >= SILENCE else None


def _pause(loudness: NDArray[np.float64], shortest: int, longest: int) -> int | None:
    """Return the block in the middle of the first pause between two lengths, None when there is none."""
    if not len(loudness):
        return None
    quiet = loudness < QUIET * np.quantile(loudness, 0.9)
    for middle in range(shortest, min(len(quiet), longest) - PAUSE // 2):
        if quiet[middle - PAUSE // 2 : middle + PAUSE // 2].all():
            return middle
    return None
