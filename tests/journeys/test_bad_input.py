"""What goes wrong at the edges, through the browser and past it: a clear answer, and nothing that was typed is lost."""

import threading
from datetime import UTC, datetime, timedelta
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, build_opener

import pytest

from tests.journeys.steps import (
    RECEIPT,
    answer,
    desk,
    fill_question,
    open_question,
    person,
    press,
    public,
    search_place,
    send_question,
)

MINE = person("kik-pirna")
HOSTILE = "<script>window.hacked = 1</script><img src=x onerror='window.hacked=2'>\"'><svg onload=alert(1)> {{ 7*7 }} Hilfe"


def post(world, path, data, address="10.9.8.7"):
    """Status and page of a form sent past the browser."""
    body = data if isinstance(data, bytes) else urlencode(data).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Forwarded-For": address}
    try:
        with build_opener().open(Request(world.url + path, body, headers), timeout=30) as response:
            return response.status, response.read().decode()
    except HTTPError as error:
        with error:
            return error.code, error.read().decode()


def form_fields(page):
    """Everything the form in front would send."""
    return page.eval_on_selector("#frage", "form => [...new FormData(form).entries()]")


@pytest.mark.parametrize("text", ["99999", "00000", "Atlantis", "' OR 1=1 --", "%00", "🙂", "x" * 80])
def test_unknown_place_is_said_and_kept(visitors, check, text):
    resident = visitors.resident()
    search_place(resident, text)
    assert "/hilfe/" in resident.url
    assert resident.input_value("main [name=ort]") == text
    assert resident.locator("#ergebnis").is_visible()
    check(resident)


def test_receipt_code_that_is_none_or_unknown(visitors, check):
    resident = visitors.resident()
    for code, said in (
        ("", "Code ein"),
        ("abc", "20 Zeichen"),
        ("7K4M-29QX-FT0A-3B5C-D6E8", "keine Frage"),
        (HOSTILE[:55], "20 Zeichen"),
    ):
        open_question(resident, code)
        assert said in resident.inner_text(".error-summary")
        assert resident.input_value("[name=code]") == code
    check(resident)


def test_guessing_receipt_codes_is_stopped(world):
    answers = [
        post(world, public("antwort/"), {"code": f"7K4M-29QX-FT0A-3B5C-{number:04d}"}, "10.66.66.66")[0] for number in range(14)
    ]
    assert answers[0] == 422
    assert answers[-1] == 429


@pytest.mark.parametrize("path", ["einladung", "passwort"])
@pytest.mark.parametrize("token", ["A" * 43, "..", "%3Cscript%3E", "x" * 500])
def test_forged_link_tells_nothing(world, path, token):
    status, page = 0, ""
    try:
        with build_opener().open(f"{world.url}/intern/konto/{path}/{token}/", timeout=10) as response:
            status, page = response.status, response.read().decode()
    except HTTPError as error:
        with error:
            status, page = error.code, error.read().decode()
    assert status in {404, 410}
    assert "<h1>" in page
    assert "@" not in page


def test_text_too_long_comes_back_whole(visitors, check):
    resident = visitors.resident()
    resident.goto(public("frage/?ort=pirna"))
    long = "Wort " * 1_200  # nothing is cut off on the way in
    fill_question(resident, long)
    resident.wait_for_timeout(3_100)
    press(resident, "#frage .form-foot .button-primary")
    assert "5.000 Zeichen" in resident.inner_text(".error-summary")
    assert resident.input_value("#frage [name=text]").strip() == long.strip()
    check(resident)


def test_ten_megabytes_are_refused_with_words(visitors, world):
    resident = visitors.resident()
    resident.goto(public("frage/?ort=pirna"))
    fill_question(resident, "Kurz.")
    resident.eval_on_selector("[name=text]", "area => { area.hidden = true; area.value = 'Wort '.repeat(2_000_000) }")
    before = world.rows("SELECT count(*) FROM enquiries_message")
    with resident.expect_navigation(wait_until="commit"):
        resident.click("#frage .form-foot .button-primary")
    assert "zu lang" in resident.inner_text("h1")
    assert world.rows("SELECT count(*) FROM enquiries_message") == before


def test_form_without_guard_or_with_a_foreign_one(visitors, world):
    resident = visitors.resident()
    resident.goto(public("frage/?ort=pirna"))
    fields = dict(form_fields(resident)) | {
        "text": "Ohne Schutz",
        "topic": resident.locator("[name=topic] option").nth(1).get_attribute("value"),
    }
    for change in (
        {"guard": ""},
        {"guard": "forged:abc"},
        {"named": "forged:abc"},
        {"named": ""},
        {"website": "http://spam.example"},
    ):
        status, page = post(world, public("frage/"), fields | change)
        assert status == 422, change
        assert "Ohne Schutz" in page
    assert not world.rows("SELECT 1 FROM enquiries_message WHERE text = 'Ohne Schutz'")


