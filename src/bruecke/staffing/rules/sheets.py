"""Who sees the page of a quarter about a municipality, and who says which mailboxes get it."""

from bruecke.core.viewer import Role, Viewer
from bruecke.staffing.rules.access import can_manage_posts, can_see_every_post

SEES_SHEETS = (Role.COORDINATOR, Role.DISTRICT_OFFICE, Role.ADMINISTRATOR, Role.COMMISSIONER, Role.MUNICIPALITY)
KEEPS_RECIPIENTS = (Role.DISTRICT_OFFICE, Role.ADMINISTRATOR)
STOP_PURPOSE = "sheet-stop"
"""Purpose of the link in each mail by which a town hall stops the delivery."""


def can_see_sheet(viewer: Viewer, *, district_id: int, ags: str) -> bool:
    """Offices and coordinators those of every municipality, a municipality its own."""
    if viewer.district_id != district_id:
        return False
    return can_see_every_post(viewer) or (viewer.has(Role.MUNICIPALITY) and ags in viewer.municipalities)


def can_keep_recipients(viewer: Viewer, *, district_id: int) -> bool:
    """The offices that manage posts."""
    return viewer.district_id == district_id and can_manage_posts(viewer)
