"""Organisations, locations and contact persons of the demo districts: real towns, invented houses and people, reserved numbers."""

from datetime import timedelta
from typing import Any

from bruecke.core.models import District
from bruecke.core.registries import DemoContext
from bruecke.core.scope import for_district
from bruecke.core.viewer import Viewer
from bruecke.directory import actions
from bruecke.directory.models import ContactPerson, Location, Organisation
from bruecke.places.models import Area

# slug -> (key, name, kind, locations as (key, name, street, postal code, AGS))
ORGANISATIONS: dict[str, list[tuple[str, str, str, list[tuple[str, str, str, str, str]]]]] = {
    "saechsische-schweiz-osterzgebirge": [
        (
            "district",
            "Landratsamt Sächsische Schweiz-Osterzgebirge",
            "authority",
            [
                ("district", "Landratsamt, Bürgerbüro", "Beispielstraße 1", "01796", "14628270"),
                ("dippoldiswalde", "Landratsamt, Außenstelle", "Beispielstraße 23", "01744", "14628060"),
            ],
        ),
        (
            "association",
            "Trägerverein Integration Freital e. V. (Beispiel)",
            "association",
            [("koordinationsbuero", "Koordinationsbüro für Soziale Arbeit", "Beispielweg 3", "01705", "14628110")],
        ),
        ("pirna", "Stadtverwaltung Pirna", "town", [("pirna", "Rathaus Pirna", "Beispielmarkt 1", "01796", "14628270")]),
        (
            "heidenau",
            "Stadtverwaltung Heidenau",
            "town",
            [("heidenau", "Rathaus Heidenau", "Beispielstraße 47", "01809", "14628160")],
        ),
        (
            "freital",
            "Stadtverwaltung Freital",
            "town",
            [("freital", "Rathaus Potschappel", "Beispielstraße 2", "01705", "14628110")],
        ),
        (
            "wilsdruff",
            "Stadtverwaltung Wilsdruff",
            "town",
            [("wilsdruff", "Rathaus Wilsdruff", "Beispielplatz 1", "01723", "14628410")],
        ),
        (
            "bannewitz",
            "Gemeindeverwaltung Bannewitz",
            "town",
            [("bannewitz", "Bürgerhaus Bannewitz", "Beispielweg 12", "01728", "14628050")],
        ),
        ("sebnitz", "Stadtverwaltung Sebnitz", "town", [("sebnitz", "Rathaus Sebnitz", "Beispielmarkt 7", "01855", "14628360")]),
        (
            "koenigstein",
            "Stadtverwaltung Königstein",
            "town",
            [("koenigstein", "Rathaus Königstein", "Beispielstraße 7", "01824", "14628210")],
        ),
    ],
    "mittelsachsen": [
        (
            "district",
            "Landratsamt Mittelsachsen",
            "authority",
            [
                ("district", "Landratsamt, Haus A", "Beispielstraße 43", "09599", "14522180"),
                ("brand", "Landratsamt, Nebenstelle", "Beispielstraße 16", "09618", "14522050"),
            ],
        ),
        (
            "freiberg",
            "Stadtverwaltung Freiberg",
            "town",
            [("freiberg", "Rathaus Freiberg", "Beispielmarkt 24", "09599", "14522180")],
        ),
        ("floeha", "Stadtverwaltung Flöha", "town", [("floeha", "Rathaus Flöha", "Beispielstraße 5", "09557", "14522140")]),
        ("doebeln", "Stadtverwaltung Döbeln", "town", [("doebeln", "Rathaus Döbeln", "Beispielmarkt 1", "04720", "14522080")]),
        (
            "rossau",
            "Gemeindeverwaltung Rossau",
            "town",
            [("rossau", "Gemeindeamt Rossau", "Beispielstraße 96", "09661", "14522500")],
        ),
        (
            "mittweida",
            "Stadtverwaltung Mittweida",
            "town",
            [("mittweida", "Rathaus Mittweida", "Beispielmarkt 32", "09648", "14522360")],
        ),
    ],
    "landkreis-leipzig": [
        (
            "district",
            "Landratsamt Landkreis Leipzig",
            "authority",
            [("district", "Landratsamt, Gebäude 62", "Beispielstraße 80", "04668", "14729160")],
        ),
        (
            "markkleeberg",
            "Stadtverwaltung Markkleeberg",
            "town",
            [("markkleeberg", "Rathaus Markkleeberg", "Beispielplatz 1", "04416", "14729260")],
        ),
        ("borna", "Stadtverwaltung Borna", "town", [("borna", "Stadthaus Borna", "Beispielmarkt 1", "04552", "14729050")]),
        ("wurzen", "Stadtverwaltung Wurzen", "town", [("wurzen", "Stadthaus Wurzen", "Beispielgasse 1", "04808", "14729410")]),
    ],
}
# slug -> (key of the organisation, values, released, days since the last check)
CONTACTS: dict[str, list[tuple[str, dict[str, Any], bool, int]]] = {
    "saechsische-schweiz-osterzgebirge": [
        (
            "association",
            {
                "name": "Mira Beispiel",
                "function": "Leitung der Sprachcafés",
                "email": "mira.beispiel@traegerverein.example.org",
                "phone": "+49 30 23125 251",
                "languages": ["de", "ar", "en"],
                "note": "Am besten vormittags anrufen.",
            },
            True,
            20,
        ),
        (
            "association",
            {
                "name": "Jonas Muster",
                "function": "Ehrenamt und Patenschaften",
                "email": "jonas.muster@traegerverein.example.org",
                "mobile": "+49 30 23125 252",
                "languages": ["de", "uk"],
            },
            False,
            430,
        ),
        (
            "pirna",
            {"name": "Leyla Beispiel", "function": "Wohnungswesen", "phone": "+49 30 23125 253", "languages": ["de", "tr"]},
            False,
            60,
        ),
    ],
    "landkreis-leipzig": [
        ("borna", {"name": "Pavel Muster", "function": "Bürgerbüro", "email": "pavel.muster@borna.example.org"}, False, 5)
    ],
}
SHORT_NAMES = {"authority": "Landratsamt", "association": "Trägerverein"}


