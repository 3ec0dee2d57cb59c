"""Assignment by table: what ended is split in time, the last one can be taken back, two at once do not collide."""

import threading
from datetime import date, timedelta

import pytest
from django.db import connection

from bruecke.core.errors import Invalid, NotAllowed, WrongState
from bruecke.core.models import AuditEntry, District
from bruecke.core.scope import for_district
from bruecke.core.tests.factories import make_district, viewer_with
from bruecke.core.viewer import Role, Viewer
from bruecke.places.tests.factories import make_municipality
from bruecke.staffing import actions, queries
from bruecke.staffing.models import Assignment, Post, Responsibility
from bruecke.staffing.rules import Span
from bruecke.staffing.tests.conftest import DOHNA, FREITAL, HEIDENAU
from bruecke.staffing.tests.factories import SINCE, make_controller, make_post, make_responsibility
from bruecke.staffing.tests.test_periods import first_overlap

DAY = date(2026, 12, 1)


def plan(ags: str) -> list[tuple]:
    rows = Responsibility.objects.filter(municipality_id=ags).order_by("valid_from")
    return list(rows.values_list("post_id", "valid_from", "valid_until"))


@pytest.fixture
def office(scene):
    return viewer_with(scene.district, Role.DISTRICT_OFFICE)


def assign(scene, viewer, post, *places, since=DAY, until=None):
    return actions.assign_municipalities(
        district=scene.district, municipalities=places, post=post, valid_from=since, valid_until=until, viewer=viewer, now=scene.now
    )


def test_assigning_ends_what_was_there(scene, office):
    one, other = make_post(scene.district), make_post(scene.district)
    make_responsibility(one, FREITAL)
    assign(scene, office, other, FREITAL, HEIDENAU)
    assert plan(FREITAL) == [(one.pk, SINCE, DAY), (other.pk, DAY, None)]
    assert plan(HEIDENAU) == [(other.pk, DAY, None)]


def test_assigning_for_a_while_gives_back_afterwards(scene, office):
    one, other = make_post(scene.district), make_post(scene.district)
    make_responsibility(one, FREITAL)
    end = DAY + timedelta(days=14)
    assign(scene, office, other, FREITAL, until=end)
    assert plan(FREITAL) == [(one.pk, SINCE, DAY), (other.pk, DAY, end), (one.pk, end, None)]


def test_an_assignment_replaces_what_was_planned_for_later(scene, office):
    one, other = make_post(scene.district), make_post(scene.district)
    make_responsibility(one, FREITAL, until=DAY + timedelta(days=30))
    make_responsibility(other, FREITAL, since=DAY + timedelta(days=30))
    assign(scene, office, one, FREITAL)
    assert plan(FREITAL) == [(one.pk, SINCE, None)]


def test_effects_are_audited_and_public_pages_are_fresh(scene, office):
    before = District.objects.get(pk=scene.district.pk).public_version
    assignment = assign(scene, office, make_post(scene.district), FREITAL)
    entry = AuditEntry.objects.get(verb="staffing.municipalities_assigned")
    assert (entry.target_uid, entry.actor_id, entry.fields) == (assignment.uid, office.account_id, ["municipality", "post"])
    assert District.objects.get(pk=scene.district.pk).public_version > before


def test_undo_restores_the_plan_exactly(scene, office):
    one, other = make_post(scene.district), make_post(scene.district)
    make_responsibility(one, FREITAL, until=DAY + timedelta(days=30))
    before = plan(FREITAL)
    assignment = assign(scene, office, other, FREITAL, HEIDENAU)
    actions.undo_assignment(assignment=assignment, viewer=office, now=scene.now)
    assert plan(FREITAL) == before
    assert plan(HEIDENAU) == []
    assert AuditEntry.objects.filter(verb="staffing.assignment_undone").count() == 1
    with pytest.raises(WrongState):
        actions.undo_assignment(assignment=assignment, viewer=office, now=scene.now)


def test_only_the_last_assignment_can_be_taken_back(scene, office):
    first = assign(scene, office, make_post(scene.district), FREITAL)
    assign(scene, office, make_post(scene.district), HEIDENAU)
    with pytest.raises(WrongState):
        actions.undo_assignment(assignment=first, viewer=office, now=scene.now)
    assert len(plan(FREITAL)) == 1


def test_undo_after_the_plan_changed_is_refused(scene, office):
    assignment = assign(scene, office, make_post(scene.district), FREITAL)
    Responsibility.objects.filter(municipality_id=FREITAL).update(valid_until=DAY + timedelta(days=3))
    with pytest.raises(WrongState):
        actions.undo_assignment(assignment=assignment, viewer=office, now=scene.now)


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.DISTRICT_OFFICE, Role.ADMINISTRATOR}])
def test_others_may_not_assign(scene, role):
    with pytest.raises(NotAllowed):
        assign(scene, viewer_with(scene.district, role), make_post(scene.district), FREITAL)
    assert plan(FREITAL) == []


def test_what_makes_no_sense_is_refused_at_its_field(scene, office):
    post = make_post(scene.district, valid_until=DAY + timedelta(days=5))
    elsewhere = make_municipality("14627010", "Meißen")

    def field_of(*places, **days):
        with pytest.raises(Invalid) as caught:
            assign(scene, office, post, *places, **days)
        return list(caught.value.errors)

    assert field_of() == ["municipalities"]
    assert field_of(FREITAL, elsewhere.ags) == ["municipalities"]
    assert field_of(FREITAL, since=DAY, until=DAY) == ["valid_until"]
    assert field_of(FREITAL, since=SINCE - timedelta(days=1)) == ["valid_from"]
    assert field_of(FREITAL, since=DAY + timedelta(days=5)) == ["valid_from"]
    assign(scene, office, post, DOHNA)
    assert field_of(DOHNA) == ["municipalities"]
    assert Assignment.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_offices_assign_the_same_municipality_at_once(now):
    """One waits for the other: the plan stays sound, and both assignments are on record."""
    district = make_district("musterkreis", ags="14628")
    with for_district(district):
        make_municipality(FREITAL, "Freital")
        make_controller(district)
        posts = [make_post(district), make_post(district)]
        make_responsibility(posts[0], FREITAL)
    barrier, failures = threading.Barrier(2, timeout=20), []

    def work(pk: int, step: int) -> None:
        try:
            with for_district(district):
                post = Post.objects.get(pk=pk)
                barrier.wait()
                actions.assign_municipalities(
                    district=district,
                    municipalities=[FREITAL],
                    post=post,
                    valid_from=DAY + timedelta(days=step),
                    valid_until=DAY + timedelta(days=step + 10),
                    viewer=Viewer.system("test", district.pk),
                    now=now,
                )
        except Invalid:
            pass  # the slower one found its wish fulfilled already
        except Exception as error:  # noqa: BLE001 - shown by the assertion below
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(post.pk, step)) for step, post in enumerate(reversed(posts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert failures == []
    with for_district(district):
        spans = [Span(start, end, owner) for owner, start, end in plan(FREITAL)]
        assert first_overlap(spans) is None
        assert sum(span.end is None for span in spans) == 1
        assert Assignment.objects.count() >= 1
        assert queries.responsible_for(FREITAL, on=DAY + timedelta(days=5)).post in posts
