"""Recordings over HTTP: an upload in any wrapping and container, its text, and what becomes of it."""

import asyncio
from collections.abc import Mapping
from contextlib import aclosing
from typing import BinaryIO

from pydantic import ValidationError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from genie import conversation
from genie.audio.codec import decode
from genie.audio.engine import LISTENING_RATE, Spoken, Transcriber
from genie.audio.pcm import Pcm
from genie.audio.wish import spoken
from genie.errors import BadInput, TooLarge
from genie.rest.dictation import TranscribeParams, Transcription, dictated
from genie.rest.endpoint import Endpoint
from genie.rest.house import House
from genie.rest.reply import json_reply
from genie.rest.upload import received


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
        params = _with_fields(params, upload.fields)
        sound = await asyncio.to_thread(_read, upload.file, settings.server.upload_seconds)
    known = spoken(settings.stt, house.vocabularies.of(house.door.user_of(request)), params.wish())
    text = await _text(house, request, sound, known)
    reply = dictated(text, params, language=known.language or "", duration_s=sound.seconds)
    if reply.mode == "agent" and reply.transcription:
        nobody = house.talk.nobody(house.door.user_of(request))
        job = await conversation.ask(house.talk, reply.transcription, nobody)
        reply = reply.model_copy(update={"job": job.id, "results": "queued"})
    return json_reply(reply)


def _with_fields(params: TranscribeParams, fields: Mapping[str, str]) -> TranscribeParams:
    """Return the parameters with those that came as fields of the form; the query wins."""
    known = {name: value for name, value in fields.items() if name in TranscribeParams.model_fields}
    try:
        return TranscribeParams.model_validate({**known, **params.model_dump(exclude_unset=True)})
    except ValidationError as error:
        field = str(error.errors()[0]["loc"][0])
        raise BadInput("bad_request", f"{field}: {error.errors()[0]['msg']}", field=field) from error


def _read(file: BinaryIO, max_seconds: float) -> Pcm:
    try:
        return decode(file, rate=LISTENING_RATE, max_seconds=max_seconds)
    except TooLarge as error:
        hint = f"at most {max_seconds:g} seconds can be transcribed while a client waits; use: genie transcribe FILE"
        raise TooLarge("use_job", hint, field="file") from error


async def _text(house: House, request: Request, sound: Pcm, known: Spoken) -> str:
    """Return what is said, window by window; a client that has gone ends it."""
    lane = house.engines.stt.lane
    texts: list[str] = []
    async with aclosing(lane.iterate(Transcriber.transcribe, sound.samples, known)) as segments:
        async for segment in segments:
            texts.append(segment.text)
            if await request.is_disconnected():
                raise ClientDisconnect
    return " ".join(text for text in texts if text)


ENDPOINTS = (
    Endpoint(
        "/api/upload-and-transcribe-mp3",
        ("POST",),
        upload_and_transcribe_mp3,
        TranscribeParams,
        Transcription,
        body="audio",
    ),
    Endpoint(
        "/api/upload-and-transcribe-wav",
        ("POST",),
        upload_and_transcribe_wav,
        TranscribeParams,
        Transcription,
        body="multipart",
    ),
)
