"""What apps hand upwards: the shapes of the entries and the registries that hold them. Each is described in ARCHITECTURE.md."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from random import Random
from typing import TYPE_CHECKING, Any

from bruecke.core.registry import Registry
from bruecke.core.viewer import Role, Viewer

if TYPE_CHECKING:
    from bruecke.core.models import District

# --- to-dos: rows of "Heute" -------------------------------------------------------------------------------------


class Urgency(StrEnum):
    """The three groups of the page *Heute*."""

    OVERDUE = "overdue"
    TODAY = "today"
    WEEK = "week"


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing to do: when, what, where, and the one verb that opens it at the right spot.

    `route` is a desk route name, `route_kwargs` its arguments, `anchor` the spot on the page.
    """

    urgency: Urgency
    due_at: datetime | None
    title: object
    kind: object
    verb: object
    route: str
    route_kwargs: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    anchor: str = ""
    place: str = ""
    language: object = ""
    language_code: str = "de"


@dataclass(frozen=True, slots=True)
class TodoSource:
    """Gives the to-dos of one kind for one viewer, most urgent first, at most `limit` of them."""

    key: str
    collect: Callable[[Viewer, datetime], Iterable[Todo]]
    feature: str = ""
    order: int = 100


todos: Registry[TodoSource] = Registry("todos")

# --- navigation ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NavigationEntry:
    """A place in the desk's side navigation or in the public band.

    `door` is "desk" or "public"; `group` one of "daily", "district", "network", "administration", "foot" (desk only);
    `is_post` makes a button of an entry of the foot (log out: a link alone must not act);
    `roles` None means every member; `count` says how many things wait (0: no figure is shown).
    """

    key: str
    label: object
    route: str
    door: str = "desk"
    group: str = "daily"
    icon: str = ""
    feature: str = ""
    roles: frozenset[Role] | None = None
    count: Callable[[Viewer, datetime], int] | None = None
    on_phone: bool = False
    phone_label: object = ""
    is_post: bool = False
    order: int = 100

    def is_open_to(self, viewer: Viewer, district: "District") -> bool:
        """Whether the entry exists for this viewer: feature on, and (at the desk) one of its roles held."""
        if self.feature and not district.has_feature(self.feature):
            return False
        if self.door == "public":
            return True
        return viewer.is_person and (self.roles is None or viewer.has(*self.roles))


navigation: Registry[NavigationEntry] = Registry("navigation")

# --- viewer facts --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ViewerFacts:
    """Adds what an app knows about a person on a day, for instance the municipalities in her charge."""

    key: str
    extend: Callable[[Viewer, "District", date], Viewer]
    order: int = 100


viewer_facts: Registry[ViewerFacts] = Registry("viewer_facts")

# --- personal data and retention -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PersonalData:
    """Classification of one personal field for the record of processing (Art. 30 DSGVO).

    `key` is "app.Model.field"; `retention` a sentence, because periods are settings of the district.
    """

    key: str
    subject: object
    purpose: object
    legal_basis: str
    retention: object
    order: int = 100


@dataclass(frozen=True, slots=True)
class NotPersonal:
    """A text field that holds nothing about a person, with the reason; an unclassified one fails a test."""

    key: str
    reason: str
    order: int = 100


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """Deletes what is past its period in one district; returns how many records went."""

    key: str
    label: object
    apply: Callable[["District", datetime], int]
    order: int = 100


@dataclass(frozen=True, slots=True)
class Eraser:
    """Removes every trace of a subject from the tables of one app; returns how many rows it changed."""

    key: str
    erase: Callable[["Subject", datetime], int]
    order: int = 100


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose traces go: `kind` is "enquiry", "account", …; `uid` the opaque id of the record that stands for the person."""

    kind: str
    uid: str


personal_data: Registry[PersonalData] = Registry("personal_data")
not_personal: Registry[NotPersonal] = Registry("not_personal")
retention: Registry[RetentionRule] = Registry("retention")
erasers: Registry[Eraser] = Registry("erasers")

# --- words of the audit log ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AuditVerb:
    """What an audit entry's verb ("<app>.<done>") is called on the page of the log."""

    key: str
    label: object
    order: int = 100


audit_verbs: Registry[AuditVerb] = Registry("audit_verbs")

# --- demo ------------------------------------------------------------------------------------------------------------


@dataclass
class DemoContext:
    """What a demo step gets: one frozen moment, a seeded generator, and what earlier steps left under `made`."""

    now: datetime
    random: Random
    districts: list["District"] = field(default_factory=list)
    made: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DemoStep:
    """One app's part of the demo districts, built through its real actions."""

    key: str
    load: Callable[[DemoContext], None]
    order: int = 100


demo: Registry[DemoStep] = Registry("demo")