@pytest.mark.both_databases
def test_question_sent_twice_is_one_question_with_one_code(visitors, world):
    resident = visitors.resident()
    resident.goto(public("frage/?ort=pirna"))
    fill_question(resident, "Zweimal gesendet?")
    fields = dict(form_fields(resident))
    code = send_question(resident)
    resident.reload()
    assert resident.inner_text(".receipt-code").strip() == code
    found = []
    threads = [threading.Thread(target=lambda: found.append(post(world, public("frage/"), fields)[1])) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {RECEIPT.search(page)[0] for page in found} == {code}
    assert world.rows("SELECT count(*) FROM enquiries_message WHERE text = 'Zweimal gesendet?'") == [(1,)]


@pytest.mark.both_databases
def test_two_people_answer_at_once(visitors, check):
    """The second is told who was quicker, and keeps her text."""
    resident = visitors.resident()
    resident.goto(public("frage/?ort=pirna"))
    fill_question(resident, "Wer antwortet zuerst?")
    code = send_question(resident)
    first = visitors.at_desk(MINE)
    first.goto(desk("fragen/"))
    press(first.locator("tr", has_text="Wer antwortet zuerst?").locator("a").first)
    second = visitors.at_desk(MINE)
    second.goto(first.url)
    answer(first, "Ich war schneller.")
    answer(second, "Ich auch, fast.")
    assert "Ich auch, fast." in second.input_value("#antwort [name=text]")
    assert (
        second.locator("#antwort").get_by_text("Integrationskoordination Pirna").count() or second.locator("[role=alert]").count()
    )
    check(second)
    open_question(resident, code)
    assert "Ich auch, fast." not in resident.inner_text(".dialogue")
    answer(second, "Ergänzung: bitte Unterlagen mitbringen.")
    open_question(resident, code)
    assert "Ergänzung" in resident.inner_text(".dialogue")


def test_hostile_text_is_shown_as_text_everywhere(visitors, check):
    resident = visitors.resident()
    resident.goto(public("frage/?ort=pirna"))
    fill_question(resident, HOSTILE, languages=HOSTILE[:150])
    code = send_question(resident)
    open_question(resident, code)
    assert "<script>window.hacked = 1</script>" in resident.inner_text(".dialogue")
    coordinator = visitors.at_desk(MINE)
    for path in (desk(), desk("fragen/"), desk(f"fragen/?{urlencode({'q': HOSTILE[:100]})}")):
        coordinator.goto(path)
        check(coordinator)
    coordinator.goto(desk("fragen/"))
    press(coordinator.locator("tr", has_text="window.hacked").locator("a").first)
    assert "{{ 7*7 }}" in coordinator.inner_text(".timeline")
    check(coordinator)
    for page in (resident, coordinator):
        assert page.evaluate("window.hacked") is None
        assert page.locator("main img[src=x], main svg[onload]").count() == 0


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("logo.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("logo.png", b"<!doctype html><script>alert(1)</script>"),
        ("logo.jpg", b"%PDF-1.7 not a picture"),
        ("logo.png", b"\x89PNG\r\n\x1a\n broken"),
        ("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
    ],
)
def test_logo_that_is_none_is_refused(visitors, world, tmp_path, name, content):
    office = visitors.at_desk(person("koordinierung"))
    office.goto(desk("organisationen/"))
    press(office.locator("main tbody a[href*='/organisationen/']").first)
    here = office.url
    office.goto(here + "logo/")
    file = tmp_path / name
    file.write_bytes(content)
    before = world.rows("SELECT count(*) FROM core_storedfile")
    office.set_input_files("[name=logo]", file)
    press(office, "main form .button-primary")
    assert office.locator(".error-summary").count() == 1
    assert world.rows("SELECT count(*) FROM core_storedfile") == before


def test_expired_link_of_an_invitation(visitors, world):
    administrator = visitors.at_desk(person("verwaltung"))
    from tests.journeys.test_people import invite, link_in

    invite(administrator, "zu-spaet@example.org", "Integrationskoordination Probe")
    link = link_in(world.wait_for_mail("zu-spaet@example.org"))
    past = datetime.now(UTC) - timedelta(minutes=1)
    world.rows(
        "UPDATE core_mailedlink SET expires_at = %s WHERE purpose = 'invitation' AND used_at IS NULL"
        " AND object_uid = (SELECT uid FROM accounts_account WHERE email = %s)",
        past,
        "zu-spaet@example.org",
    )
    late = visitors.resident()
    late.goto(link)
    assert "gilt nicht mehr" in late.inner_text("h1")
    assert late.locator("[name=password]").count() == 0
