"""Deadlines and duties of data protection: truth tables, no database."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bruecke.core.viewer import Role, Viewer, ViewerKind
from bruecke.privacy import rules
from bruecke.privacy.states import BreachState, IdentityCheck, RequestState, Risk


def viewer(*roles: Role, controller: int | None = 1) -> Viewer:
    return Viewer(kind=ViewerKind.PERSON, district_id=1, account_id=1, roles=frozenset(roles), controller_id=controller)


@pytest.mark.parametrize("role", list(Role))
def test_only_the_offices_of_data_protection_of_the_controller_see_anything(role):
    reads, keeps = role in {Role.PRIVACY_OFFICER, Role.ADMINISTRATOR}, role is Role.PRIVACY_OFFICER
    assert rules.can_read_record(viewer(role), controller_id=1) is reads
    assert rules.can_see_breach(viewer(role), controller_id=1) is reads
    assert rules.can_keep_record(viewer(role), controller_id=1) is keeps
    assert rules.can_handle_request(viewer(role), controller_id=1) is keeps
    for rule in (rules.can_read_record, rules.can_see_breach, rules.can_keep_record, rules.can_handle_request):
        assert not rule(viewer(role), controller_id=2)
        assert not rule(viewer(role, controller=None), controller_id=None)


@pytest.mark.parametrize(
    ("received", "due", "extended"),
    [
        (date(2026, 11, 20), date(2026, 12, 20), date(2027, 2, 20)),
        (date(2026, 1, 31), date(2026, 2, 28), date(2026, 4, 30)),
        (date(2028, 1, 31), date(2028, 2, 29), date(2028, 4, 30)),
    ],
)
def test_one_month_and_two_more(received, due, extended):
    assert rules.due_on(received) == due
    assert rules.extended_due_on(received) == extended


def test_extending_is_for_the_first_month_and_once():
    given = {"state": RequestState.OPEN, "received_on": date(2026, 11, 20), "extended_on": None}
    assert rules.can_extend(**given, today=date(2026, 12, 20))
    assert not rules.can_extend(**given, today=date(2026, 12, 21))
    assert not rules.can_extend(**{**given, "extended_on": date(2026, 12, 1)}, today=date(2026, 12, 2))
    assert not rules.can_extend(**{**given, "state": RequestState.ANSWERED}, today=date(2026, 12, 1))


def test_nothing_is_handed_out_unchecked():
    assert not rules.can_hand_out(state=RequestState.OPEN, identity=IdentityCheck.NONE)
    assert rules.can_hand_out(state=RequestState.OPEN, identity=IdentityCheck.SHOWN_PAPERS)
    assert not rules.can_hand_out(state=RequestState.ANSWERED, identity=IdentityCheck.SHOWN_PAPERS)


def test_72_hours_run_over_the_change_of_the_clocks():
    noticed = datetime(2026, 10, 23, 14, tzinfo=UTC)
    assert rules.report_until(noticed) - noticed == timedelta(hours=72)


def duties(risk, **given):
    values = {
        "authority_told": False,
        "people_told": False,
        "authority_reason": "",
        "people_reason": "",
        "measures": "Adresse gesperrt",
    }
    return rules.open_duties(risk=risk, **{**values, **given})


@pytest.mark.parametrize(
    ("risk", "given", "open_"),
    [
        (Risk.UNKNOWN, {}, ("risk", "authority_told_at")),
        (Risk.UNKNOWN, {"authority_told": True}, ("risk",)),
        (Risk.NONE, {}, ("authority_reason",)),
        (Risk.NONE, {"authority_reason": "verschlüsselt"}, ()),
        (Risk.RISK, {}, ("authority_told_at",)),
        (Risk.RISK, {"authority_told": True, "measures": ""}, ("measures",)),
        (Risk.HIGH, {"authority_told": True}, ("people_told_at",)),
        (Risk.HIGH, {"authority_told": True, "people_reason": "verschlüsselt"}, ()),
        (Risk.HIGH, {"authority_told": True, "people_told": True}, ()),
    ],
)
def test_what_is_still_owed(risk, given, open_):
    assert duties(risk, **given) == open_


def test_the_clock_stops_when_the_authority_knows_or_no_risk_is_likely():
    running = {"state": BreachState.OPEN, "authority_told": False, "risk": Risk.UNKNOWN}
    assert rules.is_clock_running(**running)
    assert not rules.is_clock_running(**{**running, "authority_told": True})
    assert not rules.is_clock_running(**{**running, "risk": Risk.NONE})
    assert not rules.is_clock_running(**{**running, "state": BreachState.CLOSED})
