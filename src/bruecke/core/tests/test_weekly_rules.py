"""Weekly rules and weeks of the month: held against dateutil and against our own RFC 5545, across clock changes; closed days."""

from datetime import date, datetime, time, timedelta

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from bruecke.core.clock import BERLIN, start_of
from bruecke.core.schedules import (
    HOLIDAY_WORDS,
    WEEKS_OF_MONTH,
    Recurrence,
    WeeklyRule,
    closed_days,
    days_of,
    meetings,
    occurrences,
    parse_closed_days,
    public_holidays,
)

DAYS = st.dates(date(2026, 1, 1), date(2029, 12, 31))
WEEKS = st.lists(st.sampled_from(WEEKS_OF_MONTH), max_size=5, unique=True)


def rule(**values) -> WeeklyRule:
    return WeeklyRule(**{"weekday": 3, "starts": time(14), "ends": time(18), "first_on": date(2026, 1, 1), **values})


@given(st.integers(0, 6), st.integers(1, 4), WEEKS, DAYS, DAYS)
def test_same_days_as_dateutil(weekday, interval, weeks, first_on, since):
    one = rule(weekday=weekday, interval=interval, weeks_of_month=tuple(weeks), first_on=first_on)
    last = max(since, first_on) + timedelta(days=200)
    expected = [
        moment.date()
        for moment in rrulestr(one.rrule, dtstart=datetime.combine(first_on, time.min)).between(
            datetime.combine(since, time.min), datetime.combine(last, time.max), inc=True
        )
    ]
    assert list(days_of(one, since, last)) == expected


@given(st.integers(0, 6), WEEKS.filter(bool), DAYS)
def test_same_meetings_as_a_recurrence(weekday, weeks, first_on):
    one = rule(weekday=weekday, weeks_of_month=tuple(weeks), first_on=first_on)
    span = {"after": start_of(first_on), "before": start_of(first_on + timedelta(days=400))}
    twin = Recurrence(one.rrule, one.starts, one.ends, first_on)
    assert list(occurrences(one, **span)) == list(meetings(twin, **span))


@pytest.mark.parametrize(
    ("weeks", "expected"),
    [
        ((1, 3), ["01", "15"]),
        ((4,), ["22"]),
        ((-1,), ["29"]),
        ((4, -1), ["22", "29"]),
        ((), ["01", "08", "15", "22", "29"]),
    ],
)
def test_weeks_of_a_month_with_five_thursdays(weeks, expected):
    found = days_of(rule(weeks_of_month=weeks), date(2026, 10, 1), date(2026, 10, 31))
    assert [f"{day:%d}" for day in found] == expected


def test_the_fourth_is_the_last_in_a_month_with_four():
    found = days_of(rule(weeks_of_month=(4, -1)), date(2026, 11, 1), date(2026, 11, 30))
    assert list(found) == [date(2026, 11, 26)]


def test_wall_clock_time_stays_across_both_clock_changes():
    one = rule(weekday=6, starts=time(1, 30), ends=time(4), weeks_of_month=(-1,))
    found = list(occurrences(one, after=start_of(date(2026, 3, 1)), before=start_of(date(2026, 11, 1))))
    changes = [each for each in found if each.day in {date(2026, 3, 29), date(2026, 10, 25)}]
    assert [(each.starts_at.time(), each.ends_at.time()) for each in changes] == [(time(1, 30), time(4))] * 2
    assert [each.starts_at.utcoffset() != each.ends_at.utcoffset() for each in changes] == [True, True]


def test_end_and_skipped_days():
    one = rule(weeks_of_month=(1, 3), until_on=date(2026, 3, 5))
    found = occurrences(one, after=start_of(date(2026, 1, 1)), before=start_of(date(2027, 1, 1)), skip={date(2026, 1, 15)})
    assert [each.day for each in found] == [date(2026, 1, 1), date(2026, 2, 5), date(2026, 2, 19)]


# --- closed days -------------------------------------------------------------------------------------------------------


def test_holidays_of_saxony():
    found = public_holidays("14", 2026)
    assert found[date(2026, 10, 31)] == "Reformationstag"
    assert found[date(2026, 11, 18)] == "Buß- und Bettag"
    assert date(2026, 6, 4) not in found, "Fronleichnam holds in some municipalities only"
    assert date(2026, 1, 6) not in found
    assert len(found) == 11


def test_holidays_differ_by_land_and_year():
    assert date(2026, 6, 4) in public_holidays("09", 2026)
    assert date(2026, 11, 18) not in public_holidays("15", 2026)
    assert date(2017, 10, 31) in public_holidays("09", 2017), "500 years of reformation, once everywhere"
    assert len(public_holidays("99", 2026)) == 9, "an unknown Land has those of all Germany"


def test_our_words_cover_what_saxony_has():
    assert {name for year in range(2020, 2040) for name in public_holidays("14", year).values()} <= set(HOLIDAY_WORDS)


@pytest.mark.parametrize(
    ("text", "usual"),
    [
        ("24.12. bis 31.12.; 15.5.2026", "24.12.–31.12.; 15.05.2026"),
        ("24.12.-2.1.", "24.12.–02.01."),
        ("24.12.2026–02.01.2027, 30.4.", "24.12.2026–02.01.2027; 30.04."),
        ("29.2.", "29.02."),
        ("keine", "keine"),
        (" ", "keine"),
    ],
)
def test_usual_form_of_closed_days(text, usual):
    assert parse_closed_days(text) == usual
    assert parse_closed_days(usual) == usual


@pytest.mark.parametrize("text", ["x", "32.1.", "30.2.2026", "24.12.-02.01.2027", "02.01.2027-24.12.2026", "1.1.;" * 70])
def test_what_is_no_closed_day(text):
    with pytest.raises(ValueError):
        parse_closed_days(text)


def test_yearly_days_may_cross_the_end_of_the_year():
    (span,) = closed_days("24.12.-2.1.")
    days = [date(2026, 12, 24), date(2026, 12, 31), date(2027, 1, 1), date(2031, 1, 2)]
    assert all(span.holds(day) for day in days)
    assert not any(span.holds(day) for day in (date(2026, 12, 23), date(2027, 1, 3), date(2026, 6, 1)))


def test_days_of_one_year_hold_once():
    (span,) = closed_days("15.05.2026")
    assert span.holds(date(2026, 5, 15))
    assert not span.holds(date(2027, 5, 15))


def test_a_rule_of_a_short_night_ends_after_it_begins():
    one = rule(weekday=6, starts=time(1, 30), ends=time(2, 30), first_on=date(2026, 3, 29), until_on=date(2026, 3, 30))
    (found,) = occurrences(one, after=start_of(date(2026, 3, 28)), before=start_of(date(2026, 3, 31)))
    assert found.ends_at.astimezone(BERLIN) > found.starts_at
