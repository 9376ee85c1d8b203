"""Takes in one file: FLAC that any player plays, with a note of where each take and word begins. Blocking."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import orjson

from genie.audio.engine import Mark, Take
from genie.audio.pcm import Pcm
from genie.errors import StageFailed
from genie.memory import flac


def write(path: Path, rate: int, takes: Sequence[Take]) -> int:
    """Write takes, all or nothing, and return the bytes of the file; raises Unavailable `storage_full`."""
    samples = np.concatenate([take.samples for take in takes])
    note = [(len(take.samples), [(w.start, w.end, w.sample) for w in take.words]) for take in takes]
    return flac.write(path, Pcm(rate, samples), comment=orjson.dumps(note).decode())


def read(path: Path) -> tuple[Take, ...]:
    """Return the takes of a file; raises NotFound `no_sound`, StageFailed `sound_damaged`."""
    sound, comment = flac.read_whole(path)
    try:
        takes = []
        at = 0
        for length, words in orjson.loads(comment):
            marks = tuple(Mark(*(int(number) for number in word)) for word in words)
            takes.append(Take(sound.samples[at : at + length], marks))
            at += length
    except (ValueError, TypeError) as error:
        raise _damaged(path) from error
    if at != len(sound.samples) or not takes:
        raise _damaged(path)
    return tuple(takes)


def _damaged(path: Path) -> StageFailed:
    return StageFailed("sound_damaged", f"{path.name} does not hold the takes that it says it does")
