"""How far a loudspeaker has come: by what it says, and by the clock."""

from hypothesis import given
from hypothesis import strategies as st

from genie.audio.played import Played

RATE = 1_000


def test_a_loudspeaker_that_does_not_report_plays_what_it_is_sent_at_once():
    played = Played(RATE)
    assert played.at(5.0) == 0
    played.send(500, now=10.0)
    assert played.at(10.2) == 200
    assert played.at(11.0) == 500, "no more than it has"


def test_one_that_ran_dry_goes_on_with_what_comes_next():
    played = Played(RATE)
    played.send(500, now=10.0)
    played.send(900, now=12.0)
    assert played.at(12.1) == 600


def test_what_is_sent_in_time_is_played_without_a_break():
    played = Played(RATE)
    played.send(500, now=10.0)
    played.send(900, now=10.3)
    assert played.at(10.7) == 700


def test_a_report_counts_more_than_the_clock():
    played = Played(RATE)
    played.send(3_000, now=10.0)
    played.report(600, now=11.0)
    assert played.at(11.1) == 700
    played.report(10**9, now=11.2)
    assert played.at(11.2) == 3_000, "nobody has heard what was not sent"


def test_nothing_is_played_while_it_pauses():
    played = Played(RATE)
    played.send(3_000, now=10.0)
    played.hold(10.5)
    assert played.at(12.0) == 500
    played.go_on(13.0)
    assert played.at(13.2) == 700


def test_what_waits_for_others_to_be_heard_still_waits_after_a_pause():
    played = Played(RATE)
    played.send(3_000, now=10.0, busy_s=2.0)
    played.hold(10.5)
    played.hold(10.7)
    played.go_on(13.0)
    assert [played.at(14.4), played.at(14.7)] == [0, 200]


def test_what_is_sent_again_is_played_behind_others_from_where_it_goes_back_to():
    played = Played(RATE)
    played.send(3_000, now=10.0)
    played.hold(11.0)
    played.go_back(600, now=12.0, busy_s=0.5)
    assert [played.at(12.4), played.at(12.6)] == [600, 700]
    assert played.left_s(12.6) == 2.3


def truth(frames: list[tuple[int, int]], asked: int) -> int:
    """Return how much one has played that plays only what has come: frames as milliseconds of waiting and of sound."""
    at = free = played = 0
    for waited, length in frames:
        at += waited
        if at <= asked:
            start = max(free, at)
            free = start + length
            played += min(max(0, asked - start), length)
    return played


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(1, 300)), min_size=1, max_size=30), st.integers(0, 9_000))
def test_gaps_in_what_is_sent_are_gaps_in_what_is_played(frames: list[tuple[int, int]], asked: int):
    played, at, sent = Played(RATE), 0, 0
    for waited, length in frames:
        at, sent = at + waited, sent + length
        if at <= asked:
            played.send(sent, at / RATE)
    assert abs(played.at(asked / RATE) - truth(frames, asked)) <= 1


def test_it_pauses_until_it_goes_on():
    played = Played(RATE)
    played.send(500, now=10.0)
    played.hold(10.1)
    assert played.pauses
    played.go_on(10.5)
    assert not played.pauses
