"""The segments of a window, between the times that the model wrote."""

from collections.abc import Iterator
from dataclasses import dataclass

from genie.audio import engine
from genie.audio.engine import Segment
from genie.audio.engines.loops import without_loops
from genie.audio.engines.whisper.words import Piece, Word, words

TIME_STEP_S = 0.02
"""Seconds between two timestamp tokens."""


AROUND_S = 0.1
"""Seconds that a word lasts before and after the moment at which its tokens look."""


@dataclass(frozen=True, slots=True)
class Span:
    """Pieces of text between two times in seconds."""

    start_s: float
    end_s: float
    pieces: list[Piece]


def segments(pieces: list[Piece], untimed: int | None, begin_s: float, seconds: float) -> list[Segment]:
    """Return what a window of so many seconds says; timestamp tokens follow the token `untimed`."""
    found = []
    for span in spans(pieces, None if untimed is None else untimed + 1, seconds):
        said = words(span.pieces)
        whole = "".join(word.text for word in said).strip()
        if text := without_loops(whole):
            timed = tuple(_timed(said, span, begin_s)) if text == whole else ()
            found.append(Segment(begin_s + span.start_s, begin_s + span.end_s, text, timed))
    return found


def _timed(said: list[Word], span: Span, begin_s: float) -> Iterator[engine.Word]:
    """Yield the words of a span with their times, none where these are not known."""
    start_s = span.start_s
    for place, word in enumerate(said):
        if word.at_s is None or word.starts_s is None:
            return
        start_s = min(max(start_s, word.starts_s - AROUND_S), span.end_s)
        end_s = min(max(start_s, word.at_s + AROUND_S), span.end_s)
        yield engine.Word(begin_s + start_s, begin_s + end_s, word.text if place else word.text.lstrip())
        start_s = end_s


def spans(pieces: list[Piece], first_time: int | None, seconds: float) -> Iterator[Span]:
    """Split pieces at timestamp tokens, which begin with `first_time`; times never run backwards."""
    start, text = 0.0, list[Piece]()
    for piece in pieces:
        if first_time is None or piece.token < first_time:
            text.append(piece)
            continue
        at = min(max((piece.token - first_time) * TIME_STEP_S, start), seconds)
        if text:
            yield Span(start, at, text)
            text = []
        start = at
    if text:
        yield Span(start, seconds, text)
