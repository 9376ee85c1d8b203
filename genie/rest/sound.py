"""Sound as a reply: encoded and sent while it comes."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from starlette.responses import Response, StreamingResponse

from genie.audio.codec import Encoder
from genie.audio.format import Format
from genie.audio.pcm import Int16, Pcm
from genie.memory.shelf import SoundKind
from genie.memory.sounds import Sounds

MEDIA = tuple(kind.media_type(24_000) for kind in Format)
"""The media types of every reply that is sound."""


async def sound_reply(sounds: AsyncGenerator[Int16, None], rate: int, kind: Format) -> Response | None:
    """Return mono int16 sound of shape (n,) at `rate` Hz as a reply, or None when there is none.

    Whatever is wrong shows before the headers leave: it is raised by the first piece.
    """
    encoded = _encoded(sounds, Encoder(kind, rate))
    first = await anext(encoded, None)
    if first is None:
        return None
    return StreamingResponse(_from_first(first, encoded), media_type=kind.media_type(rate))


async def stored_reply(sounds: Sounds, kept: SoundKind, job: str, kind: Format) -> Response | None:
    """Return a sound that is kept as a reply, or None when it is not. FLAC is sent as it stands on the disk."""
    if kind is Format.FLAC:
        packed = await sounds.packed(kept, job)
        return None if packed is None else StreamingResponse(packed, media_type=kind.media_type(0))
    stored = await sounds.stored(kept, job)
    if stored is None or (first := await anext(stored, None)) is None:
        return None
    return await sound_reply(_samples(first, stored), first.rate, kind)


async def _samples(first: Pcm, rest: AsyncGenerator[Pcm, None]) -> AsyncGenerator[Int16, None]:
    async with aclosing(rest):
        yield first.samples
        async for piece in rest:
            yield piece.samples


async def _encoded(sounds: AsyncGenerator[Int16, None], encoder: Encoder) -> AsyncGenerator[bytes, None]:
    """Encode sound as it comes; yields nothing at all when there is none."""
    silent = True
    async with aclosing(sounds):
        async for samples in sounds:
            silent = False
            if encoded := await asyncio.to_thread(encoder.push, samples):
                yield encoded
    if not silent:
        yield await asyncio.to_thread(encoder.finish)


async def _from_first(first: bytes, rest: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
    async with aclosing(rest):
        yield first
        async for encoded in rest:
            yield encoded
