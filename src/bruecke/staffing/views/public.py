"""Public pages of *Wer hilft mir?*: the finder with its answers, the page of a place, all consultation hours."""

from datetime import timedelta
from itertools import groupby
from typing import Any

from django.http import Http404, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from bruecke.accounts import queries as accounts
from bruecke.core.clock import local_day
from bruecke.core.models import District
from bruecke.core.registries import panels_of
from bruecke.places import queries as places
from bruecke.places.models import Area
from bruecke.places.queries import Finding, Match
from bruecke.places.states import AreaKind, FindingKind
from bruecke.staffing import queries
from bruecke.staffing.models import Post
from bruecke.staffing.queries import HelpMap, Responsible
from bruecke.ui.urls import public_url
from bruecke.ui.views import PublicPage
from bruecke.ui.wording import german, mail, tel
from bruecke.vocabulary import queries as vocabulary

SHOWN_HOURS = 8
LISTED_HOURS = 200
ANY_SLUG = "-any-"
LISTED_DAYS = timedelta(days=14)
FRESH = 120  # seconds: the next consultation hour moves on

Fact = tuple[object, object] | tuple[object, object, object]


class _HelpPage(PublicPage):
    """What all pages of this kind share: the map with its list."""

    feature = "staffing"
    cache_seconds = FRESH

    @property
    def office_name(self) -> str:
        return self.district.label("office", self.district.name)

    def map_context(self, found: HelpMap, selected: str = "") -> dict[str, Any]:
        """The drawn map, and the list that says the same: (area, title, own, places)."""
        titles = {area.number: area.post.area_name if area.post else self.office_name for area in found.areas}
        svg = places.draw_district_map(
            self.district.ags,
            fills=found.fills(titles),
            selected=selected or None,
            links=lambda place: self.place_url(place.slug),
            title=_("Karte: wer hilft wo"),
            description=_("Jede Farbe und Nummer ist ein Zuständigkeitsbereich. Die Liste neben der Karte sagt dasselbe."),
            lang=self.lang,
        )
        rows = [
            (area, titles[area.number], bool(selected) and area.holds(selected), [self._row(one) for one in area.places])
            for area in found.areas
        ]
        day = f"{local_day(self.now):%d.%m.%Y}"
        note = _("Jede Farbe und Nummer ist ein Zuständigkeitsbereich. Stand: %(day)s.")
        note = format_html(note.replace("%(day)s", "{}"), format_html('<bdi dir="ltr">{}</bdi>', day))
        return {"map_svg": svg, "map_rows": rows, "map_note": note, "selected": selected}

    def place_url(self, slug: str) -> str:
        """The page of a place; the address is resolved once, a page holds up to a hundred of them."""
        return self._place_pattern.replace(ANY_SLUG, slug)

    @cached_property
    def _place_pattern(self) -> str:
        return public_url(self.request, "staffing_public:place", slug=ANY_SLUG)

    def _row(self, place: Area) -> tuple[str, str, str]:
        return place.pk, place.name, self.place_url(place.slug)

    def crumbs(self) -> list[tuple[object, str]]:
        return [
            (_("Start"), public_url(self.request, "web_public:start")),
            (_("Hilfe finden"), public_url(self.request, "staffing_public:find")),
        ]


