"""A line of speeches over a small voice, and an ear that keeps what comes of it."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import asynccontextmanager

from genie.audio.engine import Card, Passage, Take
from genie.audio.lane import Lane
from genie.audio.pcm import Words
from genie.audio.speech import Manner
from genie.audio.speech_line import SpeechLine
from genie.audio.studio import Studio
from genie.errors import GenieError
from tests.fakes import RATE, FakeSynthesizer

PLAIN = Manner()


class Ear:
    """Listen to speeches and keep what came, in order."""

    def __init__(self) -> None:
        self.told: list[tuple] = []
        self.words: list[tuple[int, int, int]] = []
        self.samples: dict[int, int] = {}
        self.spoken: set[str] = set()
        self.disclaimed: list[str] = []
        self.changed = asyncio.Event()

    held_s = 0.0

    async def present(self) -> None:
        return None

    async def claim(self, job: str, *, again: bool) -> bool:
        return again or job not in self.spoken

    async def disclaim(self, job: str) -> None:
        self.disclaimed.append(job)

    def take_up(self, number: Callable[[], int]) -> float:
        self._tell("taken_up")
        return 0.0

    def speech_began(self, speech: int, job: str | None, rate: int, *how: object, urgent: bool = False) -> None:
        self._tell("began", speech, job)

    def speech_caption(self, speech: int, text: str | None, first_sample: int, words: Words) -> None:
        if text is not None:
            self._tell("caption", speech, text, first_sample)
        self.words += words

    def speech_frame(self, speech: int, first_sample: int, pcm: bytes) -> None:
        assert first_sample == self.samples.get(speech, 0)
        self.samples[speech] = first_sample + len(pcm) // 2
        self.changed.set()

    def speech_unheard(self, job: str, rate: int) -> None:
        self._tell("unheard", job, rate)

    def speech_ended(self, speech: int, samples: int, reason: str, error: GenieError | None) -> None:
        self._tell("ended", speech, samples, reason, error.code if error else None)

    def _tell(self, *what) -> None:
        self.told.append(what)
        self.changed.set()

    async def until(self, condition) -> None:
        async with asyncio.timeout(10):
            while not condition():
                self.changed.clear()
                await self.changed.wait()

    def ends(self) -> list[tuple]:
        return [what for what in self.told if what[0] == "ended"]


class SlowSynthesizer(FakeSynthesizer):
    """Begin to speak when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = threading.Event()
        self.free = threading.Event()

    def synthesize(self, passage: Passage) -> Iterator[Take]:
        self.asked.set()
        self.free.wait(10)
        yield from super().synthesize(passage)


@asynccontextmanager
async def slow_line():
    """A line with a voice that begins to speak when it is let."""
    engine = SlowSynthesizer()
    lane = Lane(lambda: engine, name="slow")
    try:
        async with line(voice=lambda: Studio(lane, Card("slow", rate=RATE, voice="slow"))) as (speeches, ear, _):
            yield speeches, ear, engine
    finally:
        engine.free.set()
        lane.close()


@asynccontextmanager
async def line(ahead_s: float = 1_000.0, voice=None, store=None):
    ear, engine = Ear(), FakeSynthesizer()
    lane = Lane(lambda: engine, name="fake")
    speeches = SpeechLine(ear, voice or (lambda: Studio(lane, Card("fake", rate=RATE, voice="fake"))), ahead_s, store)
    try:
        yield speeches, ear, engine
    finally:
        speeches.close()
        lane.close()


def say(speeches: SpeechLine, text: str, job: str | None = "j", manner: Manner = PLAIN) -> None:
    speech = speeches.reserve(job, manner)
    if text:
        speech.feed(text)
    speech.close()
