"""Published offers: found, narrowed, ranked, as the public catalogue does it."""

from datetime import date
from functools import partial
from typing import Annotated, Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from bruecke.core import clock
from bruecke.core.models import District
from bruecke.core.scope import for_district
from bruecke.interop import queries
from bruecke.interop.api import schemas
from bruecke.interop.api.delivery import MaybeAgs, PageNumber, PerPage, Slug, Words, asked_district, deliver, page_url
from bruecke.offers import queries as offers
from bruecke.offers.models import Offer
from bruecke.offers.queries import OfferFilters
from bruecke.offers.states import FacetKind
from bruecke.vocabulary import queries as vocabulary
from bruecke.vocabulary.states import Taxonomy

router = Router(tags=["offers"])
FEATURE = "offers"
Key = Annotated[str, Field(pattern=r"^[a-z0-9-]{0,60}$", description="A key of the vocabulary; empty: all")]
Language = Annotated[str, Field(pattern=r"^[A-Za-z-]{0,12}$", description="BCP 47; empty: all")]
Radius = Annotated[int | None, Field(ge=1, le=500, description="Kilometres around the middle of `ags`; nothing without `ags`")]
ERRORS = {404: schemas.Problem, 422: schemas.Problem, 429: schemas.Problem}


@router.get("/offers", response={200: schemas.Page[schemas.OfferItem], **ERRORS}, operation_id="list_offers")
def list_offers(
    request: HttpRequest,
    q: Words = "",
    category: Key = "",
    language: Language = "",
    ags: MaybeAgs = "",
    radius_km: Radius = None,
    district: Slug = "",
    page: PageNumber = 1,
    per_page: PerPage = 20,
) -> HttpResponse:
    """Offers, best first: by words, then fresh, near, running. With `ags` alone the place orders, with `radius_km` it narrows."""
    asked = _asked(district, ags)
    filters = OfferFilters(
        text=q,
        categories=(category,) if category else (),
        languages=(language,) if language else (),
        ags=ags,
        radius_km=radius_km if ags else None,
    )
    return deliver(request, asked, partial(_offers_page, filters, asked, page, per_page))


def _asked(slug: str, ags: str) -> District | None:
    """The district named, else the one a municipality lies in. Raises: Http404 when they contradict or do not take part."""
    named = asked_district(slug, FEATURE)
    if not ags:
        return named
    found = queries.district_of(ags, FEATURE)
    if found is None or (named is not None and named.pk != found.pk):
        raise Http404("no such municipality in the districts that take part")
    return found


def _offers_page(filters: OfferFilters, asked: District | None, page: int, per_page: int) -> schemas.Page[schemas.OfferItem]:
    districts = [asked] if asked else queries.published_districts(FEATURE)
    items, total = _across(filters, districts, page, per_page)
    return schemas.Page[schemas.OfferItem](items=items, total=total, page=page, per_page=per_page)


def _across(filters: OfferFilters, districts: list[District], page: int, per_page: int) -> tuple[list[schemas.OfferItem], int]:
    """One district after the other: each ranks for itself, because distance and freshness mean something inside it only."""
    items: list[schemas.OfferItem] = []
    first, total = (page - 1) * per_page, 0
    known = queries.offer_totals(districts) if len(districts) > 1 and filters == OfferFilters() else {}
    for district in districts:
        if known and not _overlaps(first, per_page, total, known.get(district.pk, 0)):
            total += known.get(district.pk, 0)
            continue
        with for_district(district):
            wanted = range(max(0, first - total), max(0, first + per_page - total))
            count, lines = _lines(filters, district, wanted)
            items += [_item(line.offer, district) for line in lines]
            total += count
    return items, total


def _overlaps(first: int, per_page: int, before: int, count: int) -> bool:
    """Whether the page [first, first + per_page) of all has offers of a district that `before` stand in front of."""
    return count > 0 and before < first + per_page and before + count > first


