"""The protocol of erasures: every run and every erasure leaves figures, and nothing else."""

import pytest

from bruecke.core import retention as core_retention
from bruecke.core.erasure import erase
from bruecke.core.events import publish
from bruecke.core.privacy import SubjectErased
from bruecke.core.registries import Registry, RetentionRule, Subject
from bruecke.core.tests.factories import NOW
from bruecke.core.viewer import Viewer
from bruecke.privacy.actions.protocol import subject_hash
from bruecke.privacy.models import ErasureEntry
from bruecke.privacy.queries import erasures as queries
from bruecke.privacy.states import ErasureKind


@pytest.fixture
def rules_of_test(monkeypatch):
    rules = Registry("test")
    monkeypatch.setattr(core_retention, "retention", rules)
    monkeypatch.setattr("bruecke.privacy.actions.protocol.retention", rules)
    return rules


def lines(**filters):
    rows = ErasureEntry.objects.filter(**filters).order_by("pk")
    return [(row.kind, row.key, row.count, row.period) for row in rows]


def test_a_run_leaves_a_line_of_its_own_and_one_for_each_rule_that_removed_something(district, leading, rules_of_test):
    rules_of_test.register(RetentionRule("a", "A", lambda district, now: 3, order=1, period="6 Monate"))
    rules_of_test.register(RetentionRule("b", "B", lambda district, now: 0, order=2))
    rules_of_test.register(RetentionRule("c", "C", lambda district, now: 4, order=3, period=lambda district, day: f"bis {day}"))
    assert core_retention.apply_rules(district, NOW) == 7
    assert lines() == [("rule", "a", 3, "6 Monate"), ("rule", "c", 4, "bis 2026-11-24"), ("run", "", 7, "")]
    assert set(ErasureEntry.objects.values_list("controller_id", flat=True)) == {leading.pk}


def test_a_rule_and_its_line_stand_or_fall_together(district, leading, rules_of_test):
    def fails(district, now):
        ErasureEntry.objects.all().delete()
        raise RuntimeError

    rules_of_test.register(RetentionRule("a", "A", lambda district, now: 1, order=1))
    rules_of_test.register(RetentionRule("b", "B", fails, order=2))
    with pytest.raises(RuntimeError):
        core_retention.apply_rules(district, NOW)
    assert lines() == [("rule", "a", 1, "")]


def test_an_erasure_leaves_a_hash_and_no_uid(district, leading):
    subject = Subject("enquiry", "abcdefghijklmnopqrstuv")
    erase(subject, viewer=Viewer.system("test", district.pk), now=NOW)
    entry = ErasureEntry.objects.get()
    assert (entry.kind, entry.key, entry.subject_hash) == (ErasureKind.SUBJECT, "enquiry", subject_hash(subject))
    assert subject.uid not in str(vars(entry))


def test_each_owner_has_its_line(district, leading, association, officer, other_officer):
    from django.db import transaction

    with transaction.atomic():
        publish(
            SubjectErased(
                district_id=district.pk,
                viewer=officer,
                now=NOW,
                subject=Subject("account", "x"),
                counts={"a": 1, "b": 2},
                controller_ids=frozenset({association.pk}),
            )
        )
    everything = queries.ErasureFilters()
    assert list(queries.erasures(officer, everything)) == []
    (entry,) = queries.erasures(other_officer, everything)
    assert (entry.count, entry.actor_id) == (3, officer.account_id)
    (line,) = queries.erasure_lines([entry])
    assert (line.what, line.who) == ("Person mit Zugang", "Datenschutz")


def test_what_comes_is_counted_for_its_controller_alone(district, leading, association, rules_of_test, monkeypatch):
    monkeypatch.setattr(queries, "retention", rules_of_test)
    rules_of_test.register(RetentionRule("a", "A", lambda d, n: 0, due=lambda d, u: {leading.pk: 2, association.pk: 5, None: 1}))
    rules_of_test.register(RetentionRule("b", "B", lambda d, n: 0, due=lambda d, u: {association.pk: 1}))
    rules_of_test.register(RetentionRule("c", "C", lambda d, n: 0))
    assert [(one.label, one.count) for one in queries.due_soon(district, leading, NOW)] == [("A", 3)]
    assert [(one.label, one.count) for one in queries.due_soon(district, association, NOW)] == [("A", 5), ("B", 1)]


def test_filters(district, leading, officer, rules_of_test):
    rules_of_test.register(RetentionRule("a", "A", lambda district, now: 3))
    core_retention.apply_rules(district, NOW)
    assert [one.key for one in queries.erasures(officer, queries.ErasureFilters(kind="rule"))] == ["a"]
    assert [one.kind for one in queries.erasures(officer, queries.ErasureFilters(what="a"))] == ["rule"]
    assert not queries.erasures(officer, queries.ErasureFilters(since=NOW.date().replace(day=25))).exists()
    assert queries.erasures(officer, queries.ErasureFilters(until=NOW.date())).count() == 2
