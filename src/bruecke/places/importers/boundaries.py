"""Boundaries: GeoJSON outlines, checked, simplified together so that neighbours keep one common line, and packed."""

import math
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import shapely
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from bruecke.places.importers.batch import Batch
from bruecke.places.importers.reading import read_features
from bruecke.places.importers.report import Problem
from bruecke.places.queries.geometry import UNITS_PER_DEGREE, Polygon, decode, encode, narrowing
from bruecke.places.queries.sources import SOURCES
from bruecke.places.states import AreaKind

TOLERANCE = 12  # units of 11 m: details smaller than about 130 m × 130 m vanish
MIDDLE_LATITUDE = 51.0  # of Germany; fixed, so that the same file gives the same lines whatever else is imported
MUCH_FINER = 3  # a stored outline with so many times the points is kept when a coarse one comes
MOST_POINTS = 200_000  # of one outline
_PROJECTED = 1000  # no degree is larger; metres are


class _BadShape(Exception):
    pass


def stage_boundaries(batch: Batch, path: Path) -> None:
    """Check every outline and put new and changed ones into the batch. Raises Unreadable."""
    head, features = read_features(path)
    crs = str(head.get("crs") or "CRS84")
    if not any(name in crs for name in ("CRS84", "4326")):
        batch.report.error(Problem(_wrong_projection(), path.name))
        return
    shapes: dict[str, list[BaseGeometry]] = defaultdict(list)
    unknown: list[str] = []
    for number, feature in enumerate(features, start=1):
        try:
            ags = _key(feature)
            if batch.area(ags) is None:
                unknown.append(ags)
                continue
            shapes[ags].append(_shape(feature.get("geometry")))
        except _BadShape as bad:
            batch.report.error(Problem(_("Fläche %(number)d: %(text)s") % {"number": number, "text": bad}, path.name))
    if unknown:
        values = {"count": len(unknown), "keys": ", ".join(sorted(unknown)[:5])}
        text = _("%(count)d Flächen gehören zu keinem Gebiet des Verzeichnisses und wurden ausgelassen: %(keys)s …")
        batch.report.note(Problem(text % values, path.name))
    if not shapes and batch.report.ok:
        text = _("Keine Fläche passt zum Verzeichnis. Bitte importieren Sie zuerst das Gemeindeverzeichnis.")
        batch.report.error(Problem(text, path.name))
    if batch.report.ok:
        credit = str(head.get("attribution") or SOURCES["boundaries"].credit)[:300]
        _stage_level(batch, path.name, {ags: parts for ags, parts in shapes.items() if len(ags) == 8}, credit)
        _stage_level(batch, path.name, {ags: parts for ags, parts in shapes.items() if len(ags) == 5}, credit)


def _wrong_projection() -> str:
    return _(
        "Die Koordinaten sind nicht Länge und Breite in Grad (WGS 84, EPSG:4326). "
        "Bitte exportieren Sie die Datei in diesem Bezugssystem."
    )


def _key(feature: Any) -> str:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict):
        raise _BadShape(_("Die Angaben zur Fläche (properties) fehlen."))
    key = properties.get("ags") or properties.get("AGS") or properties.get("district_ags")
    if not isinstance(key, str) or not key.isascii() or not key.isdigit() or len(key) not in {5, 8}:
        raise _BadShape(_("Der Schlüssel „ags“ fehlt. Er ist ein Text mit 8 Ziffern (Gemeinde) oder 5 Ziffern (Kreis)."))
    return key


def _shape(geometry: Any) -> BaseGeometry:
    """A valid polygon in degrees. Raises _BadShape with the reason."""
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in {"Polygon", "MultiPolygon"}:
        raise _BadShape(_("Erwartet wird eine Fläche (Polygon oder MultiPolygon)."))
    nested = geometry.get("coordinates")
    polygons = [nested] if kind == "Polygon" else nested
    try:
        rings = [[[(float(point[0]), float(point[1])) for point in ring] for ring in polygon] for polygon in polygons]
    except (TypeError, ValueError, IndexError, KeyError) as error:
        raise _BadShape(_("Die Koordinaten sind unvollständig.")) from error
    _check_points([point for polygon in rings for ring in polygon for point in ring])
    try:
        shape = shapely.MultiPolygon([shapely.Polygon(polygon[0], polygon[1:]) for polygon in rings])
    except (ValueError, IndexError, shapely.errors.ShapelyError) as error:
        raise _BadShape(_("Ein Ring ist leer oder hat weniger als vier Punkte.")) from error
    if not shape.is_valid:
        reason = shapely.is_valid_reason(shape)
        raise _BadShape(
            _("Die Linie schneidet sich selbst oder Teile überlappen (%(reason)s). Bitte reparieren Sie die Fläche.")
            % {"reason": reason}
        )
    if shape.is_empty or shape.area == 0:
        raise _BadShape(_("Die Fläche ist leer."))
    return shape


