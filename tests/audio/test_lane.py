import asyncio
import gc
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import aclosing, asynccontextmanager
from typing import Any

import pytest

from genie.audio.engine import Moment
from genie.audio.lane import MAX_WAITING, Lane
from genie.errors import BadInput, GenieError

DEADLINE_S = 0.25
"""Of engines that hang. On a busy machine a call that takes no time is answered within it, too."""


class Engine:
    """Count, wait, fail and yield; what it did stands in `log`."""

    def __init__(self, log: list[str] | None = None) -> None:
        self.log = log if log is not None else []
        self.gate = threading.Event()
        self.waiting = threading.Event()
        self.log.append("loaded")

    def add(self, left: int, right: int) -> int:
        return left + right

    def thread(self) -> str:
        return threading.current_thread().name

    def wait(self) -> None:
        self.waiting.set()
        self.gate.wait(10.0)

    def refuse(self) -> None:
        raise BadInput("no_such_voice", "there is no such voice")

    def break_down(self) -> None:
        raise ZeroDivisionError("by zero")

    def note(self, what: str) -> None:
        self.log.append(what)

    def double(self, numbers: list[int]) -> list[int | GenieError]:
        """Refuse what is negative, and nobody else."""
        self.log.append(f"double {numbers}")
        return [BadInput("negative", "it is negative") if number < 0 else 2 * number for number in numbers]

    def count(self, name: str, upto: int) -> Iterator[str]:
        try:
            for number in range(upto):
                self.log.append(f"{name}{number}")
                yield f"{name}{number}"
        finally:
            self.log.append(f"{name} closed")

    def think(self, name: str, turns: int) -> Iterator[str | Moment]:
        """Say a name after so many turns; the gate is passed in the first of them."""
        self.waiting.set()
        self.gate.wait(10)
        try:
            for number in range(turns - 1):
                self.log.append(f"{name}{number}")
                yield Moment()
            yield name
        finally:
            self.log.append(f"{name} closed")


@pytest.fixture
async def lane() -> AsyncIterator[Lane[Engine]]:
    lane = Lane(Engine, name="engine")
    yield lane
    lane.close()


async def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(GenieError) as caught:
        await call()
    return caught.value.code


async def test_a_call_returns_its_result(lane: Lane[Engine]) -> None:
    assert await lane.call(Engine.add, 2, right=3) == 5


async def test_calls_run_in_one_thread_that_is_not_the_loops(lane: Lane[Engine]) -> None:
    names = {await lane.call(Engine.thread) for _ in range(3)}
    assert names == {"engine"}


async def test_the_engine_is_loaded_once() -> None:
    log: list[str] = []
    lane = Lane(lambda: Engine(log), name="engine")
    await asyncio.gather(*(lane.call(Engine.add, 1, 1) for _ in range(5)))
    lane.close()
    assert log == ["loaded"]


async def test_a_coded_error_keeps_its_kind(lane: Lane[Engine]) -> None:
    with pytest.raises(BadInput, match="no_such_voice"):
        await lane.call(Engine.refuse)


async def test_any_other_error_is_engine_failed_with_its_cause(lane: Lane[Engine]) -> None:
    with pytest.raises(GenieError, match=r"engine_failed.*by zero") as caught:
        await lane.call(Engine.break_down)
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


async def test_the_loop_goes_on_while_the_engine_works() -> None:
    engine = Engine()
    lane = Lane(lambda: engine, name="engine")
    waiting = asyncio.create_task(lane.call(Engine.wait))
    await lane.load()
    for _ in range(20):
        await asyncio.sleep(0)
    assert not waiting.done()
    engine.gate.set()
    await waiting
    lane.close()


async def test_a_missed_deadline_is_told_and_the_next_call_has_a_fresh_engine() -> None:
    engines: list[Engine] = []
    lane = Lane(lambda: engines.append(Engine()) or engines[-1], name="engine", deadline_s=DEADLINE_S)
    assert await code_of(lambda: lane.call(Engine.wait)) == "engine_timeout"
    assert await lane.call(Engine.add, 1, 1) == 2
    assert len(engines) == 2
    engines[0].gate.set()
    lane.close()


async def test_those_who_waited_behind_a_missed_deadline_are_told() -> None:
    engine = Engine()
    lane = Lane(lambda: engine, name="engine", deadline_s=DEADLINE_S)
    codes = await asyncio.gather(code_of(lambda: lane.call(Engine.wait)), code_of(lambda: lane.call(Engine.thread)))
    assert codes == ["engine_timeout", "engine_restarted"]
    engine.gate.set()
    lane.close()


async def test_one_call_too_many_is_refused() -> None:
    engine = Engine()
    lane = Lane(lambda: engine, name="engine")
    waiting = [asyncio.create_task(lane.call(Engine.wait)) for _ in range(MAX_WAITING)]
    await lane.load()
    await asyncio.sleep(0)
    assert await code_of(lambda: lane.call(Engine.wait)) == "engine_busy"
    engine.gate.set()
    await asyncio.gather(*waiting)
    lane.close()


