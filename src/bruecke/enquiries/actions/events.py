"""Events of questions: uids and codes, never a text."""

from dataclasses import dataclass

from bruecke.core.events import Event


@dataclass(frozen=True, kw_only=True)
class EnquiryEvent(Event):
    """Base: which question."""

    enquiry_uid: str


@dataclass(frozen=True, kw_only=True)
class EnquiryReceived(EnquiryEvent):
    """A question came in, by the form or entered at the desk. `is_gap`: nobody is in charge of its place."""

    channel: str
    is_gap: bool


@dataclass(frozen=True, kw_only=True)
class EnquiryAssigned(EnquiryEvent):
    """A question changed hands; `account_id` None: back into the common box."""

    account_id: int | None


@dataclass(frozen=True, kw_only=True)
class EnquiryAnswered(EnquiryEvent):
    """The office wrote; `is_first` tells the first answer from additions."""

    is_first: bool


@dataclass(frozen=True, kw_only=True)
class EnquiryFollowedUp(EnquiryEvent):
    """The resident wrote again."""


@dataclass(frozen=True, kw_only=True)
class EnquiryClosed(EnquiryEvent):
    """A question ended; with the outcome `no_offer` it is evidence for a need."""

    outcome: str
    topic_key: str | None
    place_ags: str | None


@dataclass(frozen=True, kw_only=True)
class EnquiryReopened(EnquiryEvent):
    """A closed question runs again: by hand, by an undo, or because the resident wrote."""


@dataclass(frozen=True, kw_only=True)
class EnquiryErased(EnquiryEvent):
    """A question is gone with everything that was in it."""


@dataclass(frozen=True, kw_only=True)
class EnquiryReferred(EnquiryEvent):
    """A provider was written to. `basis`: on whose word."""

    referral_uid: str
    offer_uid: str
    basis: str


@dataclass(frozen=True, kw_only=True)
class ReferralMoved(EnquiryEvent):
    """A referral changed after it was prepared; `state` is the new one, `reason` the provider's where it said no."""

    referral_uid: str
    offer_uid: str
    state: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class UnmetNoted(EnquiryEvent):
    """No offer fits what was asked; `demand_uid` is the row that counts it, without a way back to the question."""

    demand_uid: str
