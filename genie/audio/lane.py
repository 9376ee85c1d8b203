"""The one bridge between the event loop and an engine: one worker thread per model, one call at a time."""

import asyncio
import threading
import time
from collections.abc import AsyncGenerator, Callable, Iterator
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, cast

from genie.audio.call import Ask, Call, run
from genie.audio.engine import Moment
from genie.audio.remote import Apart, close_quietly, restarted
from genie.audio.turns import FOLLOW_S, Rank, Turns
from genie.errors import Busy, GenieError, StageFailed, Unavailable

E = TypeVar("E")
P = ParamSpec("P")
R = TypeVar("R")
A = TypeVar("A")

MAX_WAITING = 256
"""Calls that may wait for one engine; one more is refused with `engine_busy`, so a stuck engine cannot fill memory."""

LOAD_DEADLINE_S = 600.0


class _Worker(Generic[E]):
    """A daemon thread with its engine. It is abandoned, never joined, when a call outlives its deadline."""

    def __init__(self, factory: Callable[[], E], name: str) -> None:
        self._factory = factory
        self._turns: Turns[Call[E]] = Turns()
        self._changed = threading.Condition()
        self._engine: E | None = None
        self._apart: Apart | None = None
        self.batch = 1
        self.loading: Call[E] = Call(f"{name}.load", Rank.URGENT, lambda engine, items: [None])
        self.abandoned = False
        self.unanswered: set[Call[E]] = set()
        threading.Thread(target=self._run, name=name, daemon=True).start()

    @property
    def died(self) -> bool:
        """Whether the process of a remote engine has ended."""
        return self._apart is not None and self._apart.ended

    def put(self, call: Call[E]) -> None:
        with self._changed:
            self._turns.put(call, time.monotonic())
            self._changed.notify()

    def withdraw(self, call: Call[E]) -> None:
        """Forget a call that has not begun, or pauses."""
        with self._changed:
            if self._turns.withdraw(call):
                call.ended = True

    def abandon(self) -> None:
        """End the thread after its present call; end the process of a remote engine at once."""
        with self._changed:
            self.abandoned = True
            self._changed.notify()
        if self._apart is not None:
            self._apart.kill()
        for call in self.unanswered:
            call.fail(restarted())

    def _run(self) -> None:
        try:
            self._engine = engine = self._factory()
        except Exception as error:  # the edge of the stage: whoever waits for the engine gets the reason
            self.loading.reply(error)
            return
        self._apart = engine if isinstance(engine, Apart) else None
        run([self.loading], engine)
        while calls := self._next():
            for call in run(calls, engine):
                self._put_back(call)
        close_quietly(engine)

    def _put_back(self, call: Call[E]) -> None:
        with self._changed:
            if not call.left():  # a turn for nobody may be long in coming, as if the engine were stuck
                self._turns.put_back(call, time.monotonic())

    def _next(self) -> list[Call[E]]:
        """Wait for whose turn it is; none when the worker is abandoned."""
        with self._changed:
            while not self.abandoned:
                if calls := self._turns.take(time.monotonic(), self.batch):
                    return calls
                self._changed.wait(FOLLOW_S if self._turns else None)
        return []


