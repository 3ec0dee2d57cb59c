"""Tables of questions: the question itself, what belongs to it, the way to an offer, the other doors."""

from bruecke.enquiries.models.dialogue import AnswerTime, AppendOnly, Attachment, ErasedCount, InternalNote, Message, TimelineEvent
from bruecke.enquiries.models.doors import HelpOffer, Mailbox, MailboxMessage, TallyEntry
from bruecke.enquiries.models.question import (
    CHANNEL_LABELS,
    CONTACT_LABELS,
    KIND_LABELS,
    MAX_TEXT,
    OUTCOME_LABELS,
    STATE_LABELS,
    Enquiry,
    new_reference,
)
from bruecke.enquiries.models.referral import (
    BASIS_LABELS,
    DANGER_LABELS,
    MAX_MESSAGE,
    MISFIT_LABELS,
    PASSED_LABELS,
    REFERRAL_LABELS,
    REJECT_LABELS,
    OfferChoice,
    Referral,
    UnmetDemand,
)

__all__ = [
    "BASIS_LABELS",
    "CHANNEL_LABELS",
    "CONTACT_LABELS",
    "DANGER_LABELS",
    "KIND_LABELS",
    "MAX_MESSAGE",
    "MAX_TEXT",
    "MISFIT_LABELS",
    "OUTCOME_LABELS",
    "PASSED_LABELS",
    "REFERRAL_LABELS",
    "REJECT_LABELS",
    "STATE_LABELS",
    "AnswerTime",
    "AppendOnly",
    "Attachment",
    "Enquiry",
    "ErasedCount",
    "HelpOffer",
    "InternalNote",
    "Mailbox",
    "MailboxMessage",
    "Message",
    "OfferChoice",
    "Referral",
    "TallyEntry",
    "TimelineEvent",
    "UnmetDemand",
    "new_reference",
]
