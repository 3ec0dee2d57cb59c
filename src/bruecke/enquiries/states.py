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


class EnquiryKind(StrEnum):
    """A question, or somebody who wants to help: both come to who is in charge and are answered there."""

    QUESTION = "question"
    HELP = "help"


class Need(StrEnum):
    """What an offer must have to be of use; noted at the desk from what the person says."""

    CHILDCARE = "childcare"
    STEP_FREE = "step_free"
    WOMEN_ONLY = "women_only"
    FREE_OF_CHARGE = "free_of_charge"


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
    DEPUTISED = "deputised"
    RETURNED = "returned"
    ESCALATED = "escalated"
    UNMET = "unmet"
    CONSENT_ASKED = "consent_asked"
    CONSENT_GIVEN = "consent_given"
    CONSENT_REFUSED = "consent_refused"
    DANGER_NAMED = "danger_named"
    REFERRED = "referred"
    REFERRAL_ACCEPTED = "referral_accepted"
    REFERRAL_REJECTED = "referral_rejected"
    REFERRAL_DONE = "referral_done"
    REFERRAL_REVOKED = "referral_revoked"


UNDOABLE = frozenset({Step.TAKEN_OVER, Step.ASSIGNED, Step.RELEASED, Step.CLOSED})


class ReferralState(StrEnum):
    """AWAITING_* nothing has left yet. SENT the provider was asked. DECLINED the resident said no. REVOKED taken back."""

    AWAITING_CONSENT = "awaiting_consent"
    AWAITING_SECOND = "awaiting_second"
    SENT = "sent"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    DONE = "done"
    REVOKED = "revoked"
    DECLINED = "declined"


REFERRAL_TRANSITIONS: dict[ReferralState, frozenset[ReferralState]] = {
    ReferralState.AWAITING_CONSENT: frozenset({ReferralState.SENT, ReferralState.DECLINED, ReferralState.REVOKED}),
    ReferralState.AWAITING_SECOND: frozenset({ReferralState.SENT, ReferralState.REVOKED}),
    ReferralState.SENT: frozenset({ReferralState.ACCEPTED, ReferralState.REJECTED, ReferralState.REVOKED}),
    ReferralState.ACCEPTED: frozenset({ReferralState.DONE, ReferralState.REJECTED, ReferralState.REVOKED}),
    ReferralState.REJECTED: frozenset(),
    ReferralState.DONE: frozenset(),
    ReferralState.REVOKED: frozenset(),
    ReferralState.DECLINED: frozenset(),
}
REFERRAL_RUNNING = frozenset(
    {ReferralState.AWAITING_CONSENT, ReferralState.AWAITING_SECOND, ReferralState.SENT, ReferralState.ACCEPTED}
)


class ConsentBasis(StrEnum):
    """Why something may be passed on. DANGER is the only way without the resident, and needs a law and a second person."""

    NOTHING_PERSONAL = "nothing_personal"
    STATUS_PAGE = "status_page"
    IN_PERSON = "in_person"
    DANGER = "danger"


class Passed(StrEnum):
    """What may be passed on with a referral; everything but TOPIC and LANGUAGES and PLACE can identify a person."""

    TOPIC = "topic"
    LANGUAGES = "languages"
    PLACE = "place"
    TEXT = "text"
    CONTACT = "contact"
    ATTACHMENTS = "attachments"


IMPERSONAL = frozenset({Passed.TOPIC, Passed.LANGUAGES, Passed.PLACE})


class RejectReason(StrEnum):
    """Why a provider says no."""

    FULL = "full"
    NOT_FOR_THEM = "not_for_them"
    LANGUAGE = "language"
    ENDED = "ended"
    NOT_REACHED = "not_reached"
    OTHER = "other"


class Verdict(StrEnum):
    """What a coordinator made of a proposed offer."""

    CHOSEN = "chosen"
    REJECTED = "rejected"


class MisfitReason(StrEnum):
    """Why a proposed offer does not fit."""

    TOO_FAR = "too_far"
    WRONG_TOPIC = "wrong_topic"
    LANGUAGE = "language"
    FULL = "full"
    TIME = "time"
    GROUP = "group"
    NOT_WANTED = "not_wanted"
    OTHER = "other"


class DangerLaw(StrEnum):
    """Laws that allow to pass something on without the person where life or a child is in danger (stand 2022-03)."""

    NECESSITY = "life"
    CHILD = "child"


class MailboxSecurity(StrEnum):
    """NONE is for a server on the same machine only."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


class MailboxTrouble(StrEnum):
    """Why a mailbox could not be read."""

    NOT_FOUND = "not_found"
    REFUSED = "refused"
    SILENT = "silent"
    CERTIFICATE = "certificate"
    LOGIN = "login"
    FOLDER = "folder"
    PASSWORD = "password"  # noqa: S105 - the word for a password that cannot be opened any more
    NOBODY_READS = "nobody_reads"
    PROTOCOL = "protocol"


class MailVerdict(StrEnum):
    """What became of a mail. TRYING it was begun and not finished. SET_ASIDE it could not be read in several tries."""

    TRYING = "trying"
    TAKEN = "taken"
    ADDED = "added"
    DOUBLE = "double"
    LEFT_OUT = "left_out"
    SET_ASIDE = "set_aside"


SETTLED = frozenset(MailVerdict) - {MailVerdict.TRYING}


class LeftOutReason(StrEnum):
    """Why a mail became no question: nobody waits for an answer to it, or too many came from one address."""

    AUTOMATIC = "automatic"
    BOUNCE = "bounce"
    MAILING_LIST = "mailing_list"
    OWN = "own"
    SPAM = "spam"
    NO_SENDER = "no_sender"
    TOO_MANY = "too_many"
