"""What a journal is: it keeps jobs and the events of their moves. Pure."""

from collections.abc import Awaitable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from genie.keepsakes import Keepsakes
from genie.queues.job import Job, QueueName

ChangeName = Literal["added", "removed", "changed"]


@dataclass(frozen=True, slots=True)
class Step:
    """One queue touched by a move: `size` is what it holds of the user's jobs afterwards.

    A job that is added comes last, or `first` when it was taken out too early.
    """

    queue: QueueName
    change: ChangeName
    size: int = 0
    first: bool = False


@dataclass(frozen=True, slots=True)
class QueueEvent:
    """A committed change: `seq` counts the events of one user, `size` that user's jobs in the queue afterwards."""

    seq: int
    queue: QueueName
    change: ChangeName
    job: Job
    size: int


class Journal(Keepsakes, Protocol):
    """Keep jobs and their events, and keepsakes beside them; what `record` returned for is safe."""

    epoch: str
    """Changes when sequence numbers start again."""

    def opened(self) -> AbstractAsyncContextManager[None]:
        """Hold what is kept for as long as the context lasts; nothing else may be called outside of it."""

    def record(self, job: Job, steps: Sequence[Step], *, keep: bool = True) -> Awaitable[list[int]]:
        """Keep this state of a job (or forget the job) with one event a step, all or nothing; answer with their seqs.

        Calls are carried out and answered in their order.
        """

    async def events(self, limit: int) -> list[QueueEvent]:
        """Return the newest events that are kept, at most `limit` of each user, in the order of their seqs."""

    async def jobs(self) -> list[Job]:
        """Return every job that is kept, in the order in which they came into their queues."""

    async def pause(self, user: str, *, paused: bool) -> None:
        """Keep whether a user's jobs are to wait."""

    async def paused(self) -> set[str]:
        """Return the users whose jobs are to wait."""

    async def history(self, job: str, user: str) -> list[tuple[datetime, QueueEvent]]:
        """Return the events of a user's job that are kept, oldest first, and when each was written."""

    async def tidy(self, before: datetime) -> None:
        """Forget the events of before this moment, and what others told of jobs that are forgotten, in small steps."""

    def seq(self, user: str) -> int:
        """Return the seq of the user's newest event, 0 before the first."""
