"""Postal codes: rows of the CSV say which code is used in which municipality or Ortsteil."""

import re
from collections import Counter
from pathlib import Path

from django.utils.translation import gettext as _

from bruecke.places.importers.batch import Batch, CodeKey, Values
from bruecke.places.importers.reading import Row, read_table
from bruecke.places.importers.register import MOST_ENDINGS
from bruecke.places.importers.report import Problem
from bruecke.places.states import AreaKind

REQUIRED = ("plz", "ags", "place")
DEFAULT_SOURCE = "osm"


def stage_postal_codes(batch: Batch, path: Path) -> None:
    """Check every row and put new, changed and vanished codes into the batch. Raises Unreadable."""
    _columns, rows = read_table(path, REQUIRED)
    found: dict[CodeKey, Values] = {}
    unknown: Counter[str] = Counter()
    for row in rows:
        problem = row if isinstance(row, Problem) else _problem(path.name, row)
        if problem:
            batch.report.error(problem)
            continue
        assert isinstance(row, Row)  # noqa: S101 - a Problem was dealt with above
        area = batch.area(row["ags"])
        if area is None or area["kind"] != AreaKind.GEMEINDE:
            unknown[row["ags"]] += 1
            continue
        locality = row["place"] if row["kind"] == "place" else ""
        key = (row["ags"], row["plz"], locality)
        is_seat = not locality and area["seat_postal_code"] == row["plz"]
        values = {"is_seat": is_seat or row["is_seat_plz"] == "1", "source": row["source"] or DEFAULT_SOURCE}
        values |= {"lon": _degrees(row["lon"]), "lat": _degrees(row["lat"])}
        found.setdefault(key, values)
    if unknown:
        values = {"count": sum(unknown.values()), "keys": ", ".join(sorted(unknown)[:5])}
        text = _("%(count)d Zeilen nennen Gemeinden, die nicht im Verzeichnis stehen, und wurden ausgelassen: %(keys)s …")
        batch.report.note(Problem(text % values, path.name))
    if not found and batch.report.ok:
        text = _("Keine Zeile passt zum Verzeichnis. Bitte importieren Sie zuerst das Gemeindeverzeichnis.")
        batch.report.error(Problem(text, path.name))
    _compare(batch, path.name, found)


def _problem(name: str, row: Row) -> Problem | None:
    if not re.fullmatch(r"[0-9]{5}", row["plz"]):
        text = _("„%(value)s“ ist keine Postleitzahl. Sie hat 5 Ziffern, auch führende Nullen.")
        return Problem(text % {"value": row["plz"][:20]}, name, row.line, "plz")
    if not re.fullmatch(r"[0-9]{8}", row["ags"]):
        text = _("„%(value)s“ ist kein Gemeindeschlüssel. Er hat 8 Ziffern, auch führende Nullen.")
        return Problem(text % {"value": row["ags"][:20]}, name, row.line, "ags")
    if not row["place"] or len(row["place"]) > 120:
        return Problem(_("Der Ortsname fehlt oder ist zu lang."), name, row.line, "place")
    if len(row["source"]) > 20:
        return Problem(_("Der Kurzname der Quelle ist zu lang."), name, row.line, "source")
    for column in ("lon", "lat"):
        if row[column] and _degrees(row[column]) is None:
            return Problem(_("„%(value)s“ ist keine Zahl in Grad.") % {"value": row[column][:20]}, name, row.line, column)
    return None


def _degrees(cell: str) -> float | None:
    return round(float(cell), 6) if re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]{1,12})?", cell) else None


def _compare(batch: Batch, name: str, found: dict[CodeKey, Values]) -> None:
    counts = batch.report.postal_codes
    for key, values in found.items():
        known = batch.known_codes.get(key)
        if known == values:
            counts.unchanged += 1
            continue
        batch.codes[key] = values
        if known is None:
            counts.new += 1
        else:
            counts.changed += 1
    scope = {(key[0][:2], values["source"]) for key, values in found.items()}
    present = [key for key, values in batch.known_codes.items() if (key[0][:2], values["source"]) in scope]
    gone = [key for key in present if key not in found]
    if len(gone) > MOST_ENDINGS * len(present) and not batch.accept_endings:
        values = {"missing": len(gone), "known": len(present)}
        text = _("In der Datei fehlen %(missing)d von %(known)d bekannten Zeilen. Bitte nehmen Sie die vollständige Datei.")
        batch.report.error(Problem(text % values, name))
        return
    for key in gone:
        batch.codes[key] = None
        counts.ended += 1
