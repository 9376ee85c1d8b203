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


async def test_words_that_were_committed_stay_where_the_engine_lost_the_rest():
    async with room(FailsOnce()) as here:
        listening = here.listen("hands_free")
        heard = asyncio.create_task(texts(listening))
        listening.push(speech(2.0))
        async with asyncio.timeout(5):
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


class Always(FakeTranscriber):
    """Hear always the same."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def _words(self, stream: str) -> list[str]:
        return [self.text]


async def ended_after(text: str) -> float:
    """Return the seconds of silence that end an utterance of which this was heard."""
    async with room(Always(text), **{"vad.silence_s": 0.7}) as here:
        listening = here.listen("hands_free")
        heard = asyncio.create_task(texts(listening))
        listening.push(speech(0.96))
        frames = 0
        async with asyncio.timeout(20):
            while UtteranceEnded not in here.kinds():
                frames += 1
                listening.push(silence(0.032))
                while not listening.at_s >= 0.96 + frames * 0.032 - 0.001:
                    await asyncio.sleep(0)
                for _ in range(3):
                    await here.settled()
                    await asyncio.sleep(0)
        listening.stop()
        await heard
    return frames * 0.032


async def test_the_end_comes_soon_after_a_finished_sentence_and_late_after_and():
    assert 0.34 < await ended_after("What time is it?") < 0.5
    assert 0.69 < await ended_after("what time is it") < 0.8
    assert 1.39 < await ended_after("what time is it and") < 1.5


async def test_the_final_text_is_made_while_nobody_knows_yet_whether_it_is_the_end():
    async with room() as here:
        listening = here.listen("hands_free")
        heard = asyncio.create_task(texts(listening))
        listening.push(speech(1.0) + silence(0.3))
        async with asyncio.timeout(10):
            while "anticipate" not in here.engine.calls:
                await asyncio.sleep(0.01)
        assert UtteranceEnded not in here.kinds()
        listening.stop()
        await heard


class Judge:
    """An overlap that finds no question in anything, and notes what it was asked about."""

    def __init__(self) -> None:
        self.judged: list[str] = []

    def hear(self, frame, at_s: float, probability: float) -> float:
        return probability

    def follow(self, seconds: float, *, speaks: bool, text: str) -> None: ...

    def judge(self, text: str) -> None:
        self.judged.append(text)

    def close(self) -> None: ...


async def said_on(silence_s: float, answer: bool, judge: Judge | None = None) -> tuple[Room, list[str], int]:
    """Say two things with a silence between them; return what was told, what came of it, and how often it was asked."""
    asked = 0

    async def take_back() -> bool:
        nonlocal asked
        asked += 1
        return answer

    async with room(**{"vad.reopen_s": 2.0, "stt.backlog_s": 60.0}) as here:
        listening = here.listen("hands_free", overlap=judge)
        listening.push(speech(1.0) + silence(silence_s) + speech(1.0) + silence(1.0))
        listening.stop()
        async with aclosing(listening.utterances(take_back)) as utterances:
            return here, [said.text async for said in utterances], asked


async def test_who_speaks_on_before_the_answer_has_asked_one_question():
    here, heard, _ = await said_on(1.0, answer=True)
    assert len(heard) == 2 and heard[1].startswith(f"{heard[0]} word0")
    assert [m.continues for m in here.told if isinstance(m, UtteranceStarted)] == [None, 1]
    assert all(m.committed.startswith(heard[0]) for m in here.told if isinstance(m, Transcript) and m.utterance == 2)


async def test_what_goes_on_with_a_question_is_judged_too_so_that_the_next_utterance_may_interrupt():
    judge = Judge()
    _, heard, _ = await said_on(1.0, answer=True, judge=judge)
    assert judge.judged == [words(2), words(3)] and len(heard) == 2


async def test_who_speaks_on_after_the_answer_has_begun_asks_a_second_question():
    here, heard, asked = await said_on(1.0, answer=False)
    assert asked == 1 and heard == [words(2), words(3)]
    assert [m.continues for m in here.told if isinstance(m, UtteranceStarted)] == [None, None]


async def test_who_speaks_on_late_asks_a_second_question():
    _, heard, asked = await said_on(3.0, answer=True)
    assert asked == 0 and len(heard) == 2


async def test_a_question_that_went_on_for_long_is_not_gone_on_with():
    async def take_back() -> bool:
        return True

    async with room(**{"stt.max_utterance_s": 10.0, "stt.backlog_s": 60.0}) as here:
        listening = here.listen("hands_free")
        listening.push((speech(2.0) + silence(1.0)) * 8)
        listening.stop()
        async with aclosing(listening.utterances(take_back)) as utterances:
            lengths = [said.sound.seconds async for said in utterances]
    assert max(lengths) < 10.0 and len(lengths) == 8


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
