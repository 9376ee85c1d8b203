"""Jobs and queues over HTTP."""

from typing import Annotated

from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from genie import conversation, messages
from genie.errors import Conflict, NotFound
from genie.messages import Name
from genie.queues.job import Job, QueueName
from genie.rest import control
from genie.rest.endpoint import Endpoint, NoParams, Params
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


class EditParams(JobParams):
    """Which job, and what it is to ask instead."""

    text: str


class MoveParams(JobParams):
    """Which job, and the one that is to start after it; without that it goes last."""

    before: Name | None = None


class Paused(BaseModel):
    """Whether the caller's jobs wait until they are resumed."""

    paused: bool


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
    return json_reply(await control.cancel(house, house.door.user_of(request), params.id))


async def retry_job(house: House, request: Request, params: JobParams) -> Response:
    """Put a job that failed or was cancelled back into todo."""
    return json_reply(await conversation.retry(house.talk, params.id, _nobody(house, request)))


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
    return json_reply(await control.delete(house, house.door.user_of(request), params.id))


async def edit_job(house: House, request: Request, params: EditParams) -> Response:
    """Change what a waiting job asks."""
    edit = messages.JobEdit(job=params.id, text=params.text)
    return json_reply(await control.act(house, _nobody(house, request), edit))


async def move_job(house: House, request: Request, params: MoveParams) -> Response:
    """Put a waiting job before another one, or last."""
    move = messages.JobMove(job=params.id, before=params.before)
    return json_reply(await control.act(house, _nobody(house, request), move))


async def pause_queue(house: House, request: Request, params: NoParams) -> Response:
    """Start none of the caller's jobs from now on; those that run go on."""
    await house.board.pause(house.door.user_of(request), paused=True)
    return json_reply(Paused(paused=True))


async def resume_queue(house: House, request: Request, params: NoParams) -> Response:
    """Start the caller's jobs again."""
    await house.board.pause(house.door.user_of(request), paused=False)
    return json_reply(Paused(paused=False))


def _nobody(house: House, request: Request) -> conversation.Nobody:
    return house.talk.nobody(house.door.user_of(request))


ENDPOINTS = (
    Endpoint("/api/get_queue/{name}", ("GET",), get_queue, QueueParams, QueuePage),
    Endpoint("/api/get-queue/{name}", ("GET",), get_queue, QueueParams, QueuePage),
    Endpoint("/api/jobs/{id}", ("GET",), get_job, JobParams, Job),
    Endpoint("/api/jobs/{id}", ("DELETE",), delete_job, JobParams, Job),
    Endpoint("/api/jobs/{id}/cancel", ("POST",), cancel_job, JobParams, Job),
    Endpoint("/api/jobs/{id}/retry", ("POST",), retry_job, JobParams, Job),
    Endpoint("/api/jobs/{id}/replay", ("POST",), replay_job, JobParams, Job),
    Endpoint("/api/jobs/{id}/edit", ("POST",), edit_job, EditParams, Job),
    Endpoint("/api/jobs/{id}/move", ("POST",), move_job, MoveParams, Job),
    Endpoint("/api/queue/pause", ("POST",), pause_queue, NoParams, Paused),
    Endpoint("/api/queue/resume", ("POST",), resume_queue, NoParams, Paused),
)
