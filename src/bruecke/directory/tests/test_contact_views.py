"""Desk pages of contact persons, and what the organisation's form learnt: hierarchy, identifiers, points."""

import csv
import io

import pytest
from django.test import Client
from openpyxl import load_workbook

from bruecke.accounts.tests.factories import log_in, make_member
from bruecke.core.models import AuditEntry
from bruecke.core.tests.factories import make_district
from bruecke.core.viewer import Role
from bruecke.directory.models import ContactPerson, Location, Organisation
from bruecke.directory.tests.factories import make_contact, make_location, make_organisation
from bruecke.vocabulary.importers import load_shipped_vocabulary

pytestmark = pytest.mark.any_database

DESK = "/intern/musterkreis/"
ORGANISATIONS, CONTACTS = f"{DESK}organisationen/", f"{DESK}ansprechpersonen/"


@pytest.fixture
def office(scene):
    load_shipped_vocabulary(scene.now)
    scene.organisation = make_organisation(scene.district, name="Bürgertreff Müglitz")
    return scene


@pytest.fixture
def desk(office) -> Client:
    return log_in(Client(), make_member(office.district, Role.COORDINATOR))


@pytest.fixture
def reader(office) -> Client:
    return log_in(Client(), make_member(office.district, Role.AUDITOR))


def text(response) -> str:
    return " ".join(response.content.decode().split())


def released(organisation, now, **values):
    return make_contact(organisation, is_released=True, released_at=now, **values)


def test_the_life_of_a_contact_person(office, desk):
    url = f"{ORGANISATIONS}{office.organisation.uid}/"
    data = {"name": "Änne Beispiel", "email": "aenne@example.org", "languages": ["de", "ar"], "note": "Ruft zurück"}
    refused = desk.post(f"{url}ansprechpersonen/neu/", {**data, "email": "keine", "name": ""})
    assert refused.status_code == 422
    page = text(desk.post(f"{url}ansprechpersonen/neu/", data, follow=True))
    one = ContactPerson.objects.get()
    base = f"{CONTACTS}{one.uid}/"
    for words in ("Ansprechperson angelegt.", "Deutsch, Arabisch", "Ruft zurück", "Nur intern.", "Öffentlich zeigen"):
        assert words in page
    assert f'href="{base}"' in text(desk.get(url))
    desk.post(f"{base}bearbeiten/", {**data, "function": "Leitung", "version": 1})
    conflict = desk.post(f"{base}bearbeiten/", {**data, "function": "Beratung", "version": 1})
    assert conflict.status_code == 409
    assert {"Leitung", "Beratung"} <= set(text(conflict).replace("<", " ").replace(">", " ").split())
    assert desk.post(f"{base}freigeben/", {"version": 2}).status_code == 422, "nobody is released without being asked"
    page = text(desk.post(f"{base}freigeben/", {"version": 2, "agreed": "on"}, follow=True))
    assert "Rückgängig" in page
    assert "Freigegeben von" in page
    desk.post(f"{base}zuruecknehmen/")
    assert not ContactPerson.objects.get().is_released
    assert "Angaben bestätigt." in text(desk.post(f"{base}stimmt-noch/", follow=True))
    assert "Rückgängig" in text(desk.post(f"{base}archivieren/", follow=True))
    assert "Archivierte Ansprechpersonen" in text(desk.get(url))
    assert desk.post(f"{base}bearbeiten/", {**data, "version": 5}).status_code == 409
    desk.post(f"{base}zurueckholen/")
    assert ContactPerson.objects.active().count() == 1
    assert "Das lässt sich nicht zurücknehmen." in text(desk.get(f"{base}loeschen/"))
    assert "Ansprechperson gelöscht." in text(desk.post(f"{base}loeschen/", follow=True))
    assert (ContactPerson.objects.count(), ContactPerson.history.count()) == (0, 0)
    assert desk.get(base).status_code == 404


