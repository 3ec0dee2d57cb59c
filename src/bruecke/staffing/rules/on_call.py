"""When somebody of the escalation chain can be reached, by weekday and the clock on the wall in Berlin; and when a check is due."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bruecke.core.clock import BERLIN

CHECK_EVERY = timedelta(days=365)
LAST_MINUTE = time(23, 59)
"""Nobody can type 24:00: hours that end in the last minute last until midnight."""
SUNDAY = 6
_ONE_DAY = timedelta(days=1)
_AHEAD = 21
"""Days that are looked ahead: who is on call on one weekday alone is found beyond two holidays in a row."""


@dataclass(frozen=True, slots=True)
class Shift:
    """Hours of a weekday (0 Monday … 6 Sunday). `ends` before `starts` lies on the next day."""

    weekday: int
    starts: time
    ends: time

    @property
    def is_whole_day(self) -> bool:
        return self.starts == time.min and self.ends >= LAST_MINUTE


@dataclass(frozen=True, slots=True)
class Reach:
    """Whether somebody can be reached now. `until`: end of the running hours (None: not in sight); `opens_at`: the next ones."""

    is_known: bool
    is_now: bool = False
    until: datetime | None = None
    opens_at: datetime | None = None


def weekday_of(day: date, is_holiday: Callable[[date], bool]) -> int:
    """On a public holiday the hours of a Sunday hold, as duties of offices have it."""
    return SUNDAY if is_holiday(day) else day.weekday()


def reach(shifts: Iterable[Shift], now: datetime, is_holiday: Callable[[date], bool]) -> Reach:
    """By the clock on the wall: the hour that is repeated or left out in a night of March or October needs no rule of its own."""
    known = tuple(shifts)
    wall = now.astimezone(BERLIN).replace(tzinfo=None)
    first, last = wall.date() - _ONE_DAY, wall.date() + timedelta(days=_AHEAD)
    for starts, ends in _stretches(known, first, last, is_holiday):
        if starts <= wall < ends:
            is_endless = ends > datetime.combine(last, time.min)
            return Reach(is_known=True, is_now=True, until=None if is_endless else ends.replace(tzinfo=BERLIN))
        if starts > wall:
            return Reach(is_known=True, opens_at=starts.replace(tzinfo=BERLIN))
    return Reach(is_known=bool(known))


def _stretches(
    shifts: tuple[Shift, ...], first: date, last: date, is_holiday: Callable[[date], bool]
) -> list[tuple[datetime, datetime]]:
    """Hours of the days from `first` to `last` in order; those that touch are one."""
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    spans = sorted(_span(shift, day) for day in days for shift in shifts if shift.weekday == weekday_of(day, is_holiday))
    joined: list[tuple[datetime, datetime]] = []
    for starts, ends in spans:
        if joined and starts <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], ends))
        else:
            joined.append((starts, ends))
    return joined


def _span(shift: Shift, day: date) -> tuple[datetime, datetime]:
    starts = datetime.combine(day, shift.starts)
    if shift.ends >= LAST_MINUTE:
        return starts, datetime.combine(day + _ONE_DAY, time.min)
    return starts, datetime.combine(day if shift.ends > shift.starts else day + _ONE_DAY, shift.ends)


def is_check_due(confirmed_on: date | None, today: date) -> bool:
    """Numbers are checked once a year."""
    return confirmed_on is None or today - confirmed_on > CHECK_EVERY
