"""Questions over HTTP: the same rules as on the socket, the same code behind them."""

from dataclasses import replace
from typing import Literal

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from genie import conversation
from genie.asker import Asker
from genie.errors import BadInput
from genie.messages import MAX_NAME, Name
from genie.queues.job import Priority
from genie.rest.endpoint import Endpoint, Params
from genie.rest.house import House
from genie.rest.reply import json_reply
from genie.rest.session import checked_zone


class PushParams(Params):
    """A question; the answer is spoken only when `speak` is set.

    `session` speaks it, or the user's client where genie sounds already, or the newest. The same `key` (or
    `Idempotency-Key` header) again is the same job.
    """

    question: str
    key: Name | None = None
    priority: Priority = "normal"
    speak: bool = False
    session: Name | None = None
    timezone: Name | None = None


class Pushed(BaseModel):
    """The question is recorded."""

    status: Literal["queued"] = "queued"
    id: str
    position: int
    eta_s: float | None = None


async def push(house: House, request: Request, params: PushParams) -> Response:
    """Queue a question and return its job's id once it is recorded."""
    asker = _asker(house, house.door.user_of(request), params)
    key = params.key or key_of(request)
    job = await conversation.ask(
        house.talk, params.question, asker, key=key, speak=params.speak, priority=params.priority
    )
    shown = house.board.shown(job)
    return json_reply(Pushed(id=job.id, position=shown.position or 0, eta_s=shown.eta_s), 202)


def key_of(request: Request) -> str | None:
    """Return the key in a request's header `Idempotency-Key`."""
    key = request.headers.get("idempotency-key", "")
    if len(key) > MAX_NAME:
        raise BadInput("bad_request", f"Idempotency-Key may have {MAX_NAME} characters", field="key")
    return key or None


def _asker(house: House, user: str, params: PushParams) -> Asker:
    """Return who hears the answer: a connected client when it is to be spoken, else nobody."""
    if params.speak:
        listener = house.hub.listener(user, params.session)
        if listener is not None:
            return listener
    nobody = house.talk.nobody(user)
    return replace(nobody, timezone=checked_zone(params.timezone)) if params.timezone else nobody


ENDPOINTS = (Endpoint("/api/push", ("GET", "POST"), push, PushParams, Pushed, status=202, changes=True),)
