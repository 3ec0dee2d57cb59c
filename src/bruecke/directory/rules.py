"""Who may see and change organisations and locations: pure predicates, no query."""

from bruecke.core.viewer import Role, Viewer

EDITORS = (Role.COORDINATOR, Role.DISTRICT_OFFICE, Role.ADMINISTRATOR)


def can_see_directory(viewer: Viewer) -> bool:
    """Every member of the district: organisations are no secret, and no persons stand here."""
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
