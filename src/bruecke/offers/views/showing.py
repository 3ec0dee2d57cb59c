"""An offer in the words of a public page, in the reader's language, and as structured data (schema.org)."""

from datetime import datetime
from typing import Any

from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from bruecke.core.translations import Origin, Text
from bruecke.directory import queries as directory
from bruecke.offers import queries
from bruecke.offers.models import COST_LABELS, REGISTRATION_LABELS, Offer
from bruecke.offers.queries import OfferLine
from bruecke.offers.states import CostKind, FacetKind, OfferState, Registration
from bruecke.ui.urls import public_url
from bruecke.ui.wording import distance, euro, german, mail, moment, tel
from bruecke.vocabulary import queries as vocabulary
from bruecke.vocabulary.states import Taxonomy

Fact = tuple[object, object] | tuple[object, object, object]


class Shown:
    """One line of the catalogue as templates need it; no query beyond what the line and the vocabulary's memory hold."""

    def __init__(self, line: OfferLine, request: Any, now: datetime) -> None:
        self.line, self.offer, self.request, self.now = line, line.offer, request, now
        self.lang = request.lang

    @property
    def url(self) -> str:
        return public_url(self.request, "offers_public:detail", uid=self.offer.uid)

    @cached_property
    def title(self) -> Text:
        return self.offer.text("title", self.lang)

    @cached_property
    def description(self) -> Text:
        return self.offer.text("description", self.lang)

    @property
    def is_machine(self) -> bool:
        return Origin.MACHINE in (self.title.origin, self.description.origin)

    @property
    def is_paused(self) -> bool:
        return self.offer.state == OfferState.PAUSED

    @property
    def where(self) -> SafeString:
        """`Pirna, 4,2 km`, or what stands for a place."""
        parts: list[SafeString | str] = [german(self.line.place_name)] if self.line.place_name else []
        if self.line.distance_km is not None:
            parts.append(distance(self.line.distance_km * 1000))
        return format_html_join(_(", "), "{}", ((part,) for part in parts))

    @property
    def when(self) -> SafeString | str:
        """The next meeting, where there is one."""
        if self.line.next_at is None or self.is_paused:
            return ""
        return format_html(_("Nächstes Mal: {}"), format_html('<bdi dir="ltr">{}</bdi>', moment(self.line.next_at)))

    @cached_property
    def languages(self) -> list[str]:
        known = {one.code: one for one in vocabulary.languages()}
        return [vocabulary.label(known[code], self.lang) for code in self.offer.keys(FacetKind.LANGUAGE) if code in known]

    @cached_property
    def categories(self) -> list[str]:
        return self._labels(Taxonomy.CATEGORY, FacetKind.CATEGORY)

    @cached_property
    def target_groups(self) -> list[str]:
        return self._labels(Taxonomy.GROUP, FacetKind.GROUP)

    def _labels(self, taxonomy: Taxonomy, kind: FacetKind) -> list[str]:
        known = {term.key: term for term in vocabulary.terms(taxonomy, district=self.request.district)}
        return [vocabulary.label(known[key], self.lang) for key in self.offer.keys(kind) if key in known]

    @property
    def marks(self) -> list[str]:
        """What people look for first, in a fixed order: price, childcare, step-free, places."""
        offer = self.offer
        marks = [str(COST_LABELS[CostKind.FREE])] if offer.cost_kind == CostKind.FREE else []
        marks += [_("mit Kinderbetreuung")] if offer.has_childcare else []
        marks += [_("barrierefrei")] if offer.is_accessible else []
        if offer.places_free == 0:
            marks.append(_("zurzeit voll"))
        return marks

    @property
    def confirmed(self) -> SafeString | str:
        """When somebody said last that this is right; visible to everybody (HSDS `assured_date`)."""
        if self.line.confirmed_on is None:
            return _("Noch nicht bestätigt")
        day = format_html('<bdi dir="ltr">{}</bdi>', f"{self.line.confirmed_on:%d.%m.%Y}")
        return format_html(_("Bestätigt am {}"), day)

    # --- the page of one offer ---

    @property
    def schedules(self) -> list[queries.ScheduleLine]:
        return queries.schedule_lines(self.offer, lang=self.lang, now=self.now)

    @property
    def facts(self) -> list[Fact]:
        """The term list of the page; what is not known is left out."""
        found = [*self._times(), *self._people(), *self._money(), *self._entry()]
        return [fact for fact in found if fact[1]]

    def _times(self) -> list[Fact]:
        told = ((line.words, self._note(line)) for line in self.schedules)
        lines = format_html_join("", '<span class="offer-time">{}{}</span>', told)
        facts: list[Fact] = [(_("Wann"), lines or self._text("schedule_note"))]
        if lines and self.offer.schedule_note:
            facts[0] = (_("Wann"), lines, german(self.offer.schedule_note))
        if self.when:
            facts.append((_("Nächster Termin"), format_html('<bdi dir="ltr">{}</bdi>', moment(self.line.next_at))))
        for label, day in ((_("Beginnt am"), self.offer.valid_from), (_("Endet vor dem"), self.offer.valid_until)):
            if day is not None and (label != _("Beginnt am") or day > self.now.date()):
                facts.append((label, format_html('<bdi dir="ltr">{}</bdi>', f"{day:%d.%m.%Y}")))
        return facts

    def _note(self, line: queries.ScheduleLine) -> SafeString | str:
        return format_html(" ({})", german(line.note)) if line.note else ""

    def _people(self) -> list[Fact]:
        offer = self.offer
        age: object = ""
        if offer.age_min is not None and offer.age_max is not None:
            age = _("%(least)s bis %(most)s Jahre") % {"least": offer.age_min, "most": offer.age_max}
        elif offer.age_min is not None:
            age = _("ab %(least)s Jahren") % {"least": offer.age_min}
        elif offer.age_max is not None:
            age = _("bis %(most)s Jahre") % {"most": offer.age_max}
        return [
            (_("Für wen"), _(", ").join(self.target_groups)),
            (_("Alter"), age),
            (_("Sprachen"), _(", ").join(self.languages)),
            (_("Voraussetzung"), self._text("status_requirement")),
            (_("Kinderbetreuung"), {True: _("ja"), False: _("nein"), None: ""}[offer.has_childcare]),
            (_("Barrierefrei"), {True: _("ja"), False: _("nein"), None: ""}[offer.is_accessible]),
        ]

    def _money(self) -> list[Fact]:
        offer = self.offer
        if offer.cost_kind == CostKind.UNKNOWN and not offer.cost_note:
            return []
        words: object = COST_LABELS[CostKind(offer.cost_kind)] if offer.cost_kind != CostKind.UNKNOWN else ""
        if offer.cost_kind == CostKind.PAID and offer.cost_cents:
            words = euro(offer.cost_cents)
        note = self._text("cost_note")
        return [(_("Kosten"), words or note, note if words else "")]

    def _entry(self) -> list[Fact]:
        offer = self.offer
        facts: list[Fact] = [
            (_("Anmeldung"), REGISTRATION_LABELS[Registration(offer.registration)], self._text("registration_note")),
            (_("Bitte mitbringen"), self._text("documents")),
        ]
        if offer.places_free is not None and offer.places_free_on is not None:
            day = format_html('<bdi dir="ltr">{}</bdi>', f"{offer.places_free_on:%d.%m.%Y}")
            facts.append((_("Freie Plätze"), offer.places_free, format_html(_("Stand: {}"), day)))
        return facts

    def _text(self, field: str) -> SafeString | str:
        """A short text in the reader's language, else in German and marked so."""
        if field == "schedule_note":
            return german(self.offer.schedule_note) if self.offer.schedule_note else ""
        text = self.offer.text(field, self.lang)
        if not text.text:
            return ""
        return format_html('<bdi lang="{}">{}</bdi>', text.lang, text.text)

    @property
    def contact_facts(self) -> list[Fact]:
        offer = self.offer
        website = offer.web_address
        link = format_html('<a href="{}" rel="noopener">{}</a>', website, website.split("//", 1)[-1].rstrip("/")) if website else ""
        facts: list[Fact] = [
            (_("Telefon"), tel(offer.phone) if offer.phone else ""),
            (_("E-Mail"), mail(offer.email) if offer.email else ""),
            (_("Website"), link),
        ]
        return [fact for fact in facts if fact[1]]

    @property
    def houses(self) -> list[Any]:
        """The locations, in the order chosen."""
        return [row.location for row in self.offer.places.all() if row.location is not None]


