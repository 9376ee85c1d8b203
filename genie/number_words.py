"""Number words: English words to exact fractions, and integers back to words. Pure."""

import re
from collections.abc import Sequence
from fractions import Fraction
from types import MappingProxyType

_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_ORDINAL_TEENS = "tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth"


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


SMALL = _words(f"zero one two three four five six seven eight nine {_TEENS}")
TENS = _words("twenty thirty forty fifty sixty seventy eighty ninety")
ORDINALS = _words(f"zeroth first second third fourth fifth sixth seventh eighth ninth {_ORDINAL_TEENS}")
TENTHS = _words("twentieth thirtieth fortieth fiftieth sixtieth seventieth eightieth ninetieth")
SCALES = MappingProxyType({"trillion": 10**12, "billion": 10**9, "million": 10**6, "thousand": 10**3})
_TENS_VALUES = MappingProxyType({word: 20 + 10 * place for place, word in enumerate(TENS)})
_SMALL_VALUES = MappingProxyType({word: value for value, word in enumerate(SMALL)})
_ORDINAL_VALUES = MappingProxyType(
    {word: value for value, word in enumerate(ORDINALS)} | {word: 20 + 10 * place for place, word in enumerate(TENTHS)}
)
_PARTS = MappingProxyType(
    {"half": 2, "quarter": 4, "hundredth": 100, "thousandth": 1000}
    | {word: value for word, value in _ORDINAL_VALUES.items() if 3 <= value <= 20}
)
"""Denominators by their singular. "Second" is missing: it is a time or a place, hardly ever a half."""

DIGITS = re.compile(r"\d+(\.\d+)?|\.\d+")
MAX_DIGITS = 60
"""Digits of one written number; a longer one is not a number that somebody wants to hear."""

Found = tuple[Fraction, int]
"""A value, and the place of the first word after it."""


def read_number(words: Sequence[str], start: int = 0, *, join: bool = True) -> Found | None:
    """Read the longest number at `start`: words or digits, decimals, fractions, dozens. No sign.

    With `join` an "and" belongs to the number where it can ("two hundred and five", "two and a half"); without it
    "and" ends the number, as in "the sum of one hundred and fifty".
    """
    return (
        _half_a_scale(words, start)
        or _fraction(words, start)
        or _decimal(words, start)
        or _mixed(words, start, join)
        or _dozens(words, start)
        or _integer(words, start, join)
    )


def read_integer(words: Sequence[str], start: int = 0) -> Found | None:
    """Read the longest whole number at `start`, in words or digits."""
    found = _integer(words, start, join=True)
    return found if found and found[0].denominator == 1 else None


def read_ordinal(words: Sequence[str], start: int = 0) -> tuple[int, int] | None:
    """Read an ordinal below 100 at `start`: "third", "twenty first", "21st"."""
    word = _at(words, start)
    if match := re.fullmatch(r"(\d{1,2})(st|nd|rd|th)", word):
        return int(match[1]), start + 1
    unit = _ORDINAL_VALUES.get(_at(words, start + 1), 0)
    if word in _TENS_VALUES and 1 <= unit <= 9:
        return _TENS_VALUES[word] + unit, start + 2
    return (_ORDINAL_VALUES[word], start + 1) if word in _ORDINAL_VALUES else None


