"""Numbers as English words: how many, which one, which year, or digit by digit. Pure."""

import re
from types import MappingProxyType

from genie.audio.english.acronyms import is_spelled, letters
from genie.audio.english.rule import Rule
from genie.number_words import ORDINALS, SMALL, TENS, TENTHS, spell

NUMBER = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"
"""A number as English writes it: 1,234.5."""

START = r"(?<![\w.,])"
"""Where a number begins, and does not go on."""

LONGEST = 15
"""Digits of a number that has words; nobody wants to hear those of a longer one."""

LONGEST_PLAIN = 9
"""Digits of a number that is written without commas; a longer one is an account, a telephone or a code."""

_LAST = MappingProxyType(
    dict(zip(SMALL, ORDINALS, strict=True))
    | dict(zip(TENS, TENTHS, strict=True))
    | {word: f"{word}th" for word in ("hundred", "thousand", "million", "billion", "trillion")}
)
"""The ordinal of what a number's words end with."""


def said(number: str) -> str:
    """Return the words of a number with or without commas and decimals."""
    whole, _, decimals = number.partition(".")
    words = cardinal(whole) if whole else ""
    return f"{words} point {each(decimals)}".strip() if decimals else words


def cardinal(number: str) -> str:
    """Return the words of a whole number; what is too long, or begins with zero, is told digit by digit."""
    digits = number.replace(",", "")
    plain = "," not in number and len(digits) > LONGEST_PLAIN and not digits.endswith("000")
    if plain or len(digits) > LONGEST or (digits[0] == "0" and len(digits) > 1):
        return by_digits(digits)
    return spell(int(digits))


def each(digits: str) -> str:
    """Return digits one by one."""
    return " ".join(SMALL[int(digit)] for digit in digits)


def by_digits(digits: str) -> str:
    """Return digits one by one with a pause after each three, as people tell them."""
    groups = [digits] if len(digits) <= 5 else [digits[at : at + 3] for at in range(0, len(digits), 3)]
    if len(groups) > 1 and len(groups[-1]) == 1:
        last = groups.pop()
        groups[-1] += last
    return ", ".join(each(group) for group in groups)


def ordinal(number: int) -> str:
    """Return the words of an ordinal."""
    head, _, last = spell(number).rpartition(" ")
    return f"{head} {_LAST[last]}".strip()


def year(number: int) -> str:
    """Return the words of a year: nineteen ninety nine, two thousand and seven, twenty ten."""
    return in_pairs(number) if 1000 <= number <= 2999 else spell(number)


def many(words: str) -> str:
    """Return the plural of number words: nineteen nineties, sixes."""
    if words.endswith("y"):
        return f"{words[:-1]}ies"
    return f"{words}es" if words.endswith("x") else f"{words}s"


def _token(match: re.Match[str]) -> str:
    """Say letters and digits that are one word: MP3, H2O, 5G, x86, 1080p."""
    parts = re.findall(r"\d+|\D+", match[0])
    if len(parts) > 6 or len(match[0]) > 12:
        return " ".join(by_digits(part) if part.isdigit() else part.upper() for part in parts)
    if parts[-1] == "s":
        return " ".join([*_words(parts[:-2]), many(_part(parts[-2]))])
    return " ".join(_words(parts))


def _words(parts: list[str]) -> list[str]:
    words = [_part(part) if part.isdigit() else _name(part) for part in parts]
    if len(words) > 1 and len(parts[0]) == 1 and parts[0].isalpha():
        words[:2] = [f"{parts[0].upper()}-{words[1]}"]  # a voice takes a lone "A" for the article
    if len(parts) > 1 and len(parts[-1]) == 1 and parts[-1].isalpha():
        words[-1] = parts[-1].upper()
    return words


def _name(part: str) -> str:
    return (
        letters(part) if len(part) > 1 and (is_spelled(part.upper()) or (len(part) == 2 and part.isupper())) else part
    )


def _part(digits: str) -> str:
    """Say the digits in a name: a year, tens and hundreds like 1080, or a number."""
    if len(digits) > 4:
        return by_digits(digits)
    return cardinal(digits) if digits[0] == "0" else in_pairs(int(digits))


