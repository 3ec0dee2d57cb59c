"""Excel files: the archive is distrusted first, then its parts are read as streams; nothing is evaluated, nothing unpacked."""

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bruecke.core.errors import Invalid
from bruecke.core.sheets.formats import formats_in
from bruecke.core.sheets.shapes import Grid, Warnings
from bruecke.core.sheets.xlsx_parts import PartError, SheetPart, SheetReader, read_shared_texts

MAX_UNPACKED = 150 * 1024 * 1024
MAX_RATIO = 200  # a sheet of offices shrinks to a tenth; a hundredth would be rare
RATIO_COUNTS_FROM = 1024 * 1024
MAX_PARTS = 2_000
MAX_SMALL_PART = 5 * 1024 * 1024
_DEFLATED = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}


@dataclass(frozen=True, slots=True)
class _SheetEntry:
    name: str
    path: str
    is_hidden: bool


def broken_excel() -> str:
    return _("Die Excel-Datei ist beschädigt. Bitte öffnen Sie sie in Excel und speichern Sie sie neu als .xlsx.")


def read_workbook(content: bytes) -> Iterator[Grid]:
    """The visible sheets one after the other, each as far as it holds anything. Raises: Invalid."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _distrust(archive)
            yield from _sheets(archive)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, PartError, ParseError, DefusedXmlException) as error:
        raise Invalid(broken_excel()) from error
    except (EOFError, OSError, ValueError, NotImplementedError, RuntimeError, RecursionError, zlib.error) as error:
        raise Invalid(broken_excel()) from error


def _distrust(archive: zipfile.ZipFile) -> None:
    """Sizes, shares and names in the directory of the archive. Raises: Invalid."""
    parts = archive.infolist()
    names = [part.filename for part in parts]
    if any(part.flag_bits & 0x1 for part in parts):
        raise Invalid(_("Die Datei ist mit einem Kennwort geschützt. Bitte speichern Sie sie ohne Kennwort."))
    _refuse_other_kinds(names)
    if len(parts) > MAX_PARTS or len(set(names)) != len(names) or any(part.compress_type not in _DEFLATED for part in parts):
        raise Invalid(broken_excel())
    unpacked = sum(part.file_size for part in parts)
    swollen = any(part.file_size > RATIO_COUNTS_FROM and part.file_size > part.compress_size * MAX_RATIO for part in parts)
    if unpacked > MAX_UNPACKED or swollen:
        raise Invalid(_("Der Inhalt der Excel-Datei ist ungewöhnlich groß. Bitte kopieren Sie nur die Tabelle in eine neue Datei."))


def _refuse_other_kinds(names: list[str]) -> None:
    lowered = {name.lower() for name in names}
    if any(name.endswith("vbaproject.bin") for name in lowered):
        raise Invalid(_("Die Datei enthält Makros und wird nicht angenommen. Bitte speichern Sie sie als .xlsx ohne Makros."))
    if "xl/workbook.bin" in lowered or "content.xml" in lowered:
        raise Invalid(_("Diese Art von Tabelle wird nicht gelesen. Bitte speichern Sie sie als .xlsx oder als .csv."))
    if "xl/workbook.xml" not in lowered:
        raise Invalid(_("Die Datei ist keine Tabelle. Bitte wählen Sie eine Excel-Datei (.xlsx) oder eine CSV-Datei."))


def _small(archive: zipfile.ZipFile, path: str) -> Element | None:
    """A part of the frame as a tree, None when there is none."""
    try:
        part = archive.getinfo(path)
    except KeyError:
        return None
    if part.file_size > MAX_SMALL_PART:
        raise PartError(path)
    with archive.open(part) as stream:
        return fromstring(stream.read(MAX_SMALL_PART), forbid_dtd=True)


def _entries(archive: zipfile.ZipFile, workbook: Element) -> list[_SheetEntry]:
    """The sheets in their order, with the parts they stand in."""
    links = _small(archive, "xl/_rels/workbook.xml.rels")
    targets = {} if links is None else {link.get("Id", ""): link.get("Target", "") for link in links}
    found = []
    for node in workbook.iter():
        if node.tag.rpartition("}")[2] != "sheet":
            continue
        link = next((value for name, value in node.attrib.items() if name.rpartition("}")[2] == "id"), "")
        target = targets.get(link, "")
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
        found.append(_SheetEntry(node.get("name", "")[:100], path, node.get("state", "visible") != "visible"))
    return found


def _sheets(archive: zipfile.ZipFile) -> Iterator[Grid]:
    workbook = _small(archive, "xl/workbook.xml")
    if workbook is None:
        raise PartError("xl/workbook.xml")
    is_1904 = any(node.get("date1904") in {"1", "true"} for node in workbook.iter() if node.tag.rpartition("}")[2] == "workbookPr")
    styles = _small(archive, "xl/styles.xml")
    formats = formats_in(styles) if styles is not None else []
    names = set(archive.namelist())
    texts: list[str] = []
    if "xl/sharedStrings.xml" in names:
        with archive.open("xl/sharedStrings.xml") as stream:
            texts = read_shared_texts(stream)
    for entry in _entries(archive, workbook):
        if entry.is_hidden or entry.path not in names:
            continue
        with archive.open(entry.path) as stream:
            part = SheetReader(texts, formats, is_1904=is_1904).read(stream)
        yield Grid(name=entry.name, encoding="xlsx", warnings=_told(part), rows=part.rows, merges=part.merges)


def _told(part: SheetPart) -> Warnings:
    """What a person should know about how the cells were read."""
    warnings = Warnings()
    if part.hidden_rows:
        words = ngettext(
            "%(count)s ausgeblendete Zeile wurde mitgelesen.", "%(count)s ausgeblendete Zeilen wurden mitgelesen.", part.hidden_rows
        )
        warnings.add(words % {"count": part.hidden_rows})
    for cell in part.without_value:
        warnings.add(
            _("Zelle %(cell)s enthält eine Formel ohne gespeichertes Ergebnis und gilt als leer.") % {"cell": cell}
            + " "
            + _("Bitte öffnen Sie die Datei in Excel und speichern Sie sie, dann steht das Ergebnis darin.")
        )
    for cell, words in part.with_error:
        warnings.add(_("Zelle %(cell)s zeigt einen Fehler (%(error)s) und gilt als leer.") % {"cell": cell, "error": words})
    return warnings
