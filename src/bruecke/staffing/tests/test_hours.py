"""Consultation hours: the next ones across hand-overs, clock changes and cancelled days; who may change them."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bruecke.core.clock import BERLIN, start_of
from bruecke.core.errors import Invalid, NotAllowed, Stale, WrongState
from bruecke.core.models import AuditEntry
from bruecke.core.tests.factories import viewer_with
from bruecke.core.viewer import Role
from bruecke.staffing import actions, queries
from bruecke.staffing.models import ConsultationHour
from bruecke.staffing.tests.conftest import FREITAL
from bruecke.staffing.tests.factories import make_holder, make_hour, make_location, make_person, make_post, make_responsibility

MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def days(found) -> list[date]:
    return [one.day for one in found]


def test_the_next_ones_in_order(scene, django_assert_num_queries):
    post = make_post(scene.district)
    make_holder(post)
    make_hour(post)
    make_hour(post, weekday=1, starts=time(9), ends=time(12), is_by_appointment=True)
    with django_assert_num_queries(4):
        found = queries.next_hours(post, now=MONDAY, limit=3)
    assert days(found) == [date(2026, 11, 24), date(2026, 11, 26), date(2026, 12, 1)]
    assert [one.by_appointment for one in found] == [True, False, True]


def test_one_that_is_on_now_still_counts(scene):
    post = make_post(scene.district)
    make_holder(post)
    make_hour(post)
    thursday = datetime(2026, 11, 26, 17, 59, tzinfo=BERLIN)
    assert days(queries.next_hours(post, now=thursday, limit=1)) == [date(2026, 11, 26)]
    assert days(queries.next_hours(post, now=thursday + timedelta(minutes=1), limit=1)) == [date(2026, 12, 3)]


@pytest.mark.parametrize("around", [date(2026, 10, 25), date(2027, 3, 28)])
def test_wall_clock_time_stays_across_the_clock_change(scene, around):
    post = make_post(scene.district)
    make_holder(post)
    make_hour(post, weekday=6, starts=time(1, 30), ends=time(4))
    found = queries.next_hours(post, now=start_of(around - timedelta(days=8)), limit=3)
    assert days(found) == [around - timedelta(days=7), around, around + timedelta(days=7)]
    assert {one.starts_at.time() for one in found} == {time(1, 30)}
    assert {one.ends_at.time() for one in found} == {time(4)}
    assert len({one.starts_at.utcoffset() for one in found}) == 2


def test_every_second_week_counts_from_the_first_day(scene):
    post = make_post(scene.district)
    make_holder(post)
    make_hour(post, interval=2, valid_from=date(2026, 11, 19))
    assert days(queries.next_hours(post, now=MONDAY, limit=2)) == [date(2026, 12, 3), date(2026, 12, 17)]


def test_a_municipality_follows_the_post_in_charge_on_the_day_of_the_hour(scene, django_assert_num_queries):
    one, other = make_post(scene.district), make_post(scene.district)
    for post in (one, other):
        make_holder(post)
        make_hour(post)
    change = date(2026, 12, 3)
    make_responsibility(one, FREITAL, until=change)
    make_responsibility(other, FREITAL, since=change)
    with django_assert_num_queries(4):
        found = queries.next_hours(FREITAL, now=MONDAY, limit=3)
    assert [(hour.day, hour.post) for hour in found] == [
        (date(2026, 11, 26), one),
        (date(2026, 12, 3), other),
        (date(2026, 12, 10), other),
    ]


def test_nothing_takes_place_without_a_holder_or_after_the_post(scene):
    vacant, ending = make_post(scene.district), make_post(scene.district, valid_until=date(2026, 12, 3))
    make_holder(vacant, until=date(2026, 12, 3))
    make_holder(ending)
    for post in (vacant, ending):
        make_hour(post)
        assert days(queries.next_hours(post, now=MONDAY, limit=5)) == [date(2026, 11, 26)]


def test_public_hours_are_open_ones(scene):
    post = make_post(scene.district)
    make_holder(post)
    make_hour(post, is_by_appointment=True)
    later = make_hour(post, weekday=4)
    assert [one.hour for one in queries.next_public_hours(now=MONDAY, limit=1)] == [later]
    assert len(queries.all_upcoming_hours(now=MONDAY, limit=2)) == 2


def test_hours_of_the_viewer_are_those_of_the_posts_she_holds(scene, django_assert_num_queries):
    mine, other = make_post(scene.district), make_post(scene.district)
    holder = make_holder(mine)
    make_holder(other)
    own = make_hour(mine)
    make_hour(other)
    viewer = viewer_with(scene.district, Role.COORDINATOR, account_id=holder.account_id)
    assert {one.hour for one in queries.hours_of_viewer(viewer, now=MONDAY, limit=4)} == {own}
    with django_assert_num_queries(0):
        assert queries.hours_of_viewer(viewer_with(scene.district, Role.AUDITOR), now=MONDAY, limit=4) == []


@pytest.fixture
def holder(scene):
    """The post, and its holder as a viewer."""
    post = make_post(scene.district)
    person = make_holder(post).account
    return post, viewer_with(scene.district, Role.COORDINATOR, account_id=person.pk)


def values(post, **changed):
    given = {
        "location": make_location(post.employer),
        "weekday": 3,
        "starts": time(14),
        "ends": time(18),
        "interval": 1,
        "is_by_appointment": False,
        "note": "",
        "valid_from": date(2026, 11, 1),
        "valid_until": None,
    }
    return {**given, **changed}


def test_the_holder_creates_changes_ends_and_reopens(scene, holder):
    post, viewer = holder
    hour = actions.create_hour(post=post, values=values(post), viewer=viewer, now=scene.now)
    actions.edit_hour(hour=hour, values={"starts": time(15)}, version=1, viewer=viewer, now=scene.now)
    with pytest.raises(Stale):
        actions.edit_hour(hour=hour, values={"starts": time(16)}, version=1, viewer=viewer, now=scene.now)
    actions.end_hour(hour=hour, valid_until=date(2026, 12, 3), viewer=viewer, now=scene.now)
    assert days(queries.next_hours(post, now=MONDAY, limit=3)) == [date(2026, 11, 26)]
    actions.reopen_hour(hour=hour, viewer=viewer, now=scene.now)
    assert len(queries.next_hours(post, now=MONDAY, limit=3)) == 3
    with pytest.raises(WrongState):
        actions.reopen_hour(hour=hour, viewer=viewer, now=scene.now)
    verbs = list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs == ["staffing.hour_created", "staffing.hour_changed", "staffing.hour_ended", "staffing.hour_reopened"]


def test_others_may_not(scene, holder):
    post, _viewer = holder
    stranger = viewer_with(scene.district, Role.COORDINATOR, account_id=make_person(scene.controller).pk)
    for viewer in (stranger, viewer_with(scene.district, Role.EMPLOYER, controller_id=scene.controller.pk)):
        with pytest.raises(NotAllowed):
            actions.create_hour(post=post, values=values(post), viewer=viewer, now=scene.now)
    assert ConsultationHour.objects.count() == 0


def test_a_former_holder_may_not_any_more(scene):
    post = make_post(scene.district)
    gone = make_holder(post, until=date(2026, 11, 1)).account
    viewer = viewer_with(scene.district, Role.COORDINATOR, account_id=gone.pk)
    with pytest.raises(NotAllowed):
        actions.create_hour(post=post, values=values(post), viewer=viewer, now=scene.now)


def test_two_at_the_same_time_are_refused_unless_their_weeks_differ(scene, holder):
    post, viewer = holder
    actions.create_hour(post=post, values=values(post, interval=2), viewer=viewer, now=scene.now)
    with pytest.raises(Invalid) as caught:
        actions.create_hour(post=post, values=values(post, starts=time(17), ends=time(19)), viewer=viewer, now=scene.now)
    assert list(caught.value.errors) == ["starts"]
    other_week = values(post, interval=2, valid_from=date(2026, 11, 8))
    actions.create_hour(post=post, values=other_week, viewer=viewer, now=scene.now)
    assert ConsultationHour.objects.count() == 2


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"ends": time(14)}, "ends"),
        ({"valid_until": date(2026, 11, 1)}, "valid_until"),
        ({"valid_from": date(2025, 12, 31)}, "valid_from"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(scene, holder, changed, field):
    post, viewer = holder
    with pytest.raises(Invalid) as caught:
        actions.create_hour(post=post, values=values(post, **changed), viewer=viewer, now=scene.now)
    assert list(caught.value.errors) == [field]


def test_a_day_is_cancelled_and_taken_back(scene, holder):
    post, viewer = holder
    hour = make_hour(post)
    exception = actions.cancel_day(hour=hour, on=date(2026, 11, 26), reason="Feiertag", viewer=viewer, now=scene.now)
    found = queries.next_hours(post, now=MONDAY, limit=2)
    assert days(found) == [date(2026, 12, 3), date(2026, 12, 10)]
    (cancelled,) = queries.sorted_hours(found, MONDAY).cancelled
    assert (cancelled.on, cancelled.reason) == (exception.on, '<bdi lang="de">Feiertag</bdi>')
    with pytest.raises(Invalid):
        actions.cancel_day(hour=hour, on=date(2026, 11, 26), viewer=viewer, now=scene.now)
    actions.restore_day(exception=exception, viewer=viewer, now=scene.now)
    assert days(queries.next_hours(post, now=MONDAY, limit=1)) == [date(2026, 11, 26)]


@pytest.mark.parametrize("on", [date(2026, 11, 27), date(2026, 11, 19)])
def test_only_coming_dates_of_the_hour_can_be_cancelled(scene, holder, on):
    post, viewer = holder
    with pytest.raises(Invalid) as caught:
        actions.cancel_day(hour=make_hour(post), on=on, viewer=viewer, now=scene.now)
    assert list(caught.value.errors) == ["on"]


def test_cancelled_days_that_no_longer_fit_go_when_the_weekday_changes(scene, holder):
    post, viewer = holder
    hour = make_hour(post)
    actions.cancel_day(hour=hour, on=date(2026, 11, 26), viewer=viewer, now=scene.now)
    actions.edit_hour(hour=hour, values={"weekday": 1}, version=None, viewer=viewer, now=scene.now)
    assert hour.exceptions.count() == 0
