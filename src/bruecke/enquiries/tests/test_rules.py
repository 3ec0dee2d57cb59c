"""Truth tables of states and rules; no database."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bruecke.core.clock import BERLIN
from bruecke.core.viewer import Role, Viewer, ViewerKind
from bruecke.enquiries import rules
from bruecke.enquiries.states import RUNNING, TRANSITIONS, WAITING, EnquiryState, may_become

HERE = "14628140"


def facts(**values):
    defaults = {
        "uid": "u", "district_id": 1, "controller_id": 10, "unit_id": 100, "place_id": HERE, "assigned_account_id": None,
        "consent_to_share": False, "state": "open",
    }  # fmt: skip
    return SimpleNamespace(**{**defaults, **values})


def person(*roles, **values):
    defaults = {"district_id": 1, "account_id": 7, "controller_id": 10, "unit_id": 100, "municipalities": frozenset({HERE})}
    return Viewer(kind=ViewerKind.PERSON, roles=frozenset(roles), **{**defaults, **values})


ELSEWHERE = {"municipalities": frozenset({"14628110"})}
OTHER = {"controller_id": 11, "unit_id": 110}
GUARD = {"unit_id": 101, "is_foreigners_authority": True}


@pytest.mark.parametrize(
    ("roles", "who", "question", "readable"),
    [
        ({Role.COORDINATOR}, {}, {}, True),
        ({Role.COORDINATOR}, ELSEWHERE, {}, False),
        ({Role.COORDINATOR}, ELSEWHERE, {"assigned_account_id": 7}, True),
        ({Role.COORDINATOR}, {}, {"place_id": None}, False),
        ({Role.COORDINATOR}, OTHER, {}, False),
        ({Role.COORDINATOR}, OTHER, {"consent_to_share": True}, True),
        ({Role.COORDINATOR}, OTHER, {"assigned_account_id": 7}, False),
        ({Role.COORDINATOR}, {"district_id": 2}, {"consent_to_share": True}, False),
        ({Role.DISTRICT_OFFICE}, ELSEWHERE, {"place_id": None}, True),
        ({Role.DISTRICT_OFFICE}, OTHER, {}, False),
        ({Role.DISTRICT_OFFICE}, OTHER, {"consent_to_share": True}, True),
        ({Role.DISTRICT_OFFICE}, GUARD, {}, False),
        ({Role.DISTRICT_OFFICE}, GUARD, {"unit_id": 101}, True),
        ({Role.DISTRICT_OFFICE}, GUARD, {"unit_id": None}, False),
        ({Role.DISTRICT_OFFICE}, GUARD, {"consent_to_share": True}, True),
        ({Role.DISTRICT_OFFICE}, {"unit_id": 102}, {}, True),
        *[
            ({role}, {}, {"consent_to_share": True, "assigned_account_id": 7}, False)
            for role in set(Role) - {Role.COORDINATOR, Role.DISTRICT_OFFICE}
        ],
    ],
)
def test_who_reads_a_question(roles, who, question, readable):
    viewer = person(*roles, **who)
    assert rules.can_read(viewer, facts(**question)) is readable
    assert rules.can_work_on(viewer, facts(**question)) is readable


def test_others_read_nothing_and_the_code_opens_one_question():
    assert not rules.can_read(Viewer.anonymous(1), facts())
    assert rules.can_read(Viewer.link(rules.RECEIPT_PURPOSE, "u", 1), facts())
    assert not rules.can_read(Viewer.link(rules.RECEIPT_PURPOSE, "v", 1), facts())
    assert not rules.can_read(Viewer.link("offer", "u", 1), facts())
    assert not rules.can_work_on(Viewer.link(rules.RECEIPT_PURPOSE, "u", 1), facts())
    assert rules.can_read(Viewer.system("test", 1), facts())


def test_what_lies_elsewhere_is_counted_for_those_in_charge_only():
    assert rules.is_withheld(person(Role.COORDINATOR, **OTHER), facts())
    assert not rules.is_withheld(person(Role.COORDINATOR, **OTHER), facts(consent_to_share=True))
    assert not rules.is_withheld(person(Role.COORDINATOR, **{**OTHER, **ELSEWHERE}), facts())
    assert not rules.is_withheld(person(Role.COORDINATOR), facts())
    assert not rules.is_withheld(person(Role.COMMISSIONER, **OTHER), facts())


@pytest.mark.parametrize(
    ("controller", "unit", "guard", "consent", "allowed"),
    [
        (10, 100, False, False, True),
        (10, 101, True, False, False),
        (10, 100, True, False, True),
        (11, None, False, False, False),
        (11, None, False, True, True),
        (11, 110, True, True, True),
    ],
)
def test_to_whom_a_question_may_be_given(controller, unit, guard, consent, allowed):
    given_to = {"controller_id": controller, "unit_id": unit, "is_foreigners_authority": guard}
    assert rules.can_be_given_to(facts(consent_to_share=consent), **given_to) is allowed


def test_taking_over():
    assert rules.can_take_over(person(Role.COORDINATOR), facts())
    assert not rules.can_take_over(person(Role.COORDINATOR), facts(assigned_account_id=7))
    assert not rules.can_take_over(person(Role.COORDINATOR), facts(state="closed"))
    assert rules.can_capture(person(Role.COORDINATOR))
    assert not rules.can_capture(person(Role.EDITOR))
    assert not rules.can_capture(person(Role.COORDINATOR, controller_id=None))


def test_undo_is_for_oneself_and_for_half_an_hour():
    now = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    viewer = person(Role.COORDINATOR)
    assert rules.can_undo(viewer, actor_id=7, happened_at=now - timedelta(minutes=30), now=now)
    assert not rules.can_undo(viewer, actor_id=7, happened_at=now - timedelta(minutes=31), now=now)
    assert not rules.can_undo(viewer, actor_id=8, happened_at=now, now=now)
    assert not rules.can_undo(Viewer.system("x", 1), actor_id=None, happened_at=now, now=now)


def test_table_of_states():
    assert {(a, b) for a in EnquiryState for b in EnquiryState if may_become(a, b)} == {
        (a, b) for a, targets in TRANSITIONS.items() for b in targets
    }
    assert set(TRANSITIONS) == set(EnquiryState)
    assert TRANSITIONS[EnquiryState.CLOSED] == {EnquiryState.OPEN}
    assert EnquiryState.NEW not in {b for targets in TRANSITIONS.values() for b in targets}
    assert WAITING < RUNNING


@pytest.mark.parametrize(
    ("year", "days"),
    [
        (2026, ["01-01", "04-03", "04-06", "05-01", "05-14", "05-25", "10-03", "10-31", "11-18", "12-25", "12-26"]),
        (2025, ["01-01", "04-18", "04-21", "05-01", "05-29", "06-09", "10-03", "10-31", "11-19", "12-25", "12-26"]),
        (2023, ["01-01", "04-07", "04-10", "05-01", "05-18", "05-29", "10-03", "10-31", "11-22", "12-25", "12-26"]),
    ],
)
def test_saxon_holidays(year, days):
    assert rules.saxon_holidays(year) == {date.fromisoformat(f"{year}-{day}") for day in days}


@pytest.mark.parametrize(
    ("came", "days", "due"),
    [
        ("2026-11-13T19:42", 2, "2026-11-17"),  # Friday evening
        ("2026-11-16T09:00", 2, "2026-11-19"),  # Buß- und Bettag in between
        ("2026-12-23T12:00", 3, "2026-12-29"),  # the 24th is a working day
        ("2026-11-14T12:00", 1, "2026-11-16"),  # Saturday
    ],
)
def test_when_an_answer_is_due(came, days, due):
    moment = datetime.fromisoformat(came).replace(tzinfo=BERLIN)
    assert rules.due_after(moment, days) == datetime.fromisoformat(f"{due}T18:00").replace(tzinfo=BERLIN)


@given(day=st.dates(date(2000, 1, 1), date(2090, 1, 1)), count=st.integers(1, 40))
def test_working_days_are_counted_one_by_one(day, count):
    end = rules.working_days_after(day, count)
    between = [day + timedelta(days=step) for step in range(1, (end - day).days + 1)]
    assert rules.is_working_day(end)
    assert sum(rules.is_working_day(one) for one in between) == count


def test_overdue_and_due_today():
    now = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    assert rules.is_overdue("open", now - timedelta(minutes=1), now)
    assert not rules.is_overdue("answered", now - timedelta(minutes=1), now)
    assert not rules.is_overdue("open", None, now)
    assert rules.is_due_today("new", now + timedelta(hours=2), now)
    assert not rules.is_due_today("new", now - timedelta(hours=2), now)
    assert not rules.is_due_today("new", now + timedelta(days=1), now)
    assert not rules.is_due_today("closed", now + timedelta(hours=2), now)


def test_day_of_deletion():
    assert rules.delete_on(datetime(2026, 8, 31, 12, 0, tzinfo=UTC), 6) == date(2027, 2, 28)


@pytest.mark.parametrize(
    ("state", "opened", "step"),
    [("new", False, 0), ("open", True, 1), ("referred", True, 1), ("answered", True, 2), ("closed", True, 3)],
)
def test_how_far_the_resident_sees_it(state, opened, step):
    assert rules.public_step(state, was_opened=opened) == step
