import pytest
from hypothesis import given
from hypothesis import strategies as st

from genie.audio.engines.whisper.spans import segments, spans
from genie.audio.engines.whisper.words import Piece

FIRST_TIME = 1_000


def pieces(tokens):
    return [Piece(token, b" a" if token < FIRST_TIME else b"") for token in tokens]


def split(tokens, first_time, seconds):
    found = spans(pieces(tokens), first_time, seconds)
    return [(span.start_s, span.end_s, [piece.token for piece in span.pieces]) for span in found]


def test_tokens_are_split_at_the_times_between_them():
    tokens = [FIRST_TIME, 1, 2, FIRST_TIME + 50, FIRST_TIME + 100, 3, FIRST_TIME + 150]
    assert split(tokens, FIRST_TIME, 30.0) == [(0.0, 1.0, [1, 2]), (2.0, 3.0, [3])]


def test_tokens_without_times_last_the_whole_window():
    assert split([1, 2], FIRST_TIME, 7.5) == split([1, 2], None, 7.5) == [(0.0, 7.5, [1, 2])]


def test_what_goes_round_in_a_segment_is_said_once():
    [segment] = segments(pieces([FIRST_TIME, *[1] * 9, FIRST_TIME + 50]), FIRST_TIME - 1, 0.0, 30.0)
    assert (segment.start_s, segment.end_s, segment.text) == (0.0, 1.0, "a")


def test_words_have_the_times_at_which_they_were_spoken():
    said = [Piece(FIRST_TIME, b""), Piece(1, b" what", 0.5), Piece(2, b" ti", 1.0), Piece(3, b"me", 1.2)]
    [segment] = segments([*said, Piece(FIRST_TIME + 100, b"")], FIRST_TIME - 1, 10.0, 30.0)
    assert [(word.start_s, word.end_s, word.text) for word in segment.words] == [
        (pytest.approx(10.4), pytest.approx(10.6), "what"),
        (pytest.approx(10.9), pytest.approx(11.3), " time"),
    ]
    assert "".join(word.text for word in segment.words) == segment.text


@given(st.lists(st.integers(0, FIRST_TIME + 1_500)), st.floats(0.1, 30.0))
def test_no_token_is_lost_and_no_time_runs_backwards(tokens, seconds):
    found = split(tokens, FIRST_TIME, seconds)
    assert [token for span in found for token in span[2]] == [token for token in tokens if token < FIRST_TIME]
    times = [time for start, end, _ in found for time in (start, end)]
    assert times == sorted(times)
    assert all(0 <= time <= seconds for time in times)
