"""A small register for tests: real rows through the real tables, the finder told of them."""

from copy import copy
from datetime import date, datetime
from functools import cache
from typing import Any

from bruecke.core import clock
from bruecke.core.folding import find_key, sort_key
from bruecke.places.actions import touch_register
from bruecke.places.importers import import_shipped_places
from bruecke.places.models import Area, Boundary, PostalCode, Succession
from bruecke.places.states import AreaKind


def make_area(kind: AreaKind, ags: str, name: str, *, now: datetime | None = None, **values: Any) -> Area:
    """Any area; the register's token changes, so that the finder sees it."""
    key = find_key(name)
    given = {"official_name": name, "designation": "Gemeinde", "slug": f"{key.replace(' ', '-')}-{ags}"} | values
    area = Area.objects.create(ags=ags, kind=kind.value, name=name, sort_key=sort_key(name), find_key=key, **given)
    touch_register(now=now or clock.now())
    return area


def make_kreis(ags: str = "14628", name: str = "Landkreis Sächsische Schweiz-Osterzgebirge", **values: Any) -> Area:
    """A Landkreis; `name` is the official one."""
    short = name.removeprefix("Landkreis ")
    return make_area(AreaKind.KREIS, ags, short, official_name=name, designation="Landkreis", **values)


def make_municipality(ags: str = "14628110", name: str = "Freital", *, codes: tuple[str, ...] = ("01705",), **values: Any) -> Area:
    """A municipality with its postal codes; its Kreis is made when it is missing."""
    kreis = Area.objects.filter(pk=ags[:5]).first() or make_kreis(ags[:5], f"Landkreis {ags[:5]}")
    slug = values.pop("slug", find_key(name).replace(" ", "-"))
    area = make_area(AreaKind.GEMEINDE, ags, name, kreis=kreis, parent=kreis, slug=slug, **values)
    for code in codes:
        PostalCode.objects.create(code=code, municipality=area, source="osm")
    touch_register(now=clock.now())
    return area


def end_area(area: Area, on: date) -> Area:
    """The area ends on `on` (exclusive)."""
    area.valid_until = on
    area.save()
    touch_register(now=clock.now())
    return area


@cache
def _shipped_rows() -> list[tuple[type, list[Any]]]:
    """The rows that the import of the shipped files makes; made once, then taken away again."""
    from django.db import transaction

    with transaction.atomic():
        import_shipped_places(clock.now())
        rows = [(model, list(model.objects.order_by("pk"))) for model in (Area, PostalCode, Boundary, Succession)]
        transaction.set_rollback(True)
    return rows


def load_saxony(now: datetime | None = None) -> None:
    """The shipped register, as `import_shipped_places` makes it, in a tenth of the time from the second call on."""
    for model, rows in _shipped_rows():
        model.objects.bulk_create([copy(row) for row in rows])
    touch_register(now=now or clock.now())
