"""Repeated meetings by RFC 5545: rules, checked and in their usual form, and the meetings they give, right across DST changes.

A recurrence takes the part of RRULE that offices and calendars use: FREQ=DAILY, WEEKLY, MONTHLY, YEARLY with INTERVAL,
COUNT, BYDAY, BYMONTHDAY and BYSETPOS. Its days are counted out period by period between its first day and the day asked
for, because dateutil searches a rule that fits no day up to the year 9999; the tests hold both against each other.
"""

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice

from bruecke.core.clock import BERLIN
from bruecke.core.schedules.weekly import Occurrence

MAX_COUNT = 500
MAX_INTERVAL = 100
MAX_MEETINGS = 1_000
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_PARTS = ("FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYSETPOS", "COUNT")
_BYDAY = re.compile(r"([+-]?[0-9]{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_INTEGER = re.compile(r"[+-]?[0-9]{1,3}")
_LAST_DAY = date(2200, 1, 1)


@dataclass(frozen=True, slots=True)
class Rule:
    """An RRULE in parts. `weekdays` are (ordinal or 0, 0 Monday … 6 Sunday); negative ordinals count from the end."""

    frequency: str
    interval: int = 1
    weekdays: tuple[tuple[int, int], ...] = ()
    month_days: tuple[int, ...] = ()
    positions: tuple[int, ...] = ()
    count: int | None = None

    def __str__(self) -> str:
        parts = {
            "FREQ": self.frequency,
            "INTERVAL": str(self.interval) if self.interval > 1 else "",
            "BYDAY": ",".join(f"{ordinal or ''}{_DAYS[day]}" for ordinal, day in self.weekdays),
            "BYMONTHDAY": ",".join(map(str, self.month_days)),
            "BYSETPOS": ",".join(map(str, self.positions)),
            "COUNT": str(self.count) if self.count else "",
        }
        return ";".join(f"{name}={parts[name]}" for name in _PARTS if parts[name])


@dataclass(frozen=True, slots=True)
class Recurrence:
    """Meetings by an RRULE without DTSTART, from `starts` to `ends` by the clock in Berlin; `ends` None: open end.

    `first_on` is where counting begins (a meeting only if the rule fits it), `until_on` is exclusive, None means no end;
    `exdates` are days without a meeting. An end before the start lies on the next day.
    """

    rrule: str
    starts: time
    ends: time | None
    first_on: date
    until_on: date | None = None
    exdates: tuple[date, ...] = ()


def parse_rrule(text: str) -> str:
    """The rule in its usual form: parts in a fixed order, days of the week from Monday on. Raises: ValueError."""
    return str(rule_of(text))


def rule_of(text: str) -> Rule:
    """The parts of an RRULE. Raises: ValueError for what is unknown, contradicts itself or goes beyond the limits."""
    if len(text) > 300:
        raise ValueError("the rule is too long")
    parts: dict[str, str] = {}
    for piece in text.strip().upper().removeprefix("RRULE:").strip(";").split(";"):
        name, equals, value = piece.partition("=")
        if not equals or name in parts:
            raise ValueError(f"not a part of a rule: {piece}")
        parts[name] = value
    if parts.pop("WKST", "MO") != "MO":
        raise ValueError("weeks begin on Monday")
    if set(parts) - set(_PARTS):
        raise ValueError(f"unknown part: {min(set(parts) - set(_PARTS))}")
    if parts.get("FREQ") not in _FREQUENCIES:
        raise ValueError("FREQ is DAILY, WEEKLY, MONTHLY or YEARLY")
    return _consistent(
        Rule(
            frequency=parts["FREQ"],
            interval=_number(parts.get("INTERVAL", "1"), MAX_INTERVAL),
            weekdays=_weekdays(parts.get("BYDAY", "")),
            month_days=_signed(parts.get("BYMONTHDAY", ""), 31),
            positions=_signed(parts.get("BYSETPOS", ""), 366),
            count=_number(parts["COUNT"], MAX_COUNT) if "COUNT" in parts else None,
        )
    )


def _number(text: str, largest: int) -> int:
    if not _INTEGER.fullmatch(text) or not 1 <= int(text) <= largest:
        raise ValueError(f"not a number from 1 to {largest}: {text}")
    return int(text)


def _signed(text: str, largest: int) -> tuple[int, ...]:
    """Numbers other than 0, first the ones from the beginning, then the ones from the end."""
    numbers = set()
    for piece in text.split(",") if text else ():
        if not _INTEGER.fullmatch(piece) or not 1 <= abs(int(piece)) <= largest:
            raise ValueError(f"not a number from 1 to {largest}, nor from the end: {piece}")
        numbers.add(int(piece))
    return tuple(sorted(numbers, key=lambda number: (number < 0, number)))


def _weekdays(text: str) -> tuple[tuple[int, int], ...]:
    days = set()
    for piece in text.split(",") if text else ():
        match = _BYDAY.fullmatch(piece)
        if match is None or (match[1] and not 1 <= abs(int(match[1])) <= 53):
            raise ValueError(f"not a day of the week: {piece}")
        days.add((int(match[1] or 0), _DAYS.index(match[2])))
    return tuple(sorted(days, key=lambda day: (day[0] < 0, day[0], day[1])))


def _consistent(rule: Rule) -> Rule:
    """The same rule. Raises: ValueError where RFC 5545 forbids the combination."""
    has_ordinals = any(ordinal for ordinal, _day in rule.weekdays)
    if has_ordinals and rule.frequency not in {"MONTHLY", "YEARLY"}:
        raise ValueError("numbered days of the week need a month or a year")
    if rule.frequency == "MONTHLY" and any(abs(ordinal) > 5 for ordinal, _day in rule.weekdays):
        raise ValueError("a month has five Mondays at most")
    if rule.frequency == "WEEKLY" and rule.month_days:
        raise ValueError("days of the month need another frequency than WEEKLY")
    if rule.positions and (rule.frequency in {"DAILY", "WEEKLY"} or not (rule.weekdays or rule.month_days)):
        raise ValueError("BYSETPOS needs several days of a month or year to choose from")
    return rule


def meetings(rule: Recurrence, *, after: datetime, before: datetime, limit: int = MAX_MEETINGS) -> Iterator[Occurrence]:
    """Meetings that end after `after` and begin before `before` (both aware), in order, at most `limit`.

    A meeting with open end counts with the moment it starts. Raises: ValueError for a rule that `parse_rrule` refuses.
    """
    parts = rule_of(rule.rrule)
    found = (_occurrence(rule, day) for day in _days(parts, rule, before) if day not in rule.exdates)
    fitting = (one for one in found if one.starts_at < before and (one.ends_at > after or one.starts_at == one.ends_at == after))
    yield from islice(fitting, max(0, min(limit, MAX_MEETINGS)))


def _occurrence(rule: Recurrence, day: date) -> Occurrence:
    starts_at = datetime.combine(day, rule.starts, tzinfo=BERLIN)
    if rule.ends is None:
        return Occurrence(starts_at, starts_at)
    last_day = day if rule.ends > rule.starts else day + timedelta(days=1)
    return Occurrence(starts_at, datetime.combine(last_day, rule.ends, tzinfo=BERLIN))


def _days(parts: Rule, rule: Recurrence, before: datetime) -> Iterator[date]:
    """The days of the rule up to the day of `before`; excluded days are among them, for COUNT counts them too."""
    end = min(min(before.astimezone(BERLIN).date(), _LAST_DAY) + timedelta(days=1), rule.until_on or _LAST_DAY)
    left = parts.count or 10**6
    for first, last in _periods(parts, rule.first_on, end):
        chosen = [day for day in _between(first, last) if _fits(parts, day, rule.first_on, first, last)]
        for day in _at_positions(chosen, parts.positions):
            if day < rule.first_on:
                continue
            if day >= end or not left:
                return
            left -= 1
            yield day


def _periods(parts: Rule, first_on: date, end: date) -> Iterator[tuple[date, date]]:
    """First and last day of every period the rule looks at: day, week from Monday, month or year."""
    if parts.frequency in {"DAILY", "WEEKLY"}:
        length = 1 if parts.frequency == "DAILY" else 7
        first = first_on if length == 1 else first_on - timedelta(days=first_on.weekday())
        while first < end:
            yield first, first + timedelta(days=length - 1)
            first += timedelta(days=length * parts.interval)
        return
    month = first_on.year * 12 + (first_on.month - 1 if parts.frequency == "MONTHLY" else 0)
    length = 1 if parts.frequency == "MONTHLY" else 12
    while (first := date(month // 12, month % 12 + 1, 1)) < end:
        last_month = month + length - 1
        year, number = last_month // 12, last_month % 12 + 1
        yield first, date(year, number, monthrange(year, number)[1])
        month += length * parts.interval


def _between(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=count) for count in range((last - first).days + 1))


def _fits(parts: Rule, day: date, first_on: date, first: date, last: date) -> bool:
    """Whether the day is one of the rule's inside its period; without BY… the first day tells weekday or date."""
    if parts.weekdays and not any(_is_weekday(day, wish, first, last) for wish in parts.weekdays):
        return False
    if parts.month_days:
        length = monthrange(day.year, day.month)[1]
        return day.day in parts.month_days or day.day - length - 1 in parts.month_days
    if parts.weekdays or parts.frequency == "DAILY":
        return True
    if parts.frequency == "WEEKLY":
        return day.weekday() == first_on.weekday()
    return day.day == first_on.day and (parts.frequency == "MONTHLY" or day.month == first_on.month)


def _is_weekday(day: date, wish: tuple[int, int], first: date, last: date) -> bool:
    ordinal, weekday = wish
    if day.weekday() != weekday:
        return False
    if not ordinal:
        return True
    return ordinal in {(day - first).days // 7 + 1, -((last - day).days // 7 + 1)}


def _at_positions(days: list[date], positions: Sequence[int]) -> list[date]:
    if not positions:
        return days
    places = {place - 1 if place > 0 else len(days) + place for place in positions}
    return [day for place, day in enumerate(days) if place in places]
