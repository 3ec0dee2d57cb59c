"""The administration pages: happy path, form errors, query counts, what others see."""

from datetime import date

import pytest
from django.test import Client

from bruecke.accounts.models import Account, Controller, Membership, Unit
from bruecke.accounts.tests.factories import (
    PASSWORD,
    log_in,
    make_account,
    make_controller,
    make_member,
    make_membership,
    make_unit,
)
from bruecke.core import settings as dated_settings
from bruecke.core.models import AuditEntry, DistrictSetting, OutboxMail
from bruecke.core.scope import for_district
from bruecke.core.settings import SettingKey, whole_number
from bruecke.core.tests.factories import NOW
from bruecke.core.viewer import Role

pytestmark = pytest.mark.django_db
DESK = "/intern/musterkreis/"


@pytest.fixture
def setting(monkeypatch):
    from bruecke.core.registry import Registry

    keys: Registry[SettingKey] = Registry("setting_keys")
    keys.register(SettingKey("test.answer_days", "Frist für die Antwort", 5, whole_number(1, 30), "Werktage, 1 bis 30"))
    monkeypatch.setattr(dated_settings, "setting_keys", keys)
    return keys["test.answer_days"]


def test_list_shows_people_with_their_roles(desk, district, elsewhere):
    make_member(district, Role.EDITOR, name="Redaktion Süd")
    make_member(elsewhere, Role.EDITOR, name="Fremde Redaktion")
    make_member(district, Role.EDITOR, name="Frühere Redaktion", valid_until=date(2026, 2, 1))
    page = desk.get(f"{DESK}zugaenge/").content.decode()
    assert "Redaktion Süd" in page
    assert "Fremde Redaktion" not in page
    assert "Frühere Redaktion" not in page
    assert "Frühere Redaktion" in desk.get(f"{DESK}zugaenge/?tab=all").content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=redaktion", {"Redaktion Süd"}),
        ("q=sued", {"Redaktion Süd"}),
        ("role=editor", {"Redaktion Süd"}),
        ("role=auditor", set()),
        ("state=locked", {"Prüfung West"}),
        ("state=invited", set()),
        ("role=forged", {"Redaktion Süd", "Prüfung West", "Verwaltung"}),
    ],
)
def test_filters_stand_in_the_address(desk, district, query, found):
    make_member(district, Role.EDITOR, name="Redaktion Süd")
    locked = make_member(district, Role.COMMISSIONER, name="Prüfung West")
    Account.objects.filter(pk=locked.pk).update(is_active=False)
    response = desk.get(f"{DESK}zugaenge/?{query}")
    assert {person.account.name for person in response.context["rows"]} == found


def test_filter_by_controller_and_its_choices_stay_in_the_district(desk, district, elsewhere):
    association = make_controller(district, "association", name="Verein Nord")
    foreign = make_controller(elsewhere, name="Fremder Landkreis")
    make_member(district, controller=association, name="Frau Nord")
    page = desk.get(f"{DESK}zugaenge/?controller={association.uid}")
    assert {person.account.name for person in page.context["rows"]} == {"Frau Nord"}
    assert foreign.name not in page.content.decode()


def test_employer_sees_its_own_people_and_manages_nobody(client, now, district, leading):
    association = make_controller(district, "association")
    head = make_member(district, Role.EMPLOYER, name="Leitung", controller=association)
    own = make_member(district, name="Eigene", controller=association)
    other = make_member(district, name="Andere")
    log_in(client, head)
    page = client.get(f"{DESK}zugaenge/")
    assert {person.account.name for person in page.context["rows"]} == {"Leitung", "Eigene"}
    assert "einladen" not in page.content.decode()
    assert client.get(f"{DESK}zugaenge/{own.uid}/").status_code == 200
    assert client.get(f"{DESK}zugaenge/{other.uid}/").status_code == 404


