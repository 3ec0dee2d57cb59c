"""Lists and single records for the administration pages: people with their roles, controllers with units, settings, sessions."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import Count, Exists, OuterRef, Prefetch, Q

from bruecke.accounts.models import Account, Controller, Membership, OpenSession, Unit
from bruecke.accounts.querysets import AccountQuerySet, MembershipQuerySet
from bruecke.accounts.states import AccountState
from bruecke.core import settings as dated_settings
from bruecke.core.models import District
from bruecke.core.scope import Escape, without_scope
from bruecke.core.viewer import Viewer


@dataclass(frozen=True, slots=True)
class PeopleFilters:
    """What the url of the list says; empty means everything. `controller` is a uid."""

    text: str = ""
    role: str = ""
    controller: str = ""
    state: str = ""
    only_current: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """A row of the list: the account and what it holds in this district."""

    account: Account
    current: tuple[Membership, ...]
    coming: tuple[Membership, ...]
    ended: tuple[Membership, ...]
    has_totp: bool

    @property
    def shown(self) -> tuple[Membership, ...]:
        """The roles that say most: today's, else those to come, else the ended ones."""
        return self.current or self.coming or self.ended


def people(viewer: Viewer, filters: PeopleFilters, on: date) -> AccountQuerySet:
    """Accounts of the viewer's district that the filters let through; unsorted. No query yet."""
    held = Membership.objects.visible_to(viewer).filter(account_id=OuterRef("pk"))
    if filters.role:
        held = held.filter(role=filters.role)
    if filters.controller:
        held = held.filter(controller__uid=filters.controller)
    if filters.only_current:
        held = held.valid_on(on)
    found = Account.objects.filter(Exists(held), erased_at=None).matching(filters.text)
    states = {
        AccountState.LOCKED.value: Q(is_active=False),
        AccountState.INVITED.value: Q(is_active=True, joined_at=None),
        AccountState.ACTIVE.value: Q(is_active=True, joined_at__isnull=False),
    }
    return found.filter(states[filters.state]) if filters.state in states else found


def people_rows(accounts: list[Account], viewer: Viewer, on: date) -> list[Person]:
    """The same accounts, in their order, with memberships and second factor. Two queries, however many rows."""
    ids = [account.pk for account in accounts]
    held: dict[int, list[Membership]] = defaultdict(list)
    rows = Membership.objects.visible_to(viewer).filter(account_id__in=ids).select_related("district", "controller", "unit")
    for membership in rows.order_by("-valid_from", "role", "pk"):
        held[membership.account_id].append(membership)
    secured = set(Authenticator.objects.filter(user_id__in=ids, type=Authenticator.Type.TOTP).values_list("user_id", flat=True))
    return [_person(account, held[account.pk], account.pk in secured, on) for account in accounts]


def _person(account: Account, held: list[Membership], has_totp: bool, on: date) -> Person:
    def part(state: str) -> tuple[Membership, ...]:
        return tuple(membership for membership in held if membership.state_on(on) == state)

    return Person(account, part("current"), part("coming"), part("ended"), has_totp)


def person(uid: str, viewer: Viewer, on: date) -> Person | None:
    """One person as the viewer may see her, else None. Three queries."""
    account = Account.objects.visible_to(viewer).filter(uid=uid, erased_at=None).first()
    return people_rows([account], viewer, on)[0] if account else None


def memberships_elsewhere(account: Account, district: District, on: date) -> bool:
    """Whether the person holds (or will hold) a role in another district."""
    with without_scope(Escape.OWN_MEMBERSHIPS):
        return Membership.objects.filter(account=account).exclude(district=district).not_ended(on).exists()


def own_memberships(account: Account, on: date) -> list[Membership]:
    """The person's roles in every district, not the ended ones; by district. One query."""
    with without_scope(Escape.OWN_MEMBERSHIPS):
        rows: MembershipQuerySet = Membership.objects.filter(account=account).not_ended(on)
        return list(rows.select_related("district", "controller", "unit").order_by("district__name", "valid_from", "pk"))


def open_sessions(account: Account) -> list[OpenSession]:
    """Browsers in which the person is logged in, the last used first."""
    return list(OpenSession.objects.filter(account=account).order_by("-seen_at", "pk"))


@dataclass(frozen=True, slots=True)
class ControllerRow:
    """A controller with its units and the number of people who work for it today."""

    controller: Controller
    units: tuple[Unit, ...]
    people: int


def controller_rows(viewer: Viewer, on: date) -> list[ControllerRow]:
    """Every controller of the district, the leading one first. Three queries."""
    counts = dict(
        Membership.objects.filter(district_id=viewer.district_id)
        .valid_on(on)
        .order_by()
        .values_list("controller_id")
        .annotate(people=Count("account", distinct=True))
    )
    units = Prefetch("units", queryset=Unit.objects.visible_to(viewer).order_by("sort_key", "pk"))
    found = Controller.objects.visible_to(viewer).prefetch_related(units).order_by("sort_key", "pk")
    rows = [ControllerRow(one, tuple(one.units.all()), counts.get(one.pk, 0)) for one in found]
    return sorted(rows, key=lambda row: not row.controller.is_leading)


@dataclass(frozen=True, slots=True)
class SettingRow:
    """One declared setting with today's value and the values to come."""

    key: str
    label: object
    hint: object
    value: Any
    since: date | None
    coming: tuple[tuple[date, Any], ...] = field(default=())


def setting_rows(district: District, on: date) -> list[SettingRow]:
    """Every setting of the district in its fixed order. One query."""
    dated: dict[str, list[tuple[date, Any]]] = defaultdict(list)
    for row in district.dated_settings.order_by("valid_from"):
        dated[row.key].append((row.valid_from, row.value))
    rows = []
    for entry in dated_settings.setting_keys:
        past = [pair for pair in dated[entry.key] if pair[0] <= on]
        since, value = past[-1] if past else (None, entry.default)
        coming = tuple(pair for pair in dated[entry.key] if pair[0] > on)
        rows.append(SettingRow(entry.key, entry.label, entry.hint, value, since, coming))
    return rows
