"""Signing in: with a passkey on this device, confirming before a sensitive step, and by the house's own service."""

import re
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from django.contrib.sessions.backends.db import SessionStore

from bruecke.accounts.demo import PASSWORD, demo_code
from tests.journeys.steps import desk, log_in, person, press
from tests.journeys.world import DISTRICT, new_world
from tests.sign_in.process import CLIENT_ID, SECRET, running_service

KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@contextmanager
def device(page):
    """A device that can keep passkeys, and whose owner puts the finger on it when asked."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    yield
    session.send("WebAuthn.removeVirtualAuthenticator", made)


def let_time_pass(world, page):
    """The proof of this browser's session becomes old."""
    key = next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "sessionid")
    data = world.rows("SELECT session_data FROM django_session WHERE session_key = %s", key)[0][0]
    session = SessionStore().decode(data)
    assert session["proved_at"] > 0
    session["proved_at"] = 0
    world.rows("UPDATE django_session SET session_data = %s WHERE session_key = %s", SessionStore().encode(session), key)


def test_a_passkey_opens_the_desk_and_confirms(visitors, check, world):
    """Set up on the phone, log out, in again with one tap; asked again before inviting somebody; removed."""
    phone = visitors.context(phone=True).new_page()
    log_in(phone, person("verwaltung"))
    with device(phone):
        phone.goto(desk("mein-zugang/"))
        check(phone)
        press(phone.locator("a", has_text="Passkey einrichten"))
        check(phone)
        phone.fill("[name=name]", "Diensthandy")
        press(phone.locator("button", has_text="Passkey anlegen"))
        assert "Der Passkey ist eingerichtet" in phone.inner_text("main")
        check(phone)
        phone.goto("/intern/konto/abmelden/")
        press(phone.locator("main form button").first)
        check(phone)
        with phone.expect_navigation(url=re.compile(r"/intern/(?!konto)")):
            phone.locator("button", has_text="Mit Passkey anmelden").click()
        phone.goto(desk("mein-zugang/"))
        let_time_pass(world, phone)
        phone.goto(desk("zugaenge/einladen/"))
        assert phone.inner_text("h1") == "Sind Sie es?"
        check(phone)
        with phone.expect_navigation(url=re.compile("einladen")):
            phone.locator("button", has_text="Mit Passkey bestätigen").click()
        assert phone.locator("[name=email]").is_visible()
        phone.goto(desk("mein-zugang/"))
        press(phone.locator("a", has_text="Entfernen"))
        check(phone)
        press(phone.locator("button", has_text="Passkey entfernen"))
        assert "/konto/anmelden/" in phone.url
        phone.locator("button", has_text="Mit Passkey anmelden").click()
        phone.get_by_text("Mit diesem Passkey ging es nicht").wait_for()


@pytest.mark.parametrize("script", [True, False])
def test_a_form_that_comes_late_is_kept(visitors, check, world, script):
    """The proof grows old while the form is open: nothing typed is lost, and nothing is done before the answer."""
    office = visitors.context(script=script).new_page()
    log_in(office, person("verwaltung"))
    name = f"Stadt Neuland {script}"
    office.goto(desk("verantwortliche/neu/"))
    office.fill("[name=name]", name)
    let_time_pass(world, office)
    press(office, "main form .button-primary")
    assert "Ihre Eingaben sind noch da" in office.inner_text("main")
    check(office)
    assert not world.rows("SELECT 1 FROM accounts_controller WHERE name = %s", name)
    office.fill("[name=password]", PASSWORD)
    office.fill("[name=code]", demo_code(person("verwaltung"), datetime.now(UTC)))
    press(office, "main form .button-primary")
    check(office)
    press(office.locator("button", has_text="Jetzt absenden"))
    assert "Die Stelle ist angelegt" in office.inner_text("main")
    assert world.rows("SELECT 1 FROM accounts_controller WHERE name = %s", name)


def test_without_script_the_page_says_what_passkeys_need(visitors, check):
    office = visitors.context(script=False).new_page()
    log_in(office, person("koordinierung"))
    office.goto(desk("mein-zugang/passkeys/neu/"))
    assert "Hier geht es nicht" in office.inner_text("main")
    assert not office.locator("button", has_text="Passkey anlegen").is_visible()
    check(office)


def test_the_service_of_the_house_from_entering_it_to_the_desk(tmp_path, chromium):
    """Administration enters and checks it; a coordinator links herself, leaves, and comes back through it."""
    with new_world(tmp_path / "world", BRUECKE_MODE="testing", BRUECKE_TRUST_PROXY="true") as world:
        back = f"{world.url}/intern/konto/dienst/{DISTRICT}/zurueck/"
        with running_service(back, f"{world.url}/intern/konto/anmelden/", "localhost") as issuer:
            world.start()
            _enter_service(chromium.new_context(base_url=world.url).new_page(), issuer, back)
            page = chromium.new_context(base_url=world.url, viewport={"width": 390, "height": 844}).new_page()
            _link_and_come_back(page, world)
            assert world.rows("SELECT subject FROM accounts_externalidentity") == [("kim",)]
            page.context.close()


def _enter_service(admin, issuer, back):
    log_in(admin, person("verwaltung"))
    admin.goto(desk("einstellungen/"))
    press(admin.locator("a", has_text="Anmeldedienst des Hauses"))
    assert back in admin.inner_text("main")
    admin.fill("[name=label]", "Landkreis-Konto")
    admin.fill("[name=issuer]", f"{issuer}/")
    admin.fill("[name=client_id]", CLIENT_ID)
    admin.fill("[name=client_secret]", SECRET)
    admin.check("[name=is_on]")
    press(admin.locator("button", has_text="Anmeldedienst speichern"))
    press(admin.locator("button", has_text="Verbindung prüfen"))
    assert "Zeichen für Zeichen" in admin.inner_text("main")
    admin.fill("[name=issuer]", issuer)
    press(admin.locator("button", has_text="Anmeldedienst speichern"))
    press(admin.locator("button", has_text="Verbindung prüfen"))
    assert "Die Verbindung steht" in admin.inner_text("main")
    admin.context.close()


def _link_and_come_back(page, world):
    log_in(page, person("koordinierung"))
    page.goto(desk("mein-zugang/"))
    press(page.locator("main a", has_text=re.compile("^Verknüpfen$")))
    press(page.locator("button", has_text="Verknüpfen"))
    press(page.locator("a", has_text="Bei „Landkreis-Konto“ anmelden"))
    page.fill("[name=name]", "kim")
    press(page.locator("button"))
    assert "verknüpft" in page.inner_text("main")
    page.goto("/intern/konto/abmelden/")
    press(page.locator("main form button").first)
    page.goto(desk("mein-zugang/"))
    press(page.locator("a", has_text="Mit Landkreis-Konto anmelden"))
    if page.locator("[name=name]").count():
        page.fill("[name=name]", "kim")
        press(page.locator("button"))
    page.fill("[name=code]", demo_code(person("koordinierung"), datetime.now(UTC)))
    press(page, "main form .button-primary")
    assert page.inner_text("h1") == "Mein Zugang"
    page.goto("/intern/konto/abmelden/")
    press(page.locator("main form button").first)
    press(page.locator("a", has_text="Auch dort abmelden"))
    assert "/session/end" in page.url