class PlacePage(_HelpPage):
    """Who helps in a municipality, when and where; and who helps elsewhere in the district."""

    template_name = "staffing/place.html"
    place = "staffing.find"

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        today = local_day(self.now)
        found = places.area_by_slug(kwargs["slug"])
        if found is None or found.kind != AreaKind.GEMEINDE or found.kreis_id != self.district.ags:
            raise Http404
        if not found.is_current:
            successors = [area for area in places.current_areas(found, today) if area.kreis_id == self.district.ags]
            if len(successors) == 1:
                return HttpResponseRedirect(self.place_url(successors[0].slug))
            raise Http404
        self.area = found
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = queries.help_map(local_day(self.now))
        answer = found.answers[self.area.pk]
        return super().get_context_data(
            area=self.area,
            place_name=german(self.area.name),
            answer=answer,
            card=self._office_card(answer) if answer.is_gap else self._card(answer),
            hours=self._hours(),
            ask_url=self._ask_url(),
            topics=[
                (vocabulary.label(one.topic, self.lang), one.responsible.post)
                for one in queries.topic_answers(self.area.pk, local_day(self.now))
                if one.responsible.post != answer.post
            ],
            ways=panels_of("place", self.request, self.area.pk),
            crumbs=self.crumbs(),
            **self.map_context(found, self.area.pk),
            **kwargs,
        )

    def _hours(self) -> queries.HoursOfPlace | None:
        if not self.district.has_feature("consultation_hours"):
            return None
        found = queries.next_hours(self.area.pk, now=self.now, limit=SHOWN_HOURS)
        return queries.sorted_hours(found, self.now)

    def _ask_url(self) -> str:
        if not self.district.has_feature("enquiries"):
            return ""
        return f"{public_url(self.request, 'enquiries_public:ask')}?ort={self.area.slug}"

    def _card(self, answer: Responsible) -> dict[str, Any]:
        post = answer.post
        if post is None:
            raise Http404
        return {
            "title": german(post.title),
            "provider": german(post.employer.name),
            "facts": [
                *self._person(answer),
                *self._contact(post.phone, post.mailbox),
                *self._address(post),
                *self._languages(post),
            ],
        }

    def _office_card(self, answer: Responsible) -> dict[str, Any]:
        """Nobody sits there: the office of the district helps."""
        leading = answer.controller
        facts: list[Fact] = self._contact(leading.phone, leading.mailbox) if leading else []
        if leading and leading.address:
            lines = format_html_join(", ", "{}", ((line.strip(),) for line in leading.address.splitlines() if line.strip()))
            facts.append((_("Adresse"), german(lines)))
        provider = leading.name if leading else self.district.name
        return {"title": german(self.office_name), "provider": german(provider), "facts": facts}

    def _person(self, answer: Responsible) -> list[Fact]:
        return [(_("Ansprechperson"), german(answer.public_name))] if answer.public_name else []

    def _contact(self, phone: str, mailbox: str) -> list[Fact]:
        facts: list[Fact] = []
        if phone:
            facts.append((_("Telefon"), tel(phone)))
        if mailbox:
            facts.append((_("E-Mail"), mail(mailbox)))
        return facts

    def _address(self, post: Post) -> list[Fact]:
        if post.office is None or not post.office.address:
            return []
        return [(_("Adresse"), german(post.office.address), german(post.office.name))]

    def _languages(self, post: Post) -> list[Fact]:
        words = language_words(post, self.lang)
        if not words:
            return []
        more = _("Weitere Sprachen mit Dolmetschen") if post.has_interpreting else ""
        return [(_("Sprachen"), words, more)]


def language_words(post: Post, lang: str) -> SafeString:
    """The post's languages in the language of the page; a word that is only there in German carries its language."""
    known = {language.code: vocabulary.label_text(language, lang) for language in vocabulary.languages()}
    words = [known[code] for code in post.languages if code in known]
    return format_html_join(_(", "), '<bdi lang="{}">{}</bdi>', ((word.lang, word.text) for word in words))


