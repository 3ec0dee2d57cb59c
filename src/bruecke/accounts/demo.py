"""Controllers, units and accounts of the demo districts: functions instead of people; passwords and seeds are public."""

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.hashers import make_password
from django.db import transaction

from bruecke.accounts import actions
from bruecke.accounts.models import ROLE_LABELS, Account, Controller, Membership, Unit
from bruecke.accounts.totp import code_at
from bruecke.core import clock
from bruecke.core.folding import find_key
from bruecke.core.models import District
from bruecke.core.registries import DemoContext, DemoStage
from bruecke.core.scope import for_district
from bruecke.core.viewer import Role, Viewer

PASSWORD = "bruecke-demo-zugang"  # noqa: S105 - public on purpose; refused wherever `ALLOWS_DEMO_ACCOUNTS` is off
SINCE = date(2024, 1, 1)
LEGAL_BASIS = "Art. 6 Abs. 1 Buchst. e DSGVO in Verbindung mit § 3 Abs. 1 SächsDSDG"
LEGAL_BASIS_ASSOCIATION = "Art. 6 Abs. 1 Buchst. f DSGVO; Auftrag des Landkreises zur Integrationskoordination"


@dataclass(frozen=True, slots=True)
class DemoLogin:
    """How one demo account logs in. `key` is what `bruecke demo-code` takes."""

    key: str
    role: Role
    role_label: str
    district_slug: str
    email: str
    password: str
    totp_secret: str


@dataclass(frozen=True, slots=True)
class _Person:
    """One account to be: mailbox before the @, shown name, role, key of the controller and name of the unit."""

    mailbox: str
    name: str
    role: Role
    controller: str = "district"
    unit: str = ""
    municipalities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Office:
    """One demo district: domain of its mailboxes, controllers, units (name -> marked as Ausländerbehörde) and people."""

    slug: str
    domain: str
    controllers: dict[str, tuple[str, str, str]]
    """key -> name, kind, address"""
    units: dict[str, bool]
    people: tuple[_Person, ...]


def _staff(office_unit: str, town: str, town_ags: str, employer: str) -> tuple[_Person, ...]:
    """What every district has beside its coordinators."""
    return (
        _Person("koordinierung", "Koordinierungsstelle Integration", Role.DISTRICT_OFFICE, unit=office_unit),
        _Person("bewilligung", "Bewilligung Mikroprojekte", Role.GRANT_OFFICER),
        _Person("gemeinde", f"Sozialamt {town}", Role.MUNICIPALITY, "town", municipalities=(town_ags,)),
        _Person("redaktion", "Redaktion Integration", Role.EDITOR),
        _Person("beauftragte", "Integrationsbeauftragte", Role.COMMISSIONER),
        _Person("traeger", "Leitung des Anstellungsträgers", Role.EMPLOYER, employer),
        _Person("datenschutz", "Datenschutzbeauftragte", Role.PRIVACY_OFFICER),
        _Person("rechnungspruefung", "Rechnungsprüfung", Role.AUDITOR),
        _Person("verwaltung", "Verwaltung der Zugänge", Role.ADMINISTRATOR),
    )


def _coordinators(unit: str, *places: str) -> tuple[_Person, ...]:
    return tuple(_Person(_mailbox(place), f"Integrationskoordination {place}", Role.COORDINATOR, unit=unit) for place in places)


def _mailbox(place: str) -> str:
    return "kik-" + find_key(place).replace(" ", "-")


