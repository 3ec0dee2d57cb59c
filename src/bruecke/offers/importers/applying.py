"""Checked rows taken over: providers and houses that are missing first, then the offers; a few rows a transaction."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from bruecke.core.errors import BrueckeError, NotAllowed, WrongState
from bruecke.core.folding import find_key, sort_key
from bruecke.core.models import District
from bruecke.core.viewer import Viewer
from bruecke.directory import actions as directory
from bruecke.directory.models import Location, Organisation, OrganisationKind
from bruecke.offers import actions
from bruecke.offers.actions import OfferRow
from bruecke.offers.queries import from_json
from bruecke.offers.states import OfferState
from bruecke.places import queries as places


def apply_rows(rows: Sequence[Mapping[str, Any]], *, district: District, viewer: Viewer, now: datetime) -> None:
    """Write what `parse_row` understood. Raises: NotAllowed, WrongState with the title of the row."""
    known: dict[str, Organisation] = {}
    taken = []
    for row in rows:
        try:
            taken.append(_row(row, known, district, viewer, now))
        except NotAllowed:
            raise
        except BrueckeError as error:
            raise WrongState(_("„%(title)s“: %(message)s") % {"title": row["title"], "message": error}) from error
    actions.take_over_offers(district=district, rows=taken, viewer=viewer, now=now)


def _row(row: Mapping[str, Any], known: dict[str, Organisation], district: District, viewer: Viewer, now: datetime) -> OfferRow:
    provider = _provider(row["provider"], known, district, viewer, now)
    values = {key: from_json(key, value) for key, value in row["values"].items()}
    if row["sets_provider"]:
        values["provider"] = provider
    if row["houses"] is not None:
        houses = [_house(house, provider, viewer, now) for house in row["houses"]]
        values["locations"] = houses
    if "schedules" in values:
        values["schedules"] = [{**entry, "location": _placed(entry["location"], values)} for entry in values["schedules"]]
    return OfferRow(
        title=row["title"],
        provider=provider,
        values=values,
        offer_uid=row["offer"],
        key=row["key"],
        state=OfferState(row["state"]) if row["state"] else None,
        confirmed_on=date.fromisoformat(row["confirmed_on"]) if row["confirmed_on"] else None,
    )


def _placed(place: str, values: Mapping[str, Any]) -> str:
    return str(values["locations"][int(place[1:])].uid) if place.startswith("@") else place


def _provider(named: Any, known: dict[str, Organisation], district: District, viewer: Viewer, now: datetime) -> Organisation:
    """The organisation by its uid, or by its name where another row made it meanwhile, else a new one."""
    key = named if isinstance(named, str) else sort_key(named["name"])[:200]
    if key not in known:
        found = Organisation.objects.active().filter(**({"uid": key} if isinstance(named, str) else {"sort_key": key})).first()
        if found is None and isinstance(named, str):
            raise WrongState(_("Der Träger ist archiviert. Bitte holen Sie ihn zuerst zurück oder wählen Sie einen anderen."))
        if found is None:
            values = {"name": named["name"], "email": named["email"], "kind": OrganisationKind.OTHER}
            found = directory.create_organisation(district=district, values=values, viewer=viewer, now=now)
        known[key] = found
    return known[key]


def _house(house: Any, provider: Organisation, viewer: Viewer, now: datetime) -> Any:
    """A location by its uid, or the provider's of that name and address, else a new one in the middle of its municipality."""
    if isinstance(house, str):
        found = Location.objects.filter(uid=house).select_related("organisation", "area").first()
        if found is None:
            raise WrongState(_("Diesen Ort gibt es nicht im Verzeichnis."))
        return found
    same = Location.objects.active().filter(organisation=provider, sort_key=sort_key(house["name"])[:200]).order_by("pk")
    wanted = {name: house[name] for name in ("name", "street", "postcode", "town")}
    for row in same.select_related("organisation", "area"):
        if find_key(row.address) == find_key(f"{house['street']} {house['postcode']} {house['town']}"):
            return row
    values = {**wanted, "area": places.area(house["ags"]) if house["ags"] else None}
    return directory.create_location(organisation=provider, values=values, viewer=viewer, now=now)
