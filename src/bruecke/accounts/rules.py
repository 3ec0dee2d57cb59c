"""Who may do what with accounts, memberships, controllers and the audit log: pure predicates, no query."""

from collections.abc import Iterable, Mapping
from typing import Any

from bruecke.core.viewer import Role, Viewer

ROLES_WITH_MUNICIPALITIES = frozenset({Role.MUNICIPALITY})
OF_POSTS_AND_MONEY = ("staffing.", "funding.", "reporting.", "accounts.role_", "core.setting_changed")
"""What an audit of posts, grants and figures may look at; never entries about questions of residents."""
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


def may_remove_passkey(*, has_totp: bool, passkeys: int) -> bool:
    """An account keeps at least one second factor."""
    return has_totp or passkeys > 1


def can_manage_sign_in_service(viewer: Viewer) -> bool:
    """Who decides who may in decides who else vouches for people."""
    return viewer.is_administrator


def are_claims_accepted(claims: Mapping[str, Any], *, domains: Iterable[str], claim_name: str, claim_values: Iterable[str]) -> bool:
    """Whether the service's claims about a person fit what the district asks for; nothing asked for: they do.

    A mailbox counts only when the service has verified it: elsewhere people write into that field what they like.
    """
    wanted = {domain.lower() for domain in domains}
    if wanted:
        _name, at, domain = str(claims.get("email", "")).rpartition("@")
        if claims.get("email_verified") is not True or not at or domain.lower() not in wanted:
            return False
    return not claim_name or bool(_values(claims.get(claim_name)) & set(claim_values))


def is_second_factor_trusted(claims: Mapping[str, Any], *, is_trusted: bool, values: Iterable[str]) -> bool:
    """Whether `amr` or `acr` says, in words the district trusts, that the service asked for two factors."""
    return is_trusted and bool((_values(claims.get("amr")) | _values(claims.get("acr"))) & set(values))


def must_use_service(roles: Iterable[tuple[int, str]], covered: Iterable[int]) -> bool:
    """Whether the password way is closed: each district of `roles` (district id, role) is in `covered`, those that want their
    service alone and where the person is linked. Administrators keep it, or a broken service could never be mended."""
    held = list(roles)
    if not held or any(role == Role.ADMINISTRATOR for _district, role in held):
        return False
    return {district for district, _role in held} <= set(covered)


def _values(claim: Any) -> set[str]:
    return {str(one) for one in claim} if isinstance(claim, list | tuple) else {str(claim)} if claim else set()


def can_see_controllers(viewer: Viewer) -> bool:
    """Every member of the district."""
    return viewer.is_person and bool(viewer.roles)


def can_manage_controllers(viewer: Viewer) -> bool:
    return viewer.is_administrator or viewer.is_system


def can_read_audit_log(viewer: Viewer) -> bool:
    """All of it: administrator and privacy officer; what touches posts and money: the auditor (`audited_verbs`)."""
    return viewer.has(Role.ADMINISTRATOR, Role.PRIVACY_OFFICER, Role.AUDITOR)


def audited_verbs(viewer: Viewer) -> tuple[str, ...] | None:
    """Beginnings of the verbs whose entries the viewer may read; None: every one."""
    return None if viewer.has(Role.ADMINISTRATOR, Role.PRIVACY_OFFICER) else OF_POSTS_AND_MONEY


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
