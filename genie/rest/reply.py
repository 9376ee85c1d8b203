"""Replies that every resource gives: pydantic models as JSON, and coded errors."""

import math
from http import HTTPStatus

from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route

from genie.errors import Busy, GenieError, Unauthorized, Unsatisfiable


class ErrorDetail(BaseModel):
    """What is wrong with a request; `known` is what could be given instead, where that can be listed."""

    code: str
    message: str
    field: str | None = None
    known: list[str] | None = None


class ErrorReply(BaseModel):
    """The body of every reply that is not a success."""

    error: ErrorDetail


def json_reply(model: BaseModel, status: int = 200) -> Response:
    """Return a model as JSON, fields that are null left out."""
    return Response(model.model_dump_json(exclude_none=True), status, media_type="application/json")


def error_reply(error: GenieError) -> Response:
    """Return an error with its status; what is only full at present says when to come back."""
    known = list(error.known) or None
    body = ErrorReply(error=ErrorDetail(code=error.code, message=error.message, field=error.field, known=known))
    reply = json_reply(body, error.status)
    if isinstance(error, Busy):
        reply.headers["Retry-After"] = str(math.ceil(error.retry_s))
    if isinstance(error, Unauthorized):
        reply.headers["WWW-Authenticate"] = 'Bearer realm="genie"'
    return reply


def unsatisfiable(error: Unsatisfiable, size: int) -> Response:
    """Return the error for a range of which a reply of `size` bytes has none, and how many it has."""
    reply = error_reply(error)
    reply.headers["Content-Range"] = f"bytes */{size}"
    return reply


async def refusal(request: Request, error: Exception) -> Response:
    """Return what Starlette refuses by itself (no such path, not with this method) as a coded error."""
    assert isinstance(error, HTTPException)
    code = HTTPStatus(error.status_code).phrase.lower().replace(" ", "_")
    message = f"{request.method} {request.url.path}: {error.detail}"
    reply = json_reply(ErrorReply(error=ErrorDetail(code=code, message=message)), error.status_code)
    reply.headers.update(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED and (methods := _methods(request)):
        reply.headers["Allow"] = ", ".join(sorted(methods))
    return reply


def _methods(request: Request) -> set[str]:
    """Return what may be done with a path: several endpoints may share it, of which Starlette names the first."""
    found = [route for route in request.app.routes if isinstance(route, Route)]
    return {
        method for route in found if route.matches(request.scope)[0] is not Match.NONE for method in route.methods or ()
    }
