"""Desk pages around suggestions: all of them, what does not fit, what goes into the answer, what is missing."""

from datetime import date
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bruecke.core import audit, clock, drafts
from bruecke.core.clock import local_day
from bruecke.core.sheets import sheet_response
from bruecke.enquiries import actions, exports, queries, rules
from bruecke.enquiries.actions import choosing
from bruecke.enquiries.actions.notices import language_for
from bruecke.enquiries.forms.referral import RADII, MisfitForm, NeedsForm, SuggestionFilter, UnmetFilter, UnmetForm
from bruecke.enquiries.models import MISFIT_LABELS
from bruecke.enquiries.queries import referrals, suggesting
from bruecke.enquiries.queries.referrals import UnmetFilters
from bruecke.enquiries.queries.suggesting import Narrowing, Suggestion
from bruecke.enquiries.states import EnquiryState, MisfitReason, Need
from bruecke.enquiries.views.desk.detail import OneEnquiry, OneQuestion
from bruecke.offers import queries as offers
from bruecke.offers.states import FacetKind
from bruecke.ui.forms import HouseForm
from bruecke.ui.tables import Column
from bruecke.ui.urls import desk_url, public_url
from bruecke.ui.views import DeskListView, DeskPage
from bruecke.ui.views.base import go_to
from bruecke.vocabulary import queries as vocabulary
from bruecke.vocabulary.states import Taxonomy

A_PAGE = 15


class WithOffers(OneQuestion):
    """Pages that need the ranked offers of a question."""

    feature = "offers"

    @cached_property
    def found(self) -> list[Suggestion]:
        return suggesting.suggestions(self.enquiry, self.now)

    @cached_property
    def shown(self) -> Suggestion:
        """The offer of the address as it stands in the list; 404 when it stands there no more."""
        uid = self.kwargs["offer_uid"]
        found = next((one for one in self.found if one.offer.uid == uid), None)
        if found is None:
            raise Http404
        return found

    def words(self, taxonomy: Taxonomy) -> list[tuple[str, str]]:
        return [(term.key, str(term)) for term in vocabulary.terms(taxonomy, district=self.district)]

    def suggestions_url(self) -> str:
        return desk_url(self.request, "enquiries:suggestions", uid=self.enquiry.uid)


