"""Times and days as a user of a locale reads and hears them, in English. Pure."""

import re
from datetime import date, datetime

from genie.agents.dates import DAYS, MONTHS

TWELVE_HOURS = frozenset({"", "US", "CA", "AU", "NZ", "IN", "PH", "PK", "BD", "EG", "SA"})
MONTH_FIRST = frozenset({"", "US", "PH"})
"""Regions with a 12-hour clock, and with the month before the day; a locale without a region counts as American."""


def clock_text(moment: datetime, locale: str) -> str:
    """Return "3:05 PM" or "15:05"."""
    if _region(locale) not in TWELVE_HOURS:
        return f"{moment.hour}:{moment.minute:02}"
    return f"{(moment.hour - 1) % 12 + 1}:{moment.minute:02} {'AM' if moment.hour < 12 else 'PM'}"


def day_text(day: date, locale: str, *, year: bool = True) -> str:
    """Return "Friday, November 20, 2026" or "Friday, 20 November 2026"."""
    month = MONTHS[day.month - 1].capitalize()
    if _region(locale) in MONTH_FIRST:
        return f"{weekday_text(day)}, {month} {day.day}" + (f", {day.year}" if year else "")
    return f"{weekday_text(day)}, {day.day} {month}" + (f" {day.year}" if year else "")


def weekday_text(day: date) -> str:
    """Return "Friday"."""
    return DAYS[day.weekday()].capitalize()


def _region(locale: str) -> str:
    """Return the region of a language tag, "GB" of "en-GB" or "en_GB.UTF-8"; the language's own outside English."""
    language, *rest = re.split(r"[-_.]", locale)
    region = next((part.upper() for part in rest if re.fullmatch(r"[A-Za-z]{2}|\d{3}", part)), "")
    return region or ("" if language.lower() in ("", "en") else language.upper())
