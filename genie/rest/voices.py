"""The voices of the synthesizer in use over HTTP: which there are, what they speak, and how each one sounds."""

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from genie.audio.cast import Cast
from genie.audio.format import choose_format
from genie.audio.preview import preview
from genie.messages import Name, Speed
from genie.preferences import Preferences
from genie.rest.endpoint import Endpoint, Params
from genie.rest.house import House
from genie.rest.reply import json_reply
from genie.rest.sound import MEDIA
from genie.rest.speech import speak


class VoicesParams(Params):
    """Which voices: `en` is all English, `en-gb` that of Great Britain."""

    language: Name | None = None


class PreviewParams(Params):
    """Which voice, or blend of voices, and how fast; without a speed as fast as the caller hears answers."""

    name: Name
    speed: Speed | None = None
    format: Name | None = None


class VoiceReply(BaseModel):
    """A voice of the synthesizer in use; `label` tells people which one it is."""

    name: str
    language: str
    gender: str
    engine: str
    label: str


class Voices(BaseModel):
    """The voices of the synthesizer in use, which one speaks where none is named, and whether they can be blended."""

    voices: list[VoiceReply]
    default: str
    blends: bool


class Languages(BaseModel):
    """The languages of the synthesizer in use, as tags."""

    languages: list[str]


async def get_voices(house: House, request: Request, params: VoicesParams) -> Response:
    """Return the voices of the synthesizer in use, or those of a language."""
    card = (await house.voice()).card
    found = [
        VoiceReply(name=v.name, language=v.language, gender=v.gender, engine=v.engine, label=v.label or v.name)
        for v in Cast(card).speakers(params.language)
    ]
    return json_reply(Voices(voices=found, default=card.voice, blends=card.blends))


async def get_languages(house: House, request: Request, params: Params) -> Response:
    """Return the languages of the synthesizer in use."""
    voices = (await house.voice()).card.voices
    return json_reply(Languages(languages=sorted({voice.language for voice in voices})))


async def get_preview(house: House, request: Request, params: PreviewParams) -> Response:
    """Let a voice say a sentence in its own language."""
    user = house.door.user_of(request)
    voice = Cast((await house.voice()).card).find(params.name)
    manner = house.manner(user, Preferences(voice.name, voice.language, params.speed))
    kind = choose_format(params.format, request.headers.get("accept"))
    return await speak(house, request, preview(voice), manner, kind)


ENDPOINTS = (
    Endpoint("/voices", ("GET",), get_voices, VoicesParams, Voices),
    Endpoint("/languages", ("GET",), get_languages, reply=Languages),
    Endpoint("/voices/{name}/preview", ("GET",), get_preview, PreviewParams, media=MEDIA),
)
