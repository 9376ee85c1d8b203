"""Where a text may be cut to be spoken piece by piece, and how it ends there. Pure."""

import re
from collections.abc import Iterator
from enum import IntEnum

LINK_CHARS = 200
"""Characters after which an open bracket is no longer taken for the text of a link."""

QUOTED_CHARS = 100
"""Characters after which what opened a piece of code or a formula is no longer taken for that."""

QUOTED = re.compile(
    rf"""`[^`\n]{{1,{QUOTED_CHARS}}}(?P<code>`|\Z)
       | (?<![\w$\\])\$(?![\s\d$])
         (?:[^$\n]{{0,{QUOTED_CHARS - 1}}}[^$\s](?P<formula>\$)|[^$\n]{{0,{QUOTED_CHARS}}}\Z)""",
    re.VERBOSE,
)
"""Code and formulas in a line, from their first sign to their last, or to the end of what has come; no prices."""

CLOSERS = r"""["'”’»)\]*_]*"""

BOUNDARY = re.compile(
    rf"""(?P<stop>[.!?…]+{CLOSERS})(?=\s)
       | (?P<wide>[。！？]+[」』”’）]*)(?=[^。！？」』”’）])
       | (?P<clause>[,;:]{CLOSERS}(?=\s) | [—–]*—[—–]*(?=[^—–]) | (?<=\s)[-–]+(?=\s+[^\s\d(+$€£¥]) | [，；：、])
       | (?P<line>\n)""",
    re.VERBOSE,
)
"""An en dash within a word is a range (1643–1715, Mon–Fri), and one before a number a range or a minus: no pause."""

BLOCK = re.compile(r"#{1,6}\s|[-*+•]\s|\d{1,3}[.)]\s|>|\||```|~~~")
"""How a line begins that is no continuation of the line above it."""

BLOCK_CHARS = 5
"""Characters of a line that tell whether it begins a block."""

INDENT = re.compile(r"[ \t]*")
VISIBLE = re.compile(r"\S")

NEVER_LAST = re.compile(
    r"mr|mrs|ms|dr|prof|st|gen|sen|rep|gov|capt|cpt|sgt|col|lt|maj|rev|hon|pres|vs|approx|dept|est|cf|viz|resp|incl"
    r"|mts?|(?-i:Ft)|bzw|ca|evtl|ggf|hr|fr|nr|str|mme|mlle|sra|srta",
    re.IGNORECASE,
)
"""Abbreviations that something always follows."""

MAYBE_LAST = re.compile(
    r"etc|inc|ltd|co|corp|jr|sr|bros|al|[ap]\.m|usw|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec"
    r"|mon|tues?|wed|thu(?:rs?)?|fri|sat|sun|(?-i:ft)|in|lbs?|oz|tbsp|tsp|pkgs?|hrs?|mins?|secs?|yrs?|max|avg|temp",
    re.IGNORECASE,
)
"""Abbreviations that end a sentence when a capital letter follows."""

BEFORE_NUMBERS = re.compile(
    r"nos?|pp?|vols?|ch|figs?|eq|sec|art|op|ref|ext|pop|rs|(?-i:c)"
    r"|ex|lev|deut|ps|prov|isa|jer|matt|mk|lk|jn|rom|cor|gal|eph|phil|heb",
    re.IGNORECASE,
)
"""Abbreviations only in front of a number: "No. 5", but "No. I will not."."""

ROMAN = re.compile(r"[IVXLC]{2,}")
"""What may be the number of a king: "Henry VIII. was", but "He wrote of Henry VIII. Then …"."""

DOTTED = re.compile(r"(?:\w\.)+\w")

COUNTED = re.compile(r"\d(?:st|nd|rd|th)?\Z")
"""What stands before a comma that may be within a date or a list of numbers: July 4, 1776."""

FACTORIAL = "=+-−–*/×÷·<>≤≥≈"
"""What follows a factorial, which is no exclamation: 5! = 120."""


class End(IntEnum):
    """How a piece ends."""

    WORD = 0
    """Between two words, without any punctuation."""
    CLAUSE = 1
    SENTENCE = 2
    BLOCK = 3
    """A paragraph or a heading ends, or all of the text."""


Cut = tuple[int, End]
"""Where a text may be cut, and how it ends there."""


