"""A journal in SQLite: what `record` answered survives the process, and with FULL the power too."""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from genie.errors import GenieError, Unavailable
from genie.memory.batch import Batch, Position, Record
from genie.memory.database import Synchronous, explained, opened
from genie.memory.forgetting import erase, forget_old
from genie.memory.keepsakes import SqliteKeepsakes
from genie.queues.job import Job, QueueName
from genie.queues.journal import ChangeName, QueueEvent, Step

log = logging.getLogger(__name__)

MAX_BATCH = 512
"""Records that share one commit: more would make the first of them wait."""

LINGER_TURNS = 5
"""Turns of the event loop between two commits: from an answer to what comes of it (a job that is pushed is started)."""

LINGER_S = 0.001
"""Seconds after which a busy event loop is not waited for."""

HISTORY = """
    SELECT at, seq, steps, job FROM event WHERE user = ? AND substr(job, 1, ?) = ? ORDER BY seq
"""
PAUSE = "INSERT OR IGNORE INTO pause (user) VALUES (?)"
RESUME = "DELETE FROM pause WHERE user = ?"


class SqliteJournal(SqliteKeepsakes):
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
        super().__init__(folder)
        self.epoch = ""
        self._kept = kept
        self._synchronous = synchronous
        self._committed = committed
        self._waiting: asyncio.Queue[Record] = asyncio.Queue()
        self._position = Position()
        self._forgetful: set[str] = set()

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
        self._waiting.put_nowait(Record(job, steps, keep, seqs))
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
                user = self._forgetful.pop()
                try:
                    await erase(self._connection, user)
                except BaseException:
                    self._forgetful.add(user)  # such as a full disk: it is tried again
                    raise

    def seq(self, user: str) -> int:
        """Return the seq of the user's newest event, 0 before the first."""
        return self._position.seqs.get(user, 0)

    async def _load(self) -> None:
        [[self.epoch]] = await self._rows("SELECT value FROM meta WHERE key = 'epoch'")
        [[first, last]] = await self._rows("SELECT coalesce(min(place), 0), coalesce(max(place), 0) FROM job")
        self._position = Position(dict(await self._rows("SELECT user, seq FROM counter")), first, last)
        self._forgetful = set(self._position.seqs)  # a job may have been forgotten just before the end

    async def _write_on(self) -> None:
        """Commit what comes, until cancelled."""
        while True:
            batch = [await self._waiting.get()]
            while len(batch) < MAX_BATCH and not self._waiting.empty():
                batch.append(self._waiting.get_nowait())
            await self._settle(batch)
            await _linger()

    async def _settle(self, records: list[Record]) -> None:
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

    async def _commit(self, records: list[Record]) -> list[list[int]]:
        """Write records as one transaction; where numbers stand changes only with it."""
        old, now = self._position, time.time()
        users = {record.job.user for record in records}
        position = Position({user: old.seqs.get(user, 0) for user in users}, old.first, old.last)
        batch, numbers = Batch(), []
        for record in records:
            seqs = position.number(record)
            batch.add(record, seqs, position, now)
            numbers.append(seqs)
        for user, seq in position.seqs.items():
            batch.count(user, old.seqs.get(user, 0), seq, self._kept)
        with explained(self._folder):
            await self._connection.transact(batch.write)
        old.seqs.update(position.seqs)
        old.first, old.last = position.first, position.last
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


def _answer(record: Record, answer: list[int] | GenieError) -> None:
    if record.seqs.done():
        return
    if isinstance(answer, GenieError):
        record.seqs.set_exception(answer)
    else:
        record.seqs.set_result(answer)
