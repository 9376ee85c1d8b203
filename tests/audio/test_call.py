import asyncio
import weakref
from contextlib import suppress

import pytest

from bench import virtual
from genie.audio.call import Call
from genie.audio.turns import Rank


def called() -> Call[None]:
    return Call("voice.synthesize", Rank.BULK, lambda engine, items: items)


async def answered(work_s: float) -> object:
    """Return the answer of a call that waits and pauses for long, and works for six seconds and then so many more."""
    call = called()
    async with call.within(10.0):
        await asyncio.sleep(100.0)
        call.begin()
        await asyncio.sleep(6.0)
        call.pause()
        await asyncio.sleep(100.0)
        call.begin()
        asyncio.get_running_loop().call_later(work_s, call.reply, "sound")
        return await call.answer


def test_neither_wait_nor_pause_counts_against_the_deadline_of_a_call() -> None:
    assert virtual.run(answered(3.9)) == "sound"


def test_all_of_its_work_does() -> None:
    with pytest.raises(TimeoutError):
        virtual.run(answered(4.1))


async def test_a_pause_after_the_end_of_a_call_is_none() -> None:
    call = called()
    async with call.within(60.0):
        call.begin()
        call.reply("sound")
        call.pause()
        assert await call.answer == "sound"
    call.begin()
    await asyncio.sleep(0)


async def test_a_call_that_nobody_waits_for_holds_nothing_of_who_did() -> None:
    async def wait(call: Call[None]) -> None:
        async with call.within(60.0):
            await call.answer

    call = called()
    waiting = asyncio.create_task(wait(call))
    await asyncio.sleep(0)
    waiting.cancel()
    with suppress(asyncio.CancelledError):
        await waiting
    held = weakref.ref(waiting)
    del waiting
    await asyncio.sleep(0)
    assert held() is None, "as the sound of an utterance, while the engine is still at work on it"
