"""A merger for the demo's year: two municipalities of a demo district become one that does not exist.

The files of the register as shipped are copied with the two in one, marked „Beispiel“ and under a key that is not given to
anybody, and taken over by the real import. Only databases that hold nothing but a demo ever see it.
"""

import csv
import gzip
import json
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bruecke.core.clock import BERLIN, local_day
from bruecke.core.registries import DemoContext
from bruecke.places.models import Area

_SHIPPED = Path(__file__).resolve().parent / "data"
_SUMS = ("area_km2", "population_2022", "population_male_2022", "population_female_2022", "population_2023")


class MergerError(Exception):
    """The merger was refused by the import; the text says why."""


@dataclass(frozen=True, slots=True)
class _Merger:
    """The invented municipality and the real ones that it is made of, the larger one first."""

    ags: str
    ars: str
    name: str
    old: tuple[str, str]


MERGED = _Merger("14628995", "146280995995", "Dohna-Müglitztal (Beispiel)", ("14628080", "14628250"))


def _merged_on(end: date) -> date:
    """The first day of a month, some eleven months before the demo's end."""
    months = end.year * 12 + end.month - 1 - 11
    return date(months // 12, months % 12 + 1, 1)


def load_places(context: DemoContext) -> None:
    """The register of Saxony as shipped."""
    from bruecke.places.importers import import_shipped_places

    if not Area.objects.filter(pk=MERGED.ags).exists():
        import_shipped_places(context.now)


def plan_merger(context: DemoContext) -> None:
    """Put the merger into the agenda, in the district that it belongs to; key and day are left under `made["merger"]`."""
    day = _merged_on(local_day(context.end))
    context.made["merger"] = MERGED.ags, day
    district = next((one for one in context.districts if MERGED.ags.startswith(one.ags)), None)
    if district is not None:
        context.agenda_add(datetime.combine(day, time(6), BERLIN), district, lambda now: merge(day, now))


def merge(day: date, now: datetime) -> None:
    """Take over the register with the two municipalities in one. Raises: MergerError."""
    from bruecke.places.importers import import_places

    with TemporaryDirectory() as folder:
        target = Path(folder)
        report = import_places(
            register=_register(target),
            changes=_changes(target, day),
            postal_codes=_postal_codes(target),
            boundaries=[_boundaries(target)],
            now=now,
            as_of=day,
        )
    if not report.ok:
        raise MergerError("; ".join(str(problem) for problem in report.errors))


def _rows(name: str) -> tuple[list[str], list[dict[str, str]]]:
    with (_SHIPPED / name).open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        return list(reader.fieldnames or ()), list(reader)


def _write(path: Path, columns: list[str], rows: list[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
    return path


def _register(folder: Path) -> Path:
    columns, rows = _rows("municipalities.csv")
    larger, smaller = (next(row for row in rows if row["ags"] == ags) for ags in MERGED.old)
    made = {**larger, "ags": MERGED.ags, "ars": MERGED.ars, "name": f"{MERGED.name}, Stadt", "short_name": MERGED.name}
    made |= {"admin_union_key": MERGED.ars[:9], "admin_union_name": MERGED.name, "admin_union_type": "verbandsfreie Gemeinde"}
    for column in _SUMS:
        total = float(larger[column]) + float(smaller[column])
        made[column] = f"{total:.2f}" if column == "area_km2" else str(int(total))
    return _write(folder / "municipalities.csv", columns, [row for row in rows if row["ags"] not in MERGED.old] + [made])


def _changes(folder: Path, day: date) -> Path:
    columns, rows = _rows("territorial_changes.csv")
    known = {row["ags"]: row["name"] for row in _rows("municipalities.csv")[1]}
    for ags in MERGED.old:
        change = {"reference": "Beispiel", "unit": "Gemeinde", "from_ags": ags, "from_name": known[ags], "kind_code": "1"}
        change |= {"kind": "dissolved", "to_ars": MERGED.ars, "to_ags": MERGED.ags, "to_name": MERGED.name}
        rows.append(dict.fromkeys(columns, "") | change | {"legal_date": day.isoformat(), "statistical_date": day.isoformat()})
    return _write(folder / "territorial_changes.csv", columns, rows)


def _postal_codes(folder: Path) -> Path:
    columns, rows = _rows("postal_codes.csv")
    for row in rows:
        if row["ags"] in MERGED.old:
            row["ags"] = MERGED.ags
            if row["kind"] == "municipality":
                row["kind"], row["is_seat_plz"] = "place", str(int(row["place"] == "Dohna"))  # the old names are parts of it now
    return _write(folder / "postal_codes.csv", columns, rows)


def _boundaries(folder: Path) -> Path:
    import shapely  # heavy, and needed here alone
    from shapely.geometry import shape

    with gzip.open(_SHIPPED / "municipalities.geojson.gz", "rt", encoding="utf-8") as file:
        content: dict[str, Any] = json.load(file)
    old = [one for one in content["features"] if one["properties"].get("ags") in MERGED.old]
    outline = shapely.union_all([shape(one["geometry"]) for one in old])
    made = {"type": "Feature", "properties": {"ags": MERGED.ags}, "geometry": json.loads(shapely.to_geojson(outline))}
    content["features"] = [one for one in content["features"] if one not in old] + [made]
    path = folder / "municipalities.geojson"
    path.write_text(json.dumps(content), encoding="utf-8")
    return path
