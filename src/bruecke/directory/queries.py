"""Reads of the directory: lists, single records, choosers, and what was changed when."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from bruecke.accounts import queries as accounts
from bruecke.core.models import StoredFile
from bruecke.core.viewer import Viewer
from bruecke.directory.models import Location, Organisation
from bruecke.directory.querysets import OrganisationQuerySet
from bruecke.places.models import Area
from bruecke.places.querysets import AreaQuerySet

SHOWN_VERSIONS = 30


@dataclass(frozen=True, slots=True)
class OrganisationFilters:
    """What the url of the list says; empty means all that are not archived."""

    text: str = ""
    kind: str = ""
    only_archived: bool = False


def organisations(viewer: Viewer, filters: OrganisationFilters) -> OrganisationQuerySet:
    """Organisations the viewer may see, with the number of their locations, by name."""
    found = Organisation.objects.visible_to(viewer).matching(filters.text)
    found = found.archived() if filters.only_archived else found.active()
    if filters.kind:
        found = found.of_kind(filters.kind)
    counted = found.annotate(location_count=Count("locations", filter=Q(locations__archived_at=None)))
    return counted.order_by("sort_key", "pk")


def organisation(viewer: Viewer, uid: str) -> Organisation | None:
    """One organisation as the viewer may see it, with its logo. One query."""
    return Organisation.objects.visible_to(viewer).select_related("logo").filter(uid=uid).first()


def locations_of(organisation: Organisation, *, archived: bool = False) -> list[Location]:
    """Locations of an organisation by name, with their municipality. One query."""
    rows = Location.objects.filter(organisation=organisation).select_related("area").order_by("sort_key", "pk")
    return list(rows.archived() if archived else rows.active())


def location(viewer: Viewer, uid: str) -> Location | None:
    return Location.objects.visible_to(viewer).select_related("organisation", "area").filter(uid=uid).first()


def usable_organisations() -> OrganisationQuerySet:
    """For choosers: what is not archived, by name."""
    return Organisation.objects.active().order_by("sort_key", "pk")


def usable_locations() -> QuerySet[Location]:
    """For choosers: locations in use, by organisation and name."""
    rows = Location.objects.usable().select_related("organisation")
    return rows.order_by("organisation__sort_key", "sort_key", "pk")


def municipalities(kreis_ags: str, on: date) -> AreaQuerySet:
    """Municipalities a location of the district may lie in."""
    return Area.objects.of_kreis(kreis_ags).valid_on(on).by_name()


def public_logo(uid: str) -> StoredFile | None:
    """The file behind a public logo address: in use by an organisation of the open district, else None. One query."""
    return StoredFile.objects.filter(
        uid=uid, is_public=True, pk__in=Organisation.objects.active().exclude(logo=None).values("logo")
    ).first()


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One saved version in words: who, when, and the labels of what changed; `fields` is empty for the first one."""

    who: str
    at: datetime
    fields: tuple[Any, ...]
    is_first: bool


def changes_of(entry: Organisation | Location) -> list[ChangeLine]:
    """The latest versions, newest first. Two queries. Values are not shown: the page shows the current ones."""
    versions = list(entry.history.order_by("-history_date", "-history_id")[: SHOWN_VERSIONS + 1])
    names = accounts.names_of(version.history_user_id for version in versions)
    older = [*versions[1:], None]
    return [
        ChangeLine(
            names.get(version.history_user_id, ""),
            version.history_date,
            _changed(entry, version, before),
            version.history_type == "+",
        )
        for version, before in zip(versions, older, strict=True)
    ][:SHOWN_VERSIONS]


_SILENT = frozenset({"id", "uid", "district", "version", "sort_key", "find_key"})


def _changed(entry: Any, version: Any, before: Any) -> tuple[Any, ...]:
    if before is None:
        return ()
    fields = [field for field in entry._meta.concrete_fields if field.name not in _SILENT]
    return tuple(field.verbose_name for field in fields if getattr(version, field.attname) != getattr(before, field.attname))
