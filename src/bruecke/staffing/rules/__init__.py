"""Rules of staffing: who may (`access`), and what periods may look like (`periods`)."""

from bruecke.staffing.rules.access import (
    SEES_ALL,
    SEES_SOME,
    PostFacts,
    can_assign,
    can_edit_own_details,
    can_manage_posts,
    can_see_every_post,
    can_see_post,
    can_still_undo,
)
from bruecke.staffing.rules.periods import Span, current, overlaps, paint

__all__ = [
    "SEES_ALL",
    "SEES_SOME",
    "PostFacts",
    "Span",
    "can_assign",
    "can_edit_own_details",
    "can_manage_posts",
    "can_see_every_post",
    "can_see_post",
    "can_still_undo",
    "current",
    "overlaps",
    "paint",
]
