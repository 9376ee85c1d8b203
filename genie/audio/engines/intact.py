"""Whether the files of a model are whole, told in milliseconds, without loading them."""

import json
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path

from genie.audio.engines.kinds import INDEX, SHARDS, WHOLE, Weights

DAMAGED = (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError)
"""What comes of reading JSON that is none, or that holds something else than it should."""

HEADER_BYTES = 100_000_000
"""The longest header of a safetensors file that its own library reads."""


def flaws(folder: Path, weights: Weights) -> Iterator[str]:
    """Yield what is wrong with a model's files, one text a flaw, beginning with the file's name."""
    names = [file.relative_to(folder).as_posix() for file in sorted(folder.rglob("*")) if file.is_file()]
    if missing := weights.lacking(names):
        pickled = [name for name in names if name.endswith(".bin")]
        yield f"{missing} is missing" + (f", and {pickled[0]} may run code when it is read" if pickled else "")
    for name in weights.wanted(names):
        if why := flaw(folder / name):
            yield f"{name} {why}"
    if INDEX in names and WHOLE not in names:
        yield from _missing_shards(folder, set(names))


def flaw(file: Path) -> str:
    """Say what is wrong with a file of weights or of settings; empty when nothing is to be seen."""
    try:
        match file.suffix:
            case ".safetensors":
                return _torn_tensors(file)
            case ".pth" | ".pt":
                return _torn_archive(file)
            case ".json":
                json.loads(file.read_bytes())
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    except DAMAGED:
        return "is damaged"
    return ""


def _torn_tensors(file: Path) -> str:
    """Compare the size of a file with what its header says: 8 bytes of length, the header, then the tensors."""
    size = file.stat().st_size
    with file.open("rb") as opened:
        (length,) = struct.unpack("<Q", opened.read(8).ljust(8, b"\xff"))
        if length > min(HEADER_BYTES, size):
            return "is cut short or damaged"
        header = json.loads(opened.read(length))
    ends = [tensor["data_offsets"][1] for name, tensor in header.items() if name != "__metadata__"]
    whole = 8 + length + max(ends, default=0)
    return "" if size == whole else f"is cut short or damaged: it has {size} of {whole} bytes"


def _torn_archive(file: Path) -> str:
    """Look for the end of the archive that torch writes; older torch wrote none, and that is judged when it loads."""
    with file.open("rb") as opened:
        is_archive = opened.read(2) == b"PK"
    return "is cut short or damaged" if is_archive and not zipfile.is_zipfile(file) else ""


def _missing_shards(folder: Path, names: set[str]) -> Iterator[str]:
    try:
        shards = set(json.loads((folder / INDEX).read_bytes())["weight_map"].values())
    except DAMAGED:
        yield f"{INDEX} is no index ({SHARDS})"
        return
    for name in sorted(map(str, shards - names)):
        yield f"{name} is missing"
