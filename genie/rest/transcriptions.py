"""Recordings of hours over HTTP: an upload becomes a job, whose transcript is fetched in any format."""

from typing import Annotated

from pydantic import AfterValidator
from starlette.requests import Request
from starlette.responses import Response

from genie import transcribing
from genie.audio.transcript import TranscriptDocument, TranscriptFormat
from genie.audio.wish import spoken
from genie.errors import NotFound
from genie.messages import Name
from genie.queues.job import AnyCase, Job, Kind, Priority
from genie.rest.endpoint import Endpoint, Params
from genie.rest.house import House
from genie.rest.questions import key_of
from genie.rest.reply import json_reply
from genie.rest.transcript import MEDIA, transcript_reply, wanted_format
from genie.rest.upload import received, shown, with_fields
from genie.rest.wishes import WishParams

UNNAMED = "recording"


class RecordingParams(WishParams):
    """What a recording is called, and what is known of it.

    The same `key` (or `Idempotency-Key` header) again is the same job.
    """

    name: Annotated[Name, AfterValidator(shown)] = UNNAMED
    key: Name | None = None
    priority: Priority = "normal"


class TranscriptParams(Params):
    """Which job, and how its transcript is to be written; without a format the header `Accept` says it."""

    id: Name
    format: Annotated[TranscriptFormat | None, AnyCase] = None


async def push_recording(house: House, request: Request, params: RecordingParams) -> Response:
    """Queue a recording of up to hours, sent as the body or as the part `file` of a form; return its job."""
    settings, user = house.settings, house.door.user_of(request)
    with house.rates.uploading(user):
        async with received(request, settings.server.recording_bytes, settings.server.data_folder) as upload:
            params = with_fields(params, upload.fields)
            known = spoken(settings.stt, house.vocabularies.of(user), params.wish())
            job = await transcribing.push(
                house.scribe,
                upload.file,
                (params.name if "name" in params.model_fields_set else upload.name) or UNNAMED,
                user,
                known,
                key=params.key or key_of(request),
                priority=params.priority,
            )
    return json_reply(house.board.shown(job), 202)


async def get_transcript(house: House, request: Request, params: TranscriptParams) -> Response:
    """Return what was heard of a recording so far: all of it once its job is done."""
    job = house.board.find(params.id, house.door.user_of(request))
    if job.kind is not Kind.TRANSCRIPTION:
        raise NotFound("no_transcript", "this job is no transcription")
    transcript = await house.scribe.transcripts.read(job.id)
    wanted = params.format or wanted_format(request.headers.get("accept", ""))
    return await transcript_reply(wanted, transcript, job.id)


ENDPOINTS = (
    Endpoint("/api/transcriptions", ("POST",), push_recording, RecordingParams, Job, status=202, body="recording"),
    Endpoint("/api/jobs/{id}/transcript", ("GET",), get_transcript, TranscriptParams, TranscriptDocument, media=MEDIA),
)
