"""What a journal is: it keeps jobs and the events of their moves. Pure."""

from collections.abc import Awaitable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from genie.notification import Notification
from genie.preferences import Preferences
from genie.pronunciation import Pronunciation
from genie.queues.job import Job, QueueName
from genie.quiet import Quiet

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


class Journal(Protocol):
    """Keep jobs and their events; what `record` returned for is safe."""

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

    async def keep_vocabulary(self, user: str, words: Sequence[str]) -> None:
        """Keep the words that a user taught, in place of those before; none forgets them."""

    async def vocabularies(self) -> dict[str, tuple[str, ...]]:
        """Return the words of every user who taught any."""

    async def keep_pronunciations(self, user: str, entries: Sequence[Pronunciation]) -> None:
        """Keep how a user wants words pronounced, in place of what was kept before; none forgets it."""

    async def pronunciations(self) -> dict[str, tuple[Pronunciation, ...]]:
        """Return the pronunciations of every user who taught any."""

    async def keep_preferences(self, user: str, chosen: Preferences) -> None:
        """Keep how a user chose to be spoken to, in place of what they chose before."""

    async def preferences(self) -> dict[str, Preferences]:
        """Return what every user chose who chose anything."""

    async def keep_notifications(self, user: str, kept: Sequence[Notification], gone: Sequence[str]) -> None:
        """Keep notifications of a user as they are now, and forget those with these ids, all or nothing."""

    async def notifications(self) -> list[Notification]:
        """Return every notification that is kept."""

    async def keep_quiet(self, user: str, quiet: Quiet) -> None:
        """Keep when a user wants to hear only what is urgent."""

    async def quiets(self) -> dict[str, Quiet]:
        """Return when every user wants that who said so."""

    async def history(self, job: str, user: str) -> list[tuple[datetime, QueueEvent]]:
        """Return the events of a user's job that are kept, oldest first, and when each was written."""

    async def tidy(self, before: datetime) -> None:
        """Forget the events of before this moment, and what others told of jobs that are forgotten, in small steps."""

    def seq(self, user: str) -> int:
        """Return the seq of the user's newest event, 0 before the first."""
