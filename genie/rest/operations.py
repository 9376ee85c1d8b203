"""What an operator asks of a running server: to read its settings again, and to load its ear again."""

import asyncio
import logging

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from genie.live import Change
from genie.messages import EngineState
from genie.rest.endpoint import Endpoint, Params
from genie.rest.house import House
from genie.rest.reply import json_reply

log = logging.getLogger(__name__)


class Reloaded(BaseModel):
    """Settings that count from now on for new requests, sessions and jobs, and those that wait for a restart."""

    status: str
    changed: list[str]
    needs_restart: list[str]


class Ear(BaseModel):
    """The transcriber that serves, or why none does."""

    status: str
    stt: EngineState


async def init(house: House, request: Request, params: Params) -> Response:
    """Read the settings again; an invalid file is refused and changes nothing."""
    change = await reload(house)
    reply = Reloaded(status="reloaded", changed=list(change.changed), needs_restart=list(change.needs_restart))
    return json_reply(reply)


async def reload(house: House) -> Change:
    """Let the settings of files, environment and flags count, as far as they can without a restart."""
    wanted = await asyncio.to_thread(house.live.read)
    change = house.live.take(wanted)
    house.talk.limits = house.settings.queue
    logging.getLogger("genie").setLevel(house.settings.server.log_level.upper())
    log.info("settings_reloaded", extra={"changed": change.changed, "needs_restart": change.needs_restart})
    return change


async def load_stt_model(house: House, request: Request, params: Params) -> Response:
    """Say which transcriber serves; one that could not be loaded is loaded again, in the background."""
    slot = house.engines.stt
    status = "loading" if slot.load_again() else "ok"
    return json_reply(Ear(status=status, stt=slot.state))


ENDPOINTS = (
    Endpoint("/api/init", ("GET", "POST"), init, reply=Reloaded, changes=True),
    Endpoint("/api/load-stt-model", ("GET", "POST"), load_stt_model, reply=Ear, changes=True),
)
