# mypy: disable-error-code="django-manager-missing"
"""The district boundary: what a row of a district may be read from and point to. Everything here fails closed."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any

from django.db import models
from django_scopes import ScopedManager, get_scope, scope, scopes_disabled

from bruecke.core.errors import BrueckeError
from bruecke.core.tokens import new_uid

if TYPE_CHECKING:
    from bruecke.core.models import District


class ScopeViolation(BrueckeError):
    """A row was about to leave its district or to point into another one. Always a defect, never the person's fault."""


class Escape(StrEnum):
    """The only reasons to read across districts; a test lists every use. At most six."""

    OWN_MEMBERSHIPS = "a person's memberships, before she chose a district"
    ERASURE = "one person's traces, wherever they are"
    FOREIGN_KEY_CHECK = "the district of the row a foreign key points to"
    DOCTOR = "counts for the operator, without content"


@contextmanager
def for_district(district: "District") -> Iterator[None]:
    """Open the scope of one district."""
    with scope(district=district):
        yield


@contextmanager
def for_districts(districts: "Iterable[District]") -> Iterator[None]:
    """Open the scope of several districts, for reading what each of them publishes; writing fails."""
    with scope(district=list(districts)):
        yield


@contextmanager
def without_scope(reason: Escape) -> Iterator[None]:
    """Read across districts for one of the listed reasons."""
    if not isinstance(reason, Escape):
        raise TypeError("an escape from the scope needs one of the listed reasons")
    with scopes_disabled():
        yield


class ScopedQuerySet(models.QuerySet):
    """Base of the querysets of district tables; writes in bulk are held to the same check as `save`."""

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        rows = list(objs)
        check_rows(rows)
        return super().bulk_create(rows, *args, **kwargs)

    def bulk_update(self, objs: Iterable[Any], fields: Iterable[str], *args: Any, **kwargs: Any) -> int:
        rows = list(objs)
        check_rows(rows)
        return super().bulk_update(rows, fields, *args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        names = {field.name: field for field in self.model._meta.concrete_fields}
        names |= {field.attname: field for field in self.model._meta.concrete_fields}
        if "district" in kwargs or "district_id" in kwargs:
            raise ScopeViolation("a row never changes its district")
        for name, value in kwargs.items():
            field = names.get(name)
            if isinstance(field, models.ForeignKey) and _is_district_table(field.related_model) and value is not None:
                districts = set(self.values_list("district_id", flat=True).distinct())
                if districts - {_district_of(field.related_model, value)}:
                    raise ScopeViolation(f"{self.model.__name__}.{field.name} points into another district")
        return super().update(**kwargs)


_MOST_BEGINNINGS = 1000
_beginnings: dict[Any, Any] = {}
"""Querysets of one table in one district, never evaluated; they hold the key of the district and no row."""


def scoped(queryset_class: type[ScopedQuerySet] = ScopedQuerySet, path: str = "district") -> Any:
    """The manager of a district table: raises outside a scope, filters inside."""
    base: Any = type(ScopedManager(district=path, _manager_class=models.Manager.from_queryset(queryset_class)))

    class Manager(base):
        """Every query begins with the same condition: it is put together once for a district, and copied from then on."""

        def get_queryset(self) -> Any:
            district = get_scope().get("district")
            is_plain = not self._hints and self._db is None and not hasattr(self, "_override_scope")
            if (
                not is_plain
                or not isinstance(district, models.Model)
                or district.pk is None
                or not get_scope().get("_enabled", True)
            ):
                return super().get_queryset()
            key = type(self), self.model, district.pk
            found = _beginnings.get(key)
            if found is None:
                found = super().get_queryset()
                if len(_beginnings) >= _MOST_BEGINNINGS:
                    _beginnings.clear()
                _beginnings[key] = found
            return found._chain()

    return Manager()


class DistrictModel(models.Model):
    """Base of every table that belongs to a district. Public ids are opaque; primary keys are in no url."""

    uid = models.CharField(max_length=22, unique=True, default=new_uid, editable=False)
    district = models.ForeignKey("core.District", on_delete=models.PROTECT, related_name="+", editable=False)

    objects = scoped()

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db: Any, field_names: Any, values: Any, **kwargs: Any) -> Any:
        row = super().from_db(db, field_names, values, **kwargs)
        there = row.__dict__
        district_id = there.get("district_id")
        opened = get_scope().get("district")
        if isinstance(opened, models.Model) and opened.pk == district_id:
            row._state.fields_cache["district"] = opened  # it need not be read again
        names = _key_names(cls)
        if names:  # what is in the database was checked when it was written
            there["_checked_keys"] = {(name, there.get(name), district_id) for name in names}
        return row

    def save(self, *args: Any, **kwargs: Any) -> None:
        check_rows([self], only=kwargs.get("update_fields"))
        super().save(*args, **kwargs)


