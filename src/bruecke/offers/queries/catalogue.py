"""The public catalogue and the candidates for a question: found, narrowed, ranked; only what is shown is loaded whole."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import BooleanField, Case, Q, Value, When

from bruecke.core.clock import local_day
from bruecke.core.models import District
from bruecke.offers.models import Offer
from bruecke.offers.queries.filters import Candidate, MapPoint, OfferFilters, OfferLine, OfferList
from bruecke.offers.queries.freshness import is_fresh, unconfirmed_since
from bruecke.offers.queries.loading import load_offers
from bruecke.offers.queries.narrowing import narrowed
from bruecke.offers.queries.places import Spot, spot, whereabouts, with_nearness
from bruecke.offers.queries.schedules import next_meeting
from bruecke.offers.queries.text import find
from bruecke.offers.queries.words import with_narrower
from bruecke.offers.querysets import OfferQuerySet
from bruecke.offers.states import FacetKind, OfferState

FRESH_BONUS, RUNNING_BONUS, NEAR_BONUS, NEAR_KM = 0.10, 0.05, 0.25, 15.0
"""Beside a text score of at most 1: confirmed, taking place, and near (fading with the distance)."""


def public_offers(
    filters: OfferFilters, *, district: District, lang: str, page: int = 1, per_page: int = 20, now: datetime
) -> OfferList:
    """What is published today, ranked: with a text by its score, then fresh, near, running; else near, fresh, running, by title.

    At most twelve queries, whatever is found.
    """
    today = local_day(now)
    at = spot(filters.ags) if filters.ags else None
    rows = narrowed(Offer.objects.published(today), filters, district=district, spot=at, on=today)
    if filters.text.strip():
        return _by_text(rows, filters, district=district, lang=lang, at=at, page=page, per_page=per_page, now=now)
    total = rows.count()
    page = max(1, min(page, -(-total // per_page) or 1))
    first = (page - 1) * per_page
    ordered = _ordered(rows, district, at, today)
    keys = list(ordered.values_list("pk", flat=True)[first : first + per_page]) if total else []
    return _listed(_lines(keys, {}, district, at, now), total, page, per_page, "", at)


def _ordered(rows: OfferQuerySet, district: District, at: Spot | None, today: date) -> OfferQuerySet:
    rows = rows.annotate(
        fresh=Case(
            When(confirmed_on__gt=unconfirmed_since(district, today), then=Value(True)),
            default=Value(False),
            output_field=BooleanField(),
        ),
        running=Case(When(state=OfferState.ACTIVE, then=Value(True)), default=Value(False), output_field=BooleanField()),
    )
    order = ["-fresh", "-running", "sort_key", "pk"]
    if at is not None:
        rows, order = with_nearness(rows, at), ["nearness", *order]
    return rows.order_by(*order)


@dataclass(frozen=True, slots=True)
class _Light:
    """What ranking needs of a row."""

    pk: int
    score: float
    order: str


def _by_text(
    rows: OfferQuerySet,
    filters: OfferFilters,
    *,
    district: District,
    lang: str,
    at: Spot | None,
    page: int,
    per_page: int,
    now: datetime,
) -> OfferList:
    found = find(filters.text, district=district, lang=lang, only_public=True)
    ranked = _ranked(rows, {hit.uid: hit.score for hit in found.hits}, district, at, local_day(now))
    page = max(1, min(page, -(-len(ranked) // per_page) or 1))
    shown = ranked[(page - 1) * per_page : page * per_page]
    lines = _lines([light.pk for light in shown], {light.pk: light.score for light in shown}, district, at, now)
    return _listed(lines, len(ranked), page, per_page, found.corrected, at)


def _ranked(rows: OfferQuerySet, scores: dict[str, float], district: District, at: Spot | None, today: date) -> list[_Light]:
    """The hits that pass the filters, best first. One query over narrow rows."""
    if not scores:
        return []
    top = max(scores.values()) or 1.0
    columns = ["pk", "uid", "confirmed_on", "state", "sort_key"]
    light = rows.filter(uid__in=list(scores))
    if at is not None:
        light, columns = with_nearness(light, at), [*columns, "nearness"]
    due = unconfirmed_since(district, today)
    ranked = []
    for pk, uid, confirmed_on, state, title, *nearness in light.order_by().values_list(*columns):
        score = max(0.0, scores[uid]) / top if top > 0 else 0.0
        score += FRESH_BONUS * bool(confirmed_on and confirmed_on > due) + RUNNING_BONUS * (state == OfferState.ACTIVE)
        if nearness:
            score += NEAR_BONUS * math.exp(-math.sqrt(nearness[0]) / NEAR_KM)
        ranked.append(_Light(pk, score, title))
    return sorted(ranked, key=lambda one: (-round(one.score, 6), one.order, one.pk))


def _lines(
    keys: Sequence[int], scores: dict[int, float], district: District, at: Spot | None, now: datetime
) -> tuple[OfferLine, ...]:
    """The lines in the order of `keys`. Two queries."""
    loaded = load_offers(keys)
    return tuple(
        line_of(loaded[key], district=district, at=at, now=now, score=scores.get(key, 0.0)) for key in keys if key in loaded
    )


def line_of(offer: Offer, *, district: District, at: Spot | None, now: datetime, score: float = 0.0) -> OfferLine:
    """One line; needs what `with_line_facts` loads. No query."""
    where = whereabouts(offer, at)
    meeting = next_meeting(offer, now) if offer.state == OfferState.ACTIVE else None
    return OfferLine(
        offer=offer,
        distance_km=where.distance_km,
        place_name=where.place_name,
        score=score,
        is_confirmed_fresh=is_fresh(offer.confirmed_on, district=district, now=now),
        confirmed_on=offer.confirmed_on,
        next_at=meeting.starts_at if meeting else None,
    )


def _listed(lines: tuple[OfferLine, ...], total: int, page: int, per_page: int, corrected: str, at: Spot | None) -> OfferList:
    return OfferList(lines, total, page, per_page, corrected, at.ags if at else "", at.name if at else "")


def public_offer(uid: str, *, now: datetime) -> Offer | None:
    """A published offer of the open district with provider and places, else None. Three queries."""
    return Offer.objects.published(local_day(now)).with_line_facts().filter(uid=uid).first()


def candidates(
    *,
    district: District,
    text: str = "",
    categories: Iterable[str] = (),
    languages: Iterable[str] = (),
    ags: str = "",
    limit: int = 200,
    now: datetime,
    lang: str = "de",
    include_internal: bool = True,
) -> list[Candidate]:
    """Running offers that the text finds or that stand in one of the categories, best first; at most fourteen queries.

    `include_internal`: the desk knows internal offers too. Languages do not exclude, they are told in `Candidate.languages`.
    """
    today = local_day(now)
    at = spot(ags) if ags else None
    shown = Offer.objects.running() if include_internal else Offer.objects.published(today)
    rows = shown.filter(_not_ended(today))
    scores: dict[str, float] = {}
    if text.strip():
        hits = find(text, district=district, lang=lang, only_public=not include_internal).hits
        scores = {hit.uid: hit.score for hit in hits}
    wanted = tuple(dict.fromkeys(categories))
    ranked = _ranked(rows, scores, district, at, today)
    keys = [light.pk for light in ranked][:limit]
    if wanted and len(keys) < limit:
        fitting = narrowed(rows, OfferFilters(categories=wanted), district=district, spot=None, on=today)
        more = _ordered(fitting.exclude(pk__in=keys), district, at, today).values_list("pk", flat=True)
        keys += list(more[: limit - len(keys)])
    top = max(scores.values(), default=0.0) or 1.0
    loaded = load_offers(keys)
    matched = _narrower(FacetKind.CATEGORY, wanted, district)
    spoken = set(languages)
    return [_candidate(loaded[key], scores, top, matched, spoken, district, at, now) for key in keys if key in loaded]


def _candidate(
    offer: Offer,
    scores: dict[str, float],
    top: float,
    matched: set[str],
    spoken: set[str],
    district: District,
    at: Spot | None,
    now: datetime,
) -> Candidate:
    where = whereabouts(offer, at)
    return Candidate(
        offer=offer,
        text_score=max(0.0, scores.get(offer.uid, 0.0)) / top,
        distance_km=where.distance_km,
        reaches=where.reaches,
        categories=tuple(key for key in offer.keys(FacetKind.CATEGORY) if key in matched),
        languages=tuple(key for key in offer.keys(FacetKind.LANGUAGE) if key in spoken),
        is_confirmed_fresh=is_fresh(offer.confirmed_on, district=district, now=now),
        place_name=where.place_name,
    )


def _narrower(kind: FacetKind, keys: tuple[str, ...], district: District) -> set[str]:
    return set(with_narrower(kind, keys, district=district)) if keys else set()


def _not_ended(today: date) -> Q:
    return Q(valid_until=None) | Q(valid_until__gt=today)


def map_points(lines: Iterable[OfferLine | Candidate]) -> list[MapPoint]:
    """Points of the houses of these lines. No query."""
    return [
        MapPoint(place.lat, place.lon, line.offer.uid, line.offer.title)
        for line in lines
        for place in line.offer.places.all()
        if place.lat is not None and place.lon is not None
    ]
