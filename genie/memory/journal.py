"""A journal in memory: jobs and events live as long as the process."""

import secrets
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from genie.notification import Notification
from genie.preferences import Preferences
from genie.pronunciation import Pronunciation
from genie.queues.job import Job
from genie.queues.journal import QueueEvent, Step
from genie.quiet import Quiet


class MemoryJournal:
    """Keep jobs in memory; nothing survives the process, so each one has an epoch of its own."""

    def __init__(self) -> None:
        self.epoch = secrets.token_hex(8)
        self._jobs: dict[str, Job] = {}
        self._paused: set[str] = set()
        self._vocabularies: dict[str, tuple[str, ...]] = {}
        self._pronunciations: dict[str, tuple[Pronunciation, ...]] = {}
        self._preferences: dict[str, Preferences] = {}
        self._notifications: dict[str, dict[str, Notification]] = {}
        self._quiets: dict[str, Quiet] = {}
        self._seqs: defaultdict[str, int] = defaultdict(int)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Do nothing: memory is there."""
        yield

    async def record(self, job: Job, steps: Sequence[Step], *, keep: bool = True) -> list[int]:
        """Keep this state of a job, or forget the job; return one seq a step."""
        added = next((step for step in steps if step.change == "added"), None)
        if added or not keep:
            self._jobs.pop(job.id, None)
        if keep:
            self._jobs[job.id] = job
        if added and added.first:
            self._jobs = {job.id: job, **self._jobs}
        first = self._seqs[job.user] + 1
        self._seqs[job.user] += len(steps)
        return list(range(first, first + len(steps)))

    async def events(self, limit: int) -> list[QueueEvent]:
        """Return nothing: an epoch that ends with the process has nothing to tell the next one."""
        return []

    async def jobs(self) -> list[Job]:
        """Return every job that is kept, in the order in which they came into their queues."""
        return list(self._jobs.values())

    async def pause(self, user: str, *, paused: bool) -> None:
        """Keep whether a user's jobs are to wait."""
        (self._paused.add if paused else self._paused.discard)(user)

    async def paused(self) -> set[str]:
        """Return the users whose jobs are to wait."""
        return set(self._paused)

    async def keep_vocabulary(self, user: str, words: Sequence[str]) -> None:
        """Keep the words that a user taught, in place of those before; none forgets them."""
        self._vocabularies.pop(user, None)
        if words:
            self._vocabularies[user] = tuple(words)

    async def vocabularies(self) -> dict[str, tuple[str, ...]]:
        """Return the words of every user who taught any."""
        return dict(self._vocabularies)

    async def keep_pronunciations(self, user: str, entries: Sequence[Pronunciation]) -> None:
        """Keep how a user wants words pronounced, in place of what was kept before; none forgets it."""
        self._pronunciations.pop(user, None)
        if entries:
            self._pronunciations[user] = tuple(entries)

    async def pronunciations(self) -> dict[str, tuple[Pronunciation, ...]]:
        """Return the pronunciations of every user who taught any."""
        return dict(self._pronunciations)

    async def keep_preferences(self, user: str, chosen: Preferences) -> None:
        """Keep how a user chose to be spoken to, in place of what they chose before."""
        self._preferences.pop(user, None)
        if chosen != Preferences():
            self._preferences[user] = chosen

    async def preferences(self) -> dict[str, Preferences]:
        """Return what every user chose who chose anything."""
        return dict(self._preferences)

    async def keep_notifications(self, user: str, kept: Sequence[Notification], gone: Sequence[str]) -> None:
        """Keep notifications of a user as they are now, and forget those with these ids."""
        known = self._notifications.setdefault(user, {})
        known.update({one.id: one for one in kept})
        for name in gone:
            known.pop(name, None)

    async def notifications(self) -> list[Notification]:
        """Return every notification that is kept."""
        return [one for known in self._notifications.values() for one in known.values()]

    async def keep_quiet(self, user: str, quiet: Quiet) -> None:
        """Keep when a user wants to hear only what is urgent."""
        self._quiets[user] = quiet

    async def quiets(self) -> dict[str, Quiet]:
        """Return when every user wants that who said so."""
        return dict(self._quiets)

    async def history(self, job: str, user: str) -> list[tuple[datetime, QueueEvent]]:
        """Return nothing, as `events` does."""
        return []

    async def tidy(self, before: datetime) -> None:
        """Do nothing: there are no events."""

    def seq(self, user: str) -> int:
        """Return the seq of the user's newest event, 0 before the first."""
        return self._seqs[user]
