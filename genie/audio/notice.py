"""What makes a speech an announcement: a chime before its text, a rank in the line, a claim of its own."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from enum import IntEnum

from genie.audio.chimes import ChimeName, chime
from genie.audio.pcm import Piece


class Rank(IntEnum):
    """Where a speech stands in a line: a smaller one goes before all of the larger ones that have not begun."""

    URGENT = 1
    AHEAD = 2
    IN_TURN = 3


@dataclass(frozen=True, slots=True)
class Notice:
    """An announcement with the id of what it announces; `claim` says, once, whether it is still to be heard."""

    about: str
    chime: ChimeName | None
    rank: Rank
    claim: Callable[[], Awaitable[bool]]

    async def sounds(self, rate: int, spoken: AsyncGenerator[Piece, None]) -> AsyncGenerator[Piece, None]:
        """Yield the chime at `rate` Hz, then what is spoken: it is made while the chime is heard."""
        async with aclosing(spoken):
            if self.chime is not None:
                yield Piece(None, chime(self.chime, rate))
            async for piece in spoken:
                yield piece