MOST_PEOPLE = 3


def contact_people(offer: Offer, lang: str) -> list[tuple[str, str, list[Fact]]]:
    """Name, function and ways of the provider's contact persons who may be shown in public. One query."""
    spoken = {language.pk: vocabulary.label(language, lang) for language in vocabulary.languages()}
    return [
        (
            one.name,
            one.function,
            [
                fact
                for fact in (
                    (_("Telefon"), tel(one.phone) if one.phone else ""),
                    (_("E-Mail"), mail(one.email) if one.email else ""),
                    (_("Sprachen"), _(", ").join(spoken[code] for code in one.languages if code in spoken)),
                )
                if fact[1]
            ],
        )
        for one in directory.released_contacts(offer.provider)[:MOST_PEOPLE]
    ]


_AVAILABLE = {True: "https://schema.org/InStock", False: "https://schema.org/SoldOut"}


def structured_data(offer: Offer, *, url: str, district: Any, lang: str) -> dict[str, Any]:
    """The offer as schema.org `Service` with provider, places, languages and price; only what is known."""
    title, description = offer.text("title", lang), offer.text("description", lang)
    website = offer.provider.website if offer.provider.website.lower().startswith(("https://", "http://")) else ""
    provider = {"@type": "Organization", "name": offer.provider.name, "url": website, "email": offer.provider.email}
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Service",
        "@id": url,
        "url": url,
        "name": title.text,
        "description": description.text,
        "inLanguage": title.lang,
        "provider": {key: value for key, value in provider.items() if value},
        "areaServed": {"@type": "AdministrativeArea", "name": district.name, "identifier": district.ags},
        "availableChannel": [_channel(offer, row.location) for row in offer.places.all() if row.location is not None],
        "isAccessibleForFree": True if offer.cost_kind == CostKind.FREE else None,
        "offers": _price(offer),
    }
    return {key: value for key, value in data.items() if value not in (None, "", [], {})}