class FindPage(_HelpPage):
    """The finder: one place found leads to its page, several are asked about, none gets advice. Without a question: all places."""

    template_name = "staffing/find.html"

    @cached_property
    def text(self) -> str:
        return self.request.GET.get("ort", "").strip()[:80]

    @cached_property
    def finding(self) -> Finding | None:
        return places.find_places(self.text, within=self.district.ags) if self.text else None

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        found = self.finding.place if self.finding else None
        if found and found.kind is AreaKind.GEMEINDE and found.kreis_ags == self.district.ags:
            return HttpResponseRedirect(self.place_url(found.slug))
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        finding = self.finding
        matches = finding.matches if finding else ()
        inside = [match for match in matches if self._is_place_here(match)]
        outside = _places_first([match for match in (*matches, *(finding.elsewhere if finding else ())) if not match.is_inside])
        neighbours = self._neighbours(outside)
        office = accounts.leading_controller(self.district) if self.text else None
        return super().get_context_data(
            text=self.text,
            state=self._state(inside, outside),
            choices=[(match, self.place_url(match.area.slug)) for match in inside],
            linked=[
                (match, neighbours[match.area.kreis_ags], self._url_in(neighbours[match.area.kreis_ags], match))
                for match in outside
                if match.area.kreis_ags in neighbours
            ],
            foreign=[match for match in outside if match.area.kreis_ags not in neighbours],
            office=office,
            office_name=self.office_name,
            example=self._example(),
            crumbs=self.crumbs()[:1],
            **self.map_context(queries.help_map(local_day(self.now))),
            **kwargs,
        )

    def _is_place_here(self, match: Match) -> bool:
        return match.is_inside and match.area.kind is AreaKind.GEMEINDE

    def _state(self, inside: list[Match], outside: list[Match]) -> str:
        """all: nothing asked; choose: which one; similar: is it one of these; elsewhere; nothing."""
        if self.finding is None or (self.finding.matches and not inside and not outside):
            return "all"  # nothing was asked, or the whole district was meant
        if inside:
            return "similar" if self.finding.kind is FindingKind.SUGGESTIONS else "choose"
        if outside:
            return "similar-elsewhere" if self.finding.kind is FindingKind.SUGGESTIONS else "elsewhere"
        return "nothing"

    def _neighbours(self, outside: list[Match]) -> dict[str, District]:
        """Districts of this installation in which one of the places lies, by key."""
        keys = {match.area.kreis_ags for match in outside}
        if not keys:
            return {}
        return {district.ags: district for district in District.objects.filter(ags__in=keys, is_published=True).order_by("ags")}

    def _url_in(self, district: District, match: Match) -> str:
        """The page of the place in another district, in this language where it is spoken there."""
        lang = self.lang if self.lang in district.public_languages else "de"
        kwargs = {"lang": lang, "district": district.slug}
        if match.area.kind is not AreaKind.GEMEINDE:
            return reverse("staffing_public:find", kwargs=kwargs)
        return reverse("staffing_public:place", kwargs={**kwargs, "slug": match.area.slug})

    def _example(self) -> tuple[str, str]:
        """The largest place of the district and its postal code, for the hint under the field."""
        known = places.places_of(self.district.ags)
        largest = max(known, key=lambda place: place.population, default=None)
        return (largest.name, next(iter(largest.postal_codes), "")) if largest else ("", "")


def _places_first(matches: list[Match]) -> list[Match]:
    """Towns without the Landkreise of the same name, unless only a Landkreis was meant."""
    towns = [match for match in matches if match.area.kind is AreaKind.GEMEINDE]
    return towns or matches


class HoursPage(_HelpPage):
    """All consultation hours of the district in the coming weeks, by day."""

    template_name = "staffing/all_hours.html"
    feature = "consultation_hours"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = queries.all_upcoming_hours(now=self.now, limit=LISTED_HOURS)
        until = local_day(self.now) + LISTED_DAYS
        soon = [one for one in found if one.day < until] or found[:SHOWN_HOURS]
        days = [(day, list(rows)) for day, rows in groupby(soon, key=lambda one: one.day)]
        rules = {one.hour.pk: one.hour for one in found}
        cancelled = queries.cancelled_days(rules.values(), queries.Closures(self.district), self.now, LISTED_DAYS)
        return super().get_context_data(days=days, cancelled=cancelled, crumbs=self.crumbs()[:1], **kwargs)
