"""Cut a stream of text into pieces worth speaking: where a speaker would pause, as long as there is time for. Pure."""

import re
from dataclasses import dataclass

from genie.audio.boundaries import Cut, End, boundaries, inside_link, next_visible

LEAST_WORDS = 3
"""Words a piece needs before a comma may end it: voices sound odd on less."""

ENOUGH = 80
"""Letters after which a piece ends with its sentence; shorter sentences are spoken together."""

LONGEST = 300
"""Characters of a piece: neural voices rush through more."""

STRETCH = 1.25
"""How much longer a piece may be that so ends with a clause and not between two words."""

SEEN = 12
"""Characters beyond a piece that tell with what words it goes on."""

FENCE = re.compile(r"```|~~~")
FENCE_END = re.compile(r"\n[ \t]*(?:`{3,}|~{3,})[ \t]*(?=\n)")

DENSE = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
"""Letters of which one is a syllable or more, in scripts that need no space between words."""

SEAM = re.compile(rf"\s+|(?<=[{DENSE}])(?=[{DENSE}])")
"""Where words part."""

JOINING = """and but or nor because which who whose whom where while until unless although though since than
    und oder aber weil dass wenn et ou mais parce qui dont pero porque donde ma perché"""
"""Words that begin a phrase, and a speaker may draw breath before."""

LEADING = """in on at to for from with without by of into over under after before between through about during that
    when if is are was were has have had will would can could should must may might
    in im mit von vom für auf bei nach aus zu zum zur ist sind hat
    dans avec pour sur de est sont con para por en es son per è"""
"""Words that may begin a phrase, and never end one."""

LEANING = """the a an my your his her its our their this these those no not very so as please
    twenty thirty forty fifty sixty seventy eighty ninety point
    der die das den dem des ein eine einen einem einer le la les un une des el los las il lo gli i uno"""
"""Words that lean on the next one."""

JOINS, LEADS = frozenset(JOINING.split()), frozenset(LEADING.split())
LEANS = JOINS | LEADS | frozenset(LEANING.split())


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
        cut = self._fence_end() if FENCE.match(self._text) else self._cut(limit, now=now)
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
        if len(text) > (reach if self._closed else stretch + SEEN):
            return sentence or clause or _between_words(text, reach)
        return (sentence or clause) if now else None

    def _fence_end(self) -> Cut | None:
        """Return the end of a block of code, which stays whole however long it is: nobody reads it aloud."""
        match = FENCE_END.search(self._text, self._sought)
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


def _between_words(text: str, reach: int) -> Cut | None:
    """Return the best place between two words, None when there is none yet.

    A word is not cut unless it is longer than any piece.
    """
    seams = [seam.start() for seam in SEAM.finditer(text, 1, reach + 1)]
    if seams and next_visible(text, seams[-1]) < len(text):
        return max(seams, key=lambda at: at / reach + _ease(text, at)), End.WORD
    if (seam := SEAM.search(text, 1, LONGEST + 1)) is not None:
        return seam.start(), End.WORD
    return (LONGEST, End.WORD) if len(text) > LONGEST else None


def _ease(text: str, at: int) -> float:
    """Return how well a text is parted here: above zero where a phrase begins, below where words belong together."""
    last, following = text[:at].split()[-1].lower(), text[at : at + SEEN].split()[0].lower()
    ease = 0.5 if following in JOINS else 0.3 if following in LEADS else 0.0
    if last in LEANS or last.endswith(".") or last[-1].isdigit():
        ease -= 1
    ease -= {0: 2, 1: 2, 2: 0.6}.get(_words(text[:at]), 0)
    return ease if _is_seam(text, at) else ease - 4


def _is_seam(text: str, at: int) -> bool:
    """Say whether what is marked up with signs on both sides is not cut here."""
    before = text[:at]
    return not (inside_link(text, at) or any(before.count(sign) % 2 for sign in ("`", "**", "*", "_")))


def _words(text: str) -> int:
    """Count words; scripts without spaces take about two characters for one."""
    dense = sum("\u3040" <= letter <= "\u9fff" for letter in text)
    return len(text.split()) + dense // 2
