"""How well one offer fits a question: a sum of weighed facts with their words, over loaded values alone; no query.

The weights are an order of what helps, not a truth. `bench/` measures the ranking, coordinators' choices (`OfferChoice`,
with the codes of these facts) say where it errs.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from bruecke.enquiries.states import Need
from bruecke.offers.models import Offer
from bruecke.offers.queries import Candidate
from bruecke.offers.states import CostKind, FacetKind, OfferState
from bruecke.ui.wording import number

TEXT = 0.6
"""What the person wrote herself outweighs every other single fact; scaled by how well the search found it."""
CATEGORY = (0.50, 0.20, 0.10, 0.05)
"""The kinds of help that belong to the topic, the closest first: right in kind beats near, also together with the language."""
NEAR, NEAR_KM, FAR_KM = 0.25, 12.0, 40.0
"""People without a car: fades with the distance, half of it is gone after eight kilometres; beyond forty it speaks against."""
COVERS = 0.18
"""Comes to the place, or takes place online: as good as a house four kilometres away."""
TOO_FAR = -0.30
SPOKEN, NOT_SPOKEN = 0.12, -0.14
"""To be understood is worth about as much as the next village; who also knows German loses nothing."""
GROUP, OTHER_GROUP = 0.08, -0.12
NEED_MET, NEED_UNMET = 0.08, -0.14
"""Needs are noted by hand: what lacks one falls behind what is otherwise alike, and stays in the list with its *Aber*."""
PLACES, FULL = 0.05, -0.15
FRESH, PAUSED, NOT_YET = 0.06, -0.35, -0.08
"""An entry that was confirmed lately disappoints less often; one that rests helps nobody now."""
NATIVE = "de"
NOT_IN_OTHER_WORDS = frozenset({"language-course"})
"""Where German is what one comes for, a missing language is no obstacle."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question needs, as far as it is known. `languages` the best first; `categories` key → how close, 0 the closest."""

    text: str = ""
    categories: Mapping[str, int] = field(default_factory=dict)
    languages: tuple[str, ...] = ()
    ags: str = ""
    target_group: str = ""
    needs: frozenset[Need] = frozenset()

    @property
    def foreign(self) -> tuple[str, ...]:
        return tuple(code for code in self.languages if code != NATIVE)


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that counts: its code, its weight, its words, put together when they are shown; `is_but`: told after *Aber*."""

    code: str
    weight: float
    text: Any = ""
    values: Mapping[str, Any] | None = None
    is_but: bool = False

    @property
    def words(self) -> str:
        return str(self.text % self.values if self.values else self.text)


_PLACES = ngettext_lazy("%(count)s Platz frei", "%(count)s Plätze frei", "count")
_STALE = ngettext_lazy("seit %(count)s Monat nicht bestätigt", "seit %(count)s Monaten nicht bestätigt", "count")
_NEEDS: dict[Need, tuple[Any, Any, Any]] = {
    Need.CHILDCARE: (_("Kinderbetreuung"), _("keine Kinderbetreuung"), _("Kinderbetreuung nicht bekannt")),
    Need.STEP_FREE: (_("barrierefrei"), _("nicht barrierefrei"), _("Barrierefreiheit nicht bekannt")),
    Need.WOMEN_ONLY: (_("nur für Frauen"), _("auch für Männer"), _("auch für Männer")),
    Need.FREE_OF_CHARGE: (_("kostenlos"), _("kostet etwas"), _("Kosten nicht bekannt")),
}
"""For each need: met, not met, not known."""


def weigh(one: Candidate, asked: Asked, *, language_names: Mapping[str, str], today: date) -> list[Fact]:
    """All that counts, in the order in which it is told: distance, language, childcare and needs, free places, confirmed."""
    facts = [
        Fact("text", round(TEXT * one.text_score, 4)),
        *_category(one, asked),
        *_distance(one, asked),
        *_language(one.offer, asked, language_names),
        *_needs(one.offer, asked),
        *_group(one.offer, asked),
        *_places(one.offer),
        *_life(one, today),
    ]
    return [fact for fact in facts if fact.weight or fact.text]


def total(facts: list[Fact]) -> float:
    return round(sum(fact.weight for fact in facts), 4)


def _category(one: Candidate, asked: Asked) -> list[Fact]:
    held = [asked.categories[key] for key in one.offer.keys(FacetKind.CATEGORY) if key in asked.categories]
    return [Fact("category", CATEGORY[min(*held, len(CATEGORY) - 1)])] if held else []


def _distance(one: Candidate, asked: Asked) -> list[Fact]:
    """Without a place only where it is; a house in the same municipality is *im Ort*, whatever its street."""
    km = one.distance_km
    if asked.ags and ((km is not None and km < 0.5) or _is_in(one.offer, asked.ags)):
        return [Fact("here", NEAR, _("im Ort"))]
    if km is None and one.offer.is_online:
        return [Fact("online", COVERS, _("online oder am Telefon"))]
    if not asked.ags:
        return [Fact("place", 0.0, one.place_name)]
    if km is None:
        known = Fact("covers", COVERS, one.place_name) if one.reaches else Fact("elsewhere", TOO_FAR / 2, one.place_name)
        return [known]
    words, values = _("%(km)s km entfernt"), {"km": number(km, 0 if km >= 10 else 1)}
    if km > FAR_KM and not one.reaches:
        return [Fact("far", TOO_FAR, words, values, is_but=True)]
    weight = round(max(NEAR * math.exp(-km / NEAR_KM), COVERS if one.reaches else 0.0), 4)
    return [Fact("near", weight, words, values)]


def _is_in(offer: Offer, ags: str) -> bool:
    """A house in the municipality itself; needs `places` loaded."""
    return any(place.location_id is not None and place.area_id == ags for place in offer.places.all())


def _language(offer: Offer, asked: Asked, names: Mapping[str, str]) -> list[Fact]:
    """What is not told of an offer is no reason against it."""
    spoken = offer.keys(FacetKind.LANGUAGE)
    shared = next((code for code in asked.foreign if code in spoken), None)
    if shared:
        return [Fact("language", SPOKEN, _("spricht %(language)s"), {"language": names.get(shared, shared)})]
    if not spoken or not asked.foreign or NOT_IN_OTHER_WORDS & set(offer.keys(FacetKind.CATEGORY)):
        return []
    first = asked.foreign[0]
    weight = NOT_SPOKEN / 2 if NATIVE in asked.languages else NOT_SPOKEN
    return [Fact("no-language", weight, _("kein %(language)s"), {"language": names.get(first, first)}, is_but=True)]


def _needs(offer: Offer, asked: Asked) -> list[Fact]:
    """Childcare is told in any case, the others where they were asked for; what is not known speaks against it too."""
    held = {
        Need.CHILDCARE: offer.has_childcare,
        Need.STEP_FREE: offer.is_accessible,
        Need.WOMEN_ONLY: is_for_women(offer),
        Need.FREE_OF_CHARGE: _is_free(offer),
    }
    facts = []
    for need, has in held.items():
        yes, no, unknown = _NEEDS[need]
        if need in asked.needs and has:
            facts.append(Fact(need.value, NEED_MET, yes))
        elif need in asked.needs:
            facts.append(Fact(f"no-{need.value}", NEED_UNMET, unknown if has is None else no, is_but=True))
        elif need is Need.CHILDCARE and has:
            facts.append(Fact(need.value, 0.0, yes))
    return facts


def is_for_women(offer: Offer) -> bool:
    return set(offer.keys(FacetKind.GROUP)) == {"women"}


def _is_free(offer: Offer) -> bool | None:
    return None if offer.cost_kind == CostKind.UNKNOWN else offer.cost_kind == CostKind.FREE


def _group(offer: Offer, asked: Asked) -> list[Fact]:
    groups = set(offer.keys(FacetKind.GROUP))
    if asked.target_group and asked.target_group in groups:
        return [Fact("group", GROUP)]
    if is_for_women(offer) and Need.WOMEN_ONLY not in asked.needs:
        return [Fact("only-women", OTHER_GROUP if asked.target_group else 0.0, _("nur für Frauen"), is_but=True)]
    if asked.target_group and groups and "everyone" not in groups:
        return [Fact("other-group", OTHER_GROUP, _("für eine andere Zielgruppe"), is_but=True)]
    return []


def _places(offer: Offer) -> list[Fact]:
    if offer.places_free is None:
        return []
    if offer.places_free == 0:
        return [Fact("full", FULL, _("zurzeit kein Platz frei"), is_but=True)]
    return [Fact("places", PLACES, _PLACES, {"count": offer.places_free})]


def _life(one: Candidate, today: date) -> list[Fact]:
    """Rests, begins later, confirmed when; the last of them closes the line."""
    offer = one.offer
    facts = []
    if offer.state == OfferState.PAUSED:
        facts.append(Fact("paused", PAUSED, _("ruht zurzeit"), is_but=True))
    if offer.valid_from is not None and offer.valid_from > today:
        facts.append(Fact("later", NOT_YET, _("beginnt am %(day)s"), {"day": f"{offer.valid_from:%d.%m.%Y}"}, is_but=True))
    if offer.confirmed_on is None:
        facts.append(Fact("unconfirmed", 0.0, _("noch nicht bestätigt"), is_but=True))
    elif one.is_confirmed_fresh:
        facts.append(Fact("fresh", FRESH, _("bestätigt am %(day)s"), {"day": f"{offer.confirmed_on:%d.%m.%Y}"}))
    else:
        months = max(1, (today - offer.confirmed_on).days // 30)
        facts.append(Fact("stale", 0.0, _STALE, {"count": months}, is_but=True))
    return facts
