"""Writes of contact persons: kept, released to the public and taken back, archived, erased for good."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bruecke.core import audit
from bruecke.core.clock import local_day
from bruecke.core.erasure import erase
from bruecke.core.errors import Invalid, NotAllowed, WrongState
from bruecke.core.registries import Subject
from bruecke.core.viewer import Viewer
from bruecke.directory import rules
from bruecke.directory.actions.saving import apply_values, chosen, keep_change, note, refuse_archived, save
from bruecke.directory.models import ContactPerson, Organisation
from bruecke.vocabulary import queries as vocabulary

CONTACT_FIELDS = ("organisation", "name", "function", "email", "phone", "mobile", "languages", "note")
SUBJECT = "contact"
_RELEASE = ("is_released", "released_at", "released_by")


@transaction.atomic
def create_contact(*, organisation: Organisation, values: Mapping[str, Any], viewer: Viewer, now: datetime) -> ContactPerson:
    """A new contact person of an organisation, not released. `values`: CONTACT_FIELDS without the organisation.

    Effects: history; audit entry `directory.contact_created`. Raises: NotAllowed, WrongState when the organisation is
    archived, Invalid.
    """
    _allow(organisation.district_id, viewer)
    fresh = Organisation.objects.select_for_update(of=("self",)).select_related("district").get(pk=organisation.pk)
    refuse_archived(fresh)
    given = {**chosen(values, CONTACT_FIELDS), "organisation": fresh}
    contact = ContactPerson(district=fresh.district, checked_on=local_day(now), **given)
    _check(contact)
    save(contact, viewer, now, is_new=True)
    audit.record(verb="directory.contact_created", target=contact, viewer=viewer, now=now, fields=given)
    return contact


@transaction.atomic
def edit_contact(
    *, contact: ContactPerson, values: Mapping[str, Any], version: int | None, viewer: Viewer, now: datetime
) -> ContactPerson:
    """Change a contact person; nothing is saved when nothing differs. What is released stays released.

    Effects: history; audit entry `directory.contact_changed`; public pages are fresh; she counts as checked today.
    Raises: NotAllowed, WrongState when she or her organisation is archived, Stale, Invalid.
    """
    fresh = _active(contact, viewer)

    def check(changed: list[str]) -> None:
        if "organisation" in changed:
            refuse_archived(fresh.organisation)
        _check(fresh)

    changed = apply_values(fresh, CONTACT_FIELDS, values, version, check)
    if changed:
        fresh.checked_on = local_day(now)
        keep_change(fresh, changed, viewer, now)
    return fresh


@transaction.atomic
def confirm_contact(*, contact: ContactPerson, viewer: Viewer, now: datetime) -> ContactPerson:
    """Say that everything is still right. Effects: `checked_on`; history; audit entry. Raises: NotAllowed, WrongState."""
    fresh = _active(contact, viewer)
    fresh.checked_on = local_day(now)
    save(fresh, viewer, now, is_new=False)
    note(fresh, "confirmed", viewer, now, ("checked_on",))
    return fresh


@transaction.atomic
def release_contact(*, contact: ContactPerson, version: int | None, viewer: Viewer, now: datetime) -> ContactPerson:
    """Let name, function, mail address, phone and languages be shown to everybody; the person agreed.

    Effects: who and when; history; audit entry `directory.contact_released`; public pages are fresh.
    Raises: NotAllowed, WrongState when archived or released already, Stale.
    """
    fresh = _active(contact, viewer)
    fresh.check_version(version)
    if fresh.is_released:
        raise WrongState(_("Diese Ansprechperson ist schon öffentlich."))
    fresh.is_released, fresh.released_at = True, now
    fresh.released_by_id = viewer.account_id
    save(fresh, viewer, now, is_new=False)
    note(fresh, "released", viewer, now, _RELEASE)
    return fresh


@transaction.atomic
def withdraw_contact(*, contact: ContactPerson, viewer: Viewer, now: datetime) -> ContactPerson:
    """Take the release back, also of an archived one.

    Effects: history; audit entry `directory.contact_withdrawn`; public pages are fresh. Raises: NotAllowed, WrongState.
    """
    fresh = _locked(contact, viewer)
    if not fresh.is_released:
        raise WrongState(_("Diese Ansprechperson ist nicht öffentlich."))
    fresh.is_released, fresh.released_at, fresh.released_by = False, None, None
    save(fresh, viewer, now, is_new=False)
    note(fresh, "withdrawn", viewer, now, _RELEASE)
    return fresh


@transaction.atomic
def archive_contact(*, contact: ContactPerson, viewer: Viewer, now: datetime) -> ContactPerson:
    """Take a person out of lists and public pages; after the district's period she is erased.

    Effects: history; audit entry `directory.contact_archived`; public pages are fresh. Raises: NotAllowed, WrongState.
    """
    fresh = _locked(contact, viewer)
    if fresh.is_archived:
        raise WrongState(_("Der Eintrag ist schon archiviert."))
    fresh.archived_at = now
    save(fresh, viewer, now, is_new=False)
    note(fresh, "archived", viewer, now)
    return fresh


@transaction.atomic
def restore_contact(*, contact: ContactPerson, viewer: Viewer, now: datetime) -> ContactPerson:
    """Take archiving back; a release from before holds again.

    Effects: history; audit entry `directory.contact_restored`; public pages are fresh. Raises: NotAllowed, WrongState
    when she is not archived or her organisation is, Invalid when another one of the organisation has her name.
    """
    fresh = _locked(contact, viewer)
    if not fresh.is_archived:
        raise WrongState(_("Der Eintrag ist nicht archiviert."))
    refuse_archived(fresh.organisation)
    fresh.archived_at = None
    save(fresh, viewer, now, is_new=False)
    note(fresh, "restored", viewer, now)
    return fresh


@transaction.atomic
def erase_contact(*, contact: ContactPerson, viewer: Viewer, now: datetime) -> None:
    """Delete a person for good: the row, all earlier versions, and tables on their way in that name her.

    Effects: `core.erasure.erase`; audit entries `directory.contact_deleted` and `core.contact_erased`, with the uid alone; public
    pages are fresh. Raises: NotAllowed.
    """
    fresh = _locked(contact, viewer)
    note(fresh, "deleted", viewer, now, ())
    erase(Subject(kind=SUBJECT, uid=fresh.uid), viewer=viewer, now=now)


def _allow(district_id: int, viewer: Viewer) -> None:
    if not rules.can_edit_contact(viewer, district_id=district_id):
        raise NotAllowed


def _locked(contact: ContactPerson, viewer: Viewer) -> ContactPerson:
    _allow(contact.district_id, viewer)
    return ContactPerson.objects.select_for_update(of=("self",)).select_related("organisation", "district").get(pk=contact.pk)


def _active(contact: ContactPerson, viewer: Viewer) -> ContactPerson:
    fresh = _locked(contact, viewer)
    refuse_archived(fresh.organisation)
    if fresh.is_archived:
        raise WrongState(_("Diese Ansprechperson ist archiviert. Bitte holen Sie sie zuerst zurück."))
    return fresh


def _check(contact: ContactPerson) -> None:
    """Raises: Invalid at `name`, `email`, `languages`."""
    contact.name = " ".join(contact.name.split())
    contact.email = contact.email.strip().lower()
    errors: dict[str, object] = {}
    if not contact.name:
        errors["name"] = _("Bitte geben Sie den Namen der Person an.")
    if contact.email:
        try:
            validate_email(contact.email)
        except ValidationError:
            errors["email"] = _("Das ist keine E-Mail-Adresse. Erwartet wird etwas wie name@example.org.")
    known = {language.code for language in vocabulary.languages()}
    if not set(contact.languages) <= known:
        errors["languages"] = _("Diese Sprache ist nicht bekannt.")
    if errors:
        raise Invalid(errors)