async def test_a_load_that_fails_carries_its_reason_and_the_next_call_tries_again() -> None:
    tries: list[int] = []

    def load() -> Engine:
        tries.append(1)
        if len(tries) == 1:
            raise OSError("no weights in /nowhere")
        return Engine()

    lane = Lane(load, name="engine")
    with pytest.raises(GenieError, match="no weights in /nowhere"):
        await lane.load()
    assert await lane.call(Engine.add, 1, 1) == 2
    lane.close()


async def test_two_generators_take_turns() -> None:
    log: list[str] = []
    lane = Lane(lambda: Engine(log), name="engine")

    async def collect(name: str) -> list[str]:
        return [item async for item in lane.iterate(Engine.count, name, 5)]

    assert await asyncio.gather(collect("a"), collect("b")) == [
        [f"a{number}" for number in range(5)],
        [f"b{number}" for number in range(5)],
    ]
    assert log.index("b0") < log.index("a4") and log.index("a0") < log.index("b4")
    lane.close()


@asynccontextmanager
async def busy(batch: int = 1) -> AsyncIterator[tuple[Engine, Lane[Engine]]]:
    """Yield an engine that works until its gate is opened, and its lane."""
    engine = Engine()
    lane = Lane(lambda: engine, name="engine")
    lane.batch = batch
    await lane.load()
    working = asyncio.create_task(lane.call(Engine.wait))
    while not engine.waiting.is_set():
        await asyncio.sleep(0)
    try:
        yield engine, lane
    finally:
        engine.gate.set()
        await working
        lane.close()


@asynccontextmanager
async def thinking() -> AsyncIterator[tuple[Engine, Lane[Engine], asyncio.Task[str]]]:
    """Yield an engine that is in the first turn of a long item, its lane, and the item."""
    engine = Engine()
    lane = Lane(lambda: engine, name="engine")
    async with aclosing(lane.iterate_due(2.0, Engine.think, "slow", 5)) as items:
        item = asyncio.create_task(anext(items))
        while not engine.waiting.is_set():
            await asyncio.sleep(0)
        try:
            yield engine, lane, item
        finally:
            engine.gate.set()
    lane.close()


async def tasks(*coroutines: Coroutine[Any, Any, Any]) -> list[asyncio.Task[Any]]:
    """Start all of them in this order, and return when each waits in its lane."""
    started = [asyncio.create_task(coroutine) for coroutine in coroutines]
    for _ in range(3):
        await asyncio.sleep(0)
    return started


async def test_what_is_urgent_goes_before_partials_and_these_before_recordings() -> None:
    async with busy() as (engine, lane):
        items, speech = lane.iterate(Engine.count, "window", 1), lane.iterate_first(Engine.count, "first", 1)
        waiting = await tasks(
            anext(items),
            anext(speech),
            lane.join(Engine.double, 1),
            lane.speculate(Engine.note, "soon"),
            lane.call(Engine.note, "end"),
        )
        engine.gate.set()
        await asyncio.gather(*waiting)
        assert engine.log == ["loaded", "end", "soon", "double [1]", "first0", "window0"]
        await items.aclose()
        await speech.aclose()


async def test_calls_that_join_are_run_as_one_up_to_the_batch() -> None:
    async with busy(batch=3) as (engine, lane):
        waiting = await tasks(*(lane.join(Engine.double, number) for number in range(4)))
        engine.gate.set()
        assert await asyncio.gather(*waiting) == [0, 2, 4, 6]
        assert engine.log == ["loaded", "double [0, 1, 2]", "double [3]"]


async def test_what_one_of_several_is_refused_concerns_no_other() -> None:
    async with busy(batch=3) as (engine, lane):
        good, bad, late = await tasks(*(lane.join(Engine.double, number) for number in (1, -1, 2)))
        engine.gate.set()
        assert (await good, await late) == (2, 4)
        with pytest.raises(BadInput, match="negative"):
            await bad
        assert engine.log == ["loaded", "double [1, -1, 2]"]


async def test_a_call_that_is_cancelled_before_its_turn_is_never_made() -> None:
    async with busy(batch=3) as (engine, lane):
        kept, withdrawn, other = await tasks(*(lane.join(Engine.double, number) for number in range(3)))
        withdrawn.cancel()
        await asyncio.wait([withdrawn])
        engine.gate.set()
        assert (await kept, await other) == (0, 4)
        assert engine.log == ["loaded", "double [0, 2]"]


async def test_an_engine_that_answers_too_few_is_an_error_and_not_the_end() -> None:
    async with busy(batch=2) as (engine, lane):
        engine.double = lambda numbers: numbers[1:]  # type: ignore[method-assign]
        both = await tasks(lane.join(Engine.double, 1), lane.join(Engine.double, 2))
        engine.gate.set()
        assert [await code_of(lambda task=task: task) for task in both] == ["engine_failed"] * 2
        assert await lane.call(Engine.add, 1, 1) == 2


