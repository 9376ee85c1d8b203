"""What a user may do with jobs: one rule for the socket and HTTP."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from genie import conversation, messages
from genie.asker import Asker
from genie.corrections import corrected
from genie.errors import Conflict, GenieError, NotFound
from genie.queues.job import Job, QueueName
from genie.rest.house import House
from genie.vocabulary import Words

TOGETHER = 64
"""Jobs of a reset that are cancelled or deleted at once."""

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
            return (await edit(house, asker, request))[0]
        case messages.JobMove():
            return await house.board.move(request.job, asker.user, request.before)


async def edit(house: House, asker: Asker, request: messages.JobEdit) -> tuple[Job, Words]:
    """Change what a waiting job asks; return it, and the names that are new to its user's vocabulary.

    Only what was spoken teaches any: what was typed is written as it was meant.
    """
    heard = house.board.find(request.job, asker.user)
    meant = await conversation.edit(house.talk, request.job, request.text, asker)
    if heard.timeline.final_text is None:
        return meant, ()
    with suppress(GenieError):  # the question is changed, and that was what was asked
        return meant, await house.vocabularies.add(asker.user, corrected(heard.question, meant.question))
    return meant, ()


async def reset(house: House, user: str) -> tuple[int, int]:
    """Cancel what a user has waiting and running, and forget all their jobs; return how many of each."""
    board = house.board
    unfinished = [*board.ids(QueueName.TODO, user), *board.ids(QueueName.RUN, user)]
    cancelled = await _each(unfinished, lambda job: cancel(house, user, job))
    finished = [*board.ids(QueueName.DONE, user), *board.ids(QueueName.DEAD, user)]
    return cancelled, await _each(finished, lambda job: delete(house, user, job))


async def _each(jobs: list[str], do: Callable[[str], Awaitable[Job]]) -> int:
    """Do the same to many jobs, a few at a time so that they share commits; return with how many it went well."""
    done = 0
    for start in range(0, len(jobs), TOGETHER):
        done += sum(await asyncio.gather(*(_went_well(do(job)) for job in jobs[start : start + TOGETHER])))
    return done


async def _went_well(doing: Awaitable[Job]) -> bool:
    try:
        await doing
    except (Conflict, NotFound):
        return False  # it ended, or was deleted, at the same moment
    return True


async def cancel(house: House, user: str, job: str) -> Job:
    """Silence a job and stop it; a finished one is only silenced, for good, and told as `already_finished`."""
    found = house.board.find(job, user)
    house.hub.silence(user, job)
    if found.finished:
        await house.board.hush(job, user)
    return await house.worker.cancel(job, user)


async def delete(house: House, user: str, job: str) -> Job:
    """Forget a finished job, and silence it; an unfinished one is `not_finished`."""
    deleted = await house.board.delete(job, user)
    house.hub.silence(user, job)
    return deleted
