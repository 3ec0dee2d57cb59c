"""What `enquiries` hands to the registries, for the desk and for the public side."""

from bruecke.enquiries.hooks import (
    attaching,
    cards,
    deputies,
    desk,
    figures,
    hand_over,
    helping,
    mailboxes,
    privacy,
    public,
    referrals,
    sheets,
    tally,
)

__all__ = [
    "attaching",
    "cards",
    "deputies",
    "desk",
    "figures",
    "hand_over",
    "helping",
    "mailboxes",
    "privacy",
    "public",
    "referrals",
    "sheets",
    "tally",
]
