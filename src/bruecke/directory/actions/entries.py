"""Writes of organisations and locations."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bruecke.core import audit
from bruecke.core.errors import NotAllowed, WrongState
from bruecke.core.events import publish
from bruecke.core.models import District
from bruecke.core.viewer import Viewer
from bruecke.directory import rules
from bruecke.directory.actions.checking import check_area, check_identifiers, check_parent, check_point
from bruecke.directory.actions.events import EntryArchived
from bruecke.directory.actions.saving import allow_edit, apply_values, chosen, keep_change, note, save
from bruecke.directory.models import Location, Organisation

ORGANISATION_FIELDS = ("name", "short_name", "kind", "parent", "identifiers", "website", "email", "phone")
LOCATION_FIELDS = ("name", "street", "postcode", "town", "area", "is_accessible", "access_note", "lat", "lon")


@transaction.atomic
def create_organisation(*, district: District, values: Mapping[str, Any], viewer: Viewer, now: datetime) -> Organisation:
    """A new organisation in the open district. `values`: ORGANISATION_FIELDS.

    Effects: history; audit entry `directory.organisation_created`. Raises: NotAllowed, Invalid.
    """
    if not rules.can_create_organisation(viewer):
        raise NotAllowed
    organisation = Organisation(district=district, **chosen(values, ORGANISATION_FIELDS))
    organisation.identifiers = check_identifiers(organisation.identifiers)
    check_parent(organisation)
    save(organisation, viewer, now, is_new=True)
    audit.record(verb="directory.organisation_created", target=organisation, viewer=viewer, now=now, fields=values)
    return organisation


@transaction.atomic
def edit_organisation(
    *, organisation: Organisation, values: Mapping[str, Any], version: int | None, viewer: Viewer, now: datetime
) -> Organisation:
    """Change an organisation; nothing is saved when nothing differs.

    Effects: history; audit entry `directory.organisation_changed`; public pages are fresh.
    Raises: NotAllowed, WrongState when archived, Stale, Invalid.
    """
    fresh = Organisation.objects.select_for_update().get(pk=organisation.pk)
    allow_edit(fresh, viewer)

    def check(changed: list[str]) -> None:
        if "identifiers" in changed:
            fresh.identifiers = check_identifiers(fresh.identifiers)
        if "parent" in changed:
            check_parent(fresh)

    changed = apply_values(fresh, ORGANISATION_FIELDS, values, version, check)
    if changed:
        keep_change(fresh, changed, viewer, now)
    return fresh


@transaction.atomic
def create_location(*, organisation: Organisation, values: Mapping[str, Any], viewer: Viewer, now: datetime) -> Location:
    """A new location of an organisation. `values`: LOCATION_FIELDS.

    Effects: history; audit entry `directory.location_created`. Raises: NotAllowed, WrongState when archived, Invalid.
    """
    allow_edit(organisation, viewer)
    location = Location(district=organisation.district, organisation=organisation, **chosen(values, LOCATION_FIELDS))
    check_area(location)
    check_point(location)
    save(location, viewer, now, is_new=True)
    audit.record(verb="directory.location_created", target=location, viewer=viewer, now=now, fields=values)
    return location


@transaction.atomic
def edit_location(*, location: Location, values: Mapping[str, Any], version: int | None, viewer: Viewer, now: datetime) -> Location:
    """Change a location; nothing is saved when nothing differs.

    Effects: history; audit entry `directory.location_changed`; public pages are fresh.
    Raises: NotAllowed, WrongState when archived, Stale, Invalid.
    """
    fresh = Location.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=location.pk)
    allow_edit(fresh.organisation, viewer)

    def check(changed: list[str]) -> None:
        if "area" in changed:
            check_area(fresh)
        if {"lat", "lon"}.intersection(changed):
            check_point(fresh)

    changed = apply_values(fresh, LOCATION_FIELDS, values, version, check)
    if changed:
        keep_change(fresh, changed, viewer, now)
    return fresh


@transaction.atomic
def archive_entry(*, entry: Organisation | Location, viewer: Viewer, now: datetime) -> Organisation | Location:
    """Take an organisation or a location out of choosers and lists; what refers to it stays readable.

    Effects: event `EntryArchived`; history; audit entry `directory.<kind>_archived`; public pages are fresh.
    Raises: NotAllowed, WrongState when it is archived already or still needed.
    """
    fresh: Any = type(entry).objects.select_for_update().get(pk=entry.pk)
    if not rules.can_archive_organisation(viewer, district_id=fresh.district_id) and not viewer.is_system:
        raise NotAllowed
    if fresh.is_archived:
        raise WrongState(_("Der Eintrag ist schon archiviert."))
    publish(EntryArchived(district_id=fresh.district_id, viewer=viewer, now=now, model=fresh._meta.model_name, uid=fresh.uid))
    fresh.archived_at = now
    save(fresh, viewer, now, is_new=False)
    note(fresh, "archived", viewer, now)
    return fresh


@transaction.atomic
def restore_entry(*, entry: Organisation | Location, viewer: Viewer, now: datetime) -> Organisation | Location:
    """Take archiving back.

    Effects: history; audit entry `directory.<kind>_restored`; public pages are fresh. Raises: NotAllowed, WrongState
    when it is not archived, Invalid when another one took its name meanwhile.
    """
    fresh: Any = type(entry).objects.select_for_update().get(pk=entry.pk)
    if not rules.can_archive_organisation(viewer, district_id=fresh.district_id) and not viewer.is_system:
        raise NotAllowed
    if not fresh.is_archived:
        raise WrongState(_("Der Eintrag ist nicht archiviert."))
    fresh.archived_at = None
    save(fresh, viewer, now, is_new=False)
    note(fresh, "restored", viewer, now)
    return fresh
