"""Fragments of `places` for the pages of other apps: the question which place is meant, and the framed map."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.safestring import SafeString

from bruecke.places.queries import Match, source_notes
from bruecke.places.states import AreaKind, Reason

register = template.Library()

FEW_CODES = 4
FEW_LOCALITIES = 3


@register.inclusion_tag("places/_chooser.html")
def place_chooser(choices: Iterable[tuple[Match, str]]) -> dict[str, Any]:
    """Links to the places that may be meant, each with what tells it apart. `choices` are (match, address)."""
    rows = []
    for match, url in choices:
        area = match.area
        rows.append(
            {
                "url": url,
                "area": area,
                "is_kreis": area.kind is AreaKind.KREIS,
                "found_name": match.locality,
                "is_former": match.reason is Reason.FORMER_NAME,
                "codes": area.postal_codes[:FEW_CODES],
                "more_codes": len(area.postal_codes) > FEW_CODES,
                "localities": area.localities[:FEW_LOCALITIES],
            }
        )
    return {"rows": rows}


@register.inclusion_tag("places/_map.html")
def map_figure(svg: SafeString, note: str = "") -> dict[str, Any]:
    """The map with its source line; `note` is a sentence before it ("Jede Farbe und Nummer ist …")."""
    return {"svg": svg, "note": note, "source": source_notes("boundaries")[0]}
