"""The one bridge between the event loop and an engine: one worker thread per model, one call at a time."""

import asyncio
import contextlib
import logging
import queue
import threading
import time
from collections.abc import AsyncGenerator, Callable, Iterator
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, cast

from genie.audio.remote import Remote, close_quietly
from genie.errors import Busy, GenieError, StageFailed, Unavailable

log = logging.getLogger(__name__)

E = TypeVar("E")
P = ParamSpec("P")
R = TypeVar("R")

MAX_WAITING = 256
"""Calls that may wait for one engine; one more is refused with `engine_busy`, so a stuck engine cannot fill memory."""

LOAD_DEADLINE_S = 600.0


class _Call(Generic[E]):
    """One call on its way through the worker, and its two moments: begun, and answered."""

    def __init__(self, name: str, function: Callable[[E], Any]) -> None:
        self._name = name
        self._function = function
        self._loop = asyncio.get_running_loop()
        self.begun: asyncio.Future[None] = self._loop.create_future()
        self.answer: asyncio.Future[Any] = self._loop.create_future()
        self.started = False
        self.ended = False

    def run(self, engine: E) -> None:
        """Make the call; runs in the worker's thread."""
        self.started = True
        if self.answer.cancelled():
            self.ended = True
            return
        self._tell(_settle, self.begun, None, None)
        result, error = None, None
        began = time.monotonic()
        try:
            result = self._function(engine)
        except Exception as raised:  # the edge of the stage: the awaiting side gets it as a coded error
            error = raised
        self.ended = True
        log.debug("engine_call", extra={"call": self._name, "began": began, "ended": time.monotonic()})
        self._tell(_settle, self.answer, result, error)

    def run_failed(self, error: Exception) -> None:
        """Report that the engine did not load; runs in the worker's thread."""
        self._tell(_settle, self.answer, None, error)

    def fail(self, error: Exception) -> None:
        """Answer with an error; runs on the loop."""
        _settle(self.begun, None, None)
        _settle(self.answer, None, error)

    def _tell(self, callback: Callable[..., None], *args: object) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended: nobody waits for this
            self._loop.call_soon_threadsafe(callback, *args)


def _settle(future: asyncio.Future[Any], result: Any, error: Exception | None) -> None:
    if future.done():
        return
    if error is None:
        future.set_result(result)
    else:
        future.set_exception(error)


