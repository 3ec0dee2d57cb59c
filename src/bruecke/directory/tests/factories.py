"""Real rows of the directory for tests."""

from itertools import count

from bruecke.core.models import District
from bruecke.core.tests.factories import NOW
from bruecke.directory.models import ContactPerson, Location, Organisation

_number = count(1)


def make_organisation(district: District, **values) -> Organisation:
    defaults = {"name": f"Verein {next(_number)}", "kind": "association"}
    return Organisation.objects.create(district=district, **{**defaults, **values})


def make_location(organisation: Organisation, **values) -> Location:
    defaults = {"name": "Rathaus Potschappel", "street": "Beispielstraße 2", "postcode": "01705", "town": "Freital"}
    return Location.objects.create(district=organisation.district, organisation=organisation, **{**defaults, **values})


def make_contact(organisation: Organisation, **values) -> ContactPerson:
    defaults = {"name": f"Person {next(_number)}", "checked_on": NOW.date()}
    return ContactPerson.objects.create(district=organisation.district, organisation=organisation, **{**defaults, **values})
