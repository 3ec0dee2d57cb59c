"""The life of an account and of a membership; nothing but the standard library."""

from datetime import date
from enum import StrEnum


class AccountState(StrEnum):
    """INVITED: the mail is out, no password yet. LOCKED: an administrator closed the account; memberships stay as they are."""

    INVITED = "invited"
    ACTIVE = "active"
    LOCKED = "locked"


ACCOUNT_TRANSITIONS: dict[AccountState, frozenset[AccountState]] = {
    AccountState.INVITED: frozenset({AccountState.ACTIVE, AccountState.LOCKED}),
    AccountState.ACTIVE: frozenset({AccountState.LOCKED}),
    AccountState.LOCKED: frozenset({AccountState.ACTIVE, AccountState.INVITED}),
}


def account_state(*, is_active: bool, has_joined: bool) -> AccountState:
    """The state that the two stored facts mean together."""
    if not is_active:
        return AccountState.LOCKED
    return AccountState.ACTIVE if has_joined else AccountState.INVITED


class MembershipState(StrEnum):
    """Follows from the dates alone; nobody sets it."""

    COMING = "coming"
    CURRENT = "current"
    ENDED = "ended"


def membership_state(valid_from: date, valid_until: date | None, on: date) -> MembershipState:
    """The state of a half-open period [valid_from, valid_until) on a day."""
    if valid_until is not None and valid_until <= on:
        return MembershipState.ENDED
    return MembershipState.CURRENT if valid_from <= on else MembershipState.COMING
