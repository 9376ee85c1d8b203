"""Words as somebody wants them pronounced: found in what is said, replaced or told to the voice."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genie.audio.lexicon import MOST_ADDED, pronounced
from genie.audio.spoken_text import spoken
from genie.errors import GenieError
from genie.pronunciation import Lexicon, checked, parsed

KIMIKO = parsed("Kimiko=/ˈkɪmikoʊ/")

RESPELLED = [
    ("nginx=engine x", "Use nginx now.", "Use engine x now."),
    ("nginx=engine x", "NGINX and nginx's", "engine x and engine x's"),
    ("nginx=engine x", "mynginx nginxed", "mynginx nginxed"),
    ("nginx=engine x", "mail nginx@example.com", "mail engine x at example dot com"),
    ("SQL=sequel", "SQL, MySQL and sql", "sequel, MySQL and sql"),
    ("Sql=sequel", "SQL, MySQL and sql", "sequel, MySQL and sequel"),
    ("C++=see plus plus", "C++ is", "see plus plus is"),
    ("3D=three dee", "in 3D.", "in three dee."),
    ("GIF=jif", "a GIF, a gif", "a jif, a gif"),
    ("San Jose=san hozay", "in San Jose today", "in san hozay today"),
    ("v2=the second", "try v2", "try the second"),
    ("Nguyễn=nwin", "Mr. Nguyễn's dog", "Mister nwin's dog"),
    ("東京=toe kyo", "東京都", "toe kyo都"),
    ("cat=c4t", "a cat", "a C-four T"),
]


def lexicon(*entries: str) -> Lexicon:
    return tuple(parsed(entry) for entry in entries)


@pytest.mark.parametrize(("entry", "written", "said"), RESPELLED)
def test_a_word_is_said_as_its_entry_says(entry: str, written: str, said: str):
    assert pronounced(spoken(written), lexicon(entry), "en")[0] == said


def test_ipa_goes_beside_the_text_with_the_words_as_they_stand_there():
    text, phones = pronounced("Kimiko's friend kimiko.", (KIMIKO,), "en")
    assert text == "Kimiko's friend kimiko."
    assert phones == (("Kimiko", "ˈkɪmikoʊ"), ("kimiko", "ˈkɪmikoʊ"))


def test_ipa_stands_beside_a_word_as_it_is_said():
    assert pronounced(spoken("the SQL"), lexicon("SQL=/ˈsiːkwəl/"), "en") == ("the S.Q.L", (("S.Q.L", "ˈsiːkwəl"),))


def test_the_longest_entry_wins_whatever_the_order():
    for entries in (lexicon("York=yak", "New York=the city"), lexicon("New York=the city", "York=yak")):
        assert pronounced("New York, York", entries, "en")[0] == "the city, yak"


def test_the_first_of_two_entries_for_a_word_wins():
    assert pronounced("a cat", lexicon("cat=feline", "Cat=tiger"), "en")[0] == "a feline"


def test_other_languages_have_entries_too():
    assert pronounced("Das ist nginx.", lexicon("nginx=engine ix"), "de") == ("Das ist engine ix.", ())


def test_markup_that_says_nothing_leaves_the_word():
    assert pronounced("a cat", lexicon("cat=[^x]"), "en")[0] == "a cat"


@pytest.mark.parametrize(
    ("word", "says", "code"),
    [
        ("", "x", "bad_pronunciation"),
        ("…", "x", "bad_pronunciation"),
        ("x", "", "bad_pronunciation"),
        ("x", "!", "bad_pronunciation"),
        ("x" * 51, "x", "bad_pronunciation"),
        ("x", "x" * 101, "bad_pronunciation"),
        ("a=b", "x", "bad_pronunciation"),
        ("bell\x07", "x", "bad_pronunciation"),
        ("x", "a\u202eb", "bad_pronunciation"),
        ("x", "/ˈkɪmikoʊ", "bad_ipa"),
        ("x", "/KIM/", "bad_ipa"),
        ("x", "/ki1mi/", "bad_ipa"),
        ("x", "/ki/mi/", "bad_ipa"),
    ],
)
def test_what_is_no_pronunciation_is_refused_by_code(word: str, says: str, code: str):
    with pytest.raises(GenieError, match=code):
        checked(word, says)


def test_an_entry_without_a_sign_is_refused():
    with pytest.raises(GenieError, match="bad_pronunciation"):
        parsed("nginx engine x")


@given(st.text(), st.lists(st.tuples(st.text(min_size=1, max_size=8), st.text(min_size=1, max_size=8)), max_size=5))
def test_any_entries_can_be_used_on_any_text(text: str, pairs: list[tuple[str, str]]):
    entries = []
    for word, says in pairs:
        try:
            entries.append(checked(word, says))
        except GenieError:
            continue
    said, phones = pronounced(spoken(text), tuple(entries), "en")
    assert all(word in said for word, _ in phones)


def test_entries_lengthen_a_text_no_more_than_so_far():
    said, _ = pronounced("I a " * 75, lexicon(f"a={'I ' * 49}"), "en")
    assert said.startswith("I I I I") and said.rstrip().endswith("I a") and len(said) <= 300 + MOST_ADDED
    digits, _ = pronounced("a " * 150, lexicon(f"a={'1' * 100}"), "en")
    assert digits.startswith("one one") and len(digits) <= 300 + MOST_ADDED


def test_ipa_that_would_take_many_minutes_is_not_obeyed():
    entry = lexicon(f"a=/{'aɪ' * 49}/")
    assert pronounced("a b " * 10, entry, "en")[1] == (("a", entry[0].ipa),)
    assert pronounced("a b " * 75, entry, "en") == ("a b " * 75, ())


def test_two_hundred_entries_and_a_long_text_take_no_time():
    entries = tuple(checked(f"word{'x' * (number % 40)}{number}", "y") for number in range(200))
    began = time.process_time()
    pronounced("word " * 4_000, entries, "xx")
    assert time.process_time() - began < 3.0
