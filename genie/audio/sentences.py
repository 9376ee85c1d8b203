"""Cut a stream of text into pieces worth speaking: where a speaker would pause, as long as there is time for. Pure."""

import re
from dataclasses import dataclass

from genie.audio.boundaries import Cut, End, boundaries, next_visible
from genie.audio.seams import INSIDE, SEAM, SEEN, STOPS, ease

LEAST_WORDS = 3
"""Words a piece needs before a comma may end it: voices sound odd on less."""

ENOUGH = 80
"""Letters after which a piece ends with its sentence; shorter sentences are spoken together."""

LONGEST = 300
"""Characters of a piece: neural voices rush through more."""

STRETCH = 1.25
"""How much longer a piece may be that so ends with a clause and not between two words."""

SHORT = 8
"""Characters below which a piece is the worse the shorter it is: voices sound odd on a word or two."""

BAD = -0.4
"""What the best place between two words may be like (`ease`) before a better one is sought beyond reach."""

MARKED = 100
"""Characters beyond reach within which what is marked up on both sides may end, not to be parted."""

FENCE = re.compile(r"(?:>[ \t]?)*(?P<fence>`{3,}|~{3,})")


@dataclass(frozen=True, slots=True)
class Written:
    """A piece of a text as it is written."""

    text: str
    end: End


class SentenceSplitter:
    """Take text in parts of any size and give it back in pieces worth speaking, each as soon as it is certain.

    Joined, the pieces are the text, apart from white space between them. How the text was pushed makes no difference.
    """

    def __init__(self) -> None:
        self._text = ""
        self._first = True
        self._closed = False
        self._sought = 0

    @property
    def ended(self) -> bool:
        """Whether nothing is left, and nothing will come."""
        return self._closed and not self._text

    def push(self, text: str) -> None:
        """Add text."""
        self._text = (self._text + text).lstrip()

    def close(self) -> None:
        """Say that no more text comes."""
        self._closed = True
        self._text = self._text.rstrip() + "\n\n" if self._text else ""

    def take(self, limit: int, *, now: bool = False) -> Written | None:
        """Return the next piece, of about `limit` letters at most, or None when it takes more text to be certain.

        `now`: take what is complete of a sentence or clause although more of it may be to come.
        """
        if not self._text:
            return None
        fence = FENCE.match(self._text)
        cut = self._fence_end(fence["fence"]) if fence else self._cut(limit, now=now)
        if cut is None and not self._closed:
            return None
        end, kind = cut or (len(self._text), End.BLOCK)
        text, self._text = self._text[:end].rstrip(), self._text[end:].lstrip()
        self._first, self._sought = False, 0
        return Written(text, End.BLOCK if self.ended else kind)

    def _cut(self, limit: int, *, now: bool) -> Cut | None:
        """Return where the next piece ends: with a sentence, else with a clause, else between two words."""
        text, reach, enough = self._text, _reach(self._text, limit), _reach(self._text, ENOUGH)
        stretch = max(reach, min(round(reach * STRETCH), LONGEST))
        sentence: Cut | None = None
        clause: Cut | None = None
        for end, kind in boundaries(text, stretch):
            if end is None:
                return (sentence or clause) if now else None
            found = sentence or clause
            if found and end > reach:
                return found
            if kind is not End.CLAUSE:
                sentence = end, kind
                if self._first or kind is End.BLOCK or end >= min(enough, reach) or _is_code(text, end):
                    return sentence
            elif _words(text[:end]) >= LEAST_WORDS:
                clause = end, kind
                if self._first or end > reach:
                    return clause
        known = text if self._closed else text.rstrip()
        if len(known) > (reach if self._closed else stretch + SEEN):
            return sentence or clause or _between_words(known, reach, reach if self._first else stretch)
        return (sentence or clause) if now else None

    def _fence_end(self, fence: str) -> Cut | None:
        """Return the end of a block of code, which stays whole however long it is: nobody reads it aloud."""
        match = re.compile(rf"\n[ \t>]*{fence}[`~]*[ \t]*(?=\n)").search(self._text, self._sought)
        if match is None:
            self._sought = max(0, self._text.rfind("\n"))
        return (match.end(), End.BLOCK) if match else None


def _is_code(text: str, at: int) -> bool:
    """Say whether a block of code follows."""
    return FENCE.match(text, next_visible(text, at)) is not None


def _reach(text: str, limit: int) -> int:
    """Return how many characters are `limit` letters: a digit is spoken as long as four, a dense letter as three."""
    weight = 0
    for at, letter in enumerate(text[:limit]):
        weight += 4 if letter.isdigit() else 3 if "\u3040" <= letter <= "\ud7af" else 1
        if weight > limit:
            return max(at, 1)
    return limit


def _between_words(text: str, reach: int, stretch: int) -> Cut | None:
    """Return the best place between two words, None when there is none yet.

    Only where every place within reach is a bad one it may lie beyond. A word is not cut unless it is longer than any
    piece.
    """
    seams = [seam.start() for seam in SEAM.finditer(text, 1, stretch + 1)]
    seams = [at for at in seams if next_visible(text, at) < len(text)]
    if near := [at for at in seams if at <= reach]:
        best = max(near, key=lambda at: _worth(text, at, reach))
        if ease(text, best) <= INSIDE:
            return _behind_marks(text, reach, best)
        if ease(text, best) < BAD:
            best = next((at for at in seams[len(near) :] if ease(text, at) > 0), best)
        return best, End.CLAUSE if text[best - 1] in STOPS else End.WORD
    if (seam := SEAM.search(text, 1, LONGEST + 1)) is not None:
        return seam.start(), End.WORD
    return (LONGEST, End.WORD) if len(text) > LONGEST else None


def _behind_marks(text: str, reach: int, otherwise: int) -> Cut | None:
    """Return the first place behind what is marked up on both sides, as a link or bold words are.

    None where that may be still to come; `otherwise` where it does not end soon: a lone sign marks nothing up.
    """
    for seam in SEAM.finditer(text, reach, reach + MARKED + 1):
        if ease(text, at := seam.start()) > INSIDE and next_visible(text, at) < len(text):
            return at, End.WORD
    return (otherwise, End.WORD) if len(text) > reach + MARKED + SEEN else None


def _worth(text: str, at: int, reach: int) -> float:
    """Return how good a piece is that ends at a seam: the longer the better, unless it is shorter than two words."""
    return at / reach + ease(text, at) - 2 * max(0.0, 1 - at / SHORT)


def _words(text: str) -> int:
    """Count words; scripts without spaces take about two characters for one."""
    dense = sum("\u3040" <= letter <= "\u9fff" for letter in text)
    return len(text.split()) + dense // 2
