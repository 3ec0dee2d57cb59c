"""Absences of posts: entering, running, coming back, and who answers meanwhile."""

from datetime import date, timedelta

import pytest

from bruecke.accounts.tests.factories import make_account, make_unit
from bruecke.core.errors import Invalid, NotAllowed, Stale, WrongState
from bruecke.core.models import AuditEntry
from bruecke.core.tests.factories import viewer_with
from bruecke.core.viewer import Role
from bruecke.staffing import actions, queries
from bruecke.staffing.models import Absence
from bruecke.staffing.tests.factories import make_controller, make_holder, make_post

TODAY = date(2026, 11, 24)
FRIDAY, MONDAY = date(2026, 11, 27), date(2026, 11, 30)


@pytest.fixture
def office(scene):
    return viewer_with(scene.district, Role.DISTRICT_OFFICE)


@pytest.fixture
def posts(scene):
    found = [make_post(scene.district, number=number) for number in (1, 2, 3)]
    for post in found:
        make_holder(post)
    return found


def enter(posts, office, now, *, of=0, by=1, first=FRIDAY, until=MONDAY):
    deputy = None if by is None else posts[by]
    return actions.enter_absence(post=posts[of], deputy=deputy, valid_from=first, valid_until=until, viewer=office, now=now)


def test_the_deputy_answers_on_days_of_the_absence_only(posts, office, now):
    enter(posts, office, now)
    days = [FRIDAY - timedelta(days=1), FRIDAY, MONDAY - timedelta(days=1), MONDAY]
    assert [queries.acting_post(posts[0], day).number for day in days] == [1, 2, 2, 1]


def test_a_chain_of_deputies_is_followed_and_a_ring_ends(posts, office, now):
    enter(posts, office, now, of=0, by=1)
    enter(posts, office, now, of=1, by=2)
    assert queries.acting_post(posts[0], FRIDAY) == posts[2]
    enter(posts, office, now, of=2, by=0)
    assert queries.acting_post(posts[0], FRIDAY) is None


def test_the_usual_deputy_stands_in_when_none_is_named(posts, office, now):
    actions.set_deputy(post=posts[0], deputy=posts[2], viewer=office, now=now)
    posts[0].refresh_from_db()
    assert enter(posts, office, now, by=None).deputy == posts[2]


def test_without_a_deputy_nobody_answers_and_the_office_is_told(posts, office, now):
    enter(posts, office, now, by=None)
    assert queries.acting_post(posts[0], FRIDAY) is None
    assert [row.post for row in queries.uncovered(TODAY, TODAY + timedelta(days=14))] == [posts[0]]


def test_an_absence_of_today_begins_at_once_and_ends_by_the_clock(scene, posts, office, now, django_capture_on_commit_callbacks):
    absence = enter(posts, office, now, first=TODAY, until=FRIDAY)
    assert absence.started_at == now
    assert actions.start_absences(scene.district, now) == 0
    later = now + timedelta(days=3)
    assert actions.start_absences(scene.district, later) == 1
    absence.refresh_from_db()
    assert absence.ended_at == later
    assert actions.start_absences(scene.district, later) == 0


def test_one_to_come_begins_by_the_clock_once(scene, posts, office, now):
    absence = enter(posts, office, now)
    assert absence.started_at is None
    on_friday = now + timedelta(days=3)
    assert [actions.start_absences(scene.district, on_friday) for _ in range(2)] == [1, 0]


@pytest.mark.parametrize(
    ("first", "until", "field"),
    [(MONDAY, FRIDAY, "valid_until"), (FRIDAY, FRIDAY, "valid_until"), (date(2026, 11, 1), date(2026, 11, 24), "valid_until")],
)
def test_impossible_days_are_named(posts, office, now, first, until, field):
    with pytest.raises(Invalid) as refused:
        enter(posts, office, now, first=first, until=until)
    assert set(refused.value.errors) == {field}
    assert not Absence.objects.exists()


def test_two_absences_of_a_post_never_overlap(posts, office, now):
    enter(posts, office, now)
    with pytest.raises(Invalid) as refused:
        enter(posts, office, now, first=date(2026, 11, 29), until=date(2026, 12, 3))
    assert set(refused.value.errors) == {"valid_from"}
    enter(posts, office, now, first=MONDAY, until=date(2026, 12, 3))


