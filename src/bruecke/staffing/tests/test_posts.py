"""Posts and their holders: create, edit, end, hand over, leave vacant; gaps; and what leans on them."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from bruecke.core.errors import Invalid, NotAllowed, Stale, WrongState
from bruecke.core.registries import Subject, Urgency
from bruecke.core.tests.factories import viewer_with
from bruecke.core.viewer import Role, Viewer
from bruecke.directory import actions as directory
from bruecke.directory.tests.factories import make_location, make_organisation
from bruecke.staffing import actions, hooks, queries
from bruecke.staffing.models import Assignment, Post, PostHolder
from bruecke.staffing.queries import GapKind
from bruecke.staffing.tests.conftest import DOHNA, FREITAL, HEIDENAU
from bruecke.staffing.tests.factories import (
    SINCE,
    make_controller,
    make_holder,
    make_hour,
    make_person,
    make_post,
    make_responsibility,
    make_unit,
)

TODAY = date(2026, 11, 24)


@pytest.fixture
def office(scene):
    return viewer_with(scene.district, Role.DISTRICT_OFFICE)


def values(scene, **changed):
    given = {
        "title": "Integrationskoordination Heidenau",
        "area_name": "Heidenau",
        "fte": Decimal("0.75"),
        "controller": scene.controller,
        "unit": None,
        "employer": make_organisation(scene.district),
        "office": None,
        "mailbox": "heidenau@example.org",
        "phone": "",
        "languages": ["de"],
        "has_interpreting": False,
        "valid_from": SINCE,
    }
    return {**given, **changed}


def test_a_new_post_gets_the_next_number(scene, office):
    first = actions.create_post(district=scene.district, values=values(scene), viewer=office, now=scene.now)
    second = actions.create_post(district=scene.district, values=values(scene, number=None), viewer=office, now=scene.now)
    assert (first.number, second.number) == (1, 2)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        (lambda scene: {"fte": Decimal("1.01")}, "fte"),
        (lambda scene: {"fte": Decimal(0)}, "fte"),
        (lambda scene: {"unit": make_unit(make_controller(scene.district, "Verein", "association"))}, "unit"),
        (lambda scene: {"number": make_post(scene.district, number=7).number}, "number"),
    ],
)
def test_a_post_that_makes_no_sense_is_refused_at_its_field(scene, office, changed, field):
    with pytest.raises(Invalid) as caught:
        actions.create_post(district=scene.district, values=values(scene, **changed(scene)), viewer=office, now=scene.now)
    assert list(caught.value.errors) == [field]


def test_two_editing_at_once_the_second_is_told(scene, office):
    post = make_post(scene.district)
    actions.edit_post(post=post, values={"phone": "+49 30 23125 999"}, version=1, viewer=office, now=scene.now)
    with pytest.raises(Stale) as caught:
        actions.edit_post(post=post, values={"phone": "+49 30 23125 888"}, version=1, viewer=office, now=scene.now)
    assert caught.value.changed_at == scene.now
    assert Post.objects.get().phone == "+49 30 23125 999"


def test_a_coordinator_keeps_up_phone_and_languages_of_her_own_post_only(scene):
    mine, other = make_post(scene.district), make_post(scene.district)
    viewer = viewer_with(scene.district, Role.COORDINATOR, account_id=make_holder(mine).account_id)
    given = {"phone": "+49 30 23125 777", "languages": ["de", "uk"], "title": "Chefin"}
    changed = actions.edit_own_details(post=mine, values=given, version=1, viewer=viewer, now=scene.now)
    assert (changed.phone, changed.languages, changed.title) == ("+49 30 23125 777", ["de", "uk"], mine.title)
    with pytest.raises(NotAllowed):
        actions.edit_own_details(post=other, values=given, version=1, viewer=viewer, now=scene.now)
    with pytest.raises(NotAllowed):
        actions.edit_post(post=mine, values=given, version=2, viewer=viewer, now=scene.now)


def test_ending_a_post_leaves_its_municipalities_open_and_reopening_gives_them_back(scene, office):
    post = make_post(scene.district)
    make_holder(post)
    make_responsibility(post, FREITAL)
    ended = actions.end_post(post=post, valid_until=TODAY, version=1, viewer=office, now=scene.now)
    assert queries.responsible_for(FREITAL, on=TODAY).is_gap
    actions.reopen_post(post=ended, viewer=office, now=scene.now)
    assert queries.responsible_for(FREITAL, on=TODAY).post == post
    with pytest.raises(WrongState):
        actions.reopen_post(post=ended, viewer=office, now=scene.now)


def test_hand_over_ends_the_old_holder_on_the_day_the_new_one_begins(scene, office):
    post = make_post(scene.district)
    old, new, never = make_holder(post), make_person(scene.controller), make_person(scene.controller)
    actions.change_holder(post=post, account=never, valid_from=TODAY + timedelta(days=30), viewer=office, now=scene.now)
    actions.change_holder(post=post, account=new, valid_from=TODAY, viewer=office, now=scene.now)
    rows = list(PostHolder.objects.order_by("valid_from").values_list("account_id", "valid_from", "valid_until"))
    assert rows == [(old.account_id, SINCE, TODAY), (new.pk, TODAY, None)]


def test_a_holder_needs_a_coordinators_access_at_the_posts_controller(scene, office):
    association = make_controller(scene.district, "Verein", "association")
    post = make_post(scene.district, controller=association)
    for person in (
        make_person(scene.controller),
        make_person(association, role=Role.EMPLOYER),
        make_person(association, until=TODAY),
    ):
        with pytest.raises(Invalid) as caught:
            actions.change_holder(post=post, account=person, valid_from=TODAY, viewer=office, now=scene.now)
        assert list(caught.value.errors) == ["account"]
    person = make_person(association)
    actions.change_holder(post=post, account=person, valid_from=TODAY, viewer=office, now=scene.now)
    assert queries.possible_holders(post, TODAY) == [person]


def test_a_released_name_has_to_be_written_down(scene, office):
    post = make_post(scene.district)
    person = make_person(scene.controller)
    with pytest.raises(Invalid) as caught:
        actions.change_holder(post=post, account=person, is_name_released=True, valid_from=TODAY, viewer=office, now=scene.now)
    assert list(caught.value.errors) == ["public_name"]


def test_vacating_a_vacant_post_is_refused(scene, office):
    post = make_post(scene.district)
    make_holder(post, until=TODAY)
    with pytest.raises(Invalid):
        actions.vacate_post(post=post, valid_from=TODAY, viewer=office, now=scene.now)


def test_gaps_today_and_within_two_weeks(scene, django_assert_num_queries):
    full, leaving, vacant = (make_post(scene.district, number=number) for number in (1, 2, 3))
    make_holder(full)
    make_holder(leaving, until=TODAY + timedelta(days=14))
    make_holder(vacant, until=TODAY - timedelta(days=3))
    make_responsibility(full, FREITAL)
    make_responsibility(full, HEIDENAU, until=TODAY + timedelta(days=10))
    with django_assert_num_queries(4):
        found = queries.gaps(TODAY)
    told = [(gap.kind, gap.area.pk if gap.area else gap.post.number, gap.since, gap.is_open_on(TODAY)) for gap in found]
    assert told == [
        (GapKind.MUNICIPALITY, DOHNA, None, True),
        (GapKind.VACANT_POST, 3, TODAY - timedelta(days=3), True),
        (GapKind.MUNICIPALITY, HEIDENAU, TODAY + timedelta(days=10), False),
        (GapKind.VACANT_POST, 2, TODAY + timedelta(days=14), False),
    ]


def test_gaps_that_begin_later_wait(scene):
    post = make_post(scene.district)
    make_holder(post, until=TODAY + timedelta(days=15))
    for ags in (FREITAL, HEIDENAU, DOHNA):
        make_responsibility(post, ags, until=TODAY + timedelta(days=15))
    assert queries.gaps(TODAY) == []


def test_gaps_are_todos_of_the_district_office(scene, office):
    post = make_post(scene.district)
    make_responsibility(post, FREITAL)
    found = list(hooks.desk.collect_gaps(office, scene.now))
    assert [(str(todo.title), todo.urgency) for todo in found] == [
        ("2 Gemeinden ohne Zuständigkeit", Urgency.OVERDUE),
        (f"Stelle {post.short_label} ist unbesetzt", Urgency.WEEK),
    ]
    assert list(hooks.desk.collect_gaps(viewer_with(scene.district, Role.COORDINATOR), scene.now)) == []
    assert queries.unassigned_count(scene.district, TODAY) == 2


def test_a_coordinator_is_given_the_municipalities_of_her_post(scene):
    post = make_post(scene.district)
    person = make_holder(post).account
    make_responsibility(post, FREITAL)
    plain = viewer_with(scene.district, Role.COORDINATOR, account_id=person.pk)
    assert hooks.desk._add_municipalities(plain, scene.district, TODAY).municipalities == {FREITAL}
    other_role = viewer_with(scene.district, Role.EDITOR, account_id=person.pk)
    assert hooks.desk._add_municipalities(other_role, scene.district, TODAY) == other_role


def test_what_a_post_needs_is_not_archived(scene):
    viewer = Viewer.system("test", scene.district.pk)
    post = make_post(scene.district, office=None)
    house = make_location(post.employer)
    hour = make_hour(post, location=house)
    for entry in (house, post.employer):
        with pytest.raises(WrongState, match=post.title):
            directory.archive_entry(entry=entry, viewer=viewer, now=scene.now)
    hour.delete()
    assert directory.archive_entry(entry=house, viewer=viewer, now=scene.now).is_archived


def test_erasing_a_person_takes_the_name_from_posts_and_assignments(scene):
    post = make_post(scene.district)
    person = make_person(scene.controller)
    holder = make_holder(post, person, public_name="Frau Beispiel", is_name_released=True)
    made = Assignment.objects.create(district=scene.district, post=post, valid_from=TODAY, made_at=scene.now, made_by_id=person.pk)
    assert hooks.data._erase(Subject("account", person.uid), scene.now) == 2
    holder.refresh_from_db()
    made.refresh_from_db()
    assert (holder.public_name, holder.is_name_released, made.made_by_id) == ("", False, None)
    assert hooks.data._erase(Subject("enquiry", person.uid), scene.now) == 0
