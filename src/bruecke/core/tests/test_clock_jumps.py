"""Work and a clock that jumps: both changes of summer time, a leap day, an hour back, a day ahead. Nothing twice, nothing lost."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from bruecke.core import clock, form_keys, jobs, leases, outbox, ratelimit
from bruecke.core.errors import RateLimited
from bruecke.core.models import Job, OutboxMail, WorkState
from bruecke.core.tests.factories import NOW

pytestmark = pytest.mark.django_db

SPRING, AUTUMN, LEAP = date(2026, 3, 29), date(2026, 10, 25), date(2028, 2, 29)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def mail_folder(settings, tmp_path):
    settings.MAIL_DIR = tmp_path / "mail"
    return settings.MAIL_DIR


@pytest.fixture
def ran(monkeypatch):
    """When a job of each kind ran."""
    moments: dict[str, list[datetime]] = {"daily": [], "hourly": [], "once": []}
    monkeypatch.setattr(jobs, "_kinds", {})
    monkeypatch.setattr(jobs, "_repeated", {})
    jobs.handler("daily", every=DAY)(lambda run: moments["daily"].append(run.now))
    jobs.handler("hourly", every=HOUR, atomic=False)(lambda run: moments["hourly"].append(run.now))
    jobs.handler("once")(lambda run: moments["once"].append(run.now))
    return moments


def look(moment):
    """What a worker does at this moment until nothing is due."""
    jobs.enqueue_repeated(moment)
    while jobs.run_next(moment):
        pass
    while outbox.deliver_next(moment):
        pass


def mail(key, now):
    return outbox.queue_mail(district=None, to="wer@example.org", subject="x", body="y", key=key, now=now)


@pytest.mark.parametrize("day", [SPRING, AUTUMN, LEAP])
def test_repeated_jobs_run_once_in_every_day_and_hour(ran, day):
    begin, end = clock.start_of(day - DAY).astimezone(UTC), clock.start_of(day + 2 * DAY).astimezone(UTC)
    moment = begin
    while moment < end:
        look(moment)
        moment += timedelta(minutes=20)
    days = Counter(clock.local_day(at) for at in ran["daily"][1:])  # the first run catches up with the slot before
    assert days == {day - DAY: 1, day: 1, day + DAY: 1}
    assert len(ran["hourly"]) == (end - begin) // HOUR == 72 + {SPRING: -1, AUTUMN: 1, LEAP: 0}[day]
    assert {later - earlier for earlier, later in zip(ran["hourly"], ran["hourly"][1:], strict=False)} == {HOUR}


def test_a_clock_set_back_an_hour_repeats_nothing(ran):
    for moment in (NOW, NOW - HOUR, NOW - HOUR / 2, NOW):
        look(moment)
    look(NOW + HOUR)
    assert len(ran["daily"]) == 1
    assert ran["hourly"] == [NOW, NOW - HOUR, NOW + HOUR]  # the hour before had not been worked on yet


def test_a_clock_a_day_ahead_catches_up_once_and_goes_on_where_it_was(ran):
    for moment in (NOW, NOW + DAY, NOW, NOW + HOUR, NOW + DAY):
        look(moment)
    assert ran["daily"] == [NOW, NOW + DAY]
    assert ran["hourly"] == [NOW, NOW + DAY, NOW + HOUR]


@pytest.mark.parametrize("ahead", [HOUR, DAY])
def test_what_a_clock_ahead_has_queued_does_not_wait_when_it_is_put_right(ran, mail_folder, ahead):
    mail("received", NOW + ahead)
    jobs.enqueue(kind="once", args={}, now=NOW + ahead, key="only")
    look(NOW)
    assert [path.suffix for path in mail_folder.iterdir()] == [".eml"]
    assert ran["once"] == [NOW]
    look(NOW + ahead)
    assert ran["once"] == [NOW]
    assert OutboxMail.objects.get().attempts == 1


@pytest.mark.parametrize("ahead", [HOUR, DAY])
def test_what_is_meant_for_later_stays_for_later(ran, ahead):
    jobs.enqueue(kind="once", args={}, now=NOW + ahead, due_at=NOW + ahead + DAY, key="later")
    jobs.enqueue(kind="once", args={}, now=NOW, due_at=NOW + DAY, key="tomorrow")
    look(NOW)
    assert ran["once"] == []
    look(NOW + DAY)
    assert ran["once"] == [NOW + DAY]


def test_a_failure_before_the_clock_was_put_right_still_waits_its_turn(monkeypatch):
    monkeypatch.setattr(outbox, "deliver", lambda message: (_ for _ in ()).throw(OSError()))
    mail("refused", NOW)
    outbox.deliver_next(NOW)
    assert not outbox.deliver_next(NOW - HOUR)
    assert OutboxMail.objects.get().attempts == 1


def test_a_day_ahead_takes_work_away_from_nobody_who_can_still_finish_it(ran):
    """The lease seems to have run out; the second worker does the work, the first one finds that it is not hers any more."""
    jobs.enqueue(kind="once", args={}, now=NOW, key="only")
    first = leases.claim(Job, now=NOW)
    assert jobs.run_next(NOW + DAY)
    assert ran["once"] == [NOW + DAY]
    assert not leases.holds(first)
    assert Job.objects.get().state == WorkState.DONE


def test_a_worker_at_work_keeps_its_mail_when_the_clock_is_set_back():
    mail("one", NOW)
    held = leases.claim(OutboxMail, now=NOW)
    assert leases.claim(OutboxMail, now=NOW - HOUR) is None
    assert leases.holds(held)
    assert leases.claim(OutboxMail, now=NOW + leases.LEASE).pk == held.pk


def test_the_same_mail_sent_again_is_recognisably_the_same(ran):
    """By SMTP a kill between "accepted" and "noted" sends a copy: same Message-ID, same Date, whatever the clock says."""
    first = outbox.build_message(mail("one", NOW))
    second = outbox.build_message(mail("one", NOW + DAY))
    assert (first["Message-ID"], first["Date"], bytes(first)) == (second["Message-ID"], second["Date"], bytes(second))


@pytest.mark.parametrize("jump", [-HOUR, DAY])
def test_a_form_key_stays_used_up(jump):
    assert form_keys.use_form_key("key", "x", NOW)
    assert not form_keys.use_form_key("key", "x", NOW + jump)


def test_a_clock_set_back_locks_nobody_out_for_longer_than_a_window():
    for _ in range(3):
        ratelimit.hit(key="x", limit=3, per=HOUR, now=NOW)
    with pytest.raises(RateLimited):
        ratelimit.hit(key="x", limit=3, per=HOUR, now=NOW)
    assert ratelimit.hit(key="x", limit=3, per=HOUR, now=NOW - HOUR) == 1
    assert ratelimit.hit(key="x", limit=3, per=HOUR, now=NOW + HOUR) == 1


@pytest.mark.parametrize(("day", "hours"), [(SPRING, 23), (AUTUMN, 25), (LEAP, 24)])
def test_days_are_as_long_as_in_berlin(day, hours):
    begin, end = clock.start_of(day).astimezone(UTC), clock.start_of(day + DAY).astimezone(UTC)
    assert end - begin == hours * HOUR
    assert clock.local_day(begin) == clock.local_day(end - timedelta(seconds=1)) == day
    assert clock.local_day(begin - timedelta(seconds=1)) == day - DAY
    assert clock.month_after(f"{day:%Y-%m}") == (day.replace(day=1) + timedelta(days=31)).replace(day=1)
