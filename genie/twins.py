"""Equal questions of one user: the second one takes the answer of the first, if that is not to be long."""

from collections.abc import Callable
from typing import NamedTuple

from genie.agents.agent import Agent, Slots
from genie.agents.question import core
from genie.errors import NotFound
from genie.queues.board import Board
from genie.queues.job import Job, QueueName


class Equal(NamedTuple):
    """What two questions have in common that have one answer."""

    user: str
    question: str
    timezone: str
    locale: str


def equal(job: Job, timezone: str, locale: str) -> Equal:
    """Return what makes a question equal to another one: courtesies do not count."""
    return Equal(job.user, core(job.question), timezone, locale)


class Twins:
    """Know the unfinished questions whose answer an equal one can take; `choose` says which agent answers."""

    def __init__(self, choose: Callable[[str], tuple[Agent, Slots]]) -> None:
        self._choose = choose
        self._leaders: dict[Equal, str] = {}
        self._asked: dict[str, Equal] = {}

    def joined(self, job: Job, asked: Equal) -> Job:
        """Return a new question as it is to be pushed: with `same_as` where an equal one is unfinished.

        Only an agent whose answer does not depend on who asks, or how often, is not asked twice.
        """
        leader = self._leaders.get(asked)
        if leader is None:
            self.lead(job.id, asked)
            return job
        agent, _ = self._choose(job.question)
        return job.model_copy(update={"same_as": leader}) if agent.repeatable else job

    def lead(self, job: str, asked: Equal) -> None:
        """Let equal questions take the answer of this job from now on."""
        self._leaders[asked] = job
        self._asked[job] = asked

    def follow(self, job: Job) -> None:
        """Take a job as it is now: no question joins one that has ended, or asks something else than it did."""
        asked = self._asked.get(job.id)
        if asked is not None and (job.finished or core(job.question) != asked.question):
            self.forget(job.id)

    def forget(self, job: str) -> None:
        """Let no question join this job any more: it has ended, or asks something else."""
        asked = self._asked.pop(job, None)
        if asked is not None and self._leaders.get(asked) == job:
            del self._leaders[asked]


def answered_twin(board: Board, job: Job) -> Job | None:
    """Return the job whose answer this one takes, None when it is to be answered by itself."""
    if job.same_as is None:
        return None
    try:
        leader = board.find(job.same_as, job.user)
    except NotFound:
        return None
    same = core(leader.question) == core(job.question)
    return leader if leader.queue is QueueName.DONE and leader.answer and same else None
