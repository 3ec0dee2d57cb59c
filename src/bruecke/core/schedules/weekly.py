"""Rules that come again by weekday, every few weeks or in certain weeks of the month: occurrences, right across DST changes."""

from calendar import monthrange
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bruecke.core.clock import BERLIN

WEEKS_OF_MONTH = (1, 2, 3, 4, -1)
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True, slots=True)
class WeeklyRule:
    """Every `interval` weeks on `weekday` (0 Monday … 6 Sunday) from `starts` to `ends`, wall-clock time in Berlin.

    `first_on` anchors the interval; `until_on` is exclusive, None means open end. With `weeks_of_month` (1 … 4, -1 the last)
    the rule holds on these weekdays of every month instead, and the interval does not count.
    """

    weekday: int
    starts: time
    ends: time
    first_on: date
    until_on: date | None = None
    interval: int = 1
    weeks_of_month: tuple[int, ...] = ()

    @property
    def rrule(self) -> str:
        """The rule as RFC 5545 writes it, without its beginning and end; weeks begin on Monday."""
        name = _DAYS[self.weekday]
        if self.weeks_of_month:
            return "FREQ=MONTHLY;BYDAY=" + ",".join(f"{week}{name}" for week in self.weeks_of_month)
        every = f"INTERVAL={self.interval};" if self.interval > 1 else ""
        return f"FREQ=WEEKLY;{every}BYDAY={name}"


@dataclass(frozen=True, slots=True, order=True)
class Occurrence:
    """One meeting of a rule; both instants aware, in Berlin time."""

    starts_at: datetime
    ends_at: datetime

    @property
    def day(self) -> date:
        return self.starts_at.date()


def occurrences(rule: WeeklyRule, *, after: datetime, before: datetime, skip: Collection[date] = ()) -> Iterator[Occurrence]:
    """Occurrences that end after `after` and begin before `before` (both aware), in order, without the days in `skip`."""
    last_day = before.astimezone(BERLIN).date()
    if rule.until_on is not None:
        last_day = min(last_day, rule.until_on - timedelta(days=1))
    for day in days_of(rule, max(rule.first_on, after.astimezone(BERLIN).date()), last_day):
        if day in skip:
            continue
        starts_at = datetime.combine(day, rule.starts, tzinfo=BERLIN)
        ends_at = datetime.combine(day, rule.ends, tzinfo=BERLIN)
        if ends_at > after and starts_at < before:
            yield Occurrence(starts_at, ends_at)


def days_of(rule: WeeklyRule, first: date, last: date) -> Iterator[date]:
    """The days of the rule from `first` to `last`, both included; the end of the rule is the caller's business."""
    return _monthly(rule, first, last) if rule.weeks_of_month else _weekly(rule, first, last)


def _weekly(rule: WeeklyRule, first: date, last: date) -> Iterator[date]:
    """Counted in weeks from the one in which the rule begins; a weekday before that day is no meeting yet."""
    anchor = rule.first_on - timedelta(days=rule.first_on.weekday() - rule.weekday)
    step = 7 * rule.interval
    begin = max(first, rule.first_on)
    day = anchor + timedelta(days=-(-max(0, (begin - anchor).days) // step) * step)
    while day <= last:
        yield day
        day += timedelta(days=step)


def _monthly(rule: WeeklyRule, first: date, last: date) -> Iterator[date]:
    begin = max(first, rule.first_on)
    month = begin.year * 12 + begin.month - 1
    while (start := date(month // 12, month % 12 + 1, 1)) <= last:
        earliest = start + timedelta(days=(rule.weekday - start.weekday()) % 7)
        length = monthrange(start.year, start.month)[1]
        final = earliest + timedelta(days=(length - earliest.day) // 7 * 7)
        days = {final if week == -1 else earliest + timedelta(weeks=week - 1) for week in rule.weeks_of_month}
        yield from (day for day in sorted(days) if begin <= day <= last)
        month += 1
