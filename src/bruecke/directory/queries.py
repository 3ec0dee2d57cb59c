"""Reads of the directory: lists, single records, choosers, contact persons, and what was changed when."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from bruecke.accounts import queries as accounts
from bruecke.core import imports, settings
from bruecke.core.clock import local_day
from bruecke.core.folding import find_key
from bruecke.core.global_search import SearchHit, SearchHits, SearchQuestion, first_and_total
from bruecke.core.hand_over import HandOverRow, HandOverRows, HandOverSubject, limited
from bruecke.core.models import District, StoredFile
from bruecke.core.privacy import ExportSection, ExportValue, FoundSubject, section
from bruecke.core.registries import Subject
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


def contacts_in(subject: HandOverSubject, viewer: Viewer, now: datetime) -> HandOverRows:
    """Contact persons of organisations with a house in the places of a post that changes hands. One query."""
    houses = Location.objects.usable().filter(organisation=OuterRef("organisation"), area_id__in=sorted(subject.municipalities))
    rows = ContactPerson.objects.visible_to(viewer).usable().filter(Exists(houses)).select_related("organisation")
    return limited(
        [
            HandOverRow(
                row.uid,
                f"{row.organisation.name}: {row.name}",
                state=row.function,
                route="directory:contact",
                route_kwargs={"uid": row.uid},
            )
            for row in rows.order_by("organisation__sort_key", "sort_key", "pk")
        ]
    )


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


# --- data protection: what is held about a contact person, or an organisation that is a person -------------------------------

_CONTACTS_TABLE = "directory.contacts"
CONTACT_SUBJECT, ORGANISATION_SUBJECT = "contact", "organisation"
_MOST_FOUND = 20
_CONTACT = ("name", "organisation", "function", "email", "phone", "mobile", "languages", "note", "is_released", "checked_on")
_PAST_CONTACT = ("name", "function", "email", "phone", "mobile", "languages", "note", ("history_date", _("Stand vom")))
_ORGANISATION = ("name", "short_name", "kind", "email", "phone", "website", "identifiers")
_LOCATION = ("name", "street", "postcode", "town", "access_note")


def contact_subjects(district: District, text: str) -> list[FoundSubject]:
    """Contact persons by name, organisation or address, archived ones too. At most twenty."""
    known = ContactPerson.objects.matching(text).select_related("organisation").order_by("sort_key", "pk")
    owners = _leading(district)
    return [_contact(one, owners) for one in known[:_MOST_FOUND]] if text.strip() else []


def organisation_subjects(district: District, text: str) -> list[FoundSubject]:
    """Organisations by name. At most twenty."""
    owners = _leading(district)
    known = Organisation.objects.matching(text).order_by("sort_key", "pk")[:_MOST_FOUND] if text.strip() else []
    return [FoundSubject(Subject(ORGANISATION_SUBJECT, one.uid), one.name, owners) for one in known]


def describe_contact(subject: Subject) -> FoundSubject | None:
    known = ContactPerson.objects.filter(uid=subject.uid).select_related("organisation", "district").first()
    return _contact(known, _leading(known.district)) if known is not None else None


def describe_organisation(subject: Subject) -> FoundSubject | None:
    known = Organisation.objects.filter(uid=subject.uid).exclude(find_key="").select_related("district").first()
    return FoundSubject(subject, known.name, _leading(known.district)) if known is not None else None


def _contact(one: ContactPerson, owners: frozenset[int]) -> FoundSubject:
    return FoundSubject(Subject(CONTACT_SUBJECT, one.uid), f"{one.name}, {one.organisation.name}", owners)


def _leading(district: District) -> frozenset[int]:
    """The directory is kept by the district itself."""
    leading = accounts.leading_controller(district)
    return frozenset({leading.pk}) if leading else frozenset()


def collect_subject(subject: Subject, controller_id: int | None, now: datetime) -> list[ExportSection]:
    """The row, its earlier versions, and for an organisation its houses and contact persons."""
    known = {CONTACT_SUBJECT: describe_contact, ORGANISATION_SUBJECT: describe_organisation}.get(subject.kind)
    found = known(subject) if known else None
    if found is None or (controller_id is not None and controller_id not in found.controller_ids):
        return []
    if subject.kind == CONTACT_SUBJECT:
        return [
            section("contact", _("Ansprechperson"), ContactPerson.objects.filter(uid=subject.uid), _CONTACT),
            section(
                "earlier",
                _("Frühere Fassungen"),
                ContactPerson.history.filter(uid=subject.uid).order_by("history_id"),
                _PAST_CONTACT,
            ),
            _uploaded(subject),
        ]
    past = Organisation.history.filter(uid=subject.uid).order_by("history_id")
    locations = Location.objects.filter(organisation__uid=subject.uid).order_by("pk")
    return [
        section("organisation", _("Organisation"), Organisation.objects.filter(uid=subject.uid), _ORGANISATION),
        section("earlier", _("Frühere Fassungen"), past, (*_ORGANISATION, ("history_date", _("Stand vom")))),
        section("locations", _("Standorte"), locations, _LOCATION),
    ]


def _uploaded(subject: Subject) -> ExportSection:
    """Rows of uploaded tables that name her beyond doubt: by her address, or by name and organisation together."""
    one = ContactPerson.objects.select_related("organisation").get(uid=subject.uid)
    texts = {find_key(text) for text in (one.email, f"{one.name} {one.organisation.name}") if text}
    rows = imports.rows_naming(kind=_CONTACTS_TABLE, district_id=one.district_id, texts=texts)
    records = tuple((ExportValue("cells", _("Zeile"), cells, " · ".join(cell for cell in cells if cell)),) for cells in rows)
    return ExportSection("uploaded_rows", _("Zeilen in hochgeladenen Tabellen"), records)


def contacts_due(district: District, until: datetime) -> dict[int | None, int]:
    """Archived contact persons whose period is over by `until`; the district's."""
    months = settings.get(district, "directory.contact_months", local_day(until))
    return {None: ContactPerson.objects.archived_before(until - relativedelta(months=months)).count()}


