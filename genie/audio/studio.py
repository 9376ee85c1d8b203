"""What stands between everything that speaks and the voice: passages become takes here, whoever asks."""

import hashlib
import json
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from functools import partial

from genie import __version__
from genie.audio.engine import Card, Passage, Synthesizer, Take
from genie.audio.lane import Lane
from genie.audio.repertoire import Repertoire, Wanted
from genie.audio.soundness import Soundness
from genie.audio.tempo import Tempo
from genie.errors import StageFailed

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Studio:
    """The voice that serves now: a speech keeps the studio that it began with, whatever takes the voice's place.

    What it says is shared through the repertoire, and how fast it is followed by the tempo; `job` is the one that it
    speaks for, where there is one. In `spare` time it works when nobody else wants the voice.
    """

    lane: Lane[Synthesizer]
    card: Card
    repertoire: Repertoire = field(default_factory=Repertoire)
    tempo: Tempo = field(default_factory=Tempo)
    job: str | None = None
    spare: bool = False

    @property
    def rate(self) -> int:
        """The rate of its takes in Hz."""
        return self.card.rate

    @property
    def pace(self) -> float:
        """Seconds of work for a second of sound, as they are planned for at present."""
        return self.tempo.planned(self.card.pace)

    def speaking_for(self, job: str | None) -> "Studio":
        """Return the same voice at work for a job: what is kept of it goes with the job."""
        return replace(self, job=job)

    def in_spare_time(self) -> "Studio":
        """Return the same voice at work on what nobody waits for."""
        return replace(self, spare=True)

    async def takes(self, passage: Passage, due: float | None) -> AsyncGenerator[Take, None]:
        """Yield the sound of a passage, after which silence is `due` (time of the loop); None: it is silent by now."""
        takes = self._made(passage, due) if self.card.instant else self._shared(passage, due)
        async with aclosing(takes):
            async for take in takes:
                yield take

    def _shared(self, passage: Passage, due: float | None) -> AsyncGenerator[Take, None]:
        wanted = Wanted(name_of(self.card, passage), self.rate, self.job, spare=self.spare)
        return self.repertoire.takes(wanted, partial(self._made, passage, due))

    async def _made(self, passage: Passage, due: float | None) -> AsyncGenerator[Take, None]:
        """Yield what the engine makes of a passage, once it was found to be sound.

        An engine that was restarted for the sake of another passage is asked again, and goes on where it was: the same
        passage sounds the same.
        """
        given, again = 0, True
        while True:
            try:
                async with aclosing(self._asked(passage, due)) as made:
                    async for number, take in made:
                        if number == given:
                            yield take
                            given += 1
                return
            except StageFailed as error:
                if error.code != "engine_restarted" or not again:
                    raise
                again = False

    async def _asked(self, passage: Passage, due: float | None) -> AsyncGenerator[tuple[int, Take], None]:
        soundness, number = Soundness(passage, self.rate), 0
        async with aclosing(self._iterated(passage, due)) as made:
            async for given in made:
                take = soundness.checked(given)
                if self.tempo.note(take.work_s, len(take.samples) / self.rate, self.card.pace):
                    log.info("pace", extra={"engine": self.card.name, "planned": self.pace})
                yield number, take
                number += 1
        soundness.ended()

    def _iterated(self, passage: Passage, due: float | None) -> AsyncGenerator[Take, None]:
        if self.spare:
            return self.lane.iterate_spare(Synthesizer.synthesize, passage)
        if due is None:
            return self.lane.iterate_first(Synthesizer.synthesize, passage)
        return self.lane.iterate_due(due, Synthesizer.synthesize, passage)


class Studios:
    """The studio of the voice that serves, whichever it is: the same one for as long as it does."""

    def __init__(self, repertoire: Repertoire) -> None:
        self._repertoire = repertoire
        self._last: Studio | None = None

    def of(self, lane: Lane[Synthesizer], card: Card) -> Studio:
        """Return the studio of a voice."""
        if self._last is None or self._last.lane is not lane:
            self._last = Studio(lane, card, self._repertoire)
        return self._last


def name_of(card: Card, passage: Passage) -> str:
    """Return a name for everything that the sound of a passage depends on: 40 hexadecimal digits."""
    voice = passage.voice or ("" if passage.language else card.voice)
    language = (passage.language or "").lower()
    engine = (__version__, card.name, card.model, card.edition, card.rate)
    said = (voice, language, passage.speed, passage.text, passage.phones)
    return hashlib.blake2b(json.dumps((engine, said)).encode(), digest_size=20).hexdigest()