def _is_district_table(model: Any) -> bool:
    return isinstance(model, type) and issubclass(model, DistrictModel)


def _district_of(model: Any, value: Any) -> int | None:
    if isinstance(value, models.Model):
        return value.district_id  # type: ignore[attr-defined]
    with without_scope(Escape.FOREIGN_KEY_CHECK):
        return model._base_manager.filter(pk=value).order_by().values_list("district_id", flat=True).first()


def check_rows(rows: list[Any], *, only: Iterable[str] | None = None) -> None:
    """Hold every row to the open scope, and every foreign key of theirs to the row's own district.

    At most one query per foreign key, none where the target is loaded already, or this very object was read or checked with
    it: no row ever changes its district. `only`: names of the fields that are written. Raises: ScopeViolation.
    """
    _check_open_scope(rows)
    unloaded: dict[Any, dict[Any, set[int]]] = defaultdict(lambda: defaultdict(set))
    checked = []
    for row in rows:
        for field in _keys_into_districts(row):
            target_id = getattr(row, field.attname)
            if target_id is None or not _is_written(field, only):
                continue
            known = (field.attname, target_id, row.district_id)
            if known in row.__dict__.setdefault("_checked_keys", set()):
                continue
            checked.append((row, known))
            if not field.is_cached(row):
                unloaded[field.related_model][target_id].add(row.district_id)
            elif getattr(row, field.name).district_id != row.district_id:
                raise ScopeViolation(f"{type(row).__name__}.{field.name} points into another district")
    for model, targets in unloaded.items():
        with without_scope(Escape.FOREIGN_KEY_CHECK):
            found = dict(model._base_manager.filter(pk__in=targets).order_by().values_list("pk", "district_id"))
        for target_id, districts in targets.items():
            if districts != {found.get(target_id)}:
                raise ScopeViolation(f"{model.__name__} {target_id} lies in another district")
    for row, known in checked:
        row._checked_keys.add(known)


def vouch(row: Any, other: Any, names: dict[str, str]) -> None:
    """Keys of a new row that were copied from another one: what was read or checked there is not asked again.

    `names`: column of the new row → column of the other, both keys into the same table. What `other` does not know is checked.
    """
    known = other.__dict__.get("_checked_keys", set())
    for name, source in names.items():
        value = getattr(row, name)
        if row.district_id == other.district_id and (source, value, other.district_id) in known:
            row.__dict__.setdefault("_checked_keys", set()).add((name, value, row.district_id))


def _is_written(field: Any, only: Iterable[str] | None) -> bool:
    return only is None or field.name in only or field.attname in only


def _check_open_scope(rows: list[Any]) -> None:
    open_scope = get_scope()
    district = open_scope.get("district")
    if open_scope.get("_enabled", True) and district is None and rows:
        raise ScopeViolation("writing a row of a district needs the scope of that district")
    if isinstance(district, list) and rows:
        raise ScopeViolation("several districts are open for reading only")
    for row in rows:
        if district is not None and row.district_id != district.pk:
            raise ScopeViolation(f"{type(row).__name__} belongs to another district")


def _keys_into_districts(row: Any) -> "tuple[models.ForeignKey[Any, Any], ...]":
    model: type[models.Model] = type(row)
    return _keys_of(model)


@cache
def _keys_of(model: type[models.Model]) -> "tuple[models.ForeignKey[Any, Any], ...]":
    keys = (field for field in model._meta.concrete_fields if isinstance(field, models.ForeignKey))
    return tuple(field for field in keys if _is_district_table(field.related_model))


@cache
def _key_names(model: "type[DistrictModel]") -> tuple[str, ...]:
    return tuple(field.attname for field in _keys_of(model))


def touch_public(district: "District") -> None:
    """Tell the page cache, inside the action's transaction, that the district's public pages changed."""
    type(district).objects.filter(pk=district.pk).update(public_version=models.F("public_version") + 1)


class VersionedModel(models.Model):
    """Mixin for records people edit in forms: the form carries `version`, the action compares it under lock."""

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True

    def check_version(self, expected: int | None) -> None:
        """Raises Stale, with who and when from the audit log, when somebody saved since `expected` was read."""
        if expected is None or expected == self.version:
            return
        from bruecke.core.audit import last_change

        raise last_change(self)

    def save_next(self, *fields: str) -> None:
        """Save `fields` (all when none are named) and count the version up."""
        self.version += 1
        if fields:
            self.save(update_fields=[*fields, "version"])
        else:
            self.save()
