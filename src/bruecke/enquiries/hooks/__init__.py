"""What `enquiries` hands to the registries, for the desk and for the public side."""

from bruecke.enquiries.hooks import desk, public

__all__ = ["desk", "public"]
