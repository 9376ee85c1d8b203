import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import numpy as np
import pytest

from genie import config
from genie.audio.engine import LISTENING_RATE, Heard, Spoken
from genie.audio.lane import Lane
from genie.audio.pcm import Int16
from genie.audio.transcription import Ears, Utterance
from genie.errors import GenieError
from genie.messages import Transcript
from tests.fakes import FakeDetector, FakeTranscriber

SETTINGS = config.load(environment={}, flags={"stt.interval_s": 0.5})


def sound(seconds: float) -> Int16:
    return np.ones(round(seconds * LISTENING_RATE), np.int16)


class Mouth:
    """An utterance over a small engine, and what it told."""

    def __init__(self, engine: FakeTranscriber, lane: Lane[FakeTranscriber]) -> None:
        self.engine = engine
        self.told: list[Transcript] = []
        self.lane = lane
        ears = Ears(lane, Lane(FakeDetector, name="detector"), SETTINGS.stt, SETTINGS.vad, Spoken("en"))  # type: ignore[arg-type]
        self.utterance = Utterance(f"s{id(self)}", 1, ears, self.told.append)  # type: ignore[arg-type]

    def speak(self, seconds: float, *, silence: float = 0.0) -> None:
        self.utterance.add(sound(seconds))
        if silence:
            self.utterance.add(sound(silence), speech=False)

    async def until(self, happened: Callable[[], bool]) -> None:
        async with asyncio.timeout(30):
            while not happened():
                await asyncio.sleep(0.001)

    async def settled(self) -> None:
        """Return when all that the engine was asked is answered."""
        for _ in range(5):
            await self.lane.call(FakeTranscriber.describe)

    def asked(self) -> list[str]:
        """Return what the engine was asked, but for feeding."""
        return [call for call in self.engine.calls if call != "feed"]


@asynccontextmanager
async def mouth(engine: FakeTranscriber | None = None) -> AsyncIterator[Mouth]:
    ear = engine or FakeTranscriber()
    lane = Lane(lambda: ear, name="ear")
    await lane.load()
    try:
        yield Mouth(ear, lane)
    finally:
        ear.free.set()
        lane.close()


async def test_sound_is_fed_before_it_is_asked_for() -> None:
    async with mouth() as here:
        here.speak(0.3)
        await here.until(lambda: "feed" in here.engine.calls)
        await here.settled()
        assert here.engine.calls == ["open", "feed"]


async def test_a_pause_has_the_final_text_made_and_shown_and_the_end_asks_for_nothing_new() -> None:
    async with mouth() as here:
        here.speak(0.4, silence=0.2)
        here.utterance.pause()
        await here.until(lambda: bool(here.told))
        here.utterance.add(sound(3.0), speech=False)
        assert await here.utterance.finish() == "word0"
        assert here.engine.calls == ["open", "feed", "anticipate", "hear", "finish"]
        assert sum(here.engine.heard.values()) == len(sound(0.4)) + len(sound(0.2))


async def test_the_text_is_settled_from_the_pause_until_somebody_speaks_on() -> None:
    async with mouth() as here:
        here.engine.free.clear()
        here.speak(1.0)
        await here.until(lambda: "hear" in here.engine.calls)
        here.speak(0.6, silence=0.2)
        here.utterance.pause()
        assert not here.utterance.settled
        here.engine.free.set()
        await here.until(lambda: here.utterance.settled)
        assert here.utterance.text == "word0 word1 word2"
        here.speak(0.1)
        assert not here.utterance.settled


async def test_a_pause_that_was_none_goes_on() -> None:
    async with mouth() as here:
        here.speak(0.4, silence=0.3)
        here.utterance.pause()
        await here.until(lambda: bool(here.told))
        here.utterance.add(sound(0.6), speech=False)
        here.speak(0.2)
        assert await here.utterance.finish() == "word0 word1 word2"


async def test_an_end_that_is_anticipated_too_late_is_not_anticipated() -> None:
    async with mouth() as here:
        here.engine.free.clear()
        here.speak(1.0)
        await here.until(lambda: "hear" in here.engine.calls)
        here.utterance.pause()
        await asyncio.sleep(0)
        ending = asyncio.create_task(here.utterance.finish())
        here.engine.free.set()
        assert await ending == "word0 word1"
        assert here.asked() == ["open", "hear", "finish"]


async def test_who_speaks_on_withdraws_what_was_anticipated() -> None:
    async with mouth() as here:
        here.engine.free.clear()
        here.speak(1.0)
        await here.until(lambda: "hear" in here.engine.calls)
        here.utterance.pause()
        await asyncio.sleep(0)
        here.speak(0.1)
        here.engine.free.set()
        await here.until(lambda: bool(here.told))
        await here.settled()
        assert "anticipate" not in here.engine.calls


async def test_a_partial_that_waits_is_withdrawn_when_its_utterance_ends() -> None:
    async with mouth() as here:
        other = Mouth(here.engine, here.lane)
        here.engine.free.clear()
        other.speak(1.0)
        await here.until(lambda: "hear" in here.engine.calls)
        here.speak(1.0)
        await asyncio.sleep(0)
        ending = asyncio.create_task(here.utterance.finish())
        await asyncio.sleep(0)
        here.engine.free.set()
        await ending
        await here.settled()
        assert here.asked().count("hear") == 1


async def test_silence_is_neither_fed_nor_decoded() -> None:
    async with mouth() as here:
        here.utterance.add(sound(5.0), speech=False)
        here.utterance.pause()
        assert await here.utterance.finish() == ""
        assert here.engine.calls == []


async def test_the_same_text_is_told_once() -> None:
    async with mouth() as here:
        here.speak(0.6)
        await here.until(lambda: bool(here.told))
        here.utterance.add(sound(0.1), speech=False)
        here.utterance.pause()
        await here.until(lambda: here.asked() == ["open", "hear", "anticipate", "hear"])
        await here.settled()
        assert [(told.committed, told.tentative) for told in here.told] == [("", "word0")]


class Forgetful(FakeTranscriber):
    """Take back the first word that it committed."""

    def finish(self, stream: str) -> Heard:
        return Heard(super().finish(stream).committed.replace("word0", "bird"))


async def test_an_engine_that_takes_words_back_is_not_believed(caplog: pytest.LogCaptureFixture) -> None:
    async with mouth(Forgetful()) as here:
        here.speak(1.0)
        await here.until(lambda: bool(here.told))
        here.speak(0.5)
        assert await here.utterance.finish() == "word0 word1 word2"
    assert "committed_words_changed" in caplog.text


async def test_a_partial_that_fails_is_told_at_the_end_and_nothing_more_is_asked() -> None:
    async with mouth(FakeTranscriber(fails=True)) as here:
        here.speak(1.0)
        await here.until(lambda: "hear" in here.engine.calls)
        await here.settled()
        here.speak(1.0)
        here.utterance.pause()
        with pytest.raises(GenieError, match="engine_failed"):
            await here.utterance.finish()
        assert here.asked() == ["open", "hear"]
