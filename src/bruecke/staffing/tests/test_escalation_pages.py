"""Desk pages of the escalation chain: choosing, calling, the log, keeping the chain, and the table."""

from datetime import date, time

import pytest
from django.test import Client

from bruecke.accounts.tests.factories import log_in, make_member
from bruecke.core.sheets import read_sheet
from bruecke.core.viewer import Role
from bruecke.staffing.models import EscalationContact, EscalationNotice, OnCallTime
from bruecke.staffing.tests.conftest import DOHNA, FREITAL, HEIDENAU

pytestmark = pytest.mark.any_database

BASE = "/intern/musterkreis/notfall"
PAGE, CHAIN = f"{BASE}/{FREITAL}/", f"{BASE}/{FREITAL}/kette/"


def text(response) -> str:
    return response.content.decode()


@pytest.fixture
def office(scene) -> Client:
    return log_in(Client(), make_member(scene.district, Role.DISTRICT_OFFICE))


@pytest.fixture
def mayor(scene) -> Client:
    return log_in(Client(), make_member(scene.district, Role.MUNICIPALITY, municipalities=[FREITAL]))


@pytest.fixture
def contact(scene) -> EscalationContact:
    return make_contact(scene, "Ordnungsamt, Bereitschaft", phone="030 23125 (0) 400")


def make_contact(scene, function, place=FREITAL, **values) -> EscalationContact:
    position = EscalationContact.objects.filter(municipality_id=place).count() + 1
    given = {"phone": "030 23125 499", "position": position, "confirmed_on": date(2026, 11, 1), **values}
    return EscalationContact.objects.create(district=scene.district, municipality_id=place, function=function, **given)


def sheet_of(response, fmt) -> list[list[str]]:
    return [[str(cell) for cell in row.cells] for row in read_sheet(response.content, f"liste.{fmt}").rows]


def fields(**values):
    given = {"function": "Ordnungsamt", "phone": "030 23125 400", "confirmed_on": "2026-11-24", "is_active": "on"}
    return {**given, **values}


def test_a_town_hall_goes_straight_to_its_number(scene, mayor, contact):
    response = mayor.get(f"{BASE}/")
    assert response.status_code == 200
    page = text(response)
    assert "Notfall in Freital" in page
    assert 'href="tel:110"' in page
    assert 'href="tel:112"' in page
    assert 'href="tel:03023125400"' in page
    assert page.index("tel:110") < page.index("tel:03023125400")
    assert "Kette bearbeiten" not in page


@pytest.mark.parametrize("place", [HEIDENAU, "14627010", "unsinn"])
def test_a_town_hall_reads_no_other_chain(scene, mayor, place):
    assert mayor.get(f"{BASE}/{place}/").status_code == 404
    assert mayor.get(f"{BASE}/{place}/benachrichtigt/").status_code == 404


def test_a_coordinator_finds_her_municipalities_first(scene):
    from bruecke.staffing.tests.factories import make_holder, make_post, make_responsibility

    account = make_member(scene.district, Role.COORDINATOR)
    post = make_post(scene.district)
    make_holder(post, account)
    make_responsibility(post, HEIDENAU)
    make_contact(scene, "Ordnungsamt", HEIDENAU, confirmed_on=None)
    page = text(log_in(Client(), account).get(f"{BASE}/"))
    order = [page.index(f"notfall/{ags}/") for ags in (HEIDENAU, DOHNA, FREITAL)]
    assert order == sorted(order)
    assert "Prüfung fällig" in page


def test_a_municipality_without_chain_still_says_110(scene, office):
    page = text(office.get(PAGE))
    assert "Noch keine Kontakte" in page
    assert 'href="tel:110"' in page


def test_what_is_told_stands_below(scene, mayor, contact):
    form = mayor.get(f"{PAGE}benachrichtigt/", {"wen": contact.uid})
    assert form.context["form"].initial["who"] == contact.uid
    values = {"who": contact.uid, "channel": "phone", "was_reached": "no", "told_at": "2026-11-01T10:00", "note": "<b>Lärm</b>"}
    response = mayor.post(f"{PAGE}benachrichtigt/", values, follow=True)
    page = text(response)
    assert response.redirect_chain == [(f"{PAGE}#protokoll", 302)]
    assert "telefonisch, nicht erreicht" in page
    assert "&lt;b&gt;Lärm&lt;/b&gt;" in page
    notice = EscalationNotice.objects.get()
    assert (notice.contact, notice.function, notice.was_reached) == (contact, "Ordnungsamt, Bereitschaft", False)
    removal = f"{BASE}/benachrichtigungen/{notice.uid}/loeschen/"
    assert "lässt sich nicht zurücknehmen" in text(mayor.get(removal))
    assert mayor.post(removal).status_code == 302
    assert not EscalationNotice.objects.exists()


def test_the_police_can_be_told_too(scene, mayor):
    values = {"who": "110", "channel": "phone", "was_reached": "yes", "told_at": "2026-11-01T10:00", "note": ""}
    assert mayor.post(f"{PAGE}benachrichtigt/", values).status_code == 302
    notice = EscalationNotice.objects.get()
    assert (notice.contact, notice.function) == (None, "Polizei (110)")


@pytest.mark.parametrize(("field", "value"), [("who", "unsinn"), ("told_at", "2099-01-01T10:00"), ("channel", "taube")])
def test_a_notice_with_an_error_is_asked_again(scene, mayor, field, value):
    values = {"who": "110", "channel": "phone", "was_reached": "yes", "told_at": "2026-11-01T10:00", field: value}
    response = mayor.post(f"{PAGE}benachrichtigt/", values)
    assert (response.status_code, set(response.context["form"].errors)) == (422, {field})


