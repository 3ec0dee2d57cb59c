"""The page of the search over everything; what is found for whom is tried in tests/permissions."""

import pytest
from django.urls import reverse

from bruecke.accounts.tests.factories import log_in, make_controller, make_member
from bruecke.core.scope import for_district
from bruecke.core.tests.factories import NOW, make_district
from bruecke.core.viewer import Role, Viewer
from bruecke.directory import actions as directory

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def district():
    return make_district("musterkreis")


@pytest.fixture
def desk(client, district):
    make_controller(district, name="Landkreis Musterkreis")
    return log_in(client, make_member(district, Role.DISTRICT_OFFICE, name="Koordinierung"))


@pytest.fixture
def search(district):
    return reverse("web:search", kwargs={"district": district.slug})


@pytest.fixture
def houses(district):
    with for_district(district):
        for number in range(7):
            values = {"name": f"Begegnungshaus {number}", "kind": "association"}
            directory.create_organisation(district=district, values=values, viewer=Viewer.system("test", district.pk), now=NOW)


def test_words_are_sent_in_the_body_and_found_again_behind_the_seal(desk, search, houses):
    answer = desk.post(search, {"q": "begegnungshaus"})
    assert answer.status_code == 302
    assert "begegnung" not in answer["Location"]
    page = desk.get(answer["Location"]).content.decode()
    assert 'value="begegnungshaus"' in page
    assert page.count("found-title") == 5
    assert "Alle 7 anzeigen" in page


def test_all_hits_open_in_their_list_with_the_words(desk, search, houses):
    page = desk.get(desk.post(search, {"q": "begegnungshaus"})["Location"])
    (group,) = page.context["groups"]
    shown = desk.get(group.all_url)
    assert shown.context["total"] == 7
    assert 'value="begegnungshaus"' in shown.content.decode()
    assert "begegnung" not in group.all_url


def test_while_typing_only_the_hits_come_back(desk, search, houses):
    answer = desk.post(search, {"q": "begegn"}, headers=HTMX)
    page = answer.content.decode()
    assert "<html" not in page
    assert page.count("found-title") == 3
    assert 'id="search-count"' in page
    assert "7 Treffer" in page
    assert "HX-Replace-Url" not in answer.headers


def test_the_address_follows_on_the_page_itself(desk, search, houses):
    answer = desk.post(search, {"q": "begegn"}, headers={**HTMX, "HX-Target": "search-page"})
    assert answer.content.decode().count("found-title") == 5
    assert desk.get(answer["HX-Replace-Url"]).context["text"] == "begegn"


@pytest.mark.parametrize("text", ["", " ", "x", "%", "?!"])
def test_nothing_is_searched_for_less_than_two_letters(desk, search, houses, text, monkeypatch):
    monkeypatch.setattr("bruecke.web.views.search.search_everything", lambda question: pytest.fail("asked"))
    page = desk.get(desk.post(search, {"q": text})["Location"])
    assert page.context["groups"] == []
    assert "Nichts gefunden" not in page.content.decode()


@pytest.mark.parametrize("text", ["zzzz", "' OR 1=1 --", "<script>alert(1)</script>", "\x00zzz", "ab" * 500])
def test_odd_words_find_nothing_and_break_nothing(desk, search, houses, text):
    page = desk.get(desk.post(search, {"q": text})["Location"])
    assert page.status_code == 200
    assert "<script>alert" not in page.content.decode()
    assert "Nichts gefunden" in page.content.decode()


def test_pages_and_beginnings_are_found_by_their_name(desk, search):
    def titles(text):
        groups = desk.get(desk.post(search, {"q": text})["Location"]).context["groups"]
        return [str(line.title) for group in groups if group.key == "web.pages" for line in group.lines]

    assert titles("organ") == ["Organisation anlegen", "Organisationen"]
    assert titles("neu") == ["Frage erfassen", "Angebot eintragen", "Organisation anlegen", "Stelle anlegen"]
    assert titles("einladen") == []  # for administrators only
    assert titles("abmelden") == []  # a link alone must not act


def test_an_old_or_foreign_seal_is_an_empty_search(desk, search):
    page = desk.get(f"{search}?w=gAAAAABnothing")
    assert page.status_code == 200
    assert page.context["text"] == ""
