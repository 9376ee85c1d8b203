"""From an upload in any container to a recording that engines read. Blocking: call it off the event loop."""

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from genie.audio.decoding import decode_blocks
from genie.audio.recording import RATE, Recording
from genie.errors import StageFailed, Unavailable

BLOCKS = 64
"""Blocks between two looks at whether anybody still wants it."""


def spool(
    file: BinaryIO, path: Path, *, max_seconds: float, reached: Callable[[float], bool] = lambda _: True
) -> Recording:
    """Decode a whole file to `path`, a block at a time, and return it as a recording.

    `reached` is told the seconds so far, and says whether to go on. What was begun is removed when it fails. Raises
    as `decode_blocks` does; Unavailable `storage_full` when the disk is; StageFailed `given_up`.
    """
    try:
        with path.open("wb") as spooled:
            samples = 0
            for number, block in enumerate(decode_blocks(file, rate=RATE, max_seconds=max_seconds)):
                spooled.write(block.astype("<i2", copy=False).tobytes())
                samples += len(block)
                if number % BLOCKS == 0 and not reached(samples / RATE):
                    raise StageFailed("given_up", "nobody waits for this recording any more")
    except OSError as error:
        path.unlink(missing_ok=True)
        raise Unavailable("storage_full", f"the recording cannot be written: {error.strerror}") from error
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return Recording(path)


def probe(file: BinaryIO, *, max_seconds: float) -> None:
    """Read the beginning of a file, or raise what is wrong with it; the file stands at its beginning afterwards."""
    blocks = decode_blocks(file, rate=RATE, max_seconds=max_seconds)
    try:
        list(itertools.islice(blocks, BLOCKS))
    finally:
        blocks.close()
        file.seek(0)
