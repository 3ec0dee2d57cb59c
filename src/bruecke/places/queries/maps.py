"""The district map as server-drawn SVG: classes instead of colours, links instead of scripts.

Classes (styles in `places/map.css`): `map`; `map__area` with `map__area--1` … `--9` (tone), `--none` (nobody) and
`--selected`; `map__borders` (outlines of groups), `map__selected` (outline of the selected place); `map__number`
with `--selected`; `map__name` (hidden on the phone); `map__dot` a house, `--many` with a `map__count` where several things stand.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from bruecke.places.queries.index import Place, core_name, finder_index
from bruecke.places.queries.map_sheet import OUTSIDE, WIDTH, MapSheet, Spot, best_spot, map_sheet

MOST_NAMES = 10
ROOMY = 42.0  # radius in map units from which a place holds a number or a name of its own
NUMBER_SIZE = (36.0, 32.0)  # width of two digits and height of a number, in map units
NAME_HEIGHT = 26.0
NAME_UNIT = 12.4  # mean width of a letter of a name
ABOVE_NAME, BELOW_NUMBER = -17.0, 17.0  # a number and the name of its place share the middle


class Dot(NamedTuple):
    """A point of interest: degrees (WGS 84), words for the tooltip, an address ("" for none), how many things stand there."""

    lat: float
    lon: float
    label: str
    url: str = ""
    things: int = 1


class Fill(NamedTuple):
    """How a municipality is painted: tone 1–9, the number of its group, and words for the tooltip."""

    tone: int
    number: int
    label: str = ""


@dataclass(frozen=True, slots=True)
class _Box:
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "_Box") -> bool:
        return self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom

    def fits(self, height: float) -> bool:
        return self.left >= 0 and self.right <= WIDTH and self.top >= 0 and self.bottom <= height


def draw_district_map(
    kreis_ags: str,
    *,
    fills: Mapping[str, Fill | tuple[int, int]],
    selected: str | None = None,
    links: Callable[[Place], str] | None = None,
    names: bool = True,
    dots: Sequence[Dot] = (),
    has_keys: bool = False,
    title: str,
    description: str = "",
    lang: str = "de",
) -> SafeString:
    """The SVG of a Kreis (5-digit key); "" when no boundaries are known.

    `fills` by municipality key; equal numbers are one group with one outline and one number. `links` gives the address
    for a municipality ("" for none). `title` and `description` are the text alternative in the page's language `lang`;
    the names on the map are German. Links stay out of the tab order: the list beside the map holds the same ones.
    `has_keys`: areas carry their key (`data-ags`) for a script.
    """
    index = finder_index()
    sheet = map_sheet(index.token, kreis_ags)
    if sheet is None:
        return SafeString("")
    given = {ags: Fill(*fill) for ags, fill in fills.items() if ags in sheet.outlines}
    drawing = _Drawing(index.token, kreis_ags, sheet, index.places, given, selected, has_keys)
    head = _head(kreis_ags, sheet.height, title, description, has_links=links is not None)
    german = "" if lang == "de" else ' lang="de"'
    body = [head, f"<g{german}>", *(drawing.area(ags, links) for ags in sheet.outlines), *drawing.lines()]
    body += [*drawing.texts(names=names), *(drawing.dot(dot) for dot in dots), "</g></svg>"]
    return mark_safe("".join(body))  # noqa: S308 - every text went through escape, all else are numbers and our words


def _head(kreis_ags: str, height: int, title: str, description: str, *, has_links: bool) -> str:
    ids = f"map-{escape(kreis_ags)}"
    told = f'<title id="{ids}-title">{escape(title)}</title>'
    labels = f'aria-labelledby="{ids}-title"'
    if description:
        told += f'<desc id="{ids}-text">{escape(description)}</desc>'
        labels += f' aria-describedby="{ids}-text"'
    role = "group" if has_links else "img"  # an image has no children: links inside would be hidden from assistive technology
    size = f'viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
    return f'<svg class="map" xmlns="http://www.w3.org/2000/svg" {size} role="{role}" {labels}>{told}'


@dataclass(slots=True)
class _Drawing:
    """One map in the making."""

    token: str
    kreis_ags: str
    sheet: MapSheet
    places: Mapping[str, Place]
    fills: Mapping[str, Fill]
    selected: str | None
    has_keys: bool = False

    def area(self, ags: str, links: Callable[[Place], str] | None) -> str:
        fill, item = self.fills.get(ags), self.places.get(ags)
        tone = "selected" if ags == self.selected else str((fill.tone - 1) % 9 + 1) if fill else "none"
        told = escape(" – ".join(filter(None, (item.name if item else "", fill.label if fill else ""))))
        key = f' data-ags="{escape(ags)}"' if self.has_keys else ""
        path = f'<path class="map__area map__area--{tone}"{key} d="{self.sheet.outlines[ags]}"><title>{told}</title></path>'
        url = links(item) if links and item else ""
        return f'<a href="{escape(url)}" tabindex="-1" aria-label="{told}">{path}</a>' if url else path

    def dot(self, dot: Dot) -> str:
        """A point inside the sheet, "" for one outside; several things at one house make it larger and tell how many."""
        x, y = self.sheet.frame.spot_of(dot.lat, dot.lon)
        if not (0 <= x <= WIDTH and 0 <= y <= self.sheet.height):
            return ""
        told, many = escape(dot.label), dot.things > 1
        point = f'<circle class="map__dot{" map__dot--many" if many else ""}" cx="{x}" cy="{y}" r="{19 if many else 13}"/>'
        number = f'<text class="map__count" x="{x}" y="{y}">{dot.things}</text>' if many else ""
        shape = f"<title>{told}</title>{point}{number}"
        return f'<a href="{escape(dot.url)}" tabindex="-1" aria-label="{told}">{shape}</a>' if dot.url else f"<g>{shape}</g>"

    def lines(self) -> list[str]:
        """Outlines of the groups, then of the selected place, above all areas."""
        groups = [data for pair, data in self.sheet.borders.items() if self._divides(*pair)]
        lines = [f'<path class="map__borders" d="{"".join(groups)}"/>']
        if self.selected in self.sheet.outlines:
            lines.append(f'<path class="map__selected" d="{self.sheet.outlines[str(self.selected)]}"/>')
        return lines

    def _divides(self, one: str, other: str) -> bool:
        if other == OUTSIDE:
            return True
        mine, theirs = self.fills.get(one), self.fills.get(other)
        return (mine.number if mine else None) != (theirs.number if theirs else None)

    def texts(self, *, names: bool) -> list[str]:
        """Numbers of all groups, then names of the larger places where they meet nothing."""
        texts, boxes = [], []
        numbers = self._number_spots()
        for number, (home, spot) in numbers.items():
            named = names and home != self.selected and self._has_room(home)
            y = spot.y + (ABOVE_NAME if named else 0)
            dark = " map__number--selected" if home == self.selected else ""
            texts.append(f'<text class="map__number{dark}" x="{spot.x:.0f}" y="{y:.0f}">{number}</text>')
            boxes.append(_box(spot.x, y, *NUMBER_SIZE))
        if names:
            texts += self._names(boxes, {home for home, _spot in numbers.values()})
        return texts

    def _number_spots(self) -> dict[int, tuple[str, Spot]]:
        """Where each group's number stands: in its most populous roomy place, else in the middle of the whole group."""
        groups: dict[int, list[str]] = defaultdict(list)
        for ags, fill in self.fills.items():
            groups[fill.number].append(ags)
        found = {}
        for number in sorted(groups):
            roomy = [ags for ags in groups[number] if self._spot(ags).radius >= ROOMY]
            if roomy:
                home = max(roomy, key=lambda ags: (self._population(ags), ags))
                found[number] = (home, self._spot(home))
            else:
                spot = best_spot(self.token, self.kreis_ags, frozenset(groups[number]))
                found[number] = (self.selected or "" if groups[number] == [self.selected] else "", spot)
        return found

    def _spot(self, ags: str) -> Spot:
        return best_spot(self.token, self.kreis_ags, frozenset((ags,)))

    def _population(self, ags: str) -> int:
        return self.places[ags].population if ags in self.places else 0

    def _has_room(self, ags: str) -> bool:
        """Whether the name of the place lies mostly on the place itself."""
        if ags not in self.places:
            return False
        radius = self._spot(ags).radius
        return radius >= ROOMY and len(core_name(self.places[ags].name)) * NAME_UNIT <= 2.6 * radius + 40

    def _names(self, boxes: list[_Box], numbered: set[str]) -> list[str]:
        known = [self.places[ags] for ags in self.sheet.outlines if ags != self.selected and self._has_room(ags)]
        texts: list[str] = []
        for item in sorted(known, key=lambda place: (-place.population, place.ags)):
            name, spot = core_name(item.name), self._spot(item.ags)
            steps = [BELOW_NUMBER] if item.ags in numbered else [0, -spot.radius / 3, spot.radius / 3]
            tries = [(_box(spot.x, spot.y + step, len(name) * NAME_UNIT, NAME_HEIGHT), spot.y + step) for step in steps]
            free = [pair for pair in tries if pair[0].fits(self.sheet.height) and not any(map(pair[0].meets, boxes))]
            if free:
                box, y = free[0]
                boxes.append(box)
                texts.append(f'<text class="map__name" x="{spot.x:.0f}" y="{y:.0f}">{escape(name)}</text>')
            if len(texts) == MOST_NAMES:
                break
        return texts


def _box(x: float, y: float, wide: float, high: float) -> _Box:
    return _Box(x - wide / 2 - 4, y - high / 2, x + wide / 2 + 4, y + high / 2)
