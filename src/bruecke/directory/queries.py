"""Reads of the directory: lists, single records, choosers, contact persons, and what was changed when."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from bruecke.accounts import queries as accounts
from bruecke.core import settings
from bruecke.core.clock import local_day
from bruecke.core.models import District, StoredFile
from bruecke.core.viewer import Viewer
from bruecke.directory import rules
from bruecke.directory.models import IDENTIFIER_LABELS, ContactPerson, Location, Organisation
from bruecke.directory.querysets import ContactQuerySet, OrganisationQuerySet
from bruecke.directory.states import IdentifierType
from bruecke.places.models import Area
from bruecke.places.querysets import AreaQuerySet

SHOWN_VERSIONS = 30
CHECK_AFTER = "directory.contact_check_months"


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
    """One organisation as the viewer may see it, with its logo and the one above. One query."""
    return Organisation.objects.visible_to(viewer).select_related("logo", "parent").filter(uid=uid).first()


def children_of(organisation: Organisation) -> list[Organisation]:
    """Organisations that belong to this one, by name. One query."""
    return list(Organisation.objects.active().filter(parent=organisation).order_by("sort_key", "pk"))


def possible_parents(organisation: Organisation | None) -> OrganisationQuerySet:
    """Organisations that another one (None: a new one) may belong to: in use or the present one, not itself, not below it.

    Two queries.
    """
    if organisation is None:
        return usable_organisations()
    parents = dict(Organisation.objects.order_by().values_list("pk", "parent_id"))
    below = [pk for pk in parents if rules.is_above(organisation.pk, pk, parents)]
    rows = Organisation.objects.filter(Q(archived_at=None) | Q(pk=organisation.parent_id))
    return rows.exclude(pk__in=below).order_by("sort_key", "pk")


def identifiers_of(organisation: Organisation) -> list[tuple[object, str]]:
    """(label, value) of each identifier."""
    return [(IDENTIFIER_LABELS[IdentifierType(entry["type"])], entry["value"]) for entry in organisation.identifiers]


def locations_of(organisation: Organisation, *, archived: bool = False) -> list[Location]:
    """Locations of an organisation by name, with their municipality. One query."""
    rows = Location.objects.filter(organisation=organisation).select_related("area").order_by("sort_key", "pk")
    return list(rows.archived() if archived else rows.active())


def location(viewer: Viewer, uid: str) -> Location | None:
    return Location.objects.visible_to(viewer).select_related("organisation", "area").filter(uid=uid).first()


@dataclass(frozen=True, slots=True)
class ContactFilters:
    """What the url of the list says; empty means all that are not archived. `release` is "yes", "no" or "all"."""

    text: str = ""
    release: str = ""
    unchecked_since: date | None = None
    only_archived: bool = False


def contacts(viewer: Viewer, filters: ContactFilters) -> ContactQuerySet:
    """Contact persons the viewer may see, with their organisation, by name."""
    found = ContactPerson.objects.visible_to(viewer).matching(filters.text).select_related("organisation")
    found = found.unusable() if filters.only_archived else found.usable()
    if filters.release:
        found = found.filter(is_released=filters.release == "yes")
    if filters.unchecked_since:
        found = found.unchecked_since(filters.unchecked_since)
    return found.order_by("sort_key", "pk")


def contact(viewer: Viewer, uid: str) -> ContactPerson | None:
    """One contact person as the viewer may see her, with her organisation. One query."""
    rows = ContactPerson.objects.visible_to(viewer).select_related("organisation", "released_by")
    return rows.filter(uid=uid).first()


def contacts_of(viewer: Viewer, organisation: Organisation, *, archived: bool = False) -> list[ContactPerson]:
    """Contact persons of an organisation that the viewer may see, by name. One query."""
    rows = ContactPerson.objects.visible_to(viewer).filter(organisation=organisation).order_by("sort_key", "pk")
    return list(rows.archived() if archived else rows.active())


@dataclass(frozen=True, slots=True)
class ReleasedContact:
    """What everybody may know of a contact person; `languages` are BCP 47 codes."""

    uid: str
    name: str
    function: str
    email: str
    phone: str
    languages: tuple[str, ...]


def released_contacts(organisation: Organisation) -> list[ReleasedContact]:
    """Contact persons of an organisation who may be shown in public, by name. One query."""
    rows = ContactPerson.objects.released().filter(organisation=organisation).order_by("sort_key", "pk")
    return [ReleasedContact(row.uid, row.name, row.function, row.email, row.phone, tuple(row.languages)) for row in rows]


def unchecked_count(viewer: Viewer, district: District, now: datetime) -> int:
    """How many contact persons nobody has looked at for the district's period."""
    return ContactPerson.objects.visible_to(viewer).unchecked_since(check_before(district, now)).count()


def check_before(district: District, now: datetime) -> date:
    """Who was last checked before this day is to be looked at again."""
    today = local_day(now)
    return today - relativedelta(months=settings.get(district, CHECK_AFTER, today))


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


def changes_of(entry: Organisation | Location | ContactPerson) -> list[ChangeLine]:
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


_LABELS = {"archived_at": _("Archiv")}
_SILENT = frozenset({"id", "uid", "district", "version", "sort_key", "find_key", "released_at", "released_by"})


def _changed(entry: Any, version: Any, before: Any) -> tuple[Any, ...]:
    if before is None:
        return ()
    fields = [field for field in entry._meta.concrete_fields if field.name not in _SILENT]
    return tuple(
        _LABELS.get(field.name, field.verbose_name)
        for field in fields
        if getattr(version, field.attname) != getattr(before, field.attname)
    )
