"""What apps hand to data protection: activities of processing, how a person's data are found, collected and erased; its events.

The tables and pages of data protection live in `privacy`; here are the shapes only, so that every app can fill them.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.db import models

from bruecke.core.clock import BERLIN
from bruecke.core.events import Event
from bruecke.core.models import District, StoredFile
from bruecke.core.registries import PersonalData, Subject, personal_data
from bruecke.core.registry import Registry

# --- activities of processing (Art. 30 DSGVO) ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ProcessingActivity:
    """One line of the record of processing. What it holds comes from the classified fields that it `covers`.

    `covers` are beginnings of field keys ("enquiries", "enquiries.Mailbox"); the longest one that fits wins. `setting_keys`
    name the periods whose values of today belong beside it. `is_of_district`: only the leading controller does it.
    """

    key: str
    label: object
    covers: tuple[str, ...]
    recipients: object
    special_categories: object = ""
    setting_keys: tuple[str, ...] = ()
    is_of_district: bool = False
    order: int = 100


activities: Registry[ProcessingActivity] = Registry("activities")


def activity_of(field_key: str) -> ProcessingActivity | None:
    """The activity a classified field belongs to: the longest beginning that ends at a dot or at the key's end."""
    best: tuple[int, ProcessingActivity | None] = (-1, None)
    for one in activities:
        for beginning in one.covers:
            if (field_key == beginning or field_key.startswith(f"{beginning}.")) and len(beginning) > best[0]:
                best = (len(beginning), one)
    return best[1]


def fields_of(activity: ProcessingActivity) -> list[PersonalData]:
    """The classified fields of an activity, in the order of the registry."""
    return [entry for entry in personal_data if activity_of(entry.key) == activity]


# --- a person's data: found, collected (Art. 15, 20), erased (Art. 17) --------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ExportValue:
    """One field of one row: `value` for programs (JSON), `words` for people."""

    key: str
    label: object
    value: Any
    words: str


@dataclass(frozen=True, slots=True)
class ExportSection:
    """Rows of one kind about the person. `files` are copied beside them; `note` says what is left out and why."""

    key: str
    title: object
    records: tuple[tuple[ExportValue, ...], ...]
    files: tuple[StoredFile, ...] = ()
    note: object = ""


Column = str | tuple[str, object]
"""A field of a model, with a German label where its own name is none."""


def section(
    key: str, title: object, rows: Iterable[Any], fields: Iterable[Column], *, files: Iterable[StoredFile] = (), note: object = ""
) -> ExportSection:
    """A section from model rows, a value for each field. Never name a field that tells of somebody else."""
    columns = tuple(fields)
    return ExportSection(key, title, tuple(tuple(value_of(row, one) for one in columns) for row in rows), tuple(files), note)


def value_of(row: models.Model, column: Column) -> ExportValue:
    """One field of a row under its own German name, or the one that is given."""
    name, label = column if isinstance(column, tuple) else (column, None)
    field_ = row._meta.get_field(name)
    raw = getattr(row, name)
    shown = getattr(row, f"get_{name}_display")() if getattr(field_, "choices", None) else raw
    return ExportValue(name, label or getattr(field_, "verbose_name", name), _plain(raw), _words(shown))


def _plain(raw: Any) -> Any:
    """As JSON holds it."""
    if isinstance(raw, datetime | date | time):
        return raw.isoformat()
    if raw is None or isinstance(raw, bool | int | float | str | list | dict):
        return raw
    return str(raw)


def _words(raw: Any) -> str:
    if isinstance(raw, datetime):
        return f"{raw.astimezone(BERLIN):%d.%m.%Y, %H:%M}"
    if isinstance(raw, date):
        return f"{raw:%d.%m.%Y}"
    if isinstance(raw, bool):
        return "ja" if raw else "nein"
    if isinstance(raw, list):
        return ", ".join(_words(one) for one in raw)
    if isinstance(raw, dict):
        return "; ".join(f"{key}: {_words(one)}" for key, one in raw.items())
    return "" if raw is None else str(raw)


@dataclass(frozen=True, slots=True)
class FoundSubject:
    """A record that stands for a person: what the officer calls it, and the controllers (ids) whose data it is."""

    subject: Subject
    title: str
    controller_ids: frozenset[int]


@dataclass(frozen=True, slots=True)
class SubjectKind:
    """One kind of `Subject`. All callables run in the open scope of the district (erasing: outside of any).

    `find(district, text)` looks by what a person can name (a code, an address); `describe(subject)` is None once she is gone;
    `erase(subject=, district=, viewer=, now=)` goes through the app's own action, which ends in `core.erasure.erase` and asks
    nobody: the caller's rule has decided. Raises: WrongState, Invalid. `goes` and `stays` say what is erased and what is kept.
    """

    key: str
    label: object
    hint: object
    find: Callable[[District, str], list[FoundSubject]]
    describe: Callable[[Subject], FoundSubject | None]
    erase: Callable[..., None]
    goes: tuple[object, ...] = ()
    stays: tuple[object, ...] = ()
    order: int = 100


subject_kinds: Registry[SubjectKind] = Registry("subject_kinds")


@dataclass(frozen=True, slots=True)
class SubjectExport:
    """What one app holds about a subject. `collect(subject, controller_id, now)` runs in the open scope of the district.

    `controller_id` None: for the person herself, everything; else that controller's data alone.
    """

    key: str
    collect: Callable[[Subject, int | None, datetime], list[ExportSection]]
    order: int = 100


subject_exports: Registry[SubjectExport] = Registry("subject_exports")


def owners_of(subject: Subject) -> frozenset[int]:
    """The controllers whose data a subject is; empty where nobody says."""
    known = subject_kinds[subject.kind].describe(subject) if subject.kind in subject_kinds else None
    return known.controller_ids if known else frozenset()


# --- events ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class SubjectErased(Event):
    """A person's traces are gone: how many rows each eraser changed, and whose data they were. No content."""

    subject: Subject
    counts: Mapping[str, int] = field(default_factory=dict)
    controller_ids: frozenset[int] = frozenset()


@dataclass(frozen=True, kw_only=True)
class RetentionApplied(Event):
    """A rule of retention has run in a district; without a key: all of them have, and `count` is their sum."""

    rule_key: str
    count: int


__all__ = [
    "Column",
    "ExportSection",
    "ExportValue",
    "FoundSubject",
    "ProcessingActivity",
    "RetentionApplied",
    "Subject",
    "SubjectErased",
    "SubjectExport",
    "SubjectKind",
    "activities",
    "activity_of",
    "fields_of",
    "owners_of",
    "section",
    "subject_exports",
    "subject_kinds",
    "value_of",
]
