"""Who may change a district's words: pure predicates, no query."""

from bruecke.core.viewer import Role, Viewer

EDITORS = frozenset({Role.DISTRICT_OFFICE, Role.ADMINISTRATOR})


def can_see_terms(viewer: Viewer) -> bool:
    """Words are no secret inside the district."""
    return viewer.is_system or (viewer.is_person and bool(viewer.roles))


def can_edit_terms(viewer: Viewer) -> bool:
    """The leading office decides how things are called; administrators repair it."""
    return viewer.is_system or viewer.has(*EDITORS)
