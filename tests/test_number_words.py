from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genie.number_words import read_number, read_ordinal, spell, spell_ordinal


@given(st.integers(min_value=0, max_value=10**15 - 1))
def test_a_spelled_number_reads_back(number):
    words = spell(number).split()
    assert read_number(words) == (number, len(words))


@given(st.integers(min_value=0, max_value=10**15 - 1))
def test_the_american_way_without_and_reads_the_same(number):
    words = spell(number).replace(" and ", " ").split()
    assert read_number(words, join=False) == (number, len(words))


@pytest.mark.parametrize("number", range(100))
def test_a_spelled_ordinal_reads_back(number):
    words = spell_ordinal(number).split()
    assert read_ordinal(words) == (number, len(words))


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("twelve hundred and five", 1205),
        ("a hundred and one", 101),
        ("three point one four", Fraction("3.14")),
        ("three point fourteen", Fraction("3.14")),
        ("zero point oh five", Fraction("0.05")),
        ("point five", Fraction("0.5")),
        ("one point five million", 1_500_000),
        ("1.5 million", 1_500_000),
        ("two thirds", Fraction(2, 3)),
        ("a quarter", Fraction(1, 4)),
        ("half", Fraction(1, 2)),
        ("two and a half", Fraction(5, 2)),
        ("three and two thirds", Fraction(11, 3)),
        ("half a million", 500_000),
        ("half a dozen", 6),
        ("two dozen", 24),
        ("a thousand and one", 1001),
        ("12", 12),
    ],
)
def test_a_number_is_read_whole(words, value):
    assert read_number(words.split()) == (value, len(words.split()))


@pytest.mark.parametrize(
    ("words", "value", "used"),
    [
        ("twenty and five", 20, 1),
        ("five hundred and one hundred", 500, 2),
        ("one two three", 1, 1),
        ("two third", 2, 1),
        ("two second", 2, 1),
        ("twenty zero", 20, 1),
        ("five million two million", 5_000_000, 2),
    ],
)
def test_a_number_ends_before_a_word_that_does_not_fit(words, value, used):
    assert read_number(words.split()) == (value, used)


@pytest.mark.parametrize("words", ["", "a", "and", "point", "second", "9" * 61, "dozen eggs"])
def test_what_is_no_number_is_none(words):
    assert read_number(words.split()) is None