OFFICES = (
    _Office(
        slug="saechsische-schweiz-osterzgebirge",
        domain="soe.example.org",
        controllers={
            "district": ("Landkreis Sächsische Schweiz-Osterzgebirge", "district", "Beispielstraße 1, 01796 Pirna"),
            "association": ("Trägerverein Integration Freital e. V. (Beispiel)", "association", "Beispielweg 3, 01705 Freital"),
            "town": ("Große Kreisstadt Pirna", "town", "Beispielplatz 2, 01796 Pirna"),
        },
        units={"Ausländeramt, Referat Soziale Integration": True, "Kommunale Integrationskoordination": False},
        people=(
            *_coordinators(
                "Kommunale Integrationskoordination",
                "Pirna",
                "Heidenau",
                "Freital-Umland",
                "Bannewitz",
                "Dippoldiswalde",
                "Sebnitz",
                "Sächsische Schweiz",
            ),
            _Person("kik-freital", "Integrationskoordination Freital", Role.COORDINATOR, "association"),
            *_staff("Ausländeramt, Referat Soziale Integration", "Pirna", "14628270", "association"),
        ),
    ),
    _Office(
        slug="mittelsachsen",
        domain="mittelsachsen.example.org",
        controllers={
            "district": ("Landkreis Mittelsachsen", "district", "Beispielstraße 43, 09599 Freiberg"),
            "town": ("Große Kreisstadt Freiberg", "town", "Beispielmarkt 24, 09599 Freiberg"),
        },
        units={"Stabsbereich Koordination Unterbringung und Integration": False},
        people=(
            *_coordinators(
                "Stabsbereich Koordination Unterbringung und Integration",
                "Freiberg",
                "Brand-Erbisdorf",
                "Flöha",
                "Döbeln",
                "Mittweida",
            ),
            *_staff("Stabsbereich Koordination Unterbringung und Integration", "Freiberg", "14522180", "town"),
        ),
    ),
    _Office(
        slug="landkreis-leipzig",
        domain="landkreis-leipzig.example.org",
        controllers={
            "district": ("Landkreis Leipzig", "district", "Beispielstraße 80, 04668 Grimma"),
            "town": ("Große Kreisstadt Grimma", "town", "Beispielmarkt 27, 04668 Grimma"),
        },
        units={"Koordinierungsstelle für Integration": False},
        people=(
            *_coordinators("Koordinierungsstelle für Integration", "Markkleeberg", "Grimma", "Borna"),
            *_staff("Koordinierungsstelle für Integration", "Grimma", "14729160", "town"),
        ),
    ),
)
_FUNCTION_MAILBOXES = {"district": "integration", "town": "integration-stadt", "association": "integration-verein"}
SHOWN_OFFICE = OFFICES[0]
SUCCESSOR = "kik-dippoldiswalde"
_LEAVER = _Person(
    "kik-dippoldiswalde-vorher",
    "Integrationskoordination Dippoldiswalde (bis zum Sommer)",
    Role.COORDINATOR,
    unit="Kommunale Integrationskoordination",
)
"""In a year this one works for the shown office first, and the person with the mailbox `SUCCESSOR` begins in its course."""
SHOWN_COORDINATORS = ("kik-pirna", "kik-freital")


def totp_secret_of(role: Role) -> str:
    """The fixed seed of a role: the same in every demo district and every installation."""
    return base64.b32encode(hashlib.sha256(f"bruecke demo {role.value}".encode()).digest()[:20]).decode()


@cache
def all_demo_logins() -> tuple[DemoLogin, ...]:
    """Every demo account of every demo district."""
    return tuple(
        DemoLogin(
            key=person.mailbox,
            role=person.role,
            role_label=str(ROLE_LABELS[person.role]),
            district_slug=office.slug,
            email=f"{person.mailbox}@{office.domain}",
            password=PASSWORD,
            totp_secret=totp_secret_of(person.role),
        )
        for office in OFFICES
        for person in office.people
    )


def demo_logins() -> list[DemoLogin]:
    """One login a role in the district with most to see; of coordinators one of the district and one of the association."""
    return [
        login
        for login in all_demo_logins()
        if login.district_slug == SHOWN_OFFICE.slug and (login.role is not Role.COORDINATOR or login.key in SHOWN_COORDINATORS)
    ]


def demo_code(role_or_email: str, now: datetime) -> str:
    """The six digits a demo account's phone would show. Takes a role, a key or a mail address. Raises: LookupError."""
    wanted = role_or_email.strip().lower()
    for login in all_demo_logins():
        if wanted in {login.role.value, login.key, login.email, login.role_label.lower()}:
            return code_at(login.totp_secret, now)
    raise LookupError(role_or_email)


