"""The desk pages: the plan of a day, assignment with and without script, posts, holders, consultation hours."""

from datetime import date

import pytest
from django.test import Client

from bruecke.accounts.tests.factories import log_in, make_member
from bruecke.core.sheets import read_sheet
from bruecke.core.tests.factories import NOW
from bruecke.core.viewer import Role
from bruecke.staffing.models import Absence, Assignment, ConsultationException, ConsultationHour, Post, PostHolder, Responsibility
from bruecke.staffing.tests.conftest import DOHNA, FREITAL, HEIDENAU
from bruecke.staffing.tests.factories import (
    make_controller,
    make_holder,
    make_hour,
    make_person,
    make_post,
    make_responsibility,
)
from bruecke.vocabulary.models import Language

pytestmark = pytest.mark.any_database

BASE = "/intern/musterkreis"
OVERVIEW = f"{BASE}/zustaendigkeit/"


def browser(scene, role: Role, **fields) -> Client:
    return log_in(Client(), make_member(scene.district, role, **fields))


@pytest.fixture
def office(scene) -> Client:
    return browser(scene, Role.DISTRICT_OFFICE)


@pytest.fixture(autouse=True)
def german(scene):
    Language.objects.get_or_create(code="de", defaults={"labels": {"de": "Deutsch"}, "order": 1})


def text(response) -> str:
    return response.content.decode()


def test_the_plan_shows_gaps_sums_and_shares(scene, office):
    post = make_post(scene.district, number=2, area_name="Heidenau und Dohna")
    make_holder(post)
    make_responsibility(post, HEIDENAU)
    make_responsibility(post, DOHNA)
    page = text(office.get(OVERVIEW))
    assert "Ohne Zuständigkeit" in page
    assert "2 · Heidenau und Dohna" in page
    assert "22.970" in page  # 16.667 + 6.303 inhabitants
    assert "30.627" in page  # for one VzÄ
    assert "0,54" in page  # share of Heidenau
    assert page.count('name="municipalities"') == 3


def test_a_vacant_post_is_marked_and_its_bar_hatched(scene, office):
    post = make_post(scene.district)
    make_holder(post, until=date(2026, 11, 1))
    make_responsibility(post, FREITAL)
    page = text(office.get(OVERVIEW))
    assert "Unbesetzt seit 01.11.2026" in page
    assert "share-bar-hatching" in page
    assert "0,75 frei" in page


def test_gaps_of_the_next_two_weeks_stand_on_top(scene, office):
    post = make_post(scene.district, number=5, area_name="Bannewitz")
    make_holder(post, until=date(2026, 12, 1))
    make_responsibility(post, HEIDENAU, until=date(2026, 12, 3))
    page = text(office.get(OVERVIEW))
    assert "entstehen Lücken" in page
    assert "Heidenau ist ab" in page
    assert "Stelle 5 · Bannewitz ist ab" in page
    assert "entstehen Lücken" not in text(browser(scene, Role.COORDINATOR).get(OVERVIEW))


def test_the_date_moves_the_whole_view(scene, office):
    post = make_post(scene.district)
    make_responsibility(post, FREITAL, since=date(2027, 1, 1))
    assert office.get(OVERVIEW).context["plan"].unassigned == 3
    response = office.get(OVERVIEW, {"tag": "2027-01-01"})
    assert response.context["plan"].unassigned == 2
    assert "künftigen Tag" in text(response)
    assert office.get(OVERVIEW, {"tag": "9999-99-99"}).context["day"] == date(2026, 11, 24)
    assert office.get(OVERVIEW, {"tag": "0001-01-01"}).context["day"] == date(2026, 11, 24)


@pytest.mark.parametrize("view", ["stelle", "gemeinde", "karte", "verlauf"])
def test_every_view_of_the_plan_opens_with_and_without_rows(scene, office, view):
    assert office.get(OVERVIEW, {"ansicht": view}).status_code == 200
    post = make_post(scene.district)
    make_responsibility(post, FREITAL)
    Assignment.objects.create(
        district=scene.district, post=post, valid_from=date(2026, 1, 1), made_at=scene.now, after={FREITAL: []}
    )
    assert "Freital" in text(office.get(OVERVIEW, {"ansicht": view}))


