from hypothesis import given
from hypothesis import strategies as st

from genie.audio.engines.pieces import placed


def pieces(text: str, longest: int) -> list[str]:
    return [piece for piece, _ in placed(text, longest)]


def test_a_short_text_is_one_piece():
    assert pieces("It is 3.5 km. Yes?", 100) == ["It is 3.5 km. Yes?"]


def test_a_long_text_is_cut_after_a_sentence_where_there_is_one():
    assert pieces("One two. Three four five six", 20) == ["One two.", "Three four five six"]


def test_a_long_sentence_is_cut_between_words_and_a_long_word_anywhere():
    assert pieces("one two three " + "x" * 12, 8) == ["one two", "three", "xxxxxxxx", "xxxx"]


@given(st.text(), st.integers(1, 40))
def test_pieces_are_short_enough_hold_everything_and_nothing_unspeakable(text, longest):
    found = pieces(text, longest)
    assert all(0 < len(piece) <= longest for piece in found)
    kept = "".join(
        letter for letter in text if (letter > "\xa0" and not "\ud800" <= letter <= "\udfff") or "!" <= letter <= "~"
    )
    assert "".join(found).replace(" ", "") == kept


@given(st.text("ab .\n\x00é", max_size=60), st.integers(1, 20))
def test_every_character_of_a_piece_is_found_in_the_text_and_the_pieces_in_order(text, longest):
    found = list(placed(text, longest))
    for piece, places in found:
        assert [text[place] for place, letter in zip(places, piece, strict=False) if letter != " "] == [
            letter for letter in piece if letter != " "
        ]
        assert len(places) == len(piece) + 1 and list(places) == sorted(set(places))
    ends = [place for _, places in found for place in (places[0], places[-1])]
    assert ends == sorted(ends) and all(end <= len(text) for end in ends)
