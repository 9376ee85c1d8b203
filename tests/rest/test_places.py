"""How many speeches are made at once for a user, and who counts."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from genie.errors import Busy
from genie.rest.places import Places

Speech = AsyncGenerator[int, None]

READING_S = 1_000.0
"""Nobody is taken to have stopped reading."""


class Sounds:
    """Three sounds, of which all but the first are made when a test lets them be."""

    def __init__(self) -> None:
        self.may_go_on = asyncio.Event()
        self.closed = False

    async def made(self) -> AsyncGenerator[int, None]:
        try:
            for number in range(3):
                yield number
                await self.may_go_on.wait()
        finally:
            self.closed = True


async def is_refused(places: Places, user: str) -> bool:
    """Say whether one more speech of a user is; its making does not even begin then."""
    sounds = Sounds()
    speech = places.held(user, sounds.made())
    try:
        assert await anext(speech) == 0
    except Busy as error:
        assert (error.code, error.retry_s, sounds.closed) == ("too_many_speeches", 5.0, False)
        return True
    finally:
        await speech.aclose()
    return False


async def one_has_left_its_place(places: Places, sounds: Sounds, others: Sounds) -> tuple[Speech, Speech]:
    """Return a user's speech that has left its place, and the one that has it now."""
    paused, other = places.held("ann", sounds.made()), places.held("ann", others.made())
    await anext(paused)
    while await is_refused(places, "ann"):
        await asyncio.sleep(0)
    await anext(other)
    return paused, other


@pytest.mark.parametrize("ends", ["closed", "whole"])
async def test_one_user_cannot_take_the_voice(ends: str):
    places, sounds = Places(lambda: 1, READING_S), Sounds()
    speech = places.held("ann", sounds.made())
    await anext(speech)
    assert await is_refused(places, "ann") and not await is_refused(places, "bob")
    sounds.may_go_on.set()
    if ends == "closed":
        await speech.aclose()
    else:
        assert [sound async for sound in speech] == [1, 2]
    assert sounds.closed and not await is_refused(places, "ann")


async def test_who_takes_nothing_has_no_place_and_waits_for_one_before_new_ones_to_go_on():
    places, sounds, others = Places(lambda: 1, idle_s=0), Sounds(), Sounds()
    paused, other = await one_has_left_its_place(places, sounds, others)
    making = asyncio.create_task(anext(other))
    sounds.may_go_on.set()
    going_on = asyncio.create_task(anext(paused))
    assert not (await asyncio.wait([making, going_on], timeout=0))[0] and await is_refused(places, "ann")
    others.may_go_on.set()
    await making
    await other.aclose()
    assert await is_refused(places, "ann") and await going_on == 1
    await paused.aclose()
    assert not await is_refused(places, "ann")


async def test_who_goes_while_it_waits_for_a_place_takes_none():
    places, sounds, others = Places(lambda: 1, idle_s=0), Sounds(), Sounds()
    paused, other = await one_has_left_its_place(places, sounds, others)
    making, going_on = asyncio.create_task(anext(other)), asyncio.create_task(anext(paused))
    await asyncio.wait([making, going_on], timeout=0)
    going_on.cancel()
    await asyncio.wait([going_on])
    others.may_go_on.set()
    await making
    await other.aclose()
    assert sounds.closed and not await is_refused(places, "ann")
