"""Who may in today and as what: memberships of a day, the viewer made of them, and who leads a district."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import QuerySet

from bruecke.accounts.models import Account, Controller, ExternalIdentity, Membership, Unit, role_label
from bruecke.accounts.querysets import AccountQuerySet, ControllerQuerySet
from bruecke.core.folding import sort_key
from bruecke.core.models import District
from bruecke.core.registries import viewer_facts
from bruecke.core.scope import Escape, for_district, without_scope
from bruecke.core.viewer import Role, Viewer, ViewerKind
from bruecke.places import queries as places

_SHOWN_PLACES = 3
_BY_SERVICE = "sso:"  # the second factor was the service's; the uid of the external identity follows


def districts_of(account: Any, on: date) -> list[District]:
    """Districts in which the person holds a role on that day, by name. One query."""
    if not getattr(account, "is_authenticated", False):
        return []
    with without_scope(Escape.OWN_MEMBERSHIPS):
        held = Membership.objects.filter(account_id=account.pk).valid_on(on).values_list("district_id", flat=True)
        return list(District.objects.filter(pk__in=list(held)).order_by("name"))


def membership_facts(viewer: Viewer, district: District, on: date) -> Viewer:
    """The viewer with roles, controller, unit, organisations and the municipalities that memberships themselves name.

    Who works in an Ausländerbehörde and in another unit counts as of the first, for all she reads.
    Needs the open scope of the district. One query.
    """
    held = list(
        Membership.objects.filter(account_id=viewer.account_id, district=district)
        .valid_on(on)
        .select_related("unit")
        .order_by("valid_from", "pk")
    )
    if not held:
        return viewer
    units = sorted((row.unit for row in held if row.unit is not None), key=lambda unit: not unit.is_foreigners_authority)
    named = {ags for row in held if row.role == Role.MUNICIPALITY for ags in row.municipalities}
    return replace(
        viewer,
        roles=viewer.roles | {Role(row.role) for row in held},
        municipalities=viewer.municipalities | named,
        organisations=viewer.organisations | {row.organisation_uid for row in held if row.organisation_uid},
        controller_id=held[0].controller_id,
        unit_id=units[0].pk if units else None,
        is_foreigners_authority=bool(units) and units[0].is_foreigners_authority,
    )


def build_viewer(account: Any, district: District, on: date) -> Viewer:
    """The person in this district on this day, through every registered fact; without roles where none is held."""
    viewer = Viewer(kind=ViewerKind.PERSON, account_id=account.pk, district_id=district.pk, name=account.get_full_name())
    with for_district(district):
        for facts in viewer_facts:
            viewer = facts.extend(viewer, district, on)
    return viewer


def access_lines(viewer: Viewer, district: District) -> tuple[str, ...]:
    """What stands under the person's name: roles, then the places in charge, else the unit or controller. One query at most."""
    roles = " · ".join(str(role_label(role, district)) for role in Role if role in viewer.roles)
    lines = [roles]
    if viewer.municipalities:
        known = [place for ags in viewer.municipalities if (place := places.place(ags))]
        names = [place.name for place in sorted(known, key=lambda one: (sort_key(one.name), one.ags))]
        more = f" +{len(names) - _SHOWN_PLACES}" if len(names) > _SHOWN_PLACES else ""
        lines.append(" · ".join(names[:_SHOWN_PLACES]) + more)
    elif viewer.unit_id:
        lines.append(str(Unit.objects.get(pk=viewer.unit_id)))
    elif viewer.controller_id:
        lines.append(str(Controller.objects.get(pk=viewer.controller_id)))
    return tuple(line for line in lines if line)


def leading_controller(district: District) -> Controller | None:
    """The district itself as controller: where everything goes that has nobody else. None before it is set up."""
    with for_district(district):
        return Controller.objects.filter(district=district, kind="district").first()


def leading_office(district: District, on: date) -> AccountQuerySet:
    """People who lead the coordination in the district on that day, by name."""
    return members_with_role(district, on, Role.DISTRICT_OFFICE)


def members_with_role(district: District, on: date, *roles: Role, controller_id: int | None = None) -> AccountQuerySet:
    """People who are not locked and hold one of `roles` on that day, of one controller when named; by name."""
    with for_district(district):
        held = Membership.objects.filter(district=district, role__in=roles).valid_on(on)
        if controller_id is not None:
            held = held.filter(controller_id=controller_id)
        ids = list(held.values_list("account_id", flat=True))
    return Account.objects.filter(pk__in=ids, is_active=True).order_by("sort_key", "pk")


def controllers_of(viewer: Viewer) -> ControllerQuerySet:
    """Controllers of the viewer's district with their units, by name. Two queries."""
    return Controller.objects.visible_to(viewer).prefetch_related("units").order_by("sort_key", "pk")


def names_of(account_ids: Iterable[int | None]) -> dict[int, str]:
    """Display names by account id, for logs and timelines; ids that are gone or erased are left out. One query."""
    wanted = {pk for pk in account_ids if pk is not None}
    return dict(Account.objects.filter(pk__in=wanted, erased_at=None).values_list("pk", "name")) if wanted else {}


def has_totp(account: Account) -> bool:
    """Whether the person has set up the second factor."""
    return Authenticator.objects.filter(user_id=account.pk, type=Authenticator.Type.TOTP).exists()


def passkeys_of(account: Account) -> QuerySet[Authenticator]:
    """The person's passkeys, the oldest first."""
    return Authenticator.objects.filter(user_id=account.pk, type=Authenticator.Type.WEBAUTHN).order_by("created_at", "pk")


def session_has_second_factor(account: Account, second_factor: object, only_in: int | None = None) -> bool:
    """Whether the second factor this session was opened with is still the person's, or its service still vouches. One query."""
    if isinstance(second_factor, str) and second_factor.startswith(_BY_SERVICE) and only_in is not None:
        with for_district(District(pk=only_in)):
            return ExternalIdentity.objects.filter(
                uid=second_factor.removeprefix(_BY_SERVICE),
                account=account,
                service__is_on=True,
                service__trusts_second_factor=True,
            ).exists()
    if not isinstance(second_factor, int):
        return False
    kinds = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    return Authenticator.objects.filter(pk=second_factor, user_id=account.pk, type__in=kinds).exists()


def demo_accounts() -> AccountQuerySet:
    """Accounts whose password and seed are public knowledge."""
    return Account.objects.filter(is_demo=True).order_by("email")
