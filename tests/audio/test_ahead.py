import asyncio
from contextlib import aclosing

import numpy as np
import pytest

from genie.audio.ahead import ahead
from genie.audio.pcm import Piece
from genie.errors import StageFailed


class Maker:
    """Make sounds of one second (10 samples) each, valued by their number; fail after `good` of them."""

    def __init__(self, good: int = 1_000) -> None:
        self.good = good
        self.made = 0
        self.closed = False

    async def sounds(self):
        try:
            while self.made < self.good:
                self.made += 1
                yield Piece(None, np.full(10, self.made, np.int16))
            raise StageFailed("engine_failed", "no more")
        finally:
            self.closed = True


async def settle() -> None:
    """Let all tasks come to where they wait."""
    for _ in range(50):
        await asyncio.sleep(0)


async def test_the_next_sounds_are_made_while_one_is_held_up_to_the_bound():
    maker = Maker()
    async with aclosing(ahead(maker.sounds(), 30)) as sounds:
        first = await anext(sounds)
        await settle()
        assert first.samples[0] == 1 and maker.made == 4, "three wait"
        await anext(sounds)
        await settle()
        assert maker.made == 5


async def test_sounds_come_in_order_and_an_error_behind_all_that_was_made_before():
    heard = []
    with pytest.raises(StageFailed, match="engine_failed"):
        async with aclosing(ahead(Maker(good=5).sounds(), 1_000)) as sounds:
            async for piece in sounds:
                heard.append(int(piece.samples[0]))
                await settle()
    assert heard == [1, 2, 3, 4, 5]


async def test_closing_ends_the_making_at_once():
    never, closed = asyncio.Event(), asyncio.Event()

    async def stuck():
        try:
            yield Piece(None, np.zeros(10, np.int16))
            await never.wait()
        finally:
            closed.set()

    sounds = ahead(stuck(), 1_000)
    await anext(sounds)
    await settle()
    await sounds.aclose()
    assert closed.is_set()


async def test_an_error_that_nobody_waits_for_any_more_is_no_noise():
    maker = Maker(good=2)
    sounds = ahead(maker.sounds(), 1_000)
    await anext(sounds)
    await settle()
    await sounds.aclose()
    assert maker.closed