def test_keeping_a_chain(scene, office):
    assert office.post(f"{CHAIN}neu/", fields()).status_code == 302
    assert office.post(f"{CHAIN}neu/", fields(function="Bürgermeisteramt")).status_code == 302
    first, second = EscalationContact.objects.order_by("position")
    assert (first.municipality_id, first.confirmed_on, first.is_active) == (FREITAL, date(2026, 11, 24), True)
    assert office.post(f"{BASE}/kontakte/{second.uid}/verschieben/", {"wohin": "hoch"}).status_code == 302
    assert [row.function for row in EscalationContact.objects.order_by("position")] == ["Bürgermeisteramt", "Ordnungsamt"]
    times = {"weekdays": ["0", "6"], "starts": "20:00", "ends": "06:00"}
    assert office.post(f"{BASE}/kontakte/{first.uid}/zeiten/neu/", times).status_code == 302
    page = text(office.get(CHAIN))
    assert "bis zum nächsten Morgen" in page
    row = OnCallTime.objects.get(weekday=6)
    assert (row.starts, row.ends) == (time(20), time(6))
    assert "So 20:00–6:00 Uhr" in text(office.get(f"{BASE}/zeiten/{row.uid}/entfernen/"))
    assert office.post(f"{BASE}/zeiten/{row.uid}/entfernen/").status_code == 302
    assert office.post(f"{BASE}/kontakte/{second.uid}/loeschen/").status_code == 302
    assert [row.function for row in EscalationContact.objects.all()] == ["Ordnungsamt"]


def test_who_saves_an_old_state_sees_both(scene, office, contact):
    url = f"{BASE}/kontakte/{contact.uid}/bearbeiten/"
    assert office.post(url, fields(version=1, phone="030 23125 401")).status_code == 302
    response = office.post(url, fields(version=1, phone="030 23125 402"))
    assert response.status_code == 409
    assert [(one.saved, one.typed) for one in response.context["form"].conflict.differences] == [("030 23125 401", "030 23125 402")]


def test_the_check_of_a_year_is_one_button(scene, office):
    make_contact(scene, "Ordnungsamt", confirmed_on=None)
    assert "Prüfung fällig" in text(office.get(CHAIN))
    assert office.post(f"{CHAIN}geprueft/").status_code == 302
    assert "Prüfung fällig" not in text(office.get(CHAIN))


def test_shared_steps_stand_in_every_municipality(scene, office):
    assert office.post(f"{BASE}/alle/kette/neu/", fields(function="Rufbereitschaft")).status_code == 302
    for place in (FREITAL, HEIDENAU):
        page = text(office.get(f"{BASE}/{place}/"))
        assert "Rufbereitschaft" in page
        assert "für alle Gemeinden" in page


@pytest.mark.parametrize("fmt", ["csv", "xlsx"])
def test_the_table_holds_what_one_sees_and_no_formula(scene, mayor, fmt):
    make_contact(scene, "Gemeinsam", None, phone="+49 30 23125 498")
    make_contact(scene, "=1+1", note="@x")
    make_contact(scene, "Fremd", HEIDENAU)
    response = mayor.get(f"{BASE}/liste.csv", {"als": fmt})
    rows = read_sheet(response.content, f"liste.{fmt}").rows
    cells = [[str(cell) for cell in row.cells] for row in rows]
    assert [(row[1], row[3].lstrip("'")) for row in cells] == [("Freital", "=1+1"), ("alle Gemeinden", "Gemeinsam")]
    if fmt == "csv":
        assert ";'=1+1;" in response.content.decode("utf-8-sig")


@pytest.mark.parametrize("fmt", ["csv", "xlsx"])
def test_the_log_of_who_was_told_can_be_taken_along(scene, mayor, office, fmt):
    for place, function in ((FREITAL, "=Ordnungsamt"), (HEIDENAU, "Wachdienst")):
        EscalationNotice.objects.create(
            district=scene.district,
            municipality_id=place,
            function=function,
            channel="phone",
            was_reached=False,
            told_at=scene.now,
            note="Rohrbruch",
            entered_at=scene.now,
        )
    own = sheet_of(mayor.get(f"{BASE}/benachrichtigungen.csv?als={fmt}"), fmt)
    assert [row[1] for row in own] == ["Freital"], "a town hall takes its own log"
    assert "Ordnungsamt" in own[0][3]
    both = sheet_of(office.get(f"{BASE}/benachrichtigungen.csv?als={fmt}"), fmt)
    assert sorted(row[1] for row in both) == ["Freital", "Heidenau"]
    one = sheet_of(office.get(f"{BASE}/benachrichtigungen.csv?als={fmt}&ort={HEIDENAU}"), fmt)
    assert [row[1:4:2] for row in one] == [["Heidenau", "Wachdienst"]]


@pytest.mark.parametrize("count", [1, 3])
def test_pages_ask_as_much_for_one_step_as_for_three(scene, office, count, django_assert_max_num_queries):
    for number in range(count):
        made = make_contact(scene, f"Stelle {number}")
        OnCallTime.objects.create(district=scene.district, contact=made, weekday=0, starts=time(8), ends=time(9))
    office.get(PAGE)
    for url in (f"{BASE}/", PAGE, CHAIN, f"{BASE}/liste.csv"):
        with django_assert_max_num_queries(24):
            assert office.get(url).status_code == 200