def test_others_see_only_whom_the_public_may_see(office, reader):
    hidden = make_contact(office.organisation, name="Intern Person")
    shown = released(office.organisation, office.now, name="Freie Person", mobile="0170 99", note="nicht für alle")
    for url in (CONTACTS, f"{ORGANISATIONS}{office.organisation.uid}/"):
        page = text(reader.get(url))
        assert "Freie Person" in page
        assert "Intern Person" not in page
    page = text(reader.get(f"{CONTACTS}{shown.uid}/"))
    for secret in ("0170 99", "nicht für alle", "bearbeiten/", "freigeben/", "loeschen/", "Änderungen"):
        assert secret not in page
    assert reader.get(f"{CONTACTS}{hidden.uid}/").status_code == 404
    table = reader.get(f"{CONTACTS}liste/").content.decode()
    assert "Freie Person" in table
    for secret in ("Intern Person", "0170 99", "nicht für alle", "Mobiltelefon", "Interne Anmerkung"):
        assert secret not in table


def test_the_list_is_searched_filtered_and_sorted(office, desk):
    other = make_organisation(office.district, name="Anderer Verein")
    make_contact(office.organisation, name="Änne Beispiel", checked_on="2024-01-01")
    released(other, office.now, name="Jan Nowak")
    make_contact(other, name="Weg Person", archived_at=office.now)

    def names(**query):
        return [row.name for row in desk.get(CONTACTS, query).context["rows"]]

    assert names() == ["Änne Beispiel", "Jan Nowak"]
    assert names(q="muegl aenne") == ["Änne Beispiel"]
    assert names(freigabe="yes") == ["Jan Nowak"]
    assert names(freigabe="no") == ["Änne Beispiel"]
    assert names(pruefen="on") == ["Änne Beispiel"]
    assert names(archiv="on") == ["Weg Person"]
    assert names(sort="organisation") == ["Jan Nowak", "Änne Beispiel"]
    assert "Keine Ansprechperson passt" in text(desk.get(CONTACTS, {"q": "xyz"}))


def test_an_empty_list_says_how_to_begin(office, desk, reader):
    assert "Übernehmen Sie eine Liste aus Excel oder Outlook" in text(desk.get(CONTACTS))
    assert "Noch keine Ansprechperson" in text(reader.get(CONTACTS))


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_lists_are_downloaded_as_filtered_with_an_entry(office, desk, kind):
    make_contact(office.organisation, name="=Änne", email="aenne@example.org", languages=["uk"], note="intern", mobile="0170")
    make_contact(office.organisation, name="Jan Nowak")
    make_organisation(office.district, name="Ortsgruppe", parent=office.organisation, identifiers=[{"type": "de_vr", "value": "1"}])
    query = {"als": kind} if kind == "xlsx" else {}
    people = table_of(desk.get(f"{CONTACTS}liste/", {**query, "q": "aenne"}), kind)
    assert [row["E-Mail"] for row in people] == ["aenne@example.org"]
    assert people[0]["Name"] in {"=Änne", "'=Änne"}, "a text, never a formula"
    assert (people[0]["Sprachen"], people[0]["Interne Anmerkung"], people[0]["öffentlich"]) == ("Ukrainisch", "intern", "nein")
    organisations = table_of(desk.get(f"{ORGANISATIONS}liste/", {**query, "q": "ortsgruppe"}), kind)
    assert [(row["Name"], row["gehört zu"], row["Vereinsregister"]) for row in organisations] == [
        ("Ortsgruppe", "Bürgertreff Müglitz", "1")
    ]
    verbs = AuditEntry.objects.filter(verb__endswith="_exported").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["directory.contacts_exported", "directory.organisations_exported"]


def table_of(response, kind):
    assert response.status_code == 200
    if kind == "csv":
        return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))
    head, *rows = load_workbook(io.BytesIO(response.content)).active.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_links_to_the_files_keep_the_filters(office, desk):
    page = desk.get(CONTACTS, {"q": "x", "freigabe": "no"}).content.decode()
    assert "ansprechpersonen/liste/?q=x&amp;freigabe=no" in page
    assert "als=xlsx" in page


