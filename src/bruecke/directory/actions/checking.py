"""What values of the directory must fulfil before they are saved. For actions only."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from bruecke.core.errors import Invalid
from bruecke.core.models import District
from bruecke.directory import rules
from bruecke.directory.models import IDENTIFIER_LABELS, Location, Organisation
from bruecke.directory.states import IdentifierType

_CURES = {
    IdentifierType.REGISTER_OF_ASSOCIATIONS: _(
        "Bitte geben Sie Gericht und Nummer an, zum Beispiel „VR 1234, Amtsgericht Dresden“."
    ),
    IdentifierType.COMMERCIAL_REGISTER: _("Bitte geben Sie Gericht und Nummer an, zum Beispiel „HRB 1234, Amtsgericht Dresden“."),
    IdentifierType.MUNICIPALITY_KEY: _("Ein Gemeindeschlüssel hat fünf oder acht Ziffern, zum Beispiel 14628110."),
    IdentifierType.OTHER: _("Eine Kennung hat höchstens 60 Zeichen."),
}


def identifier_field(kind: IdentifierType) -> str:
    """The name under which a form asks for a type; errors stand there."""
    return f"identifier_{kind.value}"


def check_identifiers(found: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Identifiers as they are kept: known types, tidy values, each type once, in the order of the list.

    Raises: Invalid at `identifier_<type>`.
    """
    kept: dict[IdentifierType, str] = {}
    errors: dict[str, object] = {}
    for entry in found:
        value = " ".join(str(entry.get("value", "")).split())
        if entry.get("type") not in set(IdentifierType):
            raise Invalid({"identifiers": _("Diese Art von Kennung gibt es nicht.")})
        kind = IdentifierType(str(entry["type"]))
        if not value:
            continue
        if kind in kept:
            errors[identifier_field(kind)] = _("Diese Kennung steht zweimal da: %(label)s") % {"label": IDENTIFIER_LABELS[kind]}
        elif not rules.is_identifier(kind, value):
            errors[identifier_field(kind)] = _CURES[kind]
        kept[kind] = value
    if errors:
        raise Invalid(errors)
    return [{"type": kind.value, "value": kept[kind]} for kind in IdentifierType if kind in kept]


def check_parent(organisation: Organisation) -> None:
    """The organisation above is in use and not below this one. Locks the district against two changes at once.

    Raises: Invalid at `parent`.
    """
    if organisation.parent_id is None:
        return
    District.objects.select_for_update().get(pk=organisation.district_id)
    above = Organisation.objects.filter(pk=organisation.parent_id).first()
    if above is None or above.is_archived:
        raise Invalid({"parent": _("Diese Organisation ist archiviert. Bitte wählen Sie eine andere.")})
    if organisation.pk is None:
        return
    parents = dict(Organisation.objects.order_by().values_list("pk", "parent_id"))
    if rules.is_above(organisation.pk, above.pk, parents):
        raise Invalid({"parent": _("Das geht nicht: „%(name)s“ gehört selbst zu dieser Organisation.") % {"name": above.name}})


def check_area(location: Location) -> None:
    """Raises: Invalid at `area` for a municipality outside the district."""
    if location.area is not None and location.area.kreis_id != location.district.ags:
        raise Invalid({"area": _("Diese Gemeinde gehört nicht zum Landkreis.")})


def check_point(location: Location) -> None:
    """Both figures or none, and somewhere in Germany. Raises: Invalid at `lat` or `lon`."""
    lat, lon = location.lat, location.lon
    if lat is None and lon is None:
        return
    if lat is None or lon is None:
        missing = "lat" if lat is None else "lon"
        raise Invalid({missing: _("Bitte geben Sie Breite und Länge an, oder lassen Sie beides leer.")})
    if rules.is_in_germany(lat, lon):
        return
    if rules.is_in_germany(lon, lat):
        raise Invalid({"lat": _("Breite und Länge sind vertauscht. Die Breite liegt in Deutschland zwischen 47 und 56.")})
    raise Invalid({"lat": _("Dieser Punkt liegt nicht in Deutschland. Erwartet werden Grad, zum Beispiel 50,9632 und 13,9403.")})
