"""The municipal register: rows of the CSV become areas of four levels; what is missing from it has ended."""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from django.utils.translation import gettext as _

from bruecke.core.folding import find_key, sort_key
from bruecke.places.importers.batch import AREA_FIELDS, Batch, Values
from bruecke.places.importers.reading import Row, read_table
from bruecke.places.importers.report import Problem
from bruecke.places.importers.slugs import give_slugs
from bruecke.places.states import AreaKind

REQUIRED = ("ags", "ars", "name", "district_ags", "district_name")
LAENDER = {
    "01": "Schleswig-Holstein",
    "02": "Hamburg",
    "03": "Niedersachsen",
    "04": "Bremen",
    "05": "Nordrhein-Westfalen",
    "06": "Hessen",
    "07": "Rheinland-Pfalz",
    "08": "Baden-Württemberg",
    "09": "Bayern",
    "10": "Saarland",
    "11": "Berlin",
    "12": "Brandenburg",
    "13": "Mecklenburg-Vorpommern",
    "14": "Sachsen",
    "15": "Sachsen-Anhalt",
    "16": "Thüringen",
}
UNINCORPORATED = {"65", "66"}  # record types without a municipality: forests, lakes, training grounds
SECOND_LANGUAGE = {"14": "hsb", "12": "dsb"}  # Upper Sorbian in Saxony, Lower Sorbian in Brandenburg
MOST_ENDINGS = 0.2  # a larger share of a Land missing means an incomplete file, not a reform
_POPULATION = re.compile(r"population_(\d{4})")
_KREIS_WORDS = re.compile(r"^(?:Landkreis|Kreis) | \((?:kreisfreie Stadt|Stadtkreis)\)$")
_DESIGNATIONS = {"M": "Markt", "St": "Stadt", "GKSt": "Große Kreisstadt"}


class _BadCell(Exception):
    def __init__(self, column: str, message: str) -> None:
        super().__init__(message)
        self.column = column


@dataclass(slots=True)
class _File:
    """What is gathered while the rows are read."""

    name: str
    columns: set[str]
    years: list[str]
    areas: dict[str, Values] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    left_out: int = 0

    @property
    def knows_unions(self) -> bool:
        return {"admin_union_key", "admin_union_name", "admin_union_type"} <= self.columns


def stage_register(batch: Batch, path: Path) -> None:
    """Check every row and put new, changed and ended areas into the batch. Raises Unreadable."""
    columns, rows = read_table(path, REQUIRED)
    years = sorted((match.group(1) for match in map(_POPULATION.fullmatch, columns) if match), reverse=True)
    file = _File(path.name, columns, years)
    for row in rows:
        if isinstance(row, Problem):
            batch.report.error(row)
            continue
        try:
            _take_row(batch, file, row)
        except _BadCell as bad:
            batch.report.error(Problem(str(bad), file.name, row.line, bad.column))
    if not file.areas and batch.report.ok:
        batch.report.error(Problem(_("Die Datei enthält keine Gemeinde."), file.name))
    if file.left_out:
        values = {"count": file.left_out}
        batch.report.note(Problem(_("%(count)d gemeindefreie Gebiete wurden ausgelassen.") % values, file.name))
    _add_sums(file)
    _end_missing(batch, file)
    give_slugs(batch.known_areas, file.areas)
    for ags, values in file.areas.items():
        _compare(batch, ags, values)


def _take_row(batch: Batch, file: _File, row: Row) -> None:
    ags, ars = row["ags"], row["ars"]
    if row["type_code"] in UNINCORPORATED:
        file.left_out += 1
        return
    if not re.fullmatch(r"[0-9]{8}", ags):
        raise _BadCell(
            "ags",
            _("„%(value)s“ ist kein Gemeindeschlüssel. Er hat 8 Ziffern, auch führende Nullen.") % {"value": ags[:20]},
        )
    if ags[:2] not in LAENDER:
        raise _BadCell("ags", _("Ein Land mit dem Schlüssel %(land)s gibt es nicht.") % {"land": ags[:2]})
    if not re.fullmatch(r"[0-9]{12}", ars) or ars[:5] + ars[9:] != ags:
        raise _BadCell("ars", _("Der Regionalschlüssel hat 12 Ziffern und passt zum Gemeindeschlüssel %(ags)s.") % {"ags": ags})
    if row["district_ags"] != ags[:5]:
        raise _BadCell("district_ags", _("Der Kreis muss die ersten fünf Ziffern der Gemeinde tragen: %(key)s.") % {"key": ags[:5]})
    if ags in file.lines:
        raise _BadCell("ags", _("Die Gemeinde steht schon in Zeile %(line)d.") % {"line": file.lines[ags]})
    file.lines[ags] = row.line
    union = _union(file, row)
    parent = union or ags[:5]
    if not file.knows_unions and ags in batch.known_areas:
        parent = batch.known_areas[ags]["parent_id"]
    file.areas[ags] = _municipality(file, row) | {"parent_id": parent, "kreis_id": ags[:5]}
    _kreis(file, row)


