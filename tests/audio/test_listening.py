import asyncio
import itertools
from contextlib import aclosing

import numpy as np
import pytest

from genie.audio.engine import Heard
from genie.errors import GenieError, StageFailed
from genie.messages import ErrorMessage, Transcript, UtteranceEnded, UtteranceStarted
from tests.fakes import FakeDetector, FakeTranscriber
from tests.fakes import buzz as speech
from tests.room import RATE, room, silence, texts, words


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
        async with asyncio.timeout(30):
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
        async with asyncio.timeout(30):
            while "hear" not in engine.calls:
                await asyncio.sleep(0.01)
        for _ in range(2):
            heard.cancel()
            await asyncio.sleep(0)
        await asyncio.wait([heard], timeout=30)
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


async def test_words_that_were_committed_stay_where_the_engine_lost_the_rest():
    async with room(FailsOnce()) as here:
        listening = here.listen("hands_free")
        heard = asyncio.create_task(texts(listening))
        listening.push(speech(2.0))
        async with asyncio.timeout(30):
            while not here.partials():
                await asyncio.sleep(0.01)
        before = here.partials()[-1].committed
        listening.push(silence(1.0))
        listening.stop()
        assert await heard == [""], "half a question is not asked"
    [final] = [message for message in here.told if isinstance(message, Transcript) and message.final]
    assert before and final.committed.startswith(before)


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


async def test_endless_speech_is_cut_without_losing_or_repeating_any_of_it():
    async with room(**{"stt.max_utterance_s": 2.0, "stt.backlog_s": 60.0}) as here:
        listening = here.listen("hands_free")
        listening.push(silence(0.5) + speech(20.0) + silence(1.0))
        listening.stop()
        async with aclosing(listening.utterances()) as utterances:
            sounds = [said.sound async for said in utterances]
    loud = [np.count_nonzero(sound.samples) / RATE for sound in sounds]
    assert len(sounds) >= 10 and sum(loud) == pytest.approx(20.0)
    assert sum(here.engine.heard.values()) / RATE >= 20.0


async def test_speech_under_way_when_the_button_is_pressed_is_whole():
    async with room() as here:
        listening = here.listen()
        listening.push(speech(1.0))
        listening.stop()
        async with aclosing(listening.utterances()) as utterances:
            [said] = [said async for said in utterances]
    assert np.count_nonzero(said.sound.samples) == RATE


async def test_what_is_faint_is_not_decoded_though_the_detector_hears_a_voice():
    class Certain(FakeDetector):
        def probabilities(self, stream: str, frames) -> list[float]:
            return [1.0] * len(frames)

    async with room(detector=Certain()) as here:
        for mode in ("push_to_talk", "hands_free"):
            listening = here.listen(mode)
            listening.push(np.tile(np.int16([9, -9]), RATE).tobytes())
            listening.stop()
            await texts(listening)
    assert here.engine.calls == []


@pytest.mark.parametrize("pace", [1, 640, 100_000])
async def test_sound_in_frames_of_any_length_is_the_same(pace):
    async with room(**{"stt.backlog_s": 60.0}) as here:
        listening = here.listen("hands_free")
        sound = (speech(1.0) + silence(1.0)) * 2
        for at in range(0, len(sound), pace):
            listening.push(sound[at : at + pace])
        listening.push(b"")
        listening.stop()
        heard = await texts(listening)
    assert heard == [words(2), words(3)], "the second with what is kept from before it"
