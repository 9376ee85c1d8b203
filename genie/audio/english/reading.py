"""A line of plain English text as it is said: every rule in its order. Pure."""

import re
import unicodedata
from functools import cache

from genie.audio.english import (
    abbreviations,
    acronyms,
    addresses,
    dates,
    digits,
    money,
    notation,
    numbers,
    postal,
    roman,
    signs,
    times,
    units,
)
from genie.audio.english.rule import Rule, applied
from genie.tag import plain

MONTH_FIRST = ("us", "ph", "029")
"""Regions of those who write 3/4 for March fourth; English of no region is American."""

_LEFT: tuple[Rule, ...] = (
    (re.compile(r"(?<=[^\W_])/(?=[^\W_])"), " "),
    (re.compile(r"(?<=[^\W_])_+(?=[^\W_])|(?<!\w)_+|_+(?!\w)"), " "),
    (re.compile(r"\s+"), " "),
    (re.compile(r" +(?=[,.!?;:)\]’]|'s\b)"), ""),
    (re.compile(r"([(\[“]) +"), r"\1"),
    (re.compile(r"(?<!\.)\.\.(?!\.)"), "."),
    (re.compile(r",(?:\s?,)+"), ","),
)


@cache
def _rules(*, month_first: bool) -> tuple[Rule, ...]:
    return (
        *addresses.ADDRESSES,
        *notation.RULES,
        *dates.rules(month_first=month_first),
        *addresses.CODES,
        *postal.RULES,
        *numbers.GROUPED,
        *numbers.SIZES,
        *numbers.PLACES,
        *dates.SPANS,
        *times.RULES,
        *digits.TELEPHONES,
        *digits.ranges(british=not month_first),
        *digits.SIGNS,
        *money.RULES,
        *units.RULES,
        *dates.YEARS,
        *abbreviations.RULES,
        *numbers.ORDINAL_RULES,
        *roman.RULES,
        *signs.RULES,
        *acronyms.RULES,
        *numbers.RULES,
        *_LEFT,
    )


def in_words(text: str, language: str = "en") -> str:
    """Return a line of plain English text as it is said in the country that the tag names."""
    if not text.isascii():
        text = "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text)
    region = plain(language).split("-")[1:2]
    return applied(_rules(month_first=not region or region[0] in MONTH_FIRST), text).strip()
