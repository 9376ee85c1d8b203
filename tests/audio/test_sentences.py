"""Text becomes speech piece by piece: soon, whole, and never in the middle of a number."""

import re
from itertools import accumulate
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genie.audio.boundaries import End
from genie.audio.sentences import LONGEST, MARKED, STRETCH, SentenceSplitter


def written(text: str, size: int = 0, limits: tuple[int, ...] = (100, LONGEST)) -> list[tuple[str, End]]:
    """Return the pieces of a text that comes in parts of `size` characters, or at once, and how they end."""
    splitter, found = SentenceSplitter(), []
    for at in range(0, len(text) or 1, size or len(text) or 1):
        splitter.push(text[at : at + (size or len(text))])
        while piece := splitter.take(limits[min(len(found), len(limits) - 1)]):
            found.append((piece.text, piece.end))
    splitter.close()
    while piece := splitter.take(limits[min(len(found), len(limits) - 1)]):
        found.append((piece.text, piece.end))
    assert splitter.ended
    return found


def split(text: str, size: int = 0, limits: tuple[int, ...] = (100, LONGEST)) -> list[str]:
    return [piece for piece, _ in written(text, size, limits)]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("", []),
        (" \n\n ", []),
        ("Hello", ["Hello"]),
        ("It is four. Come back at five.", ["It is four.", "Come back at five."]),
        ("Yes. No.", ["Yes.", "No."]),
        ("On the one hand, it rains. It pours.", ["On the one hand,", "it rains. It pours."]),
        ("Well, it is raining in Paris now.", ["Well, it is raining in Paris now."]),
        ("There are three of them: one, two, three.", ["There are three of them:", "one, two, three."]),
        ("It was late — very late.", ["It was late —", "very late."]),
        ("It was late—very late.", ["It was late—", "very late."]),
        ("It was very late - nobody came.", ["It was very late -", "nobody came."]),
        ("Cook it for about 8–10 minutes.", ["Cook it for about 8–10 minutes."]),
        ("The shop is open Mon–Fri.", ["The shop is open Mon–Fri."]),
        ("It was very late – nobody came.", ["It was very late –", "nobody came."]),
        ("It runs from 9 – 17 each day.", ["It runs from 9 – 17 each day."]),
        ("The sum of 10 - 3 is seven.", ["The sum of 10 - 3 is seven."]),
        ("It was late; nobody came.", ["It was late;", "nobody came."]),
        ("Pi is 3.14159. Good.", ["Pi is 3.14159.", "Good."]),
        ("It costs 1,000 dollars. Good.", ["It costs 1,000 dollars.", "Good."]),
        ("Meet at 10:30 sharp. Good.", ["Meet at 10:30 sharp.", "Good."]),
        ("On July 4, 1776, it began. Good.", ["On July 4, 1776,", "it began. Good."]),
        ("On July 4th, 1776, it began. Good.", ["On July 4th, 1776,", "it began. Good."]),
        ("He was born on May 5, a Monday. Good.", ["He was born on May 5,", "a Monday. Good."]),
        ("So 5! = 120 it is. Good.", ["So 5! = 120 it is.", "Good."]),
        ("It is 5! Good.", ["It is 5!", "Good."]),
        ("Mt. Everest and Ft. Worth are far. Good.", ["Mt. Everest and Ft. Worth are far.", "Good."]),
        ("He is 6 ft. 1 in. tall. Good.", ["He is 6 ft. 1 in. tall.", "Good."]),
        ("It is 6 ft. The end.", ["It is 6 ft.", "The end."]),
        ("Born c. 1450 (pop. 5). Good.", ["Born c. 1450 (pop. 5).", "Good."]),
        ("See Eq. (3), or else Oct.-Nov. 1942.", ["See Eq. (3),", "or else Oct.-Nov. 1942."]),
        ("II. Methods of ours. Good.", ["II. Methods of ours.", "Good."]),
        ("Dr. Smith met Mrs. Jones. Good.", ["Dr. Smith met Mrs. Jones.", "Good."]),
        ("Ask J. R. R. Tolkien. Good.", ["Ask J. R. R. Tolkien.", "Good."]),
        ("Use fruit, e.g. apples. Good.", ["Use fruit, e.g. apples.", "Good."]),
        ("The U.S. Senate met. Good.", ["The U.S. Senate met.", "Good."]),
        ("Come at 5 p.m. Bring wine.", ["Come at 5 p.m.", "Bring wine."]),
        ("Come at 5 p.m. today. Bring wine.", ["Come at 5 p.m. today.", "Bring wine."]),
        ("Apples, pears, etc. are fruit.", ["Apples, pears, etc. are fruit."]),
        ("Acme Inc. Was founded.", ["Acme Inc.", "Was founded."]),
        ("See No. 5 there. No. Never.", ["See No. 5 there.", "No. Never."]),
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
        ("Use `a. b` here. Good.", ["Use `a. b` here.", "Good."]),
        ("Call `f(a, b, c)` twice. Good.", ["Call `f(a, b, c)` twice.", "Good."]),
        ("A lone ` here. Good.\nAnd ` there.", ["A lone ` here.", "Good.\nAnd ` there."]),
        ("So $x^2. y$ it is. Good.", ["So $x^2. y$ it is.", "Good."]),
        ("It is all $f(x, y)$ here. Good.", ["It is all $f(x, y)$ here.", "Good."]),
        ("It costs $5. Or $6. Or 7$.", ["It costs $5.", "Or $6. Or 7$."]),
        ("Set $HOME. Then $PATH.", ["Set $HOME.", "Then $PATH."]),
        ("Henry VIII. was a king. Good.", ["Henry VIII. was a king.", "Good."]),
        ("He was Henry VIII. Then came Edward.", ["He was Henry VIII.", "Then came Edward."]),
        ("See [Paris, France](https://example.com/a) now. Good.",
         ["See [Paris, France](https://example.com/a) now.", "Good."]),
        ("A line\nthat goes on. Good.", ["A line\nthat goes on.", "Good."]),
        ("A paragraph\n\nAnother one", ["A paragraph", "Another one"]),
        ("# A title\nThen text. Good.", ["# A title", "Then text. Good."]),
        ("Buy this:\n- milk\n- bread\n- eggs", ["Buy this:", "- milk\n- bread\n- eggs"]),
        ("1. Wash. 2. Dry.", ["1. Wash.", "2. Dry."]),
        ("1. Wash it\n2. Dry it\n", ["1. Wash it", "2. Dry it"]),
        ("| a | b |\n|---|---|\n| 1 | 2 |\n", ["| a | b |", "|---|---|\n| 1 | 2 |"]),
        ("Run it:\n```sh\nls. Then.\n\ncd\n```\nDone. Good.",
         ["Run it:", "```sh\nls. Then.\n\ncd\n```", "Done. Good."]),
        ("````md\n```\nx. y\n```\n````\nDone.", ["````md\n```\nx. y\n```\n````", "Done."]),
        ("> ```js\n> a. b\n> ```\n> Done.", ["> ```js\n> a. b\n> ```", "> Done."]),
        ("```\nnever closed. At all.", ["```\nnever closed. At all."]),
        ("今天天气很好，我们去公园。明天下雨。", ["今天天气很好，", "我们去公园。明天下雨。"]),
        ("你好。「走吧！」他说。", ["你好。", "「走吧！」他说。"]),
        ("One. Two. Three. Four. Five.", ["One.", "Two. Three. Four. Five."]),
    ],
)  # fmt: skip
def test_text_is_cut_where_a_speaker_would_pause(text: str, pieces: list[str]):
    assert split(text) == pieces


