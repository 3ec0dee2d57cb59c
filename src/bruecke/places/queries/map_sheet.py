"""The geometry of one district's map: outlines in map units, common border lines, and the best spots for numbers."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from bruecke.places.models import Boundary
from bruecke.places.queries.geometry import Polygon, Ring, decode, narrowing
from bruecke.places.states import AreaKind

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

WIDTH = 1280  # map units; two to a CSS pixel where the map is 640 px wide
TALLEST = 1600
MARGIN = 8
OUTSIDE = ""  # the neighbour of an outer border

Point = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Spot:
    """The point farthest from the border of an area (pole of inaccessibility) and its distance, in map units."""

    x: float
    y: float
    radius: float


@dataclass(frozen=True, slots=True)
class Frame:
    """How a point of the earth comes onto the sheet; `west` and `north` in ten-thousandths of a degree."""

    left: float
    west: float
    north: float
    across: float  # map units for a ten-thousandth of a degree, eastwards
    down: float

    def place(self, x: float, y: float) -> tuple[int, int]:
        """Map units of a point given in ten-thousandths of a degree (longitude, latitude)."""
        return round(self.left + (x - self.west) * self.across), round(MARGIN + (self.north - y) * self.down)

    def spot_of(self, lat: float, lon: float) -> tuple[int, int]:
        """The same for degrees."""
        return self.place(lon * 10_000, lat * 10_000)


@dataclass(frozen=True, slots=True)
class MapSheet:
    """All that the drawing of one Kreis needs, in map units with y downwards."""

    height: int
    frame: Frame
    outlines: dict[str, str]  # path data of each municipality, by key
    borders: dict[tuple[str, str], str]  # path data of the line between two municipalities, or one and OUTSIDE
    shapes: "dict[str, BaseGeometry]"


@lru_cache(maxsize=32)
def map_sheet(token: str, kreis_ags: str) -> MapSheet | None:
    """The sheet of a Kreis in the register's state `token`; None without boundaries. One query, then remembered."""
    rows = (
        Boundary.objects.filter(area__kreis_id=kreis_ags, area__kind=AreaKind.GEMEINDE, area__valid_until__isnull=True)
        .order_by("area_id")
        .values_list("area_id", "geometry")
    )
    outlines = {ags: decode(geometry) for ags, geometry in rows}
    if not outlines:
        return None
    height, frame, placed = _on_paper(outlines)
    shapes = {ags: _shape(polygons) for ags, polygons in placed.items()}
    paths = {ags: "".join(_closed(ring) for polygon in polygons for ring in polygon) for ags, polygons in placed.items()}
    return MapSheet(height, frame, paths, _borders(placed), shapes)


@lru_cache(maxsize=1024)
def best_spot(token: str, kreis_ags: str, members: frozenset[str]) -> Spot:
    """The middle of some municipalities of a sheet: inside their largest connected part."""
    import shapely  # heavy, and needed here alone

    sheet = map_sheet(token, kreis_ags)
    shapes = [sheet.shapes[ags] for ags in sorted(members)] if sheet else []
    largest = max(shapely.get_parts(shapely.union_all(shapes)), key=lambda part: part.area)
    line = shapely.maximum_inscribed_circle(largest, tolerance=2)
    x, y = shapely.get_coordinates(line)[0]
    return Spot(float(x), float(y), float(line.length))


def _on_paper(outlines: dict[str, list[Polygon]]) -> tuple[int, Frame, dict[str, list[Polygon]]]:
    """Whole map units: longitude narrowed by the district's middle latitude, fitted to the sheet, y turned."""
    points = [point for polygons in outlines.values() for polygon in polygons for ring in polygon for point in ring]
    west, east = min(x for x, _y in points), max(x for x, _y in points)
    south, north = min(y for _x, y in points), max(y for _x, y in points)
    factor = narrowing((south + north) / 2 / 10_000)
    scale = min((WIDTH - 2 * MARGIN) / ((east - west) * factor), (TALLEST - 2 * MARGIN) / (north - south))
    left = (WIDTH - (east - west) * factor * scale) / 2
    frame = Frame(left, west, north, factor * scale, scale)
    placed = {
        ags: [[[frame.place(*point) for point in ring] for ring in polygon] for polygon in polygons]
        for ags, polygons in outlines.items()
    }
    return round((north - south) * scale) + 2 * MARGIN, frame, placed


def _shape(polygons: list[Polygon]) -> "BaseGeometry":
    import shapely

    parts = [shapely.Polygon(polygon[0], polygon[1:]) for polygon in polygons]
    return shapely.make_valid(shapely.MultiPolygon(parts))


def _edges(ring: Ring) -> Iterator[tuple[Point, Point]]:
    return zip(ring, [*ring[1:], ring[0]], strict=True)


def _borders(placed: dict[str, list[Polygon]]) -> dict[tuple[str, str], str]:
    """Cut all rings where the neighbour changes; each common line is kept once, from the smaller key's side."""
    owners: dict[frozenset[Point], set[str]] = defaultdict(set)
    rings = [(ags, ring) for ags, polygons in placed.items() for polygon in polygons for ring in polygon]
    for ags, ring in rings:
        for start, end in _edges(ring):
            owners[frozenset((start, end))].add(ags)
    lines: dict[tuple[str, str], list[str]] = defaultdict(list)
    for ags, ring in rings:
        for neighbour, line in _lines_of(ags, ring, owners):
            if neighbour == OUTSIDE or ags < neighbour:
                lines[(ags, neighbour)].append(_open(line))
    return {pair: "".join(paths) for pair, paths in lines.items()}


def _lines_of(ags: str, ring: Ring, owners: dict[frozenset[Point], set[str]]) -> Iterator[tuple[str, Ring]]:
    edges = [
        (start, end, min(owners[frozenset((start, end))] - {ags}, default=OUTSIDE)) for start, end in _edges(ring) if start != end
    ]
    turn = next((number for number, edge in enumerate(edges) if edge[2] != edges[number - 1][2]), 0)
    line: Ring = []
    neighbour = OUTSIDE
    for start, end, beside in [*edges[turn:], *edges[:turn]]:
        if line and beside == neighbour:
            line.append(end)
            continue
        if line:
            yield neighbour, line
        line, neighbour = [start, end], beside
    if line:
        yield neighbour, line


def _steps(points: Iterable[Point]) -> str:
    """Relative line steps, as short as path data allows."""
    text, last = "", None
    for point in points:
        if last is not None and point != last:
            for number in (point[0] - last[0], point[1] - last[1]):
                text += f"{number}" if number < 0 or not text else f" {number}"
        last = point
    return text


def _open(line: Ring) -> str:
    steps = _steps(line)
    return f"M{line[0][0]} {line[0][1]}l{steps}" if steps else ""


def _closed(ring: Ring) -> str:
    steps = _steps(ring)
    return f"M{ring[0][0]} {ring[0][1]}l{steps}z" if steps else ""
