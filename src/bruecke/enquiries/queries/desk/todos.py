"""What *Heute* and the navigation show of questions: what waits for this person, most urgent first."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bruecke.core import clock, memo
from bruecke.core.registries import Todo, Urgency
from bruecke.core.viewer import Viewer
from bruecke.enquiries import rules
from bruecke.enquiries.models import Enquiry
from bruecke.enquiries.queries.desk.inbox import ALL, OPEN_COUNT, OVERDUE, UNASSIGNED, inbox_counts, language_names
from bruecke.enquiries.states import EnquiryState

_LIMIT = 12


def open_count(viewer: Viewer, now: datetime) -> int:
    """Questions given to this person that wait for an answer. One query, none where the page has counted them already."""
    if not viewer.has(*rules.WORKING_ROLES):
        return 0
    return memo.once((OPEN_COUNT, viewer), lambda: Enquiry.objects.visible_to(viewer).mine(viewer).waiting().count())


def collect(viewer: Viewer, now: datetime) -> Iterator[Todo]:
    """Own questions one by one (at most twelve), the common box and what is overdue elsewhere as links to lists."""
    if not viewer.has(*rules.WORKING_ROLES):
        return
    soon = clock.start_of(clock.local_day(now) + timedelta(days=7))
    counts = inbox_counts(viewer, now)
    own = Enquiry.objects.visible_to(viewer).mine(viewer).waiting().by_urgency().with_row_facts()
    found = own[:_LIMIT] if counts.waiting else []
    rows = [row for row in found if row.due_at is None or row.due_at < soon or row.state == EnquiryState.NEW]
    words = language_names() if rows else {}
    for row in rows:
        yield _todo(row, words, now)
    if counts.unassigned:
        title = ngettext("%(count)s Frage ist nicht zugewiesen", "%(count)s Fragen sind nicht zugewiesen", counts.unassigned)
        yield _list_todo(title % {"count": counts.unassigned}, UNASSIGNED, Urgency.TODAY, _("Zuweisen"))
    others = counts.overdue - sum(row.is_overdue(now) for row in rows)
    if viewer.leads_district and others > 0:
        title = ngettext("%(count)s Frage bei anderen ist überfällig", "%(count)s Fragen bei anderen sind überfällig", others)
        yield _list_todo(title % {"count": others}, OVERDUE, Urgency.OVERDUE, _("Nachsehen"))
    if viewer.leads_district and (elsewhere := Enquiry.objects.withheld_from(viewer).overdue(now).count()):
        title = ngettext(
            "%(count)s Frage bei einer anderen Stelle ist überfällig",
            "%(count)s Fragen bei anderen Stellen sind überfällig",
            elsewhere,
        )
        yield _list_todo(title % {"count": elsewhere}, ALL, Urgency.OVERDUE, _("Nachsehen"))


def _todo(enquiry: Enquiry, words: dict[str, str], now: datetime) -> Todo:
    is_new = enquiry.state == EnquiryState.NEW
    return Todo(
        urgency=_urgency(enquiry, now),
        due_at=enquiry.due_at,
        title=enquiry.title,
        kind=_kind(enquiry, is_new=is_new),
        verb=_("Ansehen") if is_new else _("Beantworten") if enquiry.has_dialogue else _("Abschließen"),
        route="enquiries:detail",
        route_kwargs={"uid": enquiry.uid},
        anchor="" if is_new else "antwort",
        place=enquiry.place.name if enquiry.place else "",
        language=words.get(enquiry.contact_language, enquiry.contact_language),
        language_code=enquiry.title_language,
    )


def _kind(enquiry: Enquiry, *, is_new: bool) -> str:
    if enquiry.is_help:
        return _("Hilfsangebot")
    if is_new:
        return _("Neue Frage")
    return _("Rückfrage") if enquiry.has_follow_up else _("Frage")


def _urgency(enquiry: Enquiry, now: datetime) -> Urgency:
    """New ones are looked at on the day they come."""
    if enquiry.is_overdue(now):
        return Urgency.OVERDUE
    if enquiry.state == EnquiryState.NEW or enquiry.is_due_today(now):
        return Urgency.TODAY
    return Urgency.WEEK


def _list_todo(title: str, tab: str, urgency: Urgency, verb: Any) -> Todo:
    return Todo(urgency=urgency, due_at=None, title=title, kind=_("Fragen"), verb=verb, route="enquiries:inbox", query={"tab": tab})
