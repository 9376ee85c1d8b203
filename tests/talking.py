"""A conversation with its worker, an agent that repeats what it is asked, and somebody who asks; no server."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from genie import config, conversation
from genie.agents.agent import Agent, Context, Slots
from genie.asker import Nobody
from genie.audio.speech import Manner, Speech
from genie.conversation import Conversation
from genie.errors import StageFailed
from genie.memory.journal import MemoryJournal
from genie.queues.board import Board
from genie.queues.job import Job, Kind, QueueName
from genie.queues.worker import Worker

NOW = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)


@dataclass
class Line:
    """A line of speeches that speaks nothing and remembers everything."""

    places: list[Speech] = field(default_factory=list)
    silenced: list[str] = field(default_factory=list)
    before: list[tuple[str | None, str]] = field(default_factory=list)

    def reserve(self, job: str | None, manner: Manner, *, again: bool = False) -> Speech:
        speech = Speech(job, manner, again=again)
        speech.line = self
        self.places.append(speech)
        return speech

    def give_up(self, speech: Speech) -> None:
        self.silenced.append(speech.job)

    def say_before(self, speech: Speech, said: Mapping[str, str]) -> None:
        self.before.append((speech.job, said["en"]))


@dataclass
class Ann:
    user: str = "local"
    session: str | None = "s1"
    timezone: str = "Asia/Tokyo"
    locale: str = "en-GB"
    speeches: Line | None = field(default_factory=Line)
    past: list[tuple[str, str]] = field(default_factory=list)

    def manner(self) -> Manner:
        return Manner(voice="slt")

    def silence(self, job: str) -> None:
        self.speeches.silenced.append(job)

    def history(self) -> tuple[tuple[str, str], ...]:
        return tuple(self.past)

    def remember(self, job: str, question: str, answer: str) -> None:
        self.past.append((question, answer))


class Echo:
    """An agent that repeats the question word by word; "fail" fails half-way, "wait" waits until it is released."""

    def __init__(self) -> None:
        self.contexts: list[Context] = []
        self.release = asyncio.Event()
        self.left = 0

    async def answer(self, slots: Slots, context: Context) -> AsyncIterator[str]:
        self.contexts.append(context)
        try:
            for word in slots["text"].split():
                if word == "fail":
                    raise StageFailed("llm_timeout", "the model is late")
                if word == "crash":
                    raise ZeroDivisionError
                if word == "wait":
                    await self.release.wait()
                yield f"{word} "
        finally:
            self.left += 1

    def agent(self) -> Agent:
        return Agent("echo", "Repeat.", (), self.understand, self.answer)

    def understand(self, question: str) -> Slots:
        return {"text": {"misunderstand": question}[question] if question == "riddle" else question}


class SlowJournal(MemoryJournal):
    """A journal that takes its time, as one on disk does."""

    async def record(self, *args, **kwargs) -> list[int]:
        await asyncio.sleep(0.01)
        return await super().record(*args, **kwargs)


class Talk:
    """A conversation with its worker, and everything that was published."""

    def __init__(self, journal: MemoryJournal | None = None, **limits) -> None:
        self.echo = Echo()
        self.published: list = []
        self.asked: list[str] = []
        self.board = Board(journal or MemoryJournal(), todo_limit=2, done_limit=100)
        agent = self.echo.agent()
        self.parts = Conversation(
            board=self.board,
            choose=lambda question: (agent, agent.understand(question) or {}),
            publish=lambda user, job, message: self.published.append(message),
            nobody=lambda user: Nobody(user, "UTC", "en-US"),
            limits=config.load(environment={}, flags=limits).queue,
            admit=self.asked.append,
            clock=lambda: NOW,
        )
        self.worker = Worker(
            self.board,
            lambda job: conversation.answer(self.parts, job),
            limits={Kind.QUESTION: 4},
            timeout_s=self.parts.limits.job_timeout_s,
            clock=lambda: NOW,
        )

    async def until(self, name: QueueName) -> Job:
        changed = asyncio.Event()
        with self.board.observed(lambda _: changed.set()):
            async with asyncio.timeout(10):
                while not (jobs := self.board.jobs(name, "local")):
                    changed.clear()
                    await changed.wait()
        return jobs[0]


@asynccontextmanager
async def talking(journal: MemoryJournal | None = None, **limits):
    talk = Talk(journal, **limits)
    with talk.board.observed(lambda event: conversation.announce(talk.parts, event)):
        tasks = [asyncio.create_task(talk.worker.serve()), asyncio.create_task(talk.parts.notes.keep())]
        try:
            yield talk
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