def _quietly(function: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:
    """Call a function; what it raises concerns nobody."""
    with contextlib.suppress(Exception):
        function(*args, **kwargs)


class _Worker(Generic[E]):
    """A daemon thread with its engine. It is abandoned, never joined, when a call outlives its deadline."""

    def __init__(self, factory: Callable[[], E], name: str) -> None:
        self._factory = factory
        self._calls: queue.SimpleQueue[_Call[E] | None] = queue.SimpleQueue()
        self._engine: E | None = None
        self.loading: _Call[E] = _Call(f"{name}.load", lambda engine: None)
        self.abandoned = False
        self.unanswered: set[_Call[E]] = set()
        threading.Thread(target=self._run, name=name, daemon=True).start()

    def put(self, call: _Call[E]) -> None:
        self._calls.put(call)

    def abandon(self) -> None:
        """End the thread after its present call; end the process of a remote engine at once."""
        self.abandoned = True
        self._calls.put(None)
        if isinstance(self._engine, Remote):
            self._engine.kill()
        for call in self.unanswered:
            call.fail(StageFailed("engine_restarted", "the engine was restarted; ask again"))

    def _run(self) -> None:
        try:
            self._engine = engine = self._factory()
        except Exception as error:  # the edge of the stage: whoever waits for the engine gets the reason
            self.loading.run_failed(error)
            return
        self.loading.run(engine)
        while (call := self._calls.get()) is not None:
            call.run(engine)
        close_quietly(engine)


class Lane(Generic[E]):
    """Await an engine's calls and iterate its generators, in order, each call with a deadline in seconds.

    The engine is loaded in the worker, on the first call or by `load`. After a missed deadline, or when the process of
    a remote engine died, the next call starts afresh with a new one.
    """

    def __init__(self, factory: Callable[[], E], *, name: str, deadline_s: float = 60.0) -> None:
        self._factory = factory
        self._name = name
        self._deadline_s = deadline_s
        self._worker: _Worker[E] | None = None
        self._closed = False

    async def load(self) -> None:
        """Load the engine, or raise the reason why it cannot be."""
        await self._loaded()

    async def call(self, method: Callable[Concatenate[E, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run `method` (looked up by its name on the engine) in the worker and return its result."""
        name = method.__name__
        worker = await self._loaded()
        return cast(R, await self._run(worker, name, lambda engine: getattr(engine, name)(*args, **kwargs)))

    async def iterate(
        self, method: Callable[Concatenate[E, P], Iterator[R]], *args: P.args, **kwargs: P.kwargs
    ) -> AsyncGenerator[R, None]:
        """Iterate an engine's generator, one item a turn, so that several callers share the engine fairly.

        Closing the iterator closes the generator.
        """
        name = method.__name__
        worker, done = await self._loaded(), object()
        opened: list[Iterator[R]] = []  # by the worker: what a cancelled caller never saw is closed as well

        def step(engine: E) -> Any:
            if not opened:
                opened.append(getattr(engine, name)(*args, **kwargs))
            return next(opened[0], done)

        def end(_: E) -> None:
            for items in opened:
                close_quietly(items)

        try:
            while (item := await self._run(worker, name, step)) is not done:
                yield cast(R, item)
        finally:
            worker.put(_Call(f"{self._name}.{name}", end))

    def tell(self, method: Callable[Concatenate[E, P], None], *args: P.args, **kwargs: P.kwargs) -> None:
        """Have `method` run in its turn, waiting for nothing: neither cancelling nor a full lane keeps an engine from
        forgetting a stream. An engine that is not there has nothing to forget, and none is loaded for it.
        """
        if self._worker is not None:
            name = method.__name__
            self._worker.put(_Call(f"{self._name}.{name}", lambda e: _quietly(getattr(e, name), *args, **kwargs)))

    def close(self) -> None:
        """Let the engine go; what still waits for it fails with `engine_restarted`."""
        self._closed = True
        if self._worker is not None:
            self._drop(self._worker)

    async def _loaded(self) -> _Worker[E]:
        if self._closed:
            raise Unavailable("engine_unavailable", f"{self._name} was let go")
        worker = self._worker = self._worker or _Worker(self._factory, self._name)
        if worker.loading.ended:
            return worker
        try:
            async with asyncio.timeout(LOAD_DEADLINE_S):
                await asyncio.shield(worker.loading.answer)
        except TimeoutError as error:
            self._drop(worker)
            raise StageFailed("engine_timeout", f"{self._name} did not load within {LOAD_DEADLINE_S:g} s") from error
        except Exception as error:
            self._drop(worker)
            raise self._coded(error) from error
        return worker

    async def _run(self, worker: _Worker[E], method: str, function: Callable[[E], Any]) -> Any:
        if worker.abandoned:
            raise StageFailed("engine_restarted", "the engine was restarted; ask again")
        if len(worker.unanswered) >= MAX_WAITING:
            raise Busy("engine_busy", f"{self._name} has too much to do; try again in a moment")
        call = _Call(f"{self._name}.{method}", function)
        worker.unanswered.add(call)
        try:
            worker.put(call)
            await call.begun
            async with asyncio.timeout(self._deadline_s):
                return await call.answer
        except TimeoutError as error:
            self._drop(worker)
            raise StageFailed("engine_timeout", f"{self._name} did not answer within {self._deadline_s:g} s") from error
        except Exception as error:
            if isinstance(error, GenieError) and error.code == "engine_died":
                self._drop(worker)
            raise self._coded(error) from error
        finally:
            worker.unanswered.discard(call)
            call.answer.cancel()
            if call.started and not call.ended:  # nobody waits for it any more, but others wait behind it
                asyncio.get_running_loop().call_later(self._deadline_s, self._expire, worker, call)

    def _expire(self, worker: _Worker[E], call: _Call[E]) -> None:
        """Let the engine go when it is still at work on a call whose caller gave up a deadline ago."""
        if not call.ended and not worker.abandoned:
            self._drop(worker)

    def _drop(self, worker: _Worker[E]) -> None:
        worker.abandon()
        if self._worker is worker:
            self._worker = None

    def _coded(self, error: Exception) -> GenieError:
        if isinstance(error, GenieError):
            return error
        return StageFailed("engine_failed", f"{self._name}: {type(error).__name__}: {error}")
