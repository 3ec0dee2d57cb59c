"""The desk pages: list, detail, steps, quick entry, file; who is let in, what is told, how many queries."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from bruecke.accounts.tests.factories import log_in
from bruecke.core.models import AuditEntry, Draft
from bruecke.core.sheets import read_sheet
from bruecke.enquiries import actions
from bruecke.enquiries.models import Enquiry, InternalNote, Message
from bruecke.enquiries.states import Outcome
from bruecke.enquiries.tests.factories import FREITAL, HEIDENAU, MARKER, PIRNA, ask, capture, viewer

pytestmark = pytest.mark.any_database

DESK = "/intern/musterkreis/fragen/"


@pytest.fixture
def desk(client, scene, now):
    """The browser of Heidenau's coordinator."""
    return log_in(client, scene.accounts["heidenau"])


@pytest.fixture
def office(scene, now):
    """The browser of the leading office."""
    return log_in(Client(), scene.accounts["office"])


def key_of(page):
    return re.search(r'name="form_key" value="([^"]+)"', page).group(1)


def send(browser, address, **data):
    """Open the page, fill in, send: as a person does."""
    page = browser.get(address).content.decode()
    versions = re.findall(r'name="version" value="(\d+)"', page)
    return browser.post(address, {"form_key": key_of(page), "version": versions[-1] if versions else "", **data})


def test_list(desk, scene, now):
    ask(scene, now, HEIDENAU, ago=timedelta(days=8))
    ask(scene, now, PIRNA, text="Zweite Frage")
    ask(scene, now, FREITAL, text="Nicht für hier")
    page = desk.get(DESK).content.decode()
    assert page.index(MARKER) < page.index("Zweite Frage")
    assert "Nicht für hier" not in page
    assert 'class="deadline deadline-overdue"' in page
    assert "Sortiert" in page.title() or "sortiert nach Dringlichkeit" in page


def test_what_lies_elsewhere_is_a_number(office, scene, now):
    for _ in range(3):
        ask(scene, now, FREITAL, text="Geheim")
    page = office.get(f"{DESK}?tab=alle").content.decode()
    assert "3 weitere Fragen liegen bei anderen Stellen." in page
    assert "Geheim" not in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?q=deutschkürs", 0),
        ("?q=Deutschkurs", 1),
        ("?q=DEUTSCHKURS vormittag", 1),
        (f"?ort={PIRNA}", 0),
        (f"?ort={HEIDENAU}", 1),
        ("?thema=housing", 0),
        ("?thema=german", 1),
        ("?sprache=uk", 1),
        ("?sprache=ar", 0),
        ("?stand=closed", 0),
        ("?stand=new", 1),
        ("?stand=", 1),
        ("?stand=nonsense", 1),
        ("?ort=14522180", 1),
        ("?tab=offen", 0),
        ("?tab=ueberfaellig", 0),
        ("?tab=x", 1),
        ("?page=99", 1),
        ("?sort=alter", 1),
        ("?sort=-ort", 1),
        ("?sort=nonsense", 1),
    ],
)
def test_filters_stand_in_the_address(desk, scene, now, query, found):
    ask(scene, now, contact_language="uk")
    assert desk.get(DESK + query).content.decode().count(f"{DESK}") >= found
    assert (MARKER in desk.get(DESK + query).content.decode()) is bool(found)


@pytest.mark.parametrize("address", ["", "?tab=alle&q=Frage"])
def test_list_asks_as_often_for_three_rows_as_for_one(desk, scene, now, django_assert_num_queries, address):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    ask(scene, now, text="Frage")
    desk.get(DESK + address)
    with CaptureQueriesContext(connection) as one:
        desk.get(DESK + address)
    for place in (HEIDENAU, PIRNA):
        ask(scene, now, place, text="Frage")
    with CaptureQueriesContext(connection) as three:
        desk.get(DESK + address)
    assert len(three) == len(one)
    assert len(one) <= 24


