"""*Wer hilft mir?*: the page of a place, the finder's answers, all hours; in both directions of writing, and cached."""

from datetime import timedelta

import pytest

from bruecke.core import clock
from bruecke.core.scope import for_district
from bruecke.core.tests.factories import make_district
from bruecke.core.viewer import Viewer
from bruecke.places.tests.factories import make_municipality
from bruecke.staffing import actions
from bruecke.staffing.tests.conftest import DOHNA, FREITAL, HEIDENAU
from bruecke.staffing.tests.factories import make_controller, make_holder, make_hour, make_post, make_responsibility
from bruecke.vocabulary.models import Language

pytestmark = pytest.mark.any_database

BASE = "/de/musterkreis"


@pytest.fixture(autouse=True)
def languages(scene):
    for order, (code, labels) in enumerate({"de": {"de": "Deutsch", "ar": "الألمانية"}, "ar": {"de": "Arabisch"}}.items()):
        Language.objects.get_or_create(code=code, defaults={"labels": labels, "order": order})


@pytest.fixture
def freital(scene):
    post = make_post(scene.district)
    make_holder(post, public_name="Frau Beispiel")
    make_responsibility(post, FREITAL)
    make_hour(post)
    return post


def page(client, path: str) -> str:
    response = client.get(f"{BASE}/{path}")
    assert response.status_code == 200
    return response.content.decode()


def test_the_page_of_a_place(scene, freital, client):
    text = page(client, "hilfe/freital/")
    assert "Integrationskoordination Freital" in text
    assert freital.employer.name in text
    assert 'href="tel:+493023125111"' in text
    assert 'href="mailto:freital@example.org"' in text
    assert "Donnerstag" in text
    assert "26.11.2026" in text
    assert "Deutsch" in text
    assert "/de/musterkreis/frage/?ort=freital" in text
    assert "Frau Beispiel" not in text  # not released


def test_a_released_name_is_shown(scene, client):
    post = make_post(scene.district)
    make_holder(post, public_name="Frau Beispiel", is_name_released=True)
    make_responsibility(post, FREITAL)
    assert "Frau Beispiel" in page(client, "hilfe/freital/")


def test_nobody_in_charge_means_the_office_of_the_district(scene, client):
    scene.controller.phone = "+49 30 23125 100"
    scene.controller.save()
    scene.district.labels = {"office": "Koordinierungsstelle Integration"}
    scene.district.save()
    text = page(client, "hilfe/dohna/")
    assert "Koordinierungsstelle Integration" in text
    assert "+49 30 23125 100" in text


def test_a_vacant_post_says_so_and_the_office_helps(scene, client):
    association = make_controller(scene.district, "Verein", "association")
    post = make_post(scene.district, controller=association, title="Integrationskoordination Dohna", phone="+49 30 23125 222")
    make_responsibility(post, DOHNA)
    make_hour(post)
    text = page(client, "hilfe/dohna/")
    assert "zurzeit nicht besetzt" in text
    assert scene.controller.name in text
    assert "+49 30 23125 222" not in text
    assert "keine Sprechstunden" in text


def test_places_of_elsewhere_and_unknown_ones_are_not_there(scene, client):
    make_municipality("14522180", "Freiberg", codes=("09599",))
    for slug in ("freiberg", "nirgendwo"):
        assert client.get(f"{BASE}/hilfe/{slug}/").status_code == 404


def test_a_municipality_that_ended_leads_to_its_successor(scene, client):
    from bruecke.places.models import Succession

    old = make_municipality("14628999", "Altort", codes=())
    old.valid_until = clock.local_day(scene.now)
    old.save()
    Succession.objects.create(predecessor=old, successor=scene.areas[FREITAL], happened_on=old.valid_until)
    response = client.get(f"{BASE}/hilfe/altort/")
    assert response.status_code == 302
    assert response["Location"] == f"{BASE}/hilfe/freital/"


@pytest.mark.parametrize("text", ["Freital", "freital", "01705"])
def test_one_place_found_leads_to_its_page(scene, client, text):
    response = client.get(f"{BASE}/hilfe/", {"ort": text})
    assert response.status_code == 302
    assert response["Location"] == f"{BASE}/hilfe/freital/"


def test_several_places_of_a_code_are_asked_about(scene, client):
    make_municipality("14628777", "Rabenau", codes=("01705",))
    text = page(client, "hilfe/?ort=01705")
    assert "Welchen Ort meinen Sie?" in text
    assert "/hilfe/rabenau/" in text
    assert "/hilfe/freital/" in text


def test_a_typo_gets_a_suggestion(scene, client):
    text = page(client, "hilfe/?ort=Freidal")
    assert "Meinen Sie einen dieser Orte?" in text
    assert 'class="place-choice__name" href="/de/musterkreis/hilfe/freital/"' in text