def in_pairs(number: int) -> str:
    """Return the words of a number of up to four digits that counts nothing: one oh one, seven forty seven."""
    hundreds, rest = divmod(number, 100)
    if not hundreds or (hundreds % 10 == 0 and rest < 10):
        return spell(number)
    last = f"oh {spell(rest)}" if 0 < rest < 10 else spell(rest) if rest else "hundred"
    return f"{spell(hundreds)} {last}"


GROUPED: tuple[Rule, ...] = (
    (
        re.compile(r"(?<![\w.,$€£-])(?<!\d )\d{1,3}(?: \d{3})+(?<=000)(?![\w-]| \d|[.,]\d)"),
        lambda match: match[0].replace(" ", ","),
    ),
)
"""Thousands with spaces between, where the last group shows that this is no code: 10 000."""

SIZES: tuple[Rule, ...] = (
    (
        re.compile(r"(?<![\w.,])(\d{3,4})\s?[x×]\s?(\d{3,4})(?:(\s?px)|(?=\s(?:pixels|resolution)))(?!\w)"),
        lambda match: f"{_part(match[1])} by {_part(match[2])}{' pixels' if match[3] else ''}",
    ),
    (
        re.compile(r"(?<![\w.,])(\d{3,4})[x×](\d{3,4})(?![\w]|[.,]\d|\s?[x×=])"),
        lambda match: f"{_part(match[1])} by {_part(match[2])}",
    ),
)
"""Rows and columns of a picture: 1920x1080."""

NUMBERED = (
    r"rooms?|flights?(?:\s(?-i:[A-Z]{2}))?|routes?|highways?|hwy|interstate|boeing|airbus|suites?|apartments?|apt|exits?|gates?|errors?|"
    "http|area|studio|locker|bus|(?-i:RFC|ISO|IEC|DIN|RTX|GTX|BWV)"
)
"""What has a number that counts nothing."""


def _place(match: re.Match[str]) -> str:
    """Say Room 101, Rooms 101 to 110, Boeing 747 400."""
    to = "to " if match[3] and match[3] > match[2] else ""
    return f"{match[1]}{_part(match[2])}{f' {to}{_part(match[3])}' if match[3] else ''}"


PLACES: tuple[Rule, ...] = (
    (
        re.compile(rf"(\b(?i:{NUMBERED})\.?\s)(\d{{3,4}})(?:-(\d{{3,4}}))?(?![\w-]|[.,]\d|\s?%)"),
        _place,
    ),
)

ORDINAL_RULES: tuple[Rule, ...] = (
    (
        re.compile(rf"{START}(\d{{1,3}}(?:,\d{{3}}){{1,4}}|\d{{1,12}})(?:st|nd|rd|th|ST|ND|RD|TH)(?!\w)"),
        lambda match: ordinal(int(match[1].replace(",", ""))),
    ),
)

RULES: tuple[Rule, ...] = (
    (re.compile(r"(?<=[A-Za-z]-)(\d{3,4})(?![\w-]|[.,]\d)"), lambda match: _part(match[1])),
    (re.compile(rf"{START}{NUMBER}(?![\w,]|\.\d)|{START}{NUMBER}(?=,(?!\d))"), lambda match: said(match[0])),
    (re.compile(r"(?<![\w.])\.(\d+)(?![\w.])"), lambda match: f"point {each(match[1])}"),
    (re.compile(rf"{START}(\d+\.\d+)(?=[A-Za-z])"), lambda match: f"{said(match[1])} "),
    (re.compile(r"(?<![^\W_])(?=[a-zA-Z]*\d)(?=\d*[a-zA-Z])[a-zA-Z\d]+"), _token),
    (re.compile(r"(?<=\d),(?=\d)"), ", "),
    (re.compile(r"\d+(?:\.\d+)?(?!\.?\d)"), lambda match: f" {said(match[0])} "),
    (re.compile(r"\d+"), lambda match: f" {cardinal(match[0])} "),
)
"""What is left of digits when all that has a meaning of its own is said."""