def test_a_block_of_code_that_comes_line_by_line_is_one_piece():
    text = "```py\n" + "x = 1. y\n" * 40 + "```  \nDone. Good."
    assert split(text, 5) == split(text) == [text.partition("  \nDone")[0], "Done. Good."]


def test_a_sign_that_opens_code_and_is_not_closed_soon_opens_none():
    splitter = SentenceSplitter()
    splitter.push("A lone ` here. Good")
    assert splitter.take(100) is None, "it may be code"
    splitter.push(" day to all of you, and to all of those who will come here tomorrow, or in a week or in a month")
    assert splitter.take(100).text == "A lone ` here."


@pytest.mark.parametrize("text", ["Let me think about that, ", "Yes. "])
def test_a_clause_of_three_words_is_a_first_piece_and_a_full_stop_makes_one_sooner(text: str):
    splitter = SentenceSplitter()
    splitter.push(text)
    assert splitter.take(100).text == text.strip()


def test_a_stop_at_the_end_of_what_came_may_still_be_a_decimal_point():
    splitter = SentenceSplitter()
    splitter.push("Pi is 3.")
    assert splitter.take(100) is None
    splitter.push("14. ")
    assert splitter.take(100).text == "Pi is 3.14."


def test_sentences_are_spoken_together_until_they_are_enough():
    pieces = split("Yes. " + "This is a sentence of forty characters. " * 5)
    assert [len(piece) for piece in pieces] == [4, 79 + 40, 79]


