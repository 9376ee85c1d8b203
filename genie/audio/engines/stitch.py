"""Join the texts of windows that overlap. Pure.

Where two windows heard the same words (the longest common run in the overlap), the join lies in the middle of them;
where they agree on nothing, it lies in the middle of the overlap, by the words' times.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from genie.audio.engine import Segment, Word
from genie.audio.timed import words_of

SHORTEST_AGREEMENT = 2
"""Words: a single one in common may be any "the"."""


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
    again = [word.bare for word in words if word.start_s < end_s]
    match = SequenceMatcher(None, [word.bare for word in held], again, autojunk=False).find_longest_match()
    if match.size >= SHORTEST_AGREEMENT:
        half = match.size // 2
        return held[: match.a + half] + words[match.b + half :]
    middle_s = (start_s + end_s) / 2
    before = [word for word in held if word.middle_s < middle_s]
    return before + [word for word in words if word.middle_s >= middle_s]


def _segments(words: list[_Word]) -> Iterator[Segment]:
    for _, group in itertools.groupby(words, key=lambda word: word.segment):
        together = list(group)
        timed = tuple(Word(word.start_s, word.end_s, word.text) for word in together if word.timed)
        text = "".join(word.text for word in together)
        yield Segment(together[0].start_s, together[-1].end_s, text.strip(), timed, together[0].language)
