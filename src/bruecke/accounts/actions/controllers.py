"""Controllers (data owners) and their units: create and edit."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from bruecke.accounts import rules
from bruecke.accounts.models import Controller, Unit
from bruecke.core import audit
from bruecke.core.errors import Invalid, NotAllowed
from bruecke.core.models import District
from bruecke.core.scope import touch_public
from bruecke.core.viewer import Viewer

CONTROLLER_FIELDS = ("name", "kind", "legal_basis", "address", "phone", "mailbox", "privacy_officer")
UNIT_FIELDS = ("name", "is_foreigners_authority")


@transaction.atomic
def create_controller(*, district: District, values: Mapping[str, Any], viewer: Viewer, now: datetime) -> Controller:
    """A new data owner in the open district. `values`: CONTROLLER_FIELDS.

    Effects: audit entry `accounts.controller_created`; public pages are fresh. Raises: NotAllowed, Invalid.
    """
    if not rules.can_manage_controllers(viewer):
        raise NotAllowed
    controller = Controller(district=district, **{name: values[name] for name in CONTROLLER_FIELDS if name in values})
    _save_controller(controller, is_new=True)
    audit.record(verb="accounts.controller_created", target=controller, viewer=viewer, now=now, fields=values)
    touch_public(district)
    return controller


@transaction.atomic
def edit_controller(
    *, controller: Controller, values: Mapping[str, Any], version: int | None, viewer: Viewer, now: datetime
) -> Controller:
    """Change a data owner; nothing is saved when nothing differs.

    Effects: audit entry `accounts.controller_changed` with the names of the changed fields; public pages are fresh.
    Raises: NotAllowed, Stale, Invalid.
    """
    if not rules.can_manage_controllers(viewer):
        raise NotAllowed
    fresh = Controller.objects.select_for_update().get(pk=controller.pk)
    fresh.check_version(version)
    before = {name: getattr(fresh, name) for name in CONTROLLER_FIELDS}
    for name in CONTROLLER_FIELDS:
        setattr(fresh, name, values.get(name, before[name]))
    changed = audit.changed_fields(before, fresh)
    if changed:
        _save_controller(fresh, is_new=False)
        audit.record(verb="accounts.controller_changed", target=fresh, viewer=viewer, now=now, fields=changed)
        touch_public(fresh.district)
    return fresh


def _save_controller(controller: Controller, *, is_new: bool) -> None:
    """Saves inside a savepoint, so that a name or the leading place taken meanwhile becomes a sentence. Raises: Invalid."""
    leading = Controller.objects.filter(kind="district").exclude(pk=controller.pk)
    if controller.is_leading and leading.exists():
        raise Invalid(
            {"kind": _("Der Landkreis oder die kreisfreie Stadt ist schon eingetragen. Bitte wählen Sie eine andere Art.")}
        )
    try:
        with transaction.atomic():
            controller.save() if is_new else controller.save_next()
    except IntegrityError as error:
        raise Invalid({"name": _("Eine Stelle mit diesem Namen gibt es schon.")}) from error


@transaction.atomic
def create_unit(*, controller: Controller, values: Mapping[str, Any], viewer: Viewer, now: datetime) -> Unit:
    """A new organisational unit. Effects: audit entry `accounts.unit_created`. Raises: NotAllowed, Invalid."""
    if not rules.can_manage_controllers(viewer):
        raise NotAllowed
    unit = Unit(
        district=controller.district, controller=controller, **{name: values[name] for name in UNIT_FIELDS if name in values}
    )
    _save_unit(unit, is_new=True)
    audit.record(verb="accounts.unit_created", target=unit, viewer=viewer, now=now, fields=values)
    return unit


@transaction.atomic
def edit_unit(*, unit: Unit, values: Mapping[str, Any], version: int | None, viewer: Viewer, now: datetime) -> Unit:
    """Rename a unit, or mark it as Ausländerbehörde: its people then read questions only with the resident's consent.

    Effects: audit entry `accounts.unit_changed`; public pages are fresh. Raises: NotAllowed, Stale, Invalid.
    """
    if not rules.can_manage_controllers(viewer):
        raise NotAllowed
    fresh = Unit.objects.select_for_update().get(pk=unit.pk)
    fresh.check_version(version)
    before = {name: getattr(fresh, name) for name in UNIT_FIELDS}
    for name in UNIT_FIELDS:
        setattr(fresh, name, values.get(name, before[name]))
    changed = audit.changed_fields(before, fresh)
    if changed:
        _save_unit(fresh, is_new=False)
        audit.record(verb="accounts.unit_changed", target=fresh, viewer=viewer, now=now, fields=changed)
        touch_public(fresh.district)
    return fresh


def _save_unit(unit: Unit, *, is_new: bool) -> None:
    try:
        with transaction.atomic():
            unit.save() if is_new else unit.save_next()
    except IntegrityError as error:
        raise Invalid({"name": _("Eine Einheit mit diesem Namen gibt es hier schon.")}) from error
