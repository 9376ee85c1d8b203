"""A session and the requests on it: hello and goodbye, yes and no."""

from typing import Annotated, Literal

from pydantic import Field

from genie.messages.message import Message, Name, Request, Speed

PROTOCOL = 1


class Hello(Request):
    """Open or resume a session; it must come first.

    `voice`, `language` and `speed` (0.5 to 2.0) win over what the user chose for all clients (`/api/preferences`). A
    voice that the present engine lacks is stood in for, as `audio_update` tells.
    `language` is what this client's user speaks and hears; `auto`: it is detected, and answers have the voice's own.
    `speech` says whether this client plays answers: `now` (the default), `later` (once it subscribes to the topic
    `speech`: browsers play nothing before a tap), or `never` (its questions are answered as text alone).
    """

    type: Literal["hello"] = "hello"
    protocol: int
    session: Name | None = None
    epoch: Name | None = None
    after_seq: Annotated[int, Field(ge=0)] | None = None
    token: Name | None = None
    sample_rate: int | None = None
    voice: Name | None = None
    language: Name | None = None
    speed: Speed | None = None
    timezone: Name | None = None
    locale: Name | None = None
    speech: Literal["now", "later", "never"] | None = None


class EngineState(Message):
    """Which engine serves, and why; `progress` is how much of a better one's weights is on disk while they come."""

    name: str
    device: str
    state: Literal["loading", "ready", "failed"]
    reason: str
    model: str = ""
    progress: float | None = None


class Engines(Message):
    """The three engines in use."""

    stt: EngineState
    tts: EngineState
    vad: EngineState


class Connect(Message):
    """Answer `hello`: the session, where its event stream stands, the engines in use and the limits in force."""

    type: Literal["connect"] = "connect"
    protocol: int = PROTOCOL
    session: str
    epoch: str
    seq: int
    user: str
    engines: Engines
    limits: dict[str, float]
    paused: bool = False
    ref: str | None = None


class Accepted(Message):
    """A request was carried out, or its job was queued; `seq` is where the user's events stood then."""

    type: Literal["accepted"] = "accepted"
    ref: str | None = None
    job: str | None = None
    seq: int | None = None
    learned: list[str] | None = Field(
        default=None, description="names that came to your vocabulary because you put them right"
    )


class ErrorMessage(Message):
    """A request, a job or a stage failed; the socket stays open."""

    type: Literal["error"] = "error"
    code: str
    message: str
    field: str | None = None
    retry_after: float | None = Field(default=None, description="seconds after which the same may succeed")
    ref: str | None = None


class Ping(Request):
    """Ask for a `pong`."""

    type: Literal["ping"] = "ping"


class Pong(Message):
    """Answer `ping`."""

    type: Literal["pong"] = "pong"
    ref: str | None = None


class Disconnect(Message):
    """The server is about to close the socket."""

    type: Literal["disconnect"] = "disconnect"
    code: int
    reason: str
    retry_after: float | None = None
