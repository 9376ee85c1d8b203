"""Which waiting jobs wait for the answer of another one. Pure."""

from genie.queues.job import Job


class Followers:
    """Keep the jobs that are held back by the one they are the same as."""

    def __init__(self) -> None:
        self._of: dict[str, dict[str, Job]] = {}

    def add(self, job: Job) -> None:
        """Hold a job back until the one it is the same as has ended."""
        if job.same_as is not None:
            self._of.setdefault(job.same_as, {})[job.id] = job

    def remove(self, job: Job) -> None:
        """Forget a job, if it is held back."""
        if job.same_as is None or job.same_as not in self._of:
            return
        held = self._of[job.same_as]
        held.pop(job.id, None)
        if not held:
            del self._of[job.same_as]

    def take(self, leader: str) -> list[Job]:
        """Return what is held back by a job, and hold it back no more."""
        return list(self._of.pop(leader, {}).values())
