"""Truth tables of states and rules; no database."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bruecke.accounts import rules
from bruecke.accounts.states import ACCOUNT_TRANSITIONS, AccountState, MembershipState, account_state, membership_state
from bruecke.core.viewer import Role, Viewer, ViewerKind

DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))


def person(*roles: Role, **facts) -> Viewer:
    return Viewer(
        **{"kind": ViewerKind.PERSON, "district_id": 1, "account_id": 7, "roles": frozenset(roles), "controller_id": 3, **facts}
    )


@pytest.mark.parametrize(
    ("is_active", "has_joined", "state"),
    [
        (True, False, AccountState.INVITED),
        (True, True, AccountState.ACTIVE),
        (False, True, AccountState.LOCKED),
        (False, False, AccountState.LOCKED),
    ],
)
def test_account_state(is_active, has_joined, state):
    assert account_state(is_active=is_active, has_joined=has_joined) is state


def test_every_account_state_has_a_way_on():
    assert set(ACCOUNT_TRANSITIONS) == set(AccountState)
    assert all(ACCOUNT_TRANSITIONS.values())


@given(start=DAYS, length=st.integers(1, 2000), on=DAYS)
def test_membership_is_current_in_its_half_open_period_only(start, length, on):
    end = date.fromordinal(start.toordinal() + length)
    assert (membership_state(start, end, on) is MembershipState.CURRENT) == (start <= on < end)


@given(start=DAYS, on=DAYS)
def test_membership_without_end_never_ends(start, on):
    assert membership_state(start, None, on) is (MembershipState.CURRENT if start <= on else MembershipState.COMING)


@pytest.mark.parametrize("role", list(Role))
def test_who_manages_and_reads(role):
    viewer = person(role)
    assert rules.can_manage_people(viewer) is (role is Role.ADMINISTRATOR)
    assert rules.can_manage_controllers(viewer) is (role is Role.ADMINISTRATOR)
    assert rules.can_change_settings(viewer) is (role is Role.ADMINISTRATOR)
    assert rules.can_see_people(viewer) is (role in {Role.ADMINISTRATOR, Role.PRIVACY_OFFICER})
    assert rules.can_read_audit_log(viewer) is (role in {Role.ADMINISTRATOR, Role.PRIVACY_OFFICER, Role.AUDITOR})
    assert rules.can_see_controllers(viewer)


def test_nobody_without_role_sees_or_manages_anything():
    for viewer in (person(), Viewer.anonymous(1), Viewer.link("invitation", "x", 1)):
        assert not rules.can_see_controllers(viewer)
        assert not rules.can_manage_people(viewer)
        assert not rules.can_read_audit_log(viewer)


def test_membership_is_seen_by_readers_employer_and_oneself():
    row = {"account_id": 9, "controller_id": 3, "district_id": 1}
    assert rules.can_see_membership(person(Role.ADMINISTRATOR), **row)
    assert rules.can_see_membership(person(Role.PRIVACY_OFFICER), **row)
    assert rules.can_see_membership(person(Role.EMPLOYER), **row)
    assert not rules.can_see_membership(person(Role.EMPLOYER, controller_id=4), **row)
    assert not rules.can_see_membership(person(Role.DISTRICT_OFFICE), **row)
    assert rules.can_see_membership(person(Role.COORDINATOR), **{**row, "account_id": 7})
    assert not rules.can_see_membership(person(Role.ADMINISTRATOR), **{**row, "district_id": 2})


def test_nobody_locks_oneself():
    assert not rules.can_lock_account(person(Role.ADMINISTRATOR), account_id=7)
    assert rules.can_lock_account(person(Role.ADMINISTRATOR), account_id=8)
    assert not rules.can_lock_account(person(Role.DISTRICT_OFFICE), account_id=8)


@pytest.mark.parametrize("role", list(Role))
def test_leading_roles_fit_the_leading_controller_only(role):
    assert rules.fits_controller(role, is_leading=True)
    assert rules.fits_controller(role, is_leading=False) is (role not in {Role.DISTRICT_OFFICE, Role.ADMINISTRATOR})


def test_demo_accounts_enter_where_they_are_allowed_only():
    assert rules.may_enter(is_active=True, is_demo=True, allows_demo_accounts=True)
    assert not rules.may_enter(is_active=True, is_demo=True, allows_demo_accounts=False)
    assert not rules.may_enter(is_active=False, is_demo=False, allows_demo_accounts=True)
    assert rules.may_enter(is_active=True, is_demo=False, allows_demo_accounts=False)


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox, Windows"),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/126.0 Safari/537.36 Edg/126.0", "Edge, Windows"),
        ("", ""),
        ("<script>alert(1)</script>", ""),
    ],
)
def test_device_name_keeps_browser_and_system_only(agent, name):
    assert rules.device_name(agent) == name


def test_viewer_is_frozen():
    assert replace(person(Role.EDITOR), controller_id=9).controller_id == 9
