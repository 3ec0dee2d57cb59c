"""Writes of the directory: organisations, their logos and locations."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from bruecke.accounts.models import Account
from bruecke.core import audit, files
from bruecke.core.errors import Invalid, NotAllowed, WrongState
from bruecke.core.events import Event, publish
from bruecke.core.models import District
from bruecke.core.scope import touch_public
from bruecke.core.viewer import Viewer
from bruecke.directory import rules
from bruecke.directory.models import DirectoryEntry, Location, Organisation

ORGANISATION_FIELDS = ("name", "short_name", "kind", "website", "email", "phone")
LOCATION_FIELDS = ("name", "street", "postcode", "town", "area", "is_accessible", "access_note", "lat", "lon")
LOGO_TYPES = frozenset({"image/png", "image/jpeg", "image/webp"})


@dataclass(frozen=True, kw_only=True)
class EntryArchived(Event):
    """An organisation or a location is about to leave the choosers; a handler that still needs it raises `WrongState`."""

    model: str
    uid: str


@dataclass(frozen=True, kw_only=True)
class EntryChanged(Event):
    """An organisation or a location has other values; who copied something from it follows."""

    model: str
    uid: str
    fields: tuple[str, ...]


@transaction.atomic
def create_organisation(*, district: District, values: Mapping[str, Any], viewer: Viewer, now: datetime) -> Organisation:
    """A new organisation in the open district. `values`: ORGANISATION_FIELDS.

    Effects: history; audit entry `directory.organisation_created`. Raises: NotAllowed, Invalid.
    """
    if not rules.can_create_organisation(viewer):
        raise NotAllowed
    organisation = Organisation(district=district, **_chosen(values, ORGANISATION_FIELDS))
    _save(organisation, viewer, now, is_new=True)
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
    _allow_edit(fresh, viewer)
    return _change(fresh, ORGANISATION_FIELDS, values, version, "directory.organisation_changed", viewer, now)


@transaction.atomic
def create_location(*, organisation: Organisation, values: Mapping[str, Any], viewer: Viewer, now: datetime) -> Location:
    """A new location of an organisation. `values`: LOCATION_FIELDS.

    Effects: history; audit entry `directory.location_created`. Raises: NotAllowed, WrongState when archived, Invalid.
    """
    _allow_edit(organisation, viewer)
    location = Location(district=organisation.district, organisation=organisation, **_chosen(values, LOCATION_FIELDS))
    _check_area(location)
    _save(location, viewer, now, is_new=True)
    audit.record(verb="directory.location_created", target=location, viewer=viewer, now=now, fields=values)
    return location


@transaction.atomic
def edit_location(*, location: Location, values: Mapping[str, Any], version: int | None, viewer: Viewer, now: datetime) -> Location:
    """Change a location; nothing is saved when nothing differs.

    Effects: history; audit entry `directory.location_changed`; public pages are fresh.
    Raises: NotAllowed, WrongState when archived, Stale, Invalid.
    """
    fresh = Location.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=location.pk)
    _allow_edit(fresh.organisation, viewer)
    return _change(fresh, LOCATION_FIELDS, values, version, "directory.location_changed", viewer, now)


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
    _save(fresh, viewer, now, is_new=False)
    _note(fresh, "archived", viewer, now)
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
    _save(fresh, viewer, now, is_new=False)
    _note(fresh, "restored", viewer, now)
    return fresh


@transaction.atomic
def set_logo(*, organisation: Organisation, file: Any, name: str, viewer: Viewer, now: datetime) -> Organisation:
    """Take an image as the public logo; it is re-encoded, the old one goes.

    Effects: stored file; history; audit entry `directory.logo_set`; public pages are fresh.
    Raises: NotAllowed, WrongState when archived, Invalid at `logo` for anything but PNG, JPEG or WebP.
    """
    fresh = Organisation.objects.select_for_update(of=("self",)).select_related("logo").get(pk=organisation.pk)
    _allow_edit(fresh, viewer)
    try:
        checked = files.check_file(file, name, accept=LOGO_TYPES)
    except Invalid as error:
        raise Invalid({"logo": error.message}) from error
    old = fresh.logo
    fresh.logo = files.store_file(
        checked, name=name, district=fresh.district, viewer=viewer, now=now, about_uid=fresh.uid, is_public=True
    )
    _save(fresh, viewer, now, is_new=False)
    if old is not None:
        files.delete_file(old)
    audit.record(verb="directory.logo_set", target=fresh, viewer=viewer, now=now, fields=["logo"])
    touch_public(fresh.district)
    return fresh


@transaction.atomic
def remove_logo(*, organisation: Organisation, viewer: Viewer, now: datetime) -> Organisation:
    """No logo any more; the file goes. Effects: history; audit entry `directory.logo_removed`. Raises: NotAllowed, WrongState."""
    fresh = Organisation.objects.select_for_update(of=("self",)).select_related("logo").get(pk=organisation.pk)
    _allow_edit(fresh, viewer)
    if fresh.logo is None:
        raise WrongState(_("Es gibt kein Logo, das man entfernen könnte."))
    old, fresh.logo = fresh.logo, None
    _save(fresh, viewer, now, is_new=False)
    files.delete_file(old)
    audit.record(verb="directory.logo_removed", target=fresh, viewer=viewer, now=now, fields=["logo"])
    touch_public(fresh.district)
    return fresh


def forget_editor(account_uid: str) -> int:
    """Remove a person from the record of changes; the changes stay. Runs inside an erasure. Returns changed rows."""
    account_id = Account.objects.filter(uid=account_uid).values_list("pk", flat=True).first()
    tables: list[Any] = [Organisation.history, Location.history] if account_id else []
    return sum(table.filter(history_user_id=account_id).update(history_user_id=None) for table in tables)


def forget_organisation(uid: str) -> int:
    """Wipe an organisation that is a person (one-man initiative), its locations and all their past versions.

    The row stays under a neutral name, because posts and hours may refer to it. Returns changed rows.
    """
    gone = {"name": f"gelöscht {uid[:6]}", "sort_key": f"geloescht {uid[:6]}", "find_key": ""}
    contact = {"short_name": "", "website": "", "email": "", "phone": ""}
    address = {"street": "", "postcode": "", "town": "", "access_note": "", "lat": None, "lon": None}
    count = Organisation.objects.filter(uid=uid).update(**gone, **contact)
    count += Location.objects.filter(organisation__uid=uid).update(**gone, **address)
    ids = list(Location.objects.filter(organisation__uid=uid).values_list("pk", flat=True))
    count += Organisation.history.filter(uid=uid).delete()[0]
    count += Location.history.filter(id__in=ids).delete()[0]
    return count


def _chosen(values: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: values[name] for name in names if name in values}


def _allow_edit(organisation: Organisation, viewer: Viewer) -> None:
    allowed = rules.can_edit_organisation(viewer, district_id=organisation.district_id, organisation_uid=organisation.uid)
    if not allowed:
        raise NotAllowed
    if organisation.is_archived:
        raise WrongState(_("Die Organisation ist archiviert. Bitte holen Sie sie zuerst zurück."))


def _change(
    fresh: Any, names: tuple[str, ...], values: Mapping[str, Any], version: int | None, verb: str, viewer: Viewer, now: datetime
) -> Any:
    fresh.check_version(version)
    before = {name: getattr(fresh, name) for name in names}
    for name in names:
        setattr(fresh, name, values.get(name, before[name]))
    changed = audit.changed_fields(before, fresh)
    if changed:
        if isinstance(fresh, Location):
            _check_area(fresh)
        _save(fresh, viewer, now, is_new=False)
        audit.record(verb=verb, target=fresh, viewer=viewer, now=now, fields=changed)
        facts = {"district_id": fresh.district_id, "viewer": viewer, "now": now}
        publish(EntryChanged(**facts, model=fresh._meta.model_name, uid=fresh.uid, fields=tuple(changed)))
        touch_public(fresh.district)
    return fresh


def _check_area(location: Location) -> None:
    if location.area is not None and location.area.kreis_id != location.district.ags:
        raise Invalid({"area": _("Diese Gemeinde gehört nicht zum Landkreis.")})


def _save(entry: DirectoryEntry, viewer: Viewer, now: datetime, *, is_new: bool) -> None:
    """With history, in a savepoint, so that a name taken meanwhile becomes a sentence. Raises: Invalid."""
    entry._history_user = viewer.account_id  # type: ignore[attr-defined]  # simple-history reads these two
    entry._history_date = now  # type: ignore[attr-defined]
    try:
        with transaction.atomic():
            entry.save() if is_new else entry.save_next()
    except IntegrityError as error:
        raise Invalid({"name": _("Eine Organisation mit diesem Namen gibt es schon.")}) from error


def _note(entry: Any, what: str, viewer: Viewer, now: datetime) -> None:
    verb = f"directory.{entry._meta.model_name}_{what}"
    audit.record(verb=verb, target=entry, viewer=viewer, now=now, fields=["archived_at"])
    touch_public(entry.district)
