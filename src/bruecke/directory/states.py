"""The life of an organisation and of a location; nothing but the standard library."""

from datetime import datetime
from enum import StrEnum


class EntryState(StrEnum):
    """ARCHIVED: gone from choosers, lists and public pages; what refers to it stays readable."""

    ACTIVE = "active"
    ARCHIVED = "archived"


TRANSITIONS: dict[EntryState, frozenset[EntryState]] = {
    EntryState.ACTIVE: frozenset({EntryState.ARCHIVED}),
    EntryState.ARCHIVED: frozenset({EntryState.ACTIVE}),
}


def entry_state(archived_at: datetime | None) -> EntryState:
    """The state that the stored moment means."""
    return EntryState.ACTIVE if archived_at is None else EntryState.ARCHIVED


class IdentifierType(StrEnum):
    """By what other registers know an organisation (HSDS `organization_identifier`)."""

    REGISTER_OF_ASSOCIATIONS = "de_vr"
    COMMERCIAL_REGISTER = "de_hr"
    MUNICIPALITY_KEY = "de_ags"
    OTHER = "other"
