"""Who may see and change organisations, locations and contact persons, and what their values may be: pure, no query."""

import re
from collections.abc import Mapping

from bruecke.core.viewer import Role, Viewer
from bruecke.directory.states import IdentifierType

EDITORS = (Role.COORDINATOR, Role.DISTRICT_OFFICE, Role.ADMINISTRATOR)


def can_see_directory(viewer: Viewer) -> bool:
    """Every member of the district: organisations are no secret."""
    return viewer.is_person and bool(viewer.roles)


def can_see_entry(viewer: Viewer, *, district_id: int) -> bool:
    """An organisation or a location of the viewer's own district."""
    return can_see_directory(viewer) and viewer.district_id == district_id


def can_create_organisation(viewer: Viewer) -> bool:
    """Coordinators and the district office keep the directory; administrators repair it."""
    return viewer.has(*EDITORS) or viewer.is_system


def can_edit_organisation(viewer: Viewer, *, district_id: int, organisation_uid: str) -> bool:
    """The editors; and people who speak for an organisation, theirs."""
    if viewer.district_id != district_id:
        return False
    if can_create_organisation(viewer):
        return True
    return viewer.is_person and organisation_uid in viewer.organisations


def can_archive_organisation(viewer: Viewer, *, district_id: int) -> bool:
    """Only who keeps the whole directory: archiving takes an entry from everybody's choosers."""
    return viewer.district_id == district_id and can_create_organisation(viewer)


# --- contact persons -----------------------------------------------------------------------------------------------------


def can_keep_contacts(viewer: Viewer) -> bool:
    """Who keeps the directory; not those who speak for an organisation, because the internal note is not for them."""
    return viewer.has(*EDITORS) or viewer.is_system


def can_see_contact(viewer: Viewer, *, district_id: int, is_released: bool, is_archived: bool) -> bool:
    """Keepers see all of their district; other members whoever is released and not archived."""
    if not can_see_entry(viewer, district_id=district_id):
        return False
    return can_keep_contacts(viewer) or (is_released and not is_archived)


def can_edit_contact(viewer: Viewer, *, district_id: int) -> bool:
    """Edit, release, withdraw, archive, erase: keepers, in their own district."""
    return viewer.district_id == district_id and can_keep_contacts(viewer)


# --- values ----------------------------------------------------------------------------------------------------------------

GERMANY = (47.2, 55.1, 5.8, 15.1)
"""South, north, west, east, in degrees."""
_IDENTIFIERS = {
    IdentifierType.REGISTER_OF_ASSOCIATIONS: re.compile(r"(?=.*\d).{1,60}"),
    IdentifierType.COMMERCIAL_REGISTER: re.compile(r"(?=.*\d).{1,60}"),
    IdentifierType.MUNICIPALITY_KEY: re.compile(r"[0-9]{5}(?:[0-9]{3})?"),
    IdentifierType.OTHER: re.compile(r".{1,60}"),
}


def is_in_germany(lat: float, lon: float) -> bool:
    """Whether a point may lie in Germany (a box around it): told apart are exchanged and mistyped figures, not borders."""
    south, north, west, east = GERMANY
    return south <= lat <= north and west <= lon <= east


def is_identifier(kind: IdentifierType, value: str) -> bool:
    """Whether a value can be one of its type: registers have a number, a municipality key has 5 or 8 digits."""
    return _IDENTIFIERS[kind].fullmatch(value) is not None


def is_above(organisation: int, other: int, parents: Mapping[int, int | None]) -> bool:
    """Whether `organisation` is `other` or stands anywhere above it; `parents` of every organisation by id."""
    seen: set[int] = set()
    step: int | None = other
    while step is not None and step not in seen:
        if step == organisation:
            return True
        seen.add(step)
        step = parents.get(step)
    return False
