import asyncio
import ctypes
import gc
import os
import signal
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from pathlib import Path
from types import GeneratorType
from typing import cast

import pytest

from genie.audio.lane import Lane
from genie.audio.remote import Remote, in_process
from genie.errors import GenieError, TooLarge
from tests.processes import alive, copies, until_gone
from tests.waiting import until


class Engine:
    """Do in another process what a test asks for; what it did stands in the file `log`."""

    def __init__(self, log: Path, trouble: str = "") -> None:
        if trouble:
            raise OSError(trouble)
        self._log = log

    def pid(self) -> int:
        return os.getpid()

    def add(self, left: int, right: int) -> int:
        return left + right

    def refuse(self) -> None:
        raise TooLarge("too_long", "the recording is too long", field="file")

    def some(self) -> list[int | GenieError]:
        return [1, TooLarge("too_long", "the recording is too long", field="file")]

    def break_down(self) -> None:
        raise ZeroDivisionError("by zero")

    def die(self) -> None:
        os._exit(1)

    def hang(self) -> None:
        threading.Event().wait(60.0)

    def nap(self) -> None:
        threading.Event().wait(0.3)

    def generators(self) -> int:
        """Return how many generators are kept here."""
        return sum(isinstance(thing, GeneratorType) and thing.__name__ == "count" for thing in gc.get_objects())

    def count(self, name: str, upto: int) -> Iterator[str]:
        try:
            for number in range(upto):
                yield f"{name}{number}"
            if upto == 3:
                raise ZeroDivisionError("after three")
        finally:
            with self._log.open("a") as file:
                file.write(f"{name} closed\n")


@pytest.fixture
async def lane(tmp_path: Path) -> AsyncIterator[Lane[Engine]]:
    lane = Lane(in_process(partial(Engine, tmp_path / "log")), name="engine", deadline_s=30.0)
    yield lane
    lane.close()


async def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(GenieError) as caught:
        await call()
    return caught.value.code


async def test_the_engine_runs_in_a_process_of_its_own(lane: Lane[Engine]) -> None:
    assert await lane.call(Engine.pid) == await lane.call(Engine.pid) != os.getpid()


async def test_errors_among_the_results_come_as_they_are(lane: Lane[Engine]) -> None:
    one, error = await lane.call(Engine.some)
    assert one == 1
    assert isinstance(error, GenieError) and (error.code, error.status, error.field) == ("too_long", 413, "file")


async def test_a_call_takes_arguments_and_returns_its_result(lane: Lane[Engine]) -> None:
    assert await lane.call(Engine.add, 2, right=3) == 5


async def test_an_error_keeps_its_code_message_and_status(lane: Lane[Engine]) -> None:
    with pytest.raises(GenieError) as caught:
        await lane.call(Engine.refuse)
    error = caught.value
    assert (error.code, error.message, error.status, error.field) == (
        "too_long",
        "the recording is too long",
        413,
        "file",
    )


async def test_any_other_error_is_engine_failed_and_the_engine_goes_on(lane: Lane[Engine]) -> None:
    with pytest.raises(GenieError, match="ZeroDivisionError: by zero"):
        await lane.call(Engine.break_down)
    assert await lane.call(Engine.add, 1, 1) == 2


async def test_a_load_that_fails_carries_its_reason(tmp_path: Path) -> None:
    lane = Lane(in_process(partial(Engine, tmp_path / "log", "no weights in /nowhere")), name="engine")
    with pytest.raises(GenieError, match="OSError: no weights in /nowhere"):
        await lane.load()
    lane.close()


async def test_a_process_that_dies_is_told_and_the_next_call_has_a_fresh_one(lane: Lane[Engine]) -> None:
    first = await lane.call(Engine.pid)
    assert await code_of(lambda: lane.call(Engine.die)) == "engine_died"
    assert await lane.call(Engine.pid) != first


async def test_a_missed_deadline_ends_the_process(tmp_path: Path) -> None:
    lane = Lane(in_process(partial(Engine, tmp_path / "log")), name="engine", deadline_s=2.0)
    first = await lane.call(Engine.pid)
    assert await code_of(lambda: lane.call(Engine.hang)) == "engine_timeout"
    assert await lane.call(Engine.pid) != first
    await until_gone(first)
    lane.close()


