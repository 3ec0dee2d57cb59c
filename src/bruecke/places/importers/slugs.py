"""Public address names of areas: short where unambiguous, with the Kreis for twins; given once, kept for ever."""

from collections import Counter

from bruecke.core.folding import find_key
from bruecke.places.importers.batch import Values
from bruecke.places.states import AreaKind


def give_slugs(known: dict[str, Values], areas: dict[str, Values]) -> None:
    """Set `slug` in each of `areas`: the one it has, else `freital`, `bernsdorf-zwickau`, `neustadt-12345678`."""
    taken = {values["slug"] for values in known.values()}
    wished: Counter[str] = Counter()
    for ags, values in areas.items():
        if ags not in known:
            wished[_base(values)] += 1
    for ags in sorted(areas, key=lambda key: (len(key), key)):
        values = areas[ags]
        values["slug"] = known[ags]["slug"] if ags in known else _free_slug(ags, values, areas, taken, wished)
        taken.add(values["slug"])


def _base(values: Values) -> str:
    name = values["name"] if values["kind"] == AreaKind.GEMEINDE else values["official_name"]
    prefix = "land " if values["kind"] == AreaKind.LAND else ""
    return find_key(prefix + name).replace(" ", "-")[:100]


def _free_slug(ags: str, values: Values, areas: dict[str, Values], taken: set[str], wished: Counter[str]) -> str:
    base = _base(values)
    if wished[base] <= 1 and base not in taken:
        return base
    kreis = areas.get(values["kreis_id"] or "")
    if kreis:
        with_kreis = f"{base}-{find_key(kreis['name']).replace(' ', '-')}"[:130]
        if with_kreis not in taken:
            return with_kreis
    return f"{base}-{ags}"
