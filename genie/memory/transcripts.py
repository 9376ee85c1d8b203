"""What was heard of recordings: one file a job, which grows as more of it is settled.

Each line is JSON: first what is heard and how, then one stretch after the other. A line that a killed process left
unfinished is cut off by the next one, which goes on where the last whole line ends.
"""

import asyncio
import logging
import os
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, ParamSpec, TypeVar

import orjson
from pydantic import TypeAdapter

from genie.audio.engine import Segment, Spoken, Stretch, Word
from genie.audio.transcript import Transcript
from genie.errors import NotFound, Unavailable
from genie.queues.job import Job, Kind, QueueName
from genie.queues.journal import QueueEvent

log = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")

SUFFIX = ".jsonl"

BLOCK = 65_536

SETTLED_S = 60.0
"""Seconds after which a transcript must have its job."""

DISK_S = 10.0
"""Seconds the disk may take for a line; the job fails where it takes more, and can be tried again."""


class Transcripts:
    """Keep transcripts. They belong to who owns the job: ask the board before you give one away."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "transcripts"
        self._thread = ThreadPoolExecutor(1, "transcripts")
        self._readers = ThreadPoolExecutor(1, "transcripts-read")  # who reads much holds up nobody's recording

    def open(self) -> None:
        """Make the folder; blocking."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def close(self) -> None:
        """Let what was begun be written."""
        self._thread.shutdown(wait=False)
        self._readers.shutdown(wait=False)

    async def begin(self, job: str, name: str, spoken: Spoken) -> None:
        """Begin the transcript of a job."""
        await self._run(self._thread, self._append, job, {"name": name, "spoken": asdict(spoken)})

    async def add(self, job: str, stretch: Stretch) -> None:
        """Add what was settled since."""
        segments = [_listed(segment) for segment in stretch.segments]
        await self._run(self._thread, self._append, job, {"until_s": stretch.until_s, "segments": segments})

    async def end(self, job: str, duration_s: float) -> None:
        """Say that the recording was heard to its end."""
        await self._run(
            self._thread, self._append, job, {"until_s": duration_s, "duration_s": duration_s, "complete": True}
        )

    async def read(self, job: str) -> Transcript:
        """Return what was heard so far; raises NotFound `no_transcript`."""
        return await self._run(self._readers, self._read, job)

    async def settled(self, job: str) -> Transcript:
        """Return the same once all is written that was begun: what is heard next goes on there."""
        return await self._run(self._thread, self._read, job)

    def forget(self, job: str) -> None:
        """Remove a transcript, after what is being written of it."""
        with suppress(RuntimeError):  # the thread has ended: the next server sweeps
            self._thread.submit(self._remove, self._path(job))

    def follow(self, event: QueueEvent) -> None:
        """Let go of the transcript of a job that is deleted: an observer of the board."""
        gone = event.change == "removed" and event.queue in (QueueName.DONE, QueueName.DEAD) and event.job.finished
        if gone and event.job.kind is Kind.TRANSCRIPTION:
            self.forget(event.job.id)

    async def sweep(self, known: Callable[[str], Job | None]) -> None:
        """Remove transcripts without a job."""
        oldest = time.time() - SETTLED_S
        for job in await self._run(self._thread, self._older, oldest):
            if known(job) is None:
                self.forget(job)

    async def _run(self, thread: ThreadPoolExecutor, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        try:
            async with asyncio.timeout(DISK_S):
                return await asyncio.get_running_loop().run_in_executor(thread, partial(function, *args, **kwargs))
        except TimeoutError as error:
            raise Unavailable("storage_slow", f"the disk did not answer within {DISK_S:g} s") from error

    def _append(self, job: str, line: dict[str, Any]) -> None:
        try:
            with self._path(job).open("a+b") as file:
                _cut_unfinished(file)
                file.write(orjson.dumps(line) + b"\n")
        except OSError as error:
            raise Unavailable("storage_full", f"what was heard cannot be kept: {error.strerror}") from error

    def _read(self, job: str) -> Transcript:
        try:
            with self._path(job).open("rb") as file:
                return _parsed(line for line in file if line.endswith(b"\n"))
        except (OSError, StopIteration, ValueError, KeyError, TypeError) as error:
            raise NotFound("no_transcript", "there is no transcript of this job") from error

    def _older(self, than: float) -> list[str]:
        """Return the jobs whose transcripts were not written to since."""
        return [path.stem for path in self._folder.glob(f"*{SUFFIX}") if _modified(path) < than]

    def _remove(self, path: Path) -> None:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            log.warning("transcript_not_removed", extra={"path": path.name, "errno": error.errno})

    def _path(self, job: str) -> Path:
        if not job.isalnum():  # an id of ours is; anything else could lead out of the folder
            raise Unavailable("storage_failed", "this is no id of a job")
        return self._folder / f"{job}{SUFFIX}"


def _listed(segment: Segment) -> list[Any]:
    words = [[word.start_s, word.end_s, word.text] for word in segment.words]
    return [segment.start_s, segment.end_s, segment.text, words]


def _parsed(lines: Iterable[bytes]) -> Transcript:
    rest = iter(lines)
    head = orjson.loads(next(rest))
    found = Transcript(head["name"], TypeAdapter(Spoken).validate_python(head["spoken"]))
    for line in map(orjson.loads, rest):
        found.until_s = line["until_s"]
        found.duration_s = line.get("duration_s", found.duration_s)
        found.complete = line.get("complete", False)
        for start_s, end_s, text, words in line.get("segments", ()):
            found.segments.append(Segment(start_s, end_s, text, tuple(Word(*word) for word in words)))
    return found


def _cut_unfinished(file: BinaryIO) -> None:
    """Cut off what follows the last end of a line, and stand there."""
    end = at = file.seek(0, os.SEEK_END)
    while at:
        start = max(0, at - BLOCK)
        file.seek(start)
        newline = file.read(at - start).rfind(b"\n")
        at = start if newline < 0 else start + newline + 1
        if newline >= 0:
            break
    if at != end:
        file.truncate(at)
    file.seek(at)


def _modified(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return time.time()