def test_query_count_does_not_grow_with_the_rows(scene, office, django_assert_max_num_queries):
    def fill(ags):
        post = make_post(scene.district)
        make_holder(post)
        make_responsibility(post, ags)

    fill(FREITAL)
    office.get(OVERVIEW)
    with django_assert_max_num_queries(40) as one:
        office.get(OVERVIEW)
    fill(HEIDENAU)
    fill(DOHNA)
    with django_assert_max_num_queries(len(one)):
        office.get(OVERVIEW)


def assignment(post, *places, **more):
    return {"post": post.uid, "valid_from": "2026-12-01", "municipalities": list(places), **more}


def test_assigning_by_table_and_undo(scene, office):
    post = make_post(scene.district, number=8, area_name="Sebnitz")
    response = office.post(f"{OVERVIEW}zuordnen/", assignment(post, FREITAL, DOHNA), follow=True)
    assert "2 Gemeinden zugeordnet: 8 · Sebnitz, ab 01.12.2026." in text(response)
    assert set(Responsibility.objects.values_list("municipality_id", flat=True)) == {FREITAL, DOHNA}
    made = Assignment.objects.get()
    undo = f"{OVERVIEW}zuordnungen/{made.uid}/zuruecknehmen/"
    assert undo in text(response)
    assert "Zuordnung zurücknehmen" in text(office.get(undo))
    assert "Zuordnung zurückgenommen" in text(office.post(undo, follow=True))
    assert Responsibility.objects.count() == 0
    assert office.post(undo).status_code == 409


def test_preview_without_script_changes_nothing_and_keeps_the_choice(scene, office):
    post = make_post(scene.district, number=8)
    make_responsibility(post, HEIDENAU)
    response = office.post(f"{OVERVIEW}zuordnen/", assignment(post, FREITAL, _preview="1"))
    page = text(response)
    assert "Danach hat Stelle 8: 2 Gemeinden · 56.144 Einwohner · 74.859 je VzÄ" in page
    assert f'value="{FREITAL}" id="ort-{FREITAL}" checked' in page
    assert Assignment.objects.count() == 0


def test_groups_with_chosen_rows_stay_open_after_the_preview(scene, office):
    posts = [make_post(scene.district) for _number in range(4)]
    for post in posts:
        make_holder(post)
    make_responsibility(posts[0], FREITAL)
    assert office.get(OVERVIEW).context["open_groups"] == set()
    response = office.post(f"{OVERVIEW}zuordnen/", assignment(posts[1], FREITAL, _preview="1"))
    assert response.context["open_groups"] == {posts[0].pk}


def test_preview_with_script_is_a_fragment(scene, office):
    post = make_post(scene.district, number=8)
    page = text(office.get(f"{OVERVIEW}vorschau/", assignment(post, FREITAL)))
    assert page.strip().startswith("<p>Danach hat Stelle 8: eine Gemeinde")
    assert "<html" not in page
    assert text(office.get(f"{OVERVIEW}vorschau/")).strip() == ""


def test_errors_of_the_assignment_stand_above_the_table(scene, office):
    post = make_post(scene.district)
    response = office.post(f"{OVERVIEW}zuordnen/", {"post": "", "valid_from": ""})
    assert response.status_code == 422
    assert "mindestens eine Gemeinde" in text(response)
    response = office.post(f"{OVERVIEW}zuordnen/", assignment(post, FREITAL, valid_from="2025-01-01"))
    assert response.status_code == 422
    assert "gibt es an diesem Tag noch nicht" in text(response)


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.COMMISSIONER, Role.EMPLOYER, Role.MUNICIPALITY])
def test_readers_see_no_boxes_and_may_not_assign(scene, role):
    client = browser(scene, role)
    post = make_post(scene.district)
    assert 'name="municipalities"' not in text(client.get(OVERVIEW))
    assert client.post(f"{OVERVIEW}zuordnen/", assignment(post, FREITAL)).status_code == 404
    assert client.get(f"{OVERVIEW}vorschau/").status_code == 404
    assert client.get(f"{BASE}/stellen/neu/").status_code == 404
    assert Assignment.objects.count() == 0


@pytest.mark.parametrize("role", [Role.GRANT_OFFICER, Role.EDITOR, Role.PRIVACY_OFFICER, Role.AUDITOR])
def test_others_do_not_get_the_page(scene, role):
    assert browser(scene, role).get(OVERVIEW).status_code == 404


