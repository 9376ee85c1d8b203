"""Jobs and queues over HTTP."""

from typing import Annotated

from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from genie import conversation
from genie.errors import Conflict, NotFound
from genie.messages import Name
from genie.queues.job import Job, QueueName
from genie.rest.endpoint import Endpoint, Params
from genie.rest.house import House
from genie.rest.reply import json_reply


class QueueParams(Params):
    """Which page of a queue."""

    name: QueueName
    limit: Annotated[int, Field(ge=1, le=1_000)] = 100
    after: Name | None = None


class QueuePage(BaseModel):
    """Jobs of a queue, oldest first; `next` is the `after` of the following page."""

    queue: QueueName
    total: int
    jobs: list[Job]
    next: str | None = None


class JobParams(Params):
    """Which job."""

    id: Name


async def get_queue(house: House, request: Request, params: QueueParams) -> Response:
    """Return the jobs of one queue."""
    jobs = house.board.jobs(params.name, house.door.user_of(request))
    start = _place_after(jobs, params.after)
    page = jobs[start : start + params.limit]
    more = start + len(page) < len(jobs)
    return json_reply(QueuePage(queue=params.name, total=len(jobs), jobs=page, next=page[-1].id if more else None))


def _place_after(jobs: list[Job], after: str | None) -> int:
    if after is None:
        return 0
    for place, job in enumerate(jobs):
        if job.id == after:
            return place + 1
    raise NotFound("no_such_job", f"there is no job {after} in this queue", field="after")


async def get_job(house: House, request: Request, params: JobParams) -> Response:
    """Return a job with its timeline."""
    return json_reply(house.board.find(params.id, house.door.user_of(request)))


async def cancel_job(house: House, request: Request, params: JobParams) -> Response:
    """Stop a job in any unfinished state; of a finished one stop what is still spoken of it."""
    return json_reply(await cancel(house, house.door.user_of(request), params.id))


async def retry_job(house: House, request: Request, params: JobParams) -> Response:
    """Put a job that failed or was cancelled back into todo."""
    nobody = house.talk.nobody(house.door.user_of(request))
    return json_reply(await conversation.retry(house.talk, params.id, nobody))


async def replay_job(house: House, request: Request, params: JobParams) -> Response:
    """Speak the answer of a job again on the user's newest client."""
    user = house.door.user_of(request)
    house.board.find(params.id, user)
    listener = house.hub.listener(user)
    if listener is None:
        raise Conflict("nobody_listens", "no client is connected that could play it; fetch /api/get-answer/ instead")
    return json_reply(conversation.replay(house.talk, params.id, listener))


async def delete_job(house: House, request: Request, params: JobParams) -> Response:
    """Forget a finished job."""
    return json_reply(await delete(house, house.door.user_of(request), params.id))


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


ENDPOINTS = (
    Endpoint("/api/get_queue/{name}", ("GET",), get_queue, QueueParams, QueuePage),
    Endpoint("/api/get-queue/{name}", ("GET",), get_queue, QueueParams, QueuePage),
    Endpoint("/api/jobs/{id}", ("GET",), get_job, JobParams, Job),
    Endpoint("/api/jobs/{id}", ("DELETE",), delete_job, JobParams, Job),
    Endpoint("/api/jobs/{id}/cancel", ("POST",), cancel_job, JobParams, Job),
    Endpoint("/api/jobs/{id}/retry", ("POST",), retry_job, JobParams, Job),
    Endpoint("/api/jobs/{id}/replay", ("POST",), replay_job, JobParams, Job),
)
