"""What `staffing` hands to the registries."""

from bruecke.staffing.hooks import cards, data, desk, escalation, finding, hand_over, hours, posts, privacy, public, sheets

__all__ = ["cards", "data", "desk", "escalation", "finding", "hand_over", "hours", "posts", "privacy", "public", "sheets"]
