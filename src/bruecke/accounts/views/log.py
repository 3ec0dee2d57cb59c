"""The audit log page: who did what when; names of fields, never values."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bruecke.accounts import exports, queries
from bruecke.accounts.forms import AuditFilter
from bruecke.accounts.queries import LogFilters
from bruecke.core import audit
from bruecke.core.clock import local_day
from bruecke.core.sheets import MAX_ROWS, sheet_response
from bruecke.core.viewer import Role
from bruecke.ui.tables import Column
from bruecke.ui.urls import desk_url
from bruecke.ui.views import DeskListView


class AuditLog(DeskListView):
    """Everything written, refused and tried in this district, newest first; for the auditor what touches posts and money."""

    filter_class = AuditFilter
    template_name = "accounts/audit_log.html"
    roles = frozenset({Role.ADMINISTRATOR, Role.PRIVACY_OFFICER, Role.AUDITOR})
    place = "accounts.audit-log"
    page_size = 50
    columns = (
        Column("at", gettext_lazy("Wann"), width="medium"),
        Column("who", gettext_lazy("Wer")),
        Column("what", gettext_lazy("Was")),
        Column("target", gettext_lazy("Woran")),
    )
    default_sort_words = gettext_lazy("Zeit, Neues zuerst")

    def get_filters(self) -> AuditFilter:
        return AuditFilter(self.request.GET, choices=queries.log_choices(self.district, self.viewer))

    def rows(self, values: dict[str, Any], tab: str) -> Any:
        filters = LogFilters(
            verb=values.get("verb", ""),
            who=values.get("who", ""),
            target=values.get("target", ""),
            only_refusals=values.get("refusals", False),
            since=values.get("since"),
            until=values.get("until"),
        )
        return queries.log_page(self.district, filters, self.viewer)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(exports=export_links(self.request, "accounts:audit-log-export"), **kwargs)
        context["rows"] = queries.log_lines(list(context["rows"]))
        return context


def export_links(request: Any, route: str) -> list[tuple[object, str]]:
    """The list as filtered, in both kinds of file."""
    query = request.GET.copy()
    query["als"] = "xlsx"
    address = desk_url(request, route)
    return [(_("CSV"), f"{address}?{request.GET.urlencode()}"), (_("Excel"), f"{address}?{query.urlencode()}")]


class ExportLog(AuditLog):
    """The same entries as a file (`?als=xlsx`: for Excel); too many have to be narrowed down first."""

    needs_recent_login = True
    is_download = True

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        entries = list(self.rows(self.get_filters().values, "")[: MAX_ROWS + 1])
        if len(entries) > MAX_ROWS:
            messages.warning(request, _("Das sind mehr als 20.000 Einträge. Bitte grenzen Sie den Zeitraum ein."))
            return HttpResponseRedirect(f"{desk_url(request, 'accounts:audit-log')}?{request.GET.urlencode()}")
        audit.record(verb="accounts.log_exported", target=None, viewer=self.viewer, now=self.now)
        return sheet_response(
            "xlsx" if request.GET.get("als") == "xlsx" else "csv",
            name=f"protokoll-{local_day(self.now):%Y-%m-%d}",
            title=_("Protokoll"),
            columns=exports.LOG_COLUMNS,
            rows=exports.log_rows(queries.log_lines(entries)),
        )
