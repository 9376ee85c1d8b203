"""What the voice has said, kept on disk within a bound: what was not said for longest goes first.

One thread owns the files; what is known of them stands in memory, so that what is not kept is known at once. Nothing
here raises for the disk's sake: a disk that is slow, full or damaged loses what is kept, never the speech.
"""

import asyncio
import logging
import time
from collections import OrderedDict, defaultdict
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import ParamSpec, TypeVar

from genie.audio.engine import Take
from genie.audio.repertoire import Wanted
from genie.memory.take_shelf import TakeShelf
from genie.queues.job import QueueName
from genie.queues.journal import QueueEvent

log = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")

READ_S = 0.25
"""Seconds the disk may take to give a passage; a slower one is not asked again before it has answered."""

END_S = 1.0
"""Seconds for what is being written when the server ends."""

LIST_S = 10.0
"""Seconds for finding out what is there."""

HOT_BYTES = 8_388_608
"""Bytes of samples that are held in memory as well, those that were said last: about three minutes of speech."""

WAITING_BYTES = 8_388_608
"""Bytes of samples that may wait for the disk; behind one as slow as that nothing more is kept."""

TOUCHED_S = 600.0
"""Seconds after which it is written down again that a passage was said: only the order of what goes depends on it."""


@dataclass(slots=True)
class _Entry:
    """A passage on disk, or on its way there; `at` is when it was last said (s since 1970)."""

    job: str
    size: int
    at: float


