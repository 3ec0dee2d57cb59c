"""The world of the permission tests: two districts of the same shape, built through the real actions.

In each district two controllers (the district itself, an association); the district has two units, one of them marked
Ausländerbehörde. Every role is held in every office, every office has a post with a place, and questions of every kind
wait: private and shared ones of each office, one that nobody is in charge of, a closed one, one that can be undone.
"""

import io
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from bruecke.accounts import actions as accounts
from bruecke.accounts.models import Account, Controller, ExternalIdentity, SignInService, Unit
from bruecke.accounts.queries import build_viewer
from bruecke.accounts.sealing import seal
from bruecke.accounts.tests.factories import PASSWORD, SECRET
from bruecke.core.models import District
from bruecke.core.scope import for_district
from bruecke.core.tests.factories import NOW, make_district
from bruecke.core.tokens import receipt_code_from
from bruecke.core.viewer import Role, Viewer
from bruecke.directory import actions as directory
from bruecke.enquiries import actions as enquiries
from bruecke.enquiries import queries as enquiry_queries
from bruecke.enquiries.models import Enquiry
from bruecke.enquiries.states import Channel, ContactKind, Outcome
from bruecke.places.models import Area
from bruecke.places.tests.factories import make_kreis, make_municipality
from bruecke.staffing import actions as staffing
from bruecke.vocabulary import queries as vocabulary
from bruecke.vocabulary.importers import load_shipped_vocabulary
from tests.permissions.catalogue import build_catalogue, build_contacts, build_views, build_ways
from tests.permissions.privacy import build_privacy

SINCE = date(2026, 1, 1)
TODAY = date(2026, 11, 24)
NORMAL, AUTHORITY, ASSOCIATION = "normal", "authority", "association"
OFFICES = (NORMAL, AUTHORITY, ASSOCIATION)
LEADING_ONLY = frozenset({Role.DISTRICT_OFFICE, Role.ADMINISTRATOR})
Who = tuple[str, Role]
"""A member of a district: office and role."""


def members() -> list[Who]:
    """Everybody who works in a district of this world."""
    return [(office, role) for office in OFFICES for role in Role if office != ASSOCIATION or role not in LEADING_ONLY]


@dataclass
class Side:
    """One of the two districts with everything in it; `things` by key, `codes` the receipt codes of questions by key."""

    district: District
    kreis: Area
    places: dict[str, Area]
    marks: dict[str, str]
    controllers: dict[str, Controller] = field(default_factory=dict)
    units: dict[str, Unit | None] = field(default_factory=dict)
    people: dict[Who, Account] = field(default_factory=dict)
    things: dict[str, Any] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)

    @property
    def slug(self) -> str:
        return self.district.slug

    @property
    def now(self) -> datetime:
        return NOW

    @property
    def system(self) -> Viewer:
        return Viewer.system("permission tests", self.district.pk)

    def viewer(self, who: Who) -> Viewer:
        """The viewer that the gate builds for this member today."""
        return self.viewer_of(self.people[who])

    def viewer_of(self, account: Account) -> Viewer:
        return build_viewer(account, self.district, TODAY)


@dataclass
class World:
    """`mine` is the district of whoever asks, `other` the one next door; `outsiders` are people without access."""

    mine: Side
    other: Side
    outsiders: dict[str, Account] = field(default_factory=dict)

    @property
    def sides(self) -> tuple[Side, Side]:
        return (self.mine, self.other)


SHAPES = (
    ("musterkreis", "14628", {NORMAL: "Freital", AUTHORITY: "Pirna", ASSOCIATION: "Heidenau", "gap": "Dohna"}),
    ("nachbarkreis", "14522", {NORMAL: "Freiberg", AUTHORITY: "Flöha", ASSOCIATION: "Döbeln", "gap": "Brand"}),
)


def build_world() -> World:
    """Everything, in the caller's transaction."""
    load_shipped_vocabulary(NOW)
    sides = [_build_side(*shape) for shape in SHAPES]
    world = World(*sides)
    world.outsiders = {
        "without membership": _account("fremd"),
        "without second factor": _account("ohne-telefon", has_totp=False),
        "ended membership": _account("ausgeschieden"),
    }
    mine = world.mine
    with for_district(mine.district):
        _join(mine, world.outsiders["without second factor"], NORMAL, Role.ADMINISTRATOR)
        _join(mine, world.outsiders["ended membership"], NORMAL, Role.ADMINISTRATOR, valid_until=TODAY)
    return world