def test_an_employer_sees_its_own_posts_only(scene):
    association = make_controller(scene.district, "Verein", "association")
    own, other = (
        make_post(scene.district, controller=association, area_name="Eigene"),
        make_post(scene.district, area_name="Andere"),
    )
    make_responsibility(own, FREITAL)
    client = browser(scene, Role.EMPLOYER, controller=association)
    page = text(client.get(OVERVIEW))
    assert "Eigene" in page
    assert "Andere" not in page
    assert "Ohne Zuständigkeit" not in page
    assert client.get(f"{BASE}/stellen/{own.uid}/").status_code == 200
    assert client.get(f"{BASE}/stellen/{other.uid}/").status_code == 404


def test_the_feature_switched_off_closes_the_pages(scene, office):
    scene.district.features = ["enquiries"]
    scene.district.save()
    assert office.get(OVERVIEW).status_code == 404


def test_download_of_the_day(scene, office):
    post = make_post(scene.district, number=3, title="=HYPERLINK(1)")
    make_responsibility(post, FREITAL)
    response = office.get(f"{OVERVIEW}liste.csv", {"tag": "2026-12-01"})
    lines = response.content.decode("utf-8-sig").splitlines()
    assert response["Content-Disposition"] == 'attachment; filename="zustaendigkeit-musterkreis-2026-12-01.csv"'
    assert lines[0].startswith("Schlüssel;Gemeinde;Einwohner;Stelle")
    assert lines[2].startswith(f"{FREITAL};Freital;39477;3;'=HYPERLINK(1);")
    assert lines[1].startswith(f"{DOHNA};Dohna;6303;;ohne Zuständigkeit;")
    excel = office.get(f"{OVERVIEW}liste.csv", {"tag": "2026-12-01", "als": "xlsx"})
    assert excel["Content-Disposition"] == 'attachment; filename="zustaendigkeit-musterkreis-2026-12-01.xlsx"'
    found = read_sheet(excel.content, "plan.xlsx")
    assert found.header[:4] == ("Schlüssel", "Gemeinde", "Einwohner", "Stelle")
    assert found.rows[1].cells[:5] == (FREITAL, "Freital", "39477", "3", "=HYPERLINK(1)")


def post_data(post, **changed):
    given = {
        "title": post.title,
        "area_name": post.area_name,
        "number": post.number,
        "kind": "coordinator",
        "fte": "0,5",
        "controller": post.controller.pk,
        "employer": post.employer.pk,
        "mailbox": post.mailbox,
        "valid_from": "2026-01-01",
        "languages": ["de"],
        "version": post.version,
    }
    return {**given, **changed}


def test_a_post_from_beginning_to_end(scene, office):
    pattern = make_post(scene.district, number=1)
    response = office.post(f"{BASE}/stellen/neu/", post_data(pattern, number="", title="Neue Stelle"), follow=True)
    made = Post.objects.get(title="Neue Stelle")
    assert (made.number, str(made.fte)) == (2, "0.50")
    assert "noch unbesetzt" in text(response)
    url = f"{BASE}/stellen/{made.uid}/"
    office.post(f"{url}bearbeiten/", post_data(made, title="Andere Stelle"))
    assert Post.objects.get(pk=made.pk).title == "Andere Stelle"
    response = office.post(f"{url}bearbeiten/", post_data(made, title="Zu spät"))
    assert response.status_code == 409
    assert "Andere Stelle" in text(response)
    response = office.post(f"{url}beenden/", {"valid_until": "2026-12-31", "version": 2}, follow=True)
    assert Post.objects.get(pk=made.pk).valid_until == date(2027, 1, 1)
    assert "Der letzte Tag der Stelle ist der 31.12.2026." in text(response)
    office.post(f"{url}ende-zuruecknehmen/")
    assert Post.objects.get(pk=made.pk).valid_until is None


