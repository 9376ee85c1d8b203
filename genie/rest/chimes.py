"""The chimes as sound over HTTP, for clients that play them by themselves."""

import asyncio
import hashlib
from functools import lru_cache

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from genie.audio.chimes import NAMES, ChimeName, chime
from genie.audio.encoding import encode
from genie.audio.format import Format, choose_format
from genie.audio.pcm import Pcm
from genie.errors import Unsatisfiable
from genie.messages import Name
from genie.rest import ranges
from genie.rest.endpoint import Endpoint, Params
from genie.rest.house import House
from genie.rest.reply import json_reply, unsatisfiable
from genie.rest.sound import MEDIA

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
    """Return a chime as sound, whole or in the part that is asked for."""
    kind = choose_format(params.format, request.headers.get("accept"))
    sound = await asyncio.to_thread(_encoded, params.name, kind)
    etag = f'"{hashlib.blake2b(sound, digest_size=8).hexdigest()}"'
    headers = {"ETag": etag, "Accept-Ranges": "bytes", "Cache-Control": "private, max-age=86400", "Vary": "Accept"}
    if ranges.is_known(request.headers, etag):
        return Response(status_code=304, headers=headers)
    try:
        span = ranges.wanted(request.headers, len(sound), etag)
    except Unsatisfiable as error:
        return unsatisfiable(error, len(sound))
    if span is None:
        return Response(sound, headers=headers, media_type=kind.media_type(RATE))
    headers["Content-Range"] = span.of(len(sound))
    return Response(sound[span.start : span.end], 206, headers, kind.media_type(RATE))


@lru_cache(maxsize=len(NAMES) * len(Format))
def _encoded(name: ChimeName, kind: Format) -> bytes:
    """Return a chime in a format; the same bytes each time, so that their parts fit together."""
    return encode(Pcm(RATE, chime(name, RATE)), kind)


ENDPOINTS = (
    Endpoint("/api/sounds", ("GET",), get_chimes, reply=Chimes),
    Endpoint("/api/sounds/{name}", ("GET",), get_chime, ChimeParams, media=MEDIA),
)
