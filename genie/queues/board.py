"""The four queues and the moves between them: the journal first, then the observers."""

import asyncio
import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Literal, Protocol

from genie.errors import Busy, Conflict, NotFound
from genie.queues.fifo import Change, Fifo
from genie.queues.job import Job, JobError, QueueName, Status

ChangeName = Literal["added", "removed", "changed"]


@dataclass(frozen=True, slots=True)
class Step:
    """One queue touched by a move."""

    queue: QueueName
    change: ChangeName


@dataclass(frozen=True, slots=True)
class QueueEvent:
    """A committed change: `seq` counts the events of one user, `size` that user's jobs in the queue afterwards."""

    seq: int
    queue: QueueName
    change: ChangeName
    job: Job
    size: int


class Journal(Protocol):
    """Keep jobs and their events; what `record` returned for is safe."""

    epoch: str
    """Changes when sequence numbers start again."""

    async def record(self, job: Job, steps: Sequence[Step], *, keep: bool = True) -> list[int]:
        """Keep this state of a job (or forget the job) with one event a step, all or nothing; return their seqs."""

    async def jobs(self) -> list[Job]:
        """Return every job that is kept, in the order in which they came into their queues."""

    def seq(self, user: str) -> int:
        """Return the seq of the user's newest event, 0 before the first."""


QueueObserver = Callable[[QueueEvent], None]