@pytest.mark.parametrize("path", ["list", "organisation", "person", "export", "organisations-export"])
def test_query_count_does_not_grow(office, desk, path, django_assert_max_num_queries):
    first = released(office.organisation, office.now, languages=["de"])
    make_organisation(office.district, parent=office.organisation)
    url = {
        "list": CONTACTS,
        "organisation": f"{ORGANISATIONS}{office.organisation.uid}/",
        "person": f"{CONTACTS}{first.uid}/",
        "export": f"{CONTACTS}liste/",
        "organisations-export": f"{ORGANISATIONS}liste/",
    }[path]
    desk.get(url)
    with django_assert_max_num_queries(32) as one:
        desk.get(url)
    for _number in range(2):
        released(office.organisation, office.now)
        released(make_organisation(office.district, parent=office.organisation), office.now, languages=["ar"])
    with django_assert_max_num_queries(len(one)):
        desk.get(url)


def test_hierarchy_and_identifiers_in_the_form(office, desk):
    url = f"{ORGANISATIONS}{office.organisation.uid}/bearbeiten/"
    above = make_organisation(office.district, name="Dachverband")
    data = {"name": "Bürgertreff Müglitz", "kind": "association", "parent": above.uid, "version": 1}
    assert "identifier_de_vr" in desk.get(url).content.decode()
    refused = desk.post(url, {**data, "identifier_de_ags": "123"})
    assert refused.status_code == 422
    assert "fünf oder acht Ziffern" in text(refused)
    desk.post(url, {**data, "identifier_de_vr": "VR 1234, Amtsgericht Dresden", "identifier_other": "Träger 4"})
    page = text(desk.get(f"{ORGANISATIONS}{office.organisation.uid}/"))
    for words in ("VR 1234, Amtsgericht Dresden", "Träger 4", "Dachverband"):
        assert words in page
    assert "Dazu gehören" in text(desk.get(f"{ORGANISATIONS}{above.uid}/"))
    form = desk.get(url)
    assert form.context["form"]["parent"].value() == above.uid
    assert form.context["form"]["identifier_de_vr"].value() == "VR 1234, Amtsgericht Dresden"
    circle = desk.post(
        f"{ORGANISATIONS}{above.uid}/bearbeiten/", {**data, "name": "Dachverband", "parent": office.organisation.uid}
    )
    assert circle.status_code == 422
    conflict = desk.post(url, {**data, "parent": "", "version": 1})
    assert conflict.status_code == 409
    assert "Dachverband" in text(conflict)
    desk.post(url, {**data, "parent": "", "version": 2})
    fresh = Organisation.objects.get(pk=office.organisation.pk)
    assert (fresh.parent, fresh.identifiers) == (None, []), "fields that are emptied are empty"


def test_parents_come_from_the_own_district(office, desk):
    from bruecke.core.scope import for_district

    elsewhere = make_district("nebenan")
    with for_district(elsewhere):
        foreign = make_organisation(elsewhere, name="Fremd")
    url = f"{ORGANISATIONS}{office.organisation.uid}/bearbeiten/"
    data = {"name": "x", "kind": "association", "parent": foreign.uid, "version": 1}
    assert desk.post(url, data).status_code == 422
    assert "Fremd" not in text(desk.get(url))


@pytest.mark.parametrize(("lat", "lon"), [("50,9632", "13,9403"), ("50.9632", "13.9403")])
def test_a_point_in_the_form_of_a_location(office, desk, lat, lon):
    location = make_location(office.organisation)
    url = f"{DESK}standorte/{location.uid}/bearbeiten/"
    data = {"name": "Haus", "is_accessible": "unknown", "version": 1}
    refused = desk.post(url, {**data, "lat": "13,9", "lon": "50,9"})
    assert refused.status_code == 422
    assert "vertauscht" in text(refused)
    assert desk.post(url, {**data, "lat": "nan", "lon": "1e400"}).status_code == 422
    desk.post(url, {**data, "lat": lat, "lon": lon})
    assert Location.objects.values_list("lat", "lon").get() == (50.9632, 13.9403)
    assert 'value="50,9632"' in desk.get(url).content.decode()


def test_another_district_is_not_there(office):
    one = released(office.organisation, office.now)
    stranger = log_in(Client(), make_member(make_district("nebenan"), Role.ADMINISTRATOR))
    for step in ("", "bearbeiten/", "freigeben/", "archivieren/", "loeschen/"):
        assert stranger.get(f"/intern/nebenan/ansprechpersonen/{one.uid}/{step}").status_code == 404
