"""What every message is, and the fields that many have."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from genie.audio.speed import FASTEST, SLOWEST, checked_speed

MAX_NAME = 200
"""Characters of an identifier, a language tag, a zone name and the like."""

Name = Annotated[str, Field(max_length=MAX_NAME)]
Speed = Annotated[float, Field(ge=SLOWEST, le=FASTEST), BeforeValidator(checked_speed)]
"""How fast a voice speaks; anything else than a number within the bounds is `bad_speed`."""


class Message(BaseModel):
    """What every message is: frozen, and without unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Request(Message):
    """What a client says; `ref` comes back in `accepted` or `error`."""

    ref: Name | None = None
