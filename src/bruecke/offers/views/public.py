"""The public catalogue: search and filters, list and map, the page of an offer, and the note that something is wrong."""

import json
from collections import defaultdict
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse
from django.utils.functional import cached_property
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bruecke.core import ratelimit
from bruecke.core.errors import RateLimited
from bruecke.offers import actions, queries
from bruecke.offers.forms.public import CatalogueForm, FeedbackForm
from bruecke.offers.models import Offer
from bruecke.offers.queries import OfferFilters, OfferLine, OfferList
from bruecke.offers.states import FeedbackReason
from bruecke.offers.views.showing import Shown, contact_people, structured_data
from bruecke.places import queries as places
from bruecke.ui.urls import public_url
from bruecke.ui.views import PublicForm, PublicPage
from bruecke.vocabulary import queries as vocabulary
from bruecke.vocabulary.states import Taxonomy

PER_PAGE = 20
DEFAULT_RADIUS = 20
FEEDBACK_AN_HOUR = 10
HOUR = timedelta(hours=1)
NEW_PAGES, TEN_MINUTES = 1200, timedelta(minutes=10)
"""A page with a query is made anew each time; many residents may share the address of a house or of a mobile network."""


class _OfferPage(PublicPage):
    feature = "offers"
    place = "offers.catalogue"

    def crumbs(self, *more: tuple[object, str]) -> list[tuple[object, str]]:
        return [(_("Start"), public_url(self.request, "web_public:start")), *more]


class Catalogue(_OfferPage):
    """List and map of what is published, by words, place, category and more; everything stands in the address."""

    template_name = "offers/catalogue.html"
    cache_seconds = 600

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.META.get("QUERY_STRING"):
            who = ratelimit.client_address(request)
            try:
                ratelimit.hit(key=f"catalogue:{who}", limit=NEW_PAGES, per=TEN_MINUTES, now=self.now)
            except RateLimited as error:
                return self._busy(error)
        return super().get(request, *args, **kwargs)

    def _busy(self, error: RateLimited) -> HttpResponse:
        self.template_name = "offers/busy.html"
        response = self.render_to_response({"view": self, "message": str(error), "crumbs": self.crumbs()}, status=429)
        response.headers["Retry-After"] = str(error.retry_after)
        return response

    @cached_property
    def filters(self) -> CatalogueForm:
        return CatalogueForm(self.request.GET, choices=self._choices())

    def _choices(self) -> dict[str, list[tuple[str, str]]]:
        def words(taxonomy: Taxonomy) -> list[tuple[str, str]]:
            found = vocabulary.terms(taxonomy, district=self.district)
            return [(term.key, vocabulary.label(term, self.lang)) for term in found]

        return {
            "ort": [(place.ags, place.name) for place in places.places_of(self.district.ags)],
            "kategorie": words(Taxonomy.CATEGORY),
            "zielgruppe": words(Taxonomy.GROUP),
            "sprache": [(one.code, vocabulary.label(one, self.lang)) for one in vocabulary.languages()],
        }

    @cached_property
    def asked(self) -> OfferFilters:
        set_ = self.filters.values
        one = lambda name: (set_[name],) if name in set_ else ()  # noqa: E731
        return OfferFilters(
            text=set_.get("suche", ""),
            categories=one("kategorie"),
            target_groups=one("zielgruppe"),
            languages=one("sprache"),
            ags=set_.get("ort", ""),
            radius_km=set_.get("umkreis") if set_.get("ort") else None,
            only_free=set_.get("frei", False),
            with_childcare=set_.get("kinderbetreuung", False),
            only_accessible=set_.get("barrierefrei", False),
            free_of_charge=set_.get("kostenlos", False),
        )

    @property
    def _page_number(self) -> int:
        text = self.request.GET.get("page", "1")
        return min(int(text), 10_000) if text.isascii() and text.isdecimal() and len(text) < 6 else 1

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = queries.public_offers(
            self.asked, district=self.district, lang=self.lang, page=self._page_number, per_page=PER_PAGE, now=self.now
        )
        return super().get_context_data(
            filters=self.filters,
            found=found,
            page=_page_of(found),
            rows=[Shown(line, self.request, self.now) for line in found.lines],
            total_words=ngettext("%(count)s Angebot", "%(count)s Angebote", found.total) % {"count": found.total},
            near_words=self._near_words(found),
            map_svg=self._map(found),
            map_note=_("Jeder Punkt ist ein Ort, an dem Angebote stattfinden. Die Liste sagt dasselbe."),
            categories=self._category_links() if not self.filters.is_touched else [],
            crumbs=self.crumbs(),
            search_path=public_url(self.request, "offers_public:catalogue"),
            **kwargs,
        )

    def _near_words(self, found: OfferList) -> str:
        """Said where a place is chosen: from where distances count."""
        return _("Die nächsten zuerst, gemessen ab der Ortsmitte.") if found.ags else ""

    def _category_links(self) -> list[tuple[str, str]]:
        """Ways in for who does not know what to type: the categories that have offers."""
        path = public_url(self.request, "offers_public:catalogue")
        counts = queries.category_counts(district=self.district, now=self.now)
        named = [
            (vocabulary.label(term, self.lang), f"{path}?kategorie={term.key}", counts[term.key])
            for term in vocabulary.terms(Taxonomy.CATEGORY, district=self.district)
            if counts.get(term.key)
        ]
        return [(f"{label} ({count})", url) for label, url, count in named]

    def _map(self, found: OfferList) -> SafeString:
        path = public_url(self.request, "offers_public:catalogue")
        return places.draw_district_map(
            self.district.ags,
            fills={},
            selected=found.ags or None,
            links=lambda place: f"{path}?ort={place.ags}&umkreis={DEFAULT_RADIUS}",
            dots=self._dots(found),
            title=_("Karte der Angebote"),
            description=_("Jeder Punkt ist ein Ort, an dem Angebote stattfinden. Die Liste sagt dasselbe."),
            lang=self.lang,
        )

    def _dots(self, found: OfferList) -> list[places.Dot]:
        """One point a house: to the offer, or to the place's list where several stand."""
        houses: dict[tuple[float, float], list[Any]] = defaultdict(list)
        for point in queries.map_points(found.lines):
            houses[point.lat, point.lon].append(point)
        dots = []
        for (lat, lon), points in sorted(houses.items()):
            label = ", ".join(point.title for point in points[:3]) + (" …" if len(points) > 3 else "")
            url = public_url(self.request, "offers_public:detail", uid=points[0].uid)
            dots.append(places.Dot(lat, lon, label, url if len(points) == 1 else f"#angebot-{points[0].uid}", len(points)))
        return dots


