"""Chess moves and chords as English words. Pure."""

import re
from types import MappingProxyType

from genie.audio.english.rule import Rule
from genie.number_words import spell

PIECES = MappingProxyType({"K": "king", "Q": "queen", "R": "rook", "B": "bishop", "N": "knight"})
CHECKS = MappingProxyType({"+": ", check", "#": ", checkmate"})
ACCIDENTALS = MappingProxyType({"#": " sharp", "♯": " sharp", "b": " flat", "♭": " flat"})
CHORDS = MappingProxyType(
    {"m": "minor", "min": "minor", "maj": "major", "dim": "diminished", "aug": "augmented", "sus": "suspended",
     "add": "add"}
)  # fmt: skip

_SQUARE = r"(?P<file>[a-h])(?P<rank>[1-8])(?P<check>[+#]?)(?!\w)"
_KIND = r"(?P<kind>maj|min|m|dim|aug|sus|add)"


def _move(match: re.Match[str]) -> str:
    """Say Nf3, exd5, Qxh7#: knight F three, E takes D five, queen takes H seven, checkmate."""
    who = PIECES.get(match["who"]) or match["who"].upper()
    over = f" {match['from'].upper()}" if match.groupdict().get("from") else ""
    takes = " takes" if match["takes"] else ""
    square = f"{match['file'].upper()}-{spell(int(match['rank']))}"  # a voice takes a lone "A" for the article
    return f"{who}{over}{takes} {square}{CHECKS.get(match['check'], '')}"


def _chord(match: re.Match[str]) -> str:
    """Say F#m7, Bb, Dm7: F sharp minor seven, B flat, D minor seven."""
    given = match.groupdict()
    words = [match["note"] + ACCIDENTALS.get(given.get("sign") or "", "")]
    if given.get("kind"):
        words.append(CHORDS[match["kind"]])
    if given.get("number"):
        words.append(spell(int(match["number"])))
    return " ".join(words)


RULES: tuple[Rule, ...] = (
    (re.compile(rf"(?<![\w.])(?P<who>[KQRBN])(?P<from>[a-h1-8]?)(?P<takes>x?){_SQUARE}"), _move),
    (re.compile(rf"(?<![\w.])(?P<who>[a-h])(?P<takes>x){_SQUARE}"), _move),
    (re.compile(r"(?<![\w-])O-O(-O)?(?![\w-])"), lambda match: "castles long" if match[1] else "castles"),
    (re.compile(rf"(?<![\w#&-])(?P<note>[A-G])(?P<sign>[#♯♭]){_KIND}?(?P<number>\d{{1,2}})?(?!\w)"), _chord),
    (re.compile(rf"(?<![\w#&-])(?P<note>[BE])(?P<sign>b){_KIND}?(?P<number>\d{{1,2}})?(?!\w)"), _chord),
    (re.compile(r"(?<![\w#&-])(?P<note>[ADG])(?P<sign>b)(?=\s(?:major|minor|flat|chord)\b)"), _chord),
    (re.compile(rf"(?<![\w#&-])(?P<note>[A-G]){_KIND}(?P<number>\d{{1,2}})(?!\w)"), _chord),
    (re.compile(r"(?<![\w#&-])(?P<note>[A-G])(?P<kind>m)(?=[,–-]|\s(?:chord|→)|\s[A-G][m,])"), _chord),
)