def _area(kind: AreaKind, name: str, official: str, designation: str) -> Values:
    """Values of an area with nothing but names."""
    empty: Values = {"is_kreisfrei": False, "other_names": [], "ars": "", "population": None, "population_on": None}
    empty |= {
        "area_km2": None,
        "lon": None,
        "lat": None,
        "seat_postal_code": "",
        "valid_from": None,
        "valid_until": None,
    }
    names = {"name": name, "official_name": official, "sort_key": sort_key(name), "find_key": find_key(name)}
    return {**empty, **names, "kind": kind.value, "designation": designation, "parent_id": None, "kreis_id": None}


def split_name(official: str) -> tuple[str, str, str]:
    """Short name, second-language name, addition: "Weißwasser, Stadt / Běła Woda" → Weißwasser, Běła Woda, Stadt."""
    first, _slash, second = official.partition(" / ")
    short, _comma, addition = first.partition(", ")
    other, _comma, late_addition = second.partition(", ")
    return short.strip(), other.strip(), (addition or late_addition).strip()


def _municipality(file: _File, row: Row) -> Values:
    official = row["name"]
    short, second, addition = split_name(official)
    short = row["short_name"] or short
    if not find_key(short) or len(official) > 160 or len(short) > 120:
        raise _BadCell("name", _("Der Name fehlt oder ist zu lang."))
    designation = row["type"] or _DESIGNATIONS.get(addition, addition) or "Gemeinde"
    values = _area(AreaKind.GEMEINDE, short, official, designation[:60])
    second = row["name_sorbian"] or second
    if second:
        values["other_names"] = [{"name": second[:120], "lang": SECOND_LANGUAGE.get(row["ags"][:2], "und")}]
    values["ars"] = row["ars"]
    values["population"], values["population_on"] = _population(file, row)
    values["area_km2"] = _decimal(row, "area_km2")
    values["lon"], values["lat"] = _position(row)
    seat = row["seat_plz"]
    if seat and not re.fullmatch(r"[0-9]{5}", seat):
        raise _BadCell("seat_plz", _("„%(value)s“ ist keine Postleitzahl mit 5 Ziffern.") % {"value": seat[:20]})
    values["seat_postal_code"] = seat
    return values


def _population(file: _File, row: Row) -> tuple[int | None, date | None]:
    for year in file.years:
        column = f"population_{year}"
        if row[column]:
            if not re.fullmatch(r"[0-9]{1,8}", row[column]):
                raise _BadCell(column, _("„%(value)s“ ist keine Einwohnerzahl.") % {"value": row[column][:20]})
            return int(row[column]), date(int(year), 12, 31)
    return None, None


def _decimal(row: Row, column: str) -> Decimal | None:
    if not row[column]:
        return None
    try:
        value = Decimal(row[column]).quantize(Decimal("0.01"))
    except InvalidOperation as error:
        raise _BadCell(column, _("„%(value)s“ ist keine Zahl mit Dezimalpunkt.") % {"value": row[column][:20]}) from error
    if not 0 <= value < 1_000_000:
        raise _BadCell(column, _("„%(value)s“ liegt außerhalb des Möglichen.") % {"value": row[column][:20]})
    return value


def _position(row: Row) -> tuple[float | None, float | None]:
    if not row["lon"] and not row["lat"]:
        return None, None
    try:
        lon, lat = round(float(row["lon"]), 6), round(float(row["lat"]), 6)
    except ValueError as error:
        raise _BadCell("lon", _("Länge und Breite müssen Zahlen in Grad sein.")) from error
    if not (5 < lon < 16 and 47 < lat < 56):
        raise _BadCell("lon", _("Der Punkt liegt nicht in Deutschland. Erwartet werden Länge und Breite in Grad (WGS 84)."))
    return lon, lat


