import pytest
from hypothesis import given
from hypothesis import strategies as st

from genie.audio.growth import FIRST_S, LEAST, LETTERS_S, MOST, Growth


def lengths(pace: float, count: int, speed: float = 1.0) -> list[int]:
    """Return how long pieces are that take all they may have, in letters."""
    growth, found = Growth(pace, speed), []
    for _ in range(count):
        found.append(growth.limit())
        growth.add(found[-1] / LETTERS_S / speed)
    return found


def test_pieces_grow_and_grow_faster_where_the_voice_is_faster():
    slow, quick = lengths(0.7, 8), lengths(0.15, 8)
    assert slow == sorted(slow) and quick == sorted(quick)
    assert slow[0] < quick[0] and quick.index(MOST) < 5 and MOST not in slow[:5]


def test_a_voice_that_takes_no_time_begins_with_more():
    assert lengths(0.01, 2) == [round(FIRST_S * LETTERS_S), MOST]


def test_faster_speech_has_more_letters_in_the_same_time():
    assert lengths(0.7, 1, speed=2.0)[0] == pytest.approx(2 * lengths(0.7, 1)[0], abs=1)


def test_behind_a_very_short_sentence_a_piece_is_short_too_but_no_stump():
    growth = Growth(0.8, 1.0)
    growth.add(0.4)
    assert growth.limit() == LEAST


@given(st.floats(0.1, 0.8), st.floats(1.0, 6.0), st.lists(st.floats(0.3, 1.0), min_size=1, max_size=60))
def test_who_stays_within_the_limit_never_runs_dry(pace: float, first_s: float, shares: list[float]):
    growth = Growth(pace, 1.0)
    growth.add(first_s)
    dry_at = first_s  # when all that was made will have been heard, and when the voice is done
    done = 0.0
    for share in shares:
        if (limit := growth.limit()) == LEAST:
            return
        sound_s = share * limit / LETTERS_S
        done = max(done, dry_at - 11.0) + pace * sound_s
        assert done <= dry_at
        dry_at += sound_s
        growth.add(sound_s)


def test_a_quick_voice_leaves_some_of_its_time_to_others():
    def later(pace: float) -> int:
        growth = Growth(pace, 1.0)
        growth.add(4.0)
        return growth.limit()

    assert later(0.2) < 4.0 * 0.75 / 0.2 * LETTERS_S / 1.9 and later(0.2) > later(0.4) == later(0.5) > later(0.6)


def test_text_is_waited_for_until_what_is_left_is_just_enough():
    growth = Growth(0.5, 1.0)
    assert growth.patience_s(0.0) is None, "nobody hears anything yet"
    growth.add(10.0)
    assert growth.patience_s(0.0) == 7.0 and growth.patience_s(5.0) == 2.0
    assert growth.patience_s(20.0) == 0.0
