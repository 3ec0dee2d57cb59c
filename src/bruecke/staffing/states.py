"""The life of posts, assignments and hand-overs, and the kinds of things around them; nothing but the standard library."""

from datetime import date
from enum import StrEnum


class PostState(StrEnum):
    """Follows from dates alone; nobody sets it. VACANT: the post exists on the day, but nobody holds it."""

    COMING = "coming"
    FILLED = "filled"
    VACANT = "vacant"
    ENDED = "ended"


def post_state(valid_from: date, valid_until: date | None, *, is_held: bool, on: date) -> PostState:
    """The state of a post with the half-open period [valid_from, valid_until) on a day."""
    if valid_until is not None and valid_until <= on:
        return PostState.ENDED
    if on < valid_from:
        return PostState.COMING
    return PostState.FILLED if is_held else PostState.VACANT


class AssignmentState(StrEnum):
    """An assignment is made at once; only the last one of the district can be taken back."""

    MADE = "made"
    UNDONE = "undone"


ASSIGNMENT_TRANSITIONS: dict[AssignmentState, frozenset[AssignmentState]] = {
    AssignmentState.MADE: frozenset({AssignmentState.UNDONE}),
    AssignmentState.UNDONE: frozenset(),
}


class PostKind(StrEnum):
    """What a post is funded as; KomPauschVO Teil 2 II Nr. 1a, 1b and 4 in the Saxon rules of 2019."""

    COORDINATOR = "coordinator"
    LEADING = "leading"
    SERVICE = "service"
    OTHER = "other"


class Engagement(StrEnum):
    """Whether a person was newly hired for a post or taken over from another one (Sächsischer Landtag, Drs. 6/17587)."""

    NEW = "new"
    TAKEN_OVER = "taken_over"


class PayerKind(StrEnum):
    """Who bears a share of the cost of a post."""

    LAND = "land"
    DISTRICT = "district"
    TOWN = "town"
    ASSOCIATION = "association"
    OTHER = "other"


class FigureKind(StrEnum):
    """Counts of a municipality that the need for posts is worked out from; its residents stand in the register of places."""

    FOREIGN_RESIDENTS = "foreign_residents"
    ACCOMMODATION_PLACES = "accommodation_places"


class HandOverState(StrEnum):
    """A hand-over is planned, then done or cancelled; both are final."""

    PLANNED = "planned"
    DONE = "done"
    CANCELLED = "cancelled"


HAND_OVER_TRANSITIONS: dict[HandOverState, frozenset[HandOverState]] = {
    HandOverState.PLANNED: frozenset({HandOverState.DONE, HandOverState.CANCELLED}),
    HandOverState.DONE: frozenset(),
    HandOverState.CANCELLED: frozenset(),
}


class NoticeChannel(StrEnum):
    """How somebody of the escalation chain was told."""

    PHONE = "phone"
    MAIL = "mail"
    IN_PERSON = "in_person"
    OTHER = "other"
