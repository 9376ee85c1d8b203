import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genie import config
from genie.messages import encode_audio
from genie.rest.frame import packed
from genie.rest.outbox import SLOW, Outbox
from tests.fakes import FakeClock

FLAGS = {"server.outbox_events": 8, "server.outbox_bytes": 65_536, "server.outbox_age_s": 10}
LIMITS = config.load(environment={}, flags=FLAGS).server


class FakeWire:
    """A wire that keeps what is written, as long as its client keeps up."""

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.keeps_up = True

    def write(self, packet: bytes) -> bool:
        if self.keeps_up:
            self.written.append(packet)
        return self.keeps_up


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def outbox(clock):
    return Outbox(LIMITS, clock)


@pytest.fixture
def wire():
    return FakeWire()


@pytest.fixture
async def wired(clock, wire):
    """An outbox with a wire, and a task that takes and keeps what has to wait."""
    outbox, sent = Outbox(LIMITS, clock, wire), []

    async def write() -> None:
        while (frame := await outbox.take()) is not None:
            sent.append(frame)

    writing = asyncio.create_task(write())
    await outbox.emptied()
    yield outbox, sent
    writing.cancel()


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


async def test_to_a_slow_client_the_newest_state_is_sent_in_its_own_place():
    outbox = Outbox(config.load(environment={}).server)
    outbox.put("state 1", key="job")
    rest = [str(number) for number in range(SLOW)]
    for frame in rest:
        outbox.put(frame)
    outbox.put("state 2", key="job")
    outbox.put("state 3", key="job")
    assert [await outbox.take() for _ in range(SLOW + 1)] == [*rest, "state 3"]
    assert len(outbox) == 0


async def test_a_client_that_keeps_up_is_sent_every_state(outbox):
    outbox.put("state 1", key="job")
    outbox.put("state 2", key="job")
    assert [await outbox.take(), await outbox.take()] == ["state 1", "state 2"]


async def test_newer_and_newer_states_never_fill_an_outbox_however_small(outbox):
    for number in range(100):
        outbox.put(f"state {number}", key="job")
    assert not outbox.overflowed


async def test_a_state_that_has_left_is_not_missed(outbox):
    for number in range(3):
        outbox.put(f"state {number}", key="job")
        assert await outbox.take() == f"state {number}"


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
    outbox.discard(1)
    assert await outbox.take() == "text"
    assert await outbox.take() == encode_audio(2, 0, b"bb")


async def test_a_closed_outbox_empties_itself_and_takes_no_more(outbox):
    outbox.put("last")
    outbox.close()
    outbox.put("too late")
    assert await outbox.take() == "last"
    assert await outbox.take() is None
    assert not outbox.overflowed


async def test_where_nothing_waits_a_frame_goes_straight_to_the_wire(wired, wire):
    outbox, sent = wired
    outbox.put("a")
    outbox.put(b"b", packet=b"packed before")
    assert wire.written == [packed("a"), b"packed before"]
    assert len(outbox) == 0 and sent == []


async def test_a_frame_waits_when_the_wire_takes_no_more_and_later_ones_do_not_overtake_it(wired, wire):
    outbox, sent = wired
    wire.keeps_up = False
    outbox.put("a")
    wire.keeps_up = True
    outbox.put("b")
    await outbox.emptied()
    outbox.put("c")
    assert sent == ["a", "b"] and wire.written == [packed("c")]


async def test_a_frame_does_not_overtake_one_that_is_being_sent(clock, wire):
    outbox = Outbox(LIMITS, clock, wire)
    outbox.put("a")
    assert await outbox.take() == "a"
    outbox.put("b")
    assert wire.written == [] and await outbox.take() == "b"


async def test_a_client_that_does_not_keep_up_with_its_wire_overflows(clock, wire):
    outbox = Outbox(LIMITS, clock, wire)
    wire.keeps_up = False
    for number in range(9):
        outbox.put(str(number))
    assert outbox.overflowed and wire.written == []


async def test_a_closed_outbox_writes_nothing_to_the_wire(wired, wire):
    outbox, _ = wired
    outbox.close()
    outbox.put("too late")
    assert wire.written == []


async def test_emptied_waits_for_what_is_being_sent(outbox):
    outbox.put("a")
    await outbox.take()
    waiting = asyncio.create_task(outbox.emptied())
    await asyncio.sleep(0)
    assert not waiting.done()
    taking = asyncio.create_task(outbox.take())
    await waiting
    taking.cancel()


@given(st.lists(st.sampled_from(["put", "turn", "falls behind", "catches up"]), max_size=40))
def test_frames_arrive_in_order_however_the_client_keeps_up(steps):
    async def live() -> list[bytes]:
        wire = FakeWire()
        outbox = Outbox(config.load(environment={}).server, FakeClock(), wire)

        async def write() -> None:
            while (frame := await outbox.take()) is not None:
                await asyncio.sleep(0)  # sending takes a turn of the loop
                wire.written.append(packed(frame))

        writing = asyncio.create_task(write())
        for number, step in enumerate(steps):
            match step:
                case "put":
                    outbox.put(f"{number:02}")
                case "turn":
                    await asyncio.sleep(0)
                case "falls behind" | "catches up":
                    wire.keeps_up = step == "catches up"
        await outbox.emptied()
        writing.cancel()
        return wire.written

    assert asyncio.run(live()) == [packed(f"{n:02}") for n, step in enumerate(steps) if step == "put"]
