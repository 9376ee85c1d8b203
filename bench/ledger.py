"""What clients of a server asked and what it answered, to be held against what it keeps in the end."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from genie.queues.job import Job, QueueName, Status
from genie.queues.journal import QueueEvent
from genie.rest.hub import update_of
from tests.world import beginning

INTERRUPTED = "interrupted"


@dataclass
class Ledger:
    """Jobs by what was asked of them (it may have happened) and what was answered (it must have)."""

    accepted: set[str] = field(default_factory=set)
    asked: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    answered: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    texts: dict[str, str] = field(default_factory=dict)
    """What an edited job asks, where the last edit was answered."""
    spoken: defaultdict[str, set[tuple[str, int]]] = field(default_factory=lambda: defaultdict(set))
    """The speeches, by session and number, in which sound of a job's answer came."""

    def hear(self, spoken: dict[tuple[str, int], str | None]) -> None:
        """Take in which speeches a client heard."""
        for speech, job in spoken.items():
            if job is not None:
                self.spoken[job].add(speech)

    def spoken_twice(self) -> list[str]:
        """Return the jobs whose answer was spoken twice although nobody asked for that."""
        wanted = self.asked["job_replay"] | self.asked["job_retry"]
        return [job for job, speeches in self.spoken.items() if len(speeches) > 1 and job not in wanted]

    def lost(self, kept: dict[str, Job]) -> list[str]:
        """Return what was answered and is not so in the end."""
        gone = [f"{job} is gone" for job in self.accepted - self.asked["job_delete"] if job not in kept]
        back = [f"{job} was deleted and is there" for job in self.answered["job_delete"] if job in kept]
        wrong = [f"{job}: {why}" for job in self.accepted & kept.keys() if (why := self._wrong(kept[job]))]
        return gone + back + wrong

    def _wrong(self, job: Job) -> str | None:
        """Say what is wrong with how a job ended."""
        if not job.finished:
            return f"never ended: {job.status}"
        if job.id in self.answered["job_cancel"] - self.asked["job_retry"] and job.status is not Status.CANCELLED:
            return f"was cancelled and is {job.status}"
        if job.status is Status.CANCELLED and job.id not in self.asked["job_cancel"]:
            return "is cancelled, and nobody asked for that"
        if job.status is Status.FAILED and (job.error is None or job.error.code != INTERRUPTED):
            return f"failed: {job.error}"
        if job.question != self.texts.get(job.id, job.question):
            return f"asks {job.question!r}, and was edited to {self.texts[job.id]!r}"
        return None


def broken_rules(events: Iterable[QueueEvent], jobs: Iterable[Job]) -> list[str]:
    """Play all events from the first one: numbers, moves and sizes must fit, and lead to the jobs that are kept."""
    history = beginning()
    for event in events:
        history.take(update_of(event))
    rows = {str(name): [job for job in jobs if job.queue is name] for name in QueueName}
    return history.faults + history.differences(rows)
