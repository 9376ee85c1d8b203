"""Queues over HTTP."""

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from genie.messages import Name
from genie.queues.job import AnyCase, Job, Kind, QueueName, Status
from genie.queues.paging import Wanted, page
from genie.rest import control
from genie.rest.endpoint import Endpoint, Params
from genie.rest.house import House
from genie.rest.reply import json_reply

Cursor = Annotated[str, Field(max_length=1_000)]


class QueueParams(Params):
    """Which page of a queue, and which jobs: those asked from `since` on and before `until`, with `q` in their text."""

    name: Annotated[QueueName, AnyCase]
    limit: Annotated[int, Field(ge=1, le=1_000)] = 100
    after: Cursor | None = None
    newest: bool = False
    status: Annotated[Status | None, AnyCase] = None
    kind: Annotated[Kind | None, AnyCase] = None
    session: Name | None = None
    q: Name | None = None
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None


class QueuePage(BaseModel):
    """Jobs of a queue, oldest or (with `newest`) newest first; `next` is the `after` of the following page.

    `total` counts all that the caller has in the queue, wanted or not. `paused`: the caller's jobs wait until resumed.
    """

    queue: QueueName
    total: int
    paused: bool
    jobs: list[Job]
    next: str | None = None


class Paused(BaseModel):
    """Whether the caller's jobs wait until they are resumed."""

    paused: bool


class Reset(BaseModel):
    """How many jobs were cancelled, and how many forgotten in all."""

    cancelled: int
    deleted: int


async def get_queue(house: House, request: Request, params: QueueParams) -> Response:
    """Return the jobs of one queue, page by page."""
    user = house.door.user_of(request)
    wanted = Wanted(params.status, params.kind, params.session, params.q, params.since, params.until)
    found = await page(
        house.board,
        params.name,
        user,
        limit=params.limit,
        after=params.after,
        newest=params.newest,
        wanted=wanted.fits,
    )
    total, paused = house.board.size(params.name, user), house.board.is_paused(user)
    return json_reply(QueuePage(queue=params.name, total=total, paused=paused, jobs=found.jobs, next=found.next))


async def pause_queue(house: House, request: Request, params: Params) -> Response:
    """Start none of the caller's jobs from now on; those that run go on."""
    await house.board.pause(house.door.user_of(request), paused=True)
    return json_reply(Paused(paused=True))


async def resume_queue(house: House, request: Request, params: Params) -> Response:
    """Start the caller's jobs again."""
    await house.board.pause(house.door.user_of(request), paused=False)
    return json_reply(Paused(paused=False))


async def reset_queues(house: House, request: Request, params: Params) -> Response:
    """Cancel what the caller has waiting and running, and forget all of the caller's jobs."""
    cancelled, deleted = await control.reset(house, house.door.user_of(request))
    return json_reply(Reset(cancelled=cancelled, deleted=deleted))


ENDPOINTS = (
    Endpoint("/api/get_queue/{name}", ("GET",), get_queue, QueueParams, QueuePage),
    Endpoint("/api/get-queue/{name}", ("GET",), get_queue, QueueParams, QueuePage),
    Endpoint("/api/queue/pause", ("POST",), pause_queue, reply=Paused),
    Endpoint("/api/queue/resume", ("POST",), resume_queue, reply=Paused),
    Endpoint("/api/reset-queues", ("GET", "POST"), reset_queues, reply=Reset, changes=True),
)
