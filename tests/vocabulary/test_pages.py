"""The pages of a district's own words; here and not in the app, because people log in."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bruecke.accounts.tests.factories import log_in, make_member
from bruecke.core.scope import for_district
from bruecke.core.tests.factories import make_district, viewer_with
from bruecke.core.viewer import Role
from bruecke.vocabulary import queries
from bruecke.vocabulary.importers import load_shipped_vocabulary
from bruecke.vocabulary.models import DistrictTerm
from bruecke.vocabulary.tests.test_district_terms import add, relabel

START = "/intern/musterkreis/begriffe/"


@pytest.fixture
def district(db, now):
    load_shipped_vocabulary(now)
    district = make_district("musterkreis")
    with for_district(district):
        yield district


@pytest.fixture
def office(district):
    return viewer_with(district, Role.DISTRICT_OFFICE)


@pytest.fixture
def desk(district):
    return log_in(Client(), make_member(district, Role.DISTRICT_OFFICE))


def text_of(response):
    return " ".join(response.content.decode().split())


def test_pages_relabel_hide_and_take_back(desk, district):
    page = f"{START}category/sport/"
    assert "Sonst heißt es überall: Sport" in text_of(desk.get(page))
    response = desk.post(page, {"version": "1", "label_de": "Bewegung", "words_de": "Turnen, Yoga"}, follow=True)
    shown = text_of(response)
    assert "Bewegung" in shown
    assert "sonst: Sport" in shown
    assert DistrictTerm.objects.get().synonyms == {"de": ["Turnen", "Yoga"]}
    assert "Wörter eines Begriffs geändert" in text_of(desk.get(page))
    assert "verborgen" in text_of(desk.post(f"{page}verbergen/", follow=True))
    assert "verborgen" not in text_of(desk.post(f"{page}anbieten/", follow=True))
    assert "sonst: Sport" not in text_of(desk.post(f"{page}gemeinsam/", follow=True))


def test_page_adds_and_says_what_is_wrong(desk, district):
    page = f"{START}target_group/neu/"
    wrong = desk.post(page, {"label_de": "Frauen"})
    assert wrong.status_code == 422
    assert "So heißt schon ein anderer Begriff." in text_of(wrong)
    assert "Alleinerziehende" in text_of(desk.post(page, {"label_de": "Alleinerziehende"}, follow=True))
    assert queries.term("target_group", "eigen-alleinerziehende", district=district)


def test_conflict_keeps_what_was_typed(desk, district, office, now):
    relabel(district, office, now)
    response = desk.post(f"{START}category/sport/", {"version": "7", "label_de": "Meins"})
    assert response.status_code == 409
    assert "Meins" in text_of(response)
    assert "Bewegung" in text_of(response)


def test_a_step_too_late_says_so(desk):
    response = desk.post(f"{START}category/sport/anbieten/")
    assert response.status_code == 409
    assert "Das ist schon so." in text_of(response)


@pytest.mark.parametrize("path", ["nichts/sport/", "category/nirgends/", "nichts/neu/"])
def test_unknown_addresses_are_404(desk, path):
    assert desk.get(f"{START}{path}").status_code == 404


def test_the_list_asks_as_much_for_one_own_term_as_for_three(desk, district, office, now):
    def count():
        with CaptureQueriesContext(connection) as seen:
            desk.get(START)
        return len(seen)

    add(district, office, now, "Eins")
    desk.get(START)
    once = count()
    add(district, office, now, "Zwei")
    add(district, office, now, "Drei")
    assert count() == once
