"""How charts look: one set of colours on paper, and the names of the style sheet that stand for them on a page.

A picture is drawn once with the colours of paper. On a page each of them becomes the custom property of the style sheet, so
that the same picture is right by day and by night; in a file it stays as it is.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from xml.etree import ElementTree as ET

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

TEXT, MUTED, LINE, EDGE, GROUND = "#131525", "#51577a", "#dfe1ea", "#8187a7", "#fefefe"
SERIES = ("#3a5eb9", "#844b00", "#007155", "#9533be", "#006b8c", "#b60000")
"""Six colours with at least 3:1 against white and against the dark ground; each has a pattern of its own beside it."""
HIDDEN = "#777771"
_NAMES = {
    TEXT: "--ui-text",
    MUTED: "--ui-muted",
    LINE: "--ui-line",
    EDGE: "--ui-edge",
    GROUND: "--ui-ground",
    **dict(zip(SERIES, ("--ui-bar", "--ui-soon", "--ui-good", "--ui-passed-on", "--ui-info", "--ui-late"), strict=True)),
}
_TILES = (
    "",
    '<path d="M0,8L8,0" stroke="{}" stroke-width="1.6"/>',
    '<circle cx="4" cy="4" r="1.7" fill="{}"/>',
    '<path d="M0,4H8" stroke="{}" stroke-width="1.6"/>',
    '<path d="M4,0V8" stroke="{}" stroke-width="1.6"/>',
    '<path d="M0,8L8,0M0,0L8,8" stroke="{}" stroke-width="1.3"/>',
)
_SPACE = "{http://www.w3.org/2000/svg}"
_ELEMENTS = frozenset(_SPACE + name for name in ("svg", "g", "path", "rect", "line", "text", "tspan", "circle", "defs", "clipPath"))
_FOREIGN = re.compile(r"on.*|style|.*href|src|.*:.*|\{.*")


class Size(StrEnum):
    """WIDE beside a table, NARROW on a phone, SHEET with its title for files and print."""

    WIDE = "wide"
    NARROW = "narrow"
    SHEET = "sheet"


@dataclass(frozen=True, slots=True)
class Measure:
    """Pixels of the plot without its labels, letters of a label, size of type."""

    width: int
    label: int
    type: int


MEASURES = {Size.WIDE: Measure(560, 220, 13), Size.NARROW: Measure(180, 128, 12), Size.SHEET: Measure(520, 220, 13)}


def config(size: Size) -> dict[str, Any]:
    """The `config` of a specification: type, lines and colours of the house."""
    letters = MEASURES[size].type
    axis = {
        "labelColor": TEXT,
        "titleColor": MUTED,
        "gridColor": LINE,
        "domainColor": EDGE,
        "tickColor": EDGE,
        "labelFontSize": letters,
        "titleFontSize": letters,
        "titleFontWeight": "normal",
        "labelLimit": MEASURES[size].label,
    }
    return {
        "aria": False,
        "font": "Fira Sans",
        "background": None,
        "view": {"stroke": None},
        "axis": axis,
        "legend": {"labelColor": TEXT, "titleColor": MUTED, "labelFontSize": letters, "symbolSize": 120, "labelLimit": 220},
        "title": {"color": TEXT, "subtitleColor": MUTED, "fontSize": 16, "subtitleFontSize": 13, "anchor": "start", "offset": 14},
        "text": {"color": TEXT, "fontSize": letters},
        "range": {"category": list(SERIES)},
    }


def finish(svg: str, prefix: str) -> str:
    """The drawn picture with patterns beside its colours. Raises: ValueError for anything a picture of ours never holds.

    `prefix` makes the names of its patterns its own, because several pictures stand on one page.
    """
    for element in ET.fromstring(svg).iter():  # noqa: S314 - the renderer's own words; labels are text in them
        values = [value for name, value in element.items() if name != "class"]
        if element.tag not in _ELEMENTS or any(_FOREIGN.fullmatch(name) for name in element.keys()):  # noqa: SIM118
            raise ValueError("the picture holds something that none of ours has")
        if any("url(" in value and not value.startswith("url(#") for value in values):
            raise ValueError("the picture asks for something from outside")
    tiles = [
        _tile(f"{prefix}-{number}", colour, mark) for number, (colour, mark) in enumerate(zip(SERIES, _TILES, strict=True)) if mark
    ]
    tiles.append(_tile(f"{prefix}-h", GROUND, _TILES[1].replace("{}", MUTED)))
    for number, colour in enumerate(SERIES[1:], start=1):
        svg = re.sub(rf'(<path [^>]*?)fill="{colour}"', rf'\1fill="url(#{prefix}-{number})"', svg)
    svg = svg.replace(f'fill="{HIDDEN}"', f'fill="url(#{prefix}-h)"')
    head, body = svg.split(">", 1)
    return f"{head}><defs>{''.join(tiles)}</defs>{body}"


def _tile(name: str, colour: str, mark: str) -> str:
    ground = f'<rect width="8" height="8" fill="{colour}"/>'
    return f'<pattern id="{name}" width="8" height="8" patternUnits="userSpaceOnUse">{ground}{mark.format(GROUND)}</pattern>'


def inline(svg: str, words: str) -> SafeString:
    """The picture for a page, in the colours of the style sheet, with words for who listens. `finish` has made it harmless."""
    for colour, name in _NAMES.items():
        svg = svg.replace(f'"{colour}"', f'"var({name})"')
    match = re.match(r'<svg [^>]*?width="([\d.]+)" height="([\d.]+)"[^>]*>', svg)
    if match is None:
        raise ValueError("not a picture of ours")
    width, height = match.groups()
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        f' role="img" aria-label="{escape(words)}">'
    )
    return mark_safe(opening + svg[match.end() :])  # noqa: S308 - drawn by us from escaped text, held to a list of elements by `finish`
