"""A pause: how long it was, and that it ends by itself."""

import asyncio

from genie.rest.hold import Hold
from tests.fakes import FakeClock


async def test_a_pause_counts_while_it_lasts_and_all_of_them_together():
    clock = FakeClock()
    hold = Hold(clock=clock)
    assert hold.begin(lambda: None) and not hold.begin(lambda: None)
    clock.now = 2.0
    assert hold.lasts and hold.seconds == 2.0
    assert hold.end() and not hold.end()
    clock.now = 5.0
    assert not hold.lasts and hold.seconds == 2.0
    hold.begin(lambda: None)
    clock.now = 6.0
    assert hold.seconds == 3.0
    hold.end()


async def test_a_pause_that_lasts_too_long_is_told_once_and_one_that_ended_is_not():
    hold, told = Hold(longest_s=0.02), []
    hold.begin(lambda: told.append("first"))
    hold.end()
    hold.begin(lambda: (told.append("second"), hold.end()))
    async with asyncio.timeout(30):
        await hold.over()
    assert told == ["second"]
