"""Single areas and lists of areas, straight from the register tables."""

from datetime import date

from django.db.models import QuerySet

from bruecke.places.models import Area, PostalCode, Succession
from bruecke.places.querysets import AreaQuerySet


def area(ags: str) -> Area | None:
    """The area with this official key, also an ended one, else None. One query, with its Kreis."""
    return Area.objects.select_related("kreis", "parent").filter(pk=ags).first()


def area_by_slug(slug: str) -> Area | None:
    """The area whose public address is `slug`, also an ended one (see `current_areas`), else None."""
    return Area.objects.select_related("kreis", "parent").filter(slug=slug).first()


def kreise(on: date) -> AreaQuerySet:
    """Landkreise and kreisfreie Städte that exist on `on`, by name."""
    return Area.objects.kreise().valid_on(on).by_name()


def municipalities_of(kreis_ags: str, on: date) -> AreaQuerySet:
    """Municipalities of a Kreis (5-digit key) that exist on `on`, in dictionary order."""
    return Area.objects.of_kreis(kreis_ags).valid_on(on).by_name()


def kreis_of(ags: str) -> Area | None:
    """The Kreis of an area: of a municipality, of a Verband, or of itself. None for a Land or an unknown key."""
    return Area.objects.kreise().filter(pk=ags[:5]).first()


def postal_codes_of(ags: str) -> QuerySet[PostalCode, str]:
    """The distinct postal codes of a municipality, ascending, as strings."""
    rows = PostalCode.objects.filter(municipality_id=ags)
    return rows.order_by("code").values_list("code", flat=True).distinct()


def current_areas(ended: Area, on: date) -> list[Area]:
    """The areas that stand on `on` in the place of `ended`: itself, or its successors across several mergers.

    Empty when the register does not know what became of it.
    """
    found: dict[str, Area] = {}
    seen: set[str] = set()
    waiting = [ended]
    while waiting:
        item = waiting.pop(0)
        if item.pk in seen:
            continue
        seen.add(item.pk)
        if item.valid_until is None or item.valid_until > on:
            found[item.pk] = item
            continue
        steps = Succession.objects.filter(predecessor=item).select_related("successor").order_by("successor__sort_key")
        waiting += [step.successor for step in steps]
    return list(found.values())
