"""Tables for offices: CSV as German Excel opens it by a double click, XLSX with real days and figures; no cell acts."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from bruecke.core.clock import BERLIN
from bruecke.core.errors import Invalid

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
_NUMBER = re.compile(r"-\d+(?:[.,]\d+)*")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_FORBIDDEN_IN_TITLE = re.compile(r"[\[\]*?:/\\\x00-\x1f']")
_FORMATS = {"date": "DD.MM.YYYY", "moment": "DD.MM.YYYY HH:MM"}
_WIDTHS = {"number": 12, "date": 12, "moment": 17}


@dataclass(frozen=True, slots=True)
class OutColumn:
    """A column to write: `key` in the rows, `label` in the header; `kind` text, number, date or moment."""

    key: str
    label: object
    kind: str = "text"


def harmless(text: str) -> str:
    """A text that no spreadsheet program takes for a formula; negative figures stay figures."""
    return f"'{text}" if text.startswith(_DANGEROUS) and not _NUMBER.fullmatch(text) else text


def write_csv(columns: Sequence[OutColumn], rows: Iterable[Mapping[str, Any]]) -> bytes:
    """UTF-8 with BOM, semicolons, one line a row, formulas defused; days as 01.09.2026, figures with a decimal comma."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([harmless(_clean(str(column.label))) for column in columns])
    for row in rows:
        writer.writerow([_csv_cell(row.get(column.key), column.kind) for column in columns])
    return ("\ufeff" + text.getvalue()).encode()


def _clean(text: str) -> str:
    return _CONTROLS.sub("", text)


def _csv_cell(value: Any, kind: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("ja") if value else _("nein")
    if isinstance(value, datetime):
        moment = _local(value)
        return f"{moment:%d.%m.%Y}" if kind == "date" else f"{moment:%d.%m.%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    if isinstance(value, (int, float, Decimal)):
        return _figure(value)
    return harmless(_clean(str(value)))


def _figure(value: float | Decimal) -> str:
    text = f"{value:f}" if isinstance(value, Decimal) else repr(value)
    return text.replace(".", ",")


def _local(moment: datetime) -> datetime:
    """Wall-clock time in Berlin without a zone, which is all a spreadsheet knows."""
    return moment.astimezone(BERLIN).replace(tzinfo=None) if moment.tzinfo else moment


def write_xlsx(
    title: object,
    columns: Sequence[OutColumn],
    rows: Iterable[Mapping[str, Any]],
    *,
    more: Sequence[tuple[object, Sequence[OutColumn], Iterable[Mapping[str, Any]]]] = (),
) -> bytes:
    """A sheet with a fixed header, filters, real days and figures; texts stay texts, whatever they begin with.

    `more` are further sheets: (title, columns, rows).
    """
    book = Workbook(write_only=True)
    book.properties.creator = "Brücke"
    for name, wanted, lines in ((title, columns, rows), *more):
        _fill(book.create_sheet(_sheet_title(name)), wanted, lines)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _fill(sheet: Any, columns: Sequence[OutColumn], rows: Iterable[Mapping[str, Any]]) -> None:
    sheet.freeze_panes = "A2"
    for place, column in enumerate(columns, start=1):
        wide = max(_WIDTHS.get(column.kind, 24), min(len(str(column.label)) + 3, 40))
        sheet.column_dimensions[get_column_letter(place)].width = wide
    sheet.append([_head_cell(sheet, column) for column in columns])
    count = 1
    for row in rows:
        sheet.append([_xlsx_cell(sheet, row.get(column.key), column.kind) for column in columns])
        count += 1
    if columns:
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{count}"


def _sheet_title(title: object) -> str:
    """Excel takes 31 characters and some not at all."""
    return _FORBIDDEN_IN_TITLE.sub(" ", _clean(str(title))).strip()[:31] or _("Tabelle")


def _text_cell(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, _clean(text)[:32_000])
    cell.data_type = "s"  # openpyxl would make a formula of "=…"
    if text.startswith(_DANGEROUS):
        cell.quotePrefix = True  # and Excel would after an edit
    return cell


def _head_cell(sheet: Any, column: OutColumn) -> Any:
    cell = _text_cell(sheet, str(column.label))
    cell.font = Font(bold=True)
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    return cell


def _xlsx_cell(sheet: Any, value: Any, kind: str) -> Any:
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return _text_cell(sheet, _("ja") if value else _("nein"))
    if isinstance(value, datetime):
        value = _local(value)
    if isinstance(value, date):
        return _day_cell(sheet, value, kind)
    if isinstance(value, Decimal | int | float):
        return value
    text = _clean(str(value))[:32_000]
    return _text_cell(sheet, text) if text.startswith((*_DANGEROUS, "#")) else text


def _day_cell(sheet: Any, value: date, kind: str) -> Any:
    if value.year < 1901:  # before Excel's calendar begins
        return _text_cell(sheet, f"{value:%d.%m.%Y}")
    if kind == "date" and isinstance(value, datetime):
        value = value.date()
    cell = WriteOnlyCell(sheet, value)
    cell.number_format = _FORMATS["moment" if isinstance(value, datetime) else "date"]
    return cell


def sheet_response(
    fmt: str, *, name: str, title: object, columns: Sequence[OutColumn], rows: Iterable[Mapping[str, Any]]
) -> HttpResponse:
    """The table as a download. `fmt` is "csv" or "xlsx", `name` the file's name without ending. Raises: Invalid for others."""
    if fmt == "csv":
        response = HttpResponse(write_csv(columns, rows), content_type=CSV_TYPE)
    elif fmt == "xlsx":
        response = HttpResponse(write_xlsx(title, columns, rows), content_type=XLSX_TYPE)
    else:
        raise Invalid(_("Diese Art von Datei gibt es nicht. Möglich sind CSV und XLSX."))
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.{fmt}") or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response
