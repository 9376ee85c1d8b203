"""What stands between everything that speaks and the voice: passages become takes here, whoever asks."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

from genie.audio.engine import Card, Passage, Synthesizer, Take
from genie.audio.lane import Lane


@dataclass(frozen=True, slots=True)
class Studio:
    """The voice that serves now: a speech keeps the studio that it began with, whatever takes the voice's place."""

    lane: Lane[Synthesizer]
    card: Card

    @property
    def rate(self) -> int:
        """The rate of its takes in Hz."""
        return self.card.rate

    async def takes(self, passage: Passage, *, first: bool) -> AsyncGenerator[Take, None]:
        """Yield the sound of a passage; `first`: somebody waits for it in silence."""
        iterate = self.lane.iterate_first if first else self.lane.iterate
        made = iterate(Synthesizer.synthesize, passage)
        async with aclosing(made):
            async for take in made:
                yield take