async def test_what_cannot_wait_is_served_in_the_moments_of_what_can() -> None:
    async with thinking() as (engine, lane, item), aclosing(lane.iterate_first(Engine.count, "first", 1)) as speech:
        (first,) = await tasks(anext(speech))
        engine.gate.set()
        assert (await item, await first) == ("slow", "first0"), "and nobody sees a moment"
        assert engine.log[:4] == ["loaded", "slow0", "first0", "slow1"]


async def test_what_is_due_later_goes_on_when_what_is_due_before_is_made() -> None:
    async with thinking() as (engine, lane, item), aclosing(lane.iterate_due(1.0, Engine.think, "soon", 3)) as items:
        (sooner,) = await tasks(anext(items))
        engine.gate.set()
        assert (await item, await sooner) == ("slow", "soon")
        assert engine.log[:5] == ["loaded", "slow0", "soon0", "soon1", "slow1"]


async def test_what_pauses_and_nobody_wants_any_more_has_no_further_turn() -> None:
    async with thinking() as (engine, lane, item):
        (call,) = lane._worker.unanswered
        item.cancel()
        with pytest.raises(asyncio.CancelledError):
            await item
        engine.gate.set()
        assert await lane.call(Engine.add, 1, 1) == 2
        assert engine.log == ["loaded", "slow0", "slow closed"]
        assert call.ended, "while it waits for a turn, too: else its engine is taken for stuck"


async def test_the_deadline_of_a_call_counts_from_its_turn_on() -> None:
    async with busy() as (_, lane):
        (working,) = lane._worker.unanswered
        (added,) = await tasks(lane.call(Engine.add, 1, 1))
        (waiting,) = lane._worker.unanswered - {working}
        assert working._limit.when() is not None and waiting._limit.when() is None
    assert await added == 2


async def test_closing_the_iterator_closes_the_engines_generator() -> None:
    engine = Engine()
    lane = Lane(lambda: engine, name="engine")
    items = lane.iterate(Engine.count, "a", 100)
    assert await anext(items) == "a0"
    await items.aclose()
    await lane.call(Engine.add, 1, 1)
    assert engine.log[-1] == "a closed"
    lane.close()


async def test_a_cancelled_caller_leaves_the_engine_usable() -> None:
    engine = Engine()
    lane = Lane(lambda: engine, name="engine")
    waiting = asyncio.create_task(lane.call(Engine.wait))
    await lane.load()
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    engine.gate.set()
    assert await lane.call(Engine.add, 1, 1) == 2
    lane.close()


async def test_a_generators_items_are_not_mixed_up_with_a_restarted_engine() -> None:
    engine = Engine()
    lane = Lane(lambda: engine, name="engine", deadline_s=DEADLINE_S)
    items = lane.iterate(Engine.count, "a", 100)
    await anext(items)
    assert await code_of(lambda: lane.call(Engine.wait)) == "engine_timeout"
    assert await code_of(lambda: anext(items)) == "engine_restarted"
    engine.gate.set()
    lane.close()


async def test_an_engine_that_is_stuck_on_an_abandoned_call_is_replaced_too() -> None:
    engines: list[Engine] = []
    lane = Lane(lambda: engines.append(Engine()) or engines[-1], name="engine", deadline_s=DEADLINE_S)
    await lane.load()
    stuck = asyncio.create_task(lane.call(Engine.wait))
    while not engines[0].waiting.is_set():
        await asyncio.sleep(0)
    stuck.cancel()
    assert await code_of(lambda: lane.call(Engine.add, 1, 1)) == "engine_restarted"
    assert await lane.call(Engine.add, 1, 1) == 2
    engines[0].gate.set()
    lane.close()


async def test_a_lane_that_was_let_go_serves_no_more(lane: Lane[Engine]) -> None:
    lane.close()
    assert await code_of(lambda: lane.call(Engine.add, 1, 1)) == "engine_unavailable"


async def test_what_is_told_is_done_in_its_turn_and_its_errors_concern_nobody(caplog: pytest.LogCaptureFixture) -> None:
    engine = Engine()
    lane = Lane(lambda: engine, name="engine")
    await lane.load()
    lane.tell(Engine.break_down)
    lane.tell(Engine.note, "told")
    assert await lane.call(Engine.add, 1, 1) == 2
    assert engine.log == ["loaded", "told"]
    lane.close()
    gc.collect()  # asyncio complains of what nobody has looked at when it is collected
    assert caplog.messages == []


async def test_nothing_is_loaded_to_be_told() -> None:
    log: list[str] = []
    lane = Lane(lambda: Engine(log), name="engine")
    lane.tell(Engine.note, "told")
    lane.close()
    assert log == []