# --- the search over everything ------------------------------------------------------------------------------------------


_ARCHIVE_LAST = F("archived_at").asc(nulls_first=True)


def find_organisations(question: SearchQuestion) -> SearchHits:
    """By name, those in the archive last. One query."""
    rows = Organisation.objects.visible_to(question.viewer).matching(question.text).order_by(_ARCHIVE_LAST, "sort_key", "pk")
    found, total = first_and_total(rows, question.limit, counted=Q(archived_at=None))
    hits = tuple(
        SearchHit(
            title=one.name,
            route="directory:organisation",
            kwargs={"uid": one.uid},
            detail=" · ".join(_words(one.get_kind_display(), one.phone, _("archiviert") if one.is_archived else "")),
        )
        for one in found
    )
    return SearchHits(hits, total, "directory:organisations")


def find_contacts(question: SearchQuestion) -> SearchHits:
    """Contact persons by name, function, mailbox or organisation; those in the archive last. One query."""
    rows = ContactPerson.objects.visible_to(question.viewer).matching(question.text).select_related("organisation")
    usable = Q(archived_at=None, organisation__archived_at=None)
    found, total = first_and_total(rows.order_by(_ARCHIVE_LAST, "sort_key", "pk"), question.limit, counted=usable)
    hits = tuple(
        SearchHit(
            title=one.name,
            route="directory:contact",
            kwargs={"uid": one.uid},
            detail=" · ".join(
                _words(one.function, one.organisation.name, one.phone or one.mobile, _("archiviert") if one.is_archived else "")
            ),
        )
        for one in found
    )
    return SearchHits(hits, total, "directory:contacts")


def find_locations(question: SearchQuestion) -> SearchHits:
    """Houses by name or address; they stand on the page of their organisation. One query."""
    rows = Location.objects.visible_to(question.viewer).matching(question.text).select_related("organisation")
    found, total = first_and_total(rows.usable().order_by("sort_key", "pk"), question.limit)
    hits = tuple(
        SearchHit(
            title=one.name,
            route="directory:organisation",
            kwargs={"uid": one.organisation.uid},
            detail=" · ".join(_words(one.address, one.organisation.name)),
        )
        for one in found
    )
    return SearchHits(hits, total)


def _words(*facts: object) -> list[str]:
    return [str(fact) for fact in facts if fact]
