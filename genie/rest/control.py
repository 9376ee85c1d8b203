"""What a user may do with jobs: one rule for the socket and HTTP."""

from genie import conversation, messages
from genie.conversation import Asker
from genie.queues.job import Job
from genie.rest.house import House

JobRequest = (
    messages.JobCancel
    | messages.JobRetry
    | messages.JobDelete
    | messages.JobReplay
    | messages.JobEdit
    | messages.JobMove
)


async def act(house: House, asker: Asker, request: JobRequest) -> Job:
    """Carry out what is asked of one job, and return the job as it is then."""
    match request:
        case messages.JobCancel():
            return await cancel(house, asker.user, request.job)
        case messages.JobRetry():
            return await conversation.retry(house.talk, request.job, asker)
        case messages.JobDelete():
            return await delete(house, asker.user, request.job)
        case messages.JobReplay():
            return conversation.replay(house.talk, request.job, asker)
        case messages.JobEdit():
            return await conversation.edit(house.talk, request.job, request.text, asker)
        case messages.JobMove():
            return await house.board.move(request.job, asker.user, request.before)


async def cancel(house: House, user: str, job: str) -> Job:
    """Silence a job and stop it; a finished one is only silenced, and told as `already_finished`."""
    house.board.find(job, user)
    house.hub.silence(user, job)
    return await house.worker.cancel(job, user)


async def delete(house: House, user: str, job: str) -> Job:
    """Forget a finished job, and silence it; an unfinished one is `not_finished`."""
    deleted = await house.board.delete(job, user)
    house.hub.silence(user, job)
    return deleted
