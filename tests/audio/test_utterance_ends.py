"""When what is said is over, and what becomes of it when somebody speaks on."""

import asyncio
from contextlib import aclosing

from genie.messages import Transcript, UtteranceEnded, UtteranceStarted
from tests.fakes import FakeTranscriber
from tests.fakes import buzz as speech
from tests.room import Room, room, silence, texts, words


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

    into_answer = False

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
