"""The life of an offer and the closed lists around it; nothing but the standard library."""

from enum import StrEnum


class OfferState(StrEnum):
    """DRAFT is seen at the desk alone. ACTIVE takes place. PAUSED rests for a while. ARCHIVED is over, kept for the record.

    In HSDS 3.1 (service.status): active, temporarily closed, defunct; a draft is not handed out.
    """

    DRAFT = "draft"
    ACTIVE = "active"
    PAUSED = "paused"
    ARCHIVED = "archived"


TRANSITIONS: dict[OfferState, frozenset[OfferState]] = {
    OfferState.DRAFT: frozenset({OfferState.ACTIVE, OfferState.ARCHIVED}),
    OfferState.ACTIVE: frozenset({OfferState.PAUSED, OfferState.ARCHIVED, OfferState.DRAFT}),
    OfferState.PAUSED: frozenset({OfferState.ACTIVE, OfferState.ARCHIVED}),
    OfferState.ARCHIVED: frozenset({OfferState.ACTIVE, OfferState.DRAFT, OfferState.PAUSED}),
}
SHOWN = frozenset({OfferState.ACTIVE, OfferState.PAUSED})
"""States that the public catalogue shows; a paused offer says so."""


def may_become(state: OfferState, target: OfferState) -> bool:
    """Whether the table of transitions knows this step."""
    return target in TRANSITIONS[state]


class Visibility(StrEnum):
    """PUBLIC for everybody, INTERNAL for members of the district alone."""

    PUBLIC = "public"
    INTERNAL = "internal"


class CostKind(StrEnum):
    FREE = "free"
    PAID = "paid"
    UNKNOWN = "unknown"


class Registration(StrEnum):
    """How one gets in."""

    NONE = "none"
    RECOMMENDED = "recommended"
    REQUIRED = "required"


class FacetKind(StrEnum):
    """By what a list of offers is narrowed; the first three are taxonomies of the vocabulary."""

    CATEGORY = "category"
    GROUP = "target_group"
    FIELD = "field_of_action"
    LANGUAGE = "language"


class ConfirmedBy(StrEnum):
    """Who said last that the entry is right."""

    OFFICE = "office"
    PROVIDER = "provider"
    IMPORT = "import"


class ChangeState(StrEnum):
    """A proposal is OPEN until every field of it is decided; WITHDRAWN when a newer one of the provider replaced it."""

    OPEN = "open"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"


class Decision(StrEnum):
    """What became of one proposed field."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class FeedbackReason(StrEnum):
    """What a reader says is wrong."""

    GONE = "gone"
    TIMES = "times"
    CONTACT = "contact"
    FULL = "full"
    OTHER = "other"


class RequestState(StrEnum):
    """A question to a provider whether its entries are right."""

    ASKED = "asked"
    REMINDED = "reminded"
    ANSWERED = "answered"
    UNANSWERED = "unanswered"
