"""Breaches: the clock, steps with who and when, the end only when nothing is owed, sealed."""

import io
from datetime import timedelta

import docx
import pytest

from bruecke.core.documents import write_docx
from bruecke.core.errors import Invalid, NotAllowed, Stale, WrongState
from bruecke.core.models import AuditEntry
from bruecke.core.tests.factories import NOW
from bruecke.privacy import exports
from bruecke.privacy.actions import breaches as actions
from bruecke.privacy.actions import forgetting
from bruecke.privacy.models import Breach
from bruecke.privacy.queries import breaches as queries
from bruecke.privacy.queries.todos import collect as todos
from bruecke.privacy.states import BreachState, BreachStepKind, Risk
from bruecke.privacy.tests.factories import make_breach


@pytest.fixture
def breach(leading, officer):
    return make_breach(leading, officer)


def step(breach, viewer, kind=BreachStepKind.AUTHORITY_TOLD, at=NOW, **given):
    return actions.add_step(breach=breach, kind=kind, at=at, text="Per Formular", version=None, viewer=viewer, now=NOW, **given)


def judge(breach, viewer, version=None, **values):
    return actions.judge_breach(breach=breach, values={"measures": "Gesperrt", **values}, version=version, viewer=viewer, now=NOW)


def close(breach, viewer):
    return actions.close_breach(breach=breach, version=None, viewer=viewer, now=NOW)


def test_officer_and_administrator_of_the_controller_see_it_nobody_else(breach, officer, admin, other_officer, leading):
    assert queries.breach_of(officer, breach.uid) == queries.breach_of(admin, breach.uid) == breach
    assert queries.breach_of(other_officer, breach.uid) is None
    with pytest.raises(NotAllowed):
        judge(breach, other_officer)
    with pytest.raises(NotAllowed):
        make_breach(leading, other_officer)


def test_the_clock_runs_on_heute_until_the_authority_knows(breach, officer):
    clock = queries.clock_of(breach, NOW)
    assert (clock.is_running, clock.words) == (True, "noch 67 Stunden")
    late = queries.clock_of(breach, NOW + timedelta(hours=70))
    assert (late.is_over, late.words) == (True, "seit 3 Stunden vorbei")
    (todo, *_rest) = todos(officer, NOW + timedelta(hours=70))
    assert (todo.urgency, todo.title) == ("overdue", breach.title)
    told = step(breach, officer)
    assert not queries.clock_of(told, NOW + timedelta(days=30)).is_running
    assert queries.clock_of(told, NOW + timedelta(days=30)).left == timedelta(hours=67)


def test_each_change_leaves_a_step(breach, officer, admin):
    actions.describe_breach(breach=breach, values={"people_count": 14}, version=1, viewer=admin, now=NOW)
    actions.describe_breach(breach=breach, values={"people_count": 14}, version=2, viewer=admin, now=NOW)
    judge(breach, officer, risk=Risk.RISK)
    step(breach, officer, reference=" AZ-7 ")
    found = [(one.kind, one.actor.name) for one in queries.steps_of(breach)]
    assert found == [
        ("noticed", "Datenschutz"),
        ("described", "Verwaltung"),
        ("assessed", "Datenschutz"),
        ("authority_told", "Datenschutz"),
    ]
    fresh = Breach.objects.get()
    assert (fresh.authority_told_at, fresh.authority_reference) == (NOW, "AZ-7")
    assert AuditEntry.objects.filter(verb__startswith="privacy.breach_").count() == 4


def test_nobody_overwrites_anybody(breach, officer):
    judge(breach, officer, version=1)
    with pytest.raises(Stale):
        judge(breach, officer, version=1, risk=Risk.NONE)


@pytest.mark.parametrize("at", [NOW + timedelta(minutes=1), NOW - timedelta(hours=6)])
def test_a_step_is_neither_to_come_nor_before_the_breach(breach, officer, at):
    with pytest.raises(Invalid) as error:
        step(breach, officer, at=at)
    assert list(error.value.errors) == ["at"]


def test_the_first_report_counts(breach, officer):
    step(breach, officer, at=NOW - timedelta(hours=1))
    assert step(breach, officer).authority_told_at == NOW - timedelta(hours=1)


def test_it_ends_only_when_nothing_is_owed(breach, officer):
    with pytest.raises(WrongState):
        close(breach, officer)
    judge(breach, officer, risk=Risk.HIGH)
    step(breach, officer)
    with pytest.raises(WrongState):
        close(breach, officer)
    step(breach, officer, BreachStepKind.PEOPLE_TOLD)
    assert close(breach, officer).state == BreachState.CLOSED
    with pytest.raises(WrongState):
        judge(breach, officer)
    assert actions.reopen_breach(breach=breach, version=None, viewer=officer, now=NOW).state == BreachState.OPEN


def test_a_closed_one_goes_after_the_period(district, breach, officer):
    judge(breach, officer, risk=Risk.NONE, authority_reason="verschlüsselt")
    close(breach, officer)
    later = NOW.replace(year=2029)
    assert forgetting.forget_breaches(district, later) == 0
    assert forgetting.forget_breaches(district, later + timedelta(seconds=1)) == 1
    assert not Breach.objects.exists()


def test_the_report_names_what_the_law_asks_for(breach, officer):
    paper = exports.breach_paper(breach, queries.steps_of(breach), "Aufsichtsbehörde Beispiel", NOW)
    document = docx.Document(io.BytesIO(write_docx(paper, now=NOW)))
    text = "\n".join([one.text for one in document.paragraphs] + [cell.text for table in document.tables for cell in table._cells])
    for words in ("Aufsichtsbehörde Beispiel", "Art. 33", "Eine Liste ging", "Namen", "12", "kreis@example.org", "27.11.2026"):
        assert words in text
