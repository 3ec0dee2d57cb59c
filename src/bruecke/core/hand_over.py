"""What apps put into the dossier of a post that changes hands: points in rows, and what can be handed on to the successor."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from bruecke.core.models import District
from bruecke.core.registry import Registry
from bruecke.core.viewer import Viewer

MOST_ROWS = 60
"""So many points of one section are listed; what is beyond is counted."""


@dataclass(frozen=True, slots=True)
class HandOverSubject:
    """Which post changes hands, told in ids, for core knows no posts.

    `account_id` is who leaves, `successor_id` who follows; None without an account. `municipalities` are the keys (AGS) in the
    post's charge on its last day with the leaving person or later; `on` is the first day without her.
    """

    district: District
    post_id: int
    account_id: int | None
    successor_id: int | None
    municipalities: frozenset[str]
    on: date


@dataclass(frozen=True, slots=True)
class HandOverRow:
    """One point: never the content of a question, because the dossier is printed and leaves the house as a file.

    `key` is unique inside its section and stays the same from day to day. `route` is a desk route with its arguments.
    """

    key: str
    title: object
    place: str = ""
    state: object = ""
    due_on: date | None = None
    route: str = ""
    route_kwargs: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class HandOverRows:
    """The points of a section as one viewer may see them; `more` is how many are not listed, `note` a sentence above."""

    rows: Sequence[HandOverRow] = ()
    more: int = 0
    note: object = ""


@dataclass(frozen=True, slots=True)
class HandOnPreview:
    """How many things would go to the successor now, and how many stay because she may not have them (yet)."""

    ready: int
    staying: int


@dataclass(frozen=True, slots=True)
class HandOn:
    """What gives the points of a section to the successor. `apply` writes in the caller's transaction and returns how many went."""

    label: object
    preview: Callable[[HandOverSubject, Viewer, datetime], HandOnPreview]
    apply: Callable[[HandOverSubject, Viewer, datetime], int]


@dataclass(frozen=True, slots=True)
class HandOverSource:
    """A section of the dossier. `collect(subject, viewer, now)` gives what this viewer may see and nothing else; in the scope.

    `todos` are the keys of the to-do sources whose rows the section lists anyway.
    """

    key: str
    title: object
    collect: Callable[[HandOverSubject, Viewer, datetime], HandOverRows]
    feature: str = ""
    hand_on: HandOn | None = None
    todos: frozenset[str] = frozenset()
    order: int = 100


hand_overs: Registry[HandOverSource] = Registry("hand_over")


def sources_for(district: District) -> list[HandOverSource]:
    """The sections that a district has, in order."""
    return [source for source in hand_overs if not source.feature or district.has_feature(source.feature)]


def limited(rows: Sequence[HandOverRow], note: object = "") -> HandOverRows:
    """The first of them, and how many there are beyond."""
    return HandOverRows(rows[:MOST_ROWS], max(len(rows) - MOST_ROWS, 0), note)