def _page_of(found: OfferList) -> Page:
    """Django's page over rows that SQL has cut already, for the pagination component."""

    class _Cut(list):
        def __len__(self) -> int:
            return found.total

    paginator = Paginator(_Cut(), found.per_page)
    return Page(list(found.lines), found.page, paginator)


class Detail(_OfferPage):
    """Everything about one offer that a person needs to get there."""

    template_name = "offers/detail.html"
    cache_seconds = 600

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        offer = queries.public_offer(self.kwargs["uid"], now=self.now)
        if offer is None:
            raise Http404
        line = queries.line_of(offer, district=self.district, at=None, now=self.now)
        shown = Shown(line, self.request, self.now)
        return super().get_context_data(
            offer=offer,
            shown=shown,
            people=contact_people(offer, self.lang),
            data=self._structured(offer, line),
            crumbs=self.crumbs((_("Angebote"), public_url(self.request, "offers_public:catalogue"))),
            ask_url=public_url(self.request, "enquiries_public:ask") if self.district.has_feature("enquiries") else "",
            **kwargs,
        )

    def _structured(self, offer: Offer, line: OfferLine) -> SafeString:
        """schema.org as JSON-LD. A data block is no script, so the CSP lets it be; `<` cannot end it early."""
        url = settings.BASE_URL + public_url(self.request, "offers_public:detail", uid=offer.uid)
        text = json.dumps(structured_data(offer, url=url, district=self.district, lang=self.lang), ensure_ascii=False)
        for sign, code in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026"), ("\u2028", "\\u2028"), ("\u2029", "\\u2029")):
            text = text.replace(sign, code)
        return mark_safe(text)  # noqa: S308 - JSON without a character that HTML knows


class Feedback(PublicForm):
    """ "Stimmt nicht mehr": becomes a to-do of who keeps the inventory there."""

    template_name = "offers/feedback.html"
    form_class = FeedbackForm
    feature = "offers"
    place = "offers.catalogue"

    @cached_property
    def offer(self) -> Offer:
        offer = queries.public_offer(self.kwargs["uid"], now=self.now)
        if offer is None:
            raise Http404
        return offer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        detail = public_url(self.request, "offers_public:detail", uid=self.offer.uid)
        return super().get_context_data(
            offer=self.offer,
            title_text=self.offer.text("title", self.lang),
            detail_url=detail,
            crumbs=[
                (_("Start"), public_url(self.request, "web_public:start")),
                (_("Angebote"), public_url(self.request, "offers_public:catalogue")),
            ],
            **kwargs,
        )

    def _send(self, form: Any) -> HttpResponse:
        """Outside the action's transaction, so that refused tries count too. Raises: RateLimited."""
        who = ratelimit.client_address(self.request)
        ratelimit.hit(key=f"offer-feedback:{self.district.pk}:{who}", limit=FEEDBACK_AN_HOUR, per=HOUR, now=self.now)
        return super()._send(form)

    def form_valid(self, form: Any) -> HttpResponse:
        actions.give_feedback(
            offer=self.offer,
            reason=FeedbackReason(form.cleaned_data["reason"]),
            text=form.cleaned_data["text"],
            language=self.lang,
            viewer=self.viewer,
            now=self.now,
        )
        return self.already_sent(form)

    def already_sent(self, form: Any) -> HttpResponse:
        self.template_name = "offers/feedback_done.html"
        return self.render_to_response(self.get_context_data(form=form))
