import asyncio
import functools
from contextlib import asynccontextmanager, suppress

import pytest

from genie.audio.engine import Card
from genie.audio.engines.fetch import find
from genie.audio.engines.slot import Neural, Slot, Small
from genie.audio.engines.tries import Pauses
from genie.errors import StageFailed, Unavailable
from tests.audio.engines.hub import serving_hub
from tests.audio.engines.plain import save_plain_whisper
from tests.waiting import until

DEADLINE_S = 60.0


class Named:
    """The least an engine can be."""

    def __init__(self, name: str) -> None:
        self._name = name

    def describe(self) -> Card:
        return Card(name=self._name, note="a note")

    def itself(self) -> "Named":
        return self


def broken(found=None):
    raise StageFailed("bad_model", "the weights are torn\nin many places")


def named(name, found):
    return Named(name)


def small(make=None):
    return Small("small", make or functools.partial(Named, "small"))


@pytest.fixture
def weights(tmp_path):
    return save_plain_whisper(tmp_path / "weights")


def neural(folder, make=None):
    return Neural("whisper", str(folder), "cpu", make or functools.partial(named, "neural"))


@asynccontextmanager
async def started(small, neural):
    slot = Slot(small, neural, DEADLINE_S)
    try:
        await slot.start()
        yield slot
    finally:
        slot.close()


async def test_a_slot_that_loads_says_so_and_refuses_calls():
    slot = Slot(small(), None, DEADLINE_S)
    assert (slot.state.name, slot.state.state) == ("small", "loading")
    with pytest.raises(Unavailable) as raised:
        _ = slot.lane
    assert raised.value.code == "engine_unavailable"


async def test_the_small_engine_serves_when_it_alone_was_chosen():
    async with started(small(), None) as slot:
        assert (slot.state.name, slot.state.state, slot.state.device) == ("small", "ready", "cpu")
        assert slot.state.reason == "the settings name it; a note"
        assert (await slot.lane.call(Named.describe)) == slot.card


@pytest.mark.parametrize(("own", "given"), [(10.0, 10.0), (90.0, DEADLINE_S)])
async def test_a_small_engine_may_have_less_time_for_a_call_than_its_place_gives(own, given):
    async with started(Small("small", functools.partial(Named, "small"), own), None) as slot:
        assert slot.lane._deadline_s == given


async def test_the_neural_engine_takes_over_and_what_began_on_the_small_one_ends_there(weights):
    slot = Slot(small(), neural(weights), DEADLINE_S)
    starting = asyncio.create_task(slot.start())
    await until(lambda: slot.state.state == "ready")
    first = slot.lane
    engine = await first.call(Named.itself)
    await starting
    assert (slot.state.name, slot.card.name) == ("neural", "neural")
    assert str(weights) in slot.state.reason
    assert slot.lane is not first
    assert await first.call(Named.itself) is engine
    slot.close()


async def test_the_one_before_is_let_go_after_a_while_and_loaded_again_for_who_still_needs_it(weights):
    slot = Slot(small(), neural(weights), DEADLINE_S, grace_s=0.05)
    starting = asyncio.create_task(slot.start())
    await until(lambda: slot.state.state == "ready")
    first = slot.lane
    engine = again = await first.call(Named.itself)
    await starting
    while again is engine:
        with suppress(StageFailed):  # it was let go just then
            again = await first.call(Named.itself)
    assert slot.state.name == "neural"
    slot.close()
    with pytest.raises(Unavailable):
        await first.call(Named.itself)


async def test_a_neural_engine_that_fails_leaves_the_small_one_ready_with_the_reason(weights):
    async with started(small(), neural(weights, broken)) as slot:
        assert (slot.state.name, slot.state.state) == ("small", "ready")
        assert slot.state.reason == "whisper cannot serve: the weights are torn"


async def test_a_neural_engine_that_was_named_and_fails_makes_the_slot_fail(weights):
    async with started(None, neural(weights, broken)) as slot:
        assert (slot.state.name, slot.state.state) == ("whisper", "failed")
        with pytest.raises(Unavailable) as raised:
            _ = slot.card
        assert "the weights are torn" in raised.value.message


async def test_a_small_engine_that_fails_does_not_hinder_the_neural_one(weights):
    async with started(small(broken), neural(weights)) as slot:
        assert (slot.state.name, slot.state.state) == ("neural", "ready")


