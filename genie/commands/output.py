"""Where a command puts what it made: words on standard output or in files, sound in a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from genie.audio.format import Format
from genie.audio.transcript import TranscriptFormat
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


@dataclass(frozen=True, slots=True)
class Place:
    """Where transcripts go: to standard output, one file, or a file each in a folder; without a kind, a line each."""

    kind: TranscriptFormat | None = None
    file: Path | None = None
    folder: Path | None = None

    def target(self, recording: Path) -> Path | None:
        """Return the file for the transcript of a recording, None for standard output."""
        if self.folder is not None and self.kind is not None:
            return self.folder / f"{recording.stem}.{self.kind}"
        return self.file


def place_of(recordings: Sequence[Path], named: str | None, output: Path | None) -> Place:
    """Return where transcripts go; raise `bad_argument` before any work is done when they cannot go there."""
    kind = _kind(named, f"--format {named}") if named is not None else None
    if output is None:
        if kind is not None and len(recordings) > 1:
            raise BadInput("bad_argument", "several recordings in a format need a folder: --output FOLDER")
        return Place(kind)
    if output.is_dir():
        place = Place(kind or TranscriptFormat.TXT, folder=output)
        if len({place.target(recording) for recording in recordings}) < len(recordings):
            raise BadInput("bad_argument", "two of these recordings have one name: their transcripts would, too")
        return place
    if len(recordings) > 1:
        raise BadInput("bad_argument", f"{output}: there is no such folder, and several recordings need one")
    if not output.absolute().parent.is_dir():
        raise BadInput("bad_argument", f"{output}: there is no such folder")
    return Place(kind or _kind(output.suffix.removeprefix("."), str(output)), file=output)


def _kind(named: str, where: str) -> TranscriptFormat:
    try:
        return TranscriptFormat(named.lower())
    except ValueError as error:
        known = ", ".join(TranscriptFormat)
        raise BadInput("bad_argument", f"{where}: transcripts are written as {known}") from error


def write_whole(path: Path, text: str) -> None:
    """Write a text file whole or not at all, or raise `cannot_write`."""
    part = path.with_name(f".{path.name}.part")
    try:
        try:
            part.write_text(text, encoding="utf-8", newline="\n")
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise StageFailed("cannot_write", f"{path}: {error.strerror}") from error


def keep(path: Path, sound: bytes) -> None:
    """Write a file, or raise `cannot_write`."""
    try:
        path.write_bytes(sound)
    except OSError as error:
        raise StageFailed("cannot_write", f"{path}: {error.strerror}") from error
