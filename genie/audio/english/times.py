"""Times of day and durations as English words. Pure."""

import re
from types import MappingProxyType

from genie.audio.english.numbers import said
from genie.audio.english.rule import Rule, any_of, words
from genie.number_words import spell

SCRIPTURE = words(
    "Genesis Exodus Leviticus Deuteronomy Joshua Judges Ruth Samuel Kings Chronicles Ezra Nehemiah Esther Job Psalm "
    "Psalms Proverbs Ecclesiastes Isaiah Jeremiah Ezekiel Daniel Matthew Mark Luke John Acts Romans Corinthians "
    "Galatians Ephesians Philippians Timothy Titus Hebrews James Peter Jude Revelation Surah Quran"
)
"""Books of which a chapter and a verse are named."""

SHORT = MappingProxyType(
    {"Gen": "Genesis", "Ex": "Exodus", "Lev": "Leviticus", "Deut": "Deuteronomy", "Ps": "Psalm", "Prov": "Proverbs",
     "Isa": "Isaiah", "Jer": "Jeremiah", "Matt": "Matthew", "Mt": "Matthew", "Mk": "Mark", "Lk": "Luke", "Jn": "John",
     "Rom": "Romans", "Cor": "Corinthians", "Gal": "Galatians", "Eph": "Ephesians", "Phil": "Philippians",
     "Heb": "Hebrews", "Rev": "Revelation"}
)  # fmt: skip

SPANS = ("year", "month", "week", "day", "hour", "minute", "second")

HALF = r"(?P<half>[apAP])(?:\.\s?[mM]\b(?:\.(?=\s*[a-z\d,;:!?)–-]))?|[mM]\b)"
"""AM or PM; a stop behind it that ends the sentence stays."""


def clock(hour: int, minute: int, half: str) -> str:
    """Return a time of day as people say it: seven o'clock, seven oh five, fourteen hundred, five P.M."""
    after = f" {half.upper()}.M" if half else ""
    if minute:
        return f"{spell(hour)} {'oh ' if minute < 10 else ''}{spell(minute)}{after}"
    if half:
        return spell(hour) + after
    if hour in (0, 24):
        return "midnight"
    return f"{spell(hour)} o'clock" if hour <= 12 else f"{spell(hour)} hundred"


def _clock(match: re.Match[str]) -> str:
    words = clock(int(match["hour"]), int(match["minute"] or 0), match["half"] or "")
    if (second := match["second"]) and (second != "00" or match["half"]):
        words += f" and {said(second.lstrip('0') or '0')} {'second' if second == '01' else 'seconds'}"
    return words + _zone(match["zone"])


def _zone(zone: str | None) -> str:
    """Say how far a time is from universal time: Z, +02:00."""
    if not zone or zone == "Z":
        return " U.T.C" if zone else ""
    hours, minutes = int(zone[1:3]), int(zone[-2:])
    return f" U.T.C {'plus' if zone[0] == '+' else 'minus'} {spell(hours)}{f' {spell(minutes)}' if minutes else ''}"


def _span(match: re.Match[str]) -> str:
    """Say a duration of ISO 8601: PT1H30M."""
    years, months, weeks, days, hours, minutes, seconds = match.groups()
    return _spans((years, months, weeks, days, hours, minutes, seconds)) or match[0]


def _short(match: re.Match[str]) -> str:
    """Say 1h30m, 2h 15m 10s, 5m 30s."""
    return _spans((None, None, None, match["d"], match["h"], match["m"], match["s"])) or match[0]


def _lasted(match: re.Match[str]) -> str:
    """Say 2:00:35 as a duration: a time of day that has seconds has two digits for its hour."""
    hours, minutes, seconds = (number.lstrip("0") or None for number in match.groups()[:3])
    if match[4]:
        seconds = f"{seconds or 0}.{match[4]}"
    return _spans((None, None, None, None, hours, minutes, seconds)) or match[0]


def _pace(match: re.Match[str]) -> str:
    """Say 25:30 min, 5:00/km."""
    lasted = _spans((None, None, None, None, None, match[1], match[2].lstrip("0") or None))
    return lasted + (f" per {'kilometer' if match['per'].startswith('k') else 'mile'}" if match["per"] else "")


def _spans(numbers: tuple[str | None, ...]) -> str:
    parts = [
        f"{said(number)} {name if number == '1' else f'{name}s'}"
        for number, name in zip(numbers, SPANS, strict=True)
        if number is not None
    ]
    return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


