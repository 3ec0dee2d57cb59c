"""Figures of the inventory for the page *Zahlen*: offers by kind, place, group or language, and the share that is confirmed."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from bruecke.core.clock import local_day
from bruecke.core.figures import Cell, FigureQuestion, FigureTable, Head, Scope
from bruecke.core.folding import sort_key
from bruecke.core.models import District
from bruecke.core.viewer import Viewer
from bruecke.offers import rules
from bruecke.offers.models import Offer, OfferFacet, OfferPlace
from bruecke.offers.queries.freshness import unconfirmed_since
from bruecke.offers.queries.words import known_keys, label_of, parents_of, place_label
from bruecke.offers.states import FacetKind
from bruecke.places import queries as places

CATEGORY, PLACE, GROUP, LANGUAGE = "kategorie", "ort", "zielgruppe", "sprache"
_KINDS = {CATEGORY: FacetKind.CATEGORY, GROUP: FacetKind.GROUP, LANGUAGE: FacetKind.LANGUAGE}
Keys = Mapping[int, frozenset[str]]
NOTHING = frozenset({""})


def scopes(viewer: Viewer) -> tuple[Scope, ...]:
    """The inventory holds no persons: every member sees all of it."""
    return (Scope.ALL,) if rules.can_see_inventory(viewer) and viewer.is_person else ()


def inventory_table(viewer: Viewer, question: FigureQuestion, now: datetime) -> FigureTable:
    """Running offers of today by one or two dimensions; the period does not matter. Two queries and one a dimension.

    An offer with two categories or houses counts in both rows, so the rows do not add up; each once stands below. Who asks
    for a category means the ones below it too, as the lists do.
    """
    found: Any = viewer.district_id
    district, today = District.objects.get(pk=found), local_day(now)
    rows = Offer.objects.running().filter(Q(valid_until=None) | Q(valid_until__gt=today))
    asked = {question.rows, question.columns, *question.filters} - {""}
    keys = {one: _keys(one, rows, district) for one in sorted(asked)}
    confirmed = dict(rows.order_by("pk").values_list("pk", "confirmed_on"))
    for dimension, key in question.filters.items():
        confirmed = {pk: day for pk, day in confirmed.items() if key in keys[dimension].get(pk, NOTHING)}
    since = unconfirmed_since(district, today)
    fresh = {pk for pk, day in confirmed.items() if day is not None and day > since}
    by_row = _by_key(confirmed, keys[question.rows])
    names = _namer(question.rows, district)
    order = sorted(by_row, key=lambda key: (not key, -len(by_row[key]), sort_key(str(names(key))), key))
    line: Callable[[set[int]], tuple[Cell, ...]]
    by_column = _by_key(confirmed, keys[question.columns]) if question.columns else {}
    across: list[str] = []
    if question.columns:
        words = _namer(question.columns, district)
        across = sorted(by_column, key=lambda key: (not key, sort_key(str(words(key))), key))
        columns = (*(Head(key, words(key)) for key in across), Head("", _("jedes einmal")))

        def line(these: set[int]) -> tuple[Cell, ...]:
            return (*(len(these & by_column[key]) for key in across), len(these))
    else:
        columns = (Head("", _("Angebote")), Head("", _("davon bestätigt")), Head("", _("Anteil")))

        def line(these: set[int]) -> tuple[Cell, ...]:
            return len(these), len(these & fresh), _share(len(these & fresh), len(these))

    return FigureTable(
        rows=tuple(Head(key, names(key)) for key in order),
        columns=columns,
        cells=tuple(line(by_row[key]) for key in order),
        openable=tuple(len(by_row[key]) for key in order),
        openable_cells=tuple((*(len(by_row[key] & by_column[one]) for one in across), 0) for key in order) if across else (),
        all_openable=len(confirmed),
        last=(_("Alle Angebote, jedes einmal"), line(set(confirmed))) if confirmed else None,
        note=_("Stand heute. Ein Angebot mit mehreren Arten oder Orten zählt in jeder Zeile."),
    )


def _share(part: int, whole: int) -> str:
    return f"{round(100 * part / whole)} %" if whole else ""


def _by_key(offers: Mapping[int, Any], keys: Keys) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for pk in offers:
        for key in keys.get(pk, NOTHING):
            found.setdefault(key, set()).add(pk)
    return found


def _keys(dimension: str, offers: Any, district: District) -> Keys:
    """For each offer the keys it counts under; one that has none is missing here and counts under ""."""
    pairs: Any
    if dimension == PLACE:
        pairs = OfferPlace.objects.filter(location__isnull=False, area__isnull=False, offer__in=offers.values("pk"))
        pairs = pairs.order_by("pk").values_list("offer_id", "area_id")
    else:
        pairs = OfferFacet.objects.filter(kind=_KINDS[dimension], offer__in=offers.values("pk"))
        pairs = pairs.order_by("pk").values_list("offer_id", "key")
    above = parents_of(_KINDS[dimension], district=district) if dimension in {CATEGORY, GROUP} else {}
    found: dict[int, set[str]] = {}
    for pk, key in pairs:
        found.setdefault(pk, set()).update((key, *above.get(key, ())))
    return {pk: frozenset(keys) for pk, keys in found.items()}


def _namer(dimension: str, district: District) -> Callable[[str], str]:
    if dimension == PLACE:
        return lambda key: place_label(key) if key else _("ohne Haus in einer Gemeinde")
    return lambda key: label_of(_KINDS[dimension], key, district=district) if key else _("ohne Angabe")


def word(dimension: str, key: str, district: District) -> object:
    """The words for one key of a dimension."""
    return _namer(dimension, district)(key)


def inventory_records(question: FigureQuestion, district: District) -> tuple[str, dict[str, str]] | None:
    """The desk's list of exactly the offers that are counted; none where the list has no filter for a key."""
    names = {CATEGORY: "kategorie", LANGUAGE: "sprache", GROUP: "zielgruppe", PLACE: "haus"}
    query = {"tab": "alle", "laufend": "1"}
    for dimension, key in question.filters.items():
        if not _can_be_chosen(dimension, key, district):
            return None
        query[names[dimension]] = key or "-"
    return "offers:list", query


def _can_be_chosen(dimension: str, key: str, district: District) -> bool:
    if dimension == PLACE:
        return not key or key in {place.ags for place in places.places_of(district.ags)}
    return bool(key) and key in known_keys(_KINDS[dimension], district=district)
