"""Who can be reached when: across midnight, on holidays, in the nights in which clocks change; and when a check is due."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bruecke.core.clock import BERLIN
from bruecke.core.schedules import public_holidays
from bruecke.staffing.queries import hours_words
from bruecke.staffing.rules import Reach, Shift, is_check_due, reach, weekday_of

MONDAY, FRIDAY, SATURDAY, SUNDAY = 0, 4, 5, 6
WORKDAYS = tuple(Shift(day, time(8), time(16)) for day in range(5))
NIGHTS = tuple(Shift(day, time(16), time(8)) for day in range(5))
ALWAYS = tuple(Shift(day, time(0), time(23, 59)) for day in range(7))
UNKNOWN = Reach(is_known=False)


def saxon(day):
    return day in public_holidays("14", day.year)


def at(text, fold=0):
    """A moment by the clock on the wall in Berlin."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN, fold=fold)


def until(text):
    return Reach(is_known=True, is_now=True, until=at(text))


def opens(text):
    return Reach(is_known=True, opens_at=at(text))


@pytest.mark.parametrize(
    ("shifts", "moment", "expected"),
    [
        (WORKDAYS, "2026-11-24T07:59", opens("2026-11-24T08:00")),
        (WORKDAYS, "2026-11-24T08:00", until("2026-11-24T16:00")),
        (WORKDAYS, "2026-11-24T15:59", until("2026-11-24T16:00")),
        (WORKDAYS, "2026-11-24T16:00", opens("2026-11-25T08:00")),
        (WORKDAYS, "2026-11-27T16:00", opens("2026-11-30T08:00")),
        (NIGHTS, "2026-11-24T15:59", opens("2026-11-24T16:00")),
        (NIGHTS, "2026-11-24T23:59", until("2026-11-25T08:00")),
        (NIGHTS, "2026-11-25T00:00", until("2026-11-25T08:00")),
        (NIGHTS, "2026-11-25T07:59", until("2026-11-25T08:00")),
        (NIGHTS, "2026-11-25T08:00", opens("2026-11-25T16:00")),
        (NIGHTS, "2026-11-28T03:00", until("2026-11-28T08:00")),  # the night of Friday reaches into Saturday
        (NIGHTS, "2026-11-28T16:00", opens("2026-11-30T16:00")),
        (ALWAYS, "2026-11-24T23:59:30", Reach(is_known=True, is_now=True)),
        (ALWAYS, "2026-12-25T03:00", Reach(is_known=True, is_now=True)),
        ((*WORKDAYS, *NIGHTS), "2026-11-24T12:00", until("2026-11-28T08:00")),  # hours that touch are one
        ((Shift(SATURDAY, time(20), time(0)),), "2026-11-28T23:59", until("2026-11-29T00:00")),
        ((), "2026-11-24T12:00", UNKNOWN),
    ],
)
def test_reach_by_the_clock(shifts, moment, expected):
    assert reach(shifts, at(moment), saxon) == expected


@pytest.mark.parametrize(
    ("shifts", "moment", "expected"),
    [
        (WORKDAYS, "2026-11-18T10:00", opens("2026-11-19T08:00")),  # Buß- und Bettag, a Wednesday, in Saxony
        (NIGHTS, "2026-11-18T07:00", until("2026-11-18T08:00")),  # the night before it ends as every night
        (NIGHTS, "2026-11-18T20:00", opens("2026-11-19T16:00")),
        ((Shift(SUNDAY, time(0), time(23, 59)),), "2026-11-18T10:00", until("2026-11-19T00:00")),
        ((Shift(MONDAY, time(8), time(12)),), "2026-04-01T09:00", opens("2026-04-13T08:00")),  # beyond Ostermontag
        (WORKDAYS, "2026-12-24T17:00", opens("2026-12-28T08:00")),
    ],
)
def test_on_a_holiday_the_hours_of_a_sunday_hold(shifts, moment, expected):
    assert reach(shifts, at(moment), saxon) == expected


def test_another_land_has_other_holidays():
    brandenburg = lambda day: day in public_holidays("12", day.year)  # noqa: E731
    assert weekday_of(date(2026, 11, 18), saxon) == SUNDAY
    assert weekday_of(date(2026, 11, 18), brandenburg) == 2


NIGHT_OF_SATURDAY = (Shift(SATURDAY, time(22), time(6)),)