class Board:
    """Hold the jobs of all users. Every move is recorded first and shown to observers afterwards, in one order."""

    def __init__(self, journal: Journal, *, todo_limit: int, done_limit: int) -> None:
        self._journal = journal
        self._todo_limit = todo_limit
        self._done_limit = done_limit
        self._queues = {name: Fifo[Job](lambda job: job.id) for name in QueueName}
        self._sizes: Counter[tuple[QueueName, str]] = Counter()
        self._keys: dict[tuple[str, str], str] = {}
        self._observers: list[QueueObserver] = []
        self._lock = asyncio.Lock()
        self._seqs: Iterator[int] = iter(())
        self._observation = ExitStack()
        for name, queue in self._queues.items():
            self._observation.enter_context(queue.observed(partial(self._tell, name)))

    @property
    def epoch(self) -> str:
        return self._journal.epoch

    def seq(self, user: str) -> int:
        """Return the seq of the user's newest event."""
        return self._journal.seq(user)

    async def restore(self) -> None:
        """Take over the jobs of the journal; call it once, before anything else."""
        kept = await self._journal.jobs()
        self._seqs = itertools.repeat(0)
        for job in kept:
            self._apply(Step(job.queue, "added"), job)
            self._remember_key(job, keep=True)

    @contextmanager
    def observed(self, observer: QueueObserver) -> Iterator[None]:
        """Call `observer` with every committed event for as long as the context lasts."""
        self._observers.append(observer)
        try:
            yield
        finally:
            self._observers.remove(observer)

    def waiting(self) -> Iterator[Job]:
        """Yield the jobs of todo, the next one first."""
        yield from self._queues[QueueName.TODO]

    def sizes(self) -> dict[QueueName, int]:
        """Return how many jobs of all users each queue holds."""
        return {name: len(queue) for name, queue in self._queues.items()}

    def jobs(self, name: QueueName, user: str) -> list[Job]:
        """Return a user's jobs in a queue, oldest first; those in todo with their position among all."""
        jobs = [job for job in self._queues[name] if job.user == user]
        if name is not QueueName.TODO:
            return jobs
        places = {job.id: place for place, job in enumerate(self._queues[name])}
        return [job.model_copy(update={"position": places[job.id]}) for job in jobs]

    def find(self, job: str, user: str) -> Job:
        """Return a user's job, or raise `no_such_job`, also for a job of somebody else."""
        for queue in self._queues.values():
            if (found := queue.get(job)) is not None and found.user == user:
                return found
        raise NotFound("no_such_job", f"there is no job {job}", field="job")

    async def push(self, job: Job) -> Job:
        """Add a pending job at the end of todo; the same key again returns the job that has it."""
        async with self._lock:
            if job.key is not None and (known := self._keys.get((job.user, job.key))) is not None:
                return self.find(known, job.user)
            if self._sizes[QueueName.TODO, job.user] >= self._todo_limit:
                raise Busy("queue_full", f"{self._todo_limit} questions are waiting; ask again when some are answered")
            await self._record(job, [Step(QueueName.TODO, "added")])
            return job

    async def start(self, job: str, user: str, now: datetime) -> Job:
        """Move a pending job to run."""
        return await self._move(job, user, Status.RUNNING, started_at=now, error=None, stages={"started": now})

    async def complete(self, job: str, user: str, now: datetime, **changes: Any) -> Job:
        """Move a running job to done, with its answer and what else changed."""
        done = await self._move(job, user, Status.COMPLETED, finished_at=now, stages={"done": now}, **changes)
        await self._trim(user)
        return done

    async def fail(self, job: str, user: str, now: datetime, error: JobError, **changes: Any) -> Job:
        """Move a running job to dead with its reason."""
        dead = await self._move(job, user, Status.FAILED, finished_at=now, error=error, **changes)
        await self._trim(user)
        return dead

    async def cancel(self, job: str, user: str, now: datetime, **changes: Any) -> Job:
        """Move an unfinished job to dead; a finished one is `already_finished`."""
        if self.find(job, user).finished:
            raise Conflict("already_finished", "this job has ended already")
        return await self._move(job, user, Status.CANCELLED, finished_at=now, **changes)

    async def requeue(self, job: str, user: str) -> Job:
        """Put a running job back into todo: the server ends before it does."""
        return await self._move(job, user, Status.PENDING, started_at=None)

    async def retry(self, job: str, user: str) -> Job:
        """Put a dead job at the end of todo."""
        return await self._move(job, user, Status.PENDING, started_at=None, finished_at=None, error=None, answer=None)

    async def amend(self, job: str, user: str, **stages: datetime) -> Job:
        """Note that a stage of a job's timeline was reached, wherever the job stands; one that was is no news."""
        async with self._lock:
            found = self.find(job, user)
            amended = found.reached(**stages)
            if amended != found:
                await self._record(amended, [Step(amended.queue, "changed")])
            return amended

    async def delete(self, job: str, user: str) -> Job:
        """Forget a finished job; an unfinished one is `not_finished`."""
        async with self._lock:
            found = self.find(job, user)
            if not found.finished:
                raise Conflict("not_finished", "this job has not ended; cancel it first")
            await self._record(found, [Step(found.queue, "removed")], keep=False)
            return found

    async def _move(
        self, job: str, user: str, status: Status, *, stages: dict[str, datetime] | None = None, **changes: Any
    ) -> Job:
        async with self._lock:
            old = self.find(job, user)
            new = old.moved(status, **changes).reached(**(stages or {}))
            steps = [Step(old.queue, "removed"), Step(new.queue, "added")]
            await self._record(new, steps if new.queue != old.queue else [Step(new.queue, "changed")])
            return new

    async def _record(self, job: Job, steps: Sequence[Step], *, keep: bool = True) -> None:
        """Write to the journal, then change the queues, whose observers tell ours."""
        self._seqs = iter(await self._journal.record(job, steps, keep=keep))
        for step in steps:
            self._apply(step, job)
        self._remember_key(job, keep=keep)

    def _remember_key(self, job: Job, *, keep: bool) -> None:
        if job.key is None:
            return
        if keep:
            self._keys[job.user, job.key] = job.id
        else:
            self._keys.pop((job.user, job.key), None)

    def _apply(self, step: Step, job: Job) -> None:
        queue = self._queues[step.queue]
        match step.change:
            case "added":
                queue.push(job)
            case "changed":
                queue.replace(job)
            case "removed":
                queue.remove(job.id, job)

    def _tell(self, name: QueueName, change: Change[Job]) -> None:
        """Give a queue's change its place in the user's order and pass it on."""
        job = change.item
        self._sizes[name, job.user] += {"added": 1, "removed": -1, "changed": 0}[change.change]
        event = QueueEvent(next(self._seqs), name, change.change, job, self._sizes[name, job.user])
        for observer in list(self._observers):
            observer(event)

    async def _trim(self, user: str) -> None:
        """Forget the oldest finished jobs beyond the limit."""
        for name in (QueueName.DONE, QueueName.DEAD):
            while self._sizes[name, user] > self._done_limit:
                oldest = next(job for job in self._queues[name] if job.user == user)
                await self.delete(oldest.id, user)
