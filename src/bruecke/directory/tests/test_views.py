"""Desk pages of the directory and the public address of logos."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bruecke.accounts.tests.factories import log_in, make_member
from bruecke.core.models import StoredFile
from bruecke.core.tests.factories import make_district
from bruecke.core.viewer import Role
from bruecke.directory.models import Location, Organisation
from bruecke.directory.tests.factories import make_location, make_organisation
from bruecke.directory.tests.test_actions import SVG, image

BASE = "/intern/musterkreis/organisationen/"


@pytest.fixture
def desk(scene) -> Client:
    return log_in(Client(), make_member(scene.district, Role.DISTRICT_OFFICE))


def text(response) -> str:
    return response.content.decode()


def test_the_list_is_searched_with_folded_umlauts_and_filtered(scene, desk):
    make_organisation(scene.district, name="Bürgertreff Müglitz", kind="initiative")
    make_organisation(scene.district, name="Stadtverwaltung", kind="town")
    assert [row.name for row in desk.get(BASE, {"q": "muegl"}).context["rows"]] == ["Bürgertreff Müglitz"]
    assert [row.name for row in desk.get(BASE, {"art": "town"}).context["rows"]] == ["Stadtverwaltung"]
    assert "Keine Organisation passt" in text(desk.get(BASE, {"q": "xyz"}))


def test_an_empty_list_says_how_to_begin(scene, desk):
    assert "Noch keine Organisation" in text(desk.get(BASE))


@pytest.mark.parametrize("path", ["list", "detail"])
def test_query_count_does_not_grow(scene, desk, path, django_assert_max_num_queries):
    first = make_organisation(scene.district)
    make_location(first)
    url = BASE if path == "list" else f"{BASE}{first.uid}/"
    desk.get(url)
    with django_assert_max_num_queries(30) as one:
        desk.get(url)
    for _number in range(2):
        make_location(make_organisation(scene.district) if path == "list" else first)
    with django_assert_max_num_queries(len(one)):
        desk.get(url)


def test_from_creating_to_archiving(scene, desk):
    data = {"name": "Verein Öffnung", "kind": "association"}
    assert desk.post(f"{BASE}neu/", {**data, "name": ""}).status_code == 422
    response = desk.post(f"{BASE}neu/", data, follow=True)
    made = Organisation.objects.get()
    assert "Organisation angelegt." in text(response)
    url = f"{BASE}{made.uid}/"
    desk.post(f"{url}bearbeiten/", {**data, "phone": "+49 30 23125 201", "version": 1})
    conflict = desk.post(f"{url}bearbeiten/", {**data, "phone": "+49 30 23125 202", "version": 1})
    assert conflict.status_code == 409
    assert "+49 30 23125 201" in text(conflict)
    assert "+49 30 23125 202" in text(conflict)
    desk.post(f"{url}standorte/neu/", {"name": "Büro", "postcode": "0170"})
    assert Location.objects.count() == 0
    desk.post(f"{url}standorte/neu/", {"name": "Büro", "postcode": "01705", "area": scene.area.pk, "is_accessible": "true"})
    location = Location.objects.get()
    assert (location.area, location.is_accessible) == (scene.area, True)
    house = f"/intern/musterkreis/standorte/{location.uid}/"
    desk.post(f"{house}bearbeiten/", {"name": "Neues Büro", "is_accessible": "unknown", "version": 1})
    assert "Neues Büro" in text(desk.get(url))
    assert "Rückgängig" in text(desk.post(f"{house}archivieren/", follow=True))
    desk.post(f"{house}zurueckholen/")
    response = desk.post(f"{url}archivieren/", follow=True)
    assert "Rückgängig" in text(response)
    assert Organisation.objects.active().count() == 0
    desk.post(f"{url}zurueckholen/")
    assert Organisation.objects.active().count() == 1


def test_a_logo_is_uploaded_shown_and_removed(scene, desk, client):
    made = make_organisation(scene.district)
    url = f"{BASE}{made.uid}/logo/"
    refused = desk.post(url, {"logo": SimpleUploadedFile("logo.png", SVG, "image/png")})
    assert refused.status_code == 422
    assert "Dieser Dateityp wird nicht angenommen" in text(refused)
    desk.post(url, {"logo": SimpleUploadedFile("logo.png", image(), "text/html")})
    stored = StoredFile.objects.get()
    public = f"/de/musterkreis/logos/{stored.uid}/"
    assert public in text(desk.get(f"{BASE}{made.uid}/"))
    response = client.get(public)
    assert b"".join(response.streaming_content).startswith(b"\x89PNG")
    assert (response.status_code, response["Content-Type"]) == (200, "image/png")
    assert response["Cache-Control"] == "public, max-age=86400"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert not response.cookies
    assert client.get(public, HTTP_IF_NONE_MATCH=response["ETag"]).status_code == 304
    make_district("nebenan")
    assert client.get(f"/de/nebenan/logos/{stored.uid}/").status_code == 404
    desk.post(f"{url}entfernen/")
    assert client.get(public).status_code == 404


@pytest.mark.parametrize("role", [Role.MUNICIPALITY, Role.AUDITOR, Role.EDITOR])
def test_readers_read(scene, role):
    reader = log_in(Client(), make_member(scene.district, role))
    made = make_organisation(scene.district)
    assert reader.get(BASE).status_code == 200
    assert reader.get(f"{BASE}{made.uid}/").status_code == 200
    for step in ("bearbeiten", "archivieren", "logo", "standorte/neu"):
        assert reader.get(f"{BASE}{made.uid}/{step}/").status_code == 404
        assert reader.post(f"{BASE}{made.uid}/{step}/", {"name": "x"}).status_code == 404
    assert reader.get(f"{BASE}neu/").status_code == 404


def test_another_district_is_not_there(scene):
    made = make_organisation(scene.district)
    elsewhere = make_district("nebenan")
    stranger = log_in(Client(), make_member(elsewhere, Role.DISTRICT_OFFICE))
    assert stranger.get(f"/intern/nebenan/organisationen/{made.uid}/").status_code == 404