def test_a_place_in_another_district_of_the_installation_is_linked_there(scene, client):
    make_district("nebenan", ags="14522", name="Landkreis Nebenan", languages=["de"])
    make_municipality("14522180", "Freiberg", codes=("09599",))
    text = page(client, "hilfe/?ort=Freiberg")
    assert "liegt in einem anderen Landkreis" in text
    assert 'href="/de/nebenan/hilfe/freiberg/"' in text
    arabic = client.get("/ar/musterkreis/hilfe/?ort=Freiberg").content.decode()
    assert 'href="/de/nebenan/hilfe/freiberg/"' in arabic  # the neighbour speaks no Arabic


def test_a_place_outside_is_told_where_to_ask(scene, client):
    make_municipality("14625020", "Bautzen", codes=("02625",))
    text = page(client, "hilfe/?ort=Bautzen")
    assert "Diese Seite hilft nur im" in text
    assert "Migrationsberatung" in text
    assert "/hilfe/bautzen/" not in text


def test_nothing_found_says_what_to_try(scene, client):
    text = page(client, "hilfe/?ort=<script>alert(1)</script>")
    assert "haben wir nicht gefunden" in text
    assert "Prüfen Sie die Schreibweise" in text
    assert "<script>alert" not in text


def test_without_a_question_all_places_are_listed(scene, freital, client):
    text = page(client, "hilfe/")
    for slug in ("freital", "heidenau", "dohna"):
        assert f'href="/de/musterkreis/hilfe/{slug}/"' in text


def test_all_hours_by_day(scene, freital, client):
    text = page(client, "sprechstunden/")
    assert text.count("14:00–18:00") == 2  # two weeks
    assert "Rathaus Potschappel, Beispielstraße 2, 01705 Freital" in text


def test_no_hours_says_so(scene, client):
    assert "Zurzeit sind keine Sprechstunden eingetragen" in page(client, "sprechstunden/")


def test_arabic_pages_mark_german_names(scene, freital, client):
    text = client.get("/ar/musterkreis/hilfe/freital/").content.decode()
    assert 'dir="rtl"' in text
    assert '<bdi lang="de">Integrationskoordination Freital</bdi>' in text
    assert '<bdi lang="ar">الألمانية</bdi>' in text
    assert '<bdi lang="de">Arabisch</bdi>' in text  # a word without translation carries its language


@pytest.mark.parametrize("path", ["hilfe/", "hilfe/freital/", "sprechstunden/", "hilfe/?ort=Freidal"])
def test_public_pages_are_cacheable_and_frugal(scene, freital, client, path, django_assert_max_num_queries):
    client.get(f"{BASE}/hilfe/heidenau/")  # the index of places is warm
    with django_assert_max_num_queries(13):
        first = client.get(f"{BASE}/{path}")
    assert "Cookie" not in first.get("Vary", "")
    assert not first.cookies
    second = client.get(f"{BASE}/{path}", HTTP_IF_NONE_MATCH=first["ETag"])
    assert second.status_code == 304


@pytest.mark.parametrize("posts", [1, 3])
def test_query_count_of_a_place_does_not_grow(scene, client, posts, django_assert_max_num_queries):
    for ags in (FREITAL, HEIDENAU, DOHNA)[:posts]:
        post = make_post(scene.district)
        make_holder(post)
        make_hour(post)
        make_responsibility(post, ags)
    client.get(f"{BASE}/hilfe/")
    with django_assert_max_num_queries(13):
        client.get(f"{BASE}/hilfe/freital/")


def test_a_change_at_the_desk_is_on_the_public_page_at_once(scene, freital, client):
    assert "zurzeit nicht besetzt" not in page(client, "hilfe/freital/")
    tomorrow = clock.local_day(scene.now) + timedelta(days=1)
    with for_district(scene.district):
        system = Viewer.system("test", scene.district.pk)
        actions.end_post(post=freital, valid_until=tomorrow, version=None, viewer=system, now=scene.now)
        actions.reopen_post(post=freital, viewer=system, now=scene.now)
        actions.vacate_post(post=freital, valid_from=clock.local_day(scene.now), viewer=system, now=scene.now)
    assert "zurzeit nicht besetzt" in page(client, "hilfe/freital/")


def test_switched_off_features_are_not_there(scene, freital, client):
    scene.district.features = ["staffing"]
    scene.district.save()
    assert client.get(f"{BASE}/sprechstunden/").status_code == 404
    text = page(client, "hilfe/freital/")
    assert "Donnerstag" not in text
    assert "Frage stellen" not in text
