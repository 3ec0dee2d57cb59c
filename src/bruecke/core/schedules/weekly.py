"""Weekly rules in local time: occurrences with exceptions, right across DST changes."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from dateutil.rrule import WEEKLY, rrule

from bruecke.core.clock import BERLIN


@dataclass(frozen=True, slots=True)
class WeeklyRule:
    """Every `interval` weeks on `weekday` (0 Monday … 6 Sunday) from `starts` to `ends`, wall-clock time in Berlin.

    `first_on` anchors the interval; `until_on` is exclusive, None means open end.
    """

    weekday: int
    starts: time
    ends: time
    first_on: date
    until_on: date | None = None
    interval: int = 1


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
    anchor = datetime.combine(rule.first_on, time.min)
    days = rrule(WEEKLY, interval=rule.interval, byweekday=rule.weekday, dtstart=anchor, until=datetime.combine(last_day, time.max))
    earliest = datetime.combine(after.astimezone(BERLIN).date(), time.min)
    for moment in days.xafter(earliest, inc=True):
        day = moment.date()
        if day in skip:
            continue
        starts_at = datetime.combine(day, rule.starts, tzinfo=BERLIN)
        ends_at = datetime.combine(day, rule.ends, tzinfo=BERLIN)
        if ends_at > after and starts_at < before:
            yield Occurrence(starts_at, ends_at)
