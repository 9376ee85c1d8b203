"""A journal in SQLite: what `record` answered survives the process, and with FULL the power too."""

import asyncio
import json
import logging
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from genie.errors import GenieError, Unavailable
from genie.memory.database import Database, Synchronous, explained, opened
from genie.memory.forgetting import erase, forget_old
from genie.queues.job import Job, QueueName
from genie.queues.journal import ChangeName, QueueEvent, Step

log = logging.getLogger(__name__)

MAX_BATCH = 512
"""Records that share one commit: more would make the first of them wait."""

LINGER_TURNS = 5
"""Turns of the event loop between two commits: from an answer to what comes of it (a job that is pushed is started)."""

LINGER_S = 0.001
"""Seconds after which a busy event loop is not waited for."""

TRIM_EVERY = 256
"""Numbers of a user after which old events are forgotten: what is kept may be so many more."""

MOVE = """
    INSERT INTO job (id, user, place, job) VALUES (?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET job = excluded.job, place = excluded.place
"""
CHANGE = "UPDATE job SET job = ? WHERE id = ?"
FORGET = "DELETE FROM job WHERE id = ?"
EVENT = "INSERT INTO event (user, seq, at, steps, job) VALUES (?, ?, ?, ?, ?)"
COUNT = "INSERT INTO counter (user, seq) VALUES (?, ?) ON CONFLICT (user) DO UPDATE SET seq = excluded.seq"
TRIM = "DELETE FROM event WHERE user = ? AND seq <= ?"
HISTORY = """
    SELECT at, seq, steps, job FROM event WHERE user = ? AND substr(job, 1, ?) = ? ORDER BY seq
"""
PAUSE = "INSERT OR IGNORE INTO pause (user) VALUES (?)"
RESUME = "DELETE FROM pause WHERE user = ?"


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

    seqs: dict[str, int] = field(default_factory=dict)
    first: int = 0
    last: int = 0

    def number(self, record: _Record) -> list[int]:
        """Return the seqs of a record."""
        seq = self.seqs.get(record.job.user, 0)
        self.seqs[record.job.user] = seq + len(record.steps)
        return list(range(seq + 1, seq + 1 + len(record.steps)))

    def place(self, *, first: bool) -> int:
        """Return a place before all jobs, or behind them."""
        if first:
            self.first -= 1
            return self.first
        self.last += 1
        return self.last


