"""The inventory: tabs by what waits, filters and order in the address, sheets of what is shown."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bruecke.core import audit
from bruecke.core.sheets import sheet_response
from bruecke.offers import actions, queries, rules
from bruecke.offers.forms.desk import OfferFilter
from bruecke.offers.importers import out_columns, out_rows
from bruecke.offers.queries import DUE, OfferFilters, OfferList
from bruecke.offers.states import OfferState
from bruecke.ui.forms import HouseForm
from bruecke.ui.tables import Column
from bruecke.ui.urls import desk_url
from bruecke.ui.views import DeskFormView, DeskListView, Tab

ALL, WAITING, PROPOSALS, FEEDBACK, ARCHIVE = "alle", "bestaetigen", "vorschlaege", "hinweise", "archiv"
MOST_EXPORTED = 20_000
PER_PAGE = 25
STATE_BADGES = {OfferState.DRAFT: "soon", OfferState.PAUSED: "plain", OfferState.ARCHIVED: "closed"}


class _Cut(list):
    """Rows that SQL has cut already, with the number of all."""

    def __init__(self, found: OfferList) -> None:
        super().__init__(found.lines)
        self.total = found.total

    def __len__(self) -> int:
        return self.total


class Offers(DeskListView):
    filter_class = OfferFilter
    template_name = "offers/desk/list.html"
    feature = "offers"
    place = "offers.list"
    default_sort_words = gettext_lazy("Titel")
    columns = (
        Column("titel", gettext_lazy("Angebot"), order_by=("title",)),
        Column("traeger", gettext_lazy("Träger"), order_by=("provider",)),
        Column("ort", gettext_lazy("Ort")),
        Column("stand", gettext_lazy("Stand")),
        Column("bestaetigt", gettext_lazy("Bestätigt"), order_by=("confirmed",)),
    )

    def get_filters(self) -> OfferFilter:
        return OfferFilter(self.request.GET, district=self.district)

    def tabs(self) -> list[Tab]:
        due = OfferFilters(confirmed=DUE, states=(OfferState.ACTIVE, OfferState.PAUSED))
        return [
            Tab(ALL, _("Alle")),
            Tab(WAITING, _("Zu bestätigen"), queries.desk_rows(self.viewer, due, district=self.district, now=self.now).count()),
            Tab(PROPOSALS, _("Vorschläge"), queries.open_proposals(self.viewer).count()),
            Tab(FEEDBACK, _("Hinweise"), queries.open_feedback(self.viewer).count()),
            Tab(ARCHIVE, _("Archiv")),
        ]

    def asked(self, values: dict[str, Any], tab: str) -> OfferFilters:
        states: tuple[Any, ...] = (values["stand"],) if values.get("stand") else ()
        if tab == ARCHIVE:
            states = (OfferState.ARCHIVED,)
        elif tab == WAITING and not states:
            states = (OfferState.ACTIVE, OfferState.PAUSED)
        return OfferFilters(
            text=values.get("q", ""),
            categories=(values["kategorie"],) if values.get("kategorie") else (),
            languages=(values["sprache"],) if values.get("sprache") else (),
            ags=values.get("ort", ""),
            radius_km=0 if values.get("ort") else None,
            provider_uid=self.request.GET.get("traeger", ""),
            states=states,
            confirmed=values.get("bestaetigt", "") or (DUE if tab == WAITING else ""),
            not_asked="nicht_gefragt" in self.request.GET,
            old_places=self.request.GET.get("plaetze") == "alt",
            is_running=bool(values.get("laufend")),
            house_in=values.get("haus", ""),
            target_groups=(values["zielgruppe"],) if values.get("zielgruppe") else (),
        )

    def rows(self, values: dict[str, Any], tab: str) -> Any:
        if tab == PROPOSALS:
            return queries.open_proposals(self.viewer)
        if tab == FEEDBACK:
            return queries.open_feedback(self.viewer)
        column, _descending = self._sorted_by()
        return _Cut(self.found(self.asked(values, tab), column.order_by[0] if column else "", self._number()))

    def found(self, asked: OfferFilters, order: str, page: int) -> OfferList:
        return queries.desk_offers(
            self.viewer, asked, district=self.district, page=page, per_page=PER_PAGE, order=order, now=self.now
        )

    def _number(self) -> int:
        text = self.request.GET.get("page", "1")
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 1

    def _page(self, rows: Any) -> Page:
        if not isinstance(rows, _Cut):
            return super()._page(rows)
        paginator = Paginator(rows, PER_PAGE)
        return Page(list(rows), min(max(1, self._number()), paginator.num_pages), paginator)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        query = self.request.GET.copy()
        query["tab"] = context["tab"]
        address = f"{desk_url(self.request, 'offers:export', fmt='csv')}?{query.urlencode()}"
        is_offers = context["tab"] not in {PROPOSALS, FEEDBACK}
        return context | {
            "lines": [(line, STATE_BADGES.get(OfferState(line.offer.state), "")) for line in context["rows"]] if is_offers else [],
            "is_offers": is_offers,
            "may_edit": rules.can_create(self.viewer),
            "exports": [("CSV", address), (_("Excel"), address.replace("/csv/", "/xlsx/"))] if is_offers else [],
        }


class Export(Offers):
    """The rows as filtered, as a file that can be taken over again."""

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        _tabs, tab = self._tabs()
        asked = self.asked(self.get_filters().values, tab if tab not in {PROPOSALS, FEEDBACK} else ALL)
        found = queries.desk_offers(
            self.viewer, asked, district=self.district, page=1, per_page=MOST_EXPORTED, order="", now=self.now
        )
        audit.record(verb="offer.list_exported", target=None, viewer=self.viewer, now=self.now)
        fmt = "xlsx" if kwargs["fmt"] == "xlsx" else "csv"
        rows = out_rows([line.offer for line in found.lines], district=self.district)
        return sheet_response(fmt, name="angebote", title=_("Angebote"), columns=out_columns(), rows=rows)


class ConfirmMany(DeskFormView):
    """Confirm the entries that were ticked in the list."""

    feature = "offers"
    place = "offers.list"
    form_class = HouseForm
    http_method_names = ["post"]

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if not rules.can_confirm(self.viewer, district_id=self.district.pk):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        wanted = self.request.POST.getlist("angebot")[:200]
        found = [offer for uid in wanted if (offer := queries.offer(self.viewer, uid)) is not None]
        actions.confirm_offers(offers=found, viewer=self.viewer, now=self.now)
        back = f"{desk_url(self.request, 'offers:list')}?tab={WAITING}"
        return self.done(_("%(count)s Angebote bestätigt.") % {"count": len(found)}, to=back)
