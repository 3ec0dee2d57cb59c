"""The life of a question and the closed lists around it; nothing but the standard library."""

from enum import StrEnum


class EnquiryState(StrEnum):
    """NEW nobody opened it. OPEN somebody cares. REFERRED handed to an offer. ANSWERED a reply was sent. CLOSED has an outcome."""

    NEW = "new"
    OPEN = "open"
    REFERRED = "referred"
    ANSWERED = "answered"
    CLOSED = "closed"


TRANSITIONS: dict[EnquiryState, frozenset[EnquiryState]] = {
    EnquiryState.NEW: frozenset({EnquiryState.OPEN, EnquiryState.REFERRED, EnquiryState.ANSWERED, EnquiryState.CLOSED}),
    EnquiryState.OPEN: frozenset({EnquiryState.REFERRED, EnquiryState.ANSWERED, EnquiryState.CLOSED}),
    EnquiryState.REFERRED: frozenset({EnquiryState.OPEN, EnquiryState.ANSWERED, EnquiryState.CLOSED}),
    EnquiryState.ANSWERED: frozenset({EnquiryState.OPEN, EnquiryState.REFERRED, EnquiryState.CLOSED}),
    EnquiryState.CLOSED: frozenset({EnquiryState.OPEN}),
}
RUNNING = frozenset(EnquiryState) - {EnquiryState.CLOSED}
WAITING = frozenset({EnquiryState.NEW, EnquiryState.OPEN})
"""The office owes an answer: only these can be overdue."""
ANSWERABLE = RUNNING
"""States in which the office may write; a second answer to an answered question is an addition."""


def may_become(state: EnquiryState, target: EnquiryState) -> bool:
    """Whether the table of transitions knows this step."""
    return target in TRANSITIONS[state]


class Outcome(StrEnum):
    """How a question ended. NO_OFFER is evidence for a need."""

    ANSWERED = "answered"
    REFERRED = "referred"
    NO_OFFER = "no_offer"
    PASSED_ON = "passed_on"
    NO_CONCERN = "no_concern"


class Channel(StrEnum):
    """How a question came. ONLINE is the public form; the others are entered at the desk."""

    ONLINE = "online"
    PHONE = "phone"
    IN_PERSON = "in_person"
    EMAIL = "email"


class ContactKind(StrEnum):
    """What the resident left to be reached by, besides the receipt code."""

    NONE = "none"
    EMAIL = "email"
    PHONE = "phone"


class Direction(StrEnum):
    """Who wrote a message."""

    FROM_RESIDENT = "from_resident"
    FROM_OFFICE = "from_office"


class Consent(StrEnum):
    """What a resident may allow and take back."""

    SHARE = "share"
    SPECIAL = "special"


class Step(StrEnum):
    """Kinds of lines in the timeline: what happened, without a text."""

    RECEIVED = "received"
    ROUTED = "routed"
    GAP = "gap"
    CAPTURED = "captured"
    OPENED = "opened"
    TAKEN_OVER = "taken_over"
    ASSIGNED = "assigned"
    RELEASED = "released"
    ANSWERED = "answered"
    FOLLOWED_UP = "followed_up"
    CLOSED = "closed"
    REOPENED = "reopened"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    RENAMED = "renamed"
    UNDONE = "undone"


UNDOABLE = frozenset({Step.TAKEN_OVER, Step.ASSIGNED, Step.RELEASED, Step.CLOSED})