def _lines(filters: OfferFilters, district: District, wanted: range) -> tuple[int, list[Any]]:
    """How many there are, and the lines at the places `wanted`; pages of the catalogue are as long as the range."""
    size = max(1, len(wanted))
    found = offers.public_offers(
        filters, district=district, lang="de", page=wanted.start // size + 1, per_page=size, now=clock.now()
    )
    if not wanted or wanted.start >= found.total:
        return found.total, []
    lines = list(found.lines)
    skip = wanted.start % size
    if skip:
        more = offers.public_offers(
            filters, district=district, lang="de", page=wanted.start // size + 2, per_page=size, now=clock.now()
        )
        lines += more.lines if more.page == wanted.start // size + 2 else []
    return found.total, lines[skip : skip + size]


@router.get("/offers/{offer_id}", response={200: schemas.Offer, **ERRORS}, operation_id="get_offer")
def get_offer(request: HttpRequest, offer_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")]) -> HttpResponse:
    """One published offer."""
    found = queries.published_offer(offer_id, queries.published_districts(FEATURE))
    if found is None:
        raise Http404("no such offer")
    offer, district = found
    with for_district(district):
        return deliver(request, district, partial(_offer, offer, district))


def _item(offer: Offer, district: District) -> schemas.OfferItem:
    return schemas.OfferItem(
        id=offer.uid,
        title=offer.title,
        provider=offer.provider.name,
        ags=_ags(offer),
        languages=offer.keys(FacetKind.LANGUAGE),
        confirmed_on=offer.confirmed_on,
        url=page_url("offers_public:detail", district, uid=offer.uid),
    )


def _ags(offer: Offer) -> str | None:
    """The municipality of the first house, else the first of the service area."""
    houses = [row.area_id for row in offer.places.all() if row.location_id is not None and row.area_id]
    return next(iter([*houses, *(key for key in offer.areas if len(key) == 8)]), None)


def _offer(offer: Offer, district: District) -> schemas.Offer:
    return schemas.Offer(
        **_item(offer, district).model_dump(),
        description=offer.description,
        state=offer.state,
        categories=_terms(offer, Taxonomy.CATEGORY, FacetKind.CATEGORY, district),
        target_groups=_terms(offer, Taxonomy.GROUP, FacetKind.GROUP, district),
        age_min=offer.age_min,
        age_max=offer.age_max,
        places=[_place(row) for row in offer.places.all() if row.location is not None],
        areas=list(offer.areas),
        is_online=offer.is_online,
        schedules=[_schedule(entry) for entry in offer.schedules],
        cost=offer.cost_kind,
        cost_cents=offer.cost_cents,
        cost_note=offer.cost_note,
        registration=offer.registration,
        registration_note=offer.registration_note,
        status_requirement=offer.status_requirement,
        documents=offer.documents,
        childcare=offer.has_childcare,
        accessible=offer.is_accessible,
        places_total=offer.places_total,
        places_free=offer.places_free,
        places_free_on=offer.places_free_on,
        phone=offer.phone,
        email=offer.email,
        website=offer.web_address,
        valid_from=offer.valid_from,
        valid_until=offer.valid_until,
        district=district.slug,
    )


def _terms(offer: Offer, taxonomy: Taxonomy, kind: FacetKind, district: District) -> list[schemas.Term]:
    known = {term.key: term for term in vocabulary.terms(taxonomy, district=district)}
    return [schemas.Term(key=key, label=vocabulary.label(known[key], "de")) for key in offer.keys(kind) if key in known]


def _place(row: Any) -> schemas.OfferPlace:
    house = row.location
    return schemas.OfferPlace(
        name=house.name,
        street=house.street,
        postcode=house.postcode,
        town=house.town,
        ags=row.area_id,
        lat=row.lat,
        lon=row.lon,
        step_free=house.is_accessible,
    )


def _schedule(entry: dict[str, Any]) -> schemas.OfferSchedule:
    return schemas.OfferSchedule(
        rrule=entry["rrule"],
        first_on=date.fromisoformat(entry["first_on"]),
        until_on=date.fromisoformat(entry["until_on"]) if entry.get("until_on") else None,
        starts=entry["starts"],
        ends=entry.get("ends") or None,
        except_on=[date.fromisoformat(day) for day in entry.get("exdates", ())],
        words=offers.rule_in_words(entry, "de"),
    )