class Takes:
    """Keep takes in `folder`, `limit()` bytes of them; without a limit nothing is kept, not even in memory.

    `lost` counts those that could not be written or read.
    """

    def __init__(self, folder: Path, limit: Callable[[], int]) -> None:
        self._shelf = TakeShelf(folder)
        self._limit = limit
        self._thread = ThreadPoolExecutor(1, "takes")
        self._entries: OrderedDict[str, _Entry] = OrderedDict()  # what was not said for longest comes first
        self._of_job: defaultdict[str, set[str]] = defaultdict(set)
        self._hot: OrderedDict[str, tuple[Take, ...]] = OrderedDict()
        self._hot_bytes = 0
        self._waiting = 0
        self._writing: set[asyncio.Future[int]] = set()
        self._listing: asyncio.Task[None] | None = None
        self._late: asyncio.Future[tuple[Take, ...] | None] | None = None
        self.size = 0
        self.lost = 0

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Take over what earlier servers kept, in the background, and keep what comes while the context lasts."""
        self._listing = asyncio.create_task(self._take_over(), name="takes")
        try:
            yield
        finally:
            self._listing.cancel()
            if self._writing:
                await asyncio.wait(self._writing, timeout=END_S)
            self._thread.shutdown(wait=False)  # it ends when it has done what it was told

    async def find(self, name: str) -> tuple[Take, ...] | None:
        """Return a passage that is kept, or None when it is not, or the disk is too slow."""
        takes = self._hot.get(name)
        if takes is None and name in self._entries and (self._late is None or self._late.done()):
            takes = await self._read(name)
        if takes is not None:
            self._said(name, takes)
        return takes

    def keep(self, wanted: Wanted, takes: tuple[Take, ...]) -> None:
        """Keep a passage; it is there from now on, and on disk a little later."""
        size = _bytes(takes)
        if not 0 < size <= self._limit() or wanted.name in self._entries:
            return
        if self._waiting + size > WAITING_BYTES:
            self._lose("storage_slow")
            return
        job = wanted.job or ""
        writing = self._submit(self._shelf.write, wanted.name, job, wanted.rate, takes)
        if writing is None:
            return
        self._waiting += size
        entry = _Entry(job, size, time.time())
        self._add(wanted.name, entry)
        self._warm(wanted.name, takes)
        written = asyncio.wrap_future(writing)
        self._writing.add(written)
        written.add_done_callback(self._writing.discard)
        written.add_done_callback(partial(self._written, wanted.name, entry, size))

    def follow(self, event: QueueEvent) -> None:
        """Let go of what was made for a job that is deleted or asked again: an observer of the board."""
        if event.change == "removed" and event.queue in (QueueName.DONE, QueueName.DEAD):
            for name in tuple(self._of_job.get(event.job.id, ())):
                self._remove(name)

    async def sweep(self, unwanted: Callable[[str, float], bool]) -> None:
        """Remove what is unwanted by its job ("" without one) and by when it was last said (s since 1970)."""
        if self._listing is not None:
            await asyncio.wait([self._listing], timeout=LIST_S)
        for name in [name for name, entry in self._entries.items() if unwanted(entry.job, entry.at)]:
            self._remove(name)
        self._make_room()

    async def _take_over(self) -> None:
        listing = self._submit(self._shelf.open)
        if listing is None:
            return
        try:
            listed = await asyncio.wrap_future(listing)
        except OSError as error:
            log.warning("speech_not_kept", extra={"reason": error.strerror})
            return
        for found in sorted(listed, key=lambda each: each.at, reverse=True):
            if (known := self._entries.get(found.name)) is None:
                self._add(found.name, _Entry(found.job, found.size, found.at))
                self._entries.move_to_end(found.name, last=False)
            elif known.job != found.job:
                self._submit(self._shelf.remove, found.name, found.job)
        self._make_room()

    async def _read(self, name: str) -> tuple[Take, ...] | None:
        """Ask the disk for a passage; one that cannot be read is forgotten."""
        reading = self._submit(self._shelf.read, name, self._entries[name].job)
        if reading is None:
            return None
        answer = asyncio.wrap_future(reading)
        done, _ = await asyncio.wait([answer], timeout=READ_S)
        if not done:
            self._late = answer
            self._lose("storage_slow")
            return None
        if (takes := answer.result()) is None:
            self._drop(name)
            self._lose("sound_damaged")
        return takes

    def _said(self, name: str, takes: tuple[Take, ...]) -> None:
        """Note that a passage is said now."""
        if (entry := self._entries.get(name)) is not None:
            self._warm(name, takes)
            self._entries.move_to_end(name)
            if time.time() - entry.at > TOUCHED_S:
                entry.at = time.time()
                self._submit(self._shelf.touch, name, entry.job)

    def _written(self, name: str, entry: _Entry, size: int, writing: "asyncio.Future[int]") -> None:
        """Note how many bytes a passage takes on disk, or that it could not be written."""
        self._waiting -= size
        error = None if writing.cancelled() else writing.exception()
        if self._entries.get(name) is not entry:
            return  # it was removed meanwhile: its file goes behind it
        if writing.cancelled() or error is not None:
            self._drop(name)
            self._lose(getattr(error, "code", type(error).__name__))
            return
        self.size += writing.result() - entry.size
        entry.size = writing.result()
        self._make_room()

    def _make_room(self) -> None:
        while self.size > self._limit() and self._entries:
            self._remove(next(iter(self._entries)))

    def _remove(self, name: str) -> None:
        job = self._entries[name].job
        self._drop(name)
        self._submit(self._shelf.remove, name, job)

    def _add(self, name: str, entry: _Entry) -> None:
        self._entries[name] = entry
        self._of_job[entry.job].add(name)
        self.size += entry.size

    def _drop(self, name: str) -> None:
        """Know no more of a passage."""
        if (entry := self._entries.pop(name, None)) is not None:
            self.size -= entry.size
            self._of_job[entry.job].discard(name)
            if not self._of_job[entry.job]:
                del self._of_job[entry.job]
        self._cool(name)

    def _warm(self, name: str, takes: tuple[Take, ...]) -> None:
        """Hold a passage in memory."""
        self._cool(name)
        self._hot[name] = takes
        self._hot_bytes += _bytes(takes)
        while self._hot_bytes > HOT_BYTES:
            self._cool(next(iter(self._hot)))

    def _cool(self, name: str) -> None:
        if (takes := self._hot.pop(name, None)) is not None:
            self._hot_bytes -= _bytes(takes)

    def _submit(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> "Future[R] | None":
        with suppress(RuntimeError):  # the server ends, and the thread has
            return self._thread.submit(function, *args, **kwargs)
        return None

    def _lose(self, code: str) -> None:
        self.lost += 1
        log.warning("speech_lost", extra={"code": code})


def _bytes(takes: tuple[Take, ...]) -> int:
    return sum(take.samples.nbytes for take in takes)
