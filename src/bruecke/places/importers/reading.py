"""From a file on disk to checked text: size, packing, encoding, CSV rows and JSON; not what the rows mean."""

import codecs
import csv
import gzip
import io
import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from bruecke.places.importers.report import Problem, Unreadable

LARGEST_FILE = 300 * 1024 * 1024  # bytes, unpacked; the boundaries of all German municipalities have 250 MB
LONGEST_CELL = 20_000  # characters; the longest real one lists the postal codes of Berlin
_FORMULA = ("=", "+", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: its number in the file (1 = header) and its cells by column, stripped."""

    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


def read_bytes(path: Path) -> bytes:
    """The content, unpacked when it is gzip. Raises Unreadable."""
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            stream: Any = gzip.GzipFile(fileobj=raw) if packed else raw
            content: bytes = stream.read(LARGEST_FILE + 1)
    except (OSError, EOFError, zlib.error) as error:
        if isinstance(error, FileNotFoundError):
            message = _("Die Datei gibt es nicht. Bitte prüfen Sie den Pfad.")
        else:
            message = _("Die Datei lässt sich nicht lesen oder ist beschädigt. Bitte laden Sie sie noch einmal herunter.")
        raise Unreadable(Problem(message, path.name)) from error
    if len(content) > LARGEST_FILE:
        limit = LARGEST_FILE // 1024 // 1024
        message = _("Die Datei ist entpackt größer als %(limit)d MB. Bitte teilen Sie sie nach Ländern.") % {"limit": limit}
        raise Unreadable(Problem(message, path.name))
    if not content.strip():
        raise Unreadable(Problem(_("Die Datei ist leer."), path.name))
    return content


def read_text(path: Path) -> str:
    """The content as text: UTF-8 with or without byte order mark. Raises Unreadable."""
    content = read_bytes(path)
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        message = _("Die Datei ist in UTF-16 gespeichert. Bitte speichern Sie sie als „CSV UTF-8“.")
        raise Unreadable(Problem(message, path.name))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        message = _("Die Datei ist nicht in UTF-8 gespeichert (vielleicht Windows-1252). Bitte als „CSV UTF-8“ speichern.")
        raise Unreadable(Problem(message, path.name, line)) from error
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        message = _("Die Datei enthält Nullzeichen und ist keine Textdatei. Bitte speichern Sie sie als „CSV UTF-8“.")
        raise Unreadable(Problem(message, path.name, line))
    return text


def read_table(path: Path, required: Sequence[str]) -> tuple[set[str], Iterator[Row | Problem]]:
    """The columns of a CSV file (comma or semicolon) and its rows; a broken row comes as a Problem.

    Raises Unreadable when the file or its header cannot be used.
    """
    text = read_text(path)
    first = text.split("\n", 1)[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = [cell.strip().lower() for cell in next(reader)]
    except (csv.Error, StopIteration) as error:
        raise Unreadable(Problem(_("Die erste Zeile nennt keine Spalten."), path.name, 1)) from error
    missing = [column for column in required if column not in header]
    if missing:
        message = _("Es fehlen Spalten: %(missing)s. Die erste Zeile muss diese Namen enthalten; gefunden: %(found)s.") % {
            "missing": ", ".join(missing),
            "found": ", ".join(header)[:200],
        }
        raise Unreadable(Problem(message, path.name, 1))
    return set(header), _rows(reader, header, path.name)


def _rows(reader: Any, header: list[str], name: str) -> Iterator[Row | Problem]:
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield Problem(
                _("Die Zeile ist nicht lesbar: ein Anführungszeichen ist nicht geschlossen oder ein Feld zu lang."),
                name,
                line,
            )
            return
        if not any(cells):
            continue
        if len(cells) != len(header):
            values = {"found": len(cells), "expected": len(header)}
            yield Problem(_("Die Zeile hat %(found)d statt %(expected)d Felder.") % values, name, line)
            continue
        problem = next(filter(None, (_bad_cell(name, line, *pair) for pair in zip(header, cells, strict=True))), None)
        yield problem or Row(line, {column: cell.strip() for column, cell in zip(header, cells, strict=True)})


def _bad_cell(name: str, line: int, column: str, cell: str) -> Problem | None:
    if len(cell) > LONGEST_CELL:
        return Problem(_("Das Feld ist zu lang."), name, line, column)
    if cell.startswith(_FORMULA):
        return Problem(
            _("Das Feld beginnt wie eine Formel („%(sign)s“). Bitte tragen Sie nur Text ein.") % {"sign": cell[0]},
            name,
            line,
            column,
        )
    if any(ord(char) < 32 for char in cell):
        return Problem(_("Das Feld enthält Steuerzeichen oder einen Zeilenumbruch."), name, line, column)
    return None


def read_features(path: Path) -> tuple[dict[str, Any], list[Any]]:
    """The head and the features of a GeoJSON FeatureCollection. Raises Unreadable."""
    text = read_text(path)
    try:
        content = json.loads(text, parse_constant=_refuse_constant)
    except (json.JSONDecodeError, RecursionError, ValueError) as error:
        line = getattr(error, "lineno", 0)
        message = _("Die Datei ist kein gültiges JSON oder abgeschnitten. Bitte laden Sie sie noch einmal herunter.")
        raise Unreadable(Problem(message, path.name, line)) from error
    if not isinstance(content, dict) or content.get("type") != "FeatureCollection" or not isinstance(content.get("features"), list):
        message = _("Die Datei ist kein GeoJSON mit einer Liste von Flächen (FeatureCollection).")
        raise Unreadable(Problem(message, path.name))
    if not content["features"]:
        raise Unreadable(Problem(_("Die Datei enthält keine Fläche."), path.name))
    return {key: value for key, value in content.items() if key != "features"}, content["features"]


def _refuse_constant(name: str) -> None:
    raise ValueError(name)