def _changeover(end: date) -> tuple[date, date]:
    """The day from which the leaver of a demo year is gone, five months before its end, and the Monday the successor begins."""
    months = end.year * 12 + end.month - 1 - 4
    leaves = date(months // 12, months % 12 + 1, 1)
    begins = leaves + timedelta(days=35)
    return leaves, begins - timedelta(days=begins.weekday())


def load_accounts(context: DemoContext) -> None:
    """Controllers, units and accounts of the demo districts; what is there already stays as it is.

    In a year the days of a change of hands are left under `made["changeover"]`: gone from, begins on.
    """
    context.made.setdefault("accounts", {})
    controllers = context.made.setdefault("controllers", {})
    units = context.made.setdefault("units", {})
    hashed = make_password(PASSWORD)
    for district in context.districts:
        office = next((one for one in OFFICES if one.slug == district.slug), None)
        if office is None:
            continue
        with for_district(district), transaction.atomic():
            for key in office.controllers:
                controllers[district.slug, key] = _controller(district, office, key, context.now)
            for name, is_marked in office.units.items():
                units[district.slug, name] = _unit(controllers[district.slug, "district"], name, is_marked, context.now)
            for person in _people(office, context):
                _join(person, office, district, hashed, context, since=SINCE)
        if context.stage is DemoStage.YEAR and office is SHOWN_OFFICE:
            _plan_changeover(office, district, hashed, context)


def _people(office: _Office, context: DemoContext) -> Iterable[_Person]:
    """Who works there on the first day."""
    if context.stage is not DemoStage.YEAR or office is not SHOWN_OFFICE:
        return office.people
    return [_LEAVER if person.mailbox == SUCCESSOR else person for person in office.people]


def _plan_changeover(office: _Office, district: District, hashed: str, context: DemoContext) -> None:
    leaves, begins = context.made["changeover"] = _changeover(clock.local_day(context.end))
    successor = next(person for person in office.people if person.mailbox == SUCCESSOR)

    def leave(now: datetime) -> None:
        held = Membership.objects.get(account__email=f"{_LEAVER.mailbox}@{office.domain}")
        viewer = Viewer.system("demo", district.pk)
        actions.set_membership_end(membership=held, valid_until=leaves, version=None, viewer=viewer, now=now)

    def join(now: datetime) -> None:
        _join(successor, office, district, hashed, context, since=begins)

    context.agenda_add(clock.start_of(leaves) - timedelta(days=14), district, leave)
    context.agenda_add(clock.start_of(begins) + timedelta(hours=7), district, join)


def _join(person: _Person, office: _Office, district: District, hashed: str, context: DemoContext, *, since: date) -> None:
    made = context.made
    account = _account(person, office, hashed, since)
    unit = made["units"][district.slug, person.unit] if person.unit else None
    controller = made["controllers"][district.slug, person.controller]
    _membership(account, person, district, controller, unit, context.now, since)
    made["accounts"][district.slug, person.mailbox] = account
    made["accounts"].setdefault((district.slug, person.role), account)


def _controller(district: District, office: _Office, key: str, now: datetime) -> Controller:
    name, kind, address = office.controllers[key]
    known = Controller.objects.filter(district=district, name=name).first()
    if known is not None:
        return known
    values = {
        "name": name,
        "kind": kind,
        "legal_basis": LEGAL_BASIS_ASSOCIATION if kind == "association" else LEGAL_BASIS,
        "address": address,
        "phone": "+49 30 23125 100",
        "mailbox": f"{_FUNCTION_MAILBOXES[key]}@{office.domain}",
        "privacy_officer": f"datenschutz@{office.domain}",
    }
    return actions.create_controller(district=district, values=values, viewer=Viewer.system("demo", district.pk), now=now)


def _unit(controller: Controller, name: str, is_marked: bool, now: datetime) -> Unit:
    known = Unit.objects.filter(controller=controller, name=name).first()
    if known is not None:
        return known
    values = {"name": name, "is_foreigners_authority": is_marked}
    return actions.create_unit(controller=controller, values=values, viewer=Viewer.system("demo", controller.district_id), now=now)


def _account(person: _Person, office: _Office, hashed: str, since: date) -> Account:
    """The account with its public password and seed. No mail: nobody reads these mailboxes."""
    email = f"{person.mailbox}@{office.domain}"
    known = Account.objects.filter(email=email).first()
    if known is not None:
        return known
    joined = clock.start_of(since)
    account = Account(email=email, name=person.name, is_demo=True, invited_at=joined, joined_at=joined, password=hashed)
    account.save()
    TOTP.activate(account, totp_secret_of(person.role))
    RecoveryCodes.activate(account)
    return account


def _membership(
    account: Account,
    person: _Person,
    district: District,
    controller: Controller,
    unit: Unit | None,
    now: datetime,
    since: date,
) -> None:
    if Membership.objects.filter(account=account, role=person.role).exists():
        return
    actions.add_membership(
        account=account,
        district=district,
        role=person.role,
        controller=controller,
        unit=unit,
        municipalities=person.municipalities,
        valid_from=since,
        viewer=Viewer.system("demo", district.pk),
        now=now,
    )
