"""Tables of offices: `read_sheet` reads CSV and XLSX into one shape, `write_csv` and `write_xlsx` write what they open."""

from bruecke.core.sheets.reading import read_sheet, read_upload
from bruecke.core.sheets.shapes import MAX_BYTES, MAX_CELL, MAX_COLUMNS, MAX_ROWS, Sheet, SheetRow
from bruecke.core.sheets.writing import CSV_TYPE, XLSX_TYPE, OutColumn, sheet_response, write_csv, write_xlsx

__all__ = [
    "CSV_TYPE",
    "MAX_BYTES",
    "MAX_CELL",
    "MAX_COLUMNS",
    "MAX_ROWS",
    "XLSX_TYPE",
    "OutColumn",
    "Sheet",
    "SheetRow",
    "read_sheet",
    "read_upload",
    "sheet_response",
    "write_csv",
    "write_xlsx",
]
