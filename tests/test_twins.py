"""Equal questions of one user: the second takes the first one's answer, or is answered by itself."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from genie import config, conversation
from genie.agents.agent import Agent, Context, Slots
from genie.asker import Nobody
from genie.conversation import Conversation
from genie.memory.journal import MemoryJournal
from genie.memory.sqlite import SqliteJournal
from genie.queues.board import Board
from genie.queues.job import Job, Kind, QueueName
from genie.queues.journal import Journal
from genie.queues.worker import Worker

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
NOBODY = Nobody("local", "UTC", "en")
AT_ONCE = {Kind.QUESTION: 2}


class Oracle:
    """An agent that counts what it is asked, and answers when it is let; "fail" makes it crash."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.entered = asyncio.Semaphore(0)
        self.gate = asyncio.Event()

    async def answer(self, slots: Slots, context: Context) -> AsyncIterator[str]:
        self.asked.append(slots["text"])
        self.entered.release()
        await self.gate.wait()
        if slots["text"] == "fail" and len(self.asked) == 1:
            raise ZeroDivisionError
        yield f"answer {len(self.asked)}"

    def agent(self, *, repeatable: bool) -> Agent:
        return Agent("oracle", "Tell.", (), lambda text: {"text": text}, self.answer, repeatable=repeatable)


class Parlour:
    """A conversation with an oracle, and a worker that two questions keep busy."""

    def __init__(self, oracle: Oracle, journal: Journal, *, repeatable: bool = True) -> None:
        agent = oracle.agent(repeatable=repeatable)
        self.oracle = oracle
        self.board = Board(journal, todo_limit=100, done_limit=100, at_once=AT_ONCE)
        self.talk = Conversation(
            board=self.board,
            choose=lambda question: (agent, {"text": question}),
            publish=lambda user, job, message: None,
            nobody=lambda user: replace(NOBODY, user=user),
            limits=config.load(environment={}).queue,
            admit=lambda user: None,
            clock=lambda: NOW,
        )
        self.worker = Worker(
            self.board,
            lambda job: conversation.answer(self.talk, job),
            limits=AT_ONCE,
            timeout_s=30,
            clock=lambda: NOW,
        )

    async def ask(self, text: str, **asker: str) -> Job:
        return await conversation.ask(self.talk, text, replace(NOBODY, **asker))

    async def until(self, that: Callable[[], bool]) -> None:
        changed = asyncio.Event()
        with self.board.observed(lambda _: changed.set()):
            async with asyncio.timeout(10):
                while not that():
                    changed.clear()
                    await changed.wait()

    async def ended(self, *jobs: Job) -> list[Job]:
        await self.until(lambda: all(self.board.find(job.id, job.user).finished for job in jobs))
        return [self.board.find(job.id, job.user) for job in jobs]


@asynccontextmanager
async def open_house(parlour: Parlour) -> AsyncIterator[Parlour]:
    with parlour.board.observed(lambda event: conversation.announce(parlour.talk, event)):
        working = asyncio.create_task(parlour.worker.serve())
        try:
            yield parlour
        finally:
            working.cancel()
            await asyncio.wait([working])


@pytest.fixture
async def parlour():
    async with open_house(Parlour(Oracle(), MemoryJournal())) as one:
        yield one


async def test_an_equal_question_takes_the_answer_of_the_first(parlour):
    first = await parlour.ask("What is it?")
    await parlour.oracle.entered.acquire()
    second = await parlour.ask("please tell me what is it")
    assert second.same_as == first.id and parlour.board.shown(second).position == 0
    parlour.oracle.gate.set()
    ended = await parlour.ended(first, second)
    assert [job.answer for job in ended] == ["answer 1", "answer 1"] and len(parlour.oracle.asked) == 1
    assert ended[1].agent == "oracle" and ended[1].same_as == first.id


@pytest.mark.parametrize("other", [{"user": "ann"}, {"timezone": "Asia/Tokyo"}, {"locale": "de"}])
async def test_who_is_somebody_else_or_elsewhere_is_answered_for_themselves(parlour, other):
    await parlour.ask("what is it")
    assert (await parlour.ask("what is it", **other)).same_as is None