def test_detail_asks_as_often_for_three_messages_as_for_one(desk, scene, now):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    enquiry = ask(scene, now)
    who = viewer(scene, "heidenau", now)
    actions.answer_enquiry(enquiry=enquiry, text="Ja", language="de", version=None, viewer=who, now=now)
    actions.add_note(enquiry=enquiry, text="Notiz", viewer=who, now=now)
    desk.get(f"{DESK}{enquiry.uid}/")
    with CaptureQueriesContext(connection) as one:
        desk.get(f"{DESK}{enquiry.uid}/")
    for _ in range(2):
        actions.answer_enquiry(enquiry=enquiry, text="Ja", language="de", version=None, viewer=who, now=now)
        actions.add_note(enquiry=enquiry, text="Notiz", viewer=who, now=now)
    with CaptureQueriesContext(connection) as three:
        desk.get(f"{DESK}{enquiry.uid}/")
    assert len(three) == len(one)


@pytest.mark.parametrize("part", ["", "notiz/", "kurztitel/", "zuweisen/", "uebernehmen/", "abschliessen/", "wieder-oeffnen/"])
def test_not_yours_is_not_there_and_leaves_a_trace(desk, scene, now, part):
    enquiry = ask(scene, now, FREITAL)
    for method in (desk.get, desk.post):
        assert method(f"{DESK}{enquiry.uid}/{part}").status_code in {404, 405}
    refusals = AuditEntry.objects.filter(is_refusal=True, verb="enquiry.read", target_uid=enquiry.uid)
    assert refusals.count() >= 1
    assert desk.get(f"{DESK}{'x' * 22}/{part}").status_code in {404, 405}


def test_roles_without_questions_find_nothing(client, scene, now):
    enquiry = ask(scene, now)
    browser = log_in(client, scene.accounts["commissioner"])
    for address in (DESK, f"{DESK}liste.csv", f"{DESK}erfassen/", f"{DESK}{enquiry.uid}/"):
        assert browser.get(address).status_code == 404


def test_opening_makes_new_to_in_progress_for_who_has_it(desk, office, scene, now):
    enquiry = ask(scene, now)
    office.get(f"{DESK}{enquiry.uid}/")
    assert Enquiry.objects.get().state == "new"
    page = desk.get(f"{DESK}{enquiry.uid}/").content.decode()
    assert "In Arbeit" in page
    assert Enquiry.objects.get().state == "open"


def test_answer(desk, scene, now):
    enquiry = ask(scene, now)
    response = send(desk, f"{DESK}{enquiry.uid}/", text="Kommen Sie vorbei.", language="de")
    assert response.status_code == 302
    page = desk.get(response["Location"]).content.decode()
    assert "Ihre Antwort ist gesendet." in page
    assert "Kommen Sie vorbei." in page


def test_empty_answer_says_so(desk, scene, now):
    enquiry = ask(scene, now)
    response = send(desk, f"{DESK}{enquiry.uid}/", text="", language="de")
    assert response.status_code == 422
    assert "Bitte schreiben Sie eine Antwort." in response.content.decode()


def test_the_second_of_two_is_told_and_keeps_the_words(desk, office, scene, now):
    enquiry = ask(scene, now)
    mine = desk.get(f"{DESK}{enquiry.uid}/").content.decode()
    assert send(office, f"{DESK}{enquiry.uid}/", text="Erste Antwort", language="de").status_code == 302
    response = desk.post(
        f"{DESK}{enquiry.uid}/", {"form_key": key_of(mine), "version": "1", "text": f"Zweite {MARKER}", "language": "de"}
    )
    page = response.content.decode()
    assert response.status_code == 409
    assert "Office" in page
    assert "Erste Antwort" in page
    assert f"Zweite {MARKER}" in page
    assert Draft.objects.get().data["text"] == f"Zweite {MARKER}"
    assert Message.objects.filter(direction="from_office").count() == 1
    version = re.search(r'name="version" value="(\d+)"', page).group(1)
    sent = {"form_key": key_of(page), "version": version, "text": "Doch noch", "language": "de"}
    assert desk.post(f"{DESK}{enquiry.uid}/", sent).status_code == 302
    assert Message.objects.filter(direction="from_office").count() == 2
    assert not Draft.objects.exists()


