"""Questions about time and days, as slots. Pure.

Every pattern must match the whole question: "what is the best time to plant tomatoes" is somebody else's.
"""

import re
from collections.abc import Mapping

from genie.agents.agent import Slots
from genie.agents.dates import HOLIDAYS, read_day, read_year
from genie.agents.places import Place, find
from genie.agents.question import core

LONGEST = 120
"""Characters of a question about time; a longer one asks for more than that."""

_PLACE = r"(?P<place>[^\W\d_][\w .,'/-]{0,60}?)"
_NEAR = r"(?P<near>today|tomorrow|yesterday|the day after tomorrow|the day before yesterday)"
_DAY = r"(?P<day>\w[\w ,'/-]{0,50}?)"
_IS = r"(?P<verb>is|was|will be)"
_WHAT = r"(?:what|which)"
_WEEKDAY = r"(?:day|weekday|day of the week)"
_MANY = r"(?:how many|(?:what is )?(?:the )?number of)"
_ARE = r"(?:are |is )?(?:there |it |left )?(?:still )?"
_UNTIL = r"(?:until|till|til|to|before)"

_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (ask, re.compile(pattern))
    for ask, pattern in (
        ("time", rf"{_WHAT} time (?:is it|it is|do we have|have you got)(?: here| in {_PLACE})?(?: today)?"),
        ("time", rf"(?:what is )?(?:the )?(?:current |exact |local |right )?time(?: here| in {_PLACE})?(?: today)?"),
        ("time", rf"how late is it(?: in {_PLACE})?"),
        ("time", r"(?:do )?you have the time|(?:have )?you got the time|have the time"),
        ("time", rf"(?:what is )?(?:the )?(?:current )?(?P<named>{_PLACE} time)"),
        ("time", rf"(?:{_WHAT} time is it|what is the (?:current )?time) (?P<named>{_PLACE})"),
        ("date", rf"(?:what is )?(?:the )?(?:current |today's )?date(?: of)?(?: {_NEAR})?(?: in {_PLACE})?"),
        ("date", rf"{_WHAT} date (?:it is|{_IS}(?: it)?)(?: {_NEAR})?(?: in {_PLACE})?"),
        ("date", rf"what (?P<verb>is|was) {_NEAR}'s date"),
        ("date", r"what is today|what day of the month is it(?: today)?"),
        ("day", rf"{_WHAT} {_WEEKDAY} (?:it is|(?:is|was|will) it(?: be)?)(?: {_NEAR})?(?: in {_PLACE})?"),
        ("day", rf"{_WHAT} {_WEEKDAY} {_IS} {_NEAR}(?: in {_PLACE})?"),
        ("day", rf"what is the {_WEEKDAY}(?: today)?"),
        ("month", rf"{_WHAT} month (?:is it|it is|is this)|what is the (?:current )?month"),
        ("year", rf"{_WHAT} year (?:is it|it is|is this)|what is the (?:current )?year"),
        ("week", rf"{_WHAT} (?:calendar )?week(?: number)?(?: of the year)? (?:is it|it is|is this)(?: today)?"),
        ("week", r"(?:what is )?(?:the )?(?:current )?(?:calendar )?week number(?: today)?"),
        ("leap", r"(?:is|was|will) (?P<year>[\w -]{2,40}?)(?: be)? a leap year"),
        ("next_leap", rf"(?:when|what|{_WHAT} year) is the next leap year"),
        ("days_until", rf"{_MANY} (?:more )?days {_ARE}{_UNTIL} {_DAY}"),
        ("days_until", rf"(?:how long|days|how many sleeps)(?: is it| left)? {_UNTIL} {_DAY}"),
        ("days_until", rf"{_MANY} days (?:are )?(?:there )?(?:left|remain) in (?P<day>the year|this year)"),
        ("weeks_until", rf"{_MANY} (?:more )?weeks {_ARE}{_UNTIL} {_DAY}"),
        ("days_since", rf"{_MANY} days (?:has it been |is it |have passed )?since {_DAY}"),
        ("weekday_of", rf"(?:on )?{_WHAT} {_WEEKDAY} (?P<verb>is|was|will be|does|did) {_DAY}(?: fall)?(?: on)?"),
        ("weekday_of", rf"{_WHAT} date {_IS} {_DAY}"),
        ("weekday_of", rf"when {_IS} {_DAY}"),
        ("weekday_of", rf"what is the date of {_DAY}"),
    )
)
"""What is asked for, and how; the first one that fits and makes sense wins."""

_NO_PLACE = re.compile(
    r"\b(?:hours?|minutes?|seconds?|days?|weeks?|months?|years?|mornings?|afternoons?|evenings?|nights?"
    r"|words?|your|my|our|this|that|these|those)\b"
)
"""After "in", the mark of something that is no place: "what time is it in two hours"."""


def understand(question: str) -> Slots | None:
    """Return what is asked for and about which day or place, or None for a question that is not about time."""
    text = core(question)
    if len(text) > LONGEST:
        return None
    for ask, pattern in _PATTERNS:
        match = pattern.fullmatch(text)
        slots = match and _slots(ask, match.groupdict())
        if slots:
            return slots
    return None


def _slots(ask: str, said: Mapping[str, str | None]) -> Slots | None:
    """Return complete slots, or None when a word in them is neither a day, a year nor a place."""
    slots = {"ask": ask}
    if said.get("verb") in ("was", "did"):
        slots["past"] = "yes"
    if near := said.get("near"):
        slots["day"] = read_day(near) or ""
    if day := said.get("day"):
        return _about_day(slots, day)
    if year := said.get("year"):
        return _about_year(slots, year)
    if named := said.get("named"):
        place = find(named) or find(said["place"] or "")
        return _about_place(slots, place) if place else None
    if name := said.get("place"):
        return None if _NO_PLACE.search(name) else _about_place(slots, find(name), name)
    return slots


def _about_day(slots: dict[str, str], text: str) -> Slots | None:
    text = {"the year": "the end of the year", "this year": "the end of the year"}.get(text, text)
    token = read_day(text)
    if token is None:
        return None
    slots["day"] = token
    name = text.removeprefix("the ")
    if name in ("next year", "end of the year"):
        slots["name"] = text
    elif name in HOLIDAYS:
        slots["name"] = " ".join(word.capitalize() for word in name.split())
    return slots


def _about_year(slots: dict[str, str], text: str) -> Slots | None:
    relative = {"it": "+0", "this": "+0", "this year": "+0", "next year": "+1", "last year": "-1"}.get(text)
    year = relative or read_year(text.removeprefix("the year "))
    return slots | {"year": str(year)} if year else None


def _about_place(slots: dict[str, str], place: Place | None, name: str = "") -> Slots:
    if place is None:
        return {"ask": "unknown_place", "place": " ".join(word.capitalize() for word in name.split())}
    if len(place.zones) > 1:
        return {"ask": "many_zones", "place": place.name}
    return slots | {"place": place.name, "zone": place.zones[0]}
