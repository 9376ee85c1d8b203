"""One call of an engine, from the event loop to the engine's thread and back; it may pause on its way."""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Generic, TypeVar

from genie.audio.engine import Moment
from genie.audio.turns import Rank

log = logging.getLogger(__name__)

E = TypeVar("E")

Ask = Callable[[E, list[Any]], Sequence[Any]]
"""Ask an engine about the items of several calls; an answer that is an exception is raised to its caller."""


class Call(Generic[E]):
    """A call whose answer somebody awaits."""

    def __init__(self, name: str, rank: Rank, ask: Ask[E], item: Any = None, due: float = 0.0) -> None:
        """Make a call on the running loop; those of the same name in `Rank.PARTIAL` may be run as one."""
        self.name = name
        self.rank = rank
        self.due = due
        self._ask = ask
        self._item = item
        self._loop = asyncio.get_running_loop()
        self.answer: asyncio.Future[Any] = self._loop.create_future()
        self.started = False
        self.ended = False
        self._limit: asyncio.Timeout | None = None
        self._left_s = 0.0

    @asynccontextmanager
    async def within(self, seconds: float) -> AsyncIterator[None]:
        """Let its work take so long, or raise TimeoutError: neither its wait counts, nor its pauses."""
        async with asyncio.timeout(None) as self._limit:
            self._left_s = seconds
            try:
                yield
            finally:
                self._limit = None  # it knows the task that waited; the engine may be at work for nobody for long

    def fail(self, error: Exception) -> None:
        """Answer with an error; runs on the loop."""
        _settle(self.answer, error)

    def begin(self) -> bool:
        """Say whether anybody still waits; runs in the engine's thread, as what follows does."""
        self.started = True
        if not self.left():
            self._on_loop(self._count)
        return not self.ended

    def left(self) -> bool:
        """Say whether nobody waits any more, which ends it."""
        self.ended = self.answer.cancelled()
        return self.ended

    def pause(self) -> None:
        """Wait for another turn."""
        self._on_loop(self._count_no_more)

    def asked(self, engine: E, calls: "Sequence[Call[E]]") -> list[Any]:
        """Return the engine's answers to calls like this one, in order."""
        answers = list(self._ask(engine, [call._item for call in calls]))
        if len(answers) != len(calls):
            raise ValueError(f"{len(answers)} answers to {len(calls)} calls")
        return answers

    def reply(self, answer: Any) -> None:
        """Answer; an exception is raised to whoever waits."""
        self._on_loop(_settle, self.answer, answer)

    def _on_loop(self, then: Callable[..., None], *args: Any) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended: nobody waits for this
            self._loop.call_soon_threadsafe(then, *args)

    def _count(self) -> None:
        if (limit := self._counted()) is not None:
            limit.reschedule(self._loop.time() + self._left_s)

    def _count_no_more(self) -> None:
        if (limit := self._counted()) is not None and (when := limit.when()) is not None:
            self._left_s = when - self._loop.time()
            limit.reschedule(None)

    def _counted(self) -> asyncio.Timeout | None:
        """Return the limit while it holds."""
        return None if self._limit is None or self._limit.expired() or self.answer.done() else self._limit


def run(calls: Sequence[Call[E]], engine: E) -> list[Call[E]]:
    """Run calls as one, those that somebody still waits for, in the engine's thread; return those that pause."""
    begun = [call for call in calls if call.begin()]
    if not begun:
        return []
    began = time.monotonic()
    try:
        answers = begun[0].asked(engine, begun)
    except Exception as raised:  # the edge of the stage: the awaiting side gets it as a coded error
        answers = [raised] * len(begun)
    log.debug("engine_call", extra={"call": begun[0].name, "began": began, "ended": time.monotonic()})
    paused = []
    for call, answer in zip(begun, answers, strict=True):
        if isinstance(answer, Moment):
            call.pause()
            paused.append(call)
        else:
            call.ended = True
            call.reply(answer)
    return paused


def _settle(future: asyncio.Future[Any], answer: Any) -> None:
    if future.done():
        return
    if isinstance(answer, Exception):
        future.set_exception(answer)
    else:
        future.set_result(answer)
