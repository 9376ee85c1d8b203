from collections.abc import Generator

from genie.audio.engine import Moment
from genie.audio.engines.moments import AT_ONCE, Moments
from tests.fakes import FakeClock
from tests.steps import done


def work(clock: FakeClock, steps: int, step_s: float = 1.0) -> Generator[None, None, str]:
    for _ in range(steps - 1):
        clock.now += step_s
        yield
    clock.now += step_s
    return "sound"


def test_others_have_a_moment_after_each_so_much_work():
    clock = FakeClock()
    assert list(Moments(2.0, clock).during(work(clock, 8))) == [Moment()] * 3


def test_short_work_gives_none():
    clock = FakeClock()
    assert list(Moments(0.1, clock).during(work(clock, 9, step_s=0.01))) == []


def test_what_others_did_meanwhile_is_no_work_of_it():
    clock = FakeClock()
    made = Moments(1.0, clock).during(work(clock, 3))
    next(made)
    clock.now += 100.0
    assert done(made) == ("sound", 3.0)


def test_what_comes_when_enough_is_in_the_making_is_made_without_a_moment():
    clock = FakeClock()
    moments = Moments(1.0, clock)
    paused = [moments.during(work(clock, 3)) for _ in range(AT_ONCE)]
    assert [next(made) for made in paused] == [Moment()] * AT_ONCE
    assert list(moments.during(work(clock, 3))) == []
    paused[0].close()
    assert next(moments.during(work(clock, 3))) == Moment(), "one that nobody wants any more counts no more"
