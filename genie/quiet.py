"""Quiet hours: when nothing but what is urgent may be heard. Pure; the moment is an argument."""

from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from genie.errors import BadInput


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From one time of the day to another, by the clock on the wall; over midnight when the end is earlier."""

    start: time
    end: time

    def hold(self, moment: datetime, zone: str) -> bool:
        """Say whether a moment (with its zone) is within these hours where the clocks show `zone`'s time."""
        shown = moment.astimezone(ZoneInfo(zone)).time()
        if self.start < self.end:
            return self.start <= shown < self.end
        return shown >= self.start or shown < self.end


@dataclass(frozen=True, slots=True)
class Quiet:
    """When a user wants to hear only what is urgent: in `hours` (None: in those of the settings), or while `muted`."""

    hours: str | None = None
    muted: bool = False

    def holds(self, moment: datetime, zone: str, otherwise: str) -> bool:
        """Say whether it is quiet at a moment where the clocks show `zone`'s time; `otherwise`: the settings' hours."""
        hours = quiet_hours(otherwise if self.hours is None else self.hours)
        return self.muted or (hours is not None and hours.hold(moment, zone))


def quiet_hours(text: str) -> QuietHours | None:
    """Read hours such as "22:00-07:00", None where there is nothing; anything else is `bad_hours`."""
    if not text.strip():
        return None
    start, _, end = text.partition("-")
    try:
        hours = QuietHours(_time(start), _time(end))
    except ValueError as error:
        raise BadInput("bad_hours", f'quiet hours are written as "22:00-07:00", not {text!r}', field="hours") from error
    if hours.start == hours.end:
        raise BadInput("bad_hours", "quiet hours must end at another time than they begin", field="hours")
    return hours


def _time(text: str) -> time:
    return datetime.strptime(text.strip(), "%H:%M").time()
