"""What a client follows, where that stands, and the clock."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from genie.messages.message import Message, Request
from genie.queues.job import Job

Topic = Annotated[str, Field(pattern=r"^(todo|run|done|dead|answers|speech|notifications|time|job:[0-9A-Za-z]{1,64})$")]


class Subscribe(Request):
    """Ask for events of these topics; answered by `subscribed` with their present state."""

    type: Literal["subscribe"] = "subscribe"
    topics: Annotated[list[Topic], Field(min_length=1, max_length=32)]


class Unsubscribe(Request):
    """Ask for no more events of these topics."""

    type: Literal["unsubscribe"] = "unsubscribe"
    topics: Annotated[list[Topic], Field(min_length=1, max_length=32)]


class Subscribed(Message):
    """Answer `subscribe`: the queues asked for as they stood at `seq`, with their sizes.

    Of a long queue only a part is told: the first jobs of todo and run, the newest of done and dead.
    `paused` says whether your jobs wait until you resume them.
    """

    type: Literal["subscribed"] = "subscribed"
    topics: list[str]
    state: dict[str, list[Job]]
    sizes: dict[str, int]
    seq: int
    paused: bool = False
    ref: str | None = None


class Resync(Message):
    """The events since `after_seq` are gone: subscribe again for the present state."""

    type: Literal["resync"] = "resync"
    epoch: str
    seq: int


class TimeUpdate(Message):
    """The server's clock, each second, to subscribers of `time`."""

    type: Literal["time_update"] = "time_update"
    now: datetime
