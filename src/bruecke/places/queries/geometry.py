"""Outlines as stored: rings of whole ten-thousandths of a degree, delta-encoded JSON; and the projection."""

import json
from math import cos, radians

UNITS_PER_DEGREE = 10_000  # about 11 m north-south

Ring = list[tuple[int, int]]
Polygon = list[Ring]


def encode(polygons: list[Polygon]) -> str:
    """Polygons (outer ring first, closed rings without the repeated last point) as compact text."""
    packed = []
    for polygon in polygons:
        rings = []
        for ring in polygon:
            flat, last = [], (0, 0)
            for x, y in ring:
                flat += [x - last[0], y - last[1]]
                last = (x, y)
            rings.append(flat)
        packed.append(rings)
    return json.dumps(packed, separators=(",", ":"))


def decode(text: str) -> list[Polygon]:
    """The inverse of `encode`."""
    polygons = []
    for rings in json.loads(text):
        polygon = []
        for flat in rings:
            ring, x, y = [], 0, 0
            for position in range(0, len(flat), 2):
                x, y = x + flat[position], y + flat[position + 1]
                ring.append((x, y))
            polygon.append(ring)
        polygons.append(polygon)
    return polygons


def narrowing(latitude: float) -> float:
    """How much shorter a degree of longitude is than one of latitude at this latitude (degrees)."""
    return cos(radians(latitude))