def test_a_sentence_that_is_complete_waits_for_the_next_one_unless_there_is_no_time():
    splitter = SentenceSplitter()
    splitter.push("Yes. It rains. And then")
    assert splitter.take(100).text == "Yes."
    assert splitter.take(100) is None
    assert splitter.take(100, now=True).text == "It rains."
    assert splitter.take(100, now=True) is None, "nothing is complete"


@pytest.mark.parametrize(
    ("limit", "text", "first"),
    [
        (20, "What time is it in Paris right now if you know", "What time is it"),
        (28, "It is currently sunny in Paris today", "It is currently sunny"),
        (39, "It is currently sunny in Paris and it will stay so", "It is currently sunny in Paris"),
        (24, "There are twenty two degrees in Paris today", "There are twenty two"),
        (28, "We asked the very same question of them", "We asked the very same"),
        (21, "I will be with Dr. Smith for a while now", "I will be"),
        (20, "They do **really like it** so much more", "They do"),
        (28, "See [the best of it all](https://a.b) and come", "See"),
        (34, "There are at least three good reasons why it is so", "There are at least"),
        (34, "The concert by the Royal Philharmonic Orchestra of London", "The concert"),
        (34, "I have set a timer for 25 minutes and added milk", "I have set a timer"),
        (34, "You have been told that they were there since noon", "You have been told"),
        (34, "He takes the train because of the rain in Rome", "He takes the train"),
        (34, "Page 3 says that it was built in May 1997 or so", "Page 3 says that it was built"),
        (34, "The server at the corner does not answer you now", "The server at the corner"),
        (34, "Use it wisely or five to seven people will know", "Use it wisely"),
        (34, "It is what you could call a very remarkable story", "It is what you could call"),
        (38, "The years in which he ruled were 1643 – 1715 as is known", "The years in which he ruled"),
        (60, "Now we can see that 12 × 7 = 84 - 10 = 74 as it was said to us then", "Now we can see"),
        (28, "https://example.com/a/very/long/path is it", "https://example.com/a/very/long/path"),
        (28, "今天天气很好我们去公园明天下雨", "今天天气很好我们去"),
    ],
)  # fmt: skip
def test_where_no_punctuation_is_words_that_belong_together_stay_together(limit: int, text: str, first: str):
    assert written(text, limits=(limit, LONGEST))[0] == (first, End.WORD)


READ = Path(__file__).with_name("marked_answers.txt").read_text("utf-8").splitlines()


@pytest.mark.parametrize(("limits", "most"), [((60, 120), 0.05), ((34, 50), 0.1), ((21, 28), 0.2)])
def test_answers_are_seldom_cut_where_no_reader_would(limits: tuple[int, int], most: float):
    cuts = misplaced = 0
    for line in READ:
        parts = ["".join(part.split()) for part in line.split(" | ")]
        places, at = set(accumulate(map(len, parts))), 0
        for piece in split(line.replace(" | ", " "), limits=limits):
            at += len("".join(piece.split()))
            cuts, misplaced = cuts + 1, misplaced + (at not in places)
    assert misplaced / cuts <= most, f"{misplaced} of {cuts}"


@pytest.mark.parametrize(
    "marked",
    [
        "[the full guide to installation](https://a.b/c)",
        "**the first and most important one**",
        "`git rebase -i HEAD~3`",
    ],
)
def test_what_is_marked_up_on_both_sides_stays_whole(marked: str):
    assert split(f"Yes. See {marked} for more of it all", limits=(LONGEST, 18))[1:3] == ["See", marked]