def _union(file: _File, row: Row) -> str:
    """Take the Verwaltungsgemeinschaft or -verband of the row; "" for a municipality without one."""
    key, name, kind = row["admin_union_key"], row["admin_union_name"], row["admin_union_type"]
    if not file.knows_unions or not key or not kind or kind.startswith("verbandsfrei"):
        return ""
    if not re.fullmatch(r"[0-9]{9}", key) or key != row["ars"][:9] or not name or len(name) > 120:
        raise _BadCell(
            "admin_union_key",
            _("Der Schlüssel des Verbands hat 9 Ziffern, den Anfang des Regionalschlüssels, und einen Namen."),
        )
    if key not in file.areas:
        values = _area(AreaKind.VERBAND, name, f"{kind} {name}"[:160], kind[:60])
        file.areas[key] = values | {"parent_id": key[:5], "kreis_id": key[:5]}
    return key


def _kreis(file: _File, row: Row) -> None:
    key, official = row["district_ags"], row["district_name"]
    if key not in file.areas:
        if not find_key(official) or len(official) > 120:
            raise _BadCell("district_name", _("Der Name des Kreises fehlt oder ist zu lang."))
        kreisfrei = row["type_code"] in {"61", "62"} or row["type"] in {"Kreisfreie Stadt", "Stadtkreis"}
        designation = row["district_type"] or ("Kreisfreie Stadt" if kreisfrei else "Landkreis")
        values = _area(AreaKind.KREIS, _KREIS_WORDS.sub("", official), official, designation[:60])
        file.areas[key] = values | {"parent_id": key[:2], "is_kreisfrei": kreisfrei}
    if key[:2] not in file.areas:
        file.areas[key[:2]] = _area(AreaKind.LAND, LAENDER[key[:2]], LAENDER[key[:2]], "Land")


def _add_sums(file: _File) -> None:
    """Population and area of a Kreis are the sums of its municipalities, where all of one day are known."""
    parts: dict[str, list[Values]] = defaultdict(list)
    for values in file.areas.values():
        if values["kind"] == AreaKind.GEMEINDE:
            parts[values["kreis_id"]].append(values)
    for key, municipalities in parts.items():
        days = {values["population_on"] for values in municipalities}
        if len(days) == 1 and None not in days:
            file.areas[key]["population"] = sum(values["population"] for values in municipalities)
            file.areas[key]["population_on"] = days.pop()
        if all(values["area_km2"] is not None for values in municipalities):
            file.areas[key]["area_km2"] = sum((values["area_km2"] for values in municipalities), Decimal(0))


def _end_missing(batch: Batch, file: _File) -> None:
    """Areas of a Land in the file that the file no longer names end on the day of the register."""
    for land in sorted({ags[:2] for ags in file.areas}):
        present = {ags: values for ags, values in batch.known_areas.items() if ags[:2] == land and values["valid_until"] is None}
        kinds = {AreaKind.KREIS, AreaKind.GEMEINDE} | ({AreaKind.VERBAND} if file.knows_unions else set())
        gone = [ags for ags, values in present.items() if values["kind"] in kinds and ags not in file.areas]
        known = sum(values["kind"] == AreaKind.GEMEINDE for values in present.values())
        missing = sum(present[ags]["kind"] == AreaKind.GEMEINDE for ags in gone)
        if missing > MOST_ENDINGS * known and not batch.accept_endings:
            values = {"missing": missing, "known": known, "land": LAENDER[land]}
            text = _("Es fehlen %(missing)d von %(known)d Gemeinden des Landes %(land)s. Die Datei muss vollständig sein.")
            batch.report.error(Problem(text % values, file.name))
            continue
        for ags in gone:
            batch.areas[ags] = present[ags] | {"valid_until": batch.as_of}
            batch.report.areas.ended += 1


def _compare(batch: Batch, ags: str, values: Values) -> None:
    known = batch.known_areas.get(ags)
    if known is None:
        batch.areas[ags] = values | {"valid_from": batch.as_of if ags[:2] in batch.known_areas else None}
        batch.report.areas.new += 1
        return
    values["valid_from"] = known["valid_from"]
    if all(known[name] == values[name] for name in AREA_FIELDS):
        batch.report.areas.unchanged += 1
    else:
        batch.areas[ags] = values
        batch.report.areas.changed += 1
