"""What staffing itself puts into the dossier: places and topics in charge, consultation hours, absences, other to-dos."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from bruecke.accounts import queries as accounts
from bruecke.accounts.models import Account
from bruecke.core.clock import local_day
from bruecke.core.hand_over import HandOverRow, HandOverRows, HandOverSubject, limited, sources_for
from bruecke.core.registries import Todo, todos
from bruecke.core.viewer import Viewer
from bruecke.staffing import rules
from bruecke.staffing.models import Absence, ConsultationHour, Responsibility, TopicResponsibility
from bruecke.staffing.queries.hand_over import ONE_DAY
from bruecke.staffing.queries.hours import rhythm_with_day
from bruecke.ui.wording import hours_plain


def places_and_topics(subject: HandOverSubject, viewer: Viewer, now: datetime) -> HandOverRows:
    """Which municipalities and topics the post is in charge of on the last day or later. Two queries."""
    if not rules.can_see_every_post(viewer):
        return HandOverRows()
    last = subject.on - ONE_DAY
    spans = Responsibility.objects.filter(post=subject.post_id).not_ended(last).select_related("municipality")
    topics = TopicResponsibility.objects.filter(post=subject.post_id).not_ended(last).select_related("topic", "municipality")
    rows = [
        HandOverRow(f"place-{row.municipality_id}", row.municipality.name, state=_span_words(row))
        for row in spans.order_by("municipality__sort_key", "valid_from")
    ]
    rows += [
        HandOverRow(
            f"topic-{row.uid}",
            _("Thema: %(topic)s") % {"topic": row.topic},
            place=row.municipality.name if row.municipality else _("ganzer Landkreis"),
            state=_span_words(row),
        )
        for row in topics.order_by("topic__order", "topic_id", "valid_from")
    ]
    return limited(rows)


def _span_words(row: Responsibility | TopicResponsibility) -> str:
    begun = _("seit %(day)s") % {"day": f"{row.valid_from:%d.%m.%Y}"}
    return begun if row.valid_until is None else f"{begun}, " + _("bis %(day)s") % {"day": f"{row.valid_until - ONE_DAY:%d.%m.%Y}"}


def hours(subject: HandOverSubject, viewer: Viewer, now: datetime) -> HandOverRows:
    """The weekly rules that go on. One query."""
    if not rules.can_see_every_post(viewer):
        return HandOverRows()
    rows = ConsultationHour.objects.filter(post=subject.post_id).not_ended(subject.on).select_related("location", "post")
    return limited(
        [
            HandOverRow(
                row.uid,
                f"{rhythm_with_day(row)}, {hours_plain(row.starts, row.ends)}",
                place=row.location.name,
                state=_("nur mit Termin") if row.is_by_appointment else "",
                route="staffing:hours",
                route_kwargs={"uid": row.post.uid},
            )
            for row in rows.order_by("weekday", "starts", "pk")
        ]
    )


def planned_absences(subject: HandOverSubject, viewer: Viewer, now: datetime) -> HandOverRows:
    """Absences that run or are to come, also of posts that this one stands in for. One query."""
    rows = Absence.objects.visible_to(viewer).filter(ended_at=None, valid_until__gt=local_day(now))
    found = rows.filter(post=subject.post_id) | rows.filter(deputy=subject.post_id)
    return limited([_absence(row, subject) for row in found.select_related("post", "deputy").order_by("valid_from", "pk")])


def _absence(row: Absence, subject: HandOverSubject) -> HandOverRow:
    is_own = row.post_id == subject.post_id
    deputy = row.deputy.short_label if row.deputy else _("niemand")
    days = {"first": f"{row.valid_from:%d.%m.%Y}", "last": f"{row.last_day:%d.%m.%Y}"}
    return HandOverRow(
        row.uid,
        _("Abwesend vom %(first)s bis %(last)s") % days if is_own else _("Vertretung vom %(first)s bis %(last)s") % days,
        state=_("Vertretung: %(post)s") % {"post": deputy} if is_own else _("für %(post)s") % {"post": row.post.short_label},
        due_on=row.valid_from,
        route="staffing:post",
        route_kwargs={"uid": row.post.uid},
    )


def other_todos(subject: HandOverSubject, viewer: Viewer, now: datetime) -> HandOverRows:
    """To-dos of who leaves that no other section lists: all for herself, for others those that are theirs as well."""
    account = Account.objects.filter(pk=subject.account_id, is_active=True).first() if subject.account_id else None
    if account is None:
        return HandOverRows()
    leaving = viewer if viewer.account_id == account.pk else accounts.build_viewer(account, subject.district, local_day(now))
    found = {_key(todo): todo for todo in _todos(subject, leaving, now)}
    if found and leaving is not viewer:
        own = {_key(todo) for todo in _todos(subject, viewer, now)}
        found = {key: todo for key, todo in found.items() if key in own}
    return limited([_todo(key, todo) for key, todo in found.items()])


def _todos(subject: HandOverSubject, viewer: Viewer, now: datetime) -> Iterable[Todo]:
    listed = frozenset().union(*(source.todos for source in sources_for(subject.district)))
    for source in todos:
        if source.key not in listed and (not source.feature or subject.district.has_feature(source.feature)):
            yield from source.collect(viewer, now)


def _key(todo: Todo) -> str:
    """The same to-do for two people leads to the same spot."""
    given = [*sorted(todo.route_kwargs.items()), *sorted(todo.query.items())]
    return "-".join([todo.route.replace(":", "."), *(f"{name}.{value}" for name, value in given)])


def _todo(key: str, todo: Todo) -> HandOverRow:
    return HandOverRow(
        key,
        todo.title,
        place=todo.place,
        state=todo.kind,
        due_on=local_day(todo.due_at) if todo.due_at else None,
        route=todo.route,
        route_kwargs=todo.route_kwargs,
        query=todo.query,
        anchor=todo.anchor,
    )
