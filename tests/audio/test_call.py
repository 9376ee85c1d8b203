import asyncio

import pytest

from genie.audio.call import Call
from genie.audio.turns import Rank


async def turn(call: Call[None]) -> None:
    """Begin, or go on with, a call."""
    assert call.begin()
    await asyncio.sleep(0)


async def pause(call: Call[None]) -> None:
    call.pause()
    await asyncio.sleep(0)


async def test_only_its_own_work_counts_against_the_deadline_of_a_call() -> None:
    call: Call[None] = Call("voice.synthesize", Rank.BULK, lambda engine, items: items)
    async with asyncio.timeout(None) as limit:
        call.limit(limit, 60.0)
        assert limit.when() is None, "it waits"
        await turn(call)
        first = limit.when()
        await pause(call)
        assert limit.when() is None, "others have their turn"
        await turn(call)
        assert first is not None and limit.when() == pytest.approx(first, abs=30.0)


async def test_what_comes_after_the_end_of_a_call_moves_no_deadline() -> None:
    call: Call[None] = Call("voice.synthesize", Rank.BULK, lambda engine, items: items)
    async with asyncio.timeout(None) as limit:
        call.limit(limit, 60.0)
        await turn(call)
        until = limit.when()
        call.reply("sound")
        await pause(call)
        assert limit.when() == until
    await turn(call)