def load_directory(context: DemoContext) -> None:
    """Organisations and locations under `made["organisations"]` and `made["locations"]`, and a few contact persons.

    What is there stays as it is.
    """
    organisations = context.made.setdefault("organisations", {})
    locations = context.made.setdefault("locations", {})
    for district in context.districts:
        with for_district(district):
            for number, (key, name, kind, houses) in enumerate(ORGANISATIONS.get(district.slug, []), start=1):
                owner = _organisation(district, name, kind, number, context)
                organisations[district.slug, key] = owner
                for house in houses:
                    locations[district.slug, house[0]] = _location(owner, *house[1:], context)
            for key, values, is_released, days in CONTACTS.get(district.slug, []):
                _contact(organisations[district.slug, key], values, context, is_released=is_released, days=days)


def _organisation(district: District, name: str, kind: str, number: int, context: DemoContext) -> Organisation:
    known = Organisation.objects.filter(name=name).first()
    if known is not None:
        return known
    values = {
        "name": name,
        "kind": kind,
        "short_name": SHORT_NAMES.get(kind, ""),
        "phone": f"+49 30 23125 {200 + number}",
        "email": f"stelle-{number}@verzeichnis.example.org",
    }
    return actions.create_organisation(district=district, values=values, viewer=Viewer.system("demo", district.pk), now=context.now)


def _location(owner: Organisation, name: str, street: str, postcode: str, ags: str, context: DemoContext) -> Location:
    known = Location.objects.filter(organisation=owner, name=name).first()
    if known is not None:
        return known
    area = Area.objects.get(pk=ags)
    values = {"name": name, "street": street, "postcode": postcode, "town": area.name, "area": area, "is_accessible": True}
    return actions.create_location(
        organisation=owner, values=values, viewer=Viewer.system("demo", owner.district_id), now=context.now
    )


def _contact(owner: Organisation, values: dict[str, Any], context: DemoContext, *, is_released: bool, days: int) -> None:
    if ContactPerson.objects.filter(organisation=owner, name=values["name"]).exists():
        return
    step: dict[str, Any] = {"viewer": Viewer.system("demo", owner.district_id), "now": context.now - timedelta(days=days)}
    made = actions.create_contact(organisation=owner, values=values, **step)
    if is_released:
        actions.release_contact(contact=made, version=None, **step)