def boundaries(text: str, reach: int) -> Iterator[Cut | tuple[None, End]]:
    """Yield where text may be cut, and how it ends there; None when that depends on text to come."""
    quoted = _Quoted(text, reach)
    for match in BOUNDARY.finditer(text, 0, reach + 1):
        if inside_link(text, match.start()) or (inside := quoted.has(match.start())):
            continue
        end: End | None
        match match.lastgroup:
            case _ if inside is None:
                end = None
            case "stop":
                end = _end_of_stop(text, match)
            case "line":
                end = _end_of_line(text, match.end())
            case "clause" if text[match.start()] == ",":
                end = _end_of_comma(text, match)
            case kind:
                end = End.SENTENCE if kind == "wide" else End.CLAUSE
        if end is None:
            yield None, End.WORD
            return
        if end is not End.WORD and match.end() <= reach:
            yield match.end(), end


class _Quoted:
    """What is code or a formula in a text, up to a place; asked for one place after the other."""

    def __init__(self, text: str, reach: int) -> None:
        self._found = QUOTED.finditer(text, 0, reach + QUOTED_CHARS + 4)  # what is open there begins behind `reach`
        self._next = next(self._found, None)

    def has(self, at: int) -> bool | None:
        """Say whether a place is inside of one, None when that depends on text to come."""
        while self._next is not None and self._next.end() <= at:
            self._next = next(self._found, None)
        if self._next is None or at < self._next.start():
            return False
        return True if self._next["code"] or self._next["formula"] else None


def _end_of_stop(text: str, match: re.Match[str]) -> End | None:
    """Return whether a sentence ends with this stop or the words go on, None when it depends on what follows."""
    last = _is_last(text, match)
    return None if last is None else End.SENTENCE if last else End.WORD


def _end_of_comma(text: str, match: re.Match[str]) -> End | None:
    """Return whether a clause ends with this comma; it does not between two numbers."""
    if not COUNTED.search(text, max(0, match.start() - 3), match.start()):
        return End.CLAUSE
    follows = _visible(text, match.end())
    return None if not follows else End.WORD if follows.isdigit() else End.CLAUSE


def _is_last(text: str, match: re.Match[str]) -> bool | None:
    """Say whether a sentence ends with this stop, None when it depends on what follows."""
    mark = match["stop"]
    word = re.split(r"[\s(\[\"'“‘*_/–-]", text[: match.start()])[-1]
    follows = _visible(text, match.end())
    if mark == "!" and word[-1:].isdigit():
        return None if not follows else follows not in FACTORIAL
    if mark.startswith(("..", "…")):
        return None if not follows else not follows.islower()
    if not mark.startswith("."):
        return True
    if MAYBE_LAST.fullmatch(word):
        return None if not follows else follows.isupper()
    numbering = not text[: match.start()].rpartition("\n")[2].removesuffix(word).strip()
    if ROMAN.fullmatch(word) and not numbering:
        return None if not follows else not follows.islower()
    if BEFORE_NUMBERS.fullmatch(word):
        return None if not follows else not (follows.isdigit() or follows == "(")
    initial = len(word) == 1 and word.isupper() and word != "I"
    numbering = numbering and (word.isdigit() or bool(ROMAN.fullmatch(word)))
    return not (initial or numbering or NEVER_LAST.fullmatch(word) or DOTTED.fullmatch(word))


def _end_of_line(text: str, at: int) -> End | None:
    """Return what a line break ends: a paragraph or heading, a list item, or nothing; None when that is not known."""
    line = text[: at - 1].rpartition("\n")[2].lstrip()
    if line.startswith("#"):
        return End.BLOCK
    if line.startswith("|"):
        return End.SENTENCE
    indent = INDENT.match(text, at)
    start = indent.end() if indent else at
    following = text[start : start + BLOCK_CHARS]
    if len(following) < BLOCK_CHARS and "\n" not in following:
        return None
    if following.startswith("\n"):
        return End.BLOCK
    return End.SENTENCE if BLOCK.match(following) else End.WORD


def inside_link(text: str, at: int) -> bool:
    """Say whether a place is inside the text of a link, as far as is known."""
    return text.rfind("[", max(0, at - LINK_CHARS), at) > text.rfind("]", 0, at)


def _visible(text: str, at: int) -> str:
    """Return the next character that is no white space, "" when none has come."""
    return text[at] if (at := next_visible(text, at)) < len(text) else ""


def next_visible(text: str, at: int) -> int:
    """Return where the next character stands that is no white space, or the length of the text."""
    match = VISIBLE.search(text, at)
    return match.start() if match else len(text)
