from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genie.agents.agent import Context
from genie.agents.clock import CLOCK
from genie.agents.dates import DAYS, MONTHS, easter, read_day, read_year, resolve
from genie.agents.places import find
from genie.number_words import spell_ordinal

BERLIN = datetime(2026, 11, 20, 15, 5, tzinfo=ZoneInfo("Europe/Berlin"))


async def reply(question: str, now: datetime = BERLIN, locale: str = "en-US") -> str:
    slots = CLOCK.understand(question)
    assert slots is not None
    return "".join([text async for text in CLOCK.answer(slots, Context(now, str(now.tzinfo), locale))])


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("what time is it", "It is 3:05 PM."),
        ("what time is it in Tokyo", "In Tokyo it is 11:05 PM."),
        ("what time is it in Sydney", "In Sydney it is 1:05 AM on Saturday."),
        ("what time is it in san francisco", "In San Francisco it is 6:05 AM."),
        ("what time is it in delhi", "In Delhi it is 7:35 PM."),
        ("what time is it in UTC", "In UTC it is 2:05 PM."),
        ("what is pacific time", "In Pacific time it is 6:05 AM."),
        ("what time is it in Atlantis", "I do not know a place called Atlantis, so I cannot tell the time there."),
        ("what time is it in australia", "Australia has more than one time. Name a city there, and I can tell it."),
        ("what is the date", "Today is Friday, November 20, 2026."),
        ("what is the date in sydney", "In Sydney it is Saturday, November 21, 2026."),
        ("what day is it tomorrow", "Tomorrow is Saturday, November 21."),
        ("what day was it yesterday", "Yesterday was Thursday, November 19."),
        ("what day is tomorrow in sydney", "In Sydney, tomorrow is Sunday, November 22."),
        ("what month is it", "It is November 2026."),
        ("what year is it", "It is 2026."),
        ("what week is it", "It is week 47 of 2026."),
        ("is it a leap year", "No, 2026 is not a leap year."),
        ("was two thousand a leap year", "Yes, 2000 was a leap year."),
        ("was 1900 a leap year", "No, 1900 was not a leap year."),
        ("when is the next leap year", "The next leap year is 2028."),
        ("days until christmas", "It is 35 days until Christmas on Friday, December 25, 2026."),
        ("how many weeks until new year", "It is 6 weeks until New Year on Friday, January 1, 2027."),
        ("how many days until the 3rd of march", "It is 103 days until Wednesday, March 3, 2027."),
        ("how many days until next friday", "It is 7 days until Friday, November 27, 2026."),
        ("how many days until saturday", "It is 1 day until Saturday, November 21, 2026."),
        ("how many days until november 20", "Friday, November 20, 2026 is today."),
        ("how many days until july 4 2020", "2,330 days have passed since Saturday, July 4, 2020."),
        ("how many days since christmas", "330 days have passed since Christmas on Thursday, December 25, 2025."),
        ("what day of the week is july 4 2027", "July 4, 2027 is a Sunday."),
        ("what day is christmas", "Christmas is on Friday, December 25, 2026."),
        ("when was easter", "Easter was on Sunday, April 5, 2026."),
        ("when is february 29", "February 29, 2028 is a Tuesday."),
    ],
)
async def test_an_answer_is_true_now_and_here(question, answer):
    assert await reply(question) == answer


@pytest.mark.parametrize(
    ("locale", "time", "day"),
    [
        ("en-US", "It is 3:05 PM.", "Today is Friday, November 20, 2026."),
        ("en", "It is 3:05 PM.", "Today is Friday, November 20, 2026."),
        ("en-GB", "It is 15:05.", "Today is Friday, 20 November 2026."),
        ("de-DE", "It is 15:05.", "Today is Friday, 20 November 2026."),
        ("de", "It is 15:05.", "Today is Friday, 20 November 2026."),
        ("en_AU.UTF-8", "It is 3:05 PM.", "Today is Friday, 20 November 2026."),
    ],
)
async def test_the_locale_chooses_clock_and_order(locale, time, day):
    assert await reply("what time is it", locale=locale) == time
    assert await reply("what is the date", locale=locale) == day


