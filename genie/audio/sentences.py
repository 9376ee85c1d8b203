"""Cut a stream of text into speakable pieces: the first one short, so that sound comes soon, later ones more. Pure."""

import re
from collections.abc import Iterator

FIRST_CHARS = 100
"""Characters after which the first piece is cut even without punctuation: somebody is waiting for it."""

FIRST_WORDS = 3
"""Words a first piece needs before a comma may end it: voices sound odd on less."""

MAX_CHARS = 300
"""Characters of a later piece: neural voices rush through more."""

LINK_CHARS = 200
"""Characters after which an open bracket is no longer taken for the text of a link."""

CLOSERS = r"""["'”’»)\]*_]*"""

BOUNDARY = re.compile(
    rf"""(?P<stop>[.!?…]+{CLOSERS})(?=\s)
       | (?P<wide>[。！？]+[」』”’）]*)(?=[^。！？」』”’）])
       | (?P<clause>[,;:]{CLOSERS}(?=\s) | [—–]+(?=[^—–]) | (?<=\s)-+(?=\s) | [，；：、])
       | (?P<line>\n)""",
    re.VERBOSE,
)
BLOCK = re.compile(r"#{1,6}\s|[-*+•]\s|\d{1,3}[.)]\s|>|\||```|~~~")
"""How a line begins that is no continuation of the line above it."""

BLOCK_CHARS = 5
"""Characters of a line that tell whether it begins a block."""

VISIBLE = re.compile(r"\S")
FENCE = re.compile(r"```|~~~")
FENCE_END = re.compile(r"\n[ \t]*(?:`{3,}|~{3,})[ \t]*(?=\n)")

NEVER_LAST = re.compile(
    r"mr|mrs|ms|dr|prof|st|gen|sen|rep|gov|capt|cpt|sgt|col|lt|maj|rev|hon|pres|vs|approx|dept|est|cf|viz|resp|incl"
    r"|bzw|ca|evtl|ggf|hr|fr|nr|str|mme|mlle|sra|srta",
    re.IGNORECASE,
)
"""Abbreviations that something always follows."""

MAYBE_LAST = re.compile(
    r"etc|inc|ltd|co|corp|jr|sr|bros|al|[ap]\.m|usw|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec"
    r"|mon|tues?|wed|thu(?:rs?)?|fri|sat|sun",
    re.IGNORECASE,
)
"""Abbreviations that end a sentence when a capital letter follows."""

BEFORE_NUMBERS = re.compile(r"nos?|pp?|vol|ch|figs?|eq|sec|art", re.IGNORECASE)
"""Abbreviations only in front of a number: "No. 5", but "No. I will not."."""

DOTTED = re.compile(r"(?:\w\.)+\w")


class SentenceSplitter:
    """Take text in pieces of any size and give it back in pieces worth speaking, each as soon as it is certain.

    Joined, the pieces are the text, apart from white space between them. How the text was pushed makes no difference.
    """

    def __init__(self) -> None:
        self._text = ""
        self._given = 0

    def push(self, text: str) -> list[str]:
        """Add text and return the pieces that are complete."""
        self._text += text
        return list(self._complete())

    def finish(self) -> list[str]:
        """Return the pieces of what is left, and be ready for the next text."""
        self._text += "\n\n"
        rest = [*self._complete(), self._text.strip()]
        self._text, self._given = "", 0
        return [piece for piece in rest if piece]

    def _complete(self) -> Iterator[str]:
        while True:
            self._text = self._text.lstrip()
            end = _first_end(self._text) if self._given == 0 else _later_end(self._text, sentences=min(self._given, 2))
            if end is None:
                return
            yield self._text[:end].rstrip()
            self._text = self._text[end:]
            self._given += 1


