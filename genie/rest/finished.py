"""Sound that is finished and kept, as a reply: its length is known, and any part of it can be had."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from starlette.requests import Request
from starlette.responses import Response

from genie.audio.encoding import Encoder, wav_header
from genie.audio.format import Format
from genie.audio.pcm import Int16
from genie.errors import Unsatisfiable
from genie.memory.kept_sound import KeptSound
from genie.memory.shelf import SoundKind
from genie.memory.sounds import Sounds
from genie.rest import ranges
from genie.rest.ranges import Span
from genie.rest.reply import unsatisfiable
from genie.rest.sound import Flow, bare_reply, encoding

SAMPLE = 2
"""Bytes of a sample."""


async def stored_reply(request: Request, sounds: Sounds, kept: SoundKind, job: str, kind: Format) -> Response | None:
    """Return a sound that is kept as a reply, whole or in the part that is asked for, or None when it is not kept.

    FLAC, WAV and bare samples have a length and parts; MP3 and Ogg are encoded as they are sent, and have none.
    """
    sound = await sounds.opened_sound(kept, job)
    if sound is None:
        return None
    try:
        reply = _reply(request, sound, kind)
    except BaseException:
        sound.close()
        raise
    if not isinstance(reply, Flow):
        sound.close()
    return reply


def _reply(request: Request, sound: KeptSound, kind: Format) -> Response:
    media, size = kind.media_type(sound.rate), _size(sound, kind)
    etag = f'"{sound.stamp}-{kind}"' if size is not None else f'W/"{sound.stamp}-{kind}"'
    headers = {
        "ETag": etag,
        "Accept-Ranges": "none" if size is None else "bytes",
        "Cache-Control": "private, no-cache",
        "Vary": "Accept",
    }
    if ranges.is_known(request.headers, etag):
        return Response(status_code=304, headers=headers)
    if size is not None:
        headers["Content-Length"] = str(size)
    if request.method == "HEAD":
        return bare_reply(media, headers)
    if size is None:
        encoded = encoding(sound.pcm(), Encoder(kind, sound.rate))
        return Flow(encoded, media=media, headers=headers, ended=sound.close)
    try:
        span = ranges.wanted(request.headers, size, etag)
    except Unsatisfiable as error:
        return unsatisfiable(error, size)
    if span is None:
        return Flow(_part(sound, kind, Span(0, size)), media=media, headers=headers, ended=sound.close)
    headers |= {"Content-Range": span.of(size), "Content-Length": str(span.end - span.start)}
    part = Flow(_part(sound, kind, span), media=media, headers=headers, ended=sound.close)
    part.status_code = 206
    return part


def _size(sound: KeptSound, kind: Format) -> int | None:
    """Return the bytes of a sound in a format, None where they are not known before it was encoded."""
    match kind:
        case Format.FLAC:
            return sound.size
        case Format.WAV:
            return len(wav_header(sound.rate)) + SAMPLE * sound.samples
        case Format.PCM:
            return SAMPLE * sound.samples
        case Format.MP3 | Format.OGG:
            return None


async def _part(sound: KeptSound, kind: Format, span: Span) -> AsyncGenerator[bytes, None]:
    """Yield some bytes of a sound in a format that has a length."""
    if kind is Format.FLAC:
        blocks = sound.packed(span.start, span.end)
    else:
        head = wav_header(sound.rate, sound.samples) if kind is Format.WAV else b""
        if span.start < len(head):
            yield head[span.start : span.end]
        blocks = _samples(sound, max(0, span.start - len(head)), max(0, span.end - len(head)))
    async with aclosing(blocks):
        async for block in blocks:
            yield block


async def _samples(sound: KeptSound, begin: int, end: int) -> AsyncGenerator[bytes, None]:
    """Yield the bytes from `begin` up to `end` of the samples, which may begin and end in the middle of one."""
    first, left = begin // SAMPLE, end - begin
    skipped = begin - first * SAMPLE
    async with aclosing(sound.pcm(first, -(-end // SAMPLE) - first)) as blocks:
        async for samples in blocks:
            data = _bytes(samples)[skipped : skipped + left]
            skipped = 0
            left -= len(data)
            yield data


def _bytes(samples: Int16) -> bytes:
    return samples.astype("<i2", copy=False).tobytes()