class Suggestions(WithOffers):
    """All offers that may fit, narrowed by the address; saving what the person needs ranks anew."""

    template_name = "enquiries/referral/suggestions.html"
    form_class = NeedsForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "groups": self.words(Taxonomy.GROUP)}

    def get_initial(self) -> dict[str, Any]:
        return {**super().get_initial(), "needs": self.enquiry.needs, "target_group": self.enquiry.target_group}

    @cached_property
    def filters(self) -> SuggestionFilter:
        held = {key for one in self.found for key in one.offer.keys(FacetKind.CATEGORY)}
        spoken = {code for one in self.found for code in one.offer.keys(FacetKind.LANGUAGE)}
        languages = [(code, word) for code, word in queries.language_names().items() if code in spoken]
        radii = [(str(km), _("%(km)s km") % {"km": km}) for km in RADII] if self.enquiry.place_id else []
        categories = [pair for pair in self.words(Taxonomy.CATEGORY) if pair[0] in held]
        offered = {"kategorie": categories, "umkreis": radii, "sprache": languages}
        return SuggestionFilter(self.request.GET, offered=offered)

    def _kept(self) -> list[Suggestion]:
        values = self.filters.values
        category = values.get("kategorie", "")
        narrowing = Narrowing(category, values.get("sprache", ""), int(values.get("umkreis", 0)))
        wide = offers.with_narrower(FacetKind.CATEGORY, (category,), district=self.district) if category else ()
        return [one for one in self.found if narrowing.keeps(one, wide)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kept = self._kept()
        page = Paginator(kept, A_PAGE).get_page(self.request.GET.get("page"))
        rejected = [(row, MISFIT_LABELS[MisfitReason(row.reason)]) for row in suggesting.rejected_offers(self.enquiry)]
        return super().get_context_data(
            suggestions=page.object_list,
            page=page,
            total=len(kept),
            filters=self.filters,
            rejected=rejected,
            is_closed=self.enquiry.state == EnquiryState.CLOSED,
            **kwargs,
        )

    def form_valid(self, form: Any) -> HttpResponse:
        needs = [Need(code) for code in form.cleaned_data["needs"]]
        group = form.cleaned_data["target_group"]
        choosing.set_needs(enquiry=self.enquiry, needs=needs, target_group=group, viewer=self.viewer, now=self.now)
        return self.done(_("Gespeichert. Die Angebote sind neu geordnet."), to=self.suggestions_url())


class Misfit(WithOffers):
    """ "Passt nicht", with a reason; the offer is proposed no more for this question."""

    template_name = "enquiries/referral/form.html"
    form_class = MisfitForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        heading = _("„%(offer)s“ passt nicht") % {"offer": self.shown.offer.title}
        return super().get_context_data(heading=heading, text="", submit=_("Speichern"), **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        reason = MisfitReason(form.cleaned_data["reason"])
        choosing.reject_suggestion(enquiry=self.enquiry, shown=self.shown, reason=reason, viewer=self.viewer, now=self.now)
        undo = desk_url(self.request, "enquiries:misfit-undo", uid=self.enquiry.uid, offer_uid=self.shown.offer.uid)
        return self.done(_("Das Angebot wird für diese Frage nicht mehr vorgeschlagen."), undo_url=undo)


class MisfitUndo(OneEnquiry):
    """Propose it again."""

    feature = "offers"
    http_method_names = ["post"]
    form_class = HouseForm

    def form_valid(self, form: Any) -> HttpResponse:
        found = offers.offer(self.viewer, self.kwargs["offer_uid"])
        if found is None:
            raise Http404
        choosing.undo_rejection(enquiry=self.enquiry, offer=found, viewer=self.viewer, now=self.now)
        return self.done(_("Das Angebot wird wieder vorgeschlagen."))


class Insert(WithOffers):
    """Put a public offer into the answer: behind what stands in its field now (the button sends it along), kept as a draft."""

    http_method_names = ["post"]

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        offer = offers.public_offer(self.shown.offer.uid, now=self.now)
        if offer is None or not self.enquiry.has_dialogue or self.enquiry.state == EnquiryState.CLOSED:
            raise Http404
        key = actions.draft_key(self.enquiry)
        draft = drafts.load_draft(viewer=self.viewer, key=key)
        kept = dict(draft.data) if draft else {}
        kept |= {name: request.POST[name] for name in ("text", "language") if name in request.POST}
        lines = suggesting.offer_lines(offer, url=self._public_url(offer.uid), now=self.now)
        kept["text"] = "\n\n".join(part for part in (kept.get("text", "").rstrip(), lines) if part)
        choosing.note_inserted(enquiry=self.enquiry, shown=self.shown, viewer=self.viewer, now=self.now)
        drafts.save_draft(viewer=self.viewer, key=key, data=kept, now=self.now)
        return go_to(request, f"{self.detail_url}#antwort")

    def _public_url(self, uid: str) -> str:
        """In the resident's language: she reads the catalogue herself."""
        lang = language_for(self.enquiry, self.district)
        return settings.BASE_URL + public_url(self.request, "offers_public:detail", lang=lang, uid=uid)


class Unmet(WithOffers):
    """ "Nichts passt": note what is missing."""

    template_name = "enquiries/referral/form.html"
    form_class = UnmetForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "categories": self.words(Taxonomy.CATEGORY)}

    def get_initial(self) -> dict[str, Any]:
        first = next(iter(vocabulary.categories_for(self.enquiry.topic_id or "")), "")
        return {**super().get_initial(), "category": first}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        text = _("Gezählt werden Ort, Thema, Kategorie, Zielgruppe, Sprache und Monat. Von der Person bleibt nichts.")
        return super().get_context_data(heading=_("Fehlendes Angebot vermerken"), text=text, submit=_("Vermerken"), **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        choosing.note_unmet(enquiry=self.enquiry, category=form.cleaned_data["category"], viewer=self.viewer, now=self.now)
        undo = desk_url(self.request, "enquiries:unmet-undo", uid=self.enquiry.uid)
        return self.done(_("Das fehlende Angebot ist vermerkt."), undo_url=undo)


class UnmetUndo(OneEnquiry):
    feature = "offers"
    http_method_names = ["post"]
    form_class = HouseForm

    def form_valid(self, form: Any) -> HttpResponse:
        choosing.undo_unmet(enquiry=self.enquiry, viewer=self.viewer, now=self.now)
        return self.done(_("Der Vermerk ist zurückgenommen."))


class _UnmetRows(DeskPage):
    """What list and download share: the filters of the address."""

    feature = "offers"
    roles = rules.WORKING_ROLES
    place = "enquiries.unmet"

    @cached_property
    def choices(self) -> referrals.UnmetChoices:
        return referrals.unmet_choices(self.viewer, self.district)

    def get_filters(self) -> UnmetFilter:
        one = self.choices
        offered: dict[str, Any] = {
            "monat": one.months,
            "thema": one.topics,
            "kategorie": one.categories,
            "ort": one.places,
            "zielgruppe": one.groups,
            "sprache": one.languages,
        }
        return UnmetFilter(self.request.GET, offered=offered)

    def found(self, values: dict[str, Any]) -> Any:
        month = values.get("monat", "")
        filters = UnmetFilters(
            month=date.fromisoformat(f"{month}-01") if month else None,
            topic=values.get("thema", ""),
            place=values.get("ort", ""),
            category=values.get("kategorie", ""),
            target_group=values.get("zielgruppe", ""),
            language=values.get("sprache", ""),
            since=clock.first_of(values.get("von", "")),
            until=clock.month_after(values.get("bis", "")),
        )
        return referrals.unmet(self.viewer, filters)


class UnmetList(_UnmetRows, DeskListView):
    """What was asked for and does not exist, row by row; nothing in it leads to a person."""

    template_name = "enquiries/referral/unmet.html"
    default_sort_words = gettext_lazy("Monat")
    columns = (
        Column("month", gettext_lazy("Monat"), order_by=("-month", "-pk")),
        Column("category", gettext_lazy("Was fehlt"), order_by=("category", "pk")),
        Column("place", gettext_lazy("Ort"), order_by=("place__sort_key", "pk")),
        Column("group", gettext_lazy("Zielgruppe"), order_by=("target_group", "pk")),
        Column("language", gettext_lazy("Sprache"), order_by=("language", "pk")),
    )

    def rows(self, values: dict[str, Any], tab: str) -> Any:
        return self.found(values)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["lines"] = exports.unmet_lines(context["rows"], self.choices)
        query = f"?{self.request.GET.urlencode()}" if self.request.GET else ""
        context["exports"] = [
            (label, desk_url(self.request, "enquiries:unmet-export", fmt=fmt) + query)
            for fmt, label in (("csv", "CSV"), ("xlsx", _("Excel")))
        ]
        return context


class UnmetExport(_UnmetRows):
    """The same rows as a table; the file's name says when it was made."""

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        fmt = kwargs["fmt"]
        if fmt not in {"csv", "xlsx"}:
            raise Http404
        rows = exports.unmet_rows(self.found(self.get_filters().values), self.choices)
        audit.record(verb="enquiry.unmet_exported", target=None, viewer=self.viewer, now=self.now)
        name = f"fehlende-angebote-{local_day(self.now):%Y-%m-%d}"
        return sheet_response(fmt, name=name, title=_("Fehlende Angebote"), columns=exports.UNMET_COLUMNS, rows=rows)