def spell(number: int) -> str:
    """Return the words of an integer below 10**15 in size, the British way: "one hundred and five"."""
    if number < 0:
        return f"minus {spell(-number)}"
    if number < 20:
        return SMALL[number]
    if number < 100:
        tens = TENS[number // 10 - 2]
        return tens if number % 10 == 0 else f"{tens} {SMALL[number % 10]}"
    name, size = next(
        ((name, size) for name, size in SCALES.items() if number >= size),
        ("hundred", 100),
    )
    rest = number % size
    joint = " and " if 0 < rest < 100 else " "
    return f"{spell(number // size)} {name}{joint}{spell(rest) if rest else ''}".rstrip()


def spell_ordinal(number: int) -> str:
    """Return the words of an ordinal from 0 to 99: "twenty first"."""
    if number < 20:
        return ORDINALS[number]
    if number % 10 == 0:
        return TENTHS[number // 10 - 2]
    return f"{TENS[number // 10 - 2]} {ORDINALS[number % 10]}"


def _at(words: Sequence[str], place: int) -> str:
    return words[place] if place < len(words) else ""


def _below_hundred(words: Sequence[str], start: int) -> Found | None:
    word = _at(words, start)
    if word in _SMALL_VALUES:
        return Fraction(_SMALL_VALUES[word]), start + 1
    if word not in _TENS_VALUES:
        return None
    unit = _SMALL_VALUES.get(_at(words, start + 1), 0)
    if 1 <= unit <= 9:
        return Fraction(_TENS_VALUES[word] + unit), start + 2
    return Fraction(_TENS_VALUES[word]), start + 1


def _below_thousand(words: Sequence[str], start: int, join: bool) -> Found | None:
    """Read "five", "twelve hundred and five", "a hundred"."""
    found = _below_hundred(words, start)
    if found is None and _at(words, start) in ("a", "hundred"):
        found = Fraction(1), start + (words[start] == "a")
    if found is None or _at(words, found[1]) != "hundred":
        return None if found and _at(words, start) == "a" else found
    value, place = found[0] * 100, found[1] + 1
    rest = _below_hundred(words, place + (join and _at(words, place) == "and"))
    if (
        rest is None or not rest[0] or _at(words, rest[1]) == "hundred"
    ):  # "five hundred and one hundred" are two numbers
        return value, place
    return value + rest[0], rest[1]


def _group(words: Sequence[str], start: int, join: bool) -> Found | None:
    """Read what may stand before a scale: digits, a number below a thousand, or "a"."""
    word = _at(words, start)
    if DIGITS.fullmatch(word):
        return (Fraction(word), start + 1) if len(word) <= MAX_DIGITS else None
    if word == "a" and _at(words, start + 1) in SCALES:
        return Fraction(1), start + 1
    return _below_thousand(words, start, join)


def _integer(words: Sequence[str], start: int, join: bool) -> Found | None:
    """Read groups with falling scales: "two million three thousand and five", "1.5 million", "12"."""
    total, place, smallest = Fraction(0), start, 10**15
    while found := _group(words, place, join):
        scale = SCALES.get(_at(words, found[1]), 1)
        if scale >= smallest or (place > start and not found[0]):
            break
        total, place, smallest = total + found[0] * scale, found[1] + (scale > 1), scale
        if scale == 1:
            return total, place
        if join and _at(words, place) == "and" and _below_hundred(words, place + 1):
            rest = _below_hundred(words, place + 1)
            alone = rest and _at(words, rest[1]) not in (*SCALES, "hundred")
            return (total + rest[0], rest[1]) if rest and alone else (total, place)
    return (total, place) if place > start else None


def _decimal(words: Sequence[str], start: int) -> Found | None:
    """Read "three point one four", "point five", "two point twenty five", and a scale after it."""
    whole = (Fraction(0), start) if _at(words, start) == "point" else _integer(words, start, join=True)
    if whole is None or whole[0].denominator != 1 or _at(words, whole[1]) != "point":
        return None
    digits, place = "", whole[1] + 1
    while part := _after_point(words, place):
        digits, place = digits + part[0], part[1]
    if not digits or len(digits) > MAX_DIGITS:
        return None
    value = whole[0] + Fraction(int(digits), 10 ** len(digits))
    scale = SCALES.get(_at(words, place), 1)
    return value * scale, place + (scale > 1)


def _after_point(words: Sequence[str], place: int) -> tuple[str, int] | None:
    if _at(words, place) in ("oh", "o"):
        return "0", place + 1
    if _at(words, place).isdecimal():
        return words[place], place + 1
    found = _below_hundred(words, place)
    return (str(found[0]), found[1]) if found else None


def _fraction(words: Sequence[str], start: int) -> Found | None:
    """Read "half", "a third", "two thirds", "three quarters"."""
    if _at(words, start) == "half" and _at(words, start + 1) != "a":
        return Fraction(1, 2), start + 1
    counted = (Fraction(1), start + 1) if _at(words, start) in ("a", "an") else _integer(words, start, join=True)
    if counted is None or counted[0].denominator != 1:
        return None
    part = _part(_at(words, counted[1]), singular=counted[0] == 1)
    return (counted[0] / part, counted[1] + 1) if part else None


def _part(word: str, *, singular: bool) -> int | None:
    if singular:
        return _PARTS.get(word)
    return 2 if word == "halves" else _PARTS.get(word[:-1]) if word.endswith("s") else None


def _mixed(words: Sequence[str], start: int, join: bool) -> Found | None:
    """Read "two and a half", "three and two thirds"."""
    whole = _integer(words, start, join=False)
    if not join or whole is None or whole[0].denominator != 1 or _at(words, whole[1]) != "and":
        return None
    part = _fraction(words, whole[1] + 1)
    return (whole[0] + part[0], part[1]) if part and part[0] < 1 else None


def _dozens(words: Sequence[str], start: int) -> Found | None:
    counted = (Fraction(1), start + 1) if _at(words, start) == "a" else _integer(words, start, join=True)
    if counted is None or _at(words, counted[1]) != "dozen":
        return None
    return counted[0] * 12, counted[1] + 1


def _half_a_scale(words: Sequence[str], start: int) -> Found | None:
    """Read "half a million", "half a dozen"."""
    sizes = {**SCALES, "dozen": 12, "hundred": 100}
    size = sizes.get(_at(words, start + 2))
    if size is None or tuple(words[start : start + 2]) != ("half", "a"):
        return None
    return Fraction(size, 2), start + 3