def _channel(offer: Offer, location: Any) -> dict[str, Any]:
    address = {
        "@type": "PostalAddress",
        "streetAddress": location.street,
        "postalCode": location.postcode,
        "addressLocality": location.town,
        "addressCountry": "DE",
    }
    place: dict[str, Any] = {"@type": "Place", "name": location.name, "address": {k: v for k, v in address.items() if v}}
    if location.lat is not None and location.lon is not None:
        place["geo"] = {"@type": "GeoCoordinates", "latitude": location.lat, "longitude": location.lon}
    channel: dict[str, Any] = {"@type": "ServiceChannel", "serviceLocation": place}
    if codes := offer.keys(FacetKind.LANGUAGE):
        channel["availableLanguage"] = codes
    return channel


def _price(offer: Offer) -> dict[str, Any] | None:
    if offer.cost_kind == CostKind.UNKNOWN or (offer.cost_kind == CostKind.PAID and not offer.cost_cents):
        return None
    cents = offer.cost_cents or 0 if offer.cost_kind == CostKind.PAID else 0
    price: dict[str, Any] = {"@type": "Offer", "price": f"{cents / 100:.2f}", "priceCurrency": "EUR"}
    if offer.places_free is not None:
        price["availability"] = _AVAILABLE[offer.places_free > 0]
    return price
