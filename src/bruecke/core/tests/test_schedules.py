"""Repeated meetings: held against dateutil, against the clock that changes, and said in words."""

import time as stopwatch
from datetime import UTC, date, datetime, time, timedelta

import pytest
from dateutil.rrule import rrulestr
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bruecke.core.clock import BERLIN
from bruecke.core.schedules import Recurrence, in_words, meetings, parse_rrule

FIRST = date(2026, 9, 1)  # a Tuesday


def rule(text: str, **values) -> Recurrence:
    return Recurrence(**{"rrule": text, "starts": time(9), "ends": time(11), "first_on": FIRST, **values})


def days(recurrence: Recurrence, until: date = date(2027, 9, 1), **values) -> list[date]:
    return [one.day for one in meetings(recurrence, after=start(date(2000, 1, 1)), before=start(until), **values)]


def start(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=BERLIN)


# --- rules -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "usual"),
    [
        ("FREQ=WEEKLY;BYDAY=TH,TU,TU", "FREQ=WEEKLY;BYDAY=TU,TH"),
        ("rrule:byday=tu;freq=weekly;interval=1;wkst=mo;", "FREQ=WEEKLY;BYDAY=TU"),
        ("FREQ=MONTHLY;BYDAY=-1FR,+1MO", "FREQ=MONTHLY;BYDAY=1MO,-1FR"),
        ("COUNT=5;FREQ=DAILY;INTERVAL=2", "FREQ=DAILY;INTERVAL=2;COUNT=5"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1,15,1;BYSETPOS=-1", "FREQ=MONTHLY;BYMONTHDAY=1,15,-1;BYSETPOS=-1"),
    ],
)
def test_usual_form(text, usual):
    assert parse_rrule(text) == usual
    assert parse_rrule(usual) == usual


@pytest.mark.parametrize(
    "text",
    [
        *("", "FREQ", "WEEKLY", "FREQ=", "FREQ=HOURLY", "FREQ=SECONDLY;COUNT=5", "BYDAY=TU"),
        "FREQ=WEEKLY;FREQ=DAILY",
        *("FREQ=WEEKLY;BYHOUR=1", "FREQ=WEEKLY;UNTIL=20261231T000000Z", "FREQ=WEEKLY;WKST=SU", "FREQ=YEARLY;BYMONTH=2"),
        *("FREQ=DAILY;COUNT=0", "FREQ=DAILY;COUNT=501", "FREQ=DAILY;COUNT=x", "FREQ=DAILY;COUNT=²", "FREQ=DAILY;INTERVAL=0"),
        *(
            "FREQ=DAILY;INTERVAL=101",
            "FREQ=DAILY;INTERVAL=-1",
            "FREQ=WEEKLY;BYDAY=XX",
            "FREQ=WEEKLY;BYDAY=1MO",
            "FREQ=WEEKLY;BYDAY=,",
        ),
        *("FREQ=MONTHLY;BYDAY=6MO", "FREQ=MONTHLY;BYDAY=0MO", "FREQ=YEARLY;BYDAY=54MO", "FREQ=MONTHLY;BYMONTHDAY=32"),
        *("FREQ=MONTHLY;BYMONTHDAY=0", "FREQ=WEEKLY;BYMONTHDAY=1", "FREQ=MONTHLY;BYSETPOS=1", "FREQ=WEEKLY;BYDAY=MO;BYSETPOS=1"),
        "FREQ=WEEKLY;BYDAY=" + "MO," * 100 + "MO",
    ],
)
def test_what_is_no_rule(text):
    with pytest.raises(ValueError):
        parse_rrule(text)


@given(st.text(alphabet="FREQ=WKLYDAIN;,BMOTHU-+0123456789", max_size=60))
def test_any_text_is_a_rule_or_a_value_error(text):
    try:
        usual = parse_rrule(text)
    except ValueError:
        return
    assert parse_rrule(usual) == usual


# --- meetings ----------------------------------------------------------------------------------------------------------

WEEKDAYS = st.lists(st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), min_size=1, max_size=3, unique=True)


