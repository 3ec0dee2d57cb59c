"""Who may do what with accounts, memberships, controllers and the audit log: pure predicates, no query."""

from collections.abc import Iterable

from bruecke.core.viewer import Role, Viewer

ROLES_WITH_MUNICIPALITIES = frozenset({Role.MUNICIPALITY})
ROLES_OF_THE_LEADING_CONTROLLER = frozenset({Role.DISTRICT_OFFICE, Role.ADMINISTRATOR})


def can_see_people(viewer: Viewer) -> bool:
    """The list of all people of the district: administrator, and the privacy officer, read only."""
    return viewer.has(Role.ADMINISTRATOR, Role.PRIVACY_OFFICER)


def can_manage_people(viewer: Viewer) -> bool:
    """Invite, give and end roles, lock: administrator alone; the system for the demo and the first administrator."""
    return viewer.is_administrator or viewer.is_system


def can_see_membership(viewer: Viewer, *, account_id: int, controller_id: int, district_id: int) -> bool:
    """Who sees all people, the employer those of its own controller, everybody the own."""
    if not viewer.is_person or viewer.district_id != district_id:
        return False
    if can_see_people(viewer):
        return True
    if viewer.has(Role.EMPLOYER) and viewer.controller_id == controller_id:
        return True
    return viewer.account_id == account_id


def can_see_account(viewer: Viewer, *, account_id: int, controller_ids: Iterable[int]) -> bool:
    """`controller_ids`: of the account's memberships in the viewer's district, ended ones included; empty: not of this district."""
    if not viewer.is_person or viewer.district_id is None:
        return False
    if viewer.account_id == account_id:
        return True
    controllers = set(controller_ids)
    if can_see_people(viewer):
        return bool(controllers)
    return viewer.has(Role.EMPLOYER) and viewer.controller_id in controllers


def can_lock_account(viewer: Viewer, *, account_id: int) -> bool:
    """Nobody locks the own account: an office without its administrator cannot help itself."""
    return can_manage_people(viewer) and viewer.account_id != account_id


def can_see_controllers(viewer: Viewer) -> bool:
    """Every member of the district."""
    return viewer.is_person and bool(viewer.roles)


def can_manage_controllers(viewer: Viewer) -> bool:
    return viewer.is_administrator or viewer.is_system


def can_read_audit_log(viewer: Viewer) -> bool:
    return viewer.has(Role.ADMINISTRATOR, Role.PRIVACY_OFFICER)


def can_change_settings(viewer: Viewer) -> bool:
    return viewer.is_administrator or viewer.is_system


def needs_municipalities(role: Role) -> bool:
    """Roles that are bound to places by the membership itself; coordinators get theirs from their post."""
    return role in ROLES_WITH_MUNICIPALITIES


def fits_controller(role: Role, *, is_leading: bool) -> bool:
    """The district office and the administration belong to the district itself, not to a town or an association."""
    return is_leading or role not in ROLES_OF_THE_LEADING_CONTROLLER


def may_enter(*, is_active: bool, is_demo: bool, allows_demo_accounts: bool) -> bool:
    """Whether an account is let in at all: demo accounts have public passwords and seeds, never where real people work."""
    return is_active and (allows_demo_accounts or not is_demo)


_BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def device_name(user_agent: str) -> str:
    """Browser and system, all that is kept of a user agent: "Firefox, Windows"."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return ", ".join(part for part in (browser, system) if part)
