import pytest
from hypothesis import given
from hypothesis import strategies as st

from genie.audio.engines.loops import goes_round, said_once, without_loops


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("thank you " * 40, "thank you"),
        ("it is so so so so so so good", "it is so good"),
        ("字幕由提供" * 40, "字幕由提供"),
        ("no no no", "no no no"),
        ("the number is 1000000000000", "the number is 1000000000000"),
        ("What is half of half of ninety?", "What is half of half of ninety?"),
        ("", ""),
    ],
)
def test_what_is_said_over_and_over_is_kept_once(said, kept):
    assert without_loops(said) == kept


def once(text, kept=0):
    words = text.split()
    return " ".join(words[place] for place in said_once(words, kept))


def test_a_phrase_that_goes_round_is_kept_once_and_as_often_as_it_was_read():
    assert once("it is so so so so so so good") == "it is so good"
    assert once("so so so so so so good", kept=2) == "so so good"
    assert once("thank you for " * 5 + "it") == "thank you for it"


def test_three_times_is_no_loop():
    assert once("no no no really") == "no no no really"


@given(st.lists(st.sampled_from("ab"), max_size=60), st.integers(0, 10))
def test_what_was_read_stays_and_nothing_is_added(words, kept):
    places = said_once(words, kept)
    assert places == sorted(set(places))
    assert set(range(min(kept, len(words)))) <= set(places)


def test_tokens_that_end_with_one_phrase_again_and_again_go_round():
    assert goes_round([7, *[1, 2, 3] * 6])
    assert not goes_round([7, *[1, 2, 3] * 5])
    assert not goes_round([*[1, 2, 3] * 6, 7])
    assert not goes_round([])
