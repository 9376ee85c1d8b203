"""Replies that every resource gives: pydantic models as JSON, and coded errors."""

from pydantic import BaseModel
from starlette.responses import Response

from genie.errors import Busy, GenieError


class ErrorDetail(BaseModel):
    """What is wrong with a request."""

    code: str
    message: str
    field: str | None = None


class ErrorReply(BaseModel):
    """The body of every reply that is not a success."""

    error: ErrorDetail


def json_reply(model: BaseModel, status: int = 200) -> Response:
    """Return a model as JSON, fields that are null left out."""
    return Response(model.model_dump_json(exclude_none=True), status, media_type="application/json")


def error_reply(error: GenieError) -> Response:
    """Return an error with its status; what is only full at present says when to come back."""
    body = ErrorReply(error=ErrorDetail(code=error.code, message=error.message, field=error.field))
    reply = json_reply(body, error.status)
    if isinstance(error, Busy):
        reply.headers["Retry-After"] = "5"
    return reply
