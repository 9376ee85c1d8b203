import pytest
from hypothesis import given
from hypothesis import strategies as st

from genie.audio.engines.kokoro.said import Place, Said, aligned, joined

ALONE = {
    "The": "ðə", "quick": "kwˈɪk", "brown": "bɹˈWn", "fox,": "fˈɑks,", "of": "ʌv", "the": "ðə", "house": "hˈWs",
    "in": "ɪn", "a": "ə", "box.": "bˈɑks.", "to": "tˈu", "be": "bˈi", "going": "ɡˈOɪŋ",
}  # fmt: skip


def begins(text, phonemes):
    """Return each word with the phonemes from where it begins."""
    said = aligned(text, phonemes, lambda word: ALONE.get(word, word))
    return [(text[word.start : word.end], phonemes[word.at :][:3]) for word in said.words]


def test_words_are_found_where_spaces_stand():
    assert begins("The quick brown fox, box.", "ðə kwˈɪk bɹˈWn fˈɑks, bˈɑks.") == [
        ("The", "ðə "),
        ("quick", "kwˈ"),
        ("brown", "bɹˈ"),
        ("fox,", "fˈɑ"),
        ("box.", "bˈɑ"),
    ]


def test_words_that_are_said_as_one_are_told_apart():
    assert begins("fox, of the house", "fˈɑks, ʌvðə hˈWs") == [
        ("fox,", "fˈɑ"),
        ("of", "ʌvð"),
        ("the", "ðə "),
        ("house", "hˈW"),
    ]
    assert begins("going to be in a box.", "ɡˌOɪŋ təbi ɪnə bˈɑks.") == [
        ("going", "ɡˌO"),
        ("to", "təb"),
        ("be", "bi "),
        ("in", "ɪnə"),
        ("a", "ə b"),
        ("box.", "bˈɑ"),
    ]


def test_what_is_no_word_has_no_place():
    assert begins("the — house", "ðə — hˈWs") == [("the", "ðə "), ("house", "hˈW")]
    assert aligned("...", "...", str).words == ()
    assert aligned("the", "", str) == Said("")


def test_a_stress_belongs_to_its_word():
    said = aligned("in house", "ɪn ˈaʊs", lambda word: {"in": "ɪn", "house": "ˈaʊs"}[word])
    assert said.phonemes[said.words[1].at :] == "ˈaʊs"


@given(st.text("abc .,ˈ", max_size=40), st.text("abcd ˈˌ.", max_size=40))
def test_places_are_in_order_and_in_range_whatever_is_said(text, phonemes):
    said = aligned(text, phonemes, lambda word: word)
    ats = [word.at for word in said.words]
    assert ats == sorted(ats)
    assert all(0 <= at < len(phonemes) for at in ats)


def test_what_is_not_known_is_left_out_and_places_move_with_it():
    said = Said("xaxb", (Place(0, 1, 1), Place(2, 3, 3))).known("ab")
    assert said == Said("ab", (Place(0, 1, 0), Place(2, 3, 1)))


def test_several_are_joined_by_a_space():
    said = joined([Said("ab", (Place(0, 2, 0),)), Said(""), Said("cd", (Place(3, 5, 0),))])
    assert said == Said("ab cd", (Place(0, 2, 0), Place(3, 5, 3)))


def test_the_words_of_a_part_are_those_of_the_text():
    said = Said("ab", (Place(0, 2, 0),)).of([4, 5, 7])
    assert said.words == (Place(4, 6, 0),)


@given(st.lists(st.text("abc", min_size=1, max_size=9), max_size=20), st.integers(1, 12))
def test_parts_hold_every_word_once_where_it_is_spoken(words, longest):
    said = joined(Said(word, (Place(number, number + 1, 0),)) for number, word in enumerate(words))
    parts = list(said.parts(longest))
    assert all(len(part.phonemes) <= longest for part in parts)
    assert [word.start for part in parts for word in part.words] == list(range(len(words)))
    found = [part.phonemes[word.at] for part in parts for word in part.words]
    assert found == [word[0] for word in words]


@pytest.mark.parametrize("longest", [5, 100])
def test_a_word_that_lost_all_its_phonemes_at_the_end_is_still_in_range(longest):
    said = Said("abc ☃", (Place(0, 3, 0), Place(4, 5, 4))).known("abc ")
    assert all(0 <= word.at < len(part.phonemes) for part in said.parts(longest) for word in part.words)
