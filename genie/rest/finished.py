"""Sound that is finished and kept, as a reply: its length is known, and any part of it can be had."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from genie.audio.encoding import EDITION, Encoder, wav_header
from genie.audio.format import Format
from genie.audio.pcm import Int16
from genie.errors import StageFailed, Unsatisfiable
from genie.memory.kept_sound import KeptSound
from genie.memory.renditions import Name, Renditions
from genie.memory.shelf import SoundKind
from genie.memory.sounds import Sounds
from genie.queues.job import Job
from genie.rest import ranges
from genie.rest.reply import unsatisfiable
from genie.rest.sound import Flow, bare_reply, encoding, while_there

SAMPLE = 2
"""Bytes of a sample."""


@dataclass(frozen=True, slots=True)
class Body:
    """A sound in a format: its bytes are known in number, and any of them can be had."""

    size: int
    part: Callable[[int, int], AsyncGenerator[bytes, None]]


async def stored_reply(request: Request, sounds: Sounds, kept: SoundKind, job: Job, kind: Format) -> Response | None:
    """Return a sound that is kept as a reply, whole or in the part that is asked for, or None when it is not kept.

    MP3 and Ogg are encoded whole at first. Where that would take too much they are encoded as they are sent: without a
    length, and without parts.
    """
    sound = await sounds.opened_sound(kept, job.id)
    if sound is None:
        return None
    reply: Response | None = None
    try:
        etag = f'"{sound.stamp}-{kind}{_edition(kind)}"'
        if ranges.is_known(request.headers, etag):
            reply = Response(status_code=304, headers=_headers(etag, "bytes"))
        elif (body := await _body(request, sounds.renditions, sound, kept, job, kind)) is None:
            reply = _passing(request, sound, kind)
        else:
            reply = _finished(request, sound, body, kind, etag)
    except StageFailed:  # it is damaged, and was dropped
        reply = None
    finally:
        if not isinstance(reply, Flow):
            sound.close()
    return reply


async def _body(
    request: Request, renditions: Renditions, sound: KeptSound, kept: SoundKind, job: Job, kind: Format
) -> Body | None:
    """Return a sound in a format that is asked for, None where it is not to be encoded whole."""
    match kind:
        case Format.FLAC:
            return Body(sound.size, sound.packed)
        case Format.WAV:
            head = wav_header(sound.rate, sound.samples)
            return Body(len(head) + SAMPLE * sound.samples, partial(_part, sound, head))
        case Format.PCM:
            return Body(SAMPLE * sound.samples, partial(_part, sound, b""))
        case Format.MP3 | Format.OGG:
            encoded = renditions.of(Name(kept, job.id, sound.stamp, kind), sound, job.user)
            rendition = await while_there(request, encoded)
            return None if rendition is None else Body(len(rendition.data), rendition.part)


def _finished(request: Request, sound: KeptSound, body: Body, kind: Format, etag: str) -> Response:
    """Return all of a sound, or the part that is asked for."""
    media, size = kind.media_type(sound.rate), body.size
    headers = _headers(etag, "bytes") | {"Content-Length": str(size)}
    if request.method == "HEAD":
        return bare_reply(media, headers)
    try:
        span = ranges.wanted(request.headers, size, etag)
    except Unsatisfiable as error:
        return unsatisfiable(error, size)
    if span is None:
        return Flow(body.part(0, size), media=media, headers=headers, ended=sound.close)
    headers |= {"Content-Range": span.of(size), "Content-Length": str(span.end - span.start)}
    part = Flow(body.part(span.start, span.end), media=media, headers=headers, ended=sound.close)
    part.status_code = 206
    return part


def _passing(request: Request, sound: KeptSound, kind: Format) -> Response:
    """Return a sound that is encoded as it is sent; its bytes are others than those of one that was encoded whole."""
    etag = f'W/"{sound.stamp}-{kind}"'
    media, headers = kind.media_type(sound.rate), _headers(etag, "none")
    if ranges.is_known(request.headers, etag):
        return Response(status_code=304, headers=headers)
    if request.method == "HEAD":
        return bare_reply(media, headers)
    return Flow(encoding(sound.pcm(), Encoder(kind, sound.rate)), media=media, headers=headers, ended=sound.close)


def _headers(etag: str, parts: str) -> dict[str, str]:
    return {"ETag": etag, "Accept-Ranges": parts, "Cache-Control": "private, no-cache", "Vary": "Accept"}


def _edition(kind: Format) -> str:
    """Return what the bytes of a format depend on besides the sound."""
    return f"-{EDITION}" if kind in (Format.MP3, Format.OGG) else ""


async def _part(sound: KeptSound, head: bytes, start: int, end: int) -> AsyncGenerator[bytes, None]:
    """Yield the bytes from `start` up to `end` of a header and the samples behind it."""
    if start < len(head):
        yield head[start:end]
    async with aclosing(_samples(sound, max(0, start - len(head)), max(0, end - len(head)))) as blocks:
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