class Lane(Generic[E]):
    """Await an engine's calls and iterate its generators, in order, each call with a deadline in seconds.

    The engine is loaded in the worker, on the first call or by `load`. After a missed deadline, or when the process of
    a remote engine died, the next call starts afresh with a new one. A call is told that it died, as what it knew of
    streams is lost; an iteration, only if it died of that.
    """

    def __init__(self, factory: Callable[[], E], *, name: str, deadline_s: float = 60.0) -> None:
        self._factory = factory
        self._name = name
        self._deadline_s = deadline_s
        self.batch = 1
        """Calls that `join` runs as one at most; to be set as soon as the engine has said how many it can."""
        self._worker: _Worker[E] | None = None
        self._closed = False

    async def load(self) -> None:
        """Load the engine, or raise the reason why it cannot be."""
        await self._loaded()

    async def call(self, method: Callable[Concatenate[E, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run `method` (looked up by its name on the engine) in the worker and return its result."""
        return cast(R, await self._called(Rank.URGENT, method.__name__, args, kwargs))

    async def speculate(self, method: Callable[Concatenate[E, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run `method` when nothing urgent waits, as what comes of it may not be needed."""
        return cast(R, await self._called(Rank.SOON, method.__name__, args, kwargs))

    async def join(self, method: Callable[[E, list[A]], list[R | GenieError]], item: A) -> R:
        """Return what `method` answers for one item of its list, or raise that answer.

        It runs when nothing more urgent waits, for at most `batch` of the calls that wait then.
        """
        name = method.__name__
        worker = await self._loaded()
        call = self._named(name, Rank.PARTIAL, lambda engine, items: getattr(engine, name)(items), item)
        return cast(R, await self._run(worker, call))

    def iterate(
        self, method: Callable[Concatenate[E, P], Iterator[R | Moment]], *args: P.args, **kwargs: P.kwargs
    ) -> AsyncGenerator[R, None]:
        """Iterate an engine's generator, one item a turn, so that several callers share the engine fairly.

        An item that is long in the making may take several turns: a `Moment` is none, and seen by nobody.
        Each turn comes when nothing else waits, and at the latest when `Turns` has lost its patience. Closing the
        iterator closes the generator.
        """
        return self._iterated(Rank.BULK, method.__name__, args, kwargs)

    def iterate_due(
        self, due: float, method: Callable[Concatenate[E, P], Iterator[R | Moment]], *args: P.args, **kwargs: P.kwargs
    ) -> AsyncGenerator[R, None]:
        """Iterate as `iterate` does, what is due sooner (time of the loop) before what is due later."""
        return self._iterated(Rank.BULK, method.__name__, args, kwargs, due)

    def iterate_first(
        self, method: Callable[Concatenate[E, P], Iterator[R | Moment]], *args: P.args, **kwargs: P.kwargs
    ) -> AsyncGenerator[R, None]:
        """Iterate as `iterate` does, before all that does: somebody waits for the first item with nothing to go on."""
        return self._iterated(Rank.FIRST, method.__name__, args, kwargs)

    def iterate_spare(
        self, method: Callable[Concatenate[E, P], Iterator[R | Moment]], *args: P.args, **kwargs: P.kwargs
    ) -> AsyncGenerator[R, None]:
        """Iterate as `iterate` does, when nobody else wants the engine: nobody waits for this."""
        return self._iterated(Rank.SPARE, method.__name__, args, kwargs)

    def tell(self, method: Callable[Concatenate[E, P], None], *args: P.args, **kwargs: P.kwargs) -> None:
        """Have `method` run in its turn, waiting for nothing: neither cancelling nor a full lane keeps an engine from
        forgetting a stream. An engine that is not there has nothing to forget, and none is loaded for it.
        """
        if self._worker is not None:
            call = self._made(Rank.URGENT, method.__name__, args, kwargs)
            call.answer.add_done_callback(asyncio.Future.exception)  # seen: else asyncio logs what concerns nobody
            self._worker.put(call)

    def rest(self) -> None:
        """Let the engine go until somebody asks for it again; what waits for it now fails with `engine_restarted`."""
        if self._worker is not None:
            self._drop(self._worker)

    def close(self) -> None:
        """Let the engine go for good."""
        self._closed = True
        self.rest()

    async def _loaded(self) -> _Worker[E]:
        if self._closed:
            raise Unavailable("engine_unavailable", f"{self._name} was let go")
        worker = self._worker = self._worker or _Worker(self._factory, self._name)
        worker.batch = self.batch
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

    async def _called(self, rank: Rank, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return await self._run(await self._loaded(), self._made(rank, name, args, kwargs))

    async def _iterated(
        self, rank: Rank, name: str, args: tuple[Any, ...], kwargs: dict[str, Any], due: float = 0.0
    ) -> AsyncGenerator[Any, None]:
        if self._worker is not None and self._worker.died:  # who begins misses nothing that it knew
            self._drop(self._worker)
        worker, done = await self._loaded(), object()
        opened: list[Iterator[Any]] = []  # by the worker: what a cancelled caller never saw is closed as well

        def step(engine: E, _: list[Any]) -> list[Any]:
            if not opened:
                opened.append(getattr(engine, name)(*args, **kwargs))
            return [next(opened[0], done)]

        def end(_: E, calls: list[Any]) -> list[Any]:
            for items in opened:
                close_quietly(items)
            return calls

        try:
            while (item := await self._run(worker, self._named(name, rank, step, due=due))) is not done:
                yield item
                if worker.died:
                    self._drop(worker)
        finally:
            worker.put(self._named(name, Rank.URGENT, end))

    def _made(self, rank: Rank, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Call[E]:
        return self._named(name, rank, lambda engine, _: [getattr(engine, name)(*args, **kwargs)])

    def _named(self, name: str, rank: Rank, ask: Ask[E], item: Any = None, due: float = 0.0) -> Call[E]:
        return Call(f"{self._name}.{name}", rank, ask, item, due)

    async def _run(self, worker: _Worker[E], call: Call[E]) -> Any:
        if worker.abandoned:
            raise restarted()
        if len(worker.unanswered) >= MAX_WAITING:
            raise Busy("engine_busy", f"{self._name} has too much to do; try again in a moment")
        worker.unanswered.add(call)
        try:
            async with call.within(self._deadline_s):
                worker.put(call)
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
            worker.withdraw(call)
            if call.started and not call.ended:  # nobody waits for it any more, but others wait behind it
                asyncio.get_running_loop().call_later(self._deadline_s, self._expire, worker, call)

    def _expire(self, worker: _Worker[E], call: Call[E]) -> None:
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
