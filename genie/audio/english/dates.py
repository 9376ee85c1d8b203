"""Dates, years and decades as English words. Pure."""

import calendar
import re
from types import MappingProxyType

from genie.audio.english.numbers import START, cardinal, many, ordinal, year
from genie.audio.english.rule import Rule, any_of, words
from genie.number_words import spell

MONTHS = tuple(calendar.month_name)[1:]
MONTH_OF = MappingProxyType(
    {name: number for number, name in enumerate(MONTHS, 1)}
    | {f"{name[:3]}{dot}": number for number, name in enumerate(MONTHS, 1) for dot in ("", ".")}
    | {"Sept": 9, "Sept.": 9}
)
DAYS = MappingProxyType(
    {"Mon": "Monday", "Tue": "Tuesday", "Tues": "Tuesday", "Wed": "Wednesday", "Thu": "Thursday", "Thur": "Thursday",
     "Thurs": "Thursday", "Fri": "Friday", "Sat": "Saturday", "Sun": "Sunday"}
)  # fmt: skip

_SHORT = tuple(name[:3] for name in MONTHS)
MONTH = rf"(?P<month>{any_of(MONTH_OF)})"
DAY = any_of(DAYS)
_GOES_ON = r"(?=[,;:)]|\s[a-z])"
YEAR = r"(?:1[0-9]|20)\d\d"

SURELY = words(
    "in since until till before after during circa year early late mid spring summer autumn fall winter born died est. "
    "founded built published released copyright © ca. c. class Q1 Q2 Q3 Q4"
)
MAYBE = words("of by from to and or between about around over")
"""Words before a year: it is none after the latter where something follows that can be counted."""

COUNTED = frozenset({"people", "men", "women", "children", "percent", "words", "more", "other", "different", "new"})
NOT_COUNTED = frozenset({"does", "goes", "says", "sees", "marks", "brings", "comes", "starts", "ends", "begins", "was"})
"""Words with an s that say what a year did."""


def full(number: int, month: int, day: int, *, month_first: bool) -> str:
    """Return a date as it is said on either side of the Atlantic."""
    return f"{_day(month, day, month_first=month_first)}, {year(number)}"


def _day(month: int, day: int, *, month_first: bool) -> str:
    name = MONTHS[month - 1]
    return f"{name} {ordinal(day)}" if month_first else f"the {ordinal(day)} of {name}"