@st.composite
def rules(draw) -> str:
    frequency = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = [f"FREQ={frequency}", f"INTERVAL={draw(st.integers(1, 5))}"]
    has_days = draw(st.booleans())
    if has_days:
        # numbered and plain days side by side: dateutil takes the days that are both, RFC 5545 those that are either
        is_numbered = frequency in {"MONTHLY", "YEARLY"} and draw(st.booleans())
        numbers = st.sampled_from(["1", "2", "5", "-1", "-2"]) if is_numbered else st.just("")
        parts.append("BYDAY=" + ",".join(f"{draw(numbers)}{day}" for day in draw(WEEKDAYS)))
    has_dates = frequency != "WEEKLY" and draw(st.booleans())
    if has_dates:
        dates = draw(st.lists(st.integers(-31, 31).filter(bool), min_size=1, max_size=4, unique=True))
        parts.append("BYMONTHDAY=" + ",".join(map(str, dates)))
    if frequency in {"MONTHLY", "YEARLY"} and (has_days or has_dates) and draw(st.booleans()):
        places = draw(st.lists(st.integers(-4, 4).filter(bool), min_size=1, max_size=2, unique=True))
        parts.append("BYSETPOS=" + ",".join(map(str, places)))
    if draw(st.booleans()):
        parts.append(f"COUNT={draw(st.integers(1, 12))}")
    return ";".join(parts)


@settings(max_examples=300)
@given(rules(), st.dates(date(2026, 1, 1), date(2028, 12, 31)))
def test_same_days_as_dateutil(text, first_on):
    until = datetime(2031, 1, 1)
    ours = days(rule(text, first_on=first_on), until.date(), limit=200)
    assume(ours)  # dateutil would look for a day up to the year 9999
    expected = []
    for moment in rrulestr(text, dtstart=datetime.combine(first_on, time.min)):
        if moment >= until or len(expected) == len(ours):
            break
        expected.append(moment.date())
    assert ours == expected


def test_end_is_exclusive_and_days_are_left_out():
    recurrence = rule("FREQ=WEEKLY;BYDAY=TU", until_on=date(2026, 9, 29), exdates=(date(2026, 9, 15),))
    assert days(recurrence) == [date(2026, 9, 1), date(2026, 9, 8), date(2026, 9, 22)]


def test_excluded_days_count():
    assert days(rule("FREQ=WEEKLY;COUNT=3", exdates=(date(2026, 9, 8),))) == [date(2026, 9, 1), date(2026, 9, 15)]


def test_first_day_is_a_meeting_only_if_it_fits():
    assert days(rule("FREQ=MONTHLY;BYDAY=1MO"), date(2026, 11, 1)) == [date(2026, 9, 7), date(2026, 10, 5)]


def test_nine_o_clock_stays_nine_o_clock():
    found = list(
        meetings(rule("FREQ=WEEKLY;BYDAY=SU"), after=datetime(2026, 10, 18, tzinfo=UTC), before=datetime(2026, 11, 2, tzinfo=UTC))
    )
    assert [f"{one.starts_at:%d.%m. %H:%M}" for one in found] == ["18.10. 09:00", "25.10. 09:00", "01.11. 09:00"]
    assert [one.starts_at.astimezone(UTC).hour for one in found] == [7, 8, 8]


def test_what_runs_is_a_meeting_and_what_ended_is_not():
    recurrence = rule("FREQ=DAILY;COUNT=1")
    at = datetime(2026, 9, 1, 10, tzinfo=BERLIN)
    assert list(meetings(recurrence, after=at, before=at + timedelta(days=1)))
    assert not list(meetings(recurrence, after=at + timedelta(hours=1), before=at + timedelta(days=1)))
    assert not list(meetings(recurrence, after=at - timedelta(days=1), before=at - timedelta(hours=1)))


