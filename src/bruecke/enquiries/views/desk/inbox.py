"""The list of questions and its file."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpResponse, QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bruecke.core import audit, clock
from bruecke.core.sheets import sheet_response
from bruecke.enquiries import exports, queries, rules
from bruecke.enquiries.forms import InboxFilter
from bruecke.enquiries.models import Enquiry
from bruecke.enquiries.states import WAITING, EnquiryState
from bruecke.ui.tables import Column
from bruecke.ui.urls import desk_url
from bruecke.ui.views import DeskListView, Tab

BADGES = {
    EnquiryState.NEW: "new",
    EnquiryState.OPEN: "working",
    EnquiryState.REFERRED: "referred",
    EnquiryState.ANSWERED: "answered",
    EnquiryState.CLOSED: "closed",
}

ASKED = {"place": "ort", "topic": "thema", "language": "sprache"}


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the list in words."""

    enquiry: Enquiry
    badge: str
    age: str
    age_kind: str
    language: str


def age_words(since: datetime, now: datetime) -> str:
    """`6 Tage`, `1 Stunde`: calendar days in Berlin, hours on the same day."""
    days = (clock.local_day(now) - clock.local_day(since)).days
    if days > 0:
        return ngettext("%(count)s Tag", "%(count)s Tage", days) % {"count": days}
    hours = int((now - since).total_seconds() // 3600)
    if hours < 1:
        return _("gerade eben")
    return ngettext("%(count)s Stunde", "%(count)s Stunden", hours) % {"count": hours}


def age_kind(enquiry: Enquiry, now: datetime) -> str:
    """How the deadline tag shows it."""
    if enquiry.is_overdue(now):
        return "overdue"
    return "today" if enquiry.is_due_today(now) else "later"


def due_words(enquiry: Enquiry, now: datetime) -> str:
    """The target in a sentence for the detail page; empty where nobody waits."""
    if enquiry.state not in WAITING or enquiry.due_at is None:
        return ""
    if enquiry.is_overdue(now):
        days = (clock.local_day(now) - clock.local_day(enquiry.due_at)).days
        if days < 1:
            return _("Antwort seit heute überfällig")
        return ngettext("Antwort seit %(count)s Tag überfällig", "Antwort seit %(count)s Tagen überfällig", days) % {"count": days}
    if enquiry.is_due_today(now):
        return _("Antwort heute fällig, bis 18 Uhr")
    return _("Antwort bis %(day)s") % {"day": f"{enquiry.due_at.astimezone(clock.BERLIN):%d.%m.%Y}"}


class Inbox(DeskListView):
    """Mine, all I may see, in nobody's hands, overdue; filters and order in the address."""

    filter_class = InboxFilter
    template_name = "enquiries/desk/inbox.html"
    fragment = "rows"
    feature = "enquiries"
    roles = rules.WORKING_ROLES
    place = "enquiries.inbox"
    default_sort_words = gettext_lazy("Dringlichkeit")
    columns = (
        Column("frage", gettext_lazy("Frage")),
        Column("stand", gettext_lazy("Stand")),
        Column("alter", gettext_lazy("Alter"), order_by=("received_at",)),
        Column("sprache", gettext_lazy("Sprache"), order_by=("contact_language",)),
        Column("ort", gettext_lazy("Ort"), order_by=("place__sort_key",)),
        Column("thema", gettext_lazy("Thema"), order_by=("topic__order",)),
    )

    @cached_property
    def counts(self) -> queries.InboxCounts:
        return queries.inbox_counts(self.viewer, self.now)

    def tabs(self) -> list[Tab]:
        counts = self.counts
        return [
            Tab(queries.MINE, _("Meine"), counts.mine),
            Tab(queries.ALL, _("Alle"), counts.all),
            Tab(queries.UNASSIGNED, _("Nicht zugewiesen"), counts.unassigned),
            Tab(queries.OVERDUE, _("Überfällig"), counts.overdue),
        ]

    def get_filters(self) -> InboxFilter:
        asked = {name: self.request.GET.get(field, "") for name, field in ASKED.items()}
        return InboxFilter(self.request.GET, choices=queries.filter_choices(self.viewer, **asked))

    def rows(self, values: dict[str, Any], tab: str) -> Any:
        return queries.inbox(self.viewer, tab, filters_of(values), self.now)

    @cached_property
    def languages(self) -> dict[str, str]:
        return queries.language_names()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        query = self.request.GET.copy()
        query["tab"] = context["tab"]
        context |= {
            "rows": [self._row(enquiry) for enquiry in context["rows"]],
            "withheld": self.counts.withheld,
            "show_assigned": context["tab"] != queries.MINE,
            "exports": self._exports(query),
        }
        if context["show_assigned"]:
            context["columns"] = (*self.columns, Column("zustaendig", _("Zuständig")))
        return context

    def _exports(self, query: QueryDict) -> list[tuple[str, str]]:
        """The list as filtered, in both kinds of file."""
        address = f"{desk_url(self.request, 'enquiries:export')}?{query.urlencode()}"
        return [(_("Liste herunterladen (CSV)"), address), (_("Als Excel-Datei"), f"{address}&als=xlsx")]

    def _row(self, enquiry: Enquiry) -> Row:
        return Row(
            enquiry,
            BADGES[EnquiryState(enquiry.state)],
            age_words(enquiry.received_at, self.now),
            age_kind(enquiry, self.now),
            self.languages.get(enquiry.contact_language, enquiry.contact_language),
        )


def filters_of(values: dict[str, Any]) -> queries.Filters:
    return queries.Filters(
        text=values.get("q", ""),
        place=values.get("ort", ""),
        topic=values.get("thema", ""),
        language=values.get("sprache", ""),
        state=values.get("stand", ""),
        kind=values.get("art", ""),
        channel=values.get("weg", ""),
        outcome=values.get("ergebnis", ""),
        since=clock.first_of(values.get("von", "")),
        until=clock.month_after(values.get("bis", "")),
    )


class Export(Inbox):
    """The same rows as a file (`?als=xlsx`: for Excel), without any content."""

    needs_recent_login = True
    is_download = True

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        _tabs, tab = self._tabs()
        rows = self.rows(self.get_filters().values, tab)
        audit.record(verb="enquiry.list_exported", target=None, viewer=self.viewer, now=self.now)
        return sheet_response(
            "xlsx" if request.GET.get("als") == "xlsx" else "csv",
            name=f"fragen-{clock.local_day(self.now):%Y-%m-%d}",
            title=_("Fragen"),
            columns=exports.LIST_COLUMNS,
            rows=exports.list_rows(rows, self.languages),
        )