async def test_the_loop_goes_on_while_the_process_works(lane: Lane[Engine]) -> None:
    await lane.load()
    hanging = asyncio.create_task(lane.call(Engine.hang))
    for _ in range(100):
        await asyncio.sleep(0)
    assert not hanging.done()
    lane.close()
    assert await code_of(lambda: hanging) == "engine_restarted"


async def test_two_callers_iterate_at_once_without_mixing(lane: Lane[Engine]) -> None:
    async def collect(name: str) -> list[str]:
        return [item async for item in lane.iterate(Engine.count, name, 20)]

    assert await asyncio.gather(collect("a"), collect("b")) == [
        [f"a{number}" for number in range(20)],
        [f"b{number}" for number in range(20)],
    ]


async def test_closing_the_iterator_closes_the_generator_over_there(lane: Lane[Engine], tmp_path: Path) -> None:
    items = lane.iterate(Engine.count, "a", 100)
    assert await anext(items) == "a0"
    await items.aclose()
    await lane.call(Engine.add, 1, 1)
    assert (tmp_path / "log").read_text() == "a closed\n"


async def test_an_iteration_that_is_cancelled_before_its_first_item_leaves_nothing_over_there(
    lane: Lane[Engine],
) -> None:
    await lane.load()
    items = lane.iterate(Engine.count, "a", 100)
    first = asyncio.create_task(anext(items))
    napping = asyncio.create_task(lane.call(Engine.nap))
    await asyncio.sleep(0.1)
    first.cancel()
    await asyncio.wait([first])
    await items.aclose()
    await napping
    assert await lane.call(Engine.generators) == 0


async def test_a_generator_that_breaks_carries_its_reason(lane: Lane[Engine]) -> None:
    items = lane.iterate(Engine.count, "a", 3)
    assert [await anext(items) for _ in range(3)] == ["a0", "a1", "a2"]
    with pytest.raises(GenieError, match="after three"):
        await anext(items)


async def test_an_argument_that_cannot_travel_is_an_error_and_the_engine_goes_on(lane: Lane[Engine]) -> None:
    first = await lane.call(Engine.pid)
    assert await code_of(lambda: lane.call(Engine.add, threading.Lock(), 1)) == "engine_failed"
    assert await lane.call(Engine.pid) == first


async def test_letting_go_ends_the_process(lane: Lane[Engine]) -> None:
    pid = await lane.call(Engine.pid)
    lane.close()
    await until_gone(pid)


async def test_an_engine_that_still_loads_ends_with_the_process_that_wanted_it(tmp_path: Path) -> None:
    """A server that is killed leaves nobody behind who reads weights for a minute."""
    wanting = await asyncio.create_subprocess_exec(sys.executable, "-c", WANTING, str(tmp_path / "pid"))
    async with asyncio.timeout(30.0):
        while not (tmp_path / "pid").exists():
            await asyncio.sleep(0.01)
    engine = int((tmp_path / "pid").read_text())
    assert alive(engine)
    wanting.kill()
    await wanting.wait()
    await until_gone(engine)


class Forgetful:
    """Count what it is asked, and rehearse by counting, as it does when it is loaded and in each copy."""

    def __init__(self) -> None:
        self._count = 0

    def rehearse(self) -> None:
        self._count += 1

    def count(self) -> tuple[int, int]:
        self._count += 1
        return os.getpid(), self._count

    def refuse(self) -> None:
        raise TooLarge("too_long", "the recording is too long", field="file")

    def die(self) -> None:
        os.kill(os.getpid(), signal.SIGSEGV)

    def hang(self, began: Path) -> None:
        began.touch()
        ctypes.PyDLL(None).sleep(60)  # which lets nothing else in its process run


@pytest.fixture
async def forgetful() -> AsyncIterator[Lane[Forgetful]]:
    lane: Lane[Forgetful] = Lane(lambda: cast(Forgetful, Remote(Forgetful, afresh=True)), name="engine")
    yield lane
    lane.close()


