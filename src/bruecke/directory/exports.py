"""Lists of the directory as tables; the columns of contact persons are understood again when they are taken over."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from bruecke.core.sheets import OutColumn
from bruecke.directory.models import ContactPerson, Organisation
from bruecke.directory.states import IdentifierType
from bruecke.vocabulary import queries as vocabulary

ORGANISATION_COLUMNS = (
    OutColumn("name", _("Name")),
    OutColumn("short_name", _("Kurzname")),
    OutColumn("kind", _("Art")),
    OutColumn("parent", _("gehört zu")),
    OutColumn("phone", _("Telefon")),
    OutColumn("email", _("E-Mail")),
    OutColumn("website", _("Website")),
    OutColumn("locations", _("Standorte"), "number"),
    OutColumn(IdentifierType.REGISTER_OF_ASSOCIATIONS, _("Vereinsregister")),
    OutColumn(IdentifierType.COMMERCIAL_REGISTER, _("Handelsregister")),
    OutColumn(IdentifierType.MUNICIPALITY_KEY, _("Gemeindeschlüssel (AGS)")),
    OutColumn(IdentifierType.OTHER, _("Andere Kennung")),
)

CONTACT_COLUMNS = (
    OutColumn("name", _("Name")),
    OutColumn("organisation", _("Organisation")),
    OutColumn("function", _("Funktion")),
    OutColumn("email", _("E-Mail")),
    OutColumn("phone", _("Telefon")),
    OutColumn("languages", _("Sprachen")),
    OutColumn("released", _("öffentlich")),
    OutColumn("checked", _("zuletzt geprüft am"), "date"),
)
KEPT_COLUMNS = (OutColumn("mobile", _("Mobiltelefon")), OutColumn("note", _("Interne Anmerkung")))
"""What only those who keep contact persons may see."""


def organisation_rows(rows: Iterable[Organisation]) -> Iterator[dict[str, Any]]:
    """Rows of `queries.organisations` with `parent`."""
    for row in rows:
        yield {
            "name": row.name,
            "short_name": row.short_name,
            "kind": str(row.get_kind_display()),
            "parent": row.parent.name if row.parent else "",
            "phone": row.phone,
            "email": row.email,
            "website": row.website,
            "locations": row.location_count,  # type: ignore[attr-defined]  # counted by the query
            **{entry["type"]: entry["value"] for entry in row.identifiers},
        }


def contact_rows(rows: Iterable[ContactPerson]) -> Iterator[dict[str, Any]]:
    """Rows of `queries.contacts`; note and mobile number are in them and shown only where their columns are."""
    labels = {language.code: vocabulary.label(language, "de") for language in vocabulary.languages()}
    for row in rows:
        yield {
            "name": row.name,
            "organisation": row.organisation.name,
            "function": row.function,
            "email": row.email,
            "phone": row.phone,
            "mobile": row.mobile,
            "languages": ", ".join(labels.get(code, code) for code in row.languages),
            "released": row.is_released,
            "checked": row.checked_on,
            "note": row.note,
        }