def test_sent_twice_is_one_answer(desk, scene, now):
    enquiry = ask(scene, now)
    page = desk.get(f"{DESK}{enquiry.uid}/").content.decode()
    data = {"form_key": key_of(page), "version": "1", "text": "Ja", "language": "de"}
    assert [desk.post(f"{DESK}{enquiry.uid}/", data).status_code for _ in range(2)] == [302, 302]
    assert Message.objects.filter(direction="from_office").count() == 1


def test_a_draft_is_kept_and_goes_with_the_question(desk, scene, now):
    enquiry = ask(scene, now)
    assert desk.post(f"{DESK}{enquiry.uid}/", {"_draft": "1", "text": "Angefangen"}).status_code == 302
    assert "Angefangen" in desk.get(f"{DESK}{enquiry.uid}/").content.decode()
    actions.erase_enquiry(enquiry=enquiry, keeps_codes=False, viewer=viewer(scene, "heidenau", now), now=now)
    assert not Draft.objects.exists()


def test_hostile_words_are_shown_as_words(desk, scene, now):
    enquiry = ask(scene, now, text="<img src=x onerror=alert(1)>")
    for address in (DESK, f"{DESK}{enquiry.uid}/"):
        page = desk.get(address).content.decode()
        assert "<img src=x" not in page
        assert "&lt;img src=x" in page


def test_right_to_left_text_keeps_its_direction(desk, scene, now):
    enquiry = ask(scene, now, text="مرحبا", contact_language="ar")
    page = desk.get(f"{DESK}{enquiry.uid}/").content.decode()
    assert re.search(r'lang="ar" dir="auto"[^>]*>\s*<p>مرحبا', page)


def test_steps(desk, office, scene, now):
    enquiry = ask(scene, now)
    address = f"{DESK}{enquiry.uid}/"
    office.post(f"{address}uebernehmen/", {"version": "1"})
    assert Enquiry.objects.get().assigned_account == scene.accounts["office"]
    undo = re.search(r'action="([^"]+zuruecknehmen/\?version=2)"', office.get(address).content.decode()).group(1)
    assert desk.post(undo).status_code == 404
    assert office.post(undo).status_code == 302
    assert Enquiry.objects.get().assigned_account == scene.accounts["heidenau"]
    assert send(desk, f"{address}notiz/", note="Rückruf Montag").status_code == 302
    assert send(desk, f"{address}kurztitel/", headline="Deutschkurs").status_code == 302
    assert send(desk, f"{address}zuweisen/", assignee=scene.accounts["colleague"].uid).status_code == 302
    assert send(desk, f"{address}zuweisen/", assignee="-").status_code == 302
    assert send(desk, f"{address}zuweisen/", assignee=scene.accounts["freital"].uid).status_code == 422
    assert send(desk, f"{address}abschliessen/", outcome="no_offer", note="").status_code == 302
    assert Enquiry.objects.get().state == "closed"
    assert desk.post(f"{address}wieder-oeffnen/", {"version": str(Enquiry.objects.get().version)}).status_code == 302
    assert InternalNote.objects.get().text == "Rückruf Montag"
    for part in ("uebernehmen/", "wieder-oeffnen/"):
        assert desk.post(f"{address}{part}", {"version": "1"}).status_code == 302
    page = desk.get(address).content.decode()
    assert "Rückruf Montag" in page
    assert "Abgeschlossen: Kein passendes Angebot gefunden" in page


def test_quick_entry_and_back(desk, scene, now):
    address = f"{DESK}erfassen/"
    page = desk.get(address).content.decode()
    assert page.index("Heidenau") < page.index("Anderer Ort")
    typed = {"channel": "in_person", "place": HEIDENAU, "topic": "german", "language": "uk", "outcome": "answered"}
    response = send(desk, address, **typed)
    assert response.status_code == 302
    page = desk.get(address).content.decode()
    assert "Gespeichert." in page
    assert re.search(r'value="in_person"[^>]*checked', page)
    assert re.search(r'value="uk"[^>]*checked', page)
    undo = re.search(r'action="([^"]+zuruecknehmen/)"', page).group(1)
    assert desk.post(undo).status_code == 302
    assert not Enquiry.objects.exists()


