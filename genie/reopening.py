"""A question that its asker goes on with: it is taken back, as long as nothing of its answer is known."""

from collections.abc import Awaitable, Callable

from genie.conversation import REOPENED, Conversation
from genie.errors import Conflict, NotFound, Unavailable
from genie.queues.job import Job, JobError

Cancel = Callable[[str, str, JobError], Awaitable[Job]]
"""Stop a job (its id, its user, why)."""


async def take_back(talk: Conversation, job: str, user: str, cancel: Cancel) -> bool:
    """Take back a question; return False when its answer has begun, or its agent may have done something already.

    From the moment this is called no word of the answer leaves: there is one answer, to the whole question or to this.
    """
    place = talk.open.get(job)
    if place is None or place.begun:
        return False
    place.taken_back = True
    try:
        await cancel(job, user, JobError(code=REOPENED, message="you spoke on: it is asked again as a whole"))
    except Unavailable:
        return True  # it is stopped; that is written down as soon as it can be
    except (Conflict, NotFound):
        return _was_taken_back(talk, job, user)
    return True


def _was_taken_back(talk: Conversation, job: str, user: str) -> bool:
    """Say whether a job that was being started at the same moment has ended for this reason."""
    try:
        found = talk.board.find(job, user)
    except NotFound:
        return False
    return found.error is not None and found.error.code == REOPENED