def count_queries(client: Client, url: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_lists_need_no_more_queries_for_more_rows(desk, district, administrator, leading, setting):
    def grow() -> None:
        controller = make_controller(district, "town")
        unit = make_unit(controller)
        person = make_member(district, unit=unit)
        make_membership(person, district, Role.EDITOR, unit=unit)
        AuditEntry.objects.create(district=district, at=NOW, actor_kind="person", actor_id=person.pk, verb="accounts.locked")

    pages = ["zugaenge/", "zugaenge/?tab=all", "verantwortliche/", "protokoll/", "einstellungen/", f"zugaenge/{administrator.uid}/"]
    grow()
    before = [count_queries(desk, f"{DESK}{page}") for page in pages]
    grow()
    grow()
    make_membership(administrator, district, Role.EDITOR)
    after = [count_queries(desk, f"{DESK}{page}") for page in pages]
    assert after == before
    assert max(after) <= 20


def invite_data(leading, **changes):
    data = {
        "email": "neu@example.org",
        "name": "Frau Neu",
        "role": "coordinator",
        "controller": leading.uid,
        "valid_from": "2026-11-24",
        "valid_until": "",
    }
    return {**data, **changes}


def test_invite_by_form(desk, leading, district):
    assert desk.get(f"{DESK}zugaenge/einladen/").status_code == 200
    answer = desk.post(f"{DESK}zugaenge/einladen/", invite_data(leading, valid_until="2026-12-31"))
    account = Account.objects.get(email="neu@example.org")
    assert answer["Location"] == f"{DESK}zugaenge/{account.uid}/"
    with for_district(district):
        assert Membership.objects.get(account=account).valid_until == date(2027, 1, 1)
    page = desk.get(answer["Location"]).content.decode()
    assert "Die Einladung ist unterwegs" in page
    assert "Eingeladen" in page
    assert OutboxMail.objects.filter(to="neu@example.org").count() == 1


def test_invite_for_a_unit_sets_its_controller(desk, leading, district):
    unit = make_unit(leading)
    desk.post(f"{DESK}zugaenge/einladen/", invite_data(leading, controller=unit.uid))
    with for_district(district):
        membership = Membership.objects.get(account__email="neu@example.org")
    assert (membership.controller_id, membership.unit_id) == (leading.pk, unit.pk)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"email": "kein"}, "E-Mail"),
        ({"role": ""}, "wählen"),
        ({"controller": ""}, "wählen"),
        ({"role": "municipality"}, "mindestens eine Gemeinde"),
        ({"valid_until": "2026-11-01"}, "nach dem Beginn"),
    ],
)
def test_invite_errors_keep_what_was_typed(desk, leading, changes, message):
    answer = desk.post(f"{DESK}zugaenge/einladen/", invite_data(leading, **changes))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert message in page
    assert "Frau Neu" in page
    assert not Account.objects.filter(name="Frau Neu").exists()


def test_controller_of_another_district_cannot_be_chosen(desk, leading, elsewhere):
    answer = desk.post(f"{DESK}zugaenge/einladen/", invite_data(make_controller(elsewhere)))
    assert answer.status_code == 422


def test_invite_sent_twice_acts_once(desk, leading):
    data = invite_data(leading, form_key="k" * 43)
    desk.post(f"{DESK}zugaenge/einladen/", data)
    desk.post(f"{DESK}zugaenge/einladen/", data)
    assert OutboxMail.objects.count() == 1


def test_end_a_role_and_take_it_back(desk, district):
    person = make_member(district)
    with for_district(district):
        membership = Membership.objects.get(account=person)
    url = f"{DESK}zugaenge/{person.uid}/rolle/{membership.uid}/"
    assert desk.get(url).status_code == 200
    page = desk.post(url, {"valid_until": "2026-11-23", "version": membership.version}, follow=True).content.decode()
    assert "Die Rolle endet mit dem 23.11.2026." in page
    assert "zurueck/?bis=" in page
    membership.refresh_from_db()
    assert membership.valid_until == date(2026, 11, 24)
    assert desk.post(url, {"valid_until": "2026-11-30", "version": 1}).status_code == 409
    assert desk.get(f"{url}zurueck/?bis=").status_code == 405
    assert desk.post(f"{url}zurueck/?bis=2026-99-99").status_code == 422
    desk.post(f"{url}zurueck/?bis=")
    membership.refresh_from_db()
    assert membership.valid_until is None


def test_add_a_role_by_form(desk, district, leading):
    person = make_member(district)
    url = f"{DESK}zugaenge/{person.uid}/rolle/"
    assert desk.get(url).context["form"].initial["controller"] == leading.uid
    data = {"role": "editor", "controller": leading.uid, "valid_from": "2026-11-24", "valid_until": ""}
    assert desk.post(url, data).status_code == 302
    assert desk.post(url, data).status_code == 422


@pytest.mark.parametrize("step", ["sperren", "zweiter-schritt", "loeschen", "entsperren", "einladung", "einladung/zurueckziehen"])
def test_steps_ask_first_and_reach_nobody_elsewhere(desk, district, elsewhere, step):
    person, stranger = make_member(district), make_member(elsewhere)
    assert desk.get(f"{DESK}zugaenge/{person.uid}/{step}/").status_code == 200
    assert desk.get(f"{DESK}zugaenge/{stranger.uid}/{step}/").status_code == 404
    assert desk.post(f"{DESK}zugaenge/{stranger.uid}/{step}/").status_code == 404