def test_a_lone_sign_marks_nothing_up():
    assert len(split("Yes. So * is no more than a sign " + "among many others " * 12, limits=(LONGEST, 30))) > 6


def test_a_comma_after_a_word_or_two_is_a_better_place_than_none():
    assert written("Yes it is. At noon, lunch with all of us and a walk", limits=(LONGEST, 26))[1] == (
        "At noon,",
        End.CLAUSE,
    )


def test_a_later_piece_is_longer_where_all_places_within_are_bad():
    assert split("Yes it is. Of the old people many were there", limits=(LONGEST, 14))[1] == "Of the old people"


def test_a_wide_gap_parts_a_text():
    assert split("Yes. Tea and cake" + " " * 20 + "2.50 and no more", limits=(LONGEST, 20))[1] == "Tea and cake"


def test_what_ends_soon_after_is_not_cut():
    assert split("The capital of it is Paris.", limits=(28,)) == ["The capital of it is Paris."]


def test_digits_are_long_to_speak():
    assert len(split("1,234,567 or 2,345,678 or 3,456,789 or so", limits=(40,))) > 2


def test_a_long_sentence_is_cut_at_its_last_clause():
    first, second, *_ = split("Yes. " + "word " * 40 + "and so on, " + "word " * 40)
    assert first == "Yes."
    assert second.endswith("and so on,")


def test_an_endless_word_is_cut():
    pieces = split("Yes. " + "a" * 1_000)
    assert [len(piece) for piece in pieces] == [4, LONGEST, LONGEST, LONGEST, 100]


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("So it is, yes. Now\n\nNext", [End.CLAUSE, End.BLOCK, End.BLOCK]),
        ("# A title\nThen text", [End.BLOCK, End.BLOCK]),
        ("It is so. " + "word " * 15 + "end. " + "word " * 80, [End.SENTENCE, End.SENTENCE, End.WORD, End.BLOCK]),
    ],
)
def test_how_a_piece_ends_is_known(text: str, ends: list[End]):
    assert [end for _, end in written(text)] == ends


WORDS = st.sampled_from(
    ["word", "Word", "3.14", "Dr.", "e.g.", "p.m.", "10:30", "end.", "end!", "so,", "thus:", "—", "-", "...", "“Yes.”",
     "https://a.b/c", "J.", "No.", "1.", "#", "- ", "\n", "\n\n", "[a,", "b](c)", "```", "。", "你好", "，",
     "*", "|", "etc.", "5,", "5!", "=", "ft.", "> ```", "````", "`", "`a.", "b`", "$x", "$5.", "y$", "VIII.", " " * 30]
)  # fmt: skip
TEXTS = st.one_of(st.lists(WORDS, max_size=60).map(" ".join), st.lists(WORDS, max_size=60).map("".join), st.text())


LIMITS = st.lists(st.integers(18, LONGEST), min_size=1, max_size=4).map(tuple)


@given(TEXTS, LIMITS)
def test_nothing_is_lost(text: str, limits: tuple[int, ...]):
    assert "".join("".join(split(text, 0, limits)).split()) == "".join(text.split())


@given(TEXTS, st.integers(1, 9), LIMITS)
def test_how_the_text_came_makes_no_difference(text: str, size: int, limits: tuple[int, ...]):
    assert split(text, size, limits) == split(text, 0, limits)


@given(TEXTS, LIMITS)
def test_pieces_are_neither_empty_nor_too_long(text: str, limits: tuple[int, ...]):
    for piece in split(text, 0, limits):
        assert piece.strip()
        word = len(piece) <= LONGEST and not re.search(r"\s", piece)
        assert len(piece) <= round(STRETCH * max(limits)) + MARKED or word or piece.startswith(("```", "~~~"))


@given(st.lists(st.sampled_from(["3.14", "10:30", "1,000", "https://a.b/c?d=e.f", "a.b@c.de", "$2.50", "v1.2.3"])))
def test_numbers_times_and_addresses_stay_whole(words: list[str]):
    pieces = split(" ".join(["so", *words, "end."]))
    assert [word for piece in pieces for word in piece.split()] == ["so", *words, "end."]