def test_hand_over_and_vacancy_in_the_form(scene, office):
    post = make_post(scene.district)
    person = make_person(scene.controller, name="Integrationskoordination Neu")
    url = f"{BASE}/stellen/{post.uid}/besetzung/"
    assert "Integrationskoordination Neu" in text(office.get(url))
    office.post(url, {"holder": person.uid, "valid_from": "2026-12-01"})
    assert PostHolder.objects.get().account == person
    office.post(url, {"holder": "vacant", "valid_from": "2027-01-01"})
    assert PostHolder.objects.get().valid_until == date(2027, 1, 1)
    assert office.post(url, {"holder": "other", "valid_from": "2027-02-01"}).status_code == 422


def test_a_coordinator_keeps_up_her_own_post(scene):
    post, other = make_post(scene.district), make_post(scene.district)
    account = make_member(scene.district, Role.COORDINATOR)
    make_holder(post, account)
    client = log_in(Client(), account)
    assert "Telefon und Sprachen" in text(client.get(f"{BASE}/stellen/{post.uid}/"))
    data = {"phone": "+49 30 23125 555", "languages": ["de"], "version": 1}
    client.post(f"{BASE}/stellen/{post.uid}/kontakt/", data)
    assert Post.objects.get(pk=post.pk).phone == "+49 30 23125 555"
    assert client.post(f"{BASE}/stellen/{other.uid}/kontakt/", data).status_code == 404
    assert client.get(f"{BASE}/stellen/{post.uid}/bearbeiten/").status_code == 404
    assert client.get(f"{BASE}/stellen/{other.uid}/").status_code == 200


def test_only_who_may_change_an_absence_is_offered_to(scene, office):
    """A link that answers 404 is a dead end."""
    post, other = make_post(scene.district), make_post(scene.district)
    account = make_member(scene.district, Role.COORDINATOR)
    make_holder(post, account)
    make_holder(other)
    away = [
        Absence.objects.create(
            district=scene.district, post=one, valid_from=date(2026, 12, 1), valid_until=date(2026, 12, 8), entered_at=NOW
        )
        for one in (post, other)
    ]
    links = [f"{BASE}/abwesenheiten/{absence.uid}/aendern/" for absence in away]
    shown = text(log_in(Client(), account).get(f"{BASE}/abwesenheiten/"))
    assert [link in shown for link in links] == [True, False]
    assert [link in text(office.get(f"{BASE}/abwesenheiten/")) for link in links] == [True, True]


def test_consultation_hours_from_beginning_to_end(scene, office):
    post = make_post(scene.district)
    make_holder(post)
    pattern = make_hour(post)
    url = f"{BASE}/stellen/{post.uid}/sprechstunden/"
    data = {
        "location": pattern.location.pk,
        "weekday": "1",
        "starts": "09:00",
        "ends": "12:00",
        "interval": "1",
        "is_by_appointment": "yes",
        "valid_from": "2026-11-01",
    }
    assert office.post(f"{url}neu/", {**data, "ends": "08:00"}).status_code == 422
    office.post(f"{url}neu/", data)
    hour = ConsultationHour.objects.get(weekday=1)
    assert hour.is_by_appointment
    page = text(office.get(url))
    assert "Dienstag" in page
    assert "So steht es öffentlich" in page
    base = f"{BASE}/sprechstunden/{hour.uid}"
    response = office.post(f"{base}/ausfall/", {"on": "2026-12-01", "reason": "Feiertag"}, follow=True)
    exception = ConsultationException.objects.get()
    undo = f"{BASE}/sprechstunden/ausfaelle/{exception.uid}/zuruecknehmen/"
    assert undo in text(response)
    office.post(undo)
    assert not ConsultationException.objects.exists()
    office.post(f"{base}/beenden/", {"valid_until": "2026-12-31"})
    assert ConsultationHour.objects.get(pk=hour.pk).valid_until == date(2027, 1, 1)
    office.post(f"{base}/ende-zuruecknehmen/")
    office.post(f"{base}/bearbeiten/", {**data, "starts": "10:00", "version": 3})
    assert ConsultationHour.objects.get(pk=hour.pk).starts.hour == 10


def test_hours_of_a_post_that_is_not_ones_own_cannot_be_changed(scene):
    hour = make_hour(make_post(scene.district))
    client = browser(scene, Role.COORDINATOR)
    for step in ("bearbeiten", "beenden", "ausfall", "ende-zuruecknehmen"):
        assert client.get(f"{BASE}/sprechstunden/{hour.uid}/{step}/").status_code == 404