def test_lock_and_undo(desk, district):
    person = make_member(district)
    page = desk.post(f"{DESK}zugaenge/{person.uid}/sperren/", follow=True).content.decode()
    assert "Gesperrt" in page
    assert "Rückgängig" in page
    assert desk.post(f"{DESK}zugaenge/{person.uid}/sperren/").status_code == 409
    desk.post(f"{DESK}zugaenge/{person.uid}/entsperren/")
    person.refresh_from_db()
    assert person.is_active


def test_invitation_sent_again_and_withdrawn(desk, leading):
    desk.post(f"{DESK}zugaenge/einladen/", invite_data(leading))
    account = Account.objects.get(email="neu@example.org")
    url = f"{DESK}zugaenge/{account.uid}/einladung/"
    desk.post(url)
    assert OutboxMail.objects.filter(to="neu@example.org").count() == 2
    assert desk.post(f"{url}zurueckziehen/")["Location"] == f"{DESK}zugaenge/"
    assert desk.get(f"{DESK}zugaenge/{account.uid}/").status_code == 404


def test_reset_second_factor_and_delete_by_form(desk, district):
    person = make_member(district, has_totp=True, valid_until=date(2026, 6, 1))
    assert desk.post(f"{DESK}zugaenge/{person.uid}/zweiter-schritt/").status_code == 302
    assert desk.post(f"{DESK}zugaenge/{person.uid}/loeschen/")["Location"] == f"{DESK}zugaenge/"
    person.refresh_from_db()
    assert person.erased_at


CONTROLLER = {
    "name": "Verein Nord",
    "kind": "association",
    "legal_basis": "Art. 6",
    "address": "",
    "phone": "",
    "mailbox": "",
    "privacy_officer": "",
}


def test_controllers_are_created_and_edited(desk, district, leading):
    assert desk.post(f"{DESK}verantwortliche/neu/", {**CONTROLLER, "name": ""}).status_code == 422
    assert desk.post(f"{DESK}verantwortliche/neu/", {**CONTROLLER, "kind": "district"}).status_code == 422
    assert desk.post(f"{DESK}verantwortliche/neu/", CONTROLLER).status_code == 302
    assert desk.post(f"{DESK}verantwortliche/neu/", CONTROLLER).status_code == 422
    with for_district(district):
        controller = Controller.objects.get(name="Verein Nord")
    url = f"{DESK}verantwortliche/{controller.uid}/"
    assert desk.get(url).status_code == 200
    before = district.public_version
    assert desk.post(url, {**CONTROLLER, "name": "Verein Süd", "version": 1}).status_code == 302
    conflict = desk.post(url, {**CONTROLLER, "name": "Verein West", "version": 1})
    assert conflict.status_code == 409
    assert "Verein Süd" in conflict.content.decode()
    district.refresh_from_db()
    assert district.public_version > before
    entry = AuditEntry.objects.get(verb="accounts.controller_changed")
    assert entry.fields == ["name"]


def test_unit_is_marked_as_foreigners_authority(desk, district, leading):
    assert desk.get(f"{DESK}verantwortliche/{leading.uid}/einheit/").status_code == 200
    desk.post(f"{DESK}verantwortliche/{leading.uid}/einheit/", {"name": "Ausländeramt"})
    with for_district(district):
        unit = Unit.objects.get(name="Ausländeramt")
    person = make_member(district, unit=unit)
    from bruecke.accounts.tests.factories import viewer_of

    assert not viewer_of(person, district, NOW.date()).is_foreigners_authority
    url = f"{DESK}einheiten/{unit.uid}/"
    assert desk.get(url).status_code == 200
    desk.post(url, {"name": "Ausländeramt", "is_foreigners_authority": "on", "version": 1})
    assert viewer_of(person, district, NOW.date()).is_foreigners_authority
    assert desk.post(url, {"name": "Ausländeramt", "version": 1}).status_code == 409


def test_controllers_of_another_district_are_not_there(desk, elsewhere):
    foreign = make_controller(elsewhere)
    for path in (
        f"verantwortliche/{foreign.uid}/",
        f"verantwortliche/{foreign.uid}/einheit/",
        f"einheiten/{make_unit(foreign).uid}/",
    ):
        assert desk.get(f"{DESK}{path}").status_code == 404


