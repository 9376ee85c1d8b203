"""A user's pronunciations over HTTP: what genie says for their words and names."""

from typing import Annotated

from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from genie.messages import Name
from genie.pronunciation import MAX_ENTRIES, Lexicon, checked
from genie.rest.endpoint import Endpoint, Params
from genie.rest.house import House
from genie.rest.reply import json_reply


class Entry(Params):
    """A word or a phrase, and what to say for it: other words, or IPA between slashes."""

    word: Name
    says: Name


class EntriesParams(Params):
    """Entries, the most important first; one for a word that is known takes the place of what it said."""

    pronunciations: Annotated[list[Entry], Field(min_length=1, max_length=MAX_ENTRIES)]


class AllParams(Params):
    """The entries that are to count, and no others."""

    pronunciations: Annotated[list[Entry], Field(max_length=MAX_ENTRIES)]


class ForgottenParams(Params):
    """Words whose entries are to be forgotten, in any case; without them, all."""

    words: Annotated[list[Name], Field(min_length=1, max_length=MAX_ENTRIES)] | None = None


class PronunciationsReply(BaseModel):
    """The caller's entries, newest first, and how many are kept at most."""

    pronunciations: list[Entry]
    limit: int = MAX_ENTRIES


async def get_pronunciations(house: House, request: Request, params: Params) -> Response:
    """Return how words are pronounced for the caller."""
    return _told(house, house.door.user_of(request))


async def add_pronunciations(house: House, request: Request, params: EntriesParams) -> Response:
    """Teach how words are pronounced: of too many entries the oldest go."""
    user = house.door.user_of(request)
    await house.pronunciations.add(user, _lexicon(params.pronunciations))
    return _told(house, user)


async def put_pronunciations(house: House, request: Request, params: AllParams) -> Response:
    """Replace all entries by these."""
    user = house.door.user_of(request)
    await house.pronunciations.replace(user, _lexicon(params.pronunciations))
    return _told(house, user)


async def remove_pronunciations(house: House, request: Request, params: ForgottenParams) -> Response:
    """Forget the entries of some words, or all of them."""
    user = house.door.user_of(request)
    await house.pronunciations.remove(user, params.words)
    return _told(house, user)


def _lexicon(entries: list[Entry]) -> Lexicon:
    return tuple(checked(entry.word, entry.says) for entry in entries)


def _told(house: House, user: str) -> Response:
    entries = [Entry(word=entry.word, says=entry.says) for entry in house.pronunciations.of(user)]
    return json_reply(PronunciationsReply(pronunciations=entries))


ENDPOINTS = (
    Endpoint("/api/pronunciations", ("GET",), get_pronunciations, reply=PronunciationsReply),
    Endpoint("/api/pronunciations", ("POST",), add_pronunciations, EntriesParams, PronunciationsReply),
    Endpoint("/api/pronunciations", ("PUT",), put_pronunciations, AllParams, PronunciationsReply),
    Endpoint("/api/pronunciations", ("DELETE",), remove_pronunciations, ForgottenParams, PronunciationsReply),
)
