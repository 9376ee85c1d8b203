"""A whole genie in the present event loop: a real journal, real sockets, small engines, and an agent that obeys."""

import asyncio
import re
import tempfile
from collections.abc import AsyncIterator, Mapping
from typing import Any

from genie import config
from genie.agents.agent import Agent, Context, Slots
from genie.app import assemble, furnish
from genie.audio.engines.choose import Engines
from genie.audio.engines.slot import Slot, Small
from genie.audio.speech_line import SpeechLine
from genie.errors import StageFailed
from genie.messages import Subscribed
from genie.queues.job import Job, QueueName
from genie.queues.journal import QueueEvent
from genie.rest.house import House
from genie.rest.hub import update_of
from genie.rest.server import Server
from tests.fakes import FakeDetector, FakeSynthesizer, FakeTranscriber
from tests.follower import Follower, Lost
from tests.mirror import QUEUES, Mirror

FLAGS = {
    "server.port": 0,
    "server.messages_per_s": 100_000,
    "memory.synchronous": "NORMAL",
    "memory.events": 1_000_000,
    "queue.questions_at_once": 2,
    "queue.todo_limit": 8,
    "queue.done_limit": 12,
}
SETTLE_S = 20.0
USERS = ("ann", "bob")


def token_of(user: str) -> str:
    """Return what lets a user in."""
    return f"a token of {user} that is long enough"


def _understand(question: str) -> Slots:
    return {"question": question}


async def _obey(slots: Slots, context: Context) -> AsyncIterator[str]:
    """Wait, fail or crash as the question says, and answer it."""
    question = slots["question"]
    if "fail" in question:
        raise StageFailed("failed", "as was asked")
    if "crash" in question:
        raise ZeroDivisionError
    if wait := re.search(r"(\d+) ms", question):
        await asyncio.sleep(int(wait[1]) / 1_000)
    yield "done"


OBEDIENT = Agent("obedient", "Does as it is told.", ("wait 20 ms", "fail", "crash"), _understand, _obey)


class World:
    """A server that can be started again on its data, and followers of its users."""

    def __init__(self) -> None:
        self.house: House
        self.followers: list[Follower] = []
        self._folder = tempfile.TemporaryDirectory()
        self._flags = {**FLAGS, "server.data": self._folder.name}
        self._address: asyncio.Future[str]
        self._server: Server
        self._serving: asyncio.Task[None]

    async def start(self) -> None:
        """Serve, and tell the followers where."""
        tokens = ", ".join(f'"{user}:{token_of(user)}"' for user in USERS)
        settings = config.load(environment={"GENIE_AUTH__TOKENS": f"[{tokens}]"}, flags=self._flags)
        engines = Engines(
            stt=Slot(Small("fake", FakeTranscriber), None, 5.0),
            tts=Slot(Small("fake", FakeSynthesizer), None, 5.0),
            vad=Slot(Small("fake", FakeDetector), None, 5.0),
        )
        self.house = furnish(settings, engines=engines, agents=(OBEDIENT,))
        self._address = asyncio.get_running_loop().create_future()
        self._server = Server(assemble(self.house), self.house.hub, settings.server, self._address.set_result)
        self._serving = asyncio.create_task(self._server.serve())
        async with asyncio.timeout(SETTLE_S):
            waited: list[asyncio.Future[Any]] = [self._serving, self._address]
            await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
        for follower in self.followers:
            follower.url = self.url

    @property
    def url(self) -> str:
        return f"ws{self._address.result().removeprefix('http')}/ws"

    async def stop(self) -> None:
        self._server.should_exit = True
        await self._serving

    async def restart(self) -> None:
        """End the server as SIGTERM does, and start another one on its data; nobody is connected then."""
        await self.stop()
        for follower in self.followers:
            await follower.drop()
        await self.start()

    async def end(self) -> None:
        """Let clients go, and everything else."""
        for follower in self.followers:
            await follower.drop()
        await self.stop()
        self._folder.cleanup()

    async def settle(self) -> list[str]:
        """Let nobody's jobs wait, until nothing is under way; return what then breaks a rule."""
        for user in USERS:
            await self.house.board.pause(user, paused=False)
        async with asyncio.timeout(SETTLE_S):
            while self.house.board.sizes()[QueueName.TODO] or self.house.board.sizes()[QueueName.RUN]:
                await asyncio.sleep(0.005)
        await self.house.board.settled()
        await self._silence()
        faults = []
        for number, follower in enumerate(self.followers):
            if follower.is_open:
                faults += [f"client {number}: {fault}" for fault in await self._compared(follower)]
        return faults + await self._history()

    async def _silence(self) -> None:
        """Wait until all is said to those who are there: what something urgent interrupted goes on, and ends."""
        async with asyncio.timeout(SETTLE_S):
            for follower in self.followers:
                while follower.is_open and (line := self._line_of(follower)) is not None and line.jobs():
                    await asyncio.sleep(0.005)

    def _line_of(self, follower: Follower) -> SpeechLine | None:
        session = self.house.hub.find(follower.session, follower.user)
        return None if session is None or not session.here else session.speeches

    async def _compared(self, follower: Follower) -> list[str]:
        """Hold what a client knows against the board."""
        try:
            await follower.agrees_with(self._shown)
        except Lost:
            return []  # it broke the protocol, and was sent away
        known = [job for queue in follower.mirror.queues.values() for job in queue.values()]
        strangers = [job.id for job in known if job.user != follower.user]
        return follower.faults + [f"was told of {job}, which is not its user's" for job in strangers]

    async def _shown(self, follower: Follower) -> Mapping[str, list[Job]]:
        return {name: self.house.board.jobs(QueueName(name), follower.user) for name in QUEUES}

    async def _history(self) -> list[str]:
        """Play the events that are kept from the first one: they lead to the jobs that are kept, and to the board."""
        events, kept = await self._written()
        histories: dict[str, Mirror] = {}
        for event in events:
            if event.job.user not in histories:
                histories[event.job.user] = beginning()
            histories[event.job.user].take(update_of(event))
        faults = []
        for user, history in histories.items():
            rows = {name: [job for job in kept if job.user == user and job.queue == name] for name in QUEUES}
            board = {name: self.house.board.jobs(QueueName(name), user) for name in QUEUES}
            faults += [f"journal of {user}: {fault}" for fault in history.faults]
            faults += [f"journal's jobs of {user}: {fault}" for fault in history.differences(rows)]
            faults += [f"board of {user}: {fault}" for fault in history.differences(board)]
        return faults

    async def _written(self) -> tuple[list[QueueEvent], list[Job]]:
        """Read the journal's events and jobs at a moment when nothing is being written, such as what was heard."""
        while True:
            events = await self.house.journal.events(10**9)
            kept = await self.house.journal.jobs()
            await self.house.board.settled()
            newest = {event.job.user: event.seq for event in events}
            if all(
                self.house.board.seq(user) == newest.get(user, 0) for user in {job.user for job in kept} | {*newest}
            ):
                return events, kept


def beginning() -> Mirror:
    """Return what is known before the first event."""
    mirror = Mirror()
    nothing = dict.fromkeys(QUEUES, 0)
    mirror.reset(Subscribed(topics=[], state={name: [] for name in QUEUES}, sizes=nothing, seq=0))
    return mirror
