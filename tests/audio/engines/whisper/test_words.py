from hypothesis import given
from hypothesis import strategies as st

from genie.audio.engines.whisper.words import Piece, words


def pieces(*spelled: bytes | str) -> list[Piece]:
    return [
        Piece(number, text.encode() if isinstance(text, str) else text, float(number))
        for number, text in enumerate(spelled)
    ]


def texts(*spelled: bytes | str) -> list[str]:
    return [word.text for word in words(pieces(*spelled))]


def test_a_word_begins_with_a_space():
    assert texts(" what", " ti", "me", " is") == [" what", " time", " is"]


def test_punctuation_follows_its_word_and_is_not_of_its_letters():
    [what, time] = words(pieces(" what", ",", " time", "?", "!"))
    assert (what.text, what.letters, time.text, time.letters) == (" what,", 1, " time?!", 1)


def test_what_a_dash_or_apostrophe_joins_is_one_word():
    assert texts(" well", "-", "known", " it", "'s") == [" well-known", " it's"]


def test_a_script_without_spaces_has_a_word_for_each_character():
    assert texts("東", "京", "は", "。") == ["東", "京", "は。"]


def test_latin_letters_after_an_unspaced_script_begin_a_word():
    assert texts("東", "ok", "です") == ["東", "ok", "です"]


def test_bytes_that_are_not_yet_a_character_belong_to_no_word():
    tokyo = "東".encode()
    assert texts(" a", tokyo[:2]) == [" a"]
    assert texts(" a", tokyo[:2], tokyo[2:]) == [" a", "東"]


def test_bytes_that_are_no_text_are_left_out():
    assert texts(" a", b"\xff", " b") == [" a", " b"]


def test_a_word_was_spoken_when_its_last_letter_was():
    [word] = words(pieces(" ti", "me", "."))
    assert (word.starts_s, word.at_s) == (0.0, 1.0)


@given(st.text(max_size=20), st.lists(st.integers(1, 5), min_size=20, max_size=20))
def test_no_letter_is_lost_however_tokens_cut_it(text: str, lengths: list[int]):
    left, cut = text.encode(), []
    for length in lengths * 5:
        cut.append(left[:length])
        left = left[length:]
    assert "".join(texts(*filter(None, cut))) == text