def _to(match: re.Match[str]) -> str:
    """Say the first of two times, of which only the second may carry its half: 5-7pm, 9:30–11."""
    half = match["own"] or ""
    if match["minute"] or half or ":" in match.string[match.end() : match.end() + 3]:
        return clock(int(match["hour"]), int(match["minute"] or 0), half[:1]) + " to "
    return f"{spell(int(match['hour']))} to "


N = r"(\d{1,6}(?:\.\d{1,3})?)"
RULES: tuple[Rule, ...] = (
    (
        re.compile(rf"\b({any_of(SHORT)})\.? (?=\d{{1,3}}:\d{{1,3}}(?!\d))"),
        lambda match: f"{SHORT[match[1]]} ",
    ),
    (re.compile(r"\b(UTC|GMT)\s?([+−-])(?=\d)"), lambda match: f"{match[1]} {'plus' if match[2] == '+' else 'minus'} "),
    (
        re.compile(
            rf"\bP(?=\d|T\d)(?:{N}Y)?(?:{N}M)?(?:{N}W)?(?:{N}D)?(?:T(?:{N}H)?(?:{N}M)?(?:{N}S)?)?(?<=[YMWDHS])(?!\w)"
        ),
        _span,
    ),
    (
        re.compile(
            r"(?<![\w.,])(?:(?P<d>\d{1,3})d\s?)?(?P<h>\d{1,3})h\s?(?P<m>\d{1,2})(?:m(?:ins?)?)?(?:\s?(?P<s>\d{1,2})s)?(?!\w)"
        ),
        _short,
    ),
    (
        re.compile(r"(?<![\w.,])(\d{1,3})m(?:ins?)?\s?(\d{1,2})s(?:ecs?)?(?!\w)"),
        lambda match: _spans((None, None, None, None, None, match[1], match[2])),
    ),
    (
        re.compile(
            r"(?<![\w.,:])(\d{1,3}):([0-5]\d)(?:\s?min(?:ute)?s?\b(?:\.(?=\s[a-z]|[,;)]))?|(?=/(?:km|mi)\b))"
            r"(?:\s?/\s?(?P<per>km|kilometer|mi|mile)\b)?"
        ),
        _pace,
    ),
    (
        re.compile(
            r"(?<!\bat )(?<![\w:.,/-])(\d):([0-5]\d):([0-5]\d)(?:\.(\d{1,3}))?"
            r"(?![\d:]|[.,]\d|\s?[apAP]\.?[mM]\b|Z|[+-]\d)"
        ),
        _lasted,
    ),
    # from one time to another
    (
        re.compile(
            r"(?<![\w:.,/$€£-])(?P<hour>0?\d|1[0-2])(?::(?P<minute>[0-5]\d))?(?:\s?(?P<own>[apAP]\.?[mM]\b\.?))?\s?[–-]\s?"
            r"(?=(?:0?\d|1[0-2])(?::[0-5]\d)?\s?[apAP]\.?[mM]\b)"
        ),
        _to,
    ),
    (
        re.compile(
            r"(?<![\w:.,/-])(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?P<own>)\s?[–-]\s?"
            r"(?=(?:[01]?\d|2[0-4]):[0-5]\d(?![\d:]))"
        ),
        _to,
    ),
    # a time of day
    (
        re.compile(
            rf"(?<![\d:.,])(?P<hour>0?\d|1[0-2])(?:[:.](?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d))?)?\s?{HALF}(?P<zone>)"
        ),
        _clock,
    ),
    (
        re.compile(
            r"(?<![\d:.,])(?P<hour>[01]?\d|2[0-4]):(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d)(?:\.\d{1,9})?)?"
            r"(?P<half>)(?P<zone>Z\b|(?<=:\d\d:\d\d)[+-]\d\d:?[0-5]\d)?(?![\d:]|[.,]\d)"
        ),
        _clock,
    ),
    (
        re.compile(rf"\b({any_of(SCRIPTURE)}) (\d{{1,3}}):(\d{{1,3}})(?![\d:]|[.,]\d)"),
        r"\1 \2 verse \3",
    ),
    (re.compile(r"(?<![\d:.,])(\d{1,3}):(\d{1,7})(?![\d:]|[.,]\d)"), r"\1 to \2"),
)
