"""Who is in charge on a day: hand-overs, past and future, gaps; and the whole of it against a naive day-by-day model."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from bruecke.accounts.models import Membership
from bruecke.core.scope import for_district
from bruecke.core.viewer import Viewer
from bruecke.places.models import Area
from bruecke.staffing import actions, queries
from bruecke.staffing.models import Responsibility
from bruecke.staffing.tests.conftest import DOHNA, FREITAL, HEIDENAU
from bruecke.staffing.tests.factories import (
    SINCE,
    make_controller,
    make_holder,
    make_person,
    make_post,
    make_responsibility,
    make_unit,
)

DAY = date(2026, 11, 24)


def test_the_post_in_charge_answers_inside_its_own_controller(scene, django_assert_num_queries):
    association = make_controller(scene.district, "Verein", "association")
    unit = make_unit(association, "Büro")
    post = make_post(scene.district, controller=association, unit=unit)
    holder = make_holder(post)
    make_responsibility(post, FREITAL)
    with django_assert_num_queries(3):
        found = queries.responsible_for(FREITAL, on=DAY)
    assert (found.post, found.controller, found.unit) == (post, association, unit)
    assert found.holder_account_id == holder.account_id
    assert not found.is_gap
    assert not found.is_vacant


def test_nobody_in_charge_is_a_gap_that_the_leading_controller_answers(scene, django_assert_num_queries):
    with django_assert_num_queries(2):
        found = queries.responsible_for(FREITAL, on=DAY)
    assert found.is_gap
    assert (found.post, found.controller, found.unit, found.holder_account_id) == (None, scene.controller, None, None)


def test_a_vacant_post_is_named_but_the_leading_controller_answers(scene):
    association = make_controller(scene.district, "Verein", "association")
    post = make_post(scene.district, controller=association)
    make_holder(post, until=DAY)
    make_responsibility(post, FREITAL)
    before, after = (queries.responsible_for(FREITAL, on=day) for day in (DAY - timedelta(days=1), DAY))
    assert (before.controller, before.is_vacant) == (association, False)
    assert (after.post, after.controller, after.is_vacant, after.is_gap) == (post, scene.controller, True, True)


def test_hand_over_of_the_post_ends_the_day_the_new_one_begins(scene):
    post = make_post(scene.district)
    first, second = make_person(scene.controller), make_person(scene.controller)
    make_holder(post, first, until=DAY)
    make_holder(post, second, since=DAY)
    make_responsibility(post, FREITAL)
    assert queries.responsible_for(FREITAL, on=DAY - timedelta(days=1)).holder_account_id == first.pk
    assert queries.responsible_for(FREITAL, on=DAY).holder_account_id == second.pk


def test_hand_over_of_the_municipality_between_posts(scene):
    one, other = make_post(scene.district), make_post(scene.district)
    make_responsibility(one, FREITAL, until=DAY)
    make_responsibility(other, FREITAL, since=DAY)
    assert queries.responsible_for(FREITAL, on=DAY - timedelta(days=1)).post == one
    assert queries.responsible_for(FREITAL, on=DAY).post == other
    assert queries.responsible_for(FREITAL, on=date(2031, 1, 1)).post == other
    assert queries.responsible_for(FREITAL, on=SINCE - timedelta(days=1)).is_gap


def test_a_post_is_in_charge_only_as_long_as_it_exists(scene):
    post = make_post(scene.district, valid_until=DAY)
    make_responsibility(post, FREITAL)
    assert queries.responsible_for(FREITAL, on=DAY - timedelta(days=1)).post == post
    assert queries.responsible_for(FREITAL, on=DAY).is_gap


@pytest.mark.parametrize("lost", ["locked", "membership ended", "other controller", "no account"])
def test_a_holder_who_cannot_log_in_does_not_receive_questions(scene, lost):
    association = make_controller(scene.district, "Verein", "association")
    post = make_post(scene.district, controller=association)
    person = make_person(scene.controller if lost == "other controller" else association)
    holder = make_holder(post, person)
    make_responsibility(post, FREITAL)
    if lost == "locked":
        person.is_active = False
        person.save()
    elif lost == "membership ended":
        Membership.objects.filter(account=person).update(valid_until=DAY)
    elif lost == "no account":
        holder.account = None
        holder.save()
    found = queries.responsible_for(FREITAL, on=DAY)
    assert (found.post, found.holder_account_id, found.controller) == (post, None, scene.controller)
    assert not found.is_gap  # somebody sits there; only the questions go elsewhere


def test_a_name_is_public_only_when_released(scene):
    post = make_post(scene.district)
    holder = make_holder(post, public_name="Frau Beispiel")
    make_responsibility(post, FREITAL)
    assert queries.responsible_for(FREITAL, on=DAY).public_name == ""
    holder.is_name_released = True
    holder.save()
    assert queries.responsible_for(FREITAL, on=DAY).public_name == "Frau Beispiel"


@pytest.mark.parametrize("posts", [1, 3])
def test_the_map_takes_three_queries_and_agrees_with_the_single_answers(scene, django_assert_num_queries, posts):
    for ags in (FREITAL, HEIDENAU, DOHNA)[:posts]:
        post = make_post(scene.district)
        make_holder(post)
        make_responsibility(post, ags)
    with django_assert_num_queries(3):
        found = queries.responsibility_map(DAY)
    assert list(found) == [DOHNA, FREITAL, HEIDENAU]
    assert found == {ags: queries.responsible_for(ags, on=DAY) for ags in found}


def test_another_district_knows_nothing_of_it(scene):
    from bruecke.core.tests.factories import make_district

    make_responsibility(make_post(scene.district), FREITAL)
    other = make_district("nebenan", ags="14627")
    with for_district(other):
        assert queries.responsible_for(FREITAL, on=DAY).post is None
        assert queries.responsibility_map(DAY) == {}


def test_municipalities_held_by_a_person_today(scene):
    post, other = make_post(scene.district), make_post(scene.district)
    person = make_holder(post).account_id
    make_holder(other)
    make_responsibility(post, FREITAL)
    make_responsibility(post, HEIDENAU, until=DAY)
    make_responsibility(other, DOHNA)
    assert queries.municipalities_held_by(person, DAY) == {FREITAL}
    assert queries.municipalities_held_by(None, DAY) == frozenset()


class _Unchanged(Exception):
    """Ends one example and rolls its rows back."""


ACTS = st.lists(
    st.one_of(
        st.tuples(
            st.just("assign"),
            st.sets(st.sampled_from([FREITAL, HEIDENAU, DOHNA]), min_size=1),
            st.integers(0, 2),
            st.integers(0, 20),
            st.one_of(st.none(), st.integers(1, 10)),
        ),
        st.tuples(st.just("hand over"), st.none(), st.integers(0, 2), st.integers(0, 20), st.none()),
        st.tuples(st.just("vacate"), st.none(), st.integers(0, 2), st.integers(0, 20), st.none()),
        st.tuples(st.just("undo"), st.none(), st.just(0), st.just(0), st.none()),
    ),
    min_size=1,
    max_size=7,
)


@given(acts=ACTS)
@settings(max_examples=40)
def test_plan_agrees_with_a_model_of_single_days(scene, acts):
    """Random assignments, hand-overs, vacancies and undos through the real actions."""
    with pytest.raises(_Unchanged):
        _play_and_forget(scene, acts)


def _play_and_forget(scene, acts):
    with transaction.atomic():
        _play(scene, acts)
        raise _Unchanged


def _play(scene, acts):
    from bruecke.core.errors import BrueckeError
    from bruecke.staffing.models import Assignment

    viewer = Viewer.system("test", scene.district.pk)
    begin = date(2026, 3, 1)
    days = [begin + timedelta(days=number) for number in range(35)]
    posts = [make_post(scene.district, valid_from=begin) for _number in range(3)]
    people = [make_person(scene.controller) for _number in range(3)]
    places = {(ags, day): None for ags in (FREITAL, HEIDENAU, DOHNA) for day in days}
    held = {(post.pk, day): None for post in posts for day in days}
    stack = []
    for moment, (kind, wanted, which, number, length) in enumerate(acts):
        now = scene.now + timedelta(minutes=moment)
        post, start = posts[which], begin + timedelta(days=number)
        try:
            with transaction.atomic():
                if kind == "assign":
                    end = None if length is None else start + timedelta(days=length)
                    actions.assign_municipalities(
                        district=scene.district,
                        municipalities=wanted,
                        post=post,
                        valid_from=start,
                        valid_until=end,
                        viewer=viewer,
                        now=now,
                    )
                    stack.append(dict(places))
                    for ags, day in places:
                        if ags in wanted and day >= start and (end is None or day < end):
                            places[ags, day] = post.pk
                elif kind == "hand over":
                    person = people[moment % 3]
                    actions.change_holder(post=post, account=person, valid_from=start, viewer=viewer, now=now)
                    held |= {key: person.pk for key in held if key[0] == post.pk and key[1] >= start}
                elif kind == "vacate":
                    actions.vacate_post(post=post, valid_from=start, viewer=viewer, now=now)
                    held |= dict.fromkeys([key for key in held if key[0] == post.pk and key[1] >= start])
                elif stack:
                    actions.undo_assignment(assignment=Assignment.objects.made().first(), viewer=viewer, now=now)
                    places = stack.pop()
        except BrueckeError:
            continue  # refused acts change nothing; the comparison below proves it
    for day in days[::3]:
        rows = list(Responsibility.objects.valid_on(day).order_by("pk").values_list("municipality_id", flat=True))
        assert len(rows) == len(set(rows)), "two posts in charge on one day"
        for ags, found in queries.responsibility_map(day).items():
            owner = places[ags, day]
            assert (found.post.pk if found.post else None) == owner
            assert found.holder_account_id == (held[owner, day] if owner else None)
            assert found.is_gap == (owner is None or held[owner, day] is None)
    calendar = queries.responsibility_calendar(days[0], days[-1])
    for ags, stretches in calendar.items():
        assert all(one.end == other.start for one, other in pairwise(stretches))
        by_day = queries.answers_by_day(stretches)
        assert list(by_day) == days[:-1]
        assert {day: by_day[day] for day in days[:-1:4]} == {day: queries.responsible_for(ags, on=day) for day in days[:-1:4]}
    assert Area.objects.municipalities().count() == 3


@pytest.mark.parametrize("posts", [1, 3])
def test_a_year_takes_six_queries_and_agrees_with_single_days(scene, django_assert_num_queries, posts):
    """A locked person, a membership that ends, a post that ends and a released name turn the answer on the right day."""
    for number, ags in enumerate((FREITAL, HEIDENAU, DOHNA)[:posts]):
        post = make_post(scene.district, valid_until=DAY + timedelta(days=9) if number == 1 else None)
        holder = make_holder(post, public_name="Frau Beispiel", is_name_released=number == 0)
        make_responsibility(post, ags, since=DAY - timedelta(days=5))
        if number == 0:
            Membership.objects.filter(account=holder.account).update(valid_until=DAY + timedelta(days=3))
        if number == 2:
            holder.account.is_active = False
            holder.account.save()
    start, end = DAY - timedelta(days=20), DAY + timedelta(days=20)
    with django_assert_num_queries(6):
        found = queries.responsibility_calendar(start, end)
    assert list(found) == [DOHNA, FREITAL, HEIDENAU]
    for ags, stretches in found.items():
        assert queries.answers_by_day(stretches) == {
            day: queries.responsible_for(ags, on=day) for day in (start + timedelta(days=number) for number in range(40))
        }
    assert [one.start for one in found[FREITAL]] == [start, DAY - timedelta(days=5), DAY + timedelta(days=3)]


def test_a_municipality_that_ends_has_its_own_days_only(scene):
    Area.objects.filter(pk=DOHNA).update(valid_until=DAY)
    found = queries.responsibility_calendar(DAY - timedelta(days=2), DAY + timedelta(days=2))
    assert [(one.start, one.end) for one in found[DOHNA]] == [(DAY - timedelta(days=2), DAY)]
    assert DOHNA not in queries.responsibility_calendar(DAY, DAY + timedelta(days=2))
