"""Where somebody listens with small engines, and everything that is told there."""

import itertools
from contextlib import aclosing, asynccontextmanager

import numpy as np

from genie import config
from genie.audio.engine import Spoken
from genie.audio.lane import Lane
from genie.audio.listening import Listening
from genie.audio.transcription import Ears
from genie.messages import Transcript
from tests.fakes import FakeDetector, FakeTranscriber

RATE = 16_000
QUIET = {"vad.min_speech_s": 0.1, "vad.silence_s": 0.5, "vad.pre_roll_s": 0.3}


def silence(seconds: float) -> bytes:
    return np.zeros(round(RATE * seconds), "<i2").tobytes()


class Room:
    """Listenings over fake engines, and everything they told."""

    def __init__(self, transcriber: FakeTranscriber, detector: FakeDetector | None = None, **settings) -> None:
        self.engine = transcriber
        self.told: list = []
        self._lanes = Lane(lambda: transcriber, name="ear"), Lane(lambda: detector or FakeDetector(), name="detector")
        whole = config.load(environment={}, flags={**QUIET, **settings})
        self._ears = Ears(self._lanes[0], self._lanes[1], whole.stt, whole.vad, Spoken("en"))

    def listen(self, mode: str = "push_to_talk", rate: int = RATE, overlap=None) -> Listening:
        return Listening(mode, rate, lambda: self._ears, self.told.append, "s", itertools.count(1), overlap)

    async def settled(self) -> None:
        """Return when the ear has done what it was told until now, and made the final texts that may be wanted."""
        await self._lanes[0].speculate(FakeTranscriber.describe)

    def partials(self) -> list[Transcript]:
        return [message for message in self.told if isinstance(message, Transcript) and not message.final]

    def kinds(self) -> list[type]:
        return [type(message) for message in self.told]

    def close(self) -> None:
        for lane in self._lanes:
            lane.close()


@asynccontextmanager
async def room(transcriber: FakeTranscriber | None = None, detector: FakeDetector | None = None, **settings):
    one = Room(transcriber or FakeTranscriber(), detector, **settings)
    try:
        yield one
    finally:
        one.close()


async def texts(listening: Listening) -> list[str]:
    async with aclosing(listening.utterances()) as utterances:
        return [said.text async for said in utterances]


def words(count: int) -> str:
    return " ".join(f"word{number}" for number in range(count))
