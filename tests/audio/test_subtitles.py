"""Transcripts as subtitles: what any player needs to hold, read back by a parser of our own."""

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genie.audio.engine import Segment, Word
from genie.audio.subtitles import LINE, LINES, LONGEST_S, cues, plain, srt, vtt

SRT_TIME = re.compile(r"(\d{2,}):(\d\d):(\d\d),(\d{3}) --> (\d{2,}):(\d\d):(\d\d),(\d{3})")
VTT_TIME = re.compile(r"(\d{2,}):(\d\d):(\d\d)\.(\d{3}) --> (\d{2,}):(\d\d):(\d\d)\.(\d{3})")
WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp", "Mn", "Me", "Cf")), max_size=90)


@st.composite
def transcripts(draw: st.DrawFn) -> list[Segment]:
    """Segments as engines make them, and as they should not: empty, of no length, one inside the other."""
    now, found = 0.0, []
    for _ in range(draw(st.integers(0, 6))):
        start = max(0.0, now + draw(st.floats(-2.0, 5_000.0)))
        end = start + draw(st.floats(0.0, 30.0))
        found.append(Segment(start, end, " ".join(draw(st.lists(WORDS, max_size=15)))))
        now = end
    return found


def milliseconds(hours: str, minutes: str, seconds: str, ms: str) -> int:
    return ((int(hours) * 60 + int(minutes)) * 60 + int(seconds)) * 1_000 + int(ms)


def parsed(text: str, times: re.Pattern[str]) -> list[tuple[int, int, list[str]]]:
    """Read subtitles as a player does: blocks between empty lines, the times in one of the first two lines."""
    found = []
    for block in re.split(r"\n\n+", text.strip("\n")):
        lines = block.split("\n")
        at = next((number for number, line in enumerate(lines[:2]) if times.fullmatch(line)), None)
        if at is None:
            assert block in ("WEBVTT", ""), block
            continue
        match = times.fullmatch(lines[at])
        assert match is not None
        found.append((milliseconds(*match.groups()[:4]), milliseconds(*match.groups()[4:]), lines[at + 1 :]))
    return found


def width(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in line)


def letters(text: str) -> str:
    return "".join(text.split())


@settings(max_examples=40)
@given(transcripts())
def test_subtitles_run_forward_fit_the_screen_and_lose_no_letter(segments: list[Segment]):
    found = parsed(srt(segments), SRT_TIME)
    for (start, end, lines), (after, _, _) in zip(found, [*found[1:], (10**12, 0, [])], strict=False):
        assert start < end <= after
        assert end - start <= LONGEST_S * 1_000
        assert 1 <= len(lines) <= LINES
        assert all(line and width(line) <= LINE for line in lines)
    said = letters("".join(segment.text for segment in segments))
    assert letters("".join(line for _, _, lines in found for line in lines)) == said.replace("-->", "→")


@settings(max_examples=40)
@given(transcripts())
def test_webvtt_holds_the_same_cues_with_its_letters_escaped(segments: list[Segment]):
    text = vtt(segments)
    assert text.startswith("WEBVTT\n")
    found = parsed(text, VTT_TIME)
    unescaped = [
        (start, end, tuple(line.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") for line in lines))
        for start, end, lines in found
    ]
    assert unescaped == [(cue.start_ms, cue.end_ms, cue.lines) for cue in cues(segments)]
    assert not any(set("<>") & set(line) for _, _, lines in found for line in lines)


def test_beyond_an_hour_and_beyond_a_hundred_the_clock_goes_on():
    text = srt([Segment(3_661.5, 3_662.75, "late"), Segment(360_000.0, 360_001.0, "later")])
    assert "01:01:01,500 --> 01:01:02,750" in text
    assert "100:00:00,000 --> 100:00:01,000" in text


def test_a_short_word_stands_long_enough_to_be_read_but_never_into_the_next_one():
    alone, hurried = cues([Segment(0.0, 0.2, "Yes.")]), cues([Segment(0.0, 0.2, "Yes,"), Segment(1.1, 1.5, "no.")])
    assert (alone[0].start_ms, alone[0].end_ms) == (0, 1_000)
    assert [(cue.start_ms, cue.end_ms) for cue in hurried] == [(0, 1_000), (1_100, 2_100)]
    [first, second] = cues([Segment(0.0, 0.2, "Yes, I think so."), Segment(1.1, 1.5, "No.")])
    assert first.end_ms <= second.start_ms


def test_a_subtitle_ends_with_its_sentence_and_at_a_pause():
    told = cues([Segment(0.0, 4.0, "This is a first sentence. And here is a second one.")])
    assert [" ".join(cue.lines) for cue in told] == ["This is a first sentence.", "And here is a second one."]
    paused = (Word(0.0, 0.4, "one"), Word(0.4, 0.8, " two"), Word(2.5, 2.9, " three"))
    assert [cue.lines for cue in cues([Segment(0.0, 2.9, "one two three", paused)])] == [("one two",), ("three",)]


def test_two_lines_are_about_equal():
    [cue] = cues([Segment(0.0, 3.0, "the quick brown fox jumps over the lazy dog again")])
    assert cue.lines == ("the quick brown fox jumps", "over the lazy dog again")


def test_the_times_of_words_win_over_those_of_their_segment():
    words = (Word(5.0, 5.5, "here"), Word(5.5, 6.0, " now"))
    [cue] = cues([Segment(0.0, 30.0, "here now", words)])
    assert (cue.start_ms, cue.end_ms) == (5_000, 6_000)


def test_a_script_without_spaces_is_cut_to_the_width_of_its_letters():
    found = cues([Segment(0.0, 20.0, "今日は天気がいいので散歩に行きましょう。" * 4)])
    assert all(width(line) <= LINE for cue in found for line in cue.lines)
    assert "".join(line for cue in found for line in cue.lines) == "今日は天気がいいので散歩に行きましょう。" * 4


@pytest.mark.parametrize("write", [srt, vtt])
def test_an_arrow_that_was_said_is_no_time(write):
    text = write([Segment(0.0, 1.0, "a --> b")])
    assert text.count("-->") == 1


def test_nothing_said_is_an_empty_transcript():
    assert (plain([]), srt([]), vtt([])) == ("", "", "WEBVTT\n")
    assert plain([Segment(0.0, 1.0, "  ")]) == ""


def test_plain_text_begins_a_line_after_a_long_pause():
    told = [Segment(0.0, 1.0, "one"), Segment(1.5, 2.0, "two"), Segment(9.0, 10.0, "three")]
    assert plain(told) == "one two\nthree\n"