def test_settings_change_from_a_day_on(desk, district, setting):
    assert "Frist für die Antwort" in desk.get(f"{DESK}einstellungen/").content.decode()
    url = f"{DESK}einstellungen/{setting.key}/"
    assert desk.get(url).status_code == 200
    assert desk.post(url, {"text": "viele", "valid_from": "2026-12-01"}).status_code == 422
    assert desk.post(url, {"text": "3", "valid_from": "2026-11-01"}).status_code == 422
    assert desk.post(url, {"text": "3", "valid_from": "2026-12-01"}).status_code == 302
    assert DistrictSetting.objects.get(district=district).value == 3
    assert "ab " in desk.get(f"{DESK}einstellungen/").content.decode()
    assert desk.get(f"{DESK}einstellungen/gibt.es.nicht/").status_code == 404


def test_settings_page_without_any_setting_says_so(desk, monkeypatch):
    from bruecke.core.registry import Registry

    monkeypatch.setattr(dated_settings, "setting_keys", Registry("setting_keys"))
    assert "Nichts einzustellen" in desk.get(f"{DESK}einstellungen/").content.decode()


def test_log_shows_who_did_what_without_values(desk, district, elsewhere, leading):
    desk.post(f"{DESK}zugaenge/einladen/", invite_data(leading))
    stranger = make_member(elsewhere, name="Fremde Person")
    AuditEntry.objects.create(district=elsewhere, at=NOW, actor_kind="person", actor_id=stranger.pk, verb="accounts.locked")
    page = desk.get(f"{DESK}protokoll/").content.decode()
    assert "Einladung gesendet" in page
    assert "Fremde Person" not in page
    assert "neu@example.org" not in page


def test_log_holds_failed_logins_of_own_people_only(desk, client, district, elsewhere):
    own, foreign = make_member(district, name="Eigene"), make_member(elsewhere, name="Fremde")
    for account in (own, foreign):
        Client().post("/intern/konto/anmelden/", {"login": account.email, "password": "falsch"})
    Client().post("/intern/konto/anmelden/", {"login": "niemand@example.org", "password": PASSWORD})
    lines = desk.get(f"{DESK}protokoll/?refusals=on").context["rows"]
    assert [(line.target, line.who) for line in lines] == [("Eigene", "Nicht angemeldet")]


@pytest.mark.parametrize(
    ("query", "number"),
    [("", 3), ("verb=accounts.locked", 2), ("since=2026-11-24", 2), ("until=2026-11-23", 1), ("refusals=on", 1), ("who=WHO", 1)],
)
def test_log_filters(desk, district, administrator, query, number):
    AuditEntry.objects.all().delete()
    make = AuditEntry.objects.create
    make(district=district, at=NOW, actor_kind="person", actor_id=administrator.pk, verb="accounts.locked", is_refusal=False)
    make(district=district, at=NOW, actor_kind="system", verb="accounts.locked", target_type="gone.Model", target_uid="x")
    make(district=district, at=NOW.replace(day=20), actor_kind="link", verb="unheard.of", is_refusal=True)
    response = desk.get(f"{DESK}protokoll/?{query.replace('WHO', administrator.uid)}")
    assert response.context["total"] == number


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("zugaenge/", {Role.ADMINISTRATOR, Role.PRIVACY_OFFICER, Role.EMPLOYER}),
        ("zugaenge/einladen/", {Role.ADMINISTRATOR}),
        ("verantwortliche/", {Role.ADMINISTRATOR, Role.PRIVACY_OFFICER, Role.DISTRICT_OFFICE}),
        ("verantwortliche/neu/", {Role.ADMINISTRATOR}),
        ("einstellungen/", {Role.ADMINISTRATOR}),
        ("protokoll/", {Role.ADMINISTRATOR, Role.PRIVACY_OFFICER, Role.AUDITOR}),
        ("mein-zugang/", set(Role)),
    ],
)
def test_pages_and_roles(client, district, now, path, allowed):
    for role in Role:
        fresh = Client()
        log_in(fresh, make_member(district, role))
        assert fresh.get(f"{DESK}{path}").status_code == (200 if role in allowed else 404), role


def test_own_profile_names_districts_of_the_person_only(client, district, elsewhere, now):
    account = make_account("Frau Zwei")
    make_membership(account, district)
    make_membership(account, elsewhere, Role.EDITOR)
    log_in(client, account)
    page = client.get(f"{DESK}mein-zugang/").content.decode()
    assert "Nachbarkreis" in page
    assert "Landkreis wechseln" in page
