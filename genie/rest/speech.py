"""Speech over HTTP: any text, or the answer of a job, as sound that is streamed while it is made."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Literal

from pydantic import AliasChoices, Field
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from genie.audio.cast import Cast, Role
from genie.audio.format import Format, choose_format, liked_best, media_names
from genie.audio.pcm import Int16, Piece
from genie.audio.speech import Manner, pieces, whole
from genie.errors import BadInput, Conflict, TooLarge
from genie.memory.shelf import SoundKind
from genie.messages import Name, Speed
from genie.preferences import Preferences
from genie.rest.endpoint import Endpoint, Params
from genie.rest.filename import named
from genie.rest.finished import stored_reply
from genie.rest.house import House
from genie.rest.reply import json_reply
from genie.rest.sound import MEDIA, bare_reply, sound_reply

FORMS: dict[Format | Literal["text", "json"], tuple[str, ...]] = {
    **{kind: media_names(kind) for kind in Format},
    "text": ("text/plain",),
    "json": ("application/json",),
}
"""What an answer can come as, by its media types."""


class SpeechParams(Params):
    """What to say, and how; `format` wins over the Accept header."""

    text: str = Field(validation_alias=AliasChoices("text", "tts_text"))
    voice: Name | None = None
    language: Name | None = None
    speed: Speed | None = None
    format: Name | None = None


class AnswerParams(Params):
    """Which job, and in what form its answer."""

    id: Name
    format: Name | None = None


async def get_tts_audio(house: House, request: Request, params: SpeechParams) -> Response:
    """Speak a text; the first sound leaves while the rest is still being made."""
    limit = house.settings.tts.text_chars
    if len(params.text) > limit:
        raise TooLarge("text_too_long", f"a text may have {limit} characters", field="text")
    user = house.door.user_of(request)
    if params.voice:
        named_voice = Role(params.voice, params.language)
        Cast((await house.voice()).card).exact(named_voice)  # nobody stands in for who was named
    manner = house.manner(user, Preferences(params.voice, params.language, params.speed))
    kind = choose_format(params.format, request.headers.get("accept"))
    return await speak(house, request, params.text, manner, kind)


async def get_answer(house: House, request: Request, params: AnswerParams) -> Response:
    """Return a job's answer: as sound, or as text or JSON where Accept asks for that."""
    job = house.board.find(params.id, house.door.user_of(request))
    if not job.answer:
        raise Conflict("not_answered", f"this job is {job.status} and has no answer")
    kind = choose_format(params.format, None) if params.format else liked_best(request.headers.get("accept"), FORMS)
    if kind == "text":
        return PlainTextResponse(job.answer, headers={"Vary": "Accept"})
    if kind == "json":
        reply = json_reply(job)
        reply.headers["Vary"] = "Accept"
        return reply
    sound = await stored_reply(request, house.sounds, SoundKind.ANSWER, job, kind)
    if sound is None:
        sound = await speak(house, request, job.answer, house.manner(job.user), kind, job.id)
    sound.headers.update(named(job.question, kind))
    return sound


async def speak(
    house: House, request: Request, text: str, manner: Manner, kind: Format, job: str | None = None
) -> Response:
    """Speak a text; the sound of a job's answer is kept when it has come to its end. HEAD makes nothing."""
    studio = (await house.voice()).speaking_for(job)
    if request.method == "HEAD":
        return bare_reply(kind.media_type(studio.rate))
    rate, sounds = studio.rate, pieces(whole(text), studio, manner)
    if job is not None:
        sounds = house.sounds.recorded(job, rate, sounds)
    sounds = house.rates.speeches.held(house.door.user_of(request), sounds)
    reply = await sound_reply(request, _samples(sounds), rate, kind)
    if reply is None:
        raise BadInput("nothing_to_say", "there is nothing in this text that can be spoken", field="text")
    return reply


async def _samples(sounds: AsyncGenerator[Piece, None]) -> AsyncGenerator[Int16, None]:
    async with aclosing(sounds):
        async for piece in sounds:
            yield piece.samples


ENDPOINTS = (
    Endpoint("/api/get_tts_audio", ("GET", "POST"), get_tts_audio, SpeechParams, media=MEDIA),
    Endpoint(
        "/api/get-answer/{id}", ("GET",), get_answer, AnswerParams, media=(*MEDIA, "text/plain", "application/json")
    ),
)
