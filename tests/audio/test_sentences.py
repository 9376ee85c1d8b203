"""Text becomes speech piece by piece: soon, whole, and never in the middle of a number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genie.audio.sentences import FIRST_CHARS, MAX_CHARS, SentenceSplitter


def split(text: str, size: int = 0) -> list[str]:
    """Return the pieces of a text that comes in parts of `size` characters, or at once."""
    splitter = SentenceSplitter()
    parts = [text[at : at + size] for at in range(0, len(text), size)] if size else [text]
    return [piece for part in parts for piece in splitter.push(part)] + splitter.finish()


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("", []),
        (" \n\n ", []),
        ("Hello", ["Hello"]),
        ("It is four. Come back at five.", ["It is four.", "Come back at five."]),
        ("Yes. No.", ["Yes.", "No."]),
        ("On the one hand, it rains. It pours.", ["On the one hand,", "it rains.", "It pours."]),
        ("Well, it is raining in Paris now.", ["Well, it is raining in Paris now."]),
        ("There are three of them: one, two, three.", ["There are three of them:", "one, two, three."]),
        ("It was late — very late.", ["It was late —", "very late."]),
        ("It was late—very late.", ["It was late—", "very late."]),
        ("It was very late - nobody came.", ["It was very late -", "nobody came."]),
        ("It was late; nobody came.", ["It was late;", "nobody came."]),
        ("Pi is 3.14159. Good.", ["Pi is 3.14159.", "Good."]),
        ("It costs 1,000 dollars. Good.", ["It costs 1,000 dollars.", "Good."]),
        ("Meet at 10:30 sharp. Good.", ["Meet at 10:30 sharp.", "Good."]),
        ("Dr. Smith met Mrs. Jones. Good.", ["Dr. Smith met Mrs. Jones.", "Good."]),
        ("Ask J. R. R. Tolkien. Good.", ["Ask J. R. R. Tolkien.", "Good."]),
        ("Use fruit, e.g. apples. Good.", ["Use fruit, e.g. apples.", "Good."]),
        ("The U.S. Senate met. Good.", ["The U.S. Senate met.", "Good."]),
        ("Come at 5 p.m. Bring wine.", ["Come at 5 p.m.", "Bring wine."]),
        ("Come at 5 p.m. today. Bring wine.", ["Come at 5 p.m. today.", "Bring wine."]),
        ("Apples, pears, etc. are fruit.", ["Apples, pears, etc. are fruit."]),
        ("Acme Inc. Was founded.", ["Acme Inc.", "Was founded."]),
        ("See No. 5 there. No. Never.", ["See No. 5 there.", "No.", "Never."]),
        ("So was I. Good.", ["So was I.", "Good."]),
        ("Well... maybe. Good.", ["Well... maybe.", "Good."]),
        ("Wait... What?", ["Wait...", "What?"]),
        ("Wait… what? Good.", ["Wait… what?", "Good."]),
        ("See https://example.com/a.b?c=d. Good.", ["See https://example.com/a.b?c=d.", "Good."]),
        ("Mail a.b@example.com now! Good.", ["Mail a.b@example.com now!", "Good."]),
        ("He said “Stop.” She did.", ["He said “Stop.”", "She did."]),
        ("Really?! Yes.", ["Really?!", "Yes."]),
        ("(It rains.) Good.", ["(It rains.)", "Good."]),
        ("**Bold it is.** Good.", ["**Bold it is.**", "Good."]),
        ("See [Paris, France](https://example.com/a) now. Good.",
         ["See [Paris, France](https://example.com/a) now.", "Good."]),
        ("A line\nthat goes on. Good.", ["A line\nthat goes on.", "Good."]),
        ("A paragraph\n\nAnother one", ["A paragraph", "Another one"]),
        ("# A title\nThen text. Good.", ["# A title", "Then text.", "Good."]),
        ("Buy this:\n- milk\n- bread\n- eggs", ["Buy this:", "- milk", "- bread\n- eggs"]),
        ("1. Wash. 2. Dry.", ["1. Wash.", "2. Dry."]),
        ("1. Wash it\n2. Dry it\n", ["1. Wash it", "2. Dry it"]),
        ("| a | b |\n|---|---|\n| 1 | 2 |\n", ["| a | b |", "|---|---|", "| 1 | 2 |"]),
        ("Run it:\n```sh\nls. Then.\n\ncd\n```\nDone. Good.",
         ["Run it:", "```sh\nls. Then.\n\ncd\n```", "Done. Good."]),
        ("```\nnever closed. At all.", ["```\nnever closed. At all."]),
        ("今天天气很好，我们去公园。明天下雨。", ["今天天气很好，", "我们去公园。", "明天下雨。"]),
        ("你好。「走吧！」他说。", ["你好。", "「走吧！」", "他说。"]),
        ("One. Two. Three. Four. Five.", ["One.", "Two.", "Three. Four.", "Five."]),
    ],
)  # fmt: skip
def test_text_is_cut_where_a_speaker_would_pause(text: str, pieces: list[str]):
    assert split(text) == pieces


def test_the_first_piece_comes_before_its_sentence_ends():
    splitter = SentenceSplitter()
    assert splitter.push("Let me think about that, ") == ["Let me think about that,"]


def test_a_full_stop_is_enough_for_a_first_piece():
    splitter = SentenceSplitter()
    assert splitter.push("Yes. ") == ["Yes."]


def test_a_stop_at_the_end_of_what_came_may_still_be_a_decimal_point():
    splitter = SentenceSplitter()
    assert splitter.push("Pi is 3.") == []
    assert splitter.push("14. ") == ["Pi is 3.14."]


def test_a_first_piece_without_punctuation_does_not_wait_for_ever():
    splitter = SentenceSplitter()
    pieces = splitter.push("word " * 30)
    assert len(pieces) == 1
    assert FIRST_CHARS - 6 <= len(pieces[0]) <= FIRST_CHARS


def test_a_long_sentence_is_cut_at_its_last_clause():
    first, second, *_ = split("Yes. " + "word " * 40 + "and so on, " + "word " * 40)
    assert first == "Yes."
    assert second.endswith("and so on,")


def test_an_endless_word_is_cut():
    pieces = split("Yes. " + "a" * 1_000)
    assert [len(piece) for piece in pieces] == [4, MAX_CHARS, MAX_CHARS, MAX_CHARS, 100]


def test_finish_makes_ready_for_the_next_text():
    splitter = SentenceSplitter()
    splitter.push("One. Two. Three.")
    splitter.finish()
    assert splitter.finish() == []
    assert splitter.push("On the other hand, ") == ["On the other hand,"]


WORDS = st.sampled_from(
    ["word", "Word", "3.14", "Dr.", "e.g.", "p.m.", "10:30", "end.", "end!", "so,", "thus:", "—", "-", "...", "“Yes.”",
     "https://a.b/c", "J.", "No.", "1.", "#", "- ", "\n", "\n\n", "[a,", "b](c)", "```", "。", "你好", "，",
     "*", "|", "etc."]
)  # fmt: skip
TEXTS = st.one_of(st.lists(WORDS, max_size=60).map(" ".join), st.lists(WORDS, max_size=60).map("".join), st.text())


@given(TEXTS)
def test_nothing_is_lost(text: str):
    assert "".join("".join(split(text)).split()) == "".join(text.split())


@given(TEXTS, st.integers(1, 9))
def test_how_the_text_came_makes_no_difference(text: str, size: int):
    assert split(text, size) == split(text)


@given(TEXTS)
def test_pieces_are_neither_empty_nor_too_long(text: str):
    for piece in split(text):
        assert piece.strip()
        assert len(piece) <= MAX_CHARS or piece.startswith(("```", "~~~"))


@given(st.lists(st.sampled_from(["3.14", "10:30", "1,000", "https://a.b/c?d=e.f", "a.b@c.de", "$2.50", "v1.2.3"])))
def test_numbers_times_and_addresses_stay_whole(words: list[str]):
    pieces = split(" ".join(["so", *words, "end."]))
    assert [word for piece in pieces for word in piece.split()] == ["so", *words, "end."]
