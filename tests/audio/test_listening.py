import asyncio
import itertools
from contextlib import aclosing, asynccontextmanager

import numpy as np
import pytest

from genie import config
from genie.audio.engine import Heard, Spoken
from genie.audio.lane import Lane
from genie.audio.listening import Listening
from genie.audio.transcription import Ears
from genie.errors import GenieError, StageFailed
from genie.messages import ErrorMessage, Transcript, UtteranceEnded, UtteranceStarted
from tests.fakes import FakeDetector, FakeTranscriber
from tests.fakes import buzz as speech

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

    def listen(self, mode: str = "push_to_talk", rate: int = RATE) -> Listening:
        return Listening(mode, rate, lambda: self._ears, self.told.append, "s", itertools.count(1))

    async def settled(self) -> None:
        """Return when the ear has done what it was told until now."""
        await self._lanes[0].call(FakeTranscriber.describe)

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


async def test_what_is_said_while_the_button_is_held_is_one_utterance():
    async with room() as here:
        listening = here.listen()
        listening.push(silence(0.2) + speech(1.0) + silence(1.0) + speech(1.0))
        listening.stop()
        [text] = await texts(listening)
        await here.settled()
    assert text in (words(6), words(7))
    assert here.kinds()[0] is UtteranceStarted and here.kinds().count(UtteranceEnded) == 1
    assert here.told[-1] == Transcript(utterance=1, committed=text, final=True)
    assert here.engine.open_streams == set()


async def test_silence_is_never_decoded():
    async with room() as here:
        listening = here.listen()
        listening.push(silence(3.0))
        listening.stop()
        assert await texts(listening) == [""]
    assert here.engine.calls == []
    assert here.told[-1] == Transcript(utterance=1, committed="", final=True)


async def test_a_button_that_is_only_tapped_hears_nothing():
    async with room() as here:
        listening = here.listen()
        listening.stop()
        assert await texts(listening) == [""]


async def test_the_first_word_is_whole():
    async with room() as here:
        listening = here.listen()
        listening.push(silence(2.0) + speech(1.0))
        listening.stop()
        await texts(listening)
    heard_s = here.engine.heard["s-1"] / RATE
    assert 1.2 <= heard_s <= 1.45, "all of the speech, and 0.3 s from before it"


async def test_hands_free_makes_an_utterance_of_each_thing_said():
    async with room() as here:
        listening = here.listen("hands_free")
        for _ in range(3):
            listening.push(speech(1.0) + silence(1.0))
        listening.stop()
        heard = await texts(listening)
    assert len(heard) == 3 and all(heard)
    assert [m.utterance for m in here.told if isinstance(m, UtteranceStarted)] == [1, 2, 3]


async def test_hands_free_silence_starts_nothing():
    async with room() as here:
        listening = here.listen("hands_free")
        listening.push(silence(5.0))
        listening.stop()
        assert await texts(listening) == []
    assert here.told == []


async def test_a_click_starts_nothing():
    async with room() as here:
        listening = here.listen("hands_free")
        listening.push(silence(1.0) + speech(0.04) + silence(1.0))
        listening.stop()
        assert await texts(listening) == []


async def test_words_come_while_they_are_said_and_are_never_taken_back():
    async with room() as here:
        listening = here.listen()
        heard = asyncio.create_task(texts(listening))
        async with asyncio.timeout(10):
            while len(partials := here.partials()) < 3:
                listening.push(speech(0.1))
                await asyncio.sleep(0.01)
        listening.stop()
        [final] = await heard
    for before, after in itertools.pairwise([*(p.committed for p in partials), final]):
        assert after.startswith(before)


async def test_partials_become_rarer_on_a_slow_machine_and_the_last_word_is_there():
    engine = FakeTranscriber()
    async with room(engine) as here:
        listening = here.listen()
        heard = asyncio.create_task(texts(listening))
        engine.free.clear()
        for _ in range(40):
            listening.push(speech(0.1))
            await asyncio.sleep(0.01)
        listening.stop()
        await asyncio.sleep(0.05)
        assert engine.calls.count("hear") == 1, "the next decode waits for the last"
        engine.free.set()
        [final] = await heard
    assert [call for call in engine.calls if call != "feed"] == ["open", "hear", "finish"]
    assert final == words(8)


async def test_an_endless_utterance_is_cut_and_told():
    async with room(**{"stt.max_utterance_s": 2.0}) as here:
        listening = here.listen()
        listening.push(speech(5.0))
        [text] = await texts(listening)
    assert text == words(4)
    assert [m.code for m in here.told if isinstance(m, ErrorMessage)] == ["utterance_too_long"]


