"""Days by their names: words to a token that stays true on every day, and the token to a day. Pure."""

import re
from datetime import date, timedelta
from types import MappingProxyType

from genie.number_words import read_integer, read_ordinal

_MONTHS = "january february march april may june july august september october november december"
_DAYS = "monday tuesday wednesday thursday friday saturday sunday"
MONTHS = tuple(_MONTHS.split())
DAYS = tuple(_DAYS.split())

HOLIDAYS = MappingProxyType(
    {
        "christmas": "12-25",
        "christmas day": "12-25",
        "xmas": "12-25",
        "christmas eve": "12-24",
        "boxing day": "12-26",
        "new year": "01-01",
        "new year's": "01-01",
        "new years": "01-01",
        "new year's day": "01-01",
        "new years day": "01-01",
        "next year": "01-01",
        "new year's eve": "12-31",
        "new years eve": "12-31",
        "end of the year": "12-31",
        "end of this year": "12-31",
        "halloween": "10-31",
        "valentine's day": "02-14",
        "valentines day": "02-14",
        "saint patrick's day": "03-17",
        "st patrick's day": "03-17",
        "april fools day": "04-01",
        "independence day": "07-04",
        "easter": "easter",
        "easter sunday": "easter",
    }
)
_OFFSETS = MappingProxyType(
    {"day before yesterday": "-2", "yesterday": "-1", "today": "+0", "tomorrow": "+1", "day after tomorrow": "+2"}
)
_DROPPED = re.compile(r"\b(?:the|of|on)\b|,")


def read_day(text: str) -> str | None:
    """Return the token of a day in lower-case words, or None.

    Tokens: `2027-07-04`, `07-04` (the next one, or the last one), `friday`, `easter`, `+1` (tomorrow).
    """
    words = _DROPPED.sub(" ", text).split()
    plain = " ".join(words)
    if re.fullmatch(r"\d{4}-\d\d-\d\d", plain):
        return plain if _is_day(plain) else None
    named = text.removeprefix("the ")
    if token := _OFFSETS.get(named) or HOLIDAYS.get(named) or _weekday(words):
        return token
    return _holiday_of_year(words) or _day_of_month(words)


def resolve(token: str, today: date, *, past: bool = False) -> date:
    """Return the day that a token means today: the nearest one to come, or with `past` the last one gone by."""
    if token[0] in "+-":
        return today + timedelta(days=int(token))
    if token in DAYS:
        return _nearest_weekday(DAYS.index(token), today, past)
    if re.fullmatch(r"\d{4}-\d\d-\d\d", token):
        return date.fromisoformat(token)
    step = -1 if past else 1
    for year in range(today.year, today.year + 9 * step, step):
        day = easter(year) if token == "easter" else _in_year(token, year)
        if day is not None and (day <= today if past else day >= today):
            return day
    raise ValueError(f"no day: {token}")


def read_year(text: str) -> int | None:
    """Return a year from 1000 to 9999 in words or digits: "twenty twenty seven", "nineteen hundred", "2027"."""
    words = text.replace("-", " ").split()
    whole = read_integer(words)
    if whole and whole[1] == len(words) and 1000 <= whole[0] <= 9999:
        return int(whole[0])
    century = read_integer(words[:1])
    if not century or not 10 <= century[0] <= 99 or len(words) < 2:
        return None
    rest = words[2:] if words[1] in ("oh", "o") else words[1:]
    found = read_integer(rest)
    if not found or found[1] != len(rest):
        return None
    low, high = (1, 9) if rest != words[1:] else (10, 99)
    return int(century[0] * 100 + found[0]) if low <= found[0] <= high else None


def easter(year: int) -> date:
    """Return Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher; Nature, 20 April 1876)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


def _weekday(words: list[str]) -> str | None:
    """Read "friday", "this friday", "next friday": always the first one after today."""
    rest = words[1:] if words[:1] in (["next"], ["this"], ["coming"]) else words
    if rest == ["weekend"]:
        return "saturday"
    return rest[0] if len(rest) == 1 and rest[0] in DAYS else None


def _holiday_of_year(words: list[str]) -> str | None:
    """Read "christmas 2030", "easter twenty twenty seven"."""
    for length in (3, 2, 1):
        token = HOLIDAYS.get(" ".join(words[:length]))
        year = read_year(" ".join(words[length:]))
        if token and year:
            return easter(year).isoformat() if token == "easter" else f"{year}-{token}"
    return None


def _day_of_month(words: list[str]) -> str | None:
    """Read "july 4 2027", "third march", "friday july fourth twenty twenty seven"."""
    if words and words[0] in DAYS:
        words = words[1:]
    if words and words[0] in MONTHS:
        month, found = words[0], _number_of_day(words, 1)
        rest = words[found[1] :] if found else []
    else:
        found = _number_of_day(words, 0)
        if found is None or found[1] >= len(words):
            return None
        month, rest = words[found[1]], words[found[1] + 1 :]
    if found is None or month not in MONTHS:
        return None
    day = f"{MONTHS.index(month) + 1:02}-{found[0]:02}"
    if not rest:
        return day if _is_day(f"2024-{day}") else None  # a leap year: February 29 is a day of some year
    year = read_year(" ".join(rest))
    return f"{year}-{day}" if year and _is_day(f"{year}-{day}") else None


def _number_of_day(words: list[str], start: int) -> tuple[int, int] | None:
    """Read "third", "3rd", "3", "twenty one"; a year after it ("july four twenty …") stays where it is."""
    if ordinal := read_ordinal(words, start):
        return ordinal
    for end in (start + 2, start + 1):
        found = read_integer(words[:end], start)
        if found and found[1] == end and 1 <= found[0] <= 31:
            return int(found[0]), end
    return None


def _nearest_weekday(weekday: int, today: date, past: bool) -> date:
    if past:
        return today - timedelta(days=(today.weekday() - weekday - 1) % 7 + 1)
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def _in_year(token: str, year: int) -> date | None:
    return date.fromisoformat(f"{year:04}-{token}") if _is_day(f"{year:04}-{token}") else None


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
