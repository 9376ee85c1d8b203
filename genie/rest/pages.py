"""The pages, and the health of the server."""

from datetime import UTC, datetime

from pydantic import BaseModel, ConfigDict
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from genie import __version__
from genie.config import packaged
from genie.messages import Engines
from genie.rest.endpoint import Endpoint, Params
from genie.rest.house import House
from genie.rest.reply import json_reply

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self' ws: wss:; "
    "media-src 'self' blob:; worker-src 'self' blob:; manifest-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
"""Pages run only their own scripts and talk only to their own server."""


class Visit(Params):
    """A page's own address may carry anything, such as where a link came from."""

    model_config = ConfigDict(extra="ignore")


class Health(BaseModel):
    """Whether the server lives, and which engines serve."""

    status: str
    version: str
    time: datetime
    engines: Engines
    queues: dict[str, int]


async def index(house: House, request: Request, params: Params) -> Response:
    """Return the voice client; with `Accept: application/json` the health object."""
    accept = request.headers.get("accept", "").lower()
    if "application/json" in accept and "text/html" not in accept:
        return await health(house, request, params)
    return _page("index.html")


async def talk(house: House, request: Request, params: Params) -> Response:
    """Return the push-to-talk page."""
    return _page("talk.html")


async def health(house: House, request: Request, params: Params) -> Response:
    """Say that the server lives, which engines serve and why, and how long the queues are."""
    return json_reply(_health(house, "ok"))


async def ready(house: House, request: Request, params: Params) -> Response:
    """Say whether every engine that was named can serve: 200, or 503 with the reason."""
    is_ready = house.engines.ready()
    return json_reply(_health(house, "ready" if is_ready else "not_ready"), 200 if is_ready else 503)


def _health(house: House, status: str) -> Health:
    return Health(
        status=status,
        version=__version__,
        time=datetime.now(UTC),
        engines=house.engines.states(),
        queues={str(name): size for name, size in house.board.sizes().items()},
    )


def _page(name: str) -> Response:
    headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-cache"}
    return FileResponse(packaged("static") / name, headers=headers, media_type="text/html; charset=utf-8")


ENDPOINTS = (
    Endpoint("/", ("GET",), index, Visit, media=("text/html", "application/json"), public=True),
    Endpoint("/talk", ("GET",), talk, Visit, media=("text/html",), public=True),
    Endpoint("/health", ("GET",), health, reply=Health, paced=False, public=True),
    Endpoint("/ready", ("GET",), ready, reply=Health, also=(503,), paced=False, public=True),
)
