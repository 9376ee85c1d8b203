"""Telephone numbers, scores, and what lies between two numbers, as English words. Pure."""

import re
from types import MappingProxyType

from genie.audio.english.numbers import by_digits, each, said
from genie.audio.english.rule import Rule, any_of

PLAYED = re.compile(
    r"\b(?:w[oi]ns?|beat|beats|lost|loses?|leads?|led|scored?|scores|dr[ae]w|tied|ties|defeat(?:s|ed)?|victory|goals?|match|"
    r"game|final|half-time|halftime|result)\b",
    re.IGNORECASE,
)
BOUNDS = MappingProxyType(
    {"<": "less than", ">": "more than", "≤": "at most", "<=": "at most", "≥": "at least", ">=": "at least"}
)
"""What is said of a sign that stands right before a number, and behind none."""

NEAR = 80
"""Characters around a pair of numbers that tell whether it is a score."""


def _telephone(match: re.Match[str]) -> str:
    """Say each digit, with a pause between the groups."""
    groups = re.findall(r"\d+", match[0])
    if not 7 <= sum(map(len, groups)) <= 15:
        return match[0]
    words = ", ".join(by_digits(group) if len(group) > 4 else each(group) for group in groups)
    return f"plus {words}" if match[0].lstrip("(").startswith("+") else words


def _called(match: re.Match[str]) -> str:
    """Say the digits of 911 where somebody is to call it, and those of a code."""
    return match[1] + "".join(_group(part) for part in re.split(r"(\d+)", match[2]))


def _group(part: str) -> str:
    if part.isdecimal():
        return each(part) if len(part) <= 4 else by_digits(part)
    return ", " if part in (" ", "-") else part


def _card(match: re.Match[str]) -> str:
    return ", ".join(each(group) for group in re.findall(r"\d+", match[0]))


def _pair(match: re.Match[str], *, british: bool) -> str:
    """Say "to" between two numbers of a range or a score; others may be codes."""
    low, high = match["low"], match["high"]
    rises = float(low) < float(high)
    if (len(low), len(high)) == (3, 4) or max(len(low), len(high)) > (6 if rises else 3):
        return match[0]
    if british and "0" in (low, high) and _played(match):
        return f"{said(low) if low != '0' else 'nil'} {said(high) if high != '0' else 'nil'}"
    return f"{low} to {high}"


def _sets(match: re.Match[str]) -> str:
    """Say 6-4, 3-6, 7-6 (7-5) as tennis does; where each pair rises they are ranges."""
    pairs = re.findall(r"(\d)[-–](\d)", re.sub(r"\(.*?\)", "", match[0]))
    if all(low < high for low, high in pairs) or any(not {"6", "7"} & set(pair) for pair in pairs):
        return match[0]
    return re.sub(r"(?<=\d)[-–](?=\d)", " ", match[0])


def _enumerated(match: re.Match[str]) -> str:
    """Say 1) first 2) second, but not (x + 1)."""
    before = match.string[max(0, match.start() - NEAR) : match.start()]
    return match[0] if before.rfind("(") > before.rfind(")") else f"{match[1]},"


def _played(match: re.Match[str]) -> bool:
    around = match.string[max(0, match.start() - NEAR) : match.end() + NEAR]
    return PLAYED.search(around) is not None


_CODES = r"(?:zip|postal|area|access|pin|security|verification|confirmation|country|status|error) code|code(?= is )"

DIGIT = r"(?<![\w.,/:-])"
END = r"(?![\w/:]|-\w|[.,]\d)"

_SET = r"[0-7][-–][0-7](?: \(\d{1,2}[-–]\d{1,2}\))?"

