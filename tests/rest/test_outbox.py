import asyncio

import pytest

from genie import config
from genie.messages import decode_audio, encode_audio
from genie.rest.outbox import Outbox
from tests.fakes import FakeClock


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def outbox(clock):
    flags = {"server.outbox_events": 8, "server.outbox_bytes": 65_536, "server.outbox_age_s": 10}
    return Outbox(config.load(environment={}, flags=flags).server, clock)


async def test_frames_leave_in_the_order_they_came(outbox):
    for frame in ("a", b"b", "c"):
        outbox.put(frame)
    assert [await outbox.take() for _ in range(3)] == ["a", b"b", "c"]


async def test_taking_waits_for_a_frame(outbox):
    taking = asyncio.create_task(outbox.take())
    await asyncio.sleep(0)
    assert not taking.done()
    outbox.put("a")
    assert await taking == "a"


async def test_a_newer_state_replaces_the_one_that_still_waits(outbox):
    outbox.put("partial 1", key="transcript")
    outbox.put("other")
    outbox.put("partial 2", key="transcript")
    assert [await outbox.take(), await outbox.take()] == ["partial 2", "other"]
    assert len(outbox) == 0


async def test_a_state_that_has_left_is_not_replaced(outbox):
    outbox.put("partial 1", key="transcript")
    assert await outbox.take() == "partial 1"
    outbox.put("partial 2", key="transcript")
    assert await outbox.take() == "partial 2"


async def test_too_many_frames_overflow(outbox):
    for number in range(9):
        outbox.put(str(number))
    assert outbox.overflowed
    assert await outbox.take() is None


async def test_too_many_bytes_overflow(outbox):
    outbox.put(b"x" * 65_537)
    assert outbox.overflowed


async def test_a_frame_that_waits_too_long_overflows(outbox, clock):
    outbox.put("old")
    clock.now = 10.5
    outbox.put("new")
    assert outbox.overflowed


async def test_bytes_that_have_left_do_not_count(outbox):
    for _ in range(20):
        outbox.put(b"x" * 60_000)
        await outbox.take()
    assert not outbox.overflowed


async def test_sound_of_one_speech_can_be_taken_back(outbox):
    outbox.put(encode_audio(1, 0, b"aa"))
    outbox.put("text")
    outbox.put(encode_audio(2, 0, b"bb"))
    outbox.discard(lambda frame: decode_audio(frame)[0] == 1)
    assert await outbox.take() == "text"
    assert await outbox.take() == encode_audio(2, 0, b"bb")


async def test_a_closed_outbox_empties_itself_and_takes_no_more(outbox):
    outbox.put("last")
    outbox.close()
    outbox.put("too late")
    assert await outbox.take() == "last"
    assert await outbox.take() is None
    assert not outbox.overflowed
