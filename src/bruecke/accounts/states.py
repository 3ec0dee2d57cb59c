"""The life of an account and of a membership; nothing but the standard library."""

from datetime import date
from enum import StrEnum


class Theme(StrEnum):
    """How the desk looks to a person: as her device wants it, or always light, or always dark."""

    DEVICE = "device"
    LIGHT = "light"
    DARK = "dark"


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


class SignInTrouble(StrEnum):
    """Why a sign-in service opened nothing. The first group is the service's, the second the answer's, the third the person's."""

    NOT_HTTPS = "not_https"
    FORBIDDEN_ADDRESS = "forbidden_address"
    UNREACHABLE = "unreachable"
    TOO_SLOW = "too_slow"
    TLS = "tls"
    REDIRECTS = "redirects"
    NO_DISCOVERY = "no_discovery"
    WRONG_ISSUER = "wrong_issuer"
    INCOMPLETE = "incomplete"
    KEY_LOST = "key_lost"
    CLIENT_REFUSED = "client_refused"
    SWITCHED_OFF = "switched_off"

    WRONG_STATE = "wrong_state"
    CANCELLED = "cancelled"
    SERVICE_ERROR = "service_error"
    CODE_REFUSED = "code_refused"
    WRONG_ANSWER = "wrong_answer"
    EXPIRED_ANSWER = "expired_answer"

    UNKNOWN_PERSON = "unknown_person"
    NOT_ACCEPTED = "not_accepted"
    LOCKED = "locked"
    NO_MEMBERSHIP = "no_membership"
    LINKED_ALREADY = "linked_already"
    LINK_GONE = "link_gone"
    NOT_FRESH = "not_fresh"
