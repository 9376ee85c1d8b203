"""The folder of what the voice has said: a file for each passage, named by it and its job. Blocking, for one thread."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from genie.audio.engine import Take
from genie.errors import GenieError, NotFound, StageFailed
from genie.memory import take_file
from genie.memory.flac import PART, SUFFIX

log = logging.getLogger(__name__)

FOLDER = "speech"


class Found(NamedTuple):
    """A passage in the folder: its bytes, and when it was last said (s since 1970); `job` is "" without one."""

    name: str
    job: str
    size: int
    at: float


class TakeShelf:
    """Keep passages below a folder, each with the job that it was made for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / FOLDER

    def open(self) -> list[Found]:
        """Make the folder, and return what it holds; what an ended process was still writing goes. Raises OSError."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return list(self._listed())

    def write(self, name: str, job: str, rate: int, takes: Sequence[Take]) -> int:
        """Write a passage and return the bytes of its file; raises Unavailable `storage_full`."""
        return take_file.write(self._path(name, job), rate, takes)

    def read(self, name: str, job: str) -> tuple[Take, ...] | None:
        """Return a passage, or None where it cannot be read; one that is damaged goes."""
        path = self._path(name, job)
        try:
            return take_file.read(path)
        except NotFound:
            return None
        except StageFailed as error:
            log.warning("speech_not_read", extra={"code": error.code, "path": path.name})
            _unlink(path)
            return None
        except GenieError:
            return None

    def touch(self, name: str, job: str) -> None:
        """Write down that a passage is said now."""
        with suppress(OSError):
            self._path(name, job).touch()

    def remove(self, name: str, job: str) -> None:
        """Remove a passage; harmless when there is none."""
        _unlink(self._path(name, job))

    def _path(self, name: str, job: str) -> Path:
        return self._folder / f"{name}{'.' if job else ''}{job}{SUFFIX}"

    def _listed(self) -> Iterator[Found]:
        for path in self._folder.iterdir():
            if path.suffix == PART:
                _unlink(path)
            elif path.suffix == SUFFIX:
                name, _, job = path.stem.partition(".")
                with suppress(OSError):
                    about = path.stat()
                    yield Found(name, job, about.st_size, about.st_mtime)


def _unlink(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        log.warning("speech_not_removed", extra={"path": path.name, "errno": error.errno})
