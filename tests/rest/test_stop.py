"""What is stopped ends at once, everywhere, and what was heard of it is known to the word."""

import asyncio
import random
from pathlib import Path

import pytest

from genie import messages
from genie.messages import (
    Accepted,
    Answer,
    Ask,
    AudioEnd,
    AudioUpdate,
    Caption,
    Connect,
    DoneUpdate,
    JobReplay,
    SpeechPlayed,
    SpeechStop,
    Subscribe,
)
from genie.queues.job import Heard
from tests.fakes import RATE
from tests.model import slow_model, story
from tests.near import near
from tests.serving import Client
from tests.waiting import until


async def begun(one: Client, question: str) -> str:
    """Ask, and wait for the first sound of the answer; return the job."""
    accepted = await one.request(Ask(text=question))
    assert isinstance(accepted, Accepted) and accepted.job is not None
    async with asyncio.timeout(10):
        while not one.sound:
            await one.receive()
    return accepted.job


async def test_an_answer_that_is_stopped_is_written_no_further_and_remembered_as_it_was_heard(tmp_path: Path):
    asked: list[list[dict[str, str]]] = []
    async with slow_model(asked) as settings, near(tmp_path, *settings) as genie, genie.client() as one:
        await one.request(Subscribe(topics=["done"]))
        job = await begun(one, story(2_000))
        caption = await one.wait(Caption, lambda caption: len(caption.words or ()) == 2)
        (_, end, _), (_, _, after) = caption.words or ()
        await one.send(SpeechStop(speech=1, samples=after))
        assert (await one.wait(AudioEnd)).reason == "stopped"
        done = await one.wait(DoneUpdate, lambda update: update.job.heard is not None)
        assert done.job.id == job and done.job.status == "completed" and done.job.answer == "Part 0."
        assert done.job.heard == Heard(text="Part", samples=after, sample_rate=RATE)
        assert caption.text[:end] == "Part"

        await one.request(Ask(text=story(0)))
        await one.wait(Answer, lambda answer: answer.job != job)
    said = [message["content"] for message in asked[1] if message["role"] != "system"]
    assert said == [story(2_000), "Part—", story(0)]
    assert "cut short" in asked[1][0]["content"]


async def test_at_whatever_moment_a_speech_is_stopped_nothing_of_it_comes_afterwards(tmp_path: Path):
    chance = random.Random(5)
    async with slow_model() as settings, near(tmp_path, *settings) as genie, genie.client() as one:
        for number in range(1, 21):
            one.sound.clear()
            await begun(one, story(400))
            await asyncio.sleep(chance.uniform(0, 0.3))
            await one.send(SpeechStop())
            end = await one.wait(AudioEnd)
            sent = len(one.sound[end.speech]) // 2
            await one.request(messages.Ping())
            assert (end.speech, end.reason) == (number, "stopped")
            assert list(one.sound) == [number] and len(one.sound[number]) // 2 == sent == end.samples


async def test_what_a_client_had_heard_that_never_came_back_is_known(tmp_path: Path):
    async with slow_model() as settings, near(tmp_path, *settings, **{"server.resume_s": 0}) as genie:
        async with genie.client() as one:
            job = await begun(one, story(0))
            await one.wait(Caption, lambda caption: len(caption.words or ()) == 2)
            await one.send(SpeechPlayed(speech=1, samples=300))
            await one.request(messages.Ping())
        async with asyncio.timeout(30):
            while (found := genie.house.board.find(job, "local")).heard is None:
                await asyncio.sleep(0.02)
    assert found.heard.text == "Part"
    assert found.answer == "Part 0. Part 1. Part 2. Part 3."


async def test_a_newer_question_stops_what_is_heard_where_that_is_wanted(tmp_path: Path):
    async with (
        slow_model() as settings,
        near(tmp_path, *settings, **{"tts.newer": "stops"}) as genie,
        genie.client() as one,
    ):
        job = await begun(one, story(0))
        await one.request(Ask(text="what is two plus two", key="k"))
        end = await one.wait(AudioEnd)
        assert (end.speech, end.reason) == (1, "stopped")
        await one.request(Ask(text="what is two plus two", key="k"))
        assert (await one.wait(AudioEnd)).reason == "completed", "a question that is asked twice is one"
        async with asyncio.timeout(30):
            while genie.house.board.find(job, "local").heard is None:
                await asyncio.sleep(0.02)


async def test_a_newer_question_waits_for_its_turn(tmp_path: Path):
    async with slow_model() as settings, near(tmp_path, *settings) as genie, genie.client() as one:
        await begun(one, story(0))
        await one.request(Ask(text="what is two plus two"))
        assert [(await one.wait(AudioEnd)).reason for _ in range(2)] == ["completed", "completed"]


@pytest.mark.parametrize("asks", ["and leaves", "and reads"])
async def test_what_was_heard_on_another_client_is_what_the_asker_remembers(tmp_path: Path, asks: str):
    asked: list[list[dict[str, str]]] = []
    hello = {"speech": "never"} if asks == "and reads" else {}
    async with slow_model(asked) as settings, near(tmp_path, *settings) as genie:
        async with genie.client(**hello) as one:
            mine = next(message.session for message in one.seen if isinstance(message, Connect))
            job = (await one.request(Ask(text=story(100)))).job
            if asks == "and reads":
                await one.wait(Answer)
        async with genie.client() as other:
            if asks == "and reads":
                await other.request(JobReplay(job=job))
            began = await other.wait(AudioUpdate, lambda began: began.job == job)
            caption = await other.wait(Caption, lambda caption: caption.text == "Part 1." and len(caption.words) == 2)
            await other.send(SpeechStop(speech=began.speech, samples=caption.words[1][2]))
            assert (await other.wait(AudioEnd)).reason == "stopped"
            async with genie.client(session=mine) as one:
                await one.request(Ask(text=story(0)))
                await one.wait(Answer, lambda answer: answer.job != job)
        await until(lambda: genie.house.board.find(job, "local").heard is not None)
    assert [message["content"] for message in asked[1][1:]] == [story(100), "Part 0. Part—", story(0)]
