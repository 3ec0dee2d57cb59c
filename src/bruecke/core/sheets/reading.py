"""`read_sheet`: what kind of file it is, where its header stands, and the table below it; every refusal is a German sentence."""

import re
from pathlib import PurePosixPath
from typing import IO

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bruecke.core.errors import Invalid
from bruecke.core.sheets.csv_files import read_text_table
from bruecke.core.sheets.shapes import (
    MAX_BYTES,
    MAX_ROWS,
    Grid,
    Sheet,
    SheetRow,
    column_letters,
    too_many_rows,
)
from bruecke.core.sheets.xlsx_files import read_workbook

_LOOK_AT = 60  # rows among which the header is looked for
_FIGURE = re.compile(r"[-+]?[\d.,\s]*\d[\d.,\s]*[%€]?|\d{4}-\d\d-\d\d.*|\d{1,2}\.\d{1,2}\.\d{2,4}.*|\d{1,2}:\d\d")
_OTHER_FILES = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"RIFF", "WEBP"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"{\\rtf", "RTF"),
    (b"\x1f\x8b", "GZIP"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7Z"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_upload(file: IO[bytes], name: str) -> Sheet:
    """`read_sheet` of an uploaded file, of which never more than the limit is read. Raises: Invalid."""
    return read_sheet(file.read(MAX_BYTES + 1), name)


def read_sheet(content: bytes, name: str) -> Sheet:
    """The first table of a CSV or XLSX file.

    Takes UTF-8, UTF-16 and Windows-1252, separated by semicolon, tab, comma or bar; titles above the header, merged
    groups in it, empty rows and columns are put up with. Cells are texts: days as 2026-09-01, figures with a decimal
    comma, `ja` and `nein`. Formulas are never evaluated.
    Raises: Invalid with a German sentence that says where it hurts and what helps.
    """
    if len(content) > MAX_BYTES:
        raise Invalid(_("Die Datei ist zu groß. Erlaubt sind höchstens 10 MB."))
    if not content.strip():
        raise Invalid(_("Die Datei ist leer. Bitte wählen Sie eine andere."))
    _refuse_other_files(content)
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _first_table(content)
    stem = PurePosixPath(name.replace("\\", "/").replace("\0", "")).stem[:100]
    return _as_sheet(read_text_table(content, stem))


def _refuse_other_files(content: bytes) -> None:
    if content.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise Invalid(_("Die Datei ist mit einem Kennwort geschützt. Bitte speichern Sie sie ohne Kennwort."))
        raise Invalid(_("Das alte Excel-Format (.xls) wird nicht gelesen. Bitte speichern Sie die Tabelle als .xlsx."))
    for start, kind in _OTHER_FILES:
        if content.startswith(start):
            raise Invalid(
                _("Das ist eine %(kind)s-Datei und keine Tabelle. Bitte wählen Sie eine Excel-Datei (.xlsx) oder eine CSV-Datei.")
                % {"kind": kind}
            )
    head = content[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype", b"<html", b"<table", b"<?xml")):
        raise Invalid(
            _("Die Datei ist eine Webseite oder XML-Datei. Bitte öffnen Sie sie in Excel und speichern Sie die Tabelle als .xlsx.")
        )
    if head.startswith(b"begin:vcard"):
        raise Invalid(_("Das ist eine Visitenkarte (vCard) und keine Tabelle."))


def _first_table(content: bytes) -> Sheet:
    """The first visible sheet that holds a table; the names of the others are told."""
    others: list[str] = []
    found: Grid | None = None
    count = 0
    for grid in read_workbook(content):
        if found is not None:
            if grid.rows:
                others.append(grid.name)
            continue
        count += 1
        if _header_place(grid) is not None:
            found = grid
    if found is None:
        raise Invalid(
            _(
                "In der Excel-Datei wurde keine Tabelle gefunden. Sie braucht auf einem sichtbaren Blatt eine Zeile "
                "mit Überschriften und darunter die Angaben."
            )
        )
    if others or count > 1:
        found.warnings.add(_("Die Datei hat mehrere Blätter. Gelesen wurde das Blatt „%(name)s“.") % {"name": found.name})
    return _as_sheet(found)


def _header_place(grid: Grid) -> int | None:
    """Where in `grid.rows` the header stands: the first row of at least two, mostly worded cells that is wide enough."""
    rows = grid.rows[:_LOOK_AT]
    widest = max((sum(1 for cell in cells if cell) for _number, cells in rows), default=0)
    enough = max(2, (widest + 1) // 2)
    fallback = None
    for place, (number, cells) in enumerate(rows):
        filled = [cell for cell in cells if cell]
        if len(filled) < 2 or sum(1 for cell in filled if not _FIGURE.fullmatch(cell)) * 5 < len(filled) * 3:
            continue
        if _is_group_row(grid, number) and place + 1 < len(rows):
            continue
        if len(filled) >= enough:
            return place
        fallback = place if fallback is None else fallback
    return fallback


def _is_group_row(grid: Grid, number: int) -> bool:
    """Whether cells of the row are merged sideways without reaching further down: words over groups of columns."""
    return any(merge.first_row == number == merge.last_row and merge.last_column > merge.first_column for merge in grid.merges)


def _as_sheet(grid: Grid) -> Sheet:
    place = _header_place(grid)
    if place is None:
        raise Invalid(
            _(
                "Es wurde keine Zeile mit Überschriften gefunden. Bitte schreiben Sie in die erste Zeile, was in den "
                "Spalten steht, zum Beispiel Name und Ort."
            )
        )
    number = grid.rows[place][0]
    body = grid.rows[place + 1 :]
    if len(body) > MAX_ROWS:
        raise Invalid(too_many_rows())
    width = max(len(cells) for _number, cells in grid.rows[place:])
    titles = _titles(grid, place, width)
    used = {column for _number, cells in body for column, cell in enumerate(cells) if cell}
    columns = [column for column in range(width) if titles[column] or column in used]
    _warn_of_nameless(grid, titles, columns)
    _warn_of_overlong(grid, titles, body)
    header = _unique([titles[column] or _("Spalte %(letters)s") % {"letters": column_letters(column)} for column in columns])
    rows = tuple(SheetRow(row, tuple(cells[column] if column < len(cells) else "" for column in columns)) for row, cells in body)
    return Sheet(grid.name, header, number, rows, grid.encoding, grid.warnings.told())


def _titles(grid: Grid, place: int, width: int) -> list[str]:
    """The words over each column: those of the header row, with the group above where they would stand twice or not at all."""
    number, cells = grid.rows[place]
    own = _padded(cells, width)
    groups = [""] * width
    if place and _is_group_row(grid, grid.rows[place - 1][0]):
        above_number, above_cells = grid.rows[place - 1]
        groups = _padded(above_cells, width)
        for merge in grid.merges:
            if merge.first_row == above_number and merge.first_column < width:
                for column in range(merge.first_column, min(merge.last_column + 1, width)):
                    groups[column] = groups[merge.first_column]
    for merge in grid.merges:  # one wide header cell over several columns
        if merge.first_row <= number <= merge.last_row and merge.first_column < width:
            for column in range(merge.first_column, min(merge.last_column + 1, width)):
                own[column] = own[column] or own[merge.first_column]
    own = [" ".join(title.split())[:200] for title in own]
    groups = [" ".join(title.split())[:200] for title in groups]
    twice = {title for title in own if own.count(title) > 1}
    return [f"{group} {title}".strip() if not title or title in twice else title for title, group in zip(own, groups, strict=True)]


def _padded(cells: list[str], width: int) -> list[str]:
    return (cells + [""] * width)[:width]


def _unique(titles: list[str]) -> tuple[str, ...]:
    """Titles that stand twice are counted: Telefon, Telefon (2)."""
    given: dict[str, int] = {}
    taken: list[str] = []
    for title in titles:
        given[title] = given.get(title, 0) + 1
        taken.append(title if given[title] == 1 else f"{title} ({given[title]})")
    return tuple(taken)


def _warn_of_nameless(grid: Grid, titles: list[str], columns: list[int]) -> None:
    for column in columns:
        if not titles[column]:
            grid.warnings.add(_("Spalte %(letters)s hat keine Überschrift.") % {"letters": column_letters(column)})


def _warn_of_overlong(grid: Grid, titles: list[str], body: list[tuple[int, list[str]]]) -> None:
    """Rows that go on to the right of the last title: in text files mostly a separator inside a text."""
    last = max((column for column, title in enumerate(titles) if title), default=-1)
    overlong = [number for number, cells in body if len(cells) > last + 1]
    if overlong:
        words = ngettext(
            "In Zeile %(row)s stehen mehr Zellen, als es Überschriften gibt.",
            "In %(count)s Zeilen stehen mehr Zellen, als es Überschriften gibt, zuerst in Zeile %(row)s.",
            len(overlong),
        )
        grid.warnings.add(words % {"count": len(overlong), "row": overlong[0]})
