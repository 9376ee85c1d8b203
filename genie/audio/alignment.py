"""Which written words are heard when, from when the spoken ones are. Pure.

"$5.50" is spoken as five words, and "**bold**" as one: equal words are anchors (difflib), and what stands between two
of them shares the time between them by its characters.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from genie.audio.engine import Take
from genie.audio.pcm import Words

DENSE = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\u0e00-\u0e7f"
"""Letters of scripts that put no spaces between words: each of them counts as a word here."""

WORD = re.compile(rf"[{DENSE}]|[^\s{DENSE}]+")
SIGNS = re.compile(r"[\W_]+")

MOST_PAIRS = 2_000
"""Pairs of equal words, a written and a spoken one, among which anchors are sought: difflib takes time with their
square, and a word that is said a thousand times is no anchor."""


@dataclass(frozen=True, slots=True)
class Span:
    """A written word, the characters `start`..`end`, which is spoken from character `at` of the spoken text on."""

    start: int
    end: int
    at: int


def spans(written: str, spoken: str) -> list[Span]:
    """Return where each written word is spoken, in order; one that is not spoken, such as "—", is left out."""
    ours, theirs = list(_words(written)), list(_words(spoken))
    said = Counter(word for *_, word in theirs)
    if ours and theirs and sum(said[word] for *_, word in ours) > MOST_PAIRS:
        return list(_shared(ours, theirs[0][0], theirs[-1][1]))
    matcher = SequenceMatcher(None, [word for *_, word in ours], [word for *_, word in theirs], autojunk=False)
    found: list[Span] = []
    for tag, first, last, their_first, their_last in matcher.get_opcodes():
        if tag == "equal":
            pairs = zip(ours[first:last], theirs[their_first:their_last], strict=True)
            found += [Span(start, end, at) for (start, end, _), (at, *_) in pairs]
        elif tag == "replace":
            found += _shared(ours[first:last], theirs[their_first][0], theirs[their_last - 1][1])
    return found


class Alignment:
    """Where the words of a written text are heard, take by take of the passage that speaks it."""

    def __init__(self, written: str, spoken: str) -> None:
        self._left = spans(written, spoken)
        self._end = len(spoken)

    def words(self, take: Take) -> Words:
        """Return the written words that begin in a take, in its samples.

        The takes come in order; of one without marks nothing is known.
        """
        if not (marks := take.words):
            return ()
        known = [(mark.start, mark.sample) for mark in marks] + [(marks[-1].end, len(take.samples))]
        heard = []
        while self._left and (self._left[0].at < marks[-1].end or marks[-1].end >= self._end):
            span = self._left.pop(0)
            heard.append((span.start, span.end, _between(known, span.at)))
        return tuple(heard)


def word_spans(text: str) -> list[tuple[int, int]]:
    """Return the first and the last character of each word of a text."""
    return [(start, end) for start, end, _ in _words(text)]


def _words(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield where the words of a text stand, and what is compared of them; signs alone are no word."""
    for match in WORD.finditer(text):
        if word := SIGNS.sub("", match[0]).casefold() or (match[0] if _is_said(match[0]) else ""):
            yield match.start(), match.end(), word


def _is_said(signs: str) -> bool:
    """Say whether signs may be spoken by themselves, as "&" and "=" are."""
    return any(sign in "&=+<>%$€£×÷±≈" for sign in signs)


def _shared(words: Sequence[tuple[int, int, str]], begin: int, end: int) -> Iterator[Span]:
    """Yield words that are spoken somewhere between two characters, each with the room that its length asks for."""
    whole, passed = sum(len(word) for *_, word in words), 0
    for start, stop, word in words:
        yield Span(start, stop, begin + (end - begin) * passed // whole)
        passed += len(word)


def _between(known: Sequence[tuple[int, int]], at: int) -> int:
    """Return the sample at which a character is spoken, of marks in order; between two of them all are as long."""
    before = known[0]
    for mark in known:
        if mark[0] > at:
            part = (at - before[0]) / max(1, mark[0] - before[0])
            return max(before[1], round(before[1] + (mark[1] - before[1]) * part)) if at >= before[0] else mark[1]
        before = mark
    return before[1]
