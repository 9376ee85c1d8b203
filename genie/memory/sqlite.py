"""A journal in SQLite: what `record` returned for survives the process, and with FULL the power too."""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiosqlite

from genie.errors import GenieError, Unavailable
from genie.memory.database import Synchronous, explained, opened
from genie.queues.job import Job, QueueName
from genie.queues.journal import QueueEvent, Step

log = logging.getLogger(__name__)

MAX_BATCH = 512
"""Records that share one commit: more would make the first of them wait."""

UPSERT = """
    INSERT INTO job (id, user, place, job) VALUES (:id, :user, :place, :job)
    ON CONFLICT (id) DO UPDATE SET job = excluded.job, place = iif(:moved, excluded.place, place)
"""
FORGET = "DELETE FROM job WHERE id = :id"
EVENT = """
    INSERT INTO event (user, seq, at, queue, change, size, job) VALUES (:user, :seq, :at, :queue, :change, :size, :job)
"""
COUNT = "INSERT INTO counter (user, seq) VALUES (:user, :seq) ON CONFLICT (user) DO UPDATE SET seq = excluded.seq"
TRIM = "DELETE FROM event WHERE user = :user AND seq <= :seq - :kept"

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Record:
    """One call of `record`, and who waits for it."""

    job: Job
    steps: Sequence[Step]
    keep: bool
    seqs: asyncio.Future[list[int]]


@dataclass(slots=True)
class _Position:
    """Where numbers stand: the newest seq of each user, and the places before and behind all jobs."""

    seqs: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    first: int = 0
    last: int = 0

    def copy(self) -> "_Position":
        return _Position(self.seqs.copy(), self.first, self.last)

    def take(self, record: _Record) -> tuple[list[int], int]:
        """Return the seqs of a record, and the place of its job if it comes into a queue."""
        user = record.job.user
        seqs = list(range(self.seqs[user] + 1, self.seqs[user] + 1 + len(record.steps)))
        self.seqs[user] += len(record.steps)
        if any(step.first for step in record.steps):
            self.first -= 1
            return seqs, self.first
        self.last += 1
        return seqs, self.last


