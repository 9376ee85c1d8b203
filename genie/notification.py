"""A notification: something that a user is to know, however they are told. Pure."""

from datetime import datetime
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict

from genie.audio.chimes import ChimeName
from genie.errors import BadInput, TooLarge

Urgency = Literal["low", "normal", "high", "urgent"]
"""`low` is never spoken, `normal` waits for its turn, `high` goes before what has not begun, `urgent` interrupts: what
it interrupts goes on behind it."""

URGENCIES: tuple[Urgency, ...] = get_args(Urgency)

SoundName = Literal[ChimeName, "none"]


class Notification(BaseModel):
    """What a user is told: `unheard` says that it is to be spoken and was not yet."""

    model_config = ConfigDict(frozen=True)

    id: str
    user: str
    text: str
    sound: SoundName
    priority: Urgency
    at: datetime
    key: str | None = None
    read: bool = False
    unheard: bool = False

    @property
    def chime(self) -> ChimeName | None:
        return None if self.sound == "none" else self.sound

    @property
    def weight(self) -> int:
        """How urgent it is: a greater number goes first."""
        return URGENCIES.index(self.priority)


def checked(text: str, limit: int) -> str:
    """Return the text of a notification without outer space, or raise `empty_text` or `text_too_long`."""
    plain = " ".join(text.split())
    if not plain:
        raise BadInput("empty_text", "the notification says nothing", field="text")
    if len(plain) > limit:
        raise TooLarge("text_too_long", f"a notification may have {limit} characters", field="text")
    return plain
