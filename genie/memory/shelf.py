"""The folders of kept sound: one file a job, within a quota. Blocking: one thread calls it."""

import logging
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from genie.audio.pcm import Pcm
from genie.errors import NotFound, StageFailed, Unavailable
from genie.memory import captions as captioned
from genie.memory import flac
from genie.memory.captions import Caption
from genie.memory.flac import PART, SUFFIX, FlacReader, FlacWriter

log = logging.getLogger(__name__)


class SoundKind(StrEnum):
    """What a sound is, and the folder it stands in."""

    ANSWER = "answers"
    UTTERANCE = "utterances"


@dataclass(frozen=True, slots=True)
class Entry:
    """One kept sound; `at` is when it was written (s since 1970)."""

    kind: SoundKind
    job: str
    size: int
    at: float


class Shelf:
    """Keep sounds within `quota` bytes. When they are too many the oldest answers go first: they can be spoken again,
    what a user said cannot.
    """

    def __init__(self, folder: Path, quota: int) -> None:
        self._folder = folder
        self._quota = quota
        self._entries: dict[SoundKind, dict[str, Entry]] = {kind: {} for kind in SoundKind}  # oldest first
        self._size = 0

    @property
    def size(self) -> int:
        """The bytes of everything that is kept."""
        return self._size

    def open(self) -> None:
        """Make the folders and take over what they hold; what an ended process was still writing is removed."""
        for kind in SoundKind:
            folder = self._folder / kind
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            for entry in sorted(_listed(kind, folder), key=lambda entry: entry.at):
                self._add(entry)
            for path in folder.glob(f"*{captioned.SUFFIX}"):
                if path.stem not in self._entries[kind]:
                    _unlink(path)
        self.remove_parts(time.time())
        self._make_room()

    def put(self, kind: SoundKind, job: str, pcm: Pcm) -> None:
        """Keep a whole sound; raises Unavailable `storage_full`."""
        self._took(kind, job, flac.write(self._path(kind, job), pcm))

    def begin(self, kind: SoundKind, job: str, rate: int) -> FlacWriter:
        """Begin a sound that comes in pieces; `take` it when it has come to its end."""
        return FlacWriter(self._path(kind, job), rate)

    def take(self, kind: SoundKind, job: str, writer: FlacWriter, captions: list[Caption]) -> None:
        """Keep a sound that has come to its end; raises Unavailable `storage_full`."""
        path = captioned.path_of(self._path(kind, job))
        try:
            captioned.write(path, captions)
            self._took(kind, job, writer.finish())
        except OSError as error:
            raise Unavailable("storage_full", f"{path.name} cannot be written: {error}") from error
        except Unavailable:
            _unlink(path)
            raise

    def captions(self, kind: SoundKind, job: str) -> list[Caption]:
        """Return the captions of a sound, none where they are not kept."""
        return captioned.read(captioned.path_of(self._path(kind, job)))

    def opened(self, kind: SoundKind, job: str) -> FlacReader:
        """Open a sound; raises NotFound `no_sound`. A damaged one is removed and told."""
        if job not in self._entries[kind]:
            raise NotFound("no_sound", "this sound is not kept")
        try:
            return FlacReader(self._path(kind, job))
        except (NotFound, StageFailed):
            self.remove(kind, job)
            raise

    def entries(self) -> list[Entry]:
        """Return everything that is kept, the oldest of each kind first."""
        return [entry for entries in self._entries.values() for entry in entries.values()]

    def remove(self, kind: SoundKind, job: str) -> None:
        """Remove a sound; harmless when there is none."""
        if (entry := self._entries[kind].pop(job, None)) is not None:
            self._size -= entry.size
            _unlink(self._path(kind, job))
            _unlink(captioned.path_of(self._path(kind, job)))

    def remove_parts(self, before: float) -> int:
        """Remove files that nobody has written to since `before` and that have no name yet; return how many."""
        old = [
            path for kind in SoundKind for path in (self._folder / kind).glob(f"*{PART}") if _modified(path) < before
        ]
        for path in old:
            _unlink(path)
        return len(old)

    def _took(self, kind: SoundKind, job: str, size: int) -> None:
        self._add(Entry(kind, job, size, time.time()))
        self._make_room()

    def _add(self, entry: Entry) -> None:
        if (old := self._entries[entry.kind].pop(entry.job, None)) is not None:
            self._size -= old.size
        self._entries[entry.kind][entry.job] = entry
        self._size += entry.size

    def _make_room(self) -> None:
        for kind in (SoundKind.ANSWER, SoundKind.UTTERANCE):
            while self._size > self._quota and self._entries[kind]:
                self.remove(kind, next(iter(self._entries[kind])))

    def _path(self, kind: SoundKind, job: str) -> Path:
        if not job.isalnum():  # an id of ours is; anything else could lead out of the folder
            raise Unavailable("storage_failed", "this is no id of a job")
        return self._folder / kind / f"{job}{SUFFIX}"


def _listed(kind: SoundKind, folder: Path) -> Iterable[Entry]:
    for path in folder.glob(f"*{SUFFIX}"):
        with suppress(OSError):
            about = path.stat()
            yield Entry(kind, path.stem, about.st_size, about.st_mtime)


def _modified(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return time.time()


def _unlink(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        log.warning("sound_not_removed", extra={"path": path.name, "errno": error.errno})
