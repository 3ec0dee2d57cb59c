"""The shape every table has after reading, and how large one may be."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bruecke.core import files

MAX_BYTES = files.MAX_BYTES  # one limit for every upload of the house
MAX_ROWS = 20_000
MAX_COLUMNS = 200
MAX_CELL = 10_000
MAX_FILLED = 1_000_000  # cells with a text in them, in the whole table
_MAX_WARNINGS = 20


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One line of a table. `number` is what the person sees beside it in her program (1: first line of the file)."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: `rows` are as long as `header`; `warnings` are German sentences about what was read in a certain way.

    `header_row` is 0 where the file has no row of headings.
    """

    name: str
    header: tuple[str, ...]
    header_row: int
    rows: tuple[SheetRow, ...]
    encoding: str
    warnings: tuple[str, ...]


@dataclass(slots=True)
class Warnings:
    """Collects sentences; the same kind again and again is told a few times and then counted."""

    lines: list[str] = field(default_factory=list)
    more: int = 0

    def add(self, line: str) -> None:
        if len(self.lines) < _MAX_WARNINGS:
            self.lines.append(line)
        else:
            self.more += 1

    def told(self) -> tuple[str, ...]:
        if not self.more:
            return tuple(self.lines)
        rest = ngettext("Dazu kommt %(count)s weiterer Hinweis.", "Dazu kommen %(count)s weitere Hinweise.", self.more)
        return (*self.lines, rest % {"count": self.more})


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged area: rows by their number, columns from 0, both ends included."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int


@dataclass(slots=True)
class Grid:
    """Filled rows as they stand in the file, before the header is found; empty rows and trailing empty cells are left out."""

    name: str
    encoding: str
    warnings: Warnings
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)


def column_letters(index: int) -> str:
    """0 → A, 25 → Z, 26 → AA: the name of a column in a spreadsheet program."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cell_name(number: int, column: int) -> str:
    return f"{column_letters(column)}{number}"


def too_many_rows() -> str:
    limit = f"{MAX_ROWS:,}".replace(",", ".")
    return _("Die Tabelle hat mehr als %(limit)s Zeilen. Bitte teilen Sie sie auf mehrere Dateien auf.") % {"limit": limit}


def too_many_cells() -> str:
    return _("Die Tabelle hat zu viele ausgefüllte Zellen. Bitte teilen Sie sie auf mehrere Dateien auf.")


def too_many_columns(cell: str) -> str:
    return _("Die Tabelle ist zu breit: In Zelle %(cell)s steht noch etwas, erlaubt sind %(limit)s Spalten.") % {
        "cell": cell,
        "limit": MAX_COLUMNS,
    } + (" " + _("Bitte löschen Sie die Spalten, die nicht gebraucht werden."))


def too_long_cell(cell: str) -> str:
    limit = f"{MAX_CELL:,}".replace(",", ".")
    return _("Der Text in Zelle %(cell)s ist zu lang. Bitte kürzen Sie ihn auf höchstens %(limit)s Zeichen.") % {
        "cell": cell,
        "limit": limit,
    }