@pytest.mark.parametrize(
    ("moment", "is_now"),
    [
        (datetime(2026, 3, 28, 20, 59, tzinfo=UTC), False),
        (datetime(2026, 3, 28, 21, 0, tzinfo=UTC), True),  # 22:00, winter
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), True),  # 1:59
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), True),  # 3:00, summer
        (datetime(2026, 3, 29, 3, 59, tzinfo=UTC), True),  # 5:59
        (datetime(2026, 3, 29, 4, 0, tzinfo=UTC), False),  # 6:00
        (datetime(2026, 10, 24, 20, 0, tzinfo=UTC), True),  # 22:00, summer
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), True),  # 2:30 for the first time
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), True),  # 2:30 once more
        (datetime(2026, 10, 25, 4, 59, tzinfo=UTC), True),  # 5:59
        (datetime(2026, 10, 25, 5, 0, tzinfo=UTC), False),  # 6:00, winter
    ],
)
def test_a_night_shift_lasts_until_six_when_the_clocks_change(moment, is_now):
    assert reach(NIGHT_OF_SATURDAY, moment, saxon).is_now is is_now


def test_hours_that_begin_in_the_hour_that_is_left_out_hold_from_three_o_clock_on():
    shift = (Shift(SUNDAY, time(2, 30), time(12)),)
    assert not reach(shift, datetime(2026, 3, 29, 0, 59, tzinfo=UTC), saxon).is_now
    assert reach(shift, datetime(2026, 3, 29, 1, 0, tzinfo=UTC), saxon).is_now


SHIFTS = st.builds(
    Shift,
    weekday=st.integers(0, 6),
    starts=st.times().map(lambda one: one.replace(second=0, microsecond=0)),
    ends=st.times().map(lambda one: one.replace(second=0, microsecond=0)),
).filter(lambda shift: shift.starts != shift.ends)


def on_the_wall(shifts, wall):
    """The same question asked minute by minute, of the day and of the one before it."""
    today, before = weekday_of(wall.date(), saxon), weekday_of(wall.date() - timedelta(days=1), saxon)
    for shift in shifts:
        to_midnight = shift.ends >= time(23, 59)
        crosses = not to_midnight and shift.ends < shift.starts
        if shift.weekday == today and shift.starts <= wall.time() and (to_midnight or crosses or wall.time() < shift.ends):
            return True
        if shift.weekday == before and crosses and wall.time() < shift.ends:
            return True
    return False


@given(shifts=st.lists(SHIFTS, max_size=5), minutes=st.integers(0, 366 * 24 * 60))
def test_reach_is_what_a_look_at_the_list_tells(shifts, minutes):
    wall = datetime(2026, 1, 1) + timedelta(minutes=minutes)
    found = reach(shifts, wall.replace(tzinfo=BERLIN), saxon)
    shown = wall.replace(tzinfo=BERLIN).astimezone(UTC).astimezone(BERLIN).replace(tzinfo=None)
    assert found.is_now == on_the_wall(shifts, shown)
    if found.opens_at:
        opening = found.opens_at.replace(tzinfo=None)
        assert on_the_wall(shifts, opening)
        assert not on_the_wall(shifts, opening - timedelta(minutes=1))


@pytest.mark.parametrize(
    ("shifts", "words"),
    [
        ((), ""),
        (WORKDAYS, "Mo–Fr 8:00–16:00 Uhr"),
        (ALWAYS, "rund um die Uhr"),
        (ALWAYS[5:], "Sa, So ganztags"),
        ((Shift(4, time(12), time(23, 59)),), "Fr 12:00–24:00 Uhr"),
        (tuple(Shift(day, time(18), time(6)) for day in range(7)), "täglich 18:00–6:00 Uhr"),
        (
            (Shift(1, time(8), time(18)), Shift(0, time(8), time(16)), Shift(3, time(8), time(16))),
            "Mo, Do 8:00–16:00 Uhr; Di 8:00–18:00 Uhr",
        ),
        ((*WORKDAYS, Shift(FRIDAY, time(18), time(22))), "Mo–Fr 8:00–16:00 Uhr; Fr 18:00–22:00 Uhr"),
    ],
)
def test_hours_in_words(shifts, words):
    assert hours_words(shifts) == words


@pytest.mark.parametrize(
    ("confirmed_on", "is_due"),
    [(None, True), (date(2025, 11, 23), True), (date(2025, 11, 24), False), (date(2026, 11, 24), False)],
)
def test_numbers_are_checked_once_a_year(confirmed_on, is_due):
    assert is_check_due(confirmed_on, date(2026, 11, 24)) is is_due
