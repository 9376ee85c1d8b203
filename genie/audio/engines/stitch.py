"""Join the texts of windows that overlap. Pure.

Where two windows heard the same words (the longest common run in the overlap), the join lies in the middle of them;
where they agree on nothing, it lies in the middle of the overlap, by the words' times.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from genie.audio.engine import Segment, Word
from genie.audio.timed import words_of

SHORTEST_AGREEMENT = 2
"""Words: a single one in common may be any "the", where it is not known when it was spoken."""

APART_S = 0.5
"""Seconds between two words of known times that are not the same, such as those of a sentence that is said twice."""


@dataclass(frozen=True, slots=True)
class _Word:
    """A word with its times in seconds: its own (`timed`), or spread over the segment it was heard in."""

    start_s: float
    end_s: float
    text: str
    segment: int
    timed: bool
    language: str

    @property
    def middle_s(self) -> float:
        return (self.start_s + self.end_s) / 2

    @property
    def bare(self) -> str:
        return "".join(letter for letter in self.text.lower() if letter.isalnum())

    def agrees(self, other: "_Word") -> bool:
        """Say whether this may be the same word as one that another window heard."""
        apart = self.timed and other.timed and abs(self.middle_s - other.middle_s) > APART_S
        return not apart and self.bare == other.bare


class Stitcher:
    """Take the segments of each window in turn, times counted from the start of the recording."""

    def __init__(self) -> None:
        self._held: list[_Word] = []
        self._held_until_s = 0.0
        self._numbers = itertools.count()

    def push(self, window: Sequence[Segment], start_s: float, end_s: float) -> Iterator[Segment]:
        """Add the window that lasts from `start_s` to `end_s`; yield what no later window can change."""
        words = [word for segment in window for word in self._words(segment)]
        settled = list(itertools.takewhile(lambda word: word.end_s <= start_s, self._held))
        self._held = _join(self._held[len(settled) :], words, start_s, self._held_until_s)
        self._held_until_s = end_s
        yield from _segments(settled)

    def finish(self) -> Iterator[Segment]:
        """Yield what is left."""
        yield from _segments(self._held)
        self._held = []

    def held_from_s(self, otherwise: float) -> float:
        """Return where the first word begins that a later window may change, `otherwise` when there is none."""
        return self._held[0].start_s if self._held else otherwise

    def _words(self, segment: Segment) -> Iterator[_Word]:
        number = next(self._numbers)
        for word in words_of(segment):
            yield _Word(
                word.start_s, word.end_s, word.text, number, timed=bool(segment.words), language=segment.language
            )


def _join(held: list[_Word], words: list[_Word], start_s: float, end_s: float) -> list[_Word]:
    """Join two runs of words that overlap from `start_s` to `end_s`."""
    middle_s = (start_s + end_s) / 2
    again = [word for word in words if word.start_s < end_s]
    first, second, size = _agreement(held, again, middle_s)
    if size:
        half = size // 2
        return held[: first + half] + words[second + half :]
    before = [word for word in held if word.middle_s < middle_s]
    return before + [word for word in words if word.middle_s >= middle_s]


def _agreement(held: list[_Word], again: list[_Word], middle_s: float) -> tuple[int, int, int]:
    """Return where the longest run of words begins that both heard, and how long it is, 0 when there is none.

    Of runs of one length it is the one nearest to the middle of the overlap.
    """
    best, found = (0, 0.0), (0, 0, 0)
    above = [0] * (len(again) + 1)
    for i, one in enumerate(held):
        row = [0] * (len(again) + 1)
        for j, other in enumerate(again):
            if not one.agrees(other):
                continue
            row[j + 1] = size = above[j] + 1
            enough = 1 if one.timed and other.timed else SHORTEST_AGREEMENT
            if size >= enough and (rank := (size, -abs(one.middle_s - middle_s))) > best:
                best, found = rank, (i - size + 1, j - size + 1, size)
        above = row
    return found


def _segments(words: list[_Word]) -> Iterator[Segment]:
    for _, group in itertools.groupby(words, key=lambda word: word.segment):
        together = list(group)
        timed = tuple(Word(word.start_s, word.end_s, word.text) for word in together if word.timed)
        text = "".join(word.text for word in together)
        yield Segment(together[0].start_s, together[-1].end_s, text.strip(), timed, together[0].language)