async def test_what_could_not_be_loaded_can_be_loaded_again(tmp_path):
    folder = tmp_path / "weights"
    async with started(None, neural(folder)) as slot:
        assert slot.state.state == "failed"
        save_plain_whisper(folder)
        assert slot.load_again() and slot.state.state == "loading"
        assert slot.load_again(), "it is under way already"
        await until(lambda: slot.state.state == "ready")
        await until(lambda: not slot.load_again())
        assert slot.state.name == "neural"


async def test_the_small_engine_serves_on_while_the_neural_one_is_loaded_again(tmp_path):
    folder = tmp_path / "weights"
    async with started(small(), neural(folder)) as slot:
        first = slot.lane
        save_plain_whisper(folder)
        assert slot.load_again() and slot.state.state == "ready" and slot.lane is first
        await until(lambda: slot.state.name == "neural")


async def test_nothing_is_loaded_again_when_everything_serves():
    async with started(small(), None) as slot:
        assert not slot.load_again()


@pytest.mark.parametrize("folder", ["/no/such/folder", "./no_such_folder"])
async def test_a_folder_that_is_not_there_is_the_reason(folder):
    async with started(None, neural(folder)) as slot:
        assert slot.state.reason == f"whisper cannot serve: there is no folder {folder}"


async def test_a_slot_can_be_closed_while_it_loads_and_twice(tmp_path):
    slot = Slot(small(), neural(tmp_path), DEADLINE_S)
    starting = asyncio.create_task(slot.start())
    await asyncio.sleep(0)
    starting.cancel()
    await asyncio.wait([starting])
    slot.close()
    slot.close()
    with pytest.raises(Unavailable):
        _ = slot.lane


@asynccontextmanager
async def serving(small, neural, pauses):
    slot = Slot(small, neural, DEADLINE_S, pauses)
    task = asyncio.create_task(slot.serve())
    try:
        yield slot, task
    finally:
        task.cancel()
        await asyncio.wait([task])
        slot.close()


def test_pauses_grow_up_to_the_longest():
    pauses = Pauses(first_s=15.0, longest_s=900.0)
    assert [pauses.after(tries) for tries in (0, 1, 2, 6, 10_000)] == [15.0, 30.0, 60.0, 900.0, 900.0]


async def test_weights_that_appear_are_noticed(tmp_path):
    async with serving(small(), neural(tmp_path / "weights"), Pauses(look_s=0.02)) as (slot, task):
        await until(lambda: "there is no folder" in slot.state.reason)
        save_plain_whisper(tmp_path / "weights")
        await until(lambda: slot.state.name == "neural")
        await asyncio.wait([task])


async def test_weights_that_were_mended_are_noticed(weights):
    whole = (weights / "model.safetensors").read_bytes()
    (weights / "model.safetensors").write_bytes(whole[:-1])
    async with serving(None, neural(weights), Pauses(look_s=0.02)) as (slot, _):
        await until(lambda: slot.state.state == "failed")
        assert "model.safetensors is cut short" in slot.state.reason
        (weights / "model.safetensors").write_bytes(whole)
        await until(lambda: slot.state.state == "ready")


async def test_a_fetch_that_failed_is_tried_again_by_itself_and_says_when(weights, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    with serving_hub("small/whisper", weights) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        hub.statuses["model.safetensors"] = 500
        async with serving(small(), neural("small/whisper"), Pauses(first_s=0.5, look_s=0.1)) as (slot, _):
            await until(lambda: "the next try is in 1 s" in slot.state.reason)
            assert slot.state.reason.startswith("whisper cannot serve: small/whisper is not on disk, and cannot be")
            assert (slot.state.name, slot.state.state) == ("small", "ready")
            hub.statuses.clear()
            await until(lambda: slot.state.name == "neural")


async def test_what_another_process_fetched_is_noticed(weights, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with serving_hub("small/whisper", weights) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        async with serving(small(), neural("small/whisper"), Pauses(look_s=0.1)) as (slot, _):
            await until(lambda: "HF_HUB_OFFLINE" in slot.state.reason)
            monkeypatch.delenv("HF_HUB_OFFLINE")
            await find("whisper", "small/whisper", "cpu", lambda told: None)
            await until(lambda: slot.state.name == "neural")
