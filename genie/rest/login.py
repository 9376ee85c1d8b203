"""Logging in with a browser: the token once, a cookie from then on."""

import logging
from typing import Annotated

from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from genie.errors import Unauthorized
from genie.keys import MAX_CHARS
from genie.rest.door import COOKIE, address_of
from genie.rest.endpoint import Endpoint, Params
from genie.rest.house import House
from genie.rest.reply import json_reply

log = logging.getLogger(__name__)


class LoginParams(Params):
    """A user's token."""

    token: Annotated[str, Field(max_length=MAX_CHARS)]


class Visitor(BaseModel):
    """Who the caller is: `user` is missing before a login, and `tokens` is false where nobody needs one."""

    user: str | None = None
    tokens: bool


async def get_login(house: House, request: Request, params: Params) -> Response:
    """Say who the caller is, and whether tokens are asked for."""
    try:
        user = house.door.user_of(request)
    except Unauthorized:
        return json_reply(Visitor(tokens=True))
    return json_reply(Visitor(user=user, tokens=house.door.guarded))


async def login(house: House, request: Request, params: LoginParams) -> Response:
    """Log a browser in: the cookie stands for the token until it ends or the token does."""
    address = address_of(request)
    house.rates.login(address)
    try:
        user, cookie = house.door.login(params.token)
    except Unauthorized:
        log.warning("login_refused", extra={"address": address})
        raise
    log.info("logged_in", extra={"user": user, "address": address})
    reply = json_reply(Visitor(user=user, tokens=True))
    _set_cookie(house, request, reply, cookie, round(house.settings.auth.login_s))
    return reply


async def logout(house: House, request: Request, params: Params) -> Response:
    """Take the browser's cookie back."""
    reply = json_reply(Visitor(tokens=house.door.guarded))
    _set_cookie(house, request, reply, "", 0)
    return reply


def _set_cookie(house: House, request: Request, reply: Response, cookie: str, seconds: int) -> None:
    reply.set_cookie(
        COOKIE,
        cookie,
        max_age=seconds,
        path=house.settings.server.root_path or "/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )


ENDPOINTS = (
    Endpoint("/api/login", ("GET",), get_login, reply=Visitor, public=True),
    Endpoint("/api/login", ("POST",), login, LoginParams, Visitor, public=True),
    Endpoint("/api/logout", ("POST",), logout, reply=Visitor, public=True),
)
