from dataclasses import dataclass

import pytest

from genie.audio.heard import heard_text

RATE = 1_000


@dataclass(frozen=True)
class Piece:
    text: str
    first_sample: int
    words: tuple[tuple[int, int, int], ...] | None = None


FIRST = Piece("It is **half** past 3.", 0, ((0, 2, 50), (3, 5, 300), (6, 14, 500), (15, 19, 900), (20, 22, 1_200)))
SECOND = Piece("Go now.", 2_000, ((0, 2, 2_100), (3, 7, 2_400)))


@pytest.mark.parametrize(
    ("played", "heard"),
    [
        (0, ""),
        (170, ""),
        (180, "It"),
        (450, "It is"),
        (710, "It is **half**"),
        (1_100, "It is **half** past"),
        (1_700, "It is **half** past 3."),
        (2_200, "It is **half** past 3."),
        (2_300, "It is **half** past 3. Go"),
        (2_790, "It is **half** past 3. Go now."),
    ],
)
def test_a_word_was_heard_when_half_of_it_was_played(played: int, heard: str):
    assert heard_text([FIRST, SECOND], played, sent=3_000, rate=RATE) == heard


def test_of_a_piece_whose_words_are_not_known_each_letter_takes_as_long():
    captions = [Piece("aaa bbb ccc ddd", 0), Piece("and so on", 1_500)]
    assert heard_text(captions, 750, sent=2_000, rate=RATE) == "aaa bbb"
    assert heard_text(captions, 1_500, sent=2_000, rate=RATE) == "aaa bbb ccc ddd"


def test_the_end_of_a_piece_that_is_still_being_sent_is_not_taken_for_near():
    assert heard_text([Piece("a word and a hundred more " * 10, 0)], 900, sent=1_000, rate=RATE) == "a word and a"


def test_nothing_was_heard_of_a_speech_without_captions():
    assert heard_text([], 500, sent=1_000, rate=RATE) == ""
