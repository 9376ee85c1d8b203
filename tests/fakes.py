"""Small engines behind our own protocols, for tests that are not about engines."""

import asyncio
import threading
from collections.abc import Iterator, Mapping

import numpy as np

from genie.audio.engine import Card, Heard, Passage, Segment, Spoken, Stretch, Take
from genie.audio.pcm import Int16
from genie.audio.recording import Sound
from genie.audio.repertoire import Wanted
from genie.errors import BadInput, GenieError, StageFailed

RATE = 1_000
"""Hz of the fake voice: few samples make long sounds."""


def buzz(seconds: float, rate: int = 16_000) -> bytes:
    """Return PCM16 that passes for speech: as loud as a voice, and of another pitch every 40 ms."""
    times = np.arange(round(rate * seconds)) / rate
    pitch = np.array([200, 310, 450])[(times / 0.04).astype(int) % 3]
    return np.where(np.sin(2 * np.pi * pitch * times + 0.1) > 0, 8_000, -8_000).astype("<i2").tobytes()


class FakeClock:
    """A clock that stands still until a test sets it (s)."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class FakeSynthesizer:
    """Speak a tenth of a second for each character, in one sound a call; "crash" and "nothing" do as they say."""

    def __init__(self) -> None:
        self.spoken: list[str] = []
        self.closed = 0

    def describe(self) -> Card:
        return Card(name="fake", rate=RATE, instant=True)

    def synthesize(self, passage: Passage) -> Iterator[Take]:
        text = passage.text
        if passage.voice == "nobody":
            raise BadInput("unknown_voice", "no such voice")
        if "crash" in text:
            raise ZeroDivisionError
        self.spoken.append(text)
        try:
            for _ in range(len(text)):
                yield Take(np.full(RATE // 10, len(self.spoken), np.int16))
        finally:
            self.closed += 1


class BrokenSynthesizer(FakeSynthesizer):
    """Speak, or do what the engines of others have done, where the text names it."""

    GIVEN: Mapping[str, object] = {
        "nothing at all": None,
        "bytes": b"sound",
        "an array": np.zeros(10, np.int16),
        "numbers": Take([1, 2, 3]),
        "floats": Take(np.full(10, 0.5, np.float32)),
        "NaN": Take(np.full(10, np.nan, np.float32)),
        "wide": Take(np.zeros(10, np.int32)),
        "stereo": Take(np.zeros((10, 2), np.int16)),
    }

    def synthesize(self, passage: Passage) -> Iterator[Take]:
        for name, given in self.GIVEN.items():
            if name in passage.text:
                yield given
        if "hang" in passage.text:
            threading.Event().wait(10)
        if "mute" in passage.text:
            return
        while "endless" in passage.text:
            yield Take(np.ones(RATE, np.int16))
        yield from super().synthesize(passage)


class FakeDetector:
    """Say that loud frames are speech."""

    def describe(self) -> Card:
        return Card(name="fake")

    def open(self, stream: str) -> None:
        pass

    def probabilities(self, stream: str, frames: list[Int16]) -> list[float]:
        return [1.0 if np.abs(frame).max() > 1_000 else 0.0 for frame in frames]

    def close(self, stream: str) -> None:
        pass


class FakeTranscriber:
    """Hear one word for every half second of sound, and commit all but the last; remember what it was asked."""

    def __init__(self, *, fails: bool = False) -> None:
        self.fails = fails
        self.heard: dict[str, int] = {}
        self.calls: list[str] = []
        self.open_streams: set[str] = set()
        self.free = threading.Event()
        self.free.set()

    def describe(self) -> Card:
        return Card(name="fake")

    def open(self, stream: str, spoken: Spoken) -> None:
        self.calls.append("open")
        self.heard[stream] = 0
        self.open_streams.add(stream)

    def feed(self, stream: str, samples: Int16) -> None:
        self.calls.append("feed")
        self.heard[stream] += len(samples)

    def hear(self, streams: list[str]) -> list[Heard | GenieError]:
        self.calls.append("hear")
        self.free.wait(10)
        return [self._partial(stream) for stream in streams]

    def anticipate(self, stream: str) -> None:
        self.calls.append("anticipate")

    def finish(self, stream: str) -> Heard:
        self.calls.append("finish")
        if self.fails:
            raise ZeroDivisionError
        return Heard(" ".join(self._words(stream)))

    def abandon(self, stream: str) -> None:
        self.open_streams.discard(stream)

    def transcribe(self, recording: Sound, spoken: Spoken, start_s: float = 0.0) -> Iterator[Stretch]:
        seconds = len(recording) / 16_000
        yield Stretch(seconds, (Segment(0.0, seconds, "recording"),))

    def _partial(self, stream: str) -> Heard | GenieError:
        if self.fails:
            return StageFailed("engine_failed", "it fails")
        words = self._words(stream)
        return Heard(" ".join(words[:-1]), " ".join(words[-1:]))

    def _words(self, stream: str) -> list[str]:
        return [f"word{number}" for number in range(self.heard[stream] // 8_000)]


class Shelf:
    """Keep takes in memory; remember what was asked for."""

    def __init__(self) -> None:
        self.kept: dict[str, tuple[Take, ...]] = {}
        self.jobs: list[str | None] = []

    async def find(self, name: str) -> tuple[Take, ...] | None:
        await asyncio.sleep(0)  # a disk takes a moment
        return self.kept.get(name)

    def keep(self, wanted: Wanted, takes: tuple[Take, ...]) -> None:
        self.jobs.append(wanted.job)
        self.kept[wanted.name] = takes
