"""To-dos as rows of the page *Heute*: when in words, where it leads."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bruecke.core import clock
from bruecke.core.registries import Todo, Urgency
from bruecke.ui.templatetags.ui import badge, deadline
from bruecke.ui.urls import desk_url
from bruecke.ui.wording import day_short

TITLES = {
    Urgency.OVERDUE: gettext_lazy("Überfällig"),
    Urgency.TODAY: gettext_lazy("Heute fällig"),
    Urgency.WEEK: gettext_lazy("Diese Woche"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One line: `when` is markup, `meta` the second line; the first row of the page has the filled button."""

    when: str
    title: object
    meta: str
    url: str
    verb: object
    is_first: bool


@dataclass(frozen=True, slots=True)
class Group:
    urgency: Urgency
    title: object
    remark: str
    rows: list[Row]

    @property
    def is_late(self) -> bool:
        return self.urgency is Urgency.OVERDUE


def groups_of(request: HttpRequest, found: Iterable[Todo], now: datetime) -> list[Group]:
    """The groups that hold something, in order; `found` is sorted already."""
    todos = list(found)
    first = todos[0] if todos else None
    groups = []
    for urgency in Urgency:
        rows = [_row(request, todo, now, is_first=todo is first) for todo in todos if todo.urgency is urgency]
        if rows:
            remark = _("zuerst erledigen") if urgency is Urgency.OVERDUE else ""
            groups.append(Group(urgency, TITLES[urgency], remark, rows))
    return groups


def _row(request: HttpRequest, todo: Todo, now: datetime, *, is_first: bool) -> Row:
    url = desk_url(request, todo.route, **todo.route_kwargs)
    if todo.query:
        url += f"?{urlencode(todo.query)}"
    if todo.anchor:
        url += f"#{todo.anchor}"
    meta = " · ".join(str(part) for part in (todo.kind, todo.place, todo.language) if part)
    return Row(_when(todo, now), todo.title, meta, url, todo.verb, is_first)


def _when(todo: Todo, now: datetime) -> str:
    if todo.due_at is None:
        return badge(_("Neu"), "new") if todo.urgency is Urgency.TODAY else ""
    today, due_on = clock.local_day(now), clock.local_day(todo.due_at)
    if todo.urgency is Urgency.OVERDUE:
        days = (today - due_on).days
        text = ngettext("seit %(days)s Tag", "seit %(days)s Tagen", days) % {"days": days} if days else _("seit heute")
        return deadline(text, "overdue")
    if due_on == today:
        return deadline(_("bis %(hour)s Uhr") % {"hour": f"{todo.due_at.astimezone(clock.BERLIN):%H:%M}"}, "today")
    return deadline(day_short(todo.due_at))
