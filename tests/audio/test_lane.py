import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator

import pytest

from genie.audio.lane import MAX_WAITING, Lane
from genie.errors import BadInput, GenieError

TICK_S = 0.05


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

    def count(self, name: str, upto: int) -> Iterator[str]:
        try:
            for number in range(upto):
                self.log.append(f"{name}{number}")
                yield f"{name}{number}"
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
    lane = Lane(lambda: engines.append(Engine()) or engines[-1], name="engine", deadline_s=TICK_S)
    assert await code_of(lambda: lane.call(Engine.wait)) == "engine_timeout"
    assert await lane.call(Engine.add, 1, 1) == 2
    assert len(engines) == 2
    engines[0].gate.set()
    lane.close()


async def test_waiting_for_others_does_not_count_against_the_deadline() -> None:
    engine = Engine()
    lane = Lane(lambda: engine, name="engine", deadline_s=10 * TICK_S)
    slow = [asyncio.create_task(lane.call(Engine.wait)) for _ in range(2)]
    await asyncio.sleep(0)
    threading.Timer(6 * TICK_S, engine.gate.set).start()
    assert await lane.call(Engine.add, 1, 1) == 2
    await asyncio.gather(*slow)
    lane.close()


async def test_those_who_waited_behind_a_missed_deadline_are_told() -> None:
    engine = Engine()
    lane = Lane(lambda: engine, name="engine", deadline_s=TICK_S)
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
    lane = Lane(lambda: engine, name="engine", deadline_s=TICK_S)
    items = lane.iterate(Engine.count, "a", 100)
    await anext(items)
    assert await code_of(lambda: lane.call(Engine.wait)) == "engine_timeout"
    assert await code_of(lambda: anext(items)) == "engine_restarted"
    engine.gate.set()
    lane.close()


async def test_an_engine_that_is_stuck_on_an_abandoned_call_is_replaced_too() -> None:
    engines: list[Engine] = []
    lane = Lane(lambda: engines.append(Engine()) or engines[-1], name="engine", deadline_s=TICK_S)
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


async def test_what_is_told_is_done_in_its_turn_and_its_errors_concern_nobody() -> None:
    engine = Engine()
    lane = Lane(lambda: engine, name="engine")
    await lane.load()
    lane.tell(Engine.break_down)
    lane.tell(Engine.note, "told")
    assert await lane.call(Engine.add, 1, 1) == 2
    assert engine.log == ["loaded", "told"]
    lane.close()


async def test_nothing_is_loaded_to_be_told() -> None:
    log: list[str] = []
    lane = Lane(lambda: Engine(log), name="engine")
    lane.tell(Engine.note, "told")
    lane.close()
    assert log == []
