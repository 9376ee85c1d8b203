"""How the caller wants to be spoken to, over HTTP: for all of their clients, until one of them says otherwise."""

from dataclasses import replace

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from genie.audio.cast import Cast, Role
from genie.audio.wish import DETECTED
from genie.messages import Name, Speed
from genie.preferences import Preferences
from genie.rest.endpoint import Endpoint, Params
from genie.rest.house import House
from genie.rest.reply import json_reply


class PreferencesParams(Params):
    """The voice (or a blend of voices), the language it speaks, its speed; what is left out is as the settings say."""

    voice: Name | None = None
    language: Name | None = None
    speed: Speed | None = None


class PreferencesReply(BaseModel):
    """What the caller chose, and what is spoken with where they chose nothing."""

    voice: str | None
    language: str | None
    speed: float | None
    default_voice: str
    default_speed: float


async def get_preferences(house: House, request: Request, params: Params) -> Response:
    """Return how the caller wants to be spoken to."""
    return _told(house, house.door.user_of(request))


async def put_preferences(house: House, request: Request, params: PreferencesParams) -> Response:
    """Choose by whom, in which language and how fast answers are spoken, in place of what was chosen before.

    A voice that the present engine lacks is refused, unless it was chosen already.
    """
    user = house.door.user_of(request)
    language = None if (params.language or "").lower() in DETECTED else params.language
    wanted = Preferences(params.voice or None, language, params.speed)
    before = house.choices.of(user)
    if (wanted.voice, wanted.language) != (before.voice, before.language):
        role = Cast((await house.voice()).card).exact(Role(wanted.voice, wanted.language))
        wanted = replace(wanted, voice=role.voice if wanted.voice else None)  # as the voice is listed
    await house.choices.choose(user, wanted)
    return _told(house, user)


def _told(house: House, user: str) -> Response:
    chosen, tts = house.choices.of(user), house.engines.tts
    default = tts.card.voice if tts.serves else ""
    own = house.settings.tts.speed
    return json_reply(
        PreferencesReply(
            voice=chosen.voice,
            language=chosen.language,
            speed=chosen.speed,
            default_voice=default,
            default_speed=own,
        )
    )


ENDPOINTS = (
    Endpoint("/api/preferences", ("GET",), get_preferences, reply=PreferencesReply),
    Endpoint("/api/preferences", ("PUT",), put_preferences, PreferencesParams, PreferencesReply),
)
