"""What `enquiries` hands to the registries, for the desk and for the public side."""

from bruecke.enquiries.hooks import attaching, deputies, desk, figures, helping, mailboxes, public, referrals, tally

__all__ = ["attaching", "deputies", "desk", "figures", "helping", "mailboxes", "public", "referrals", "tally"]