async def test_endless_speech_hands_free_is_cut_into_utterances():
    async with room(**{"stt.max_utterance_s": 2.0}) as here:
        listening = here.listen("hands_free")
        listening.push(speech(5.0))
        listening.stop()
        assert len(await texts(listening)) == 3


async def test_sound_that_comes_too_fast_is_dropped_from_its_beginning_and_told():
    async with room(**{"stt.backlog_s": 2.0}) as here:
        listening = here.listen()
        for _ in range(5):
            listening.push(speech(1.0))
        listening.stop()
        [text] = await texts(listening)
    assert "audio_overflow" in [m.code for m in here.told if isinstance(m, ErrorMessage)]
    assert text == words(4)


async def test_half_a_sample_is_kept_for_the_next_frame():
    async with room() as here:
        listening = here.listen()
        pcm = speech(1.0)
        for at in range(0, len(pcm), 1_001):
            listening.push(pcm[at : at + 1_001])
        listening.stop()
        [text] = await texts(listening)
    assert text == words(2)


@pytest.mark.parametrize("rate", [8_000, 22_050, 44_100, 48_000])
async def test_any_rate_of_microphone_is_heard(rate):
    async with room() as here:
        listening = here.listen(rate=rate)
        listening.push(speech(2.0, rate))
        listening.stop()
        await texts(listening)
    assert abs(here.engine.heard["s-1"] / RATE - 2.0) < 0.05


async def test_an_engine_that_fails_is_told_and_leaves_nothing_behind():
    async with room(FakeTranscriber(fails=True)) as here:
        listening = here.listen()
        listening.push(speech(2.0))
        listening.stop()
        with pytest.raises(GenieError, match="engine_failed"):
            await texts(listening)
        await here.settled()
    assert here.engine.open_streams == set()


async def test_a_listening_that_is_left_forgets_its_utterance():
    async with room() as here:
        listening = here.listen()
        heard = asyncio.create_task(texts(listening))
        listening.push(speech(1.0))
        async with asyncio.timeout(5):
            while "hear" not in here.engine.calls:
                await asyncio.sleep(0.01)
        heard.cancel()
        await asyncio.wait([heard])
        await here.settled()
    assert here.engine.open_streams == set()
    assert not any(isinstance(m, Transcript) and m.final for m in here.told)


async def test_a_listening_that_is_cancelled_twice_behind_a_slow_decode_leaves_nothing_behind():
    engine = FakeTranscriber()
    async with room(engine) as here:
        listening = here.listen()
        heard = asyncio.create_task(texts(listening))
        engine.free.clear()
        listening.push(speech(1.0))
        async with asyncio.timeout(5):
            while "hear" not in engine.calls:
                await asyncio.sleep(0.01)
        for _ in range(2):
            heard.cancel()
            await asyncio.sleep(0)
        await asyncio.wait([heard], timeout=1)
        assert heard.done(), "leaving waits for no engine"
        engine.free.set()
        await here.settled()
    assert engine.open_streams == set()


class FailsOnce(FakeTranscriber):
    """Break down over the first thing said, as an engine does that is restarted."""

    def finish(self, stream: str) -> Heard:
        heard = super().finish(stream)
        if self.calls.count("finish") == 1:
            raise StageFailed("engine_restarted", "the engine was restarted; ask again")
        return heard


async def test_hands_free_goes_on_after_an_utterance_that_the_engine_lost():
    async with room(FailsOnce()) as here:
        listening = here.listen("hands_free")
        for _ in range(2):
            listening.push(speech(1.0) + silence(1.0))
        listening.stop()
        first, second = await texts(listening)
    assert first == "" and second
    assert [m.code for m in here.told if isinstance(m, ErrorMessage)] == ["engine_restarted"]


class Forgetful(FakeDetector):
    """Know no stream from before it was restarted."""

    def __init__(self) -> None:
        self.opened = 0

    def open(self, stream: str) -> None:
        self.opened += 1

    def probabilities(self, stream: str, frames) -> list[float]:
        if self.opened < 2:
            raise StageFailed("unknown_stream", "the voice detector does not know this stream")
        return super().probabilities(stream, frames)


async def test_a_detector_that_was_restarted_goes_on_listening():
    async with room(detector=Forgetful()) as here:
        listening = here.listen()
        listening.push(speech(1.0))
        listening.stop()
        assert await texts(listening) == [words(2)]
