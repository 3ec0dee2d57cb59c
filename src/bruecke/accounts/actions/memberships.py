"""Giving and ending roles. One person works for one controller per district at a time; every check runs under the person's lock."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bruecke.accounts import rules
from bruecke.accounts.models import Account, Controller, Membership, Unit
from bruecke.core import audit
from bruecke.core.errors import Invalid, NotAllowed
from bruecke.core.models import District
from bruecke.core.viewer import Role, Viewer


@transaction.atomic
def add_membership(
    *,
    account: Account,
    district: District,
    role: Role,
    controller: Controller,
    valid_from: date,
    viewer: Viewer,
    now: datetime,
    unit: Unit | None = None,
    valid_until: date | None = None,
    municipalities: Iterable[str] = (),
    organisation_uid: str = "",
) -> Membership:
    """Give a person a role in the open district from a day on, until (not including) `valid_until`.

    Effects: the membership; audit entry `accounts.role_given`. Locks the account first, so that two administrators at
    once cannot give roles of two controllers. Raises: NotAllowed, Invalid.
    """
    if not rules.can_manage_people(viewer):
        raise NotAllowed
    places = sorted(set(municipalities))
    _check_form(role, controller, unit, district, places, valid_from, valid_until)
    Account.objects.select_for_update().get(pk=account.pk)
    _check_others(account, role, controller, valid_from, valid_until)
    membership = Membership.objects.create(
        district=district,
        account=account,
        role=role,
        controller=controller,
        unit=unit,
        municipalities=places,
        organisation_uid=organisation_uid,
        valid_from=valid_from,
        valid_until=valid_until,
    )
    audit.record(verb="accounts.role_given", target=account, viewer=viewer, now=now, fields=["role"])
    return membership


def _check_form(
    role: Role,
    controller: Controller,
    unit: Unit | None,
    district: District,
    municipalities: list[str],
    valid_from: date,
    valid_until: date | None,
) -> None:
    """What can be told from the arguments alone."""
    errors: dict[str, object] = {}
    if valid_until is not None and valid_until <= valid_from:
        errors["valid_until"] = _("Das Ende muss nach dem Beginn liegen.")
    if unit is not None and unit.controller_id != controller.pk:
        errors["unit"] = _("Diese Organisationseinheit gehört zu einer anderen Stelle. Bitte wählen Sie eine passende.")
    if not rules.fits_controller(role, is_leading=controller.is_leading):
        errors["controller"] = _("Diese Rolle gibt es nur beim Landkreis oder der kreisfreien Stadt selbst.")
    if rules.needs_municipalities(role) and not municipalities:
        errors["municipalities"] = _("Bitte wählen Sie mindestens eine Gemeinde.")
    if any(len(ags) != 8 or not ags.startswith(district.ags) for ags in municipalities):
        errors["municipalities"] = _("Bitte wählen Sie Gemeinden dieses Landkreises.")
    if errors:
        raise Invalid(errors)


def _check_others(
    account: Account, role: str, controller: Controller, valid_from: date, valid_until: date | None, *, but: int = 0
) -> None:
    """Against the person's other roles in this district: one controller at a time, no role twice."""
    others = (
        Membership.objects.filter(account=account).exclude(pk=but).overlapping(valid_from, valid_until).select_related("controller")
    )
    for other in others.order_by("valid_from", "pk"):
        if other.controller_id != controller.pk:
            raise Invalid(
                {
                    "controller": _(
                        "Die Person arbeitet in dieser Zeit schon für „%(name)s“. Beenden Sie zuerst die Rollen dort, "
                        "oder wählen Sie einen späteren Beginn."
                    )
                    % {"name": other.controller.name}
                }
            )
        if other.role == role:
            raise Invalid({"role": _("Diese Rolle hat die Person in dieser Zeit schon.")})


@transaction.atomic
def set_membership_end(
    *, membership: Membership, valid_until: date | None, version: int | None, viewer: Viewer, now: datetime
) -> Membership:
    """Set the first day without the role; None: no end. Ending it today takes the access away with the next click.

    Effects: audit entry `accounts.role_ended` or `accounts.role_prolonged`. Raises: NotAllowed, Stale, Invalid (end not
    after the beginning, last administrator, another controller in the prolonged time).
    """
    if not rules.can_manage_people(viewer):
        raise NotAllowed
    District.objects.select_for_update().get(pk=membership.district_id)
    account = Account.objects.select_for_update().get(pk=membership.account_id)
    fresh = Membership.objects.select_for_update().select_related("controller").get(pk=membership.pk)
    fresh.check_version(version)
    if valid_until is not None and valid_until <= fresh.valid_from:
        raise Invalid(
            {"valid_until": _("Das Ende muss nach dem Beginn am %(day)s liegen.") % {"day": f"{fresh.valid_from:%d.%m.%Y}"}}
        )
    is_longer = fresh.valid_until is not None and (valid_until is None or valid_until > fresh.valid_until)
    if is_longer:
        _check_others(account, fresh.role, fresh.controller, fresh.valid_from, valid_until, but=fresh.pk)
    elif valid_until is not None:
        _check_administrator_left(fresh)
    fresh.valid_until = valid_until
    fresh.save_next("valid_until")
    verb = "accounts.role_prolonged" if is_longer else "accounts.role_ended"
    audit.record(verb=verb, target=account, viewer=viewer, now=now, fields=[fresh.role])
    return fresh


def _check_administrator_left(membership: Membership) -> None:
    """A district keeps one administrator without an end: nobody else could let people in again. Raises: Invalid."""
    if membership.role != Role.ADMINISTRATOR:
        return
    others = Membership.objects.filter(
        role=Role.ADMINISTRATOR, valid_until=None, account__is_active=True, account__joined_at__isnull=False
    )
    if not others.exclude(pk=membership.pk).exists():
        raise Invalid(
            {"valid_until": _("Das ist die letzte Verwaltung der Zugänge hier. Geben Sie die Rolle zuerst einer weiteren Person.")}
        )
