"""Recordings that wait to be heard: what was uploaded, named by its job, and what engines read of it.

An upload is kept until its job is done, and a day longer where the job failed, for another try. The samples that are
made of it stand on the disk only while they are heard.
"""

import asyncio
import logging
import shutil
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from ulid import ULID

from genie.audio.recording import Recording
from genie.audio.spool import spool
from genie.errors import Busy, NotFound, Unavailable
from genie.queues.job import Job, Kind, QueueName
from genie.queues.journal import QueueEvent

log = logging.getLogger(__name__)

UPLOAD = ".upload"
PART = ".part"
SAMPLES = ".pcm"

RETRY_S = 86_400.0
"""Seconds for which the recording of a job that failed can be heard again."""

SETTLED_S = 60.0
"""Seconds after which an upload must have its job."""

FULL_RETRY_S = 60.0

Reached = Callable[[float], None]


class Recordings:
    """Keep uploads of at most `quota` bytes in all; more is refused, as nobody else can say what was in them."""

    def __init__(self, folder: Path, quota: int) -> None:
        self._folder = folder / "recordings"
        self._quota = quota

    def open(self) -> None:
        """Make the folder, and remove what an ended process was at; blocking."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for path in (*self._folder.glob(f"*{PART}"), *self._folder.glob(f"*{SAMPLES}")):
            _remove(path)

    async def keep(self, job: str, file: BinaryIO) -> None:
        """Copy an upload; raises Busy `recordings_full`, Unavailable `storage_full`."""
        await asyncio.to_thread(self._copy, job, file)

    def forget(self, job: str) -> None:
        """Remove the upload of a job, if there is one; nobody waits for it."""
        _remove_later(self._path(job, UPLOAD))

    @asynccontextmanager
    async def heard(self, job: str, max_seconds: float, reached: Reached) -> AsyncIterator[Recording]:
        """Decode the upload of a job for as long as the context lasts; `reached` is told how far that is (s).

        Raises NotFound `no_recording`, and as `spool` does.
        """
        path = self._path(job, UPLOAD)
        try:
            file = await asyncio.to_thread(path.open, "rb")
        except OSError as error:
            raise NotFound("no_recording", "the recording is not kept any more; upload it again") from error
        with file:
            async with self.spooled(file, max_seconds, reached) as recording:
                yield recording

    @asynccontextmanager
    async def spooled(
        self, file: BinaryIO, max_seconds: float, reached: Reached = lambda _: None
    ) -> AsyncIterator[Recording]:
        """Decode a file for as long as the context lasts. Who is cancelled meanwhile does not wait for the decoder."""
        path, wanted = self._folder / f"{ULID()}{SAMPLES}", threading.Event()
        wanted.set()
        loop = asyncio.get_running_loop()

        def look(seconds: float) -> bool:
            loop.call_soon_threadsafe(reached, seconds)
            return wanted.is_set()

        try:
            yield await asyncio.to_thread(spool, file, path, max_seconds=max_seconds, reached=look)
        finally:
            wanted.clear()
            _remove_later(path)

    def follow(self, event: QueueEvent) -> None:
        """Let go of an upload whose job is done or deleted: an observer of the board."""
        job = event.job
        if job.kind is not Kind.TRANSCRIPTION:
            return
        done = event.change == "added" and event.queue is QueueName.DONE
        deleted = event.change == "removed" and event.queue is QueueName.DEAD and job.finished
        if done or deleted:
            self.forget(job.id)

    async def sweep(self, known: Callable[[str], Job | None]) -> None:
        """Remove uploads that no job needs."""
        for path in await asyncio.to_thread(lambda: list(self._folder.glob(f"*{UPLOAD}"))):
            age_s, job = time.time() - _modified(path), known(path.stem)
            unknown = (job is None or job.queue is QueueName.DONE) and age_s > SETTLED_S
            given_up = job is not None and job.queue is QueueName.DEAD and age_s > RETRY_S
            if unknown or given_up:
                _remove_later(path)

    def _copy(self, job: str, file: BinaryIO) -> None:
        part = self._path(job, PART)
        kept = sum(_size(path) for path in self._folder.glob(f"*{UPLOAD}"))
        if kept >= self._quota:
            raise Busy("recordings_full", "too many recordings wait to be heard; try again later", retry_s=FULL_RETRY_S)
        try:
            with part.open("wb") as copy:
                shutil.copyfileobj(file, copy)
            part.rename(self._path(job, UPLOAD))
        except OSError as error:
            _remove(part)
            raise Unavailable("storage_full", f"the recording cannot be kept: {error.strerror}") from error

    def _path(self, job: str, suffix: str) -> Path:
        if not job.isalnum():  # an id of ours is; anything else could lead out of the folder
            raise Unavailable("storage_failed", "this is no id of a job")
        return self._folder / f"{job}{suffix}"


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _modified(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return time.time()


def _remove_later(path: Path) -> None:
    """Remove a file in a thread: for a gigabyte the disk takes its time."""
    with suppress(RuntimeError):  # the threads have ended: the next server sweeps
        asyncio.get_running_loop().run_in_executor(None, _remove, path)


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        log.warning("recording_not_removed", extra={"path": path.name, "errno": error.errno})
