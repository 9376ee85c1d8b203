"""The agent that knows the time: here and elsewhere, the date, the weekday, the days until a day."""

import calendar
from collections.abc import AsyncIterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from genie.agents.agent import Agent, Context, Slots
from genie.agents.clock_questions import understand
from genie.agents.date_text import clock_text, day_text, weekday_text
from genie.agents.dates import MONTHS, resolve

_NEAR = ("The day before yesterday was", "Yesterday was", "Today is", "Tomorrow is", "The day after tomorrow is")
"""How an answer begins, by the day's distance from -2 to +2."""


async def answer(slots: Slots, context: Context) -> AsyncIterator[str]:
    """Yield one sentence, true at the context's `now` and written for its locale."""
    yield _sentence(slots, context.now, context.locale)


def _sentence(slots: Slots, now: datetime, locale: str) -> str:
    here = now.astimezone(ZoneInfo(slots["zone"])) if "zone" in slots else now
    match slots["ask"]:
        case "unknown_place":
            return f"I do not know a place called {slots['place']}, so I cannot tell the time there."
        case "many_zones":
            return f"{slots['place']} has more than one time. Name a city there, and I can tell it."
        case "time":
            return _time(slots, now, here, locale)
        case "date":
            return _day(slots, here, locale, whole=True)
        case "day":
            return _day(slots, here, locale, whole=False)
        case "month":
            return f"It is {MONTHS[here.month - 1].capitalize()} {here.year}."
        case "year":
            return f"It is {here.year}."
        case "week":
            year, week, _ = here.isocalendar()
            return f"It is week {week} of {year}."
        case "leap":
            return _leap(slots["year"], here.year)
        case "next_leap":
            return f"The next leap year is {_next_leap(here.year)}."
        case "days_until" | "weeks_until" | "days_since":
            return _distance(slots, here.date(), locale)
        case "weekday_of":
            return _weekday_of(slots, here.date(), locale)
        case ask:
            raise ValueError(f"no such plan: {ask}")


def _time(slots: Slots, now: datetime, here: datetime, locale: str) -> str:
    if "place" not in slots:
        return f"It is {clock_text(here, locale)}."
    elsewhen = f" on {weekday_text(here.date())}" if here.date() != now.date() else ""
    return f"In {slots['place']} it is {clock_text(here, locale)}{elsewhen}."


def _day(slots: Slots, here: datetime, locale: str, *, whole: bool) -> str:
    """Say the date when `whole`, else the weekday first and the date after it all the same."""
    token = slots.get("day", "+0")
    day = resolve(token, here.date())
    text = day_text(day, locale, year=whole)
    if "place" in slots and token == "+0":
        return f"In {slots['place']} it is {text}."
    start = _NEAR[int(token) + 2]
    return f"In {slots['place']}, {start[0].lower()}{start[1:]} {text}." if "place" in slots else f"{start} {text}."


def _leap(token: str, this_year: int) -> str:
    year = this_year + int(token) if token[0] in "+-" else int(token)
    tense = "was" if year < this_year else "is"
    return f"Yes, {year} {tense} a leap year." if calendar.isleap(year) else f"No, {year} {tense} not a leap year."


def _next_leap(year: int) -> int:
    return next(later for later in range(year + 1, year + 9) if calendar.isleap(later))


def _distance(slots: Slots, today: date, locale: str) -> str:
    day = resolve(slots["day"], today, past=slots["ask"] == "days_since")
    days = (day - today).days
    text = day_text(day, locale)
    name = f"{slots['name']} on {text}" if "name" in slots else text
    if days == 0:
        return f"{slots.get('name', text)} is today."
    if days < 0:
        return f"{_count(-days, 'day')} have passed since {name}." if days < -1 else f"{name} was yesterday."
    if slots["ask"] == "weeks_until" and days >= 7:
        weeks, rest = divmod(days, 7)
        more = f" and {_count(rest, 'day')}" if rest else ""
        return f"It is {_count(weeks, 'week')}{more} until {name}."
    return f"It is {_count(days, 'day')} until {name}."


def _count(number: int, unit: str) -> str:
    return f"{number:,} {unit}{'' if number == 1 else 's'}"


def _weekday_of(slots: Slots, today: date, locale: str) -> str:
    day = resolve(slots["day"], today, past="past" in slots)
    tense = "was" if day < today else "is"
    if "name" in slots:
        return f"{slots['name'][0].upper()}{slots['name'][1:]} {tense} on {day_text(day, locale)}."
    weekday, _, rest = day_text(day, locale).partition(", ")
    return f"{rest} {tense} a {weekday}."


CLOCK = Agent(
    name="clock",
    description="Tell the time and the date, here and in other places, and count the days until a day.",
    examples=("what time is it", "what time is it in Tokyo", "how many days until Christmas"),
    understand=understand,
    answer=answer,
    repeatable=True,
)
