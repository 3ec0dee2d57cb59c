"""Hours, on-call and pages of a quarter over both changes of summer time and a leap day, and with a clock that jumps."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from dateutil.rrule import rrulestr
from icalendar import Calendar

from bruecke.core import jobs
from bruecke.core.clock import BERLIN, start_of
from bruecke.core.models import Job
from bruecke.core.place_sheets import Quarters
from bruecke.staffing import queries
from bruecke.staffing.exports.calendars import calendar_file
from bruecke.staffing.tests.conftest import FREITAL
from bruecke.staffing.tests.factories import make_holder, make_hour, make_post, make_responsibility

SPRING, AUTUMN, LEAP = date(2026, 3, 29), date(2026, 10, 25), date(2028, 2, 29)
DAY = timedelta(days=1)


def instants(moments):
    return [moment.astimezone(UTC) for moment in moments]


@pytest.mark.parametrize("day", [SPRING, AUTUMN, LEAP])
@pytest.mark.parametrize("starts", [time(0, 30), time(9), time(14)])
def test_page_and_calendar_name_the_same_instant(scene, day, starts):
    """A program that expands the feed with its own time zone comes to the hours that the page shows."""
    post = make_post(scene.district)
    make_holder(post)
    make_hour(post, weekday=day.weekday(), starts=starts, ends=time(17), valid_from=day - timedelta(days=21))
    shown = list(queries.next_hours(post, now=start_of(day - timedelta(days=8)), limit=3))
    assert [one.starts_at.date() for one in shown] == [day - timedelta(days=7), day, day + timedelta(days=7)]
    assert {one.starts_at.time() for one in shown} == {starts}
    content = calendar_file(
        queries.feed(post, now=start_of(day - timedelta(days=8))), name="x", host="h", url="https://example.org", lang="de"
    )
    (event,) = Calendar.from_ical(content).walk("VEVENT")
    begin = event["DTSTART"].dt
    rule = event["RRULE"].to_ical().decode()
    expanded = rrulestr(rule, dtstart=begin).between(
        datetime.combine(day - timedelta(days=8), time(), tzinfo=begin.tzinfo),
        datetime.combine(day + timedelta(days=8), time(), tzinfo=begin.tzinfo),
    )
    assert instants(expanded) == instants(one.starts_at for one in shown)


@pytest.mark.parametrize("day", [SPRING, AUTUMN, LEAP])
def test_an_hour_is_next_until_it_ends_to_the_minute(scene, day):
    post = make_post(scene.district)
    make_holder(post)
    make_hour(post, weekday=day.weekday(), starts=time(9), ends=time(12))
    noon = datetime.combine(day, time(12), tzinfo=BERLIN).astimezone(UTC)
    assert queries.next_hours(post, now=noon - timedelta(minutes=1), limit=1)[0].starts_at.date() == day
    assert queries.next_hours(post, now=noon, limit=1)[0].starts_at.date() == day + timedelta(days=7)


@pytest.fixture
def wanted(scene, monkeypatch):
    """A page that somebody asked for; the job that makes it is queued, and here only counted."""
    post = make_post(scene.district)
    make_holder(post)
    make_responsibility(post, FREITAL)
    made = []
    monkeypatch.setitem(jobs._kinds, "staffing.place_sheet", jobs._Kind(lambda run: made.append(run.args["quarter"]), True))
    monkeypatch.setattr(queries, "places_to_send", lambda quarter: [FREITAL])
    return made


def look(moment):
    jobs.enqueue(kind="staffing.due_sheets", args={}, now=moment)
    while jobs.run_next(moment):
        pass


def test_a_quarter_is_sent_once_whatever_the_clock_does(scene, wanted):
    """From the last day of the quarter over the clock change three days before, an hour back, and a day ahead and back."""
    last = datetime(2028, 3, 31, 21, 30, tzinfo=UTC)  # 23:30 in Berlin
    look(last)
    assert wanted == []
    working_day = datetime(2028, 4, 3, 6, 0, tzinfo=UTC)
    for moment in (working_day, working_day - timedelta(hours=1), working_day + DAY, working_day, working_day + 2 * DAY):
        look(moment)
    assert wanted == ["2028-01-01"]
    assert Job.objects.filter(kind="staffing.place_sheet").count() == 1


@pytest.mark.parametrize(
    ("moment", "quarter"),
    [
        (datetime(2026, 3, 31, 21, 59, tzinfo=UTC), date(2025, 10, 1)),  # 23:59 in summer time
        (datetime(2026, 3, 31, 22, 0, tzinfo=UTC), date(2026, 1, 1)),
        (datetime(2026, 12, 31, 22, 59, tzinfo=UTC), date(2026, 7, 1)),
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), date(2026, 10, 1)),
        (datetime(2028, 2, 29, 12, 0, tzinfo=UTC), date(2027, 10, 1)),
        (datetime(2028, 3, 31, 22, 0, tzinfo=UTC), date(2028, 1, 1)),
    ],
)
def test_a_quarter_ends_at_midnight_in_berlin(moment, quarter):
    assert queries.last_quarter(moment.astimezone(BERLIN).date()) == quarter
    assert Quarters.of(quarter).until <= moment.astimezone(BERLIN).date()
