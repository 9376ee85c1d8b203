"""Quiet hours go by the clock on the wall: over midnight, in each zone, and when clocks are changed."""

from datetime import UTC, datetime

import pytest

from genie.errors import BadInput
from genie.quiet import Quiet, quiet_hours


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "zone", "moment", "quiet"),
    [
        ("13:00-14:30", "UTC", "2026-11-20 12:59:59", False),
        ("13:00-14:30", "UTC", "2026-11-20 13:00", True),
        ("13:00-14:30", "UTC", "2026-11-20 14:29:59", True),
        ("13:00-14:30", "UTC", "2026-11-20 14:30", False),
        ("22:00-07:00", "UTC", "2026-11-20 21:59", False),
        ("22:00-07:00", "UTC", "2026-11-20 22:00", True),
        ("22:00-07:00", "UTC", "2026-11-21 00:00", True),
        ("22:00-07:00", "UTC", "2026-11-21 06:59", True),
        ("22:00-07:00", "UTC", "2026-11-21 07:00", False),
        ("22:00-07:00", "Asia/Tokyo", "2026-11-20 12:59", False),
        ("22:00-07:00", "Asia/Tokyo", "2026-11-20 13:00", True),
        ("22:00-07:00", "Asia/Kolkata", "2026-11-20 01:29", True),
        ("22:00-07:00", "Asia/Kolkata", "2026-11-20 01:30", False),
        # Berlin is an hour ahead of UTC in winter, two in summer: seven o'clock stays seven o'clock
        ("22:00-07:00", "Europe/Berlin", "2026-03-28 05:59", True),
        ("22:00-07:00", "Europe/Berlin", "2026-03-28 06:00", False),
        ("22:00-07:00", "Europe/Berlin", "2026-03-29 04:59", True),
        ("22:00-07:00", "Europe/Berlin", "2026-03-29 05:00", False),
        # from 02:00 the clock goes to 03:00: an hour that is left out is never quiet
        ("02:00-03:00", "Europe/Berlin", "2026-03-29 00:59:59", False),
        ("02:00-03:00", "Europe/Berlin", "2026-03-29 01:00", False),
        # and in autumn it is 02:30 twice
        ("02:00-03:00", "Europe/Berlin", "2026-10-25 00:30", True),
        ("02:00-03:00", "Europe/Berlin", "2026-10-25 01:30", True),
        ("02:00-03:00", "Europe/Berlin", "2026-10-25 02:00", False),
    ],
)
def test_quiet_hours_hold_by_the_clock_on_the_wall(hours, zone, moment, quiet):
    assert quiet_hours(hours).hold(at(moment), zone) is quiet


@pytest.mark.parametrize("nothing", ["", "  "])
def test_without_hours_it_is_never_quiet(nothing):
    assert quiet_hours(nothing) is None


def test_a_day_may_begin_and_end_at_midnight():
    assert quiet_hours("00:00-12:00").hold(at("2026-11-20 00:00"), "UTC")
    assert quiet_hours(" 22:00 - 0:00 ").hold(at("2026-11-20 23:59"), "UTC")


@pytest.mark.parametrize("wrong", ["22-7", "22:00", "24:00-07:00", "22:60-07:00", "22:00-07:00-08:00", "07:00-07:00"])
def test_what_is_no_span_is_refused(wrong):
    with pytest.raises(BadInput) as refused:
        quiet_hours(wrong)
    assert refused.value.code == "bad_hours"


def test_what_a_user_wants_wins_over_the_settings():
    noon, hours = at("2026-11-20 12:00"), "11:00-13:00"
    assert Quiet().holds(noon, "UTC", hours) and not Quiet().holds(noon, "UTC", "")
    assert not Quiet("").holds(noon, "UTC", hours) and Quiet("12:00-12:01").holds(noon, "UTC", "")
    assert Quiet("", muted=True).holds(noon, "UTC", "")
