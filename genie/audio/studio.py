"""What stands between everything that speaks and the voice: passages become takes here, whoever asks."""

import hashlib
import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from functools import partial
from math import ceil

from genie import __version__
from genie.audio.engine import Card, Passage, Synthesizer, Take
from genie.audio.lane import Lane
from genie.audio.repertoire import Repertoire, Wanted
from genie.audio.soundness import Soundness
from genie.errors import StageFailed

SLOWER = 1.25
"""How much slower than when it was loaded a voice may be before speech runs dry: the machine has other things to do."""

SLOWEST = 8
"""Tenths of a second for a second of sound: pieces are planned for no slower voice, as they would be too short."""


@dataclass(frozen=True, slots=True)
class Studio:
    """The voice that serves now: a speech keeps the studio that it began with, whatever takes the voice's place.

    What it says is shared through the repertoire; `job` is the one that it speaks for, where there is one. In `spare`
    time it works when nobody else wants the voice.
    """

    lane: Lane[Synthesizer]
    card: Card
    repertoire: Repertoire = field(default_factory=Repertoire)
    job: str | None = None
    spare: bool = False

    @property
    def rate(self) -> int:
        """The rate of its takes in Hz."""
        return self.card.rate

    @property
    def pace(self) -> float:
        """Seconds of work for a second of sound, as they are planned for, in tenths: it is the same after a restart."""
        return min(max(1, ceil(10 * SLOWER * self.card.pace)), SLOWEST) / 10

    def speaking_for(self, job: str | None) -> "Studio":
        """Return the same voice at work for a job: what is kept of it goes with the job."""
        return replace(self, job=job)

    def in_spare_time(self) -> "Studio":
        """Return the same voice at work on what nobody waits for."""
        return replace(self, spare=True)

    async def takes(self, passage: Passage, *, first: bool) -> AsyncGenerator[Take, None]:
        """Yield the sound of a passage; `first`: somebody waits for it in silence."""
        takes = self._made(passage, first=first) if self.card.instant else self._shared(passage, first=first)
        async with aclosing(takes):
            async for take in takes:
                yield take

    def _shared(self, passage: Passage, *, first: bool) -> AsyncGenerator[Take, None]:
        wanted = Wanted(name_of(self.card, passage), self.rate, self.job, spare=self.spare)
        return self.repertoire.takes(wanted, partial(self._made, passage, first=first))

    async def _made(self, passage: Passage, *, first: bool) -> AsyncGenerator[Take, None]:
        """Yield what the engine makes of a passage, once it was found to be sound.

        An engine that was restarted for the sake of another passage is asked again, and goes on where it was: the same
        passage sounds the same.
        """
        given, again = 0, True
        while True:
            try:
                async with aclosing(self._asked(passage, first=first)) as made:
                    async for number, take in made:
                        if number == given:
                            yield take
                            given += 1
                return
            except StageFailed as error:
                if error.code != "engine_restarted" or not again:
                    raise
                again = False

    async def _asked(self, passage: Passage, *, first: bool) -> AsyncGenerator[tuple[int, Take], None]:
        lane = self.lane
        iterate = lane.iterate_spare if self.spare else lane.iterate_first if first else lane.iterate
        soundness, number = Soundness(passage, self.rate), 0
        async with aclosing(iterate(Synthesizer.synthesize, passage)) as made:
            async for given in made:
                yield number, soundness.checked(given)
                number += 1
        soundness.ended()


def name_of(card: Card, passage: Passage) -> str:
    """Return a name for everything that the sound of a passage depends on: 40 hexadecimal digits."""
    voice = passage.voice or ("" if passage.language else card.voice)
    language = (passage.language or "").lower()
    engine = (__version__, card.name, card.model, card.edition, card.rate)
    said = (voice, language, passage.speed, passage.text, passage.phones)
    return hashlib.blake2b(json.dumps((engine, said)).encode(), digest_size=20).hexdigest()
