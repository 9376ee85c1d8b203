"""Who may come in: Host and Origin are checked before anything else, for HTTP and for the socket."""

import ipaddress
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers, QueryParams
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from genie.errors import BadInput, GenieError, Refused
from genie.meters import Meters
from genie.rest.reply import error_reply
from genie.settings import ServerSettings

TOKENS = frozenset({"token", "access_token"})


class Gate:
    """Middleware that turns foreign Hosts and Origins away before anything is read or accepted."""

    def __init__(self, app: ASGIApp, settings: Callable[[], ServerSettings], meters: Meters) -> None:
        self._app = app
        self._settings = settings
        self._meters = meters

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            headers = Headers(scope=scope)
            host = headers.get("host", "")
            try:
                check_host(host, self._settings())
                check_origin(headers.get("origin"), host, self._settings())
                check_query(scope["query_string"])
            except GenieError as error:
                self._meters.refused("http" if scope["type"] == "http" else "socket", error.code)
                await error_reply(error)(scope, receive, _plainly(send))
                return
            send = _plainly(send) if scope["type"] == "http" else send
        await self._app(scope, receive, send)


def _plainly(send: Send) -> Send:
    """Return how to send replies that say: they are what they are called, and no browser is to guess."""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], (b"x-content-type-options", b"nosniff")]}
        await send(message)

    return sent


def check_host(host: str, settings: ServerSettings) -> None:
    """Refuse a Host that is neither loopback, bound nor listed: a page elsewhere may have rebound its name to us."""
    name = _hostname(f"//{host}")
    if not (name and (_is_loopback(name) or name in settings.allowed_hosts or _is_bound(name, settings.host))):
        raise BadInput("bad_host", "this server does not answer to that Host; name it in server.allowed_hosts")


def check_origin(origin: str | None, host: str, settings: ServerSettings) -> None:
    """Refuse a foreign Origin. Programs send none and pass; a browser always sends it where it matters."""
    if origin is None or origin in settings.allowed_origins:
        return
    if origin.lower().partition("://")[2] != host.lower():
        raise Refused("bad_origin", "pages of another site may not use this server; see server.allowed_origins")


def check_same_site(headers: Mapping[str, str], host: str, settings: ServerSettings) -> None:
    """Refuse a request that changes something when a page of another site caused it."""
    origin = headers.get("origin")
    check_origin(origin, host, settings)
    if origin in settings.allowed_origins:
        return
    if headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
        raise Refused("cross_site", "pages of another site may not do this")


def check_query(query: bytes) -> None:
    """Refuse a token in the address, which is kept by proxies, logs and the history of browsers."""
    if query and not TOKENS.isdisjoint(QueryParams(query)):
        raise BadInput("token_in_url", "a token does not belong in an address: send it as Authorization: Bearer …")


def check_bind(host: str, *, guarded: bool) -> None:
    """Refuse to listen beyond loopback without tokens: whoever reaches the port might speak and listen."""
    if not guarded and not _is_loopback(host):
        hint = "without tokens genie listens on loopback only; make one with: genie users add NAME"
        raise BadInput("loopback_only", f"not on {host}: {hint}", field="host")


def _is_loopback(name: str) -> bool:
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _is_bound(name: str, host: str) -> bool:
    """Say whether the server listens under this name; an address, unlike a name, nobody can rebind to it."""
    if host not in ("0.0.0.0", "::"):
        return name == host
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _hostname(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None