def _build_service(side: Side) -> None:
    """A sign-in service where nobody answers; the editor is linked with it."""
    service = SignInService.objects.create(
        district=side.district,
        label="Hauskonto",
        issuer="http://127.0.0.1:9",
        client_id="bruecke",
        sealed_secret=seal("secret"),
        is_on=True,
    )
    ExternalIdentity.objects.create(
        district=side.district,
        service=service,
        account=side.people[NORMAL, Role.EDITOR],
        subject=f"subject-{side.slug}",
        linked_at=NOW,
    )


def _build_side(slug: str, ags: str, names: dict[str, str]) -> Side:
    district = make_district(slug, ags=ags, name=f"Landkreis {slug.title()}")
    kreis = make_kreis(ags, f"Landkreis {slug.title()}")
    places = {
        key: make_municipality(f"{ags}{number}0", name, codes=(f"0{ags[3:]}{number}",), population=number * 100)
        for number, (key, name) in enumerate(names.items(), start=10)
    }
    side = Side(district, kreis, places, marks={})
    with for_district(district):
        _build_offices(side)
        _build_people(side)
        _build_service(side)
        _build_posts(side)
        build_contacts(side)
        build_views(side)
        build_catalogue(side)
        _build_enquiries(side)
        build_ways(side)
        build_privacy(side)
    return side


def _build_offices(side: Side) -> None:
    name = side.district.name
    for key, kind, called in (("leading", "district", name), (ASSOCIATION, "association", f"Begegnung {name} e. V.")):
        values = {
            "name": called,
            "kind": kind,
            "legal_basis": "§ 11 SächsDSDG",
            "address": "Beispielstraße 1",
            "phone": "+49 30 23125 100",
            "mailbox": f"{key}@{side.slug}.example.org",
            "privacy_officer": "datenschutz@example.org",
        }
        side.controllers[key] = accounts.create_controller(district=side.district, values=values, viewer=side.system, now=NOW)
    side.units = {ASSOCIATION: None}
    for key, called in ((NORMAL, "Referat Integration"), (AUTHORITY, "Ausländerbehörde")):
        values = {"name": called, "is_foreigners_authority": key == AUTHORITY}
        side.units[key] = accounts.create_unit(controller=side.controllers["leading"], values=values, viewer=side.system, now=NOW)
    for office in OFFICES:
        organisation = directory.create_organisation(
            district=side.district,
            values={"name": f"Träger {office} {side.slug}", "kind": "association", "phone": "+49 30 23125 101"},
            viewer=side.system,
            now=NOW,
        )
        side.things[f"organisation {office}"] = organisation
        side.things[f"location {office}"] = directory.create_location(
            organisation=organisation,
            values={"name": f"Haus {office}", "street": "Beispielstraße 2", "postcode": "01705", "area": side.places[office]},
            viewer=side.system,
            now=NOW,
        )
    side.things["organisation normal"] = directory.set_logo(
        organisation=side.things["organisation normal"], file=picture(), name="logo.png", viewer=side.system, now=NOW
    )


def picture() -> Any:
    """A small PNG, as it is uploaded."""
    content = io.BytesIO()
    Image.new("RGB", (4, 4), "#0a5a8a").save(content, "PNG")
    return SimpleUploadedFile("logo.png", content.getvalue(), content_type="image/png")


def controller_of(side: Side, office: str) -> Controller:
    return side.controllers[ASSOCIATION if office == ASSOCIATION else "leading"]


def _account(name: str, *, has_totp: bool = True) -> Account:
    from allauth.mfa.totp.internal.auth import TOTP

    account = Account.objects.create_user(email=f"{name}@example.org", name=f"Person {name}", password=PASSWORD, joined_at=NOW)
    if has_totp:
        TOTP.activate(account, SECRET)
    return account


def _join(side: Side, account: Account, office: str, role: Role, **values: Any) -> Any:
    given = {
        "municipalities": [side.places[office].pk] if role is Role.MUNICIPALITY else [],
        "organisation_uid": side.things[f"organisation {office}"].uid if role is Role.EMPLOYER else "",
    }
    return accounts.add_membership(
        account=account,
        district=side.district,
        role=role,
        controller=controller_of(side, office),
        unit=side.units[office],
        valid_from=SINCE,
        viewer=side.system,
        now=NOW,
        **{**given, **values},
    )


