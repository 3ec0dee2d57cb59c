"""Figures that apps give for the page *Zahlen*: the question, the answer as a table of counts, and the shape of a source.

Counts of persons below the limit are hidden from everyone who may not open the records themselves (`core.suppression`).
What a viewer may open (OWN) and what she may not (REST) never stand in one table: knowing her own cells she could compute
the hidden ones beside them. REST is given for closed quarters and by one dimension only, because overlapping periods and
several cuts of the same counts tell each other's hidden cells.

A table leads on to the records it counted, where the viewer may open them: `openable` says how many they are, the source's
`records` names the list and the filters that show exactly those.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from bruecke.core import suppression
from bruecke.core.models import District
from bruecke.core.registry import Registry
from bruecke.core.viewer import Viewer


class Scope(StrEnum):
    """OWN: records the viewer may open. REST: the others of the district, small counts hidden. ALL: nothing personal is counted."""

    OWN = "own"
    REST = "rest"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Dimension:
    """By what is counted; `key` stands in the address."""

    key: str
    label: object


@dataclass(frozen=True, slots=True)
class FigureQuestion:
    """Whole months [since, until); `rows` and `columns` are dimensions ("" for no columns); `filters` {dimension: key}."""

    since: date
    until: date
    scope: Scope
    rows: str
    columns: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Head:
    """A row or column: the key to drill down by ("" where nothing lies below) and its words."""

    key: str
    label: object


Cell = int | float | str | None


@dataclass(frozen=True, slots=True)
class FigureTable:
    """Counts by rows and columns with their sums; None is hidden. Without sums `totals` is empty.

    `openable`: how many records of each row the viewer may open, and of all rows `all_openable`; empty: none.
    `openable_cells`: the same for each cell, where there are columns.
    `last`: one more line below, where the rows do not add up.
    """

    rows: tuple[Head, ...]
    columns: tuple[Head, ...]
    cells: tuple[tuple[Cell, ...], ...]
    row_totals: tuple[Cell, ...] = ()
    column_totals: tuple[Cell, ...] = ()
    total: Cell = None
    is_guarded: bool = False
    note: object = ""
    openable: tuple[int, ...] = ()
    all_openable: int = 0
    last: tuple[object, tuple[Cell, ...]] | None = None
    openable_cells: tuple[tuple[int, ...], ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.rows


def _key_itself(dimension: str, key: str, district: District) -> object:
    return key


Way = tuple[str, Mapping[str, str]]
"""A route of the desk and its query."""


def _no_way(question: FigureQuestion, district: District) -> Way | None:
    return None


@dataclass(frozen=True, slots=True)
class FigureSource:
    """One subject of figures. The first of `scopes` is shown first; none: nothing to see.

    `word(dimension, key, district)` names a key; `records(question, district)` is the list of exactly the records that the
    question counts, for whoever may open them. `is_stock`: counted as of today, the period does not matter.
    """

    key: str
    label: object
    dimensions: tuple[Dimension, ...]
    scopes: Callable[[Viewer], Sequence[Scope]]
    collect: Callable[[Viewer, FigureQuestion, datetime], FigureTable]
    word: Callable[[str, str, District], object] = _key_itself
    records: Callable[[FigureQuestion, District], Way | None] = _no_way
    is_stock: bool = False
    feature: str = ""
    order: int = 100


figures: Registry[FigureSource] = Registry("figures")


def count_table(
    counts: Mapping[tuple[str, str], int],
    *,
    rows: Callable[[str], object],
    columns: Callable[[str], object] | None,
    guard: bool,
    note: object = "",
    openable: Mapping[tuple[str, str], int] | None = None,
) -> FigureTable:
    """A table from counts by (row key, column key). `rows` and `columns` name a key; `guard` hides small counts of persons.

    `openable`: records by (row key, column key) that the viewer may open; never together with `guard`.
    Rows stand by size, columns by key; guarded rows by their words, because an order by size would tell.
    """
    row_keys = sorted({key for key, _ in counts}, key=lambda key: (not key, str(rows(key))))
    column_keys = sorted({key for _, key in counts}) if columns else [""]
    table = suppression.Table.of(
        row_keys, column_keys, [[counts.get((row, column), 0) for column in column_keys] for row in row_keys]
    )
    if guard:
        table = suppression.suppress(table)
    order: list[int] = list(range(len(row_keys)))
    if not guard:
        order.sort(key=lambda number: -(table.row_totals[number] or 0))
    return FigureTable(
        rows=tuple(Head(row_keys[number], rows(row_keys[number])) for number in order),
        columns=tuple(Head(key, columns(key)) for key in column_keys) if columns else (),
        cells=tuple(table.values[number] if columns else () for number in order),
        row_totals=tuple(table.row_totals[number] for number in order),
        column_totals=table.column_totals if columns else (),
        total=table.total,
        is_guarded=guard and table.hidden > 0,
        note=note,
        **_ways(openable if not guard else None, [row_keys[number] for number in order], column_keys if columns else []),
    )


def _ways(openable: Mapping[tuple[str, str], int] | None, rows: Sequence[str], columns: Sequence[str]) -> dict[str, Any]:
    """How many records open from each row, each cell, and the whole table."""
    if not openable:
        return {}
    by_row: Counter[str] = Counter()
    for (row, _column), number in openable.items():
        by_row[row] += number
    return {
        "openable": tuple(by_row[row] for row in rows),
        "openable_cells": tuple(tuple(openable.get((row, column), 0) for column in columns) for row in rows) if columns else (),
        "all_openable": by_row.total(),
    }


def whole_months(since: date, until: date) -> bool:
    """Whether the period begins and ends on the first day of a month and lasts at least one."""
    return since.day == 1 == until.day and since < until


def quarter_of(day: date) -> tuple[date, date]:
    """First day of the quarter of `day` and of the next one."""
    first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    return first, next_quarter(first)


def next_quarter(first: date) -> date:
    return date(first.year + (first.month > 9), (first.month + 2) % 12 + 1, 1)


def closed_quarters(today: date, count: int = 8) -> list[tuple[date, date]]:
    """The last quarters that are over, the latest first."""
    found: list[tuple[date, date]] = []
    end = quarter_of(today)[0]
    while len(found) < count:
        start = date(end.year - (end.month == 1), (end.month - 4) % 12 + 1, 1)
        found.append((start, end))
        end = start
    return found


def is_closed_quarter(since: date, until: date, today: date) -> bool:
    return quarter_of(since) == (since, until) and until <= today
