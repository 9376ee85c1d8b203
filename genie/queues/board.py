"""The moves of jobs between the four queues."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any

from genie.errors import Busy, Conflict
from genie.queues.job import NOTHING, Heard, Job, JobError, Kind, QueueName, Status
from genie.queues.journal import Journal, Step
from genie.queues.ledger import Ledger
from genie.queues.recent import RECENT
from genie.queues.standing import UNMEASURED

INTERRUPTED = "interrupted"
"""Why a job failed that was running when the process died; on a pending job: it happened once."""


class Board(Ledger):
    """Move jobs: say which moves there are, and which of them are allowed."""

    def __init__(
        self, journal: Journal, *, todo_limit: int, done_limit: int, at_once: Mapping[Kind, int] = UNMEASURED
    ) -> None:
        super().__init__(journal, at_once)
        self._todo_limit = todo_limit
        self.done_limit = done_limit

    def surplus(self, before: datetime, at_most: int) -> list[Job]:
        """Return finished jobs that ended before this moment or are beyond the limit, each user's oldest first."""
        return list(islice(self._surplus(before), at_most))

    def _surplus(self, before: datetime) -> Iterator[Job]:
        for queue in (self._queues[QueueName.DONE], self._queues[QueueName.DEAD]):
            for jobs in map(queue.of, queue.owners()):
                too_many = len(jobs) - self.done_limit
                for number, job in enumerate(jobs.values()):
                    if number >= too_many and (job.finished_at is None or job.finished_at >= before):
                        break
                    yield job

    async def restore(self, now: datetime) -> None:
        """Take over what the journal kept; call it once, before anything else.

        What was running when the process died is put before all that its user has waiting, once; the second time it
        is dead.
        """
        for user in await self._journal.paused():
            self._hold(user, True)
        self._recent.extend(await self._journal.events(RECENT))
        kept = await self._journal.jobs()
        for job in sorted(kept, key=_waits_for_another):
            self._take_over(job)
        for job in reversed([job for job in kept if job.queue is QueueName.RUN]):
            await self._recover(job, now)

    def _take_over(self, job: Job) -> None:
        self._sizes[job.queue, job.user] += 1
        if job.queue is QueueName.TODO:
            job = self._plan_place(job, early=False) if job.place is None else job
            self._schedule.line(job.user).put(job)
        self._change(job, [Step(job.queue, "added")], [0])

    async def _recover(self, job: Job, now: datetime) -> None:
        error = JobError(code=INTERRUPTED, message="the server stopped while this job ran")
        if job.error is not None and job.error.code == INTERRUPTED:
            await self.fail(job.id, job.user, now, error)
        else:
            await self._move(job.id, job.user, Status.PENDING, started_at=None, error=error)

    async def push(self, job: Job) -> Job:
        """Add a pending job to todo where it is its turn; the same key again returns the job that has it."""
        name = f"{job.user} {job.key}" if job.key else job.id
        await self._free(name)
        if job.key is not None and (known := self._keys.get((job.user, job.key))) is not None:
            return self.find(known, job.user)
        self._check_room(job.user)
        placed = self._plan_place(job)
        if placed.same_as is not None and not self._is_ahead(placed.same_as, placed):
            placed = placed.model_copy(update={"same_as": None})
        return await self._record(placed, [Step(QueueName.TODO, "added")], name=name)

    def has_key(self, user: str, key: str | None) -> bool:
        """Say whether a job of this user was pushed by this key."""
        return key is not None and (user, key) in self._keys

    def _check_room(self, user: str) -> None:
        if self._sizes[QueueName.TODO, user] >= self._todo_limit:
            raise Busy("queue_full", f"{self._todo_limit} questions are waiting; ask again when some are answered")

    def _is_ahead(self, leader: str, job: Job) -> bool:
        """Say whether a job is answered before a new one of its user: it waits ahead, runs, or is done."""
        found = self._leader(job)
        begun = found is not None and found.queue in (QueueName.RUN, QueueName.DONE)
        return begun or self._schedule.line(job.user).is_ahead(leader, job)

    async def start(self, job: str, user: str, now: datetime) -> Job:
        """Move a pending job to run."""
        return await self._move(job, user, Status.RUNNING, started_at=now, stages={"started": now})

    async def complete(
        self, job: str, user: str, now: datetime, reached: Mapping[str, datetime] = NOTHING, **changes: Any
    ) -> Job:
        """Move a running job to done, with its answer, the stages it reached on the way and what else changed."""
        changes |= {"finished_at": now, "error": None}
        return await self._move(job, user, Status.COMPLETED, stages={"done": now, **reached}, **changes)

    async def fail(self, job: str, user: str, now: datetime, error: JobError, **changes: Any) -> Job:
        """Move a running job to dead with its reason."""
        return await self._move(job, user, Status.FAILED, finished_at=now, error=error, **changes)

    async def cancel(self, job: str, user: str, now: datetime, **changes: Any) -> Job:
        """Move an unfinished job to dead; a finished one is `already_finished`."""
        if self.find(job, user).finished:
            raise Conflict("already_finished", "this job has ended already")
        return await self._move(job, user, Status.CANCELLED, finished_at=now, **changes)

    async def requeue(self, job: str, user: str) -> Job:
        """Put a running job before all that its user has waiting: the server ends before it does."""
        return await self._move(job, user, Status.PENDING, started_at=None)

    async def retry(self, job: str, user: str, **changes: Any) -> Job:
        """Put a dead job at the end of todo, if there is room."""
        for what in ("started_at", "finished_at", "error", "answer", "heard", "spoken_by", "same_as"):
            changes[what] = None
        return await self._move(job, user, Status.PENDING, **changes)

    async def claim(self, job: str, user: str, session: str, *, again: bool = False) -> bool:
        """Note that a session speaks a job's answer; return False when it was spoken and `again` is not wanted."""
        await self._free(job)
        found = self.find(job, user)
        if found.spoken_by is not None:
            return again
        await self._record(found.model_copy(update={"spoken_by": session}), [Step(found.queue, "changed")])
        return True

    async def hush(self, job: str, user: str) -> None:
        """Note that an answer which nobody has heard is not to be heard any more, unless a replay is asked for."""
        await self._free(job)
        found = self.find(job, user)
        if found.finished and found.speak and found.spoken_by is None:
            await self._record(found.model_copy(update={"speak": False}), [Step(found.queue, "changed")])

    async def disclaim(self, job: str, user: str, session: str) -> Job:
        """Take back a claim of this session: nothing of the answer was heard."""
        await self._free(job)
        found = self.find(job, user)
        if found.spoken_by != session:
            return found
        return await self._record(found.model_copy(update={"spoken_by": None}), [Step(found.queue, "changed")])

    async def edit(self, job: str, user: str, question: str) -> Job:
        """Change what a waiting job asks, so that it is the same as no other; one that was started is `not_waiting`."""
        waiting = await self._waiting(job, user)
        return await self._record(
            waiting.model_copy(update={"question": question, "same_as": None}),
            [Step(QueueName.TODO, "changed")],
            old=waiting,
        )

    async def move(self, job: str, user: str, before: str | None) -> Job:
        """Put a waiting job before another one of its user, or last; either that has been started is `not_waiting`.

        The user's jobs change places among themselves: nobody else is pushed back.
        """
        waiting = await self._waiting(job, user)
        if before is not None and self.find(before, user).queue is not QueueName.TODO:
            raise Conflict("not_waiting", f"job {before} does not wait any more")
        moved = waiting if before == job else self._schedule.line(user).moved(waiting, before)
        if moved.place == waiting.place:
            return self.shown(waiting)
        moved = moved.model_copy(update={"same_as": None})
        self._schedule.line(user).put(moved)
        return self.shown(await self._record(moved, [Step(QueueName.TODO, "changed")], old=waiting))

    async def _waiting(self, job: str, user: str) -> Job:
        await self._free(job)
        found = self.find(job, user)
        if found.queue is not QueueName.TODO:
            raise Conflict("not_waiting", "this job does not wait any more")
        return found

    async def amend(self, job: str, user: str, heard: Heard | None = None, **stages: datetime) -> Job:
        """Note that a stage of a job's timeline was reached, and what was heard of its answer, wherever the job stands.

        What is known already is no news, and what is noted of a job that waits is of an attempt before.
        """
        await self._free(job)
        found = self.find(job, user)
        if found.queue is QueueName.TODO:
            return found
        amended = found.reached(heard, **stages)
        if amended == found:
            return found
        return await self._record(amended, [Step(amended.queue, "changed")])

    async def delete(self, job: str, user: str) -> Job:
        """Forget a finished job, also what its events told of it; an unfinished one is `not_finished`."""
        await self._free(job)
        found = self.find(job, user)
        if not found.finished:
            raise Conflict("not_finished", "this job has not ended; cancel it first")
        await self._record(found.erased(), [Step(found.queue, "removed")], keep=False)
        return found

    async def _move(
        self, job: str, user: str, status: Status, *, stages: Mapping[str, datetime] = NOTHING, **changes: Any
    ) -> Job:
        await self._free(job)
        old = self.find(job, user)
        new = old.moved(status, stages, **changes)
        if new.queue == old.queue:
            return await self._record(new, [Step(new.queue, "changed")])
        early = old.queue is QueueName.RUN and new.queue is QueueName.TODO
        if new.queue is QueueName.TODO:
            if not early:
                self._check_room(user)
            new = self._plan_place(new, early=early)
        return await self._record(new, [Step(old.queue, "removed"), Step(new.queue, "added", first=early)])

    def _plan_place(self, job: Job, *, early: bool = False) -> Job:
        """Return a job that comes to todo with its place there, which is taken from now on."""
        line = self._schedule.line(job.user)
        placed = job.model_copy(update={"place": line.first_place() if early else line.last_place(job)})
        line.put(placed)
        return placed


def _waits_for_another(job: Job) -> bool:
    return job.queue is QueueName.TODO and job.same_as is not None
