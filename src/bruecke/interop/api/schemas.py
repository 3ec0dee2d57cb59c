"""What the API hands out. Field names and meanings are a promise: additions only within `/api/v1/`."""

from datetime import date, datetime
from typing import Generic, TypeVar

from ninja import Schema
from pydantic import Field

Item = TypeVar("Item")


class Problem(Schema):
    """Problem details (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str | None = None
    errors: list[dict] | None = None


class Page(Schema, Generic[Item]):
    """One page of a list. `total` counts all pages."""

    items: list[Item]
    total: int = Field(ge=0)
    page: int = Field(ge=1)
    per_page: int = Field(ge=1, le=100)


class PlaceItem(Schema):
    """A municipality of a district that takes part. `district` is the short name in addresses."""

    ags: str = Field(pattern=r"^[0-9]{8}$", description="Amtlicher Gemeindeschlüssel")
    name: str
    district: str
    plz: list[str]


class Place(PlaceItem):
    official_name: str
    designation: str
    population: int | None = Field(description="Inhabitants, as in the official register")
    lat: float | None = Field(description="WGS 84, degrees")
    lon: float | None = Field(description="WGS 84, degrees")
    localities: list[str]
    url: str = Field(description="The page for people")


class Address(Schema):
    name: str
    street: str
    postcode: str
    town: str


class ConsultationHour(Schema):
    starts_at: datetime
    ends_at: datetime
    by_appointment: bool
    location: Address
    note: str


class Contact(Schema):
    """Who is responsible: a post of the coordination, or the leading office where there is none; names only if released."""

    kind: str = Field(description='"post" or "office"')
    title: str
    organisation: str
    holder: str | None = Field(description="Name of the person, only where she released it")
    phone: str
    email: str = Field(description="A function mailbox")
    languages: list[str] = Field(description="BCP 47")
    office: Address | None
    since: date | None
    until: date | None = Field(description="First day without this responsibility")
    consultation_hours: list[ConsultationHour]


class Responsible(Page[Contact]):
    """The answer for one municipality on one day."""

    ags: str
    on: date
    district: str


class OfferItem(Schema):
    id: str
    title: str
    provider: str
    ags: str | None = Field(description="Municipality of the first place, else of the service area")
    languages: list[str] = Field(description="BCP 47")
    confirmed_on: date | None = Field(description="When somebody who knows said last that the entry is right")
    url: str = Field(description="The page for people")


class Term(Schema):
    key: str
    label: str


class OfferPlace(Address):
    ags: str | None
    lat: float | None
    lon: float | None
    step_free: bool | None


class OfferSchedule(Schema):
    rrule: str = Field(description="RFC 5545, without DTSTART")
    first_on: date
    until_on: date | None = Field(description="First day without")
    starts: str
    ends: str | None
    except_on: list[date]
    words: str


class Offer(OfferItem):
    description: str
    state: str = Field(description='"active" or "paused"')
    categories: list[Term]
    target_groups: list[Term]
    age_min: int | None
    age_max: int | None
    places: list[OfferPlace]
    areas: list[str] = Field(description="Official keys of the service area: 8 digits a municipality, 5 the district")
    is_online: bool
    schedules: list[OfferSchedule]
    cost: str = Field(description='"free", "paid" or "unknown"')
    cost_cents: int | None
    cost_note: str
    registration: str = Field(description='"none", "recommended" or "required"')
    registration_note: str
    status_requirement: str
    documents: str
    childcare: bool | None
    accessible: bool | None
    places_total: int | None
    places_free: int | None
    places_free_on: date | None
    phone: str
    email: str
    website: str
    valid_from: date | None
    valid_until: date | None
    district: str
