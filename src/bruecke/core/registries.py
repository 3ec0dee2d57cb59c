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
    from bruecke.core.agenda import Agenda
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

# --- panels: what higher apps add to a page of a lower one -----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Panel:
    """A way on that an app adds to another's page: `build` gives its words and address, or None where there is nothing.

    `page` names the page ("place": the public page of a municipality; its subject is the key of the municipality, AGS).
    """

    key: str
    page: str
    build: Callable[[Any, str], tuple[object, str] | None]
    feature: str = ""
    order: int = 100


panels: Registry[Panel] = Registry("panels")


def panels_of(page: str, request: Any, subject: str) -> list[tuple[object, str]]:
    """Words and addresses for one page in its district, in order."""
    open_ = (panel for panel in panels if panel.page == page and (not panel.feature or request.district.has_feature(panel.feature)))
    return [found for panel in open_ if (found := panel.build(request, subject)) is not None]


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
    """Deletes what is past its period in one district; returns how many records went.

    `period` says it in words, fixed or as `period(district, day)`; `due(district, until)` counts what will be past it by then,
    by the id of the controller whose it is (None: the district's). `in_steps`: works in short transactions of its own.
    """

    key: str
    label: object
    apply: Callable[["District", datetime], int]
    order: int = 100
    period: object = ""
    due: Callable[["District", datetime], Mapping[int | None, int]] | None = None
    in_steps: bool = False

    def period_on(self, district: "District", day: date) -> str:
        """The period as it holds on a day."""
        return str(self.period(district, day) if callable(self.period) else self.period)


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

# --- search --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SearchSource:
    """What an app gives to the search: things of one `kind`. Both callables run in the scope of the district.

    `rebuild` writes the entries of all its things anew with `core.search.index_documents`, in short transactions that lock
    the rows they read, and returns how many. `expected` names the uids that ought to have an entry, for the doctor.
    """

    key: str
    kind: str
    rebuild: Callable[["District", datetime], int]
    expected: Callable[["District"], set[str]] | None = None
    order: int = 100


search: Registry[SearchSource] = Registry("search")

# --- demo ------------------------------------------------------------------------------------------------------------


class DemoStage(StrEnum):
    """How much the demo has lived through: districts and accounts alone, a filled day, or a whole year up to now."""

    EMPTY = "empty"
    START = "start"
    YEAR = "year"


FILLED = frozenset({DemoStage.START, DemoStage.YEAR})


@dataclass
class DemoContext:
    """What a demo step gets: one frozen moment, a seeded generator, and what earlier steps left under `made`.

    In a year `now` moves from its first day on, `until` is its last moment, and `agenda` holds what is still to come.
    """

    now: datetime
    random: Random
    districts: list["District"] = field(default_factory=list)
    made: dict[str, Any] = field(default_factory=dict)
    stage: DemoStage = DemoStage.START
    until: datetime | None = None
    agenda: "Agenda | None" = None

    @property
    def end(self) -> datetime:
        """The moment up to which the demo lives."""
        return self.until or self.now

    def agenda_add(self, at: datetime, district: "District", deed: Callable[[datetime], None]) -> None:
        """Let something happen in a year. Raises: ValueError outside of one."""
        if self.agenda is None:
            raise ValueError("only a year has an agenda")
        self.agenda.add(at, district, deed)


@dataclass(frozen=True, slots=True)
class DemoStep:
    """One app's part of the demo districts, built through its real actions.

    `load` runs once: on the first day of a year, or with `is_closing` on its last. `day` runs each day of a year, with
    `context.now` at its beginning: it adds to the agenda what happens on it.
    """

    key: str
    load: Callable[[DemoContext], None]
    order: int = 100
    stages: frozenset[DemoStage] = FILLED
    is_closing: bool = False
    day: Callable[[DemoContext], None] | None = None


demo: Registry[DemoStep] = Registry("demo")

# --- imports of tables -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ImportField:
    """What a column can hold: `names` are further words for it in headers, `hint` and `example` stand in the template."""

    key: str
    label: object
    is_required: bool = False
    names: tuple[str, ...] = ()
    hint: object = ""
    example: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a row, in German; `field` "" when it is about the whole row."""

    message: object
    field: str = ""


@dataclass(frozen=True, slots=True)
class ParsedRow:
    """A row understood: `values` (plain JSON) is what `apply_rows` gets.

    `key` tells rows of one file apart (the same twice is a problem), `decision` is "create", "update" or "skip",
    `about_uid` the record that is changed, `title` what the preview calls the row.
    """

    values: Mapping[str, Any]
    problems: tuple[Problem, ...] = ()
    key: str = ""
    decision: str = "create"
    about_uid: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class ImportContext:
    """What parsing may look at; `memo` lasts for one batch of rows, for what many rows look up."""

    district: "District"
    viewer: Viewer
    now: datetime
    memo: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ImportKind:
    """One kind of table that can be taken over.

    `parse_row(cells by field, context)` reads only; `apply_rows(values, district=, viewer=, now=)` writes up to `batch_size`
    rows in a transaction that is not its own, and must bear values it has written before (by its own external key).
    `finish(district=, viewer=, now=)` runs once after the last rows, in the transaction that ends the import.
    `is_personal`: rows hold data about people; the batch is deleted with them.
    `read(content, name)` understands other files than tables as a `core.sheets.Sheet` (raises Invalid, reads tables itself too);
    `endings` and `accepts` (a sentence) tell the person which.
    """

    key: str
    label: object
    fields: tuple[ImportField, ...]
    parse_row: Callable[[Mapping[str, str], ImportContext], ParsedRow]
    apply_rows: Callable[..., None]
    may_import: Callable[[Viewer], bool]
    examples: tuple[Mapping[str, str], ...] = ()
    finish: Callable[..., None] | None = None
    is_personal: bool = False
    read: Callable[[bytes, str], Any] | None = None
    endings: tuple[str, ...] = (".xlsx", ".csv", ".txt", ".tsv")
    accepts: object = ""
    batch_size: int = 200
    order: int = 100

    def field_of(self, key: str) -> ImportField | None:
        return next((one for one in self.fields if one.key == key), None)


import_kinds: Registry[ImportKind] = Registry("import_kinds")
