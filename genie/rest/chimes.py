"""The chimes as sound over HTTP, for clients that play them by themselves."""

from collections.abc import AsyncGenerator

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from genie.audio.chimes import NAMES, ChimeName, chime
from genie.audio.format import choose_format
from genie.audio.pcm import Int16
from genie.messages import Name
from genie.rest.endpoint import Endpoint, Params
from genie.rest.house import House
from genie.rest.reply import json_reply
from genie.rest.sound import MEDIA, sound_reply

RATE = 24_000
"""Hz: more than twice the highest part of any chime."""


class ChimeParams(Params):
    """Which chime; `format` wins over the Accept header."""

    name: ChimeName
    format: Name | None = None


class Chimes(BaseModel):
    """The names of the chimes."""

    sounds: list[ChimeName]


async def get_chimes(house: House, request: Request, params: Params) -> Response:
    """Return the names of the chimes that a notification may begin with."""
    return json_reply(Chimes(sounds=list(NAMES)))


async def get_chime(house: House, request: Request, params: ChimeParams) -> Response:
    """Return a chime as sound."""
    kind = choose_format(params.format, request.headers.get("accept"))
    reply = await sound_reply(request, _whole(params.name), RATE, kind)
    assert reply is not None
    reply.headers["Cache-Control"] = "private, max-age=86400"
    return reply


async def _whole(name: ChimeName) -> AsyncGenerator[Int16, None]:
    yield chime(name, RATE)


ENDPOINTS = (
    Endpoint("/api/sounds", ("GET",), get_chimes, reply=Chimes),
    Endpoint("/api/sounds/{name}", ("GET",), get_chime, ChimeParams, media=MEDIA),
)
