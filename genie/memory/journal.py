"""A journal in memory: jobs and events live as long as the process."""

import secrets
from collections import defaultdict
from collections.abc import Sequence

from genie.queues.board import Step
from genie.queues.job import Job


class MemoryJournal:
    """Keep jobs in memory; nothing survives the process, so each one has an epoch of its own."""

    def __init__(self) -> None:
        self.epoch = secrets.token_hex(8)
        self._jobs: dict[str, Job] = {}
        self._seqs: defaultdict[str, int] = defaultdict(int)

    async def record(self, job: Job, steps: Sequence[Step], *, keep: bool = True) -> list[int]:
        """Keep this state of a job, or forget the job; return one seq a step."""
        if not keep or any(step.change == "added" for step in steps):
            self._jobs.pop(job.id, None)  # a job that comes into a queue comes at its end
        if keep:
            self._jobs[job.id] = job
        first = self._seqs[job.user] + 1
        self._seqs[job.user] += len(steps)
        return list(range(first, first + len(steps)))

    async def jobs(self) -> list[Job]:
        """Return every job that is kept, in the order in which they came into their queues."""
        return list(self._jobs.values())

    def seq(self, user: str) -> int:
        """Return the seq of the user's newest event, 0 before the first."""
        return self._seqs[user]