def test_quick_entry_with_another_place(desk, scene, now):
    typed = {"channel": "phone", "place": "-", "topic": "-", "language": "-", "outcome": "open"}
    missing = send(desk, f"{DESK}erfassen/", **typed)
    assert missing.status_code == 422
    more = {"more_places": FREITAL, "more_topics": "", "more_languages": ""}
    assert send(desk, f"{DESK}erfassen/", **{**typed, "topic": "german", "language": "uk"}, **more).status_code == 302
    enquiry = Enquiry.objects.get()
    assert (enquiry.place_id, enquiry.state, enquiry.controller) == (FREITAL, "open", scene.leading)
    unknown = {**typed, "topic": "german", "language": "uk", "more_places": "-"}
    assert send(desk, f"{DESK}erfassen/", **unknown).status_code == 302
    assert Enquiry.objects.filter(place=None).count() == 1


def test_file_holds_no_content_and_no_formula(desk, scene, now):
    enquiry = ask(scene, now, contact_kind="email", contact="frau@example.org")
    capture(scene, now, outcome=Outcome.NO_OFFER)
    scene.posts["heidenau"].title = "=1+1"
    scene.posts["heidenau"].save()
    response = desk.get(f"{DESK}liste.csv?stand=")
    text = response.content.decode("utf-8")
    assert text.startswith("\ufeff")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    lines = text.strip().split("\r\n")
    assert len(lines) == 3
    assert all(line.count(";") == 9 for line in lines)
    assert enquiry.reference in text
    assert "'=1+1" in text
    for secret in (MARKER, "Deutschkurs", "example.org"):
        assert secret not in text
    excel = read_sheet(desk.get(f"{DESK}liste.csv?stand=&als=xlsx").content, "fragen.xlsx")
    assert (excel.header[0], len(excel.rows)) == ("Kennzeichen", 2)
    assert enquiry.reference in {row.cells[0] for row in excel.rows}
    assert AuditEntry.objects.filter(verb="enquiry.list_exported").count() == 2


def test_todos(scene, now):
    from bruecke.enquiries import queries

    ask(scene, now, ago=timedelta(days=8), text="Alt")
    ask(scene, now, text="Neu")
    ask(scene, now, None)
    found = list(queries.collect(viewer(scene, "heidenau", now), now))
    assert [(str(todo.title), todo.urgency) for todo in found] == [("Alt", "overdue"), ("Neu", "today")]
    office = list(queries.collect(viewer(scene, "office", now), now))
    assert [(todo.route, dict(todo.query)) for todo in office] == [
        ("enquiries:inbox", {"tab": "offen"}),
        ("enquiries:inbox", {"tab": "ueberfaellig"}),
    ]
    assert list(queries.collect(viewer(scene, "commissioner", now), now)) == []
    assert queries.open_count(viewer(scene, "heidenau", now), now) == 2


def test_overdue_questions_of_other_offices_are_a_number_for_the_leading_office(scene, now):
    """So that none is forgotten where nobody may be left to read it."""
    from bruecke.enquiries import queries

    ask(scene, now, FREITAL, ago=timedelta(days=8), text="Geheim")
    found = list(queries.collect(viewer(scene, "office", now), now))
    assert [str(todo.title) for todo in found] == ["1 Frage bei einer anderen Stelle ist überfällig"]


def test_no_word_of_a_question_stands_in_the_log(desk, scene, now, caplog):
    caplog.set_level("DEBUG")
    enquiry = ask(scene, now)
    desk.get(DESK)
    desk.get(f"{DESK}{enquiry.uid}/")
    send(desk, f"{DESK}{enquiry.uid}/", text=f"Antwort {MARKER}", language="de")
    desk.post(f"{DESK}{enquiry.uid}/", {"form_key": "", "version": "1", "text": MARKER, "language": "de"})
    own = [record for record in caplog.records if not record.name.startswith("django.db")]
    assert MARKER not in " ".join(str(vars(record)) for record in own)
