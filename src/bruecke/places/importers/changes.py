"""Territorial changes: which municipality was dissolved or got a new key, and which one took its place."""

import re
from datetime import date
from pathlib import Path

from django.utils.translation import gettext as _

from bruecke.core.folding import find_key, sort_key
from bruecke.places.importers.batch import Batch, Values
from bruecke.places.importers.reading import Row, read_table
from bruecke.places.importers.register import split_name
from bruecke.places.importers.report import Problem
from bruecke.places.importers.slugs import give_slugs
from bruecke.places.states import AreaKind

REQUIRED = ("unit", "from_ags", "from_name", "kind_code", "to_ags", "legal_date")
ENDING = {"1", "3"}  # dissolved, new key; parts that move and new names leave the municipality as it is


def stage_changes(batch: Batch, path: Path) -> None:
    """Put predecessors (ended, created if unknown) and their successions into the batch. Raises Unreadable."""
    _columns, rows = read_table(path, REQUIRED)
    for row in rows:
        if isinstance(row, Problem):
            batch.report.error(row)
        elif row["unit"] == "Gemeinde" and row["kind_code"] in ENDING:
            _take_row(batch, path.name, row)


def _take_row(batch: Batch, name: str, row: Row) -> None:
    day = _day(row["legal_date"])
    if day is None:
        batch.report.error(Problem(_("Das Datum muss die Form 2023-01-31 haben."), name, row.line, "legal_date"))
        return
    if not re.fullmatch(r"[0-9]{8}", row["from_ags"]) or not find_key(row["from_name"]) or len(row["from_name"]) > 120:
        text = _("Schlüssel (8 Ziffern) oder Name der bisherigen Gemeinde fehlt.")
        batch.report.error(Problem(text, name, row.line, "from_ags"))
        return
    successor, predecessor = batch.area(row["to_ags"]), batch.area(row["from_ags"])
    if successor is None or successor["kind"] != AreaKind.GEMEINDE:
        text = _("Die neue Gemeinde %(ags)s steht nicht im Verzeichnis; die Zeile wurde ausgelassen.")
        batch.report.note(Problem(text % {"ags": row["to_ags"][:20]}, name, row.line, "to_ags"))
        return
    if predecessor is None:
        _add_predecessor(batch, row, day, successor)
    elif predecessor["valid_until"] is None:
        batch.areas[row["from_ags"]] = predecessor | {"valid_until": day}
        batch.report.areas.ended += 1
    key = (row["from_ags"], row["to_ags"])
    if key in batch.known_successions or key in batch.successions:
        batch.report.successions.unchanged += 1
    else:
        batch.successions[key] = day
        batch.report.successions.new += 1


def _add_predecessor(batch: Batch, row: Row, day: date, successor: Values) -> None:
    ags, official = row["from_ags"], row["from_name"]
    short = split_name(official)[0]
    kreis = ags[:5] if batch.area(ags[:5]) else successor["kreis_id"]
    values: Values = dict.fromkeys(successor) | {
        "is_kreisfrei": False,
        "other_names": [],
        "seat_postal_code": "",
    }
    values |= {"kind": AreaKind.GEMEINDE.value, "name": short, "official_name": official, "designation": "Gemeinde"}
    values |= {"ars": row["from_ars"][:12], "sort_key": sort_key(short), "find_key": find_key(short)}
    values |= {"parent_id": kreis, "kreis_id": kreis, "valid_until": day}
    give_slugs(batch.all_areas(), {ags: values})
    batch.areas[ags] = values
    batch.report.areas.new += 1


def _day(cell: str) -> date | None:
    try:
        return date.fromisoformat(cell)
    except ValueError:
        return None
