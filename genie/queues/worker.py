"""Take jobs from todo and run them: bounded concurrency by kind, a time limit, cancel."""

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Container, Mapping
from dataclasses import dataclass
from datetime import datetime

from genie.errors import Conflict, GenieError, NotFound, Unavailable
from genie.queues.board import Board
from genie.queues.job import Job, JobError, Kind, Status

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a job that succeeded."""

    answer: str
    agent: str
    first_text: datetime | None = None
    same_as: str | None = None


Run = Callable[[Job], Awaitable[Outcome]]

RETRY_S = 1.0
"""Seconds after which the journal is asked again when it could not take how a job began or ended."""


CANCEL_S = 2.0
"""Seconds in which a run that was cancelled is written down; whoever cancelled it waits no longer."""


class _NotStarted(GenieError):
    """The journal could not take that a job begins."""


@dataclass(frozen=True, slots=True)
class _Running:
    """A job on its way: the task that runs it, and the one that writes down how it ended."""

    run: asyncio.Task[Outcome]
    settled: asyncio.Task[None]

    async def end(self, within_s: float | None = None) -> bool:
        """End the run; say whether it is written down how it ended."""
        self.run.cancel()
        _, waiting = await asyncio.wait([self.settled], timeout=within_s)
        return not waiting


class Worker:
    """Run jobs of the board with `run`, at most `limits[kind]` of a kind at once, `timeout_s` seconds each.

    Jobs of an `unhurried` kind take as long as they take: each of their steps has a deadline of its own.
    Of a kind that is not `able` to run at present, jobs wait in todo.
    """

    def __init__(
        self,
        board: Board,
        run: Run,
        *,
        limits: Mapping[Kind, int],
        timeout_s: float,
        clock: Callable[[], datetime],
        unhurried: Container[Kind] = (),
        able: Callable[[Kind], bool] = lambda kind: True,
    ) -> None:
        self._board = board
        self._run = run
        self._limits = limits
        self._timeout_s = timeout_s
        self._unhurried = unhurried
        self._able = able
        self._clock = clock
        self._wake = asyncio.Event()
        self._running: dict[str, _Running] = {}
        self._kinds: Counter[Kind] = Counter()
        self._cancelled: dict[str, JobError | None] = {}
        self._ending = asyncio.Event()

    async def serve(self) -> None:
        """Work until cancelled; what is running then goes back to todo."""
        with self._board.startable(self._wake.set):
            try:
                while True:
                    while (job := self._next()) is not None:
                        self._begin(job)
                    self._wake.clear()
                    await self._wake.wait()
            finally:
                await self._end_all()

    def look_again(self) -> None:
        """Note that a kind of job may have become possible."""
        self._wake.set()

    async def cancel(self, job: str, user: str, reason: JobError | None = None) -> Job:
        """Stop a job in any unfinished state, for a reason that it keeps; a finished one is `already_finished`.

        A run that was stopped although the journal cannot take that yet is `not_recorded`: it is tried again.
        """
        running = self._running.get(job)
        if running is None or self._board.find(job, user).finished:
            return await self._cancel_waiting(job, user, reason)
        self._cancelled[job] = reason
        if not await running.end(CANCEL_S):
            raise Unavailable("not_recorded", "the job is being stopped, but that cannot be written down at present")
        ended = self._board.find(job, user)
        if ended.status in (Status.COMPLETED, Status.FAILED):
            raise Conflict("already_finished", "this job ended in the moment in which it was to be stopped")
        return ended

    async def _cancel_waiting(self, job: str, user: str, reason: JobError | None) -> Job:
        cancelled = await self._board.cancel(job, user, self._clock(), **_why(reason))
        if (running := self._running.get(job)) is not None:  # it was started at the same moment
            self._cancelled[job] = reason
            running.run.cancel()
        return cancelled

    def _next(self) -> Job | None:
        """Return the job whose turn it is, of a kind that has room, and that is not being started yet."""
        for kind, limit in self._limits.items():
            if (
                self._kinds[kind] < limit
                and self._able(kind)
                and (job := self._board.next(kind, self._running)) is not None
            ):
                return job
        return None

    def _begin(self, job: Job) -> None:
        self._kinds[job.kind] += 1
        run = asyncio.create_task(self._start(job), name=f"job-{job.id}")
        settled = asyncio.create_task(self._settle(job, run), name=f"settle-{job.id}")
        self._running[job.id] = _Running(run, settled)

    async def _start(self, job: Job) -> Outcome:
        try:
            started = await self._board.start(job.id, job.user, self._clock())
        except GenieError as error:
            raise _NotStarted(error.code, error.message) from error
        log.info("job_started", extra={"job": job.id, "kind": str(job.kind)})
        async with asyncio.timeout(None if job.kind in self._unhurried else self._timeout_s):
            return await self._run(started)

    async def _settle(self, job: Job, run: asyncio.Task[Outcome]) -> None:
        """Write down how a job ended, whatever happened; a task of its own, so that ending the run cannot end this."""
        await asyncio.wait([run])
        try:
            while not await self._is_recorded(job, run) and not self._ending.is_set():
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(RETRY_S):
                        await self._ending.wait()
        finally:
            del self._running[job.id]
            self._kinds[job.kind] -= 1
            self._cancelled.pop(job.id, None)
            self._wake.set()

    async def _is_recorded(self, job: Job, run: asyncio.Task[Outcome]) -> bool:
        """Try to write down how a job ended; False when the journal cannot take it at present."""
        try:
            await self._record(job, run)
        except Unavailable as error:
            log.warning("job_not_recorded", extra={"job": job.id, "code": error.code})
            return False
        except (Conflict, NotFound):
            return True  # somebody cancelled or deleted it first, and that counts
        return True

    async def _record(self, job: Job, run: asyncio.Task[Outcome]) -> None:
        if run.cancelled():
            await self._interrupted(job)
            return
        match run.exception():
            case None:
                await self._complete(job, run.result())
            case _NotStarted() as error:
                await self._not_started(job, error)
            case GenieError() as error:
                await self._failed(job, JobError(code=error.code, message=error.message))
            case TimeoutError():
                await self._failed(job, JobError(code="job_timeout", message=f"no answer within {self._timeout_s:g} s"))
            case error:  # the job's edge: a bug in an agent must not end the worker
                log.error("job_crashed", exc_info=error, extra={"job": job.id})
                await self._failed(job, JobError(code="internal", message="genie made a mistake; the log says more"))

    async def _complete(self, job: Job, outcome: Outcome) -> None:
        reached = {"first_text": outcome.first_text} if outcome.first_text else {}
        changes = {"answer": outcome.answer, "agent": outcome.agent, "same_as": outcome.same_as}
        await self._board.complete(job.id, job.user, self._clock(), reached, **changes)
        log.info("job_completed", extra={"job": job.id, "agent": outcome.agent})

    async def _not_started(self, job: Job, error: _NotStarted) -> None:
        """Leave a job where it is: in todo, to be taken again after a while, unless somebody took it out of there."""
        log.warning("job_not_started", extra={"job": job.id, "code": error.code})
        if isinstance(error.__cause__, Unavailable):
            await asyncio.sleep(RETRY_S)

    async def _failed(self, job: Job, error: JobError) -> None:
        log.info("job_failed", extra={"job": job.id, "code": error.code})
        await self._board.fail(job.id, job.user, self._clock(), error)

    async def _interrupted(self, job: Job) -> None:
        """Write down that a run was ended from outside; one that had not begun is in todo still."""
        if job.id in self._cancelled:
            await self._board.cancel(job.id, job.user, self._clock(), **_why(self._cancelled[job.id]))
            log.info("job_cancelled", extra={"job": job.id})
            return
        await self._board.requeue(job.id, job.user)
        log.info("job_requeued", extra={"job": job.id})

    async def _end_all(self) -> None:
        self._ending.set()
        running = list(self._running.values())
        for each in running:
            each.run.cancel()
        for each in running:
            await each.end()


def _why(reason: JobError | None) -> dict[str, JobError]:
    return {} if reason is None else {"error": reason}
