"""What `enquiries` hands to the registries, for the desk and for the public side."""

from bruecke.enquiries.hooks import deputies, desk, figures, public, referrals

__all__ = ["deputies", "desk", "figures", "public", "referrals"]