def _build_people(side: Side) -> None:
    for office, role in members():
        account = _account(f"{side.slug}-{office}-{role.value}")
        side.people[office, role] = account
        side.things[f"membership {office} {role.value}"] = _join(side, account, office, role)
    side.things["invited"] = accounts.invite_person(
        district=side.district,
        email=f"eingeladen@{side.slug}.example.org",
        name="Eingeladen",
        role=Role.EDITOR,
        controller=side.controllers["leading"],
        unit=side.units[NORMAL],
        valid_from=SINCE,
        viewer=side.system,
        now=NOW,
    )
    gone = _account(f"{side.slug}-gegangen")
    side.things["gone"] = gone
    _join(side, gone, NORMAL, Role.EDITOR, valid_until=date(2026, 6, 1))


def _build_posts(side: Side) -> None:
    for number, office in enumerate(OFFICES, start=1):
        post = staffing.create_post(
            district=side.district,
            values={
                "number": number,
                "title": f"Integrationskoordination {side.places[office].name}",
                "area_name": side.places[office].name,
                "fte": Decimal("0.75"),
                "controller": controller_of(side, office),
                "unit": side.units[office],
                "employer": side.things[f"organisation {office}"],
                "office": side.things[f"location {office}"],
                "mailbox": f"stelle-{number}@{side.slug}.example.org",
                "phone": f"+49 30 23125 11{number}",
                "languages": ["de", "ar"],
                "valid_from": SINCE,
            },
            viewer=side.system,
            now=NOW,
        )
        side.things[f"post {office}"] = post
        side.things[f"holder {office}"] = staffing.change_holder(
            post=post, account=side.people[office, Role.COORDINATOR], valid_from=SINCE, viewer=side.system, now=NOW
        )
        side.things[f"assignment {office}"] = staffing.assign_municipalities(
            district=side.district,
            municipalities=[side.places[office].pk],
            post=post,
            valid_from=SINCE,
            viewer=side.system,
            now=NOW,
        )
        side.things[f"hour {office}"] = staffing.create_hour(
            post=post,
            values={
                "location": side.things[f"location {office}"],
                "weekday": 4 - number,
                "starts": time(14),
                "ends": time(18),
                "valid_from": date(2026, 11, 5),
            },
            viewer=side.system,
            now=NOW,
        )
    side.things["exception"] = staffing.cancel_day(
        hour=side.things["hour normal"], on=date(2026, 12, 3), reason="Feiertag", viewer=side.system, now=NOW
    )


def ask(side: Side, key: str, place: str, *, text: str = "", shared: bool = False, now: datetime = NOW, **values: Any) -> Enquiry:
    """Send a question as a resident of a place; the receipt code is kept under `key`."""
    addressee = enquiry_queries.addressee_for(side.district, side.places[place], TODAY)
    side.codes[key] = receipt_code_from(f"{side.slug} {key}")
    side.marks.setdefault(key, f"merkwort{side.slug}{key.replace('-', '')}ende")
    question = enquiries.Question(
        text=text or f"Frage mit {side.marks[key]} darin",
        topic=vocabulary.topics()[0],
        languages=("de",),
        consent_to_share=shared,
        **{"contact_kind": ContactKind.EMAIL, "contact": f"{key}@resident.example.org", **values},
    )
    side.things[key] = enquiries.submit_enquiry(
        addressee=addressee,
        question=question,
        receipt_code=side.codes[key],
        viewer=Viewer.anonymous(side.district.pk),
        now=now,
    )
    return side.things[key]


def _build_enquiries(side: Side) -> None:
    for office in OFFICES:
        ask(side, office, office)
        ask(side, f"{office}-shared", office, shared=True)
    ask(side, "unassigned", "gap")
    for gone in ("erased", "erased too"):
        enquiries.erase_enquiry(enquiry=ask(side, gone, NORMAL), keeps_codes=True, viewer=side.system, now=NOW)
        del side.things[gone], side.codes[gone], side.marks[gone]
    coordinator = side.viewer((NORMAL, Role.COORDINATOR))
    enquiries.add_note(enquiry=side.things[NORMAL], text=f"Notiz mit {side.marks[NORMAL]} darin", viewer=coordinator, now=NOW)
    step = {"version": None, "viewer": coordinator, "now": NOW}
    enquiries.close_enquiry(enquiry=ask(side, "closed", NORMAL), outcome=Outcome.ANSWERED, note="", **step)
    undoable = ask(side, "undoable", NORMAL)
    side.things["undoable"] = enquiries.release_enquiry(enquiry=undoable, **step)
    side.things["captured"] = enquiries.capture_enquiry(
        district=side.district,
        place=side.places[NORMAL],
        topic=vocabulary.topics()[0],
        language="de",
        channel=Channel.PHONE,
        outcome=None,
        viewer=coordinator,
        now=NOW,
    )
