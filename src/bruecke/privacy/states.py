"""Closed lists of data protection and the lives of its records; standard library only."""

from enum import StrEnum

KEEP_MONTHS = "privacy.keep_months"
AUTHORITY = "privacy.authority"
"""Keys of settings: how long requests and breaches are kept; the supervisory authority as text."""


class AdditionKind(StrEnum):
    """What the record of processing needs and only people know."""

    OFFICER = "officer"
    JOINT = "joint"
    PROCESSORS = "processors"
    TRANSFER = "transfer"
    MEASURES = "measures"
    RECIPIENTS = "recipients"
    REMARK = "remark"


OF_CONTROLLER = (
    AdditionKind.OFFICER,
    AdditionKind.JOINT,
    AdditionKind.PROCESSORS,
    AdditionKind.TRANSFER,
    AdditionKind.MEASURES,
)
"""Said once for a controller, and owed."""
OF_ACTIVITY = (AdditionKind.RECIPIENTS, AdditionKind.REMARK)
"""Said for each activity; the first is owed."""
OWED_OF_ACTIVITY = (AdditionKind.RECIPIENTS,)


class ErasureKind(StrEnum):
    """RUN: the daily run as a whole; RULE: what one rule removed; SUBJECT: one person's traces."""

    RUN = "run"
    RULE = "rule"
    SUBJECT = "subject"


class RequestKind(StrEnum):
    """What a person asks for (Art. 15, 20, 17 DSGVO)."""

    ACCESS = "access"
    PORTABILITY = "portability"
    ERASURE = "erasure"


class RequestState(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    DECLINED = "declined"


REQUEST_TRANSITIONS = {
    RequestState.OPEN: {RequestState.ANSWERED, RequestState.DECLINED},
    RequestState.ANSWERED: {RequestState.OPEN},
    RequestState.DECLINED: {RequestState.OPEN},
}


class RequestWay(StrEnum):
    """How a request came in."""

    LETTER = "letter"
    EMAIL = "email"
    PHONE = "phone"
    IN_PERSON = "in_person"


class IdentityCheck(StrEnum):
    """How the office made sure who asks (Art. 12 Abs. 6); NONE: not yet, and nothing is handed out."""

    NONE = "none"
    CODE = "code"
    KNOWN_ADDRESS = "known_address"
    SHOWN_PAPERS = "shown_papers"
    KNOWN_PERSON = "known_person"


class ExportState(StrEnum):
    """How far the collection of a request's data is."""

    NONE = "none"
    RUNNING = "running"
    FAILED = "failed"
    READY = "ready"


class Risk(StrEnum):
    """What a breach means for the people concerned (Art. 33, 34)."""

    UNKNOWN = "unknown"
    NONE = "none"
    RISK = "risk"
    HIGH = "high"


class BreachState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class BreachStepKind(StrEnum):
    """What was done about a breach."""

    NOTICED = "noticed"
    DESCRIBED = "described"
    ASSESSED = "assessed"
    MEASURE = "measure"
    AUTHORITY_TOLD = "authority_told"
    PEOPLE_TOLD = "people_told"
    CLOSED = "closed"
    REOPENED = "reopened"
