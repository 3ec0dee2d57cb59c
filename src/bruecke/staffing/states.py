"""The life of a post and of an assignment; nothing but the standard library."""

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
