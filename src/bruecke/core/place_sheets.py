"""What apps put on the page of a quarter about one municipality: small tables of counts, made for all of a district at once.

Counts of persons come as everybody sees them on the page *Zahlen* who may open none of the records: the same table by
municipality, of the same closed quarter, with small counts hidden (`core.suppression`). So neither several pages of different
municipalities nor a page and *Zahlen* together tell more than *Zahlen* alone.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from bruecke.core.figures import Cell, FigureQuestion, FigureSource, Scope
from bruecke.core.models import District
from bruecke.core.registry import Registry
from bruecke.core.viewer import Viewer, ViewerKind


@dataclass(frozen=True, slots=True)
class Quarters:
    """First days of the quarter that the page is about, of the one before, and of the same one a year earlier."""

    first: date
    before: date
    year_ago: date

    @classmethod
    def of(cls, first: date) -> "Quarters":
        before = date(first.year - (first.month == 1), (first.month - 4) % 12 + 1, 1)
        return cls(first, before, date(first.year - 1, first.month, 1))

    @property
    def until(self) -> date:
        """The first day after the quarter."""
        return next_first(self.first)

    @property
    def columns(self) -> tuple[date, date, date]:
        return self.first, self.before, self.year_ago


def next_first(first: date) -> date:
    return date(first.year + (first.month > 9), (first.month + 2) % 12 + 1, 1)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A label and its cells; None is hidden."""

    label: object
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class SheetTable:
    """One table of the page. `by_quarter`: three cells a row, as `Quarters.columns`; otherwise one, as of today."""

    rows: tuple[SheetRow, ...]
    by_quarter: bool = False
    note: object = ""


def _everybody(viewer: Viewer) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class SheetSection:
    """A table by the key (AGS) of the municipality; one that is missing there has nothing to show. Runs in the scope.

    `is_for`: whether a viewer may see it. Who may open some of the records must not: from her own exact counts and the counts
    of all she could compute hidden ones of others.
    """

    key: str
    label: object
    collect: Callable[[District, Quarters, datetime], Mapping[str, SheetTable]]
    is_for: Callable[[Viewer], bool] = _everybody
    feature: str = ""
    order: int = 100


place_sheets: Registry[SheetSection] = Registry("place_sheets")


def counts_by_place(
    source: FigureSource, dimension: str, district: District, quarters: Quarters, now: datetime
) -> list[dict[str, Cell]]:
    """For each quarter the counts by municipality as *Zahlen* shows them to who may open no record; None is hidden.

    A municipality that is missing had none.
    """
    nobody = Viewer(kind=ViewerKind.PERSON, district_id=district.pk, account_id=0)  # there is no such account
    found = []
    for first in quarters.columns:
        question = FigureQuestion(first, next_first(first), Scope.REST, dimension)
        table = source.collect(nobody, question, now)
        found.append({head.key: total for head, total in zip(table.rows, table.row_totals, strict=True)})
    return found
