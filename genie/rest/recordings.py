"""Recordings over HTTP: an upload in any wrapping and container, its text, and what becomes of it."""

from collections.abc import Iterator
from contextlib import aclosing, contextmanager

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from genie import conversation
from genie.audio.engine import Spoken, Transcriber
from genie.audio.recording import Recording
from genie.audio.transcript import Transcript
from genie.audio.wish import spoken
from genie.errors import TooLarge
from genie.queues.job import Timeline
from genie.rest.dictation import TranscribeParams, Transcription, dictated
from genie.rest.endpoint import Endpoint
from genie.rest.house import House
from genie.rest.reply import json_reply
from genie.rest.transcript import MEDIA, transcript_reply
from genie.rest.upload import received, with_fields


async def upload_and_transcribe_mp3(house: House, request: Request, params: TranscribeParams) -> Response:
    """Transcribe a recording sent as the body: its bare bytes, or base64 of them; any common container."""
    return await _transcribe(house, request, params)


async def upload_and_transcribe_wav(house: House, request: Request, params: TranscribeParams) -> Response:
    """Transcribe a recording sent as the part `file` of a form; any common container."""
    return await _transcribe(house, request, params)


async def _transcribe(house: House, request: Request, params: TranscribeParams) -> Response:
    with house.rates.uploading(house.door.user_of(request)):
        return await _transcribed(house, request, params)


async def _transcribed(house: House, request: Request, params: TranscribeParams) -> Response:
    settings = house.settings
    async with received(request, settings.server.upload_bytes) as upload:
        params = with_fields(params, upload.fields)
        known = spoken(settings.stt, house.vocabularies.of(house.door.user_of(request)), params.wish())
        with _hinting(settings.server.upload_seconds):
            async with house.scribe.recordings.spooled(upload.file, settings.server.upload_seconds) as recording:
                heard = await _heard(house, request, recording, known, upload.name)
    text = " ".join(segment.text for segment in heard.segments if segment.text)
    if params.format is not None:
        return await transcript_reply(params.format, heard)
    told = next((segment.language for segment in heard.segments if segment.language), known.language or "")
    reply = dictated(text, params, language=told, duration_s=heard.until_s)
    if reply.mode == "agent" and reply.transcription:
        nobody = house.talk.nobody(house.door.user_of(request))
        heard_at = Timeline(final_text=house.talk.clock())
        job = await conversation.ask(house.talk, reply.transcription, nobody, timeline=heard_at)
        reply = reply.model_copy(update={"job": job.id, "results": "queued"})
    return json_reply(reply)


@contextmanager
def _hinting(max_seconds: float) -> Iterator[None]:
    """Say how a recording can be transcribed that is too long to wait for."""
    try:
        yield
    except TooLarge as error:
        hint = f"at most {max_seconds:g} seconds can be transcribed while a client waits"
        raise TooLarge("use_job", f"{hint}; send it to /api/transcriptions instead", field="file") from error


async def _heard(house: House, request: Request, recording: Recording, known: Spoken, name: str) -> Transcript:
    """Return what is said, window by window; a client that has gone ends it."""
    found = Transcript(name or "recording", known, recording.seconds, complete=True)
    async with aclosing(house.engines.stt.lane.iterate(Transcriber.transcribe, recording, known)) as stretches:
        async for stretch in stretches:
            found.segments.extend(stretch.segments)
            found.until_s = stretch.until_s
            if await request.is_disconnected():
                raise ClientDisconnect
    return found


ENDPOINTS = (
    Endpoint(
        "/api/upload-and-transcribe-mp3",
        ("POST",),
        upload_and_transcribe_mp3,
        TranscribeParams,
        Transcription,
        media=MEDIA,
        body="audio",
    ),
    Endpoint(
        "/api/upload-and-transcribe-wav",
        ("POST",),
        upload_and_transcribe_wav,
        TranscribeParams,
        Transcription,
        media=MEDIA,
        body="multipart",
    ),
)
