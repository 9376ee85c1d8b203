"""The four queues and the moves between them: the journal first, then the observers."""

import asyncio
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import Any

from genie.errors import Busy, Conflict, NotFound
from genie.queues.fifo import Change, Fifo
from genie.queues.job import Job, JobError, QueueName, Status
from genie.queues.journal import ChangeName, Journal, QueueEvent, Step

DELTA: Mapping[ChangeName, int] = MappingProxyType({"added": 1, "removed": -1, "changed": 0})

NOTHING: Mapping[str, datetime] = MappingProxyType({})

RECENT = 2_000
"""Events of one user that can be told again to a client that was away; one that missed more starts afresh."""

INTERRUPTED = "interrupted"
"""Why a job failed that was running when the process died; on a pending job: it happened once."""


QueueObserver = Callable[[QueueEvent], None]


@dataclass(frozen=True, slots=True)
class _Move:
    """A move on its way: the state it leads to and the queues it touches; `name` keeps others from beginning."""

    name: str
    job: Job
    steps: Sequence[Step]
    keep: bool


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
        self._moves: dict[str, asyncio.Future[Job]] = {}
        self._recorded: Iterator[tuple[int, Step]] = iter(())
        self._shown: dict[str, int] = {}
        self._recent: defaultdict[str, deque[QueueEvent]] = defaultdict(lambda: deque(maxlen=RECENT))
        self._observation = ExitStack()
        for name, queue in self._queues.items():
            self._observation.enter_context(queue.observed(partial(self._tell, name)))

    @property
    def epoch(self) -> str:
        return self._journal.epoch

    def seq(self, user: str) -> int:
        """Return the seq of the user's newest event that was shown: the queues hold what came up to it, and no more.

        The journal may be ahead for a moment: a client that was given its seq would take the next event for an old one.
        """
        return self._shown.get(user, self._journal.seq(user))

    def since(self, user: str, seq: int) -> list[QueueEvent] | None:
        """Return the user's events after `seq`, or None when some of them are no longer known."""
        newest, recent = self.seq(user), self._recent[user]
        if seq == newest:
            return []
        if seq > newest or not recent or recent[0].seq > seq + 1:
            return None
        return [event for event in recent if event.seq > seq]

    async def restore(self, now: datetime) -> None:
        """Take over what the journal kept; call it once, before anything else.

        What was running when the process died is put before everything that waits, once; the second time it is dead.
        """
        for event in await self._journal.events(RECENT):
            self._recent[event.job.user].append(event)
        kept = await self._journal.jobs()
        for job in kept:
            if job.queue is not QueueName.TODO:
                self._take_over(job)
        for job in [job for job in kept if job.queue is QueueName.RUN]:
            await self._recover(job, now)
        for job in kept:
            if job.queue is QueueName.TODO:
                self._take_over(job)

    def _take_over(self, job: Job) -> None:
        self._recorded = iter([(0, Step(job.queue, "added"))])
        self._sizes[job.queue, job.user] += 1
        self._queues[job.queue].push(job)
        self._remember_key(job)

    async def _recover(self, job: Job, now: datetime) -> None:
        error = JobError(code=INTERRUPTED, message="the server stopped while this job ran")
        if job.error is not None and job.error.code == INTERRUPTED:
            await self.fail(job.id, job.user, now, error)
        else:
            await self._move(job.id, job.user, Status.PENDING, started_at=None, error=error)

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

    def finished(self) -> Iterator[Job]:
        """Yield the answered jobs of all users, oldest first."""
        yield from self._queues[QueueName.DONE]

    def position(self, job: str) -> int | None:
        """Return how many jobs will be started before this one, None when it does not wait."""
        return next((place for place, each in enumerate(self._queues[QueueName.TODO]) if each.id == job), None)

    def find(self, job: str, user: str) -> Job:
        """Return a user's job, or raise `no_such_job`, also for a job of somebody else."""
        for queue in self._queues.values():
            if (found := queue.get(job)) is not None and found.user == user:
                return found
        raise NotFound("no_such_job", f"there is no job {job}", field="job")

    async def push(self, job: Job) -> Job:
        """Add a pending job at the end of todo; the same key again returns the job that has it."""
        name = f"{job.user} {job.key}" if job.key else job.id
        await self._free(name)
        if job.key is not None and (known := self._keys.get((job.user, job.key))) is not None:
            return self.find(known, job.user)
        if self._sizes[QueueName.TODO, job.user] >= self._todo_limit:
            raise Busy("queue_full", f"{self._todo_limit} questions are waiting; ask again when some are answered")
        return await self._record(job, [Step(QueueName.TODO, "added")], name=name)

    async def start(self, job: str, user: str, now: datetime) -> Job:
        """Move a pending job to run."""
        return await self._move(job, user, Status.RUNNING, started_at=now, stages={"started": now})

    async def complete(
        self, job: str, user: str, now: datetime, reached: Mapping[str, datetime] = NOTHING, **changes: Any
    ) -> Job:
        """Move a running job to done, with its answer, the stages it reached on the way and what else changed."""
        changes |= {"finished_at": now, "error": None}
        done = await self._move(job, user, Status.COMPLETED, stages={"done": now, **reached}, **changes)
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
        """Put a running job before everything that waits: the server ends before it does."""
        return await self._move(job, user, Status.PENDING, started_at=None)

    async def retry(self, job: str, user: str, **changes: Any) -> Job:
        """Put a dead job at the end of todo."""
        changes |= {"started_at": None, "finished_at": None, "error": None, "answer": None, "spoken_by": None}
        return await self._move(job, user, Status.PENDING, **changes)

    async def claim(self, job: str, user: str, session: str, *, again: bool = False) -> bool:
        """Note that a session speaks a job's answer; return False when it was spoken and `again` is not wanted."""
        await self._free(job)
        found = self.find(job, user)
        if found.spoken_by is not None:
            return again
        await self._record(found.model_copy(update={"spoken_by": session}), [Step(found.queue, "changed")])
        return True

    async def amend(self, job: str, user: str, **stages: datetime) -> Job:
        """Note that a stage of a job's timeline was reached, wherever the job stands; one that was is no news."""
        await self._free(job)
        found = self.find(job, user)
        amended = found.reached(**stages)
        if amended == found:
            return found
        return await self._record(amended, [Step(amended.queue, "changed")])

    async def delete(self, job: str, user: str) -> Job:
        """Forget a finished job; an unfinished one is `not_finished`."""
        await self._free(job)
        found = self.find(job, user)
        if not found.finished:
            raise Conflict("not_finished", "this job has not ended; cancel it first")
        return await self._record(found, [Step(found.queue, "removed")], keep=False)

    async def settled(self) -> None:
        """Return when every move that was begun is written and shown."""
        while self._moves:
            await asyncio.wait(self._moves.values())

    async def _move(
        self, job: str, user: str, status: Status, *, stages: dict[str, datetime] | None = None, **changes: Any
    ) -> Job:
        await self._free(job)
        old = self.find(job, user)
        new = old.moved(status, **changes).reached(**(stages or {}))
        if new.queue == old.queue:
            return await self._record(new, [Step(new.queue, "changed")])
        early = old.queue is QueueName.RUN and new.queue is QueueName.TODO
        return await self._record(new, [Step(old.queue, "removed"), Step(new.queue, "added", first=early)])

    async def _free(self, name: str) -> None:
        """Return when no move of this job is on its way: one happens at a time; those of other jobs share commits."""
        while (move := self._moves.get(name)) is not None:
            await asyncio.wait([move])

    async def _record(self, job: Job, steps: Sequence[Step], *, keep: bool = True, name: str | None = None) -> Job:
        """Write a move to the journal, then show it; it goes on although whoever asked for it is gone.

        Sizes count what is being written too. Nothing may be awaited between a plan and its record.
        """
        sized = [self._sized(step, job.user) for step in steps]
        move = _Move(name or job.id, job, sized, keep)
        self._shown.setdefault(job.user, self._journal.seq(job.user))
        self._moves[move.name] = ended = asyncio.get_running_loop().create_future()
        written = asyncio.ensure_future(self._journal.record(job, sized, keep=keep))
        written.add_done_callback(partial(self._show, move, ended))
        return await asyncio.shield(ended)

    def _show(self, move: _Move, ended: asyncio.Future[Job], written: asyncio.Future[list[int]]) -> None:
        """Change the queues, whose observers tell ours, by a move that is written.

        A journal answers in the order in which it was asked, so that changes are shown in the order of their seqs.
        """
        del self._moves[move.name]
        if (error := written.exception()) is not None:
            for step in move.steps:
                self._sizes[step.queue, move.job.user] -= DELTA[step.change]
            ended.set_exception(error)
            return
        try:
            self._recorded = zip(written.result(), move.steps, strict=True)
            self._remember_key(move.job, kept=move.keep)
            for step in move.steps:
                self._apply(step, move.job)
        finally:
            ended.set_result(move.job)

    def _sized(self, step: Step, user: str) -> Step:
        self._sizes[step.queue, user] += DELTA[step.change]
        return Step(step.queue, step.change, self._sizes[step.queue, user], step.first)

    def _remember_key(self, job: Job, *, kept: bool = True) -> None:
        if job.key is None:
            return
        if kept:
            self._keys[job.user, job.key] = job.id
        else:
            self._keys.pop((job.user, job.key), None)

    def _apply(self, step: Step, job: Job) -> None:
        queue = self._queues[step.queue]
        match step.change:
            case "added":
                queue.push(job, first=step.first)
            case "changed":
                queue.replace(job)
            case "removed":
                queue.remove(job.id, job)

    def _tell(self, name: QueueName, change: Change[Job]) -> None:
        """Give a queue's change its place in the user's order and pass it on."""
        seq, step = next(self._recorded)
        event = QueueEvent(seq, name, change.change, change.item, step.size)
        if not seq:
            return  # it was taken over from the journal, and told in an earlier life
        self._shown[event.job.user] = seq
        self._recent[event.job.user].append(event)
        for observer in list(self._observers):
            observer(event)

    async def _trim(self, user: str) -> None:
        """Forget the oldest finished jobs beyond the limit."""
        for name in (QueueName.DONE, QueueName.DEAD):
            while self._sizes[name, user] > self._done_limit:
                oldest = next((job for job in self._queues[name] if job.user == user), None)
                if oldest is None:
                    break  # what is too much is being written still, and trims when it is shown
                with suppress(NotFound):  # another job that ended at the same moment trimmed it
                    await self.delete(oldest.id, user)
