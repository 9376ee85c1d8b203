"""One HTTP endpoint, declared once: its route and its page in `/openapi.json` both come from this."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from genie.errors import BadInput, GenieError, StageFailed, TooLarge
from genie.rest.door import address_of
from genie.rest.gate import check_same_site
from genie.rest.house import House
from genie.rest.reply import error_reply

log = logging.getLogger(__name__)

MAX_JSON_BYTES = 256 * 1_024


class Params(BaseModel):
    """What an endpoint takes from path, query and JSON body; an unknown name is refused. By itself: nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid")


Run = Callable[[House, Request, Any], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Serve `path`; `run` gets the house, the request and its checked parameters, and its docstring is the summary.

    `body` says what a POST carries: JSON parameters, raw sound, a multipart form with a file, or either of these two.
    `reply` is the model of a success, or None where the media types say it all.
    """

    path: str
    methods: tuple[str, ...]
    run: Run
    params: type[Params] = Params
    reply: type[BaseModel] | None = None
    media: tuple[str, ...] = ("application/json",)
    status: int = 200
    also: tuple[int, ...] = ()
    """Other statuses with which the same reply may come."""
    body: Literal["json", "audio", "multipart", "recording"] = "json"
    changes: bool = False
    """A GET that changes something: pages of other sites may not cause it, and HEAD does not stand for it."""
    paced: bool = True
    """Whether it counts towards `server.requests_per_s`: a probe of the server's health must always be answered."""
    public: bool = False
    """Served to whoever may reach the server; everything else asks who it is, before anything is read."""


def to_route(endpoint: Endpoint, house: House) -> Route:
    """Return the Starlette route of an endpoint; every failure is a coded reply."""

    async def serve(request: Request) -> Response:
        reply = await answer(request)
        reply.headers.setdefault("Cache-Control", "private")  # a proxy may not give one user's to another
        house.meters.request_served(endpoint.path, reply.status_code)
        return reply

    async def answer(request: Request) -> Response:
        try:
            if endpoint.paced:
                house.rates.request(address_of(request))
            if not endpoint.public:
                house.door.user_of(request)
            if endpoint.changes or request.method not in ("GET", "HEAD"):
                host = request.headers.get("host", "")
                check_same_site(request.headers, host, house.settings.server)
            return await endpoint.run(house, request, await _read_params(endpoint, request))
        except GenieError as error:
            house.meters.refused("http", error.code)
            return error_reply(error)
        except ClientDisconnect:
            return Response(status_code=499)
        except Exception:  # the edge of a request: a bug is logged and told, not shown
            log.exception("request_crashed", extra={"path": endpoint.path})
            return error_reply(StageFailed("internal", "genie made a mistake; the log says more"))

    route = Route(endpoint.path, serve, methods=list(endpoint.methods), name=endpoint.run.__name__)
    if endpoint.changes and route.methods:
        route.methods.discard("HEAD")
    return route


async def _read_params(endpoint: Endpoint, request: Request) -> Params:
    raw: dict[str, Any] = dict(request.query_params)
    if request.method in ("POST", "PUT", "DELETE") and endpoint.body == "json":
        raw |= await _read_json(request)
    raw |= request.path_params
    try:
        return endpoint.params.model_validate(raw)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise BadInput("bad_request", f"{field}: {first['msg']}", field=field or None) from error


async def _read_json(request: Request) -> dict[str, Any]:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_JSON_BYTES:
            raise TooLarge("too_large", f"a JSON body may have {MAX_JSON_BYTES} bytes")
    if not body:
        return {}
    try:
        parsed = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadInput("bad_json", f"not valid JSON: {error}") from error
    if not isinstance(parsed, dict):
        raise BadInput("bad_json", "the body must be a JSON object")
    return parsed