def test_open_end_and_past_midnight():
    (open_end,) = meetings(rule("FREQ=DAILY;COUNT=1", ends=None), after=start(FIRST), before=start(FIRST) + timedelta(days=1))
    assert open_end.starts_at == open_end.ends_at
    (late,) = meetings(
        rule("FREQ=DAILY;COUNT=1", starts=time(22), ends=time(1)), after=start(FIRST), before=start(FIRST) + timedelta(days=1)
    )
    assert late.ends_at == datetime(2026, 9, 2, 1, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("text", "first_on"),
    [
        ("FREQ=DAILY;INTERVAL=7;BYDAY=WE", FIRST),
        ("FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31", date(2026, 2, 1)),
        ("FREQ=MONTHLY;BYDAY=5MO;BYMONTHDAY=1", FIRST),
    ],
)
def test_rules_that_never_fit_end(text, first_on):
    began = stopwatch.perf_counter()
    assert days(rule(text, first_on=first_on), date(2036, 1, 1)) == []
    assert stopwatch.perf_counter() - began < 1


def test_no_more_than_asked_for():
    assert len(days(rule("FREQ=DAILY"), limit=5)) == 5
    assert len(days(rule("FREQ=DAILY"), date(9999, 12, 31), limit=10**9)) == 1000
    assert days(rule("FREQ=DAILY"), limit=0) == []


# --- words ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("FREQ=WEEKLY;BYDAY=TU", "dienstags"),
        ("FREQ=WEEKLY", "dienstags"),
        ("FREQ=WEEKLY;BYDAY=TU,TH", "dienstags und donnerstags"),
        ("FREQ=WEEKLY;BYDAY=MO,WE,FR", "montags, mittwochs und freitags"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "montags bis freitags"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU", "täglich"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TH", "alle 2 Wochen donnerstags"),
        ("FREQ=DAILY", "täglich"),
        ("FREQ=DAILY;INTERVAL=3", "alle 3 Tage"),
        ("FREQ=DAILY;BYDAY=SA,SU", "samstags und sonntags"),
        ("FREQ=DAILY;INTERVAL=2;BYDAY=MO", "alle 2 Tage, nur montags"),
        ("FREQ=MONTHLY;BYDAY=1MO", "jeden 1. Montag im Monat"),
        ("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=1", "jeden 1. Montag im Monat"),
        ("FREQ=MONTHLY;BYDAY=1MO,3MO", "jeden 1. und 3. Montag im Monat"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "jeden letzten Freitag im Monat"),
        ("FREQ=MONTHLY;INTERVAL=2;BYDAY=1MO", "jeden 1. Montag im Monat, alle 2 Monate"),
        ("FREQ=MONTHLY;BYDAY=TU", "dienstags"),
        ("FREQ=MONTHLY", "am 1. jedes Monats"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,15", "am 1. und 15. jedes Monats"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "am letzten Tag jedes Monats"),
        ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "freitags, nur am 13. des Monats"),
        ("FREQ=MONTHLY;BYDAY=SA,SU;BYSETPOS=1", "am 1. Tag im Monat, der auf Samstag oder Sonntag fällt"),
        ("FREQ=YEARLY", "jedes Jahr am 01.09."),
        ("FREQ=YEARLY;BYDAY=1MO", "jeden 1. Montag im Jahr"),
    ],
)
def test_in_words(text, words):
    assert in_words(rule(text), "de") == f"{words}, 09:00–11:00 Uhr"


def test_words_for_ends():
    assert in_words(rule("FREQ=WEEKLY", ends=None), "de") == "dienstags, 09:00 Uhr"
    assert in_words(rule("FREQ=WEEKLY", until_on=date(2027, 1, 1)), "de") == "dienstags, 09:00–11:00 Uhr, bis 31.12.2026"
    assert in_words(rule("FREQ=WEEKLY;COUNT=5"), "de") == "dienstags, 09:00–11:00 Uhr, 5 Termine ab 01.09.2026"
    assert in_words(rule("FREQ=WEEKLY;BYDAY=TH;COUNT=1"), "de") == "am 03.09.2026, 09:00–11:00 Uhr"


@given(rules())
def test_every_rule_has_words(text):
    words = in_words(rule(text), "de")
    assert words.endswith(("09:00–11:00 Uhr", "ab 01.09.2026"))
    assert "%" not in words
    assert "  " not in words