TELEPHONES: tuple[Rule, ...] = (
    (
        re.compile(
            rf"(?<![\w.,/(])\(?\+\d{{1,15}}\)?(?:[ .-]?\(\d{{1,5}}\)\d{{0,12}})?(?:[ .-]\d{{1,12}}){{0,6}}{END}"
        ),
        _telephone,
    ),
    (re.compile(rf"(?<![\w.,/])(?:1[ .-]?)?\(\d{{2,5}}\)[ .-]?\d{{3,8}}(?:[ .-]\d{{2,8}}){{0,4}}{END}"), _telephone),
    (re.compile(rf"{DIGIT}(?:1-)?(?:\d{{3}}[.-])?\d{{3}}[.-]\d{{4}}{END}"), _telephone),
    (re.compile(rf"{DIGIT}(?:1 )?\d{{3}} \d{{3}} \d{{4}}{END}"), _telephone),
    (re.compile(rf"{DIGIT}0\d{{1,5}}(?:[ -/]\d{{2,8}}){{1,4}}{END}"), _telephone),
    (re.compile(rf"{DIGIT}\d{{4}}(?:[ -]\d{{4}}){{3}}{END}"), _card),
    (re.compile(rf"{DIGIT}(?=[\d-]{{0,20}}\d{{3}})\d{{1,7}}(?:-\d{{1,7}}){{2,6}}{END}"), _card),
    (
        re.compile(
            rf"((?i:\b(?:call|dial|phone|text|ring|extension|ext\.?|pin|zip|postcode|{_CODES}))\s(?:is\s|on\s|at\s)?)"
            rf"(\d{{3,8}}(?:[ -]\d{{2,8}}){{0,4}}(?: or \d{{3}})?){END}"
        ),
        _called,
    ),
)


def ranges(*, british: bool) -> tuple[Rule, ...]:
    """Return the rules for two numbers with a dash between them."""
    return (
        (re.compile(rf"{DIGIT}{_SET}(?:,? {_SET}){{1,4}}{END}"), _sets),
        (re.compile(rf"{DIGIT}50[-–]50(?![\w/-]|[.,]\d)"), "fifty fifty"),
        (re.compile(rf"{DIGIT}\d{{1,2}}(?:[-–]\d{{1,2}}){{2,5}}{END}"), lambda match: re.sub(r"[-–]", " ", match[0])),
        (
            re.compile(
                rf"{DIGIT}(?P<low>\d{{1,9}}(?:\.\d{{1,6}})?)(?:-|\s?–\s?)(?P<high>\d{{1,9}}(?:\.\d{{1,6}})?)"
                r"(?![\d/:–]|-\w|[.,]\d|\s?[=+*/])"
            ),
            lambda match: _pair(match, british=british),
        ),
        (re.compile(r"(?<=\d)x\s?[-–]\s?(?=\d{1,4}x(?!\w))"), " to "),
        (re.compile(r"(?<=[\w%°])\s?–\s?(?=[$€£¥]?\d)"), " to "),
        (re.compile(r"(?<=[\d%°])-(?=[$€£¥]\d)|(?<=[%°])-(?=\d)"), " to "),
        (re.compile(r"\b([A-Z])\s?–\s?([A-Z])\b"), r"\1 to \2"),
    )


SIGNS: tuple[Rule, ...] = (
    (re.compile(rf"(?<![^\s(])({any_of(BOUNDS)})(?=[$€£¥]?\.?\d)"), lambda match: f"{BOUNDS[match[1]]} "),
    (re.compile(r"(?<![\w.])c\.\s?(?=\d{3,4}\b)"), "circa "),
    (re.compile(r"(?<![\w.])pop\.\s?(?=\d)"), "population "),
    (re.compile(r"(?<=\d(?:st|nd|rd|th) )c\."), "century"),
    (re.compile(r"(?<![\w(.,])(\d{1,2})\)(?=\s\S)"), _enumerated),
    (re.compile(r"(?<![\w$€£¥])([$€£¥])\s?[-−](?=\.?\d)"), r"minus \1"),
    (re.compile(r"(?<![\w)\].,-])[-−–](?=[$€£¥]?\.?\d)"), "minus "),
    (re.compile(r"(?<![\w&])#(\d{5,15})(?![\w-]|[.,]\d)"), lambda match: f"number {by_digits(match[1])}"),
    (re.compile(r"(?<![\w)\].,+])\+(?=[$€£¥]?\.?\d)"), "plus "),
    (re.compile(r"(?<![\w~])[~≈∼](?=[$€£¥]?\d)"), "about "),
    (re.compile(r"(?:\bNos?\.\s?|\bnos?\.\s|№\s?|(?<![\w&])#)(?=\d)"), "number "),
    (re.compile(r"(?<=\d)\+(?!\w|\s?[\d(])"), " plus"),
)
"""What stands before or after a number."""