def _exists(month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= 31


def _named(match: re.Match[str]) -> str:
    """Say March 5, 2024 or Jan. 5-7."""
    month, day = MONTH_OF[match["month"]], int(match["day"])
    if not _exists(month, day):
        return match[0]
    to = f" to {ordinal(int(match['to']))}" if match["to"] else ""
    after = f", {year(int(match['year']))}" if match["year"] else ""
    return f"{MONTHS[month - 1]} {ordinal(day)}{to}{after}"


def _day_first(match: re.Match[str]) -> str:
    """Say 5 March 2024 or the 5th of March."""
    month, day = MONTH_OF[match["month"]], int(match["day"])
    if not _exists(month, day):
        return match[0]
    first = f"{ordinal(int(match['from']))} to the " if match["from"] else ""
    after = f", {year(int(match['year']))}" if match["year"] else ""
    return f"{match['the'] or 'the '}{first}{ordinal(day)} of {MONTHS[month - 1]}{after}"


def _month(match: re.Match[str]) -> str:
    return f"{MONTHS[MONTH_OF[match['month']] - 1]} {year(int(match['year']))}"


def _iso(match: re.Match[str]) -> str:
    number, month, day = int(match["y"]), int(match["m"]), int(match["d"])
    if not _exists(month, day):
        return match[0]
    return full(number, month, day, month_first=True) + (", at " if match["t"] else "")


def _numeric(match: re.Match[str], *, month_first: bool) -> str:
    """Say 3/4/2024; where both could be the month the reader's country decides, and a point is European."""
    one, two = int(match["one"]), int(match["two"])
    american = ((month_first and match["sign"] != ".") or two > 12) and one <= 12
    month, day = (one, two) if american else (two, one)
    if not _exists(month, day):
        return match[0]
    number = int(match["year"])
    if len(match["year"]) == 2:
        if match["sign"] != "/":
            return match[0]
        number += 2000 if number < 50 else 1900
    return full(number, month, day, month_first=month_first)


def _short(match: re.Match[str], *, month_first: bool) -> str:
    """Say 3/4 as a date where a word before it shows that it is one."""
    one, two = int(match["one"]), int(match["two"])
    american = (month_first or two > 12) and one <= 12
    month, day = (one, two) if american else (two, one)
    if not _exists(month, day):
        return match[0]
    return f"{match['on']}{_day(month, day, month_first=month_first)}"


def _decade(match: re.Match[str]) -> str:
    return _tens(match[1])


def _tens(number: str) -> str:
    return many(year(int(number)) if len(number) == 4 else spell(int(number)))


def _short_year(match: re.Match[str]) -> str:
    return f"oh {spell(int(match[1]))}" if match[1][0] == "0" else spell(int(match[1]))


def _years(match: re.Match[str]) -> str:
    one, two = int(match["from"]), match["to"]
    if len(two) == 4 and int(two) <= one:
        return match[0]
    if len(two) == 2 and int(two) <= one % 100:
        return match[0]
    return f"{year(one)} to {year(int(two)) if len(two) == 4 else spell(int(two))}"


def _year(match: re.Match[str]) -> str:
    """Say a number that may be a year as one, unless it counts something."""
    surely = "surely" in match.re.groupindex and match["surely"]
    if not surely and _counts(match.string[match.end() : match.end() + 30]):
        return match[0]
    return match[0].removesuffix(match["year"]) + year(int(match["year"]))


def _counts(after: str) -> bool:
    found = re.match(r"\s+([a-z]+)", after)
    word = found[1] if found else ""
    plural = len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is"))
    return word in COUNTED or (plural and word not in NOT_COUNTED)


def rules(*, month_first: bool) -> tuple[Rule, ...]:
    """Return the rules for a country that writes the month first, or for the others."""
    return (
        (
            re.compile(
                rf"{START}(?<!-)(?P<y>\d{{4}})-(?P<m>\d\d)-(?P<d>\d\d)(?:(?P<t>T)(?=\d\d:\d\d)|(?![\w-]|[.,]\d))"
            ),
            _iso,
        ),
        (re.compile(rf"{START}(?P<y>\d{{4}})/(?P<m>\d\d?)/(?P<d>\d\d?)(?P<t>)(?![\w/-]|[.,]\d)"), _iso),
        (
            re.compile(
                r"(?<![\w.,/-])(?P<one>\d\d?)(?P<sign>[/.-])(?P<two>\d\d?)(?P=sign)(?P<year>\d{4}|\d\d)(?![\w/-]|[.,]\d)"
            ),
            lambda match: _numeric(match, month_first=month_first),
        ),
        (
            re.compile(r"(?<![\w.,/-])(0[1-9]|1[0-2])/((?:19|20)\d\d)(?![\w/-]|[.,]\d)"),
            lambda match: f"{MONTHS[int(match[1]) - 1]} {year(int(match[2]))}",
        ),
        (re.compile(r"(?<![\w.,/-])9/11(?![\w/-]|[.,]\d)"), "nine eleven"),
        (
            re.compile(
                r"\b(?P<on>(?:on|by|until|since|before|due"
                r"|(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs?)?|Fri|Sat(?:ur)?|Sun)(?:day)?\.?,?) )"
                r"(?P<one>\d\d?)/(?P<two>\d\d?)(?![\w/-]|[.,]\d| of | cup)",
                re.IGNORECASE,
            ),
            lambda match: _short(match, month_first=month_first),
        ),
        *_NAMED,
    )


_NAMED: tuple[Rule, ...] = (
    (
        re.compile(rf"(?<![\w.])({DAY})(?:\.(?=,?\s*(?:[–-]|\d|{any_of(MONTHS)}))|(?=,?\s(?:\d|{any_of(MONTH_OF)}\b)"
                   rf"|\s?[–-]\s?(?:{DAY})\b)|(?<=[–-]...)(?:\.(?=[,;:)]|\s+[a-z\d]))?(?!\w))"),
        lambda match: DAYS[match[1]],
    ),
    (re.compile(r"(?<=day)\s?[–-]\s?(?=[MTWFS][a-z]{2,5}day\b)"), " to "),
    (
        re.compile(rf"(?<![\w-])({any_of(_SHORT)})\.[–-](?=({any_of(_SHORT)})\b)"),
        lambda match: f"{MONTHS[MONTH_OF[match[1]] - 1]} to ",
    ),
    (re.compile(rf"\b({any_of(MONTHS)})\s?–\s?(?={any_of(MONTHS)})"), r"\1 to "),
    (
        re.compile(rf"(?<![\w-])({any_of(_SHORT)})[–-]({any_of(_SHORT)})(?![\w-])"),
        lambda match: f"{MONTHS[MONTH_OF[match[1]] - 1]} to {MONTHS[MONTH_OF[match[2]] - 1]}",
    ),
    (
        re.compile(
            rf"(?<!\w)(?P<the>[Tt]he )?"
            rf"(?:(?P<from>\d\d?)\s?[–-]\s?)?(?<![\d.,:/$€£])(?P<day>\d\d?)(?:st|nd|rd|th)?\s(?:of )?{MONTH}"
            rf"(?:,?\s(?P<year>{YEAR})\b)?(?![\w-])"
        ),
        _day_first,
    ),
    (
        re.compile(
            rf"\b{MONTH}\s(?P<day>\d\d?)(?:st|nd|rd|th)?(?:\s?[–-]\s?(?P<to>\d\d?)(?:st|nd|rd|th)?)?"
            rf"(?:,?\s(?P<year>{YEAR}))?(?![\w/:%-]|[.,]\d)"
        ),
        _named,
    ),
    (re.compile(rf"\b{MONTH},?\s(?P<year>{YEAR})(?![\w-]|[.,]\d)"), _month),
    (re.compile(rf"(?<![\w.])({any_of(_SHORT)})\.{_GOES_ON}"), lambda match: MONTHS[MONTH_OF[match[1]] - 1]),
    (re.compile(rf"(?<![\w.])({DAY})\.{_GOES_ON}"), lambda match: DAYS[match[1]]),
)  # fmt: skip

AFTER = r"(?![\w/:%°-]|[.,]\d|\s?[%°])"
SPANS: tuple[Rule, ...] = (
    (
        re.compile(r"(?<![\w.,$€£])((?:1[0-9]|20)\d0)['’]?s?\s?[–-]\s?['’]?((?:1[0-9]|20)?\d0)['’]?s\b"),
        lambda match: f"{_tens(match[1])} to {_tens(match[2])}",
    ),
    (
        re.compile(r"(?<![\w.,$€£])1(0{1,2}|,?000)s(?= of\b)"),
        lambda match: {"0": "tens", "00": "hundreds"}.get(match[1], "thousands"),
    ),
    (re.compile(r"\b(Q[1-4])['’](?=\d\d(?![\w'’]))"), r"\1 "),
    (re.compile(r"(?<!\w)['’‘](\d0)s\b"), _decade),
    (re.compile(r"(?<![\w.,$€£])((?:1[0-9]|20)\d0)['’]?s\b"), _decade),
    (
        re.compile(
            r"(?i:(?<=\bthe )|(?<=early )|(?<=late )|(?<=mid )|(?<=mid-)|(?<=his )|(?<=her )|(?<=their )|(?<=\bmy )"
            r"|(?<=your )|(?<=early-)|(?<=late-))([2-9]0)s\b"
        ),
        _decade,
    ),
    (re.compile(r"(?<!\w)['’](\d\d)(?![\w'’])"), _short_year),
    (re.compile(rf"{START}(?<![/$€£-])(?P<from>{YEAR})\s?[–-]\s?(?P<to>{YEAR}|\d\d){AFTER}"), _years),
    (re.compile(rf"{START}(?<![/$€£-])(?P<from>{YEAR})/(?P<to>\d\d){AFTER}"), _years),
    (re.compile(r"(?<=[A-Za-z] \()(1[4-9]\d\d)(?=\))"), lambda match: year(int(match[1]))),
    (re.compile(r"(?<=\b[tT]he )(\d{1,6})s\b"), lambda match: many(cardinal(match[1]))),
)
"""Years and decades that need no word before them."""

YEARS: tuple[Rule, ...] = (
    (
        re.compile(rf"{START}(?<![/$€£-])(\d{{1,4}}) (BCE|BC|AD|CE)(?![\w.])"),
        lambda match: f"{year(int(match[1]))} {'.'.join(match[2])}",
    ),
    (re.compile(r"(?<![\w.])AD (\d{1,4})(?![\w/:-]|[.,]\d)"), lambda match: f"A.D {year(int(match[1]))}"),
    (
        re.compile(rf"(?<!\w)(?i:(?P<surely>{any_of(SURELY)})|{any_of(MAYBE)})\s(?P<year>{YEAR}){AFTER}"),
        _year,
    ),
    (re.compile(rf"(?<!\w)(?i:in|by|until|since|year|before|after)\s(?P<year>21\d\d){AFTER}"), _year),
    (re.compile(rf"{START}(?<![/$€£#+-])(?<!No\. )(?P<year>19\d\d|20\d\d){AFTER}"), _year),
)
"""Years without a day; they come after whatever has a unit."""
