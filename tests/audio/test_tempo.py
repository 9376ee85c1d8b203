import pytest
from hypothesis import given
from hypothesis import strategies as st

from genie.audio.tempo import LONG, SHORT_S, SLOWEST, Tempo

SOUND_S = 5.0


def met(told: float, *paces: float, sound_s: float = SOUND_S) -> Tempo:
    """Return the tempo of a voice that took so long for a second of sound, passage by passage."""
    tempo = Tempo()
    for pace in paces:
        tempo.note(pace * sound_s, sound_s, told)
    return tempo


@pytest.mark.parametrize(
    ("told", "planned"), [(0.001, 0.1), (0.16, 0.2), (0.3, 0.4), (0.5, 0.7), (0.7, 0.8), (5.0, 0.8)]
)
def test_at_first_it_is_what_the_voice_told_and_a_quarter_more_in_tenths(told: float, planned: float):
    assert Tempo().planned(told) == planned


@given(st.floats(0.01, 2.0), st.lists(st.floats(1.0, 1.1), max_size=60))
def test_a_voice_that_is_up_to_a_tenth_slower_than_it_told_changes_nothing(told: float, shares: list[float]):
    assert met(told, *(told * share for share in shares)).planned(told) == Tempo().planned(told)


def test_a_hiccup_changes_nothing_and_neither_do_two():
    assert met(0.3, *[0.3] * 5, 2.0, 2.0, 0.3, 0.3, 2.0, *[0.3] * 30).planned(0.3) == 0.4
    assert met(0.3, 2.0, 2.0).planned(0.3) == 0.4, "not even at the beginning"


def test_three_slow_passages_of_four_make_it_slower_by_as_much_as_it_is():
    assert met(0.3, *[0.3] * LONG, 0.5, 0.3, 0.5, 0.6).planned(0.3) == 0.7
    assert met(0.3, 0.5, 0.5, 0.5).planned(0.3) == 0.7


def test_it_is_quicker_only_after_many_passages_that_were():
    tempo = met(0.3, *[0.5] * 3, *[0.3] * (LONG - 1))
    assert tempo.planned(0.3) == 0.7
    tempo.note(0.3 * SOUND_S, SOUND_S, 0.3)
    assert tempo.planned(0.3) == 0.4, "and then it is what it was: the same answers are cut as before"


def test_a_voice_that_told_too_much_is_found_out():
    assert met(0.6, *[0.2] * LONG).planned(0.6) == 0.3


def test_pieces_are_planned_for_no_voice_slower_than_the_slowest():
    assert met(0.3, *[30.0] * 5).planned(0.3) == SLOWEST / 10


def test_what_is_short_or_was_not_timed_tells_nothing():
    assert met(0.3, *[3.0] * 9, sound_s=SHORT_S / 2).planned(0.3) == 0.4
    assert met(0.3, *[0.0] * 2 * LONG).planned(0.3) == 0.4


@given(st.floats(0.05, 1.0), st.lists(st.floats(0.0, 3.0), max_size=80))
def test_it_stays_in_its_tenths_whatever_is_met(told: float, paces: list[float]):
    planned = met(told, *paces).planned(told)
    assert 0.1 <= planned <= 0.8 and round(planned * 10) / 10 == planned
