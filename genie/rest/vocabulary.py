"""A user's vocabulary over HTTP: the names that genie is to expect when it hears them."""

from typing import Annotated

from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from genie.messages import Name
from genie.rest.endpoint import Endpoint, Params
from genie.rest.house import House
from genie.rest.reply import json_reply
from genie.vocabulary import MAX_WORDS

Words = Annotated[list[Name], Field(min_length=1, max_length=MAX_WORDS)]


class WordsParams(Params):
    """Words to expect, the most important first; each may be a name of several parts."""

    words: Words


class UnwantedParams(Params):
    """Words to forget, in any case; without them, all."""

    words: Words | None = None


class Vocabulary(BaseModel):
    """The caller's words, newest first, and how many are kept at most."""

    words: list[str]
    limit: int = MAX_WORDS


async def get_vocabulary(house: House, request: Request, params: Params) -> Response:
    """Return the words that genie expects of the caller."""
    return _told(house, house.door.user_of(request))


async def add_words(house: House, request: Request, params: WordsParams) -> Response:
    """Teach words: they come before those that are known, of which the oldest go."""
    user = house.door.user_of(request)
    await house.vocabularies.add(user, params.words)
    return _told(house, user)


async def remove_words(house: House, request: Request, params: UnwantedParams) -> Response:
    """Forget words, or all of them."""
    user = house.door.user_of(request)
    await house.vocabularies.remove(user, params.words)
    return _told(house, user)


def _told(house: House, user: str) -> Response:
    return json_reply(Vocabulary(words=list(house.vocabularies.of(user))))


ENDPOINTS = (
    Endpoint("/api/vocabulary", ("GET",), get_vocabulary, reply=Vocabulary),
    Endpoint("/api/vocabulary", ("POST",), add_words, WordsParams, Vocabulary),
    Endpoint("/api/vocabulary", ("DELETE",), remove_words, UnwantedParams, Vocabulary),
)