@dataclass(slots=True)
class _Batch:
    """What one transaction writes, as rows."""

    moved: list[tuple[str, str, int, str]] = field(default_factory=list)
    changed: list[tuple[str, str]] = field(default_factory=list)
    forgotten: list[tuple[str]] = field(default_factory=list)
    events: list[tuple[str, int, float, str, str]] = field(default_factory=list)
    counts: list[tuple[str, int]] = field(default_factory=list)
    trims: list[tuple[str, int]] = field(default_factory=list)

    def add(self, record: _Record, seqs: list[int], position: _Position, now: float) -> None:
        job, text = record.job, record.job.model_dump_json(exclude_none=True)
        added = next((step for step in record.steps if step.change == "added"), None)
        if not record.keep:
            self.forgotten.append((job.id,))
        elif added is not None:
            self.moved.append((job.id, job.user, position.place(first=added.first), text))
        else:
            self.changed.append((text, job.id))
        steps = " ".join(f"{step.queue} {step.change} {step.size}" for step in record.steps)
        self.events.append((job.user, seqs[0], now, steps, text))

    def write(self, connection: sqlite3.Connection) -> None:
        for statement, rows in (
            (MOVE, self.moved),
            (CHANGE, self.changed),
            (FORGET, self.forgotten),
            (EVENT, self.events),
            (COUNT, self.counts),
            (TRIM, self.trims),
        ):
            if rows:
                connection.executemany(statement, rows)


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
        self._forgetful: set[str] = set()
        self._connection: Database

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

    def record(self, job: Job, steps: Sequence[Step], *, keep: bool = True) -> asyncio.Future[list[int]]:
        """Keep this state of a job, or forget the job; answer with one seq a step once it is committed."""
        seqs: asyncio.Future[list[int]] = asyncio.get_running_loop().create_future()
        self._waiting.put_nowait(_Record(job, steps, keep, seqs))
        return seqs

    async def jobs(self) -> list[Job]:
        """Return every job that is kept, in the order in which they came into their queues."""
        rows = await self._rows("SELECT job FROM job ORDER BY place")
        return [Job.model_validate_json(job) for (job,) in rows]

    async def events(self, limit: int) -> list[QueueEvent]:
        """Return the newest events that are kept, at most `limit` of each user, in the order of their seqs."""
        query = """
            SELECT event.seq, steps, job FROM counter CROSS JOIN event
            WHERE event.user = counter.user AND event.seq > counter.seq - ? ORDER BY counter.user, event.seq
        """
        rows = await self._rows(query, min(limit, self._kept))
        return [event for row in rows for event in _events(*row)]

    async def pause(self, user: str, *, paused: bool) -> None:
        """Keep whether a user's jobs are to wait."""
        with explained(self._folder):
            await self._connection.write(PAUSE if paused else RESUME, user)

    async def paused(self) -> set[str]:
        """Return the users whose jobs are to wait."""
        return {user for (user,) in await self._rows("SELECT user FROM pause")}

    async def history(self, job: str, user: str) -> list[tuple[datetime, QueueEvent]]:
        """Return the events of a user's job that are kept, oldest first, and when each was written."""
        prefix = f'{{"id":{json.dumps(job)},'
        rows = await self._rows(HISTORY, user, len(prefix), prefix)
        return [
            (datetime.fromtimestamp(at, UTC), event)
            for at, seq, steps, job in rows
            for event in _events(seq, steps, job)
        ]

    async def tidy(self, before: datetime) -> None:
        """Forget the events of before this moment, and what others told of jobs that are forgotten, in small steps."""
        with explained(self._folder):
            for user in list(self._position.seqs):
                await forget_old(self._connection, user, before.timestamp())
            while self._forgetful:
                await erase(self._connection, self._forgetful.pop())

    def seq(self, user: str) -> int:
        """Return the seq of the user's newest event, 0 before the first."""
        return self._position.seqs.get(user, 0)

    async def _load(self) -> None:
        [[self.epoch]] = await self._rows("SELECT value FROM meta WHERE key = 'epoch'")
        [[first, last]] = await self._rows("SELECT coalesce(min(place), 0), coalesce(max(place), 0) FROM job")
        self._position = _Position(dict(await self._rows("SELECT user, seq FROM counter")), first, last)
        self._forgetful = set(self._position.seqs)  # a job may have been forgotten just before the end

    async def _rows(self, query: str, *values: object) -> list[Any]:
        with explained(self._folder):
            return list(await self._connection.execute_fetchall(query, values))

    async def _write_on(self) -> None:
        """Commit what comes, until cancelled."""
        while True:
            batch = [await self._waiting.get()]
            while len(batch) < MAX_BATCH and not self._waiting.empty():
                batch.append(self._waiting.get_nowait())
            await self._settle(batch)
            await _linger()

    async def _settle(self, records: list[_Record]) -> None:
        """Commit records and answer them in their order."""
        began = time.perf_counter()
        try:
            seqs = await self._commit(records)
        except Exception as error:  # the edge of the stage: whoever waits is told, and the writer goes on
            for record in records:
                _answer(record, _coded(error))
            return
        self._committed(len(records), time.perf_counter() - began)
        for record, answer in zip(records, seqs, strict=True):
            _answer(record, answer)

    async def _commit(self, records: list[_Record]) -> list[list[int]]:
        """Write records as one transaction; where numbers stand changes only with it."""
        old, now = self._position, time.time()
        users = {record.job.user for record in records}
        position = _Position({user: old.seqs.get(user, 0) for user in users}, old.first, old.last)
        batch, numbers = _Batch(), []
        for record in records:
            seqs = position.number(record)
            batch.add(record, seqs, position, now)
            numbers.append(seqs)
        for user, seq in position.seqs.items():
            batch.counts.append((user, seq))
            if seq // TRIM_EVERY > old.seqs.get(user, 0) // TRIM_EVERY:
                batch.trims.append((user, seq - self._kept))
        with explained(self._folder):
            await self._connection.transact(batch.write)
        self._position = _Position(old.seqs | position.seqs, position.first, position.last)
        self._forgetful |= {record.job.user for record in records if not record.keep}
        return numbers


async def _linger() -> None:
    """Let those that were just answered say what they want next, so that it shares one commit."""
    until = time.perf_counter() + LINGER_S
    for _ in range(LINGER_TURNS):
        await asyncio.sleep(0)
        if time.perf_counter() > until:
            break


def _events(seq: int, steps: str, job: str) -> Iterable[QueueEvent]:
    """Return the events of one move."""
    state = Job.model_validate_json(job)
    words = iter(steps.split())
    for number, (queue, change, size) in enumerate(zip(words, words, words, strict=True), seq):
        yield QueueEvent(number, QueueName(queue), cast(ChangeName, change), state, int(size))


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
