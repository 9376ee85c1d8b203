"""A running server as a command sees it, from outside: over HTTP and `/ws`."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from genie import messages
from genie.audio.format import Format
from genie.commands.reply import REF, Reply, Tell
from genie.errors import BadInput, GenieError, StageFailed
from genie.settings import ServerSettings

CONNECT_S = 5.0

TIMEOUT = httpx.Timeout(None, connect=CONNECT_S)
"""A server may take its time for an answer, but not to be there."""


class NoServer(GenieError):
    """Nobody answers at the address."""

    status = 503

    def __init__(self, url: str) -> None:
        super().__init__("no_server", f"no genie answers at {url}; start one with: genie serve")


def address(settings: ServerSettings) -> str:
    """Return where a server with these settings is reached from its own machine, not through its proxy."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"


class Server:
    """A server at `url`, which is http or https and may end in a path prefix; `token` says who asks."""

    def __init__(self, url: str, token: str = "") -> None:
        if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
            raise BadInput("bad_argument", f"--url takes an address such as http://127.0.0.1:7999, not {url!r}")
        self._url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    async def ask(self, question: str, tell: Tell, *, zone: str | None) -> str:
        """Ask, tell the answer piece by piece, and return the job once it is whole."""
        reply = Reply(tell)
        hello = messages.Hello(protocol=messages.PROTOCOL, timezone=zone, speech="never", ref=REF)
        async with self._socket() as socket:
            await socket.send(messages.encode(hello))
            await socket.send(messages.encode(messages.Subscribe(topics=["dead"])))
            await socket.send(messages.encode(messages.Ask(text=question, ref=REF)))
            async for frame in socket:
                reply.take(str(frame))
                if reply.job is not None:
                    return reply.job
        raise StageFailed("connection_lost", "the server closed the connection before the answer was whole")

    def answer(self, job: str, kind: Format) -> bytes:
        """Return the sound of a job's answer."""
        return self._request("GET", f"api/get-answer/{job}", params={"format": str(kind)}).content

    def say(self, text: str, **manner: str | float | None) -> bytes:
        """Return the speech of a text; `manner` holds format, voice, language and speed where they are chosen."""
        chosen = {name: value for name, value in manner.items() if value is not None}
        return self._request("POST", "api/get_tts_audio", json={"text": text, **chosen}).content

    def vocabulary(self, method: str, words: list[str] | None = None) -> list[str]:
        """Ask for the user's words, or change them, and return those that are known then."""
        wanted = {} if words is None else {"json": {"words": words}}
        return list(self._request(method, "api/vocabulary", **wanted).json()["words"])

    def pronunciations(self, method: str, **wanted: Any) -> list[dict[str, str]]:
        """Ask how words are pronounced for the user, or change that, and return what counts then."""
        reply = self._request(method, "api/pronunciations", **({"json": wanted} if wanted else {}))
        return list(reply.json()["pronunciations"])

    def voices(self, language: str | None) -> list[dict[str, str]]:
        """Return the voices that can speak, or those of a language."""
        return list(self._request("GET", "voices", params={"language": language or ""}).json()["voices"])

    def preferences(self, wanted: dict[str, Any] | None = None) -> dict[str, Any]:
        """Ask how the user is spoken to, or change that, and return what counts then."""
        if wanted is None:
            return dict(self._request("GET", "api/preferences").json())
        return dict(self._request("PUT", "api/preferences", json=wanted).json())

    def notify(self, text: str, **how: str | bool) -> None:
        """Tell the user a text; `how` holds priority, sound and speak where they are chosen."""
        self._request("POST", "api/notify", json={"text": text, **how})

    def engines(self) -> messages.Engines:
        """Return which engines serve."""
        try:
            return messages.Engines.model_validate(self._request("GET", "health").json()["engines"])
        except (ValueError, KeyError, TypeError) as error:
            raise StageFailed("not_genie", f"{self._url} does not answer as genie does") from error

    async def text(self, method: str, path: str, **request: Any) -> str:
        """Send a request and return the text of its reply; a request that is cancelled ends at once."""
        try:
            async with httpx.AsyncClient(headers=self._headers, timeout=TIMEOUT, trust_env=False) as http:
                reply = await http.request(method, f"{self._url}/{path}", **request)
        except httpx.HTTPError as error:
            raise self._broken(error) from error
        return _checked(reply).text

    async def json(self, method: str, path: str, **request: Any) -> dict[str, Any]:
        """Send a request and return the object that its reply holds."""
        try:
            return dict(json.loads(await self.text(method, path, **request)))
        except (ValueError, TypeError) as error:
            raise StageFailed("not_genie", f"{self._url} does not answer as genie does") from error

    def _request(self, method: str, path: str, **request: Any) -> httpx.Response:
        try:
            reply = httpx.request(
                method, f"{self._url}/{path}", headers=self._headers, timeout=TIMEOUT, trust_env=False, **request
            )
        except httpx.HTTPError as error:
            raise self._broken(error) from error
        return _checked(reply)

    def _broken(self, error: httpx.HTTPError) -> GenieError:
        if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
            return NoServer(self._url)
        return StageFailed("connection_lost", f"the request to {self._url} broke off: {error}")

    @asynccontextmanager
    async def _socket(self) -> AsyncIterator[ClientConnection]:
        address = f"ws{self._url.removeprefix('http')}/ws"
        try:
            connection = await connect(
                address, open_timeout=CONNECT_S, max_size=None, proxy=None, additional_headers=self._headers
            )
        except (OSError, TimeoutError) as error:
            raise NoServer(self._url) from error
        except WebSocketException as error:
            raise StageFailed("not_genie", f"{self._url} does not open a socket as genie does: {error}") from error
        async with connection:
            try:
                yield connection
            except WebSocketException as error:
                raise StageFailed("connection_lost", f"the connection to {self._url} broke off: {error}") from error


def _checked(reply: httpx.Response) -> httpx.Response:
    """Return a reply, or raise the refusal that it is."""
    if reply.is_error:
        raise _refusal(reply)
    return reply


def _refusal(reply: httpx.Response) -> GenieError:
    """Return the server's error as one of ours."""
    try:
        told = reply.json()["error"]
        error = GenieError(str(told["code"]), str(told["message"]))
    except (ValueError, KeyError, TypeError):
        error = GenieError("not_genie", f"the server answered {reply.status_code}, and not as genie does")
    error.status = reply.status_code
    return error
