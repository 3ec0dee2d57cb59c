"""Writes of the directory: organisations, their logos, locations and contact persons, and how persons leave again."""

from bruecke.directory.actions.checking import identifier_field
from bruecke.directory.actions.contacts import (
    CONTACT_FIELDS,
    SUBJECT,
    archive_contact,
    confirm_contact,
    create_contact,
    edit_contact,
    erase_contact,
    release_contact,
    restore_contact,
    withdraw_contact,
)
from bruecke.directory.actions.entries import (
    LOCATION_FIELDS,
    ORGANISATION_FIELDS,
    archive_entry,
    create_location,
    create_organisation,
    edit_location,
    edit_organisation,
    restore_entry,
)
from bruecke.directory.actions.events import EntryArchived, EntryChanged
from bruecke.directory.actions.forgetting import (
    IMPORT_KIND,
    KEEP_ARCHIVED,
    apply_retention,
    forget_contact,
    forget_editor,
    forget_organisation,
)
from bruecke.directory.actions.logos import LOGO_TYPES, remove_logo, set_logo

__all__ = [
    "CONTACT_FIELDS",
    "IMPORT_KIND",
    "KEEP_ARCHIVED",
    "LOCATION_FIELDS",
    "LOGO_TYPES",
    "ORGANISATION_FIELDS",
    "SUBJECT",
    "EntryArchived",
    "EntryChanged",
    "apply_retention",
    "archive_contact",
    "archive_entry",
    "confirm_contact",
    "create_contact",
    "create_location",
    "create_organisation",
    "edit_contact",
    "edit_location",
    "edit_organisation",
    "erase_contact",
    "forget_contact",
    "forget_editor",
    "forget_organisation",
    "identifier_field",
    "release_contact",
    "remove_logo",
    "restore_contact",
    "restore_entry",
    "set_logo",
    "withdraw_contact",
]
