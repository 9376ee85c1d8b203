import asyncio
from dataclasses import replace

from genie import conversation
from genie.errors import Unavailable
from genie.queues.job import QueueName
from genie.reopening import take_back
from tests.talking import Ann, SlowJournal, Talk, talking


async def taken_back(talk: Talk, job: str) -> bool:
    return await take_back(talk.parts, job, "local", talk.worker.cancel)


async def ended(talk: Talk, job: str) -> None:
    async with asyncio.timeout(30):
        while not talk.board.find(job, "local").finished:
            await asyncio.sleep(0.005)


async def test_a_question_whose_answer_has_not_begun_is_taken_back_with_a_reason():
    async with talking() as talk:
        ann = Ann()
        job = await conversation.ask(talk.parts, "wait", ann)
        await talk.until(QueueName.RUN)
        assert await taken_back(talk, job.id)
        found = talk.board.find(job.id, "local")
        talk.echo.release.set()
    assert found.status == "cancelled" and found.error is not None and found.error.code == "reopened"
    assert ann.speeches.silenced == [job.id] and talk.published == []


async def test_an_answer_that_has_begun_is_not_taken_back():
    async with talking() as talk:
        job = await conversation.ask(talk.parts, "one wait two", Ann())
        async with asyncio.timeout(30):
            while not talk.published:
                await asyncio.sleep(0.005)
        assert not await taken_back(talk, job.id)
        talk.echo.release.set()
        await talk.until(QueueName.DONE)


async def test_a_question_that_was_answered_or_is_unknown_is_not_taken_back():
    async with talking() as talk:
        job = await conversation.ask(talk.parts, "one", Ann())
        await talk.until(QueueName.DONE)
        assert not await taken_back(talk, job.id)
        assert not await taken_back(talk, "unknown")


async def test_what_an_agent_may_have_done_is_not_taken_back():
    async with talking() as talk:
        agent = replace(talk.echo.agent(), side_effects=True)
        talk.parts.choose = lambda question: (agent, {"text": question})
        job = await conversation.ask(talk.parts, "wait", Ann())
        async with asyncio.timeout(30):
            while not talk.echo.contexts:
                await asyncio.sleep(0.005)
        assert not await taken_back(talk, job.id)
        talk.echo.release.set()
        await talk.until(QueueName.DONE)


async def test_a_question_that_is_being_started_has_one_answer_or_none():
    for delay in range(12):
        async with talking(SlowJournal()) as talk:
            job = await conversation.ask(talk.parts, "one two", Ann())
            for _ in range(delay):
                await asyncio.sleep(0.003)
            back = await taken_back(talk, job.id)
            await ended(talk, job.id)
            found = talk.board.find(job.id, "local")
        assert (found.queue is QueueName.DEAD) == back
        assert bool(talk.published) != back, "its words leave where it stands, and only there"


async def test_a_stop_that_cannot_be_written_down_yet_counts():
    async def cancel(job, user, reason):
        raise Unavailable("not_recorded", "the disk is full")

    async with talking() as talk:
        job = await conversation.ask(talk.parts, "wait", Ann())
        assert await take_back(talk.parts, job.id, "local", cancel)
        await talk.worker.cancel(job.id, "local")
