"""A transcript as a reply: text, subtitles or JSON."""

import asyncio

from starlette.responses import Response

from genie.audio.transcript import Transcript, TranscriptFormat, written
from genie.rest.filename import named

MEDIA = tuple(kind.media_type for kind in TranscriptFormat)
"""The media types of every reply that is a transcript."""


async def transcript_reply(kind: TranscriptFormat, transcript: Transcript, job: str | None = None) -> Response:
    """Return a transcript in this format, with a name under which a browser keeps it."""
    body = await asyncio.to_thread(written, kind, transcript, job)
    reply = Response(body, media_type=kind.media_type)
    stem = transcript.name.rpartition(".")[0] or transcript.name
    reply.headers.update(named(stem, kind) | {"Vary": "Accept"})
    return reply


def wanted_format(accept: str) -> TranscriptFormat:
    """Return the format that an `Accept` header asks for first, JSON where it asks for none of ours."""
    for part in accept.split(","):
        media = part.partition(";")[0].strip().lower()
        for kind in TranscriptFormat:
            if media == kind.media_type:
                return kind
    return TranscriptFormat.JSON
