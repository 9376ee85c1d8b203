"""What was heard as text and as subtitles. Pure.

Subtitles follow what broadcasters agree on (BBC, Netflix): two lines of at most 42 columns, no longer than 7 s, long
enough to be read where the next one leaves time for it, broken where a sentence or a pause ends.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from genie.audio.engine import Segment
from genie.audio.timed import words_of

LINE = 42
"""Columns of a line; a letter of Chinese, Japanese or Korean takes two."""

LINES = 2

LONGEST_S = 7.0

SHORTEST_S = 1.0

READ_PER_S = 17.0
"""Columns that are read in a second."""

PAUSE_S = 0.8
"""Seconds without a word that end a subtitle."""

PARAGRAPH_S = 2.5
"""Seconds without a word that begin a new line of plain text."""

SENTENCE_ENDS = tuple(".?!…。？！")
CLOSING = "\"')]»”’」』"


@dataclass(frozen=True, slots=True)
class Cue:
    """One subtitle: its times in milliseconds, and one or two lines."""

    start_ms: int
    end_ms: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Token:
    """A word, or a part of one too long for a line, with its times in seconds; `joined`: no space goes before it."""

    start_s: float
    end_s: float
    text: str
    joined: bool


def plain(segments: Iterable[Segment]) -> str:
    """Return the text, with a new line after each long pause."""
    lines, heard_until = list[list[str]](), 0.0
    for segment in segments:
        text = " ".join(segment.text.split())
        if not text:
            continue
        if not lines or segment.start_s - heard_until >= PARAGRAPH_S:
            lines.append([])
        lines[-1].append(text)
        heard_until = segment.end_s
    return "".join(" ".join(line) + "\n" for line in lines)


def srt(segments: Iterable[Segment]) -> str:
    """Return SubRip subtitles."""
    return "\n".join(
        f"{number}\n{_clock(cue.start_ms, ',')} --> {_clock(cue.end_ms, ',')}\n{_srt_text(cue)}\n"
        for number, cue in enumerate(cues(segments), 1)
    )


def vtt(segments: Iterable[Segment]) -> str:
    """Return WebVTT subtitles."""
    return "WEBVTT\n" + "".join(
        f"\n{_clock(cue.start_ms, '.')} --> {_clock(cue.end_ms, '.')}\n{_vtt_text(cue)}\n" for cue in cues(segments)
    )


def cues(segments: Iterable[Segment]) -> list[Cue]:
    """Return the subtitles of a transcript: in order, none before the end of the one before it."""
    groups = list(_groups(_tokens(segments)))
    starts = [round(group[0].start_s * 1_000) for group in groups]
    found = list[Cue]()
    earliest = 0
    for number, group in enumerate(groups):
        start = max(starts[number], earliest)
        limit = starts[number + 1] if number + 1 < len(groups) else start + round(LONGEST_S * 1_000)
        end = max(start + 1, min(_end_ms(group, start), max(limit, start + 1)))
        found.append(Cue(start, end, _lines(group)))
        earliest = end
    return found


def _end_ms(group: Sequence[_Token], start_ms: int) -> int:
    """Return until when a subtitle should stand: while it is spoken, and as long as it takes to be read."""
    reading_s = max(SHORTEST_S, _width(_text(group)) / READ_PER_S)
    spoken_ms = round(group[-1].end_s * 1_000)
    return min(max(spoken_ms, start_ms + round(reading_s * 1_000)), start_ms + round(LONGEST_S * 1_000))


def _tokens(segments: Iterable[Segment]) -> Iterator[_Token]:
    """Yield the words of all segments; times never run backwards, whatever the segments say."""
    now = 0.0
    for segment in segments:
        joined = False
        for word in words_of(segment):
            start, end = max(word.start_s, now), max(word.end_s, word.start_s, now)
            parts = list(_parts(word.text.strip()))
            for place, part in enumerate(parts):
                begin, finish = (start + (end - start) * step / len(parts) for step in (place, place + 1))
                yield _Token(begin, finish, part, joined=place > 0 or (joined and not word.text[:1].isspace()))
            now, joined = end, True


def _parts(word: str) -> Iterator[str]:
    """Yield a word in parts that fit into a line."""
    part, width = "", 0
    for letter in word:
        if part and width + _columns(letter) > LINE:
            yield part
            part, width = "", 0
        part, width = part + letter, width + _columns(letter)
    if part:
        yield part


def _groups(tokens: Iterable[_Token]) -> Iterator[list[_Token]]:
    """Yield the words of one subtitle after the other."""
    group = list[_Token]()
    for token in tokens:
        if group and _breaks(group, token):
            yield group
            group = []
        group.append(token)
    if group:
        yield group


def _breaks(group: list[_Token], token: _Token) -> bool:
    """Say whether a word begins a new subtitle."""
    last = group[-1]
    if not _fits([*group, token]) or token.end_s - group[0].start_s > LONGEST_S:
        return True
    if token.joined:
        return False
    ended = last.text.rstrip(CLOSING).endswith(SENTENCE_ENDS) and _width(_text(group)) > LINE // 2
    return ended or token.start_s - last.end_s >= PAUSE_S


def _fits(tokens: Sequence[_Token]) -> bool:
    """Say whether words fit into the lines of one subtitle."""
    return len(_wrapped(tokens)) <= LINES


def _wrapped(tokens: Sequence[_Token]) -> list[str]:
    """Return words in as few lines as they need."""
    lines = [""]
    for token in tokens:
        longer = _add(lines[-1], token)
        if _width(longer) <= LINE:
            lines[-1] = longer
        else:
            lines.append(token.text)
    return lines


def _lines(group: Sequence[_Token]) -> tuple[str, ...]:
    """Return one line, or two that are as equal as they can be."""
    if _width(_text(group)) <= LINE:
        return (_text(group),)
    halves = ((_text(group[:at]), _text(group[at:])) for at in range(1, len(group)))
    return min(
        (pair for pair in halves if all(_width(line) <= LINE for line in pair)),
        key=lambda pair: abs(_width(pair[0]) - _width(pair[1])),
    )


def _text(tokens: Sequence[_Token]) -> str:
    line = tokens[0].text
    for token in tokens[1:]:
        line = _add(line, token)
    return line


def _add(line: str, token: _Token) -> str:
    return line + token.text if token.joined or not line else f"{line} {token.text}"


def _width(text: str) -> int:
    return len(text) if text.isascii() else sum(map(_columns, text))  # twelve hours took ten seconds without this


def _columns(letter: str) -> int:
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def _clock(ms: int, point: str) -> str:
    seconds, ms = divmod(ms, 1_000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}{point}{ms:03}"


def _srt_text(cue: Cue) -> str:
    """Return the lines; SubRip has no escapes, so what would look like its arrow is written as one letter."""
    return "\n".join(line.replace("-->", "→") for line in cue.lines)


def _vtt_text(cue: Cue) -> str:
    return "\n".join(line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") for line in cue.lines)
