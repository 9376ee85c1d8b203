"""Arithmetic in words or symbols, cut into numbers and operators. Pure."""

import re
from fractions import Fraction
from types import MappingProxyType

from genie.number_words import read_number, read_ordinal

Token = Fraction | str

MAX_WORDS = 200
"""Words of one expression: more is not a sum that somebody speaks, and the parser's depth stays small."""

_SIGNS = str.maketrans({"×": "*", "·": "*", "⋅": "*", "∙": "*", "÷": "/", "−": "-", "–": "-", "√": " sqrt "})
_COMMAS = re.compile(r"(?<![\d.])\d{1,3}(?:,\d{3})+(?![\d,])")
_PIECE = re.compile(
    r"\s*(\d{1,2}(?:st|nd|rd|th)\b|\d{1,9}/[1-9]\d{0,8}(?= of\b)|\d+(?:\.\d+)?|\.\d+|[a-z]+|\*\*|[-+*/^%!(),²³])"
)
_HYPHEN = re.compile(r"(?<=[a-z])-(?=[a-z])")

_TWO, _THREE = Fraction(2), Fraction(3)

_PHRASES: MappingProxyType[tuple[str, ...], tuple[Token, ...]] = MappingProxyType(
    {
        tuple(words.split()): tokens
        for words, tokens in (
            ("raised to the power of", ("^",)),
            ("to the power of", ("^",)),
            ("to the power", ("^",)),
            ("raised to", ("^",)),
            ("multiplied by", ("*",)),
            ("divided by", ("/",)),
            ("square root of", ("root", _TWO)),
            ("cube root of", ("root", _THREE)),
            ("sum of", ("sum",)),
            ("difference between", ("difference",)),
            ("difference of", ("difference",)),
            ("product of", ("product",)),
            ("quotient of", ("quotient",)),
            ("average of", ("average",)),
            ("factorial of", ("factorial",)),
            ("square of", ("square",)),
            ("cube of", ("cube",)),
            ("root of", ("root", _TWO)),
            ("per cent", ("percent",)),
            ("open bracket", ("(",)),
            ("close bracket", (")",)),
            ("open parenthesis", ("(",)),
            ("close parenthesis", (")",)),
            ("plus", ("+",)),
            ("minus", ("-",)),
            ("negative", ("-",)),
            ("times", ("*",)),
            ("x", ("*",)),
            ("over", ("/",)),
            ("modulo", ("mod",)),
            ("modulus", ("mod",)),
            ("squared", ("^", _TWO)),
            ("cubed", ("^", _THREE)),
            ("²", ("^", _TWO)),
            ("³", ("^", _THREE)),
            ("**", ("^",)),
            ("factorial", ("!",)),
            ("sqrt", ("root", _TWO)),
            ("cbrt", ("root", _THREE)),
            ("the", ()),
        )
    }
)
_SIGN_WORDS = frozenset({"percent", "of", "and", "from", "by", "to", "mod", "root", "twice", "double"})
_ORDERS = frozenset({"add", "subtract", "multiply", "divide"})
_ITSELF = _SIGN_WORDS | _ORDERS | frozenset("+-*/^%!(),")


def tokens(text: str, *, join: bool = True) -> list[Token] | None:
    """Return the tokens of a lower-case expression, or None when it holds a word that is no arithmetic.

    `join` says whether "and" may belong to a number (see `read_number`).
    """
    words = _pieces(text)
    if words is None or len(words) > MAX_WORDS:
        return None
    found: list[Token] = []
    place = 0
    while place < len(words):
        step = _operator(words, place) or _number(words, place, join)
        if step is None:
            return None
        found += step[0]
        place = step[1]
    return found


def _pieces(text: str) -> list[str] | None:
    text = _COMMAS.sub(lambda match: match[0].replace(",", ""), text.translate(_SIGNS))
    text = _HYPHEN.sub(" ", text).rstrip()
    words, place = [], 0
    while place < len(text):
        match = _PIECE.match(text, place)
        if match is None:
            return None
        words.append(match[1])
        place = match.end()
    return words


Step = tuple[tuple[Token, ...], int]


def _operator(words: list[str], place: int) -> Step | None:
    if found := _ordinal_power(words, place) or _ordinal_root(words, place):
        return found
    for length in (5, 4, 3, 2, 1):
        phrase = tuple(words[place : place + length])
        if phrase in _PHRASES:
            return _PHRASES[phrase], place + length
    return ((words[place],), place + 1) if words[place] in _ITSELF else None


def _number(words: list[str], place: int, join: bool) -> Step | None:
    if "/" in words[place]:  # a share, "1/2 of": the pattern of pieces lets no other slash through with its digits
        return (Fraction(words[place]),), place + 1
    found = read_number(words, place, join=join)
    return ((found[0],), found[1]) if found else None


def _ordinal_power(words: list[str], place: int) -> Step | None:
    """Read "to the third (power)", "to the 3rd"."""
    if words[place : place + 2] != ["to", "the"]:
        return None
    found = read_ordinal(words, place + 2)
    if found is None:
        return None
    return ("^", Fraction(found[0])), found[1] + (words[found[1] : found[1] + 1] == ["power"])


def _ordinal_root(words: list[str], place: int) -> Step | None:
    """Read "fifth root of"."""
    found = read_ordinal(words, place)
    if found is None or words[found[1] : found[1] + 2] != ["root", "of"]:
        return None
    return ("root", Fraction(found[0])), found[1] + 2
