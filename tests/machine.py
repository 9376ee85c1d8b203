"""Everything clients may do, in any order, against what must hold whatever they do."""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from genie import messages
from genie.notification import URGENCIES, Urgency
from genie.rest.announcer import Announcement
from tests.follower import Follower, Lost
from tests.mirror import QUEUES
from tests.world import World, token_of

CLIENTS = ("ann", "ann", "bob")
"""Whose the clients are."""

T = TypeVar("T")

REFUSALS = {
    messages.Ask: {"queue_full"},
    messages.JobCancel: {"no_such_job", "already_finished"},
    messages.JobRetry: {"no_such_job", "not_dead", "queue_full"},
    messages.JobDelete: {"no_such_job", "not_finished"},
    messages.JobReplay: {"no_such_job", "no_answer"},
    messages.JobEdit: {"no_such_job", "not_waiting"},
    messages.JobMove: {"no_such_job", "not_waiting"},
}
"""Why a request that is well formed may be refused."""

GARBAGE = ("{", "[]", '{"type":"sing"}', '{"type":"ask"}', '{"type":"job_cancel","job":7}', b"\0\0", b"\0")

RESTARTS = 8
"""Of so many chances to restart the server one is taken: it takes as long as a hundred requests."""

Act = Callable[[str, str], messages.Request]
"""What is done to a job (first), where another one (second) is at hand."""

Deed = messages.Request | str | bytes | tuple[Act, int, int]
"""A request, a frame that means nothing, or what is done to two of the newest jobs."""

clients = st.integers(0, len(CLIENTS) - 1)
asks = st.builds(
    messages.Ask,
    text=st.sampled_from(("say it", "wait 5 ms", "wait 60 ms", "fail", "crash")),
    key=st.none() | st.sampled_from(("a", "b")),
    priority=st.sampled_from(("low", "normal", "high")),
    ref=st.none(),
)
ACTS: tuple[Act, ...] = (
    lambda job, _: messages.JobCancel(job=job),
    lambda job, _: messages.JobRetry(job=job),
    lambda job, _: messages.JobDelete(job=job),
    lambda job, _: messages.JobReplay(job=job),
    lambda job, _: messages.JobEdit(job=job, text="wait 1 ms"),
    lambda job, _: messages.JobMove(job=job),
    lambda job, other: messages.JobMove(job=job, before=other),
)
newest = st.integers(0, 10)
acts = st.tuples(st.sampled_from(ACTS), newest, newest)
heard = st.builds(
    messages.SpeechPlayed, speech=st.integers(0, 3), samples=st.sampled_from((0, 100, 10**9)), ref=st.none()
)
plain = (messages.SpeechStop(), messages.QueuePause(), messages.QueueResume(), messages.Ping())
stops = st.builds(
    messages.SpeechStop, speech=st.integers(0, 3), samples=st.sampled_from((0, 100, 10**9)), ref=st.none()
)
others = st.sampled_from(plain) | heard | stops
noise = st.sampled_from(GARBAGE) | st.text(max_size=20) | st.binary(max_size=20)
deeds = st.lists(st.tuples(clients, asks | acts | asks | acts | others | noise), min_size=1, max_size=16)


