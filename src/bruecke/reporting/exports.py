"""A table of figures as a sheet, exactly as the page shows it: what is hidden there is hidden here."""

from typing import Any

from django.utils.translation import gettext as _

from bruecke.core.figures import FigureTable
from bruecke.core.sheets import OutColumn

HIDDEN = "•"


def sheet_of(table: FigureTable, row_label: object) -> tuple[list[OutColumn], list[dict[str, Any]]]:
    """Columns, and rows by the key of the column; sums at the end."""
    columns = [OutColumn("row", row_label)]
    columns += [OutColumn(f"c{number}", head.label, "number") for number, head in enumerate(table.columns)]
    lines = [(head.label, table.cells[number], table.row_totals[number : number + 1]) for number, head in enumerate(table.rows)]
    if table.row_totals:
        columns.append(OutColumn("total", _("Summe"), "number"))
        lines.append((_("Summe"), table.column_totals, (table.total,)))
    if table.last:
        lines.append((*table.last, ()))
    return columns, [_line(columns, label, (*cells, *total)) for label, cells, total in lines]


def _line(columns: list[OutColumn], label: object, cells: tuple[Any, ...]) -> dict[str, Any]:
    values = [str(label), *(HIDDEN if cell is None else cell for cell in cells)]
    return {column.key: value for column, value in zip(columns, values, strict=True)}
