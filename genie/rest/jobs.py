"""One job over HTTP."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from genie import conversation, messages
from genie.asker import Nobody
from genie.errors import Conflict
from genie.messages import Name
from genie.queues.job import Job, QueueName, Status
from genie.queues.journal import QueueEvent
from genie.rest import control
from genie.rest.endpoint import Endpoint, Params
from genie.rest.house import House
from genie.rest.reply import json_reply


class Happening(BaseModel):
    """One event of a job: where it came or went, and in which state."""

    seq: int
    at: datetime
    queue: QueueName
    change: Literal["added", "removed", "changed"]
    status: Status
    code: str | None = None


class JobStory(Job):
    """A job with all that is kept of its way, oldest first."""

    history: list[Happening]


class JobParams(Params):
    """Which job."""

    id: Name


class EditParams(JobParams):
    """Which job, and what it is to ask instead."""

    text: str


class MoveParams(JobParams):
    """Which job, and the one that is to start after it; without that it goes last."""

    before: Name | None = None


async def get_job(house: House, request: Request, params: JobParams) -> Response:
    """Return a job with its timeline and its history."""
    user = house.door.user_of(request)
    job = house.board.shown(house.board.find(params.id, user))
    happened = [_happening(at, event) for at, event in await house.journal.history(params.id, user)]
    return json_reply(JobStory(**dict(job), history=happened))


def _happening(at: datetime, event: QueueEvent) -> Happening:
    job = event.job
    code = job.error.code if job.error is not None else None
    return Happening(seq=event.seq, at=at, queue=event.queue, change=event.change, status=job.status, code=code)


async def cancel_job(house: House, request: Request, params: JobParams) -> Response:
    """Stop a job in any unfinished state; of a finished one stop what is still spoken of it."""
    return json_reply(await control.cancel(house, house.door.user_of(request), params.id))


async def retry_job(house: House, request: Request, params: JobParams) -> Response:
    """Put a job that failed or was cancelled back into todo."""
    return json_reply(await conversation.retry(house.talk, params.id, _nobody(house, request)))


async def replay_job(house: House, request: Request, params: JobParams) -> Response:
    """Speak the answer of a job again, where genie sounds already or on the user's newest client."""
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


def _nobody(house: House, request: Request) -> Nobody:
    return house.talk.nobody(house.door.user_of(request))


ENDPOINTS = (
    Endpoint("/api/jobs/{id}", ("GET",), get_job, JobParams, JobStory),
    Endpoint("/api/jobs/{id}", ("DELETE",), delete_job, JobParams, Job),
    Endpoint("/api/jobs/{id}/cancel", ("POST",), cancel_job, JobParams, Job),
    Endpoint("/api/jobs/{id}/retry", ("POST",), retry_job, JobParams, Job),
    Endpoint("/api/jobs/{id}/replay", ("POST",), replay_job, JobParams, Job),
    Endpoint("/api/jobs/{id}/edit", ("POST",), edit_job, EditParams, Job),
    Endpoint("/api/jobs/{id}/move", ("POST",), move_job, MoveParams, Job),
)
