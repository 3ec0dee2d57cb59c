"""Who may: truth tables, and the list and the rule tell the same story for every role."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bruecke.core.tests.factories import NOW, make_district, viewer_with
from bruecke.core.viewer import Role, Viewer, ViewerKind
from bruecke.staffing import queries, rules
from bruecke.staffing.models import Post
from bruecke.staffing.rules import PostFacts
from bruecke.staffing.states import PostState, post_state
from bruecke.staffing.tests.conftest import DOHNA, FREITAL
from bruecke.staffing.tests.factories import SINCE, make_controller, make_holder, make_post, make_responsibility

FACTS = PostFacts(district_id=1, controller_id=5, employer_uid="verein", municipalities=frozenset({FREITAL}), holder_account_id=9)


def person(*roles: Role, **facts) -> Viewer:
    given = {"kind": ViewerKind.PERSON, "district_id": 1, "account_id": 1, "roles": frozenset(roles)}
    return Viewer(**{**given, **facts})


@pytest.mark.parametrize("role", list(Role))
def test_roles_that_see_every_post(role):
    expected = role in {Role.COORDINATOR, Role.DISTRICT_OFFICE, Role.ADMINISTRATOR, Role.COMMISSIONER}
    assert rules.can_see_post(person(role), FACTS) is expected
    assert rules.can_see_post(person(role, district_id=2), FACTS) is False


def test_an_employer_sees_its_own_posts():
    assert rules.can_see_post(person(Role.EMPLOYER, controller_id=5), FACTS)
    assert rules.can_see_post(person(Role.EMPLOYER, organisations=frozenset({"verein"})), FACTS)
    assert not rules.can_see_post(person(Role.EMPLOYER, controller_id=6), FACTS)


def test_a_municipality_sees_the_posts_that_are_there_for_it():
    assert rules.can_see_post(person(Role.MUNICIPALITY, municipalities=frozenset({FREITAL})), FACTS)
    assert not rules.can_see_post(person(Role.MUNICIPALITY, municipalities=frozenset({DOHNA})), FACTS)


@pytest.mark.parametrize("role", list(Role))
def test_only_the_offices_assign_and_manage(role):
    expected = role in {Role.DISTRICT_OFFICE, Role.ADMINISTRATOR}
    assert rules.can_assign(person(role)) is expected
    assert rules.can_manage_posts(person(role)) is expected
    assert rules.can_edit_own_details(person(role), FACTS) is expected


def test_the_holder_of_today_keeps_up_the_details():
    assert rules.can_edit_own_details(person(Role.COORDINATOR, account_id=9), FACTS)
    assert not rules.can_edit_own_details(person(Role.EDITOR, account_id=9), FACTS)
    assert not rules.can_edit_own_details(person(Role.COORDINATOR, account_id=9), replace(FACTS, holder_account_id=None))
    assert not rules.can_edit_own_details(person(Role.COORDINATOR, account_id=9, district_id=2), FACTS)


@pytest.mark.parametrize("viewer", [Viewer.anonymous(1), Viewer.link("answer", "x", 1)])
def test_nobody_without_an_account(viewer):
    assert not rules.can_see_post(viewer, FACTS)
    assert not rules.can_assign(viewer)


def test_undo_is_possible_for_a_month():
    assert rules.can_still_undo(NOW, NOW + timedelta(days=29))
    assert not rules.can_still_undo(NOW, NOW + timedelta(days=30))


@pytest.mark.parametrize(
    ("is_held", "on", "state"),
    [
        (True, SINCE - timedelta(days=1), PostState.COMING),
        (True, SINCE, PostState.FILLED),
        (False, SINCE, PostState.VACANT),
        (True, SINCE + timedelta(days=10), PostState.ENDED),
    ],
)
def test_state_of_a_post(is_held, on, state):
    assert post_state(SINCE, SINCE + timedelta(days=10), is_held=is_held, on=on) is state


@pytest.mark.parametrize("role", [None, *Role])
@pytest.mark.parametrize("facts", ["nothing", "controller", "organisation", "municipality"])
def test_list_and_rule_agree(scene, role, facts):
    association = make_controller(scene.district, "Verein", "association")
    posts = [make_post(scene.district), make_post(scene.district, controller=association), make_post(scene.district)]
    make_responsibility(posts[2], FREITAL, until=SINCE + timedelta(days=5))
    make_responsibility(posts[0], FREITAL, since=SINCE + timedelta(days=5))
    make_responsibility(posts[1], DOHNA)
    make_holder(posts[0])
    known = {
        "nothing": {},
        "controller": {"controller_id": association.pk},
        "organisation": {"organisations": frozenset({posts[2].employer.uid})},
        "municipality": {"municipalities": frozenset({FREITAL})},
    }[facts]
    own = viewer_with(scene.district, *([role] if role else []), **known)
    elsewhere = viewer_with(make_district("nebenan"), *([role] if role else []), **known)
    for viewer in (own, elsewhere, Viewer.anonymous(scene.district.pk), Viewer.system("test", scene.district.pk)):
        listed = set(Post.objects.visible_to(viewer))
        allowed = {post for post in posts if rules.can_see_post(viewer, queries.post_facts(post, NOW.date()))}
        assert listed == allowed