def _first_end(text: str) -> int | None:
    """Return where the first piece ends: at a sentence, or sooner at a clause of some words."""
    if FENCE.match(text):
        return _fence_end(text)
    for end, strong in _boundaries(text):
        if end is None:
            return None
        if end > FIRST_CHARS:
            break
        if strong or _words(text[:end]) >= FIRST_WORDS:
            return end
    return _space_before(text, FIRST_CHARS) if len(text) > FIRST_CHARS else None


def _later_end(text: str, sentences: int) -> int | None:
    """Return where a piece of so many sentences ends, or a shorter one where that would be too long."""
    if FENCE.match(text):
        return _fence_end(text)
    sentence = clause = 0
    for end, strong in _boundaries(text):
        if end is None:
            return None
        if end > MAX_CHARS:
            break
        clause = end
        if strong:
            sentence = end
            sentences -= 1
            if sentences == 0 or FENCE.match(text, _next_visible(text, end)):
                return end
    if len(text) <= MAX_CHARS:
        return None
    return sentence or clause or _space_before(text, MAX_CHARS)


def _boundaries(text: str) -> Iterator[tuple[int | None, bool]]:
    """Yield where text may be cut, and whether a sentence ends there; None when that depends on text to come."""
    for match in BOUNDARY.finditer(text, 0, MAX_CHARS + 1):
        if _inside_link(text, match.start()):
            continue
        strong: bool | None
        match match.lastgroup:
            case "stop":
                strong = _is_last(text, match)
            case "line":
                strong = _ends_block(text, match.end())
            case kind:
                strong = kind == "wide"
        if strong is None:
            yield None, False
            return
        if strong or match.lastgroup == "clause":
            yield match.end(), strong


def _is_last(text: str, match: re.Match[str]) -> bool | None:
    """Say whether a sentence ends with this stop, None when it depends on what follows."""
    mark = match["stop"]
    word = re.split(r"[\s(\[\"'“‘*_/]", text[: match.start()])[-1]
    at = _next_visible(text, match.end())
    follows = text[at] if at < len(text) else ""
    if mark.startswith(("..", "…")):
        return None if not follows else not follows.islower()
    if not mark.startswith("."):
        return True
    if MAYBE_LAST.fullmatch(word):
        return None if not follows else follows.isupper()
    if BEFORE_NUMBERS.fullmatch(word):
        return None if not follows else not follows.isdigit()
    initial = len(word) == 1 and word.isupper() and word != "I"
    numbering = word.isdigit() and not text[: match.start()].rpartition("\n")[2].removesuffix(word).strip()
    return not (initial or numbering or NEVER_LAST.fullmatch(word) or DOTTED.fullmatch(word))


def _ends_block(text: str, at: int) -> bool | None:
    """Say whether a line break ends a paragraph, a heading or a list item, None when the next line is not known."""
    line = text[: at - 1].rpartition("\n")[2].lstrip()
    if line.startswith(("#", "|")):
        return True
    following = text[at:].lstrip(" \t")
    if len(following) < BLOCK_CHARS and "\n" not in following:
        return None
    return following.startswith("\n") or BLOCK.match(following) is not None


def _inside_link(text: str, at: int) -> bool:
    return text.rfind("[", max(0, at - LINK_CHARS), at) > text.rfind("]", 0, at)


def _fence_end(text: str) -> int | None:
    """Return the end of a block of code, which stays whole however long it is: nobody reads it aloud."""
    match = FENCE_END.search(text)
    return match.end() if match else None


def _space_before(text: str, limit: int) -> int:
    """Return the last place up to `limit` between two words, or `limit` when there is only one."""
    spaces = [match.start() for match in re.finditer(r"\s+", text[: limit + 1])]
    return spaces[-1] if spaces else limit


def _next_visible(text: str, at: int) -> int:
    match = VISIBLE.search(text, at)
    return match.start() if match else len(text)


def _words(text: str) -> int:
    """Count words; scripts without spaces take about two characters for one."""
    dense = sum("\u3040" <= letter <= "\u9fff" for letter in text)
    return len(text.split()) + dense // 2