class SqliteJournal:
    """Write records in the order they came; those that wait together share one transaction (group commit).

    A transaction that fails fails all of its records and changes nothing. Of each user the newest `kept` events stay.
    `committed` is told of each commit: its records, its seconds.
    """

    def __init__(
        self,
        folder: Path,
        *,
        kept: int,
        synchronous: Synchronous = "FULL",
        committed: Callable[[int, float], None] = lambda records, seconds: None,
    ) -> None:
        self.epoch = ""
        self._folder = folder
        self._kept = kept
        self._synchronous = synchronous
        self._committed = committed
        self._waiting: asyncio.Queue[_Record] = asyncio.Queue()
        self._position = _Position()
        self._connection: aiosqlite.Connection

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Hold the file and write what comes for as long as the context lasts."""
        async with opened(self._folder, self._synchronous) as self._connection:
            await self._load()
            writing = asyncio.create_task(self._write_on(), name="journal")
            try:
                yield
            finally:
                writing.cancel()
                await asyncio.wait([writing])

    async def record(self, job: Job, steps: Sequence[Step], *, keep: bool = True) -> list[int]:
        """Keep this state of a job, or forget the job; return one seq a step once it is committed."""
        seqs: asyncio.Future[list[int]] = asyncio.get_running_loop().create_future()
        self._waiting.put_nowait(_Record(job, steps, keep, seqs))
        return await seqs

    async def jobs(self) -> list[Job]:
        """Return every job that is kept, in the order in which they came into their queues."""
        rows = await self._rows("SELECT job FROM job ORDER BY place")
        return [Job.model_validate_json(job) for (job,) in rows]

    async def events(self, limit: int) -> list[QueueEvent]:
        """Return the newest events that are kept, at most `limit` of each user, in the order of their seqs."""
        query = """
            SELECT event.seq, queue, change, job, size FROM event JOIN counter USING (user)
            WHERE event.seq > counter.seq - ? ORDER BY user, event.seq
        """
        rows = await self._rows(query, limit)
        return [
            QueueEvent(seq, QueueName(queue), change, Job.model_validate_json(job), size)
            for seq, queue, change, job, size in rows
        ]

    def seq(self, user: str) -> int:
        """Return the seq of the user's newest event, 0 before the first."""
        return self._position.seqs.get(user, 0)

    async def _load(self) -> None:
        [[self.epoch]] = await self._rows("SELECT value FROM meta WHERE key = 'epoch'")
        [[first, last]] = await self._rows("SELECT coalesce(min(place), 0), coalesce(max(place), 0) FROM job")
        seqs = await self._rows("SELECT user, seq FROM counter")
        self._position = _Position(defaultdict(int, seqs), first, last)

    async def _rows(self, query: str, *values: object) -> list[Any]:
        with explained(self._folder):
            async with self._connection.execute(query, values) as cursor:
                return list(await cursor.fetchall())

    async def _write_on(self) -> None:
        """Commit what comes, until cancelled."""
        while True:
            batch = [await self._waiting.get()]
            while len(batch) < MAX_BATCH and not self._waiting.empty():
                batch.append(self._waiting.get_nowait())
            await self._settle(batch)

    async def _settle(self, batch: list[_Record]) -> None:
        """Commit a batch and answer its records in their order."""
        position = self._position.copy()
        taken = [position.take(record) for record in batch]
        began = time.perf_counter()
        try:
            await self._commit(batch, taken, position)
        except Exception as error:  # the edge of the stage: whoever waits is told, and the writer goes on
            for record in batch:
                _answer(record, _coded(error))
            return
        self._committed(len(batch), time.perf_counter() - began)
        self._position = position
        for record, (seqs, _) in zip(batch, taken, strict=True):
            _answer(record, seqs)

    async def _commit(self, batch: list[_Record], taken: list[tuple[list[int], int]], position: _Position) -> None:
        now = time.time()
        kept: list[Row] = []
        forgotten: list[Row] = []
        events: list[Row] = []
        for record, (seqs, place) in zip(batch, taken, strict=True):
            job, text = record.job, record.job.model_dump_json(exclude_none=True)
            moved = any(step.change == "added" for step in record.steps)
            row: Row = {"id": job.id, "user": job.user, "place": place, "job": text, "moved": moved}
            (kept if record.keep else forgotten).append(row)
            for seq, step in zip(seqs, record.steps, strict=True):
                told = {"queue": str(step.queue), "change": step.change, "size": step.size}
                events.append({"user": job.user, "seq": seq, "at": now, "job": text, **told})
        users = {record.job.user for record in batch}
        counts: list[Row] = [{"user": user, "seq": position.seqs[user], "kept": self._kept} for user in users]
        await self._execute((UPSERT, kept), (FORGET, forgotten), (EVENT, events), (COUNT, counts), (TRIM, counts))

    async def _execute(self, *statements: tuple[str, list[Row]]) -> None:
        """Run statements over their rows as one transaction."""
        with explained(self._folder):
            try:
                await self._connection.execute("BEGIN IMMEDIATE")
                for statement, rows in statements:
                    if rows:
                        await self._connection.executemany(statement, rows)
                await self._connection.execute("COMMIT")
            except BaseException:
                await self._connection.rollback()
                raise


def _coded(error: Exception) -> GenieError:
    if isinstance(error, GenieError):
        return error
    log.error("journal_crashed", exc_info=error)
    return Unavailable("storage_failed", "genie made a mistake; the log says more")


def _answer(record: _Record, answer: list[int] | GenieError) -> None:
    if record.seqs.done():
        return
    if isinstance(answer, GenieError):
        record.seqs.set_exception(answer)
    else:
        record.seqs.set_result(answer)