def _check_points(points: list[tuple[float, float]]) -> None:
    if len(points) > MOST_POINTS:
        raise _BadShape(_("Die Fläche hat mehr als %(limit)d Punkte.") % {"limit": MOST_POINTS})
    if not all(math.isfinite(x) and math.isfinite(y) for x, y in points):
        raise _BadShape(_("Eine Koordinate ist keine Zahl."))
    if any(abs(x) > _PROJECTED or abs(y) > _PROJECTED for x, y in points):
        raise _BadShape(_wrong_projection())
    if points and all(47 < x < 56 and 5 < y < 16 for x, y in points):
        raise _BadShape(_("Länge und Breite sind vertauscht. GeoJSON nennt zuerst die Länge."))
    if not all(5 < x < 16 and 47 < y < 56 for x, y in points):
        raise _BadShape(_("Die Fläche liegt nicht in Deutschland. Erwartet werden Länge und Breite in Grad (WGS 84)."))


def _stage_level(batch: Batch, name: str, shapes: dict[str, list[BaseGeometry]], credit: str) -> None:
    if not shapes:
        return
    keys = sorted(shapes)
    whole = [shapes[ags][0] if len(shapes[ags]) == 1 else shapely.union_all(shapes[ags]) for ags in keys]
    points = [int(shapely.get_num_coordinates(shape)) for shape in whole]
    batch.progress(_("%(count)d Grenzen werden vereinfacht …") % {"count": len(keys)})
    for ags, outline, count in zip(keys, _simplified(batch, name, whole), points, strict=True):
        known = batch.known_boundaries.get(ags)
        if known and known[1] > MUCH_FINER * count:
            batch.report.boundaries.unchanged += 1
            continue
        _compare(batch, ags, (encode(list(outline)), count, credit))


def _simplified(batch: Batch, name: str, shapes: list[BaseGeometry]) -> Iterator[Iterator[Polygon]]:
    """The outlines in whole units, simplified only where they fit together without gap and overlap."""
    factor = narrowing(MIDDLE_LATITUDE)
    flat = shapely.transform(shapes, lambda points: points * (UNITS_PER_DEGREE * factor, UNITS_PER_DEGREE))
    if shapely.coverage_is_valid(flat):
        flat = shapely.coverage_simplify(flat, TOLERANCE)
    else:
        text = _("Die Flächen schließen nicht lückenlos aneinander; ihre Linien bleiben, wie sie sind.")
        batch.report.note(Problem(text, name))
    whole = shapely.transform(flat, lambda points: (points / (factor, 1)).round())
    for shape in whole:
        yield _polygons(shape)


def _polygons(shape: BaseGeometry) -> Iterator[Polygon]:
    for part in shapely.get_parts(shape):
        rings = [_ring(ring) for ring in (part.exterior, *part.interiors)]
        if rings[0]:
            yield [ring for ring in rings if ring]


def _ring(ring: BaseGeometry) -> list[tuple[int, int]]:
    points = [(int(x), int(y)) for x, y in shapely.get_coordinates(ring)[:-1]]
    kept = [point for position, point in enumerate(points) if point != points[position - 1]]
    return kept if len(kept) >= 3 else []


def _compare(batch: Batch, ags: str, values: tuple[str, int, str]) -> None:
    known = batch.boundary(ags)
    counts = batch.report.boundaries
    if known == values:
        counts.unchanged += 1
        return
    batch.boundaries[ags] = values
    if known is None:
        counts.new += 1
    else:
        counts.changed += 1


def stage_kreis_outlines(batch: Batch) -> None:
    """Outlines of the Kreise whose municipalities changed: the union of the stored lines, so that both agree."""
    touched = {ags[:5] for ags in batch.boundaries if len(ags) == 8}
    members: dict[str, list[str]] = defaultdict(list)
    for ags, values in batch.all_areas().items():
        if values["kind"] == AreaKind.GEMEINDE and values["valid_until"] is None and ags[:5] in touched:
            members[ags[:5]].append(ags)
    for kreis, municipalities in sorted(members.items()):
        stored = [batch.boundary(ags) for ags in municipalities]
        known = [item for item in stored if item]
        if len(known) < len(stored):
            continue
        shape = shapely.union_all([_geometry(item[0]) for item in known])
        _compare(batch, kreis, (encode(list(_polygons(shape))), sum(item[1] for item in known), known[0][2]))


def _geometry(packed: str) -> BaseGeometry:
    parts = [shapely.Polygon(polygon[0], polygon[1:]) for polygon in decode(packed)]
    return shapely.make_valid(shapely.MultiPolygon(parts))