async def test_who_is_asked_afresh_answers_each_request_in_a_process_that_has_answered_none(
    forgetful: Lane[Forgetful],
) -> None:
    answers = [await forgetful.call(Forgetful.count) for _ in range(3)]
    assert [count for _, count in answers] == [3, 3, 3] and len({pid for pid, _ in answers}) == 3
    assert await code_of(lambda: forgetful.call(Forgetful.refuse)) == "too_long"
    await until_gone(*(pid for pid, _ in answers))


async def test_a_copy_that_crashes_is_told_and_whoever_waits_behind_it_is_to_ask_again(
    forgetful: Lane[Forgetful],
) -> None:
    await forgetful.load()
    dying, waiting = (asyncio.create_task(forgetful.call(method)) for method in (Forgetful.die, Forgetful.count))
    assert await code_of(lambda: dying) == "engine_died"
    assert await code_of(lambda: waiting) == "engine_restarted"
    assert (await forgetful.call(Forgetful.count))[1] == 3


@pytest.fixture
async def remote() -> AsyncIterator[Remote]:
    remote = await asyncio.to_thread(Remote, Forgetful, afresh=True)
    yield remote
    await asyncio.to_thread(remote.close)


async def test_copies_are_ready_before_anybody_asks(remote: Remote) -> None:
    ready = await copies(remote)
    assert (await asyncio.to_thread(remote.count))[0] in ready


async def hanging(remote: Remote, began: Path) -> asyncio.Task[None]:
    """Have one of its copies hang."""
    task = asyncio.create_task(asyncio.to_thread(remote.hang, began))
    await until(began.exists)
    return task


async def test_a_copy_that_hangs_is_ended_with_the_process_that_it_is_a_copy_of(remote: Remote, tmp_path: Path) -> None:
    pids = await copies(remote)
    asking = await hanging(remote, tmp_path / "began")
    remote.kill()
    assert await code_of(lambda: asking) == "engine_died"
    await until_gone(*pids)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it ends with what it does")
async def test_a_copy_that_hangs_does_not_outlive_a_process_that_is_killed(remote: Remote, tmp_path: Path) -> None:
    pids = await copies(remote)
    asking = await hanging(remote, tmp_path / "began")
    os.kill(remote._process.pid, signal.SIGKILL)
    assert await code_of(lambda: asking) == "engine_died"
    await until_gone(*pids)


async def test_copies_end_when_the_other_side_lets_go_the_one_that_hangs_too(remote: Remote, tmp_path: Path) -> None:
    pids = await copies(remote)
    remote._send(("hang", (tmp_path / "began",), {}))
    await until((tmp_path / "began").exists)
    remote._pipe.close()
    await until_gone(*pids)


async def test_an_engine_that_died_while_nobody_asked_is_replaced_before_it_is_iterated(lane: Lane[Engine]) -> None:
    items = lane.iterate(Engine.count, "a", 5)
    assert await anext(items) == "a0"
    await end(lane)
    with pytest.raises(GenieError, match="engine_restarted"):
        await anext(items)
    await end(lane)
    assert [item async for item in lane.iterate(Engine.count, "b", 2)] == ["b0", "b1"]


async def test_a_call_is_told_that_an_engine_died_while_nobody_asked(lane: Lane[Engine]) -> None:
    await end(lane)
    assert await code_of(lambda: lane.call(Engine.add, 1, 1)) == "engine_died"
    assert await lane.call(Engine.add, 1, 1) == 2


async def end(lane: Lane[Engine]) -> None:
    pid = await lane.call(Engine.pid)
    os.kill(pid, signal.SIGKILL)
    await until_gone(pid)


class Slow:
    """Take a minute to load, and say in a file that it has begun to."""

    def __init__(self, began: Path) -> None:
        began.with_suffix(".new").write_text(str(os.getpid()))
        began.with_suffix(".new").rename(began)
        threading.Event().wait(60.0)


WANTING = """
import sys
from functools import partial
from pathlib import Path
from genie.audio.remote import Remote
from tests.audio.test_remote import Slow

if __name__ == "__main__":
    Remote(partial(Slow, Path(sys.argv[1])))
"""
