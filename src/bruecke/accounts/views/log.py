"""The audit log page: who did what when; names of fields, never values."""

from typing import Any

from django.utils.translation import gettext_lazy

from bruecke.accounts import queries
from bruecke.accounts.forms import AuditFilter
from bruecke.accounts.queries import LogFilters, PeopleFilters
from bruecke.core import clock
from bruecke.core.viewer import Role
from bruecke.ui.tables import Column
from bruecke.ui.views import DeskListView


class AuditLog(DeskListView):
    """Everything written, refused and tried in this district, newest first."""

    template_name = "accounts/audit_log.html"
    roles = frozenset({Role.ADMINISTRATOR, Role.PRIVACY_OFFICER})
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
        everybody = queries.people(self.viewer, PeopleFilters(), clock.local_day(self.now)).order_by("sort_key", "pk")
        return AuditFilter(
            self.request.GET, verbs=queries.log_verbs(self.district), people=[(account.uid, account.name) for account in everybody]
        )

    def rows(self, values: dict[str, Any], tab: str) -> Any:
        filters = LogFilters(
            verb=values.get("verb", ""),
            who=values.get("who", ""),
            only_refusals=values.get("refusals", False),
            since=values.get("since"),
            until=values.get("until"),
        )
        return queries.log_page(self.district, filters)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["rows"] = queries.log_lines(list(context["rows"]))
        return context
