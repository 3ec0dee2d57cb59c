"""*Heute*: grouped, sorted, in words."""

from datetime import UTC, datetime, timedelta

import pytest

from bruecke.core import registries
from bruecke.core.registries import Registry, Todo, TodoSource, Urgency
from bruecke.core.tests.factories import make_district, viewer_with
from bruecke.core.viewer import Role
from bruecke.web import queries
from bruecke.web.views.rows import groups_of

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


def todo(urgency, *, due=None, title="Frage", **values):
    return Todo(urgency=urgency, due_at=due, title=title, kind="Frage", verb="Ansehen", route="web:today", **values)


@pytest.fixture
def request_at_desk(rf):
    request = rf.get("/intern/musterkreis/")
    request.district_slug = "musterkreis"
    return request


def test_groups_come_in_order_and_empty_ones_are_left_out(request_at_desk):
    late = todo(Urgency.OVERDUE, due=NOW - timedelta(days=2), title="Alt", place="Freital")
    later = todo(Urgency.WEEK, due=NOW + timedelta(days=2), title="Bald")
    groups = groups_of(request_at_desk, [late, later], NOW)
    assert [(str(group.title), group.is_late) for group in groups] == [("Überfällig", True), ("Diese Woche", False)]
    assert "seit 2 Tagen" in groups[0].rows[0].when
    assert groups[0].rows[0].meta == "Frage · Freital"
    assert [row.is_first for group in groups for row in group.rows] == [True, False]


@pytest.mark.parametrize(
    ("urgency", "due", "words"),
    [
        (Urgency.OVERDUE, NOW - timedelta(days=1), "seit 1 Tag"),
        (Urgency.OVERDUE, NOW - timedelta(hours=1), "seit heute"),
        (Urgency.TODAY, NOW + timedelta(hours=9), "bis 18:00 Uhr"),
        (Urgency.TODAY, None, "Neu"),
    ],
)
def test_when_is_told_in_words(request_at_desk, urgency, due, words):
    [group] = groups_of(request_at_desk, [todo(urgency, due=due)], NOW)
    assert words in group.rows[0].when


def test_row_leads_to_the_spot(request_at_desk):
    [group] = groups_of(request_at_desk, [todo(Urgency.TODAY, query={"stand": "neu"}, anchor="antwort")], NOW)
    assert group.rows[0].url == "/intern/musterkreis/?stand=neu#antwort"


@pytest.mark.django_db
def test_sources_of_switched_off_features_are_not_asked(monkeypatch):
    sources = Registry("todos")
    sources.register(TodoSource("on", lambda viewer, now: [todo(Urgency.WEEK, title="an")], feature="enquiries"))
    sources.register(TodoSource("off", lambda viewer, now: [todo(Urgency.OVERDUE, title="aus")], feature="unknown"))
    sources.register(TodoSource("always", lambda viewer, now: [todo(Urgency.OVERDUE, title="immer")]))
    monkeypatch.setattr(queries, "todos", sources)
    district = make_district()
    found = queries.todos_for(viewer_with(district, Role.COORDINATOR), district, NOW)
    assert [item.title for item in found] == ["immer", "an"]
    assert registries.todos is not sources
