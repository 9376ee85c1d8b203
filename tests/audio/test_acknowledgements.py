"""What is said often: made beforehand, and said while an answer is awaited."""

import asyncio
from collections.abc import Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

from genie.agents.agent import Context
from genie.agents.help import help_agent
from genie.audio.acknowledgements import ONE_MOMENT, PHRASES, acknowledging, rehearse
from genie.audio.engine import Card, Passage, Take, Voice
from genie.audio.lane import Lane
from genie.audio.repertoire import Repertoire
from genie.audio.speech import Manner
from genie.audio.speech_line import SpeechLine
from genie.audio.studio import Studio
from genie.errors import StageFailed
from tests.fakes import RATE, FakeSynthesizer, Shelf
from tests.lines import Ear

VOICES = tuple(Voice(name, language, "", "fake") for name, language in (("a", "en-us"), ("b", "de"), ("c", "ja")))


AT_ONCE = 1e-9
"""Seconds: what is due then is done in the next turns of the loop."""


async def soon_after() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


class Failing(FakeSynthesizer):
    def synthesize(self, passage: Passage) -> Iterator[Take]:
        raise StageFailed("engine_failed", "it fails")


@asynccontextmanager
async def studio(engine: FakeSynthesizer, **card):
    lane = Lane(lambda: engine, name="fake")
    yield Studio(lane, Card("fake", rate=RATE, voice="a", voices=VOICES, **card), Repertoire(Shelf()))
    lane.close()


async def test_phrases_are_made_beforehand_once():
    engine = FakeSynthesizer()
    async with studio(engine) as voice:
        await rehearse(voice, Manner())
        assert len(engine.spoken) == len(PHRASES)
        await rehearse(voice, Manner())
    assert len(engine.spoken) == len(PHRASES)


async def test_a_voice_that_needs_no_time_rehearses_nothing():
    engine = FakeSynthesizer()
    async with studio(engine, instant=True) as voice:
        await rehearse(voice, Manner())
    assert engine.spoken == []


async def test_a_voice_that_fails_is_not_rehearsed_any_further():
    async with studio(Failing()) as voice:
        await rehearse(voice, Manner())


async def test_what_is_rehearsed_is_said():
    agent = help_agent((), catch_all=True)
    context = Context(datetime.now(UTC), "UTC", "en", "local", None, ())
    said: list[str] = []
    for question in ("stop", "thank you", "bye"):
        said += [text async for text in agent.answer(agent.understand(question) or {}, context)]
    assert [ONE_MOMENT["en"], *said] == list(PHRASES)


@asynccontextmanager
async def line(after_s: float, manner: Manner):
    """Give an ear, the places of an answer that is awaited and of one behind it, and what was spoken."""
    ear, engine = Ear(), FakeSynthesizer()
    async with studio(engine, instant=True) as voice:
        speeches = SpeechLine(ear, lambda: voice, 1_000.0)
        awaited, later = (speeches.reserve(job, manner) for job in ("one", "two"))
        async with acknowledging(awaited, after_s):
            yield ear, awaited, later, engine.spoken
        speeches.close()


@pytest.mark.parametrize(("voice", "said"), [(None, "One moment."), ("b", "Einen Moment."), ("c", None)])
async def test_an_answer_that_takes_its_time_is_announced_in_the_language_of_its_voice(voice, said):
    async with line(AT_ONCE, Manner(voice)) as (ear, awaited, later, spoken):
        await soon_after()
        for speech in (awaited, later):
            speech.feed(f"{speech.job} here.")
            speech.close()
        await ear.until(lambda: len(ear.ends()) == 2 + (said is not None))
    assert spoken == [*([said] if said else []), "one here.", "two here."]
    assert [what[2] for what in ear.told if what[0] == "began"] == [*([None] if said else []), "one", "two"]


async def test_an_answer_that_has_begun_is_not_announced():
    async with line(AT_ONCE, Manner()) as (ear, awaited, later, spoken):
        awaited.feed("Soon ")
        await soon_after()
        awaited.feed("enough.")
        awaited.close()
        later.close()
        await ear.until(ear.ends)
    assert "One moment." not in spoken


async def test_an_answer_that_is_not_next_is_not_announced():
    async with line(0.0, Manner()) as (ear, awaited, later, spoken), acknowledging(later, AT_ONCE):
        await soon_after()
        awaited.feed("One.")
        awaited.close()
        await ear.until(ear.ends)
    assert spoken == ["One."]
