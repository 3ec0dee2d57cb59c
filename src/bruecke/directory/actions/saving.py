"""What every write of the directory does: rights, versions with history, audit, fresh public pages. For actions only."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from bruecke.core import audit
from bruecke.core.errors import Invalid, NotAllowed, WrongState
from bruecke.core.events import publish
from bruecke.core.scope import touch_public
from bruecke.core.viewer import Viewer
from bruecke.directory import rules
from bruecke.directory.actions.events import EntryChanged
from bruecke.directory.models import ContactPerson, DirectoryEntry, Organisation


def chosen(values: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: values[name] for name in names if name in values}


def allow_edit(organisation: Organisation, viewer: Viewer) -> None:
    """Raises: NotAllowed, WrongState when archived."""
    allowed = rules.can_edit_organisation(viewer, district_id=organisation.district_id, organisation_uid=organisation.uid)
    if not allowed:
        raise NotAllowed
    refuse_archived(organisation)


def refuse_archived(organisation: Organisation) -> None:
    """Raises: WrongState."""
    if organisation.is_archived:
        raise WrongState(_("Die Organisation ist archiviert. Bitte holen Sie sie zuerst zurück."))


def apply_values(
    fresh: Any, names: tuple[str, ...], values: Mapping[str, Any], version: int | None, check: Callable[[list[str]], None]
) -> list[str]:
    """Put the values on a locked row and have them checked; the names of those that differ. Raises: Stale, Invalid."""
    fresh.check_version(version)
    before = {name: getattr(fresh, name) for name in names}
    for name in names:
        setattr(fresh, name, values.get(name, before[name]))
    changed = audit.changed_fields(before, fresh)
    check(changed)
    return changed


def keep_change(fresh: Any, changed: list[str], viewer: Viewer, now: datetime) -> None:
    """Save what differs: history, audit entry `directory.<kind>_changed`, event `EntryChanged`, fresh public pages."""
    save(fresh, viewer, now, is_new=False)
    kind = fresh._meta.model_name
    audit.record(verb=verb_of(fresh, "changed"), target=fresh, viewer=viewer, now=now, fields=changed)
    facts = {"district_id": fresh.district_id, "viewer": viewer, "now": now}
    publish(EntryChanged(**facts, model=kind, uid=fresh.uid, fields=tuple(changed)))
    touch_public(fresh.district)


def verb_of(entry: Any, done: str) -> str:
    kind = "contact" if isinstance(entry, ContactPerson) else entry._meta.model_name
    return f"directory.{kind}_{done}"


def save(entry: DirectoryEntry, viewer: Viewer, now: datetime, *, is_new: bool) -> None:
    """With history, in a savepoint, so that a name taken meanwhile becomes a sentence. Raises: Invalid."""
    entry._history_user = viewer.account_id  # type: ignore[attr-defined]  # simple-history reads these two
    entry._history_date = now  # type: ignore[attr-defined]
    try:
        with transaction.atomic():
            entry.save() if is_new else entry.save_next()
    except IntegrityError as error:
        raise Invalid({"name": _taken(entry)}) from error


def _taken(entry: DirectoryEntry) -> object:
    if isinstance(entry, ContactPerson):
        return _("In dieser Organisation gibt es schon eine Ansprechperson mit diesem Namen.")
    return _("Eine Organisation mit diesem Namen gibt es schon.")


def note(entry: Any, what: str, viewer: Viewer, now: datetime, fields: tuple[str, ...] = ("archived_at",)) -> None:
    audit.record(verb=verb_of(entry, what), target=entry, viewer=viewer, now=now, fields=fields)
    touch_public(entry.district)
