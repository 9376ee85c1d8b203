"""Where a command puts what it made: words on standard output, sound in a file."""

from pathlib import Path

from genie.audio.format import Format
from genie.errors import BadInput, StageFailed


def tell(text: str) -> None:
    """Print a piece of an answer at once."""
    print(text, end="", flush=True)


def format_of(path: Path) -> Format:
    """Return the format that a file's name asks for; raise before any work is done when it cannot be written."""
    try:
        kind = Format(path.suffix.removeprefix(".").lower())
    except ValueError as error:
        known = ", ".join(f".{kind}" for kind in Format)
        raise BadInput("bad_argument", f"{path}: the name must end in one of {known}") from error
    if not path.absolute().parent.is_dir():
        raise BadInput("bad_argument", f"{path}: there is no such folder")
    return kind


def keep(path: Path, sound: bytes) -> None:
    """Write a file, or raise `cannot_write`."""
    try:
        path.write_bytes(sound)
    except OSError as error:
        raise StageFailed("cannot_write", f"{path}: {error.strerror}") from error