class Machine(RuleBasedStateMachine):
    """One server and its clients; the machine owns the event loop."""

    def __init__(self) -> None:
        super().__init__()
        self._runner = asyncio.Runner()
        self._world = World()
        self._jobs: list[tuple[str, str]] = []
        """Every job that was accepted, with its user."""
        self._begin(self._world.start())
        self._followers = [Follower(self._world.url, token=token_of(user)) for user in CLIENTS]
        self._world.followers = self._followers

    def _begin(self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(work)

    @initialize()
    def all_come(self) -> None:
        for follower in self._followers:
            self._begin(follower.open())

    @rule(client=clients)
    def come(self, client: int) -> None:
        """Come, or come back: to the session of before."""
        self._begin(self._followers[client].open())

    @rule(client=clients, abort=st.booleans())
    def go(self, client: int, abort: bool) -> None:
        self._begin(self._followers[client].drop(abort=abort))

    @rule(deeds=deeds)
    def act(self, deeds: list[tuple[int, Deed]]) -> None:
        """Let all clients act at once, each one's deeds one after the other."""
        mine = [[deed for who, deed in deeds if who == client] for client in range(len(CLIENTS))]

        async def act() -> None:
            async with asyncio.TaskGroup() as acting:
                for client, each in enumerate(mine):
                    acting.create_task(self._do(client, each))

        self._begin(act())

    async def _do(self, client: int, deeds: list[Deed]) -> None:
        for deed in deeds:
            match deed:
                case messages.Ask():
                    await self._ask(client, deed)
                case messages.SpeechPlayed() | str() | bytes():
                    await self._send(client, deed)
                case messages.Request():
                    await self._request(client, deed)
                case act, one, other:
                    await self._act(client, act, one, other)

    async def _ask(self, client: int, ask: messages.Ask) -> None:
        told = await self._request(client, ask)
        if isinstance(told, messages.Accepted) and told.job is not None:
            user = self._followers[client].user
            assert told.job not in [job for job, owner in self._jobs if owner != user], "a job was given away"
            self._jobs.append((told.job, user))

    async def _act(self, client: int, act: Act, one: int, other: int) -> None:
        """Act on one of the newest jobs, be it one's own or not."""
        if not self._jobs:
            return
        (job, owner), (second, _) = (self._jobs[-1 - which % len(self._jobs)] for which in (one, other))
        told = await self._request(client, act(job, second))
        if told is not None and owner != self._followers[client].user:
            assert isinstance(told, messages.ErrorMessage) and told.code == "no_such_job", f"{told} for a stranger"

    @rule(client=clients)
    def look_away_and_back(self, client: int) -> None:
        """Follow nothing for a while: what came meanwhile is told by the next snapshot."""
        follower = self._followers[client]

        async def look_away_and_back() -> None:
            if await self._request(client, messages.Unsubscribe(topics=list(QUEUES))) is not None:
                follower.mirror.forget()
                await self._request(client, messages.Subscribe(topics=list(QUEUES)))

        self._begin(look_away_and_back())

    @rule(client=clients)
    def play_nothing_for_a_while(self, client: int) -> None:
        """Go deaf and come back: what began waits, what did not is heard."""

        async def play_nothing_for_a_while() -> None:
            await self._request(client, messages.Unsubscribe(topics=["speech"]))
            await self._request(client, messages.Subscribe(topics=["speech"]))

        self._begin(play_nothing_for_a_while())

    @rule(client=clients, priority=st.sampled_from(URGENCIES), speak=st.booleans())
    def tell(self, client: int, priority: Urgency, speak: bool) -> None:
        """Tell a client's user something: what is urgent is heard within an answer, which then goes on."""

        async def tell() -> None:
            await self._request(client, messages.Subscribe(topics=["notifications"]))
            user = CLIENTS[client]
            await self._world.house.announcer.announce(user, Announcement("Fire.", priority, speak=speak))

        self._begin(tell())

    @rule(settle=st.booleans(), restart=st.integers(1, RESTARTS))
    def pause(self, settle: bool, restart: int) -> None:
        """Let everything come to rest, start the server again, or both."""
        if settle:
            self.settle()
        if restart == RESTARTS:
            self._begin(self._world.restart())

    def settle(self) -> None:
        faults = self._begin(self._world.settle())
        assert not faults, faults

    @invariant()
    def nobody_is_told_wrongly(self) -> None:
        faults = [fault for follower in self._followers for fault in follower.faults]
        assert not faults, faults

    def teardown(self) -> None:
        try:
            self.settle()
        finally:
            self._begin(self._world.end())
            self._runner.close()

    async def _request(self, client: int, request: messages.Request) -> messages.Message | None:
        """Return what answers, or None when the client is not there; nothing is refused without a reason."""
        follower = self._followers[client]
        if not follower.is_open:
            return None
        try:
            told = await follower.request(request)
        except Lost:
            return None
        if isinstance(told, messages.ErrorMessage):
            assert told.code in REFUSALS.get(type(request), set()), told
        return told

    async def _send(self, client: int, frame: messages.SpeechPlayed | str | bytes) -> None:
        """Send what need not be answered."""
        with contextlib.suppress(Lost):
            await self._followers[client].send(frame)
