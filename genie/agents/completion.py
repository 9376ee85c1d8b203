"""One streamed completion from an OpenAI-compatible endpoint, with its deadlines, bounds and coded errors."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Iterator
from typing import Any, TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from genie.agents.sse import EventReader, NoEvents
from genie.agents.thoughts import ThoughtFilter
from genie.errors import StageFailed
from genie.settings import LlmSettings

T = TypeVar("T")

Messages = list[dict[str, str]]

MAX_ANSWER = 20_000
"""Characters of an answer; it is cut there, for nobody listens to more."""

MAX_BYTES = 8_388_608
"""Bytes of one stream, thoughts included: an endpoint that never ends must end somewhere."""


class _Delta(BaseModel):
    content: str | None = None
    reasoning_content: str | None = None
    reasoning: str | None = None


class _Choice(BaseModel):
    delta: _Delta = _Delta()
    finish_reason: str | None = None


class _Chunk(BaseModel):
    """What genie reads of one event; endpoints add fields of their own."""

    choices: list[_Choice] = []
    error: Any = None


class _Deadlines:
    """Until when the next token must come: the first, each one after the other, and all together."""

    def __init__(self, settings: LlmSettings) -> None:
        self._settings = settings
        self._loop = asyncio.get_running_loop()
        now = self._loop.time()
        self._token = now + settings.first_token_s
        self._total = now + settings.total_s
        self._missed = f"did not begin to answer within {settings.first_token_s:g} s"

    def token(self) -> None:
        """Note that a token came."""
        self._token = self._loop.time() + self._settings.gap_s
        self._missed = f"said nothing for {self._settings.gap_s:g} s"

    async def keep(self, awaitable: Awaitable[T]) -> T:
        """Await within the deadlines, or raise `llm_timeout`."""
        try:
            async with asyncio.timeout_at(min(self._token, self._total)):
                return await awaitable
        except TimeoutError as error:
            late = f"did not end within {self._settings.total_s:g} s" if self._total <= self._token else self._missed
            raise StageFailed("llm_timeout", f"The language model {late}; ask again, or ask for less.") from error


class _Reply:
    """What has come of one answer: its speakable text, and whether it is whole."""

    def __init__(self, deadlines: _Deadlines) -> None:
        self._deadlines = deadlines
        self._events = EventReader()
        self._thoughts = ThoughtFilter()
        self._bytes = 0
        self._room = MAX_ANSWER
        self.ended = False

    def feed(self, chunk: bytes) -> str:
        """Return the speakable text of these bytes."""
        self._bytes += len(chunk)
        if self._bytes > MAX_BYTES:
            raise _failed("sent more than an answer can hold")
        return self._fit("".join(self._text(event) for event in self._events.feed(chunk)))

    def finish(self) -> str:
        """Return the last text; raise when the stream broke off, or held nothing to say."""
        if not self.ended:
            raise _failed("broke off in the middle of its answer")
        rest = self._fit(self._thoughts.end())
        if self._room == MAX_ANSWER:
            raise _failed("gave no answer")
        return rest

    def _text(self, event: str) -> str:
        if event.strip() == "[DONE]":
            self.ended = True
            return ""
        chunk = _Chunk.model_validate_json(event)
        if chunk.error is not None:
            raise _failed("reported an error while it answered")
        return "".join(self._choice(choice) for choice in chunk.choices[:1])

    def _choice(self, choice: _Choice) -> str:
        delta = choice.delta
        if delta.content or delta.reasoning_content or delta.reasoning:
            self._deadlines.token()
        self.ended = self.ended or choice.finish_reason is not None
        return self._thoughts.feed(delta.content or "")

    def _fit(self, text: str) -> str:
        text = text[: self._room]
        self._room -= len(text)
        self.ended = self.ended or not self._room
        return text


async def complete(settings: LlmSettings, messages: Messages) -> AsyncIterator[str]:
    """Yield the answer's text as it is made, without the model's thoughts.

    Raises StageFailed: `llm_unreachable`, `llm_timeout`, `llm_refused` (key or permission), `llm_busy`, `llm_failed`.
    """
    deadlines = _Deadlines(settings)
    with _coded_errors():
        async with _client(settings) as client:
            request = client.build_request("POST", "chat/completions", json=_body(settings, messages))
            response = await deadlines.keep(client.send(request, stream=True))
            async with contextlib.aclosing(response):
                _check(response)
                reply = _Reply(deadlines)
                chunks = response.aiter_bytes()
                while not reply.ended and (chunk := await deadlines.keep(anext(chunks, None))) is not None:
                    if text := reply.feed(chunk):
                        yield text
                if text := reply.finish():
                    yield text


def _body(settings: LlmSettings, messages: Messages) -> dict[str, Any]:
    return {"model": settings.model, "messages": messages, "max_tokens": settings.max_tokens, "stream": True}


def _client(settings: LlmSettings) -> httpx.AsyncClient:
    """Return a client of its own for each answer: none is left open, and none is shared by users.

    Only the connection has a deadline of httpx's; the others are about tokens, which it does not know.
    """
    key = settings.api_key.get_secret_value()
    headers = {"Accept": "text/event-stream", "Accept-Encoding": "identity"}
    if key:
        headers["Authorization"] = f"Bearer {key}"
    url = httpx.URL(settings.base_url.rstrip("/") + "/")
    near = url.host in ("localhost", "127.0.0.1", "::1")
    # A proxy from the environment is for the world outside; it does not know this machine's own ports.
    # Certificates take 20 ms to load: not where none will be shown.
    return httpx.AsyncClient(
        base_url=url,
        headers=headers,
        timeout=httpx.Timeout(None, connect=settings.connect_s),
        trust_env=not near,
        verify=url.scheme == "https",
    )


def _check(response: httpx.Response) -> None:
    """Raise the coded error of an answer that is not a stream."""
    match response.status_code:
        case 200:
            pass
        case 401 | 403:
            raise StageFailed(
                "llm_refused", "The language model's endpoint refused the key; set GENIE_LLM__API_KEY to a valid one."
            )
        case 429:
            after = response.headers.get("Retry-After", "")
            when = f"in {after} seconds" if after.isdecimal() and len(after) < 7 else "later"
            raise StageFailed("llm_busy", f"The language model has too much to do; try again {when}.")
        case 400 | 404 | 405 | 422 as status:
            raise _failed(f"answered with status {status}; check llm.base_url and llm.model")
        case status:
            raise _failed(f"answered with status {status}")
    if "html" in response.headers.get("Content-Type", ""):
        raise _failed("answered with a web page; check llm.base_url")


@contextlib.contextmanager
def _coded_errors() -> Iterator[None]:
    """Turn what the connection and the stream raise into coded errors, without a word of what was said."""
    try:
        yield
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
        raise StageFailed(
            "llm_unreachable", "The language model cannot be reached; check that it runs, and llm.base_url."
        ) from error
    except (NoEvents, ValidationError):
        # Without its cause: a validation error quotes the answer, and causes are logged.
        raise _failed("answered with something that is no stream of completions") from None
    except httpx.HTTPError as error:
        raise _failed("broke off the connection") from error


def _failed(what: str) -> StageFailed:
    return StageFailed("llm_failed", f"The language model {what}.")
