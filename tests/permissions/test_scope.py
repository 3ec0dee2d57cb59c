"""The border between districts, for every table that belongs to one: reading, and each way a row can be written."""

from typing import Any

import pytest
from django.db import models, transaction
from django_scopes import ScopeError

from bruecke.core.scope import DistrictModel, Escape, ScopeViolation, for_district, without_scope
from bruecke.core.tokens import new_uid
from tests.architecture.house import our_models

TABLES = [model for model in our_models() if issubclass(model, DistrictModel)]
LINKS = [
    (model, field)
    for model in TABLES
    for field in model._meta.concrete_fields
    if isinstance(field, models.ForeignKey) and issubclass(field.related_model, DistrictModel)
]
REFUSED = (ScopeViolation, TypeError)  # append-only tables refuse every change as such


def rows_of(model: Any, district: Any) -> list[Any]:
    with without_scope(Escape.DOCTOR):
        return list(model.objects.filter(district=district).order_by("pk"))


def first(model: Any, side: Any) -> Any:
    found = rows_of(model, side.district)
    assert found, f"the world holds no row of {model.__name__}: build one"
    return found[0]


def a_copy(row: Any) -> Any:
    """A new, unsaved row with the same values."""
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key}
    values["uid"] = new_uid()
    return type(row)(**values)


def name_of(link: Any) -> str:
    return f"{link[0].__name__}.{link[1].name}" if isinstance(link, tuple) else link.__name__


@pytest.mark.parametrize("model", TABLES, ids=name_of)
def test_reading_needs_a_scope_and_stays_inside(model, world):
    mine, theirs = first(model, world.mine), first(model, world.other)
    for read in (lambda: list(model.objects.all()), lambda: model.objects.filter(pk=mine.pk).first(), model.objects.count):
        with pytest.raises(ScopeError):
            read()
    with for_district(world.mine.district):
        assert {row.district_id for row in model.objects.all()} == {world.mine.district.pk}
        assert not model.objects.filter(pk=theirs.pk).exists()
        assert not model.objects.filter(uid=theirs.uid).exists()
        assert not model.objects.filter(pk=theirs.pk).delete()[0]
    with for_district(world.other.district):
        assert model.objects.filter(pk=theirs.pk).exists()


@pytest.mark.parametrize("model", TABLES, ids=name_of)
def test_a_row_is_written_in_its_own_district_only(model, world):
    mine = first(model, world.mine)
    with for_district(world.other.district):
        for write in (
            lambda: a_copy(mine).save(),
            mine.save,
            lambda: model.objects.bulk_create([a_copy(mine)]),
            lambda: model.objects.bulk_update([mine], ["district"]),
            lambda: model.objects.update(district=world.mine.district),
            lambda: model.objects.update(district_id=world.mine.district.pk),
        ):
            with pytest.raises(REFUSED), transaction.atomic():
                write()
    with pytest.raises(REFUSED), transaction.atomic():
        a_copy(mine).save()


def ways(model: Any, field: Any, mine: Any, target: Any, *, by_id: bool) -> list[Any]:
    """Every way to make a row of `model` point to `target` through `field`."""
    key, value = (field.attname, target.pk) if by_id else (field.name, target)

    def bent(row: Any) -> Any:
        setattr(row, key, value)
        return row

    def again() -> Any:
        return model.objects.get(pk=mine.pk)

    return [
        lambda: bent(again()).save(),
        lambda: bent(a_copy(mine)).save(),
        lambda: model.objects.bulk_create([bent(a_copy(mine))]),
        lambda: model.objects.bulk_update([bent(again())], [field.name]),
        lambda: model.objects.filter(pk=mine.pk).update(**{key: value}),
    ]


@pytest.mark.parametrize("by_id", [True, False], ids=["by id", "by object"])
@pytest.mark.parametrize("link", LINKS, ids=name_of)
def test_no_row_points_into_the_district_next_door(link, by_id, world):
    model, field = link
    mine, theirs = first(model, world.mine), first(field.related_model, world.other)
    with for_district(world.mine.district):
        for write in ways(model, field, mine, theirs, by_id=by_id):
            with pytest.raises(REFUSED), transaction.atomic():
                write()
        assert getattr(model.objects.get(pk=mine.pk), field.attname) == getattr(mine, field.attname)


def test_figures():
    print(f"{len(TABLES)} tables of districts, {len(LINKS)} links between them; each link tried in five ways, by id and by object")
    assert LINKS
