"""Figures of the inventory for the page *Zahlen*: offers by category or municipality, with the share that is confirmed."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from bruecke.core.clock import local_day
from bruecke.core.figures import FigureQuestion, FigureTable, Head, Scope
from bruecke.core.models import District
from bruecke.core.viewer import Viewer
from bruecke.offers import rules
from bruecke.offers.models import Offer, OfferFacet, OfferPlace
from bruecke.offers.queries.freshness import unconfirmed_since
from bruecke.offers.queries.words import label_of, place_label
from bruecke.offers.states import FacetKind

CATEGORY, PLACE, LANGUAGE = "kategorie", "ort", "sprache"
_KINDS = {CATEGORY: FacetKind.CATEGORY, LANGUAGE: FacetKind.LANGUAGE}


def scopes(viewer: Viewer) -> tuple[Scope, ...]:
    """The inventory holds no persons: every member sees all of it."""
    return (Scope.ALL,) if rules.can_see_inventory(viewer) and viewer.is_person else ()


def inventory_table(viewer: Viewer, question: FigureQuestion, now: datetime) -> FigureTable:
    """Running offers of today by the dimension asked for; the period does not matter. Three queries.

    An offer with two categories or houses counts in both rows, so the rows do not add up to all.
    """
    found: Any = viewer.district_id
    district, today = District.objects.get(pk=found), local_day(now)
    running = Offer.objects.running().filter(Q(valid_until=None) | Q(valid_until__gt=today))
    fresh = Q(offer__confirmed_on__gt=unconfirmed_since(district, today))
    rows: Any
    if question.rows in _KINDS:
        kind = _KINDS[question.rows]
        rows = OfferFacet.objects.filter(kind=kind, offer__in=running.values("pk")).values_list("key")
        names = lambda key: label_of(kind, key, district=district)  # noqa: E731
    else:
        houses = OfferPlace.objects.filter(location__isnull=False, area__isnull=False, offer__in=running.values("pk"))
        rows, names = houses.values_list("area_id"), place_label
    counted = rows.annotate(all=Count("offer", distinct=True), fresh=Count("offer", distinct=True, filter=fresh)).order_by()
    lines = sorted(((key, every, good) for key, every, good in counted), key=lambda line: (-line[1], names(line[0])))
    return FigureTable(
        rows=tuple(Head("", names(key)) for key, _every, _good in lines),
        columns=(Head("", _("Angebote")), Head("", _("davon bestätigt")), Head("", _("Anteil"))),
        cells=tuple((every, good, f"{round(100 * good / every)} %") for _key, every, good in lines),
        note=_("Stand heute. Ein Angebot mit mehreren Arten oder Orten zählt in jeder Zeile."),
    )