@pytest.mark.parametrize(("hour", "text"), [(0, "12:05 AM"), (11, "11:05 AM"), (12, "12:05 PM"), (23, "11:05 PM")])
async def test_midnight_and_noon_are_twelve(hour, text):
    assert await reply("what time is it", BERLIN.replace(hour=hour)) == f"It is {text}."


async def test_a_place_keeps_its_own_summer_time():
    summer, winter = BERLIN.replace(month=7), BERLIN.replace(month=3, day=15)
    assert await reply("what time is it in new york", summer) == "In New York it is 9:05 AM."
    assert await reply("what time is it in new york", winter) == "In New York it is 10:05 AM."


async def test_the_days_until_ignore_the_change_of_summer_time():
    assert await reply("how many days until november 2", BERLIN.replace(month=10, day=1, hour=23)) == (
        "It is 32 days until Monday, November 2, 2026."
    )


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("New York", "America/New_York"),
        ("san francisco", "America/Los_Angeles"),
        ("Delhi", "Asia/Kolkata"),
        ("Beijing", "Asia/Shanghai"),
        ("Japan", "Asia/Tokyo"),
        ("Germany", "Europe/Berlin"),
        ("São Paulo", "America/Sao_Paulo"),
        ("paris, france", "Europe/Paris"),
        ("St. John's", "America/St_Johns"),
        ("america/new_york", "America/New_York"),
        ("the netherlands", "Europe/Amsterdam"),
        ("UTC", "UTC"),
        ("GMT", "GMT"),
    ],
)
def test_a_place_is_found_by_what_people_call_it(name, zone):
    place = find(name)
    assert place is not None
    assert place.zones == (zone,)


@pytest.mark.parametrize("name", ["atlantis", "athens georgia", "paris texas", "", "center", "noon"])
def test_an_unknown_place_is_none(name):
    assert find(name) is None


DATES = st.dates(min_value=date(1900, 1, 1), max_value=date(2200, 12, 31))


@given(DATES)
def test_a_spoken_day_reads_back(day):
    month, ordinal = MONTHS[day.month - 1], spell_ordinal(day.day)
    for text in (
        f"{month} {ordinal} {day.year}",
        f"the {ordinal} of {month} {day.year}",
        f"{month} {day.day}, {day.year}",
        day.isoformat(),
    ):
        assert read_day(text) == day.isoformat()


@given(DATES, DATES)
def test_a_day_without_a_year_is_the_next_one_or_the_last_one(day, today):
    token = f"{day.month:02}-{day.day:02}"
    coming, gone = resolve(token, today), resolve(token, today, past=True)
    assert gone <= today <= coming
    assert (coming.month, coming.day) == (gone.month, gone.day) == (day.month, day.day)


@given(st.sampled_from(DAYS), DATES)
def test_a_weekday_is_the_first_one_after_today(name, today):
    day = resolve(name, today)
    assert DAYS[day.weekday()] == name
    assert timedelta(days=1) <= day - today <= timedelta(days=7)


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("2027", 2027),
        ("twenty twenty seven", 2027),
        ("two thousand and twenty seven", 2027),
        ("nineteen eighty four", 1984),
        ("twenty oh nine", 2009),
        ("nineteen hundred", 1900),
    ],
)
def test_a_year_is_read_in_digits_and_words(text, year):
    assert read_year(text) == year


@pytest.mark.parametrize("text", ["twenty", "two", "twenty seven", "", "99999", "twenty oh twelve"])
def test_what_is_no_year_is_none(text):
    assert read_year(text) is None


@pytest.mark.parametrize(
    ("year", "day"), [(1961, (4, 2)), (2000, (4, 23)), (2024, (3, 31)), (2025, (4, 20)), (2038, (4, 25))]
)
def test_easter_falls_where_the_church_says(year, day):
    assert easter(year) == date(year, *day)


@pytest.mark.parametrize("text", ["february 30", "june thirty first", "may", "33rd of may", "the party", "2027-02-29"])
def test_what_is_no_day_is_none(text):
    assert read_day(text) is None


@given(st.text(max_size=130))
def test_no_text_breaks_the_clock(text):
    CLOCK.understand(f"what time is it in {text}")
    CLOCK.understand(f"how many days until {text}")
