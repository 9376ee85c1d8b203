import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genie.audio.alignment import Alignment, spans
from genie.audio.engine import Mark, Take


def take(samples: int, *marks: tuple[int, int, int]) -> Take:
    return Take(np.zeros(samples, np.int16), tuple(Mark(*mark) for mark in marks))


def marked(spoken: str, per_char: int = 100) -> Take:
    """Return a take that says where each of its words begins, each character as long."""
    marks, at = [], 0
    for word in spoken.split():
        at = spoken.index(word, at)
        marks.append((at, at + len(word), at * per_char))
        at += len(word)
    return take(len(spoken) * per_char, *marks)


@pytest.mark.parametrize(
    ("written", "spoken", "expected"),
    [
        ("Hello, world.", "Hello, world.", [("Hello,", "Hello,"), ("world.", "world.")]),
        (
            "It costs $5.50 today.",
            "It costs five dollars and fifty cents today.",
            [("It", "It"), ("costs", "costs"), ("$5.50", "five"), ("today.", "today.")],
        ),
        ("**Bold** — and _plain_", "Bold and plain", [("**Bold**", "Bold"), ("and", "and"), ("_plain_", "plain")]),
        ("Well 😀 then", "Well then", [("Well", "Well"), ("then", "then")]),
        ("salt & pepper", "salt and pepper", [("salt", "salt"), ("&", "and"), ("pepper", "pepper")]),
        ("你好", "你好", [("你", "你"), ("好", "好")]),
        ("", "", []),
        ("😀", "", []),
    ],
)
def test_each_written_word_is_where_it_is_spoken(written: str, spoken: str, expected: list[tuple[str, str]]):
    found = spans(written, spoken)
    assert [written[span.start : span.end] for span in found] == [word for word, _ in expected]
    assert all(spoken[span.at :].startswith(word) for span, (_, word) in zip(found, expected, strict=True))


def test_a_word_that_is_said_a_thousand_times_is_no_anchor():
    written, spoken = "I a " * 75, "I " * 3_800  # to find which of them is which took seconds
    starts = [span.at for span in spans(written, spoken)]
    assert len(starts) == 150 and starts == sorted(starts)
    assert 0.95 * len(spoken) < starts[-1] < len(spoken)


def test_words_between_two_anchors_share_the_time_between_them():
    written, spoken = "At 3:30 pm. Go", "At half past three in the afternoon. Go"
    starts = {written[span.start : span.end]: span.at for span in spans(written, spoken)}
    assert starts["At"] < starts["3:30"] < starts["pm."] < starts["Go"]
    assert spoken[starts["3:30"] :].startswith("half") and spoken[starts["Go"] :] == "Go"


def test_a_word_begins_where_its_mark_does():
    written, spoken = "It costs $5.50 today.", "It costs five dollars and fifty cents today."
    words = Alignment(written, spoken).words(marked(spoken))
    assert [(written[a:b], sample // 100) for a, b, sample in words] == [
        ("It", 0), ("costs", 3), ("$5.50", 9), ("today.", 38),
    ]  # fmt: skip


def test_a_passage_in_several_takes_has_each_word_in_the_take_that_speaks_it():
    text = "one two three four"
    alignment = Alignment(text, text)
    first = alignment.words(take(800, (0, 3, 50), (4, 7, 400)))
    second = alignment.words(take(900, (8, 13, 0), (14, 18, 500)))
    assert [(text[a:b], sample) for a, b, sample in first] == [("one", 50), ("two", 400)]
    assert [(text[a:b], sample) for a, b, sample in second] == [("three", 0), ("four", 500)]


def test_of_a_take_without_marks_nothing_is_known():
    assert Alignment("one two", "one two").words(take(1_600)) == ()


def test_words_that_have_no_mark_stand_between_those_that_have():
    text = "one two three"
    words = Alignment(text, text).words(take(1_300, (0, 3, 0), (8, 13, 800)))
    assert [sample for *_, sample in words] == [0, 400, 800]


@given(
    st.lists(st.sampled_from(["one", "$5", "&", "well-known", "😀", "3:30", "Mr.", "你"]), max_size=12),
    st.lists(st.sampled_from(["one", "five", "dollars", "and", "well", "known", "mister"]), max_size=12),
    st.integers(0, 3),
)
def test_words_never_go_back_nor_leave_the_sound(written: list[str], spoken: list[str], cut: int):
    said = " ".join(spoken)
    whole = marked(said)
    parts = [Take(whole.samples, whole.words[:cut]), Take(whole.samples, whole.words[cut:])] if cut else [whole]
    alignment = Alignment(" ".join(written), said)
    heard = [word for part in parts for word in [alignment.words(part)]]
    for words, part in zip(heard, parts, strict=True):
        samples = [sample for *_, sample in words]
        assert samples == sorted(samples)
        assert all(0 <= sample <= len(part.samples) for sample in samples)
    starts = [start for words in heard for start, *_ in words]
    assert starts == sorted(set(starts))
