"""What is written and what is said."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genie.audio.spoken_text import spoken

MARKUP = [
    ("==marked== and x == y", "marked and x equals y"),
    ("<details><summary>More</summary>Hidden</details>", "More Hidden"),
    ("I like it <3", "I like it"),
    ("Plain words stay.", "Plain words stay."),
    ("# A title", "A title."),
    ("### Is it? ###", "Is it?"),
    ("- milk\n- bread", "milk. bread."),
    ("* one\n+ two\n• three", "one. two. three."),
    ("- [x] done\n- [ ] not done", "done. not done."),
    ("1. Wash\n2. Dry", "one. Wash. two. Dry."),
    ("> quoted\n> twice", "quoted twice"),
    (">> deeper", "deeper"),
    ("# Learn C#", "Learn C sharp."),
    ("## Closed ##", "Closed."),
    ("**bold** and *slanted* and ***both***", "bold and slanted and both"),
    ("__bold__ and _slanted_ and ~~gone~~", "bold and slanted and gone"),
    ("snake_case_name stays", "snake case name stays"),
    ("**half a mark. The other", "half a mark. The other"),
    ("`code` and ``more``", "code and more"),
    ("[Paris](https://example.com/a_(b)) is big", "Paris is big"),
    ('![a cat](cat.png "A cat")', "a cat"),
    ("[text][ref] and a note[^1]", "text and a note"),
    ("| City | Rain |\n|---|:-:|\n| Rome | none |", "City, Rain. Rome, none."),
    ("a\n---\nb", "a b"),
    ("***", ""),
    ("<b>bold</b><br/>line", "bold line"),
    ("if a<b and c>d", "if a<b and c>d"),
    ("a <!-- hidden --> b", "a b"),
    ("a <!-- open", "a <!-- open"),
    ("salt &amp; pepper", "salt and pepper"),
    ("Great! 🎉👍🏽 Yes 👨‍👩‍👧", "Great! Yes"),
    ("🎉", ""),
    ("1️⃣ first", "one first"),
    ("Fine :-) thanks", "Fine thanks"),
    ("in C♯ minor", "in C sharp minor"),
    ("soft\u00adhyphen and\u200b nothing", "softhyphen and nothing"),
    (r"\*not slanted\*", "*not slanted*"),
    ("", ""),
    (" \n ", ""),
    ("—", ""),
    ("It is known.[1][2] So it is.", "It is known. So it is."),
    ("...", ""),
]

CODE = [
    ("Run `ls -la` now", "Run ls dash la now"),
    ("`--verbose`", "dash dash verbose"),
    ("call `getUserName()`", "call get User Name"),
    ("`user_name == 1`", "user name equals one"),
    ("`if a != b && c`", "if a is not b and c"),
    ("`os.path.join(a, b)`", "os dot path dot join a, b"),
    ("`x -> y`", "x arrow y"),
    ("`x = [1, 2]`", "x equals one, two"),
    ("the `{` sign", "the open brace sign"),
    ("`*`", "star"),
    ("`/etc/hosts`", "slash etc slash hosts"),
    ("`main.py`", "main dot P.Y"),
    ("`API_KEY`", "A.P.I KEY"),
    ("``a ` b``", "a b"),
    ("`C:\\Users`", "C backslash Users"),
    ("Before\n```python\nprint(1)\nprint(2)\n```\nafter", "Before two lines of Python code. after"),
    ("```sh\nls\n```", "ls."),
    ("```sh\n$ pip install genie", "pip install genie."),
    ("~~~\nx = 1\ny = 2\n~~~", "two lines of code."),
    ("```text\na\nb\n```", "two lines of text."),
    ("```\n```", ""),
    ("````md\n```\nx\n```\n````", "three lines of Markdown code."),
    ("> ```js\n> a\n> b\n> ```\n> end", "two lines of JavaScript code. end"),
]

OTHERS = [
    ("Es kostet 5 € = viel.", "de"),
    ("Um 10:30 sind es -5 °C.", "de"),
    ("Il fait 20 °C & beau.", "fr"),
    ("¿Cuánto es 7 × 8?", "es"),
    ("Ver https://example.com/a", "es"),
    ("Am 3. Oktober 1990 um 10:30 Uhr kostete es 1.234,56 € (ca. 5 %).", "de"),
    ("Le 1er mai 2024 à 14h30, ça coûte 1 234,56 €.", "fr"),
    ("El 5 de mayo a las 3:45 p. m. hay 3–4 personas.", "es"),
    ("Il 25 dicembre 2023 alle ore 18:30, il 3° posto.", "it"),
    ("2024年3月15日（金）午前10時30分、気温は−5℃です。", "ja"),
    ("in Cis, das ist C♯", "de"),
    ("今天 3/4 的人", "zh"),
    ("می‌خواهم", "fa"),
    ("क्‍ष", "hi"),
]


@pytest.mark.parametrize(("written", "said"), MARKUP + CODE)
def test_what_is_marked_is_said_as_people_say_it(written: str, said: str):
    assert spoken(written, "en-US") == said


@pytest.mark.parametrize(("text", "language"), OTHERS)
def test_other_languages_keep_their_words(text: str, language: str):
    assert spoken(text, language) == text


def test_other_languages_lose_their_markup():
    assert spoken("## Titel\n- **eins** 🎉\n- [zwei](https://example.com)", "de") == "Titel. eins. zwei."
    assert spoken("これは*重要*です。**値段**は2*3*4円です。", "ja") == "これは重要です。値段は2*3*4円です。"


def test_code_that_is_no_english_is_no_worse_than_plain():
    assert spoken("Das ist `x == 1`.\n```py\nx\n```", "de") == "Das ist x == 1."


SIGNS = st.text(st.sampled_from("0123456789.,:;-–/%$€£°'\"()[]{}<>=+*^_`~#@&|\\ \nabcdIVXKmM½²→√α"), max_size=60)


@given(st.one_of(st.text(), SIGNS), st.sampled_from(["en", "en-GB", "de"]))
def test_any_text_can_be_read(text: str, language: str):
    said = spoken(text, language)
    assert said == said.strip()
    assert not said or any(letter.isalnum() for letter in said)


@given(st.one_of(st.text(), SIGNS))
def test_no_digit_is_left_to_the_voice(text: str):
    assert not any(sign.isdecimal() for sign in spoken(text))


PLAIN = st.lists(
    st.sampled_from(["rain", "sun", "Paris", "yes", "no", "seven", "I", "may", "us", "Zürich", "东京"]), min_size=1
)


@given(PLAIN, st.sampled_from(["en", "de", "xx"]))
def test_plain_words_are_never_changed(words: list[str], language: str):
    assert spoken(" ".join(words), language) == " ".join(words)


@given(st.text(st.characters(categories=["L"]), min_size=1), st.integers(0, 10**12))
def test_what_can_be_said_is_not_lost(word: str, number: int):
    assert any(letter.isalpha() for letter in spoken(f"{word} {number}"))


@pytest.mark.parametrize(
    "part",
    ["*", "_", "`", "[", "](", "|", "<a ", "<a b=\"", "1/", "-", "1-", "$1", ".", "a@", "http://", "#", "1 ", "\n- ",
     "![", "~", ">", "1:", "&lt;", "\U0001f600", "a", "a.", "1", "1.", "1,234,", "<!--", "\n> ", "\n|", "$", "\\(",
     "\\[", "$$", "{", "\\frac{", "\n1. ", "I", "IV ", "St. ", "A.", "A&", "0x", "a1", "/", "/a", "a/", "a_", "1° ",
     "1' ", "½", "²", "+1 ", "(1)", "1:00-", "2024-", "March 5 ", "P1", "'", " the 9", "- .", "#!", "- #", "\n```",
     "www.", "1 000", "#a", "x.py", "~/", "C:\\", "a-", "$1-", "1 to ", "5 m/", "1h",
     "1\" ", "(1) ", "6-4, ", "Aa V ", "f(x ", "Nf3", "1.5 A "],
)  # fmt: skip
def test_hostile_text_takes_no_time(part: str):
    began = time.process_time()
    spoken(part * (6_000 // len(part)))
    assert time.process_time() - began < 1.0


@pytest.mark.parametrize("part", ["$1-", '<a b="', "word 12, "])
def test_long_text_takes_as_long_as_it_is(part: str):
    began = time.process_time()
    spoken(part * (100_000 // len(part)))
    assert time.process_time() - began < 30.0
