"""Which messages there are, one union for each side, and how they are written: flat JSON objects with a `type`."""

from functools import cache
from typing import Annotated, Any, cast, get_args

import orjson
from pydantic import Field, TypeAdapter, ValidationError

from genie.errors import BadInput, TooLarge
from genie.messages import jobs, listening, notifications, queues, session, speech, topics
from genie.messages.message import Message

ClientMessage = Annotated[
    session.Hello
    | topics.Subscribe
    | topics.Unsubscribe
    | listening.ListenStart
    | listening.ListenStop
    | listening.ListenCancel
    | jobs.Ask
    | jobs.JobCancel
    | jobs.JobRetry
    | jobs.JobDelete
    | jobs.JobReplay
    | jobs.JobEdit
    | jobs.JobMove
    | queues.QueuePause
    | queues.QueueResume
    | speech.SpeechStop
    | speech.SpeechPlayed
    | session.Ping,
    Field(discriminator="type"),
]

ServerMessage = Annotated[
    session.Connect
    | session.Accepted
    | topics.Subscribed
    | topics.Resync
    | listening.UtteranceStarted
    | listening.UtteranceEnded
    | listening.Transcript
    | queues.TodoUpdate
    | queues.RunUpdate
    | queues.DoneUpdate
    | queues.DeadUpdate
    | queues.QueueState
    | jobs.Progress
    | jobs.AnswerDelta
    | jobs.Answer
    | speech.AudioUpdate
    | speech.Caption
    | speech.AudioEnd
    | speech.AudioHold
    | topics.TimeUpdate
    | notifications.NotificationSoundUpdate
    | notifications.InboxUpdate
    | session.ErrorMessage
    | session.Pong
    | session.Disconnect,
    Field(discriminator="type"),
]


def kinds(union: Any) -> tuple[type[Message], ...]:
    """Return the classes of `ClientMessage` or `ServerMessage`."""
    return get_args(get_args(union)[0])


@cache
def _adapter(union: Any) -> TypeAdapter[Any]:
    return TypeAdapter(union)


def encode(message: Message) -> str:
    """Return the JSON text of a message; fields that are null are left out."""
    return message.model_dump_json(exclude_none=True)


def decode_client(text: str, limit: int) -> ClientMessage:
    """Read a client's message, or raise a coded error that names what is wrong with it."""
    if len(text) > limit:
        raise TooLarge("too_large", f"a JSON message may have {limit} characters")
    try:
        plain = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise BadInput("bad_json", f"not valid JSON: {error}") from error
    ref = plain.get("ref") if isinstance(plain, dict) and isinstance(plain.get("ref"), str) else None
    try:
        return cast(ClientMessage, _adapter(ClientMessage).validate_python(plain))
    except ValidationError as error:
        raise _explain(error, ref) from error
    except BadInput as error:  # a value that has a code of its own
        raise BadMessage(error.code, error.message, field=error.field, ref=ref) from error


def decode_server(text: str) -> ServerMessage:
    """Read a server's message; for clients written in Python, and for tests."""
    return cast(ServerMessage, _adapter(ServerMessage).validate_json(text))


class BadMessage(BadInput):
    """A message that is JSON, but not one of the closed set."""

    def __init__(self, code: str, message: str, *, field: str | None, ref: str | None) -> None:
        super().__init__(code, message, field=field)
        self.ref = ref


def _explain(error: ValidationError, ref: str | None) -> BadMessage:
    first = error.errors(include_url=False, include_input=False)[0]
    if first["type"] in ("union_tag_invalid", "union_tag_not_found"):
        known = ", ".join(kind.model_fields["type"].default for kind in kinds(ClientMessage))
        return BadMessage("unknown_type", f"type must be one of {known}", field="type", ref=ref)
    field = ".".join(str(part) for part in first["loc"][1:]) or None
    return BadMessage("bad_message", f"{field or 'message'}: {first['msg']}", field=field, ref=ref)
