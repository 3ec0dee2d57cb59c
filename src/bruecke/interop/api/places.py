"""Municipalities, and who is responsible there on a day."""

from datetime import date
from functools import partial

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router

from bruecke.accounts import queries as accounts
from bruecke.core import clock
from bruecke.core.models import District
from bruecke.core.scope import for_district
from bruecke.directory.models import Location
from bruecke.interop import queries
from bruecke.interop.api import schemas
from bruecke.interop.api.delivery import Ags, PageNumber, PerPage, Slug, TopicKey, Words, asked_district, cut, deliver, page_url
from bruecke.places import queries as places
from bruecke.places.queries import Place
from bruecke.places.states import AreaKind
from bruecke.staffing import queries as staffing
from bruecke.staffing.queries import Responsible
from bruecke.vocabulary import queries as vocabulary
from bruecke.vocabulary.models import Topic

router = Router(tags=["places"])
MOST_MATCHES = 1000
MOST_HOURS = 12
FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2099, 12, 31)
ERRORS = {404: schemas.Problem, 422: schemas.Problem, 429: schemas.Problem}


@router.get("/places", response={200: schemas.Page[schemas.PlaceItem], **ERRORS}, operation_id="list_places")
def list_places(
    request: HttpRequest, q: Words = "", district: Slug = "", page: PageNumber = 1, per_page: PerPage = 20
) -> HttpResponse:
    """Municipalities of the districts that take part: by name, part of it, postal code or former name; without `q` all."""
    asked = asked_district(district)
    return deliver(request, asked, partial(_places_page, q, asked, page, per_page))


def _places_page(q: str, asked: District | None, page: int, per_page: int) -> schemas.Page[schemas.PlaceItem]:
    by_key = {one.ags: one for one in ([asked] if asked else queries.published_districts())}
    found = _found(q, asked, by_key) if q.strip() else _all(by_key)
    items = [_place_item(place, by_key[place.kreis_ags]) for place in cut(found, page, per_page)]
    return schemas.Page[schemas.PlaceItem](items=items, total=len(found), page=page, per_page=per_page)


def _found(q: str, asked: District | None, by_key: dict[str, District]) -> list[Place]:
    """Best match first; what lies outside the districts that take part is left out."""
    finding = places.find_places(q, within=asked.ags if asked else None, limit=MOST_MATCHES)
    matches = {match.area.ags: match.area for match in (*finding.matches, *finding.elsewhere)}
    return [place for place in matches.values() if place.kind is AreaKind.GEMEINDE and place.kreis_ags in by_key]


def _all(by_key: dict[str, District]) -> list[Place]:
    return [place for key in sorted(by_key) for place in places.places_of(key)]


def _place_item(place: Place, district: District) -> schemas.PlaceItem:
    return schemas.PlaceItem(ags=place.ags, name=place.name, district=district.slug, plz=list(place.postal_codes))


@router.get("/places/{ags}", response={200: schemas.Place, **ERRORS}, operation_id="get_place")
def get_place(request: HttpRequest, ags: Ags) -> HttpResponse:
    """One municipality."""
    district = _district_of(ags)
    return deliver(request, district, partial(_place, ags, district))


def _district_of(ags: str, feature: str = "") -> District:
    district = queries.district_of(ags, feature)
    if district is None or places.place(ags) is None:
        raise Http404("no such municipality in the districts that take part")
    return district


def _place(ags: str, district: District) -> schemas.Place:
    known, row = places.place(ags), places.area(ags)
    if known is None or row is None or known.kind is not AreaKind.GEMEINDE:
        raise Http404("no such municipality in the districts that take part")
    return schemas.Place(
        **_place_item(known, district).model_dump(),
        official_name=known.official_name,
        designation=known.designation,
        population=row.population,
        lat=row.lat,
        lon=row.lon,
        localities=list(known.localities),
        url=page_url("staffing_public:place", district, slug=known.slug),
    )


@router.get("/responsible", response={200: schemas.Responsible, **ERRORS}, operation_id="get_responsible")
def get_responsible(request: HttpRequest, ags: Ags, on: date | None = None, topic: TopicKey = "") -> HttpResponse:
    """Who is responsible in a municipality on a day (default today): released contact data and the next consultation hours.

    With `topic` (key of a topic) the post that answers questions on it, where the topic has one of its own.
    """
    district = _district_of(ags, "staffing")
    day = on or clock.today()
    if not FIRST_DAY <= day <= LAST_DAY:  # OpenAPI cannot bound a date, so no answer is the honest one
        raise Http404("nothing is known about that day")
    subject = vocabulary.topic(topic) if topic else None
    if topic and subject is None:
        raise Http404("no such topic")
    return deliver(request, district, partial(_responsible, ags, day, district, subject))


def _responsible(ags: str, day: date, district: District, topic: Topic | None) -> schemas.Responsible:
    with for_district(district):
        contact = _contact(staffing.responsible_for_topic(ags, topic, day), district)
    return schemas.Responsible(ags=ags, on=day, district=district.slug, items=[contact], total=1, page=1, per_page=20)


def _contact(found: Responsible, district: District) -> schemas.Contact:
    post = found.post
    if post is None or found.is_gap:
        return _office(district)
    return schemas.Contact(
        kind="post",
        title=post.title,
        organisation=post.employer.name,
        holder=found.public_name or None,
        phone=post.phone,
        email=post.mailbox,
        languages=list(post.languages),
        office=_address(post.office) if post.office else None,
        since=found.since,
        until=found.until,
        consultation_hours=_hours(found, district),
    )


def _office(district: District) -> schemas.Contact:
    """Where nobody is responsible, the office that leads the district answers."""
    office = accounts.leading_controller(district)
    return schemas.Contact(
        kind="office",
        title=str(district.label("office", district.name)),
        organisation=office.name if office else district.name,
        holder=None,
        phone=office.phone if office else "",
        email=office.mailbox if office else "",
        languages=["de"],
        office=None,
        since=None,
        until=None,
        consultation_hours=[],
    )


def _hours(found: Responsible, district: District) -> list[schemas.ConsultationHour]:
    """From the day asked for on; the past has none."""
    if found.post is None or not district.has_feature("consultation_hours") or found.on < clock.today():
        return []
    now = max(clock.now(), clock.start_of(found.on))
    return [
        schemas.ConsultationHour(
            starts_at=hour.starts_at,
            ends_at=hour.ends_at,
            by_appointment=hour.by_appointment,
            location=_address(hour.location),
            note=hour.hour.note,
        )
        for hour in staffing.next_hours(found.post, now=now, limit=MOST_HOURS)
    ]


def _address(location: Location) -> schemas.Address:
    return schemas.Address(name=location.name, street=location.street, postcode=location.postcode, town=location.town)
