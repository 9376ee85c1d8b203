"""One call of an engine, from the event loop to the engine's thread and back."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from genie.audio.turns import Rank

log = logging.getLogger(__name__)

E = TypeVar("E")

Ask = Callable[[E, list[Any]], Sequence[Any]]
"""Ask an engine about the items of several calls; an answer that is an exception is raised to its caller."""


class Call(Generic[E]):
    """A call that somebody awaits, and its two moments: begun, and answered."""

    def __init__(self, name: str, rank: Rank, ask: Ask[E], item: Any = None, due: float = 0.0) -> None:
        """Make a call on the running loop; those of the same name in `Rank.PARTIAL` may be run as one."""
        self.name = name
        self.rank = rank
        self.due = due
        self._ask = ask
        self._item = item
        self._loop = asyncio.get_running_loop()
        self.begun: asyncio.Future[None] = self._loop.create_future()
        self.answer: asyncio.Future[Any] = self._loop.create_future()
        self.started = False
        self.ended = False

    def fail(self, error: Exception) -> None:
        """Answer with an error; runs on the loop."""
        _settle(self.begun, None)
        _settle(self.answer, error)

    def begin(self) -> bool:
        """Say whether anybody still waits; runs in the engine's thread, as what follows does."""
        self.started = True
        self.ended = self.answer.cancelled()
        if not self.ended:
            self._tell(self.begun, None)
        return not self.ended

    def asked(self, engine: E, calls: "Sequence[Call[E]]") -> list[Any]:
        """Return the engine's answers to calls like this one, in order."""
        answers = list(self._ask(engine, [call._item for call in calls]))
        if len(answers) != len(calls):
            raise ValueError(f"{len(answers)} answers to {len(calls)} calls")
        return answers

    def reply(self, answer: Any) -> None:
        """Answer; an exception is raised to whoever waits."""
        self._tell(self.answer, answer)

    def _tell(self, future: asyncio.Future[Any], answer: Any) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended: nobody waits for this
            self._loop.call_soon_threadsafe(_settle, future, answer)


def run(calls: Sequence[Call[E]], engine: E) -> None:
    """Run calls as one, those that somebody still waits for; in the engine's thread."""
    begun = [call for call in calls if call.begin()]
    if not begun:
        return
    began = time.monotonic()
    try:
        answers = begun[0].asked(engine, begun)
    except Exception as raised:  # the edge of the stage: the awaiting side gets it as a coded error
        answers = [raised] * len(begun)
    log.debug("engine_call", extra={"call": begun[0].name, "began": began, "ended": time.monotonic()})
    for call, answer in zip(begun, answers, strict=True):
        call.ended = True
        call.reply(answer)


def _settle(future: asyncio.Future[Any], answer: Any) -> None:
    if future.done():
        return
    if isinstance(answer, Exception):
        future.set_exception(answer)
    else:
        future.set_result(answer)