async def test_an_agent_whose_answers_differ_is_asked_twice():
    async with open_house(Parlour(Oracle(), MemoryJournal(), repeatable=False)) as parlour:
        jobs = [await parlour.ask("what is it") for _ in range(2)]
        parlour.oracle.gate.set()
        assert [job.same_as for job in await parlour.ended(*jobs)] == [None, None]
    assert len(parlour.oracle.asked) == 2


async def test_what_was_answered_before_is_answered_anew(parlour):
    parlour.oracle.gate.set()
    await parlour.ended(await parlour.ask("what is it"))
    assert (await parlour.ask("what is it")).same_as is None


async def test_followers_take_no_place_from_what_runs(parlour):
    """Two places, a running question, and ten that wait for its answer: another one runs meanwhile."""
    first = await parlour.ask("what is it")
    same = [await parlour.ask("what is it") for _ in range(10)]
    other = await parlour.ask("what else")
    await parlour.oracle.entered.acquire()
    await parlour.oracle.entered.acquire()
    assert sorted(parlour.oracle.asked) == ["what else", "what is it"]
    parlour.oracle.gate.set()
    await parlour.ended(first, other, *same)
    assert len(parlour.oracle.asked) == 2


async def test_when_the_first_fails_the_second_is_answered_by_itself(parlour):
    first, second = await parlour.ask("fail"), await parlour.ask("fail")
    parlour.oracle.gate.set()
    failed, answered = await parlour.ended(first, second)
    assert (failed.status, answered.status, answered.same_as) == ("failed", "completed", None)


async def test_when_the_first_is_cancelled_the_second_is_answered_by_itself(parlour):
    first, second = await parlour.ask("what is it"), await parlour.ask("what is it")
    await parlour.worker.cancel(first.id, "local")
    await parlour.board.delete(first.id, "local")
    parlour.oracle.gate.set()
    [answered] = await parlour.ended(second)
    assert (answered.status, answered.same_as) == ("completed", None)


async def test_a_question_joins_one_that_is_being_spoken(parlour):
    first = await parlour.ask("what is it")
    await parlour.oracle.entered.acquire()
    await parlour.board.claim(first.id, first.user, "a session")
    second = await parlour.ask("what is it")
    parlour.oracle.gate.set()
    await parlour.ended(first, second)
    assert second.same_as == first.id and parlour.oracle.asked == ["what is it"]


async def test_when_the_first_asks_something_else_the_second_is_answered_by_itself(parlour):
    await parlour.board.pause("local")
    first, second, third = [await parlour.ask("what is it") for _ in range(3)]
    await parlour.board.edit(first.id, "local", "what else")
    assert (await parlour.ask("what is it")).same_as is None
    await parlour.board.edit(third.id, "local", "and what")
    await parlour.board.pause("local", paused=False)
    parlour.oracle.gate.set()
    ended = await parlour.ended(first, second, third)
    assert [job.question for job in ended] == ["what else", "what is it", "and what"]
    assert all(job.same_as is None for job in ended)
    assert {"what else", "what is it", "and what"} <= set(parlour.oracle.asked)


async def test_a_question_that_is_answered_earlier_does_not_wait_for_an_equal_one_behind_it(parlour):
    await parlour.board.pause("local")
    for number in range(5):
        await parlour.ask(f"question {number}")
    late = await parlour.ask("what is it")
    soon = await conversation.ask(parlour.talk, "what is it", NOBODY, priority="high")
    assert soon.same_as is None
    assert (await parlour.ask("what is it")).same_as == soon.id
    assert parlour.board.find(late.id, "local").same_as is None


async def test_followers_find_their_answer_after_a_restart(tmp_path: Path):
    journal = SqliteJournal(tmp_path, kept=1_000)
    async with journal.opened():
        parlour = Parlour(Oracle(), journal)
        first, second, third = [await parlour.ask("what is it") for _ in range(3)]
        await parlour.board.start(first.id, "local", NOW)
        await parlour.board.cancel(third.id, "local", NOW)
    journal, oracle = SqliteJournal(tmp_path, kept=1_000), Oracle()
    async with journal.opened():
        again = Parlour(oracle, journal)
        await again.board.restore(NOW)
        oracle.gate.set()
        async with open_house(again):
            ended = await again.ended(first, second)
        await again.board.settled()
    assert [job.answer for job in ended] == ["answer 1", "answer 1"] and len(oracle.asked) == 1
    assert not [job for job in ended if job.queue is not QueueName.DONE]
