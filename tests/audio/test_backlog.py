import asyncio

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from genie.audio.backlog import Backlog


def pcm(*samples: int) -> bytes:
    return np.array(samples, "<i2").tobytes()


async def test_all_that_waits_is_taken_at_once():
    backlog = Backlog(rate=10, seconds=1)
    assert backlog.push(pcm(1, 2)) and backlog.push(pcm(3))
    assert (await backlog.take()).tolist() == [1, 2, 3]


async def test_the_oldest_goes_sample_by_sample_when_too_much_waits():
    backlog = Backlog(rate=4, seconds=1)
    assert not backlog.push(pcm(1, 2, 3, 4, 5, 6))
    assert (await backlog.take()).tolist() == [3, 4, 5, 6]


async def test_a_closed_backlog_gives_what_waits_and_then_nothing():
    backlog = Backlog(rate=4, seconds=1)
    backlog.push(pcm(1))
    backlog.close()
    assert backlog.push(pcm(2)), "what comes after the end is let go"
    assert (await backlog.take()).tolist() == [1]
    assert await backlog.take() is None


async def test_sound_is_taken_a_step_at_a_time_or_more():
    backlog = Backlog(rate=4, seconds=2, step_s=1)
    taking = asyncio.create_task(backlog.take())
    await asyncio.sleep(0)
    backlog.push(pcm(1, 2, 3))
    await asyncio.sleep(0)
    assert not taking.done()
    backlog.push(pcm(4, 5))
    assert (await taking).tolist() == [1, 2, 3, 4, 5]


async def test_at_the_end_less_than_a_step_is_taken():
    backlog = Backlog(rate=4, seconds=2, step_s=1)
    backlog.push(pcm(1))
    backlog.close()
    assert (await backlog.take()).tolist() == [1]
    assert await backlog.take() is None


async def test_a_step_is_never_longer_than_what_may_wait():
    backlog = Backlog(rate=4, seconds=0.5, step_s=1)
    backlog.push(pcm(1, 2))
    assert (await backlog.take()).tolist() == [1, 2]


async def test_taking_waits_for_a_whole_sample():
    backlog = Backlog(rate=4, seconds=1)
    taking = asyncio.create_task(backlog.take())
    backlog.push(pcm(7)[:1])
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert not taking.done()
    backlog.push(pcm(7)[1:])
    assert (await taking).tolist() == [7]


@given(st.lists(st.binary(max_size=9), max_size=20))
def test_samples_never_slip_by_half_however_they_are_cut(parts):
    """Byte `n` of the sound is `n`: a sample that was cut wrong begins with an odd number."""

    async def samples() -> list[int]:
        backlog, sent = Backlog(rate=5, seconds=1), 0
        for part in parts:
            backlog.push(bytes((sent + place) % 256 for place in range(len(part))))
            sent += len(part)
        backlog.close()
        taken = await backlog.take()
        return [] if taken is None else taken.astype("<u2").tolist()

    assert all(sample % 256 % 2 == 0 for sample in asyncio.run(samples()))