def test_a_deputy_of_another_controller_is_refused(scene, posts, office, now):
    other = make_post(scene.district, number=9, controller=make_controller(scene.district, "Verein", "association"))
    for deputy in (other, posts[0]):
        with pytest.raises(Invalid) as refused:
            actions.enter_absence(post=posts[0], deputy=deputy, valid_from=FRIDAY, valid_until=MONDAY, viewer=office, now=now)
        assert set(refused.value.errors) == {"deputy"}


def test_the_holder_enters_her_own_absence_and_nobody_elses(scene, posts, now):
    account = posts[0].holders.get().account
    holder = viewer_with(scene.district, Role.COORDINATOR, account_id=account.pk)
    enter(posts, holder, now)
    with pytest.raises(NotAllowed):
        enter(posts, holder, now, of=1, by=0)
    for role in (Role.MUNICIPALITY, Role.EMPLOYER, Role.AUDITOR):
        with pytest.raises(NotAllowed):
            enter(posts, viewer_with(scene.district, role), now, of=1, by=0)
    assert list(AuditEntry.objects.filter(verb="staffing.absence_entered").values_list("fields", flat=True)) == [["absences"]]


def test_changing_minds_the_version_and_what_is_over(scene, posts, office, now):
    absence = enter(posts, office, now, first=TODAY, until=FRIDAY)
    given = {"deputy": posts[2], "valid_from": TODAY, "viewer": office, "now": now}
    with pytest.raises(Stale):
        actions.change_absence(absence=absence, valid_until=MONDAY, version=99, **given)
    actions.change_absence(absence=absence, valid_until=MONDAY, version=1, **given)
    assert queries.acting_post(posts[0], FRIDAY) == posts[2]
    actions.start_absences(scene.district, now + timedelta(days=7))
    with pytest.raises(WrongState):
        actions.change_absence(absence=absence, valid_until=MONDAY, version=None, **given)


def test_taking_back_ends_one_that_runs_and_forgets_one_to_come(posts, office, now):
    coming = enter(posts, office, now)
    actions.remove_absence(absence=coming, viewer=office, now=now)
    assert not Absence.objects.exists()
    running = enter(posts, office, now, first=TODAY - timedelta(days=2), until=MONDAY)
    actions.remove_absence(absence=running, viewer=office, now=now)
    running.refresh_from_db()
    assert (running.valid_until, running.ended_at) == (TODAY, now)
    assert queries.acting_post(posts[0], TODAY) == posts[0]
    with pytest.raises(WrongState):
        actions.remove_absence(absence=running, viewer=office, now=now)


@pytest.mark.parametrize("role", list(Role))
def test_who_sees_absences(scene, posts, office, now, role):
    enter(posts, office, now)
    seen = Absence.objects.visible_to(viewer_with(scene.district, role)).count()
    assert seen == (role in {Role.COORDINATOR, Role.DISTRICT_OFFICE, Role.ADMINISTRATOR, Role.COMMISSIONER})


def test_a_post_of_the_foreigners_authority_stands_in_for_its_own_unit_alone(scene, office, posts, now):
    foreigners = make_unit(posts[0].controller, is_foreigners_authority=True)
    guard, colleague = (make_post(scene.district, number=number, unit=foreigners) for number in (8, 9))
    with pytest.raises(Invalid) as refused:
        actions.set_deputy(post=posts[0], deputy=guard, viewer=office, now=now)
    assert "deputy" in refused.value.errors
    with pytest.raises(Invalid):
        actions.enter_absence(post=posts[0], deputy=guard, valid_from=FRIDAY, valid_until=MONDAY, viewer=office, now=now)
    assert guard not in queries.possible_deputies(posts[0], TODAY)
    assert guard in queries.possible_deputies(colleague, TODAY)
    assert actions.set_deputy(post=colleague, deputy=guard, viewer=office, now=now).deputy == guard


def test_absences_are_forgotten_three_months_after_their_end(scene, posts, office, now):
    enter(posts, office, now)
    enter(posts, office, now, of=1, by=2, first=MONDAY, until=MONDAY + timedelta(days=60))
    later = now + timedelta(days=97)
    assert actions.forget_old_absences(scene.district, now + timedelta(days=95)) == 0
    assert actions.forget_old_absences(scene.district, later) == 1
    assert Absence.objects.get().post == posts[1]


def test_who_entered_an_absence_is_forgotten_with_her_account(scene, posts, office, now):
    account = make_account("Eintragende")
    Absence.objects.filter(pk=enter(posts, office, now).pk).update(entered_by_id=account.pk)
    actions.forget_person(account.uid)
    assert Absence.objects.get().entered_by_id is None
