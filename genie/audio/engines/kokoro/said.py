"""Phonemes that say a text, and which of its words stands where in them. Pure."""

import re
from bisect import bisect_left
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import accumulate

from genie.audio.engines.pieces import placed

WORD = re.compile(r"\S*\w\S*")
STRESS = "ˈˌ"
_SOUNDLESS = re.compile(r"\W|[ˈˌː]")
"""What two ways of writing one word's phonemes may differ in."""


@dataclass(frozen=True, slots=True)
class Place:
    """A word, the characters `start`..`end` of a text, which begins with the phoneme `at`."""

    start: int
    end: int
    at: int


@dataclass(frozen=True, slots=True)
class Said:
    """Phonemes, and the words that they say in order."""

    phonemes: str
    words: tuple[Place, ...] = ()

    def of(self, places: Sequence[int]) -> "Said":
        """Return this with the words of another text, in which each character stands at one of the places."""
        words = (Place(places[word.start], places[word.end - 1] + 1, word.at) for word in self.words)
        return Said(self.phonemes, tuple(words))

    def known(self, phonemes: Container[str]) -> "Said":
        """Return what is left where all but these phonemes are left out."""
        kept = [phoneme in phonemes for phoneme in self.phonemes]
        before = list(accumulate(kept, initial=0))
        words = (Place(word.start, word.end, before[word.at]) for word in self.words)
        return Said("".join(p for p, keep in zip(self.phonemes, kept, strict=True) if keep), tuple(words))

    def parts(self, longest: int) -> Iterator["Said"]:
        """Yield parts of at most `longest` phonemes, each with the words that begin in it."""
        last = 0
        for phonemes, places in placed(self.phonemes, longest):
            words = tuple(word for word in self.words if last <= word.at < places[-1])
            last = places[-1]
            yield Said(phonemes, tuple(Place(w.start, w.end, max(0, bisect_left(places, w.at))) for w in words))


def joined(several: Iterable[Said]) -> Said:
    """Return one after the other, a space between them."""
    phonemes, words = "", []
    for said in several:
        if said.phonemes:
            phonemes += " " if phonemes else ""
            words += [Place(word.start, word.end, len(phonemes) + word.at) for word in said.words]
            phonemes += said.phonemes
    return Said(phonemes, tuple(words))


def aligned(text: str, phonemes: str, alone: Callable[[str], str]) -> Said:
    """Find the words of a text in the phonemes that say all of it; `alone` says a word by itself.

    A word in company loses its stress, or its space before the next one ("of the" is one word then). So the phonemes
    are compared as one string with those of the words alone (difflib), and what differs is shared out by length.
    """
    words = [(match.span(), _bare(alone(match[0]))) for match in WORD.finditer(text)]
    words = [(span, sound) for span, sound in words if sound]
    sounds = [index for index, phoneme in enumerate(phonemes) if _bare(phoneme)]
    apart, together = "".join(sound for _, sound in words), "".join(phonemes[index] for index in sounds)
    if not words or not sounds:
        return Said(phonemes)
    starts = _starts(apart, together)
    begins = accumulate((len(sound) for _, sound in words), initial=0)
    places, last = [], 0
    for (span, _), begin in zip(words, begins, strict=False):
        last = max(last, _word_start(phonemes, sounds[min(starts[begin], len(sounds) - 1)]))
        places.append(Place(*span, last))
    return Said(phonemes, tuple(places))


def _starts(apart: str, together: str) -> list[int]:
    """Return for each phoneme of one string where in the other it is."""
    starts: list[int] = []
    for block in SequenceMatcher(None, apart, together, autojunk=False).get_matching_blocks():
        gap, room = block.a - len(starts), block.b - (starts[-1] + 1 if starts else 0)
        first = block.b - room
        starts += [first + room * step // max(1, gap) for step in range(gap)]
        starts += range(block.b, block.b + block.size)
    return starts


def _word_start(phonemes: str, at: int) -> int:
    """Return where the word begins that has a phoneme near its start, with its stress."""
    for near in (at, at - 1, at + 1):
        if near <= 0 or (near < len(phonemes) and phonemes[near - 1] in " " + STRESS):
            at = max(0, near)
            break
    while at > 0 and phonemes[at - 1] in STRESS:
        at -= 1
    return at


def _bare(phonemes: str) -> str:
    return _SOUNDLESS.sub("", phonemes)
