"""Sound as a reply: encoded and sent while it comes."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing
from typing import TypeVar

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from genie.audio.encoding import Encoder
from genie.audio.format import Format
from genie.audio.pcm import Int16

T = TypeVar("T")

MEDIA = tuple(kind.media_type(24_000) for kind in Format)
"""The media types of every reply that is sound."""

PASSING = {"Accept-Ranges": "none", "Cache-Control": "private, no-cache", "Vary": "Accept"}
"""Of sound that is still being made: it has no length yet, and no parts."""


class Flow(StreamingResponse):
    """A reply that is sent while it comes; whatever makes it ends with it, also when nobody reads it any more.

    `ended` is called then.
    """

    def __init__(
        self,
        body: AsyncGenerator[bytes, None],
        *,
        media: str,
        headers: Mapping[str, str],
        ended: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(body, headers=headers, media_type=media)
        self._body = body
        self._ended = ended

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            async with aclosing(self._body):
                await super().__call__(scope, receive, send)
        finally:
            self._ended()


async def sound_reply(
    request: Request, sounds: AsyncGenerator[Int16, None], rate: int, kind: Format
) -> Response | None:
    """Return mono int16 sound of shape (n,) at `rate` Hz as a reply, or None when there is none.

    Whatever is wrong shows before the headers leave: it is raised by the first piece. Making it ends when the client
    goes, before that and after.
    """
    encoded = encoding(sounds, Encoder(kind, rate))
    first = await while_there(request, anext(encoded, None))
    if first is None:
        return None
    return Flow(_from_first(first, encoded), media=kind.media_type(rate), headers=PASSING)


def bare_reply(media: str, headers: Mapping[str, str] = PASSING) -> Response:
    """Return the headers of a sound alone, as HEAD asks for them: nothing is made."""
    reply = Response(headers=headers, media_type=media)
    if "Content-Length" not in headers:  # it would be that of the empty body
        del reply.headers["content-length"]
    return reply


async def encoding(sounds: AsyncGenerator[Int16, None], encoder: Encoder) -> AsyncGenerator[bytes, None]:
    """Encode sound as it comes; yields nothing at all when there is none."""
    silent = True
    async with aclosing(sounds):
        async for samples in sounds:
            silent = False
            if encoded := await asyncio.to_thread(encoder.push, samples):
                yield encoded
    if not silent:
        yield await asyncio.to_thread(encoder.finish)


async def while_there(request: Request, made: Awaitable[T]) -> T:
    """Return what is made; raises ClientDisconnect, and makes no more of it, when the client goes before."""
    coming, leaving = asyncio.ensure_future(made), asyncio.create_task(_gone(request))
    try:
        await asyncio.wait([coming, leaving], return_when=asyncio.FIRST_COMPLETED)
        if not coming.done():
            raise ClientDisconnect
        return coming.result()
    finally:
        coming.cancel()
        leaving.cancel()


async def _gone(request: Request) -> None:
    """Return when the client has gone."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _from_first(first: bytes, rest: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
    async with aclosing(rest):
        yield first
        async for encoded in rest:
            yield encoded
