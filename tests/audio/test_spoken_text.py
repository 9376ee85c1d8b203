"""What is written and what is said."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genie.audio.spoken_text import spoken

MARKUP = [
    ("Plain words stay.", "Plain words stay."),
    ("# A title", "A title."),
    ("### Is it? ###", "Is it?"),
    ("- milk\n- bread", "milk. bread."),
    ("* one\n+ two\n• three", "one. two. three."),
    ("- [x] done\n- [ ] not done", "done. not done."),
    ("1. Wash\n2. Dry", "1. Wash 2. Dry"),
    ("> quoted\n> twice", "quoted twice"),
    ("**bold** and *slanted* and ***both***", "bold and slanted and both"),
    ("__bold__ and _slanted_ and ~~gone~~", "bold and slanted and gone"),
    ("snake_case_name stays", "snake_case_name stays"),
    ("**half a mark. The other", "half a mark. The other"),
    ("`code` and ``more``", "code and more"),
    ("Before\n```python\nprint(1)\n```\nafter", "Before after"),
    ("```sh\nls", ""),
    ("~~~\nx = 1\n~~~", ""),
    ("[Paris](https://example.com/a_(b)) is big", "Paris is big"),
    ('![a cat](cat.png "A cat")', "a cat"),
    ("[text][ref] and a note[^1]", "text and a note"),
    ("| City | Rain |\n|---|:-:|\n| Rome | none |", "City, Rain. Rome, none."),
    ("a\n---\nb", "a b"),
    ("***", ""),
    ("<b>bold</b><br/>line", "bold line"),
    ("if a<b and c>d", "if a<b and c>d"),
    ("salt &amp; pepper", "salt and pepper"),
    ("Great! 🎉👍🏽 Yes 👨‍👩‍👧", "Great! Yes"),
    ("🎉", ""),
    ("1️⃣ first", "1 first"),
    ("Fine :-) thanks", "Fine thanks"),
    ("soft\u00adhyphen and\u200b nothing", "softhyphen and nothing"),
    (r"\*not slanted\*", "*not slanted*"),
    ("", ""),
    (" \n ", ""),
    ("—", ""),
    ("...", ""),
]

ENGLISH = [
    ("See https://www.example.com/a/b?c=d.", "See example dot com."),
    ("See <https://my-site.org>", "See my dash site dot org"),
    ("www.example.com", "example dot com"),
    ("http://localhost:7999/", "localhost"),
    ("Mail jo.doe@example.co.uk.", "Mail jo dot doe at example dot co dot uk."),
    ("It is 2024-01-15.", "It is January 15, 2024."),
    ("Code 2024-99-15", "Code 2024-99-15"),
    ("at 10:30", "at 10:30"),
    ("at 7:00", "at 7 o'clock"),
    ("at 7:05", "at 7 oh 5"),
    ("at 14:00", "at 14 hundred"),
    ("at 10:30 p.m. today", "at 10:30 PM today"),
    ("at 5 p.m.", "at 5 PM."),
    ("at 5pm", "at 5 PM"),
    ("at 9:00 am", "at 9 AM"),
    ("9:00–10:30", "9 o'clock to 10:30"),
    ("I am 5 am I?", "I am 5 AM I?"),
    ("$5", "5 dollars"),
    ("$1", "1 dollar"),
    ("$2.50", "2 dollars and 50 cents"),
    ("$2.01", "2 dollars and 1 cent"),
    ("$0.05", "5 cents"),
    ("$1,200.00", "1,200 dollars"),
    ("$3.5 million", "3.5 million dollars"),
    ("£3m and $5k", "3 million pounds and 5 thousand dollars"),
    ("€5 or 7 €", "5 euros or 7 euros"),
    ("£0.01", "1 penny"),
    ("¥500", "500 yen"),
    ("-$5", "minus 5 dollars"),
    ("½ cup, 2½ cups", "one half cup, 2 and a half cups"),
    ("3/4 of it", "three quarters of it"),
    ("1 1/2 cups", "1 and a half cups"),
    ("open 24/7 since 9/11/2001", "open 24/7 since 9/11/2001"),
    ("10/2 = 5", "10 divided by 2 equals 5"),
    ("5–10 km", "5 to 10 kilometers"),
    ("pages 5-10", "pages 5 to 10"),
    ("1990-1995", "1990 to 1995"),
    ("call 555-1234", "call 555-1234"),
    ("call 1-800-555-1234", "call 1-800-555-1234"),
    ("it ended 3-1", "it ended 3-1"),
    ("a 5-year-old", "a 5-year-old"),
    ("-5 degrees", "minus 5 degrees"),
    ("20°C", "20 degrees Celsius"),
    ("-1 °F", "minus 1 degree Fahrenheit"),
    ("a 90° turn", "a 90 degrees turn"),
    ("50% or 12.5 %", "50 percent or 12.5 percent"),
    ("1 km", "1 kilometer"),
    ("5km", "5 kilometers"),
    ("60 mph", "60 miles per hour"),
    ("100 km/h", "100 kilometers per hour"),
    ("6 ft", "6 feet"),
    ("2.5 kg", "2.5 kilograms"),
    ("16 GB at 3 GHz", "16 gigabytes at 3 gigahertz"),
    ("50 m²", "50 square meters"),
    ("the 90s on 5G in 4 min", "the 90s on 5G in 4 minutes"),
    ("7 × 8 = 56", "7 times 8 equals 56"),
    ("7*8=56", "7 times 8 equals 56"),
    ("1920x1080", "1920 by 1080"),
    ("8 ÷ 2", "8 divided by 2"),
    ("10 - 3 = 7", "10 minus 3 equals 7"),
    ("2 + 2", "2 plus 2"),
    ("C++ and A+", "C++ and A+"),
    ("5 ± 1", "5 plus or minus 1"),
    ("2^10, 3², 2**3", "2 to the power of 10, 3 squared, 2 cubed"),
    ("√9 ≠ 4", "the square root of 9 is not equal to 4"),
    ("x ≤ 5, y >= 6, z < 7", "x is at most 5, y is at least 6, z is less than 7"),
    ("π ≈ 3.14", "pi is about 3.14"),
    ("London → Paris", "London to Paris"),
    ("fruit, e.g. apples, i.e. food", "fruit, for example apples, that is food"),
    ("apples, etc.", "apples, et cetera."),
    ("cats vs. dogs", "cats versus dogs"),
    ("salt & pepper at AT&T", "salt and pepper at AT&T"),
    ("No. 5 and #6", "number 5 and number 6"),
    ("#music", "music"),
    ("~50 people", "about 50 people"),
    ("1,234.56 and 3.14", "1,234.56 and 3.14"),
]

OTHERS = [
    ("Es kostet 5 € = viel.", "de"),
    ("Um 10:30 sind es -5 °C.", "de"),
    ("Il fait 20 °C & beau.", "fr"),
    ("¿Cuánto es 7 × 8?", "es"),
    ("Ver https://example.com/a", "es"),
    ("今天 3/4 的人", "zh"),
    ("می‌خواهم", "fa"),
    ("क्‍ष", "hi"),
]


@pytest.mark.parametrize(("written", "said"), MARKUP + ENGLISH)
def test_english_is_said_as_people_say_it(written: str, said: str):
    assert spoken(written, "en-US") == said


@pytest.mark.parametrize(("text", "language"), OTHERS)
def test_other_languages_keep_their_words(text: str, language: str):
    assert spoken(text, language) == text


def test_other_languages_lose_their_markup():
    assert spoken("## Titel\n- **eins** 🎉\n- [zwei](https://example.com)", "de") == "Titel. eins. zwei."


@given(st.text())
def test_any_text_can_be_read(text: str):
    said = spoken(text)
    assert said == said.strip()
    assert not said or any(letter.isalnum() for letter in said)


@given(st.lists(st.sampled_from(["rain", "sun", "Paris", "yes", "no", "seven"]), min_size=1))
def test_plain_words_are_never_changed(words: list[str]):
    assert spoken(" ".join(words)) == " ".join(words)


@pytest.mark.parametrize(
    "part",
    ["*", "_", "`", "[", "](", "|", "<a ", "<a b=\"", "1/", "-", "1-", "$1", ".", "a@", "http://", "#", "1 ", "\n- ",
     "![", "~", ">", "1:", "&lt;", "\U0001f600"],
)  # fmt: skip
def test_hostile_text_takes_no_time(part: str):
    began = time.process_time()
    spoken(part * (6_000 // len(part)))
    assert time.process_time() - began < 1.0
