"""The desk at work: quick entry on a phone, assignment by table and what the public sees of it, taking over, undo."""

import time

import pytest

from tests.journeys.steps import desk, fill_question, person, press, public, send_question

OFFICE = person("koordinierung")


@pytest.mark.parametrize("script", [True, False])
def test_quick_entry_on_a_phone_takes_at_most_eight_taps(visitors, check, world, script):
    coordinator = visitors.at_desk(person("kik-heidenau"), phone=True, script=script)
    coordinator.goto(desk())
    before = world.rows("SELECT count(*) FROM enquiries_enquiry WHERE channel = 'phone'")[0][0]
    taps = 0

    def tap(selector):
        nonlocal taps
        coordinator.locator(selector).first.tap()
        taps += 1

    with coordinator.expect_navigation():
        tap(".tab-bar a[href$='/fragen/erfassen/']")
    check(coordinator)
    tap("label:has([name=channel][value=phone])")
    tap("label:has([name=place]:not([value='-']))")
    tap("label:has([name=topic]:not([value='-']))")
    tap("label:has([name=language][value=uk])")
    tap("label:has([name=outcome][value=answered])")
    save = coordinator.locator("main form .button-primary")
    box = save.bounding_box()
    assert box["y"] + box["height"] <= 844, "saving is not in reach"
    with coordinator.expect_navigation():
        tap("main form .button-primary")
    assert taps <= 8
    assert "Gespeichert" in coordinator.inner_text("main")
    check(coordinator)
    assert world.rows("SELECT count(*) FROM enquiries_enquiry WHERE channel = 'phone'")[0][0] == before + 1
    press(coordinator.locator("main button", has_text="Rückgängig").first)
    assert "zurückgenommen" in coordinator.inner_text("main")
    assert world.rows("SELECT count(*) FROM enquiries_enquiry WHERE channel = 'phone'")[0][0] == before


def helper_of(page, place):
    page.goto(public(f"hilfe/{place}/"))
    return page.inner_text("main .contact-card h2, main .contact-card h3, main .contact-card .card-title")


@pytest.mark.parametrize("script", [True, False])
def test_assignment_by_table_is_public_within_a_second(visitors, check, script):
    """Two web processes, both with the old page in memory and cache."""
    office = visitors.at_desk(OFFICE, script=script)
    resident = visitors.resident()
    for _ in range(8):
        assert "Pirna" not in helper_of(resident, "heidenau")
    office.goto(desk("zustaendigkeit/?offen=alle"))
    check(office)
    office.locator("tr", has_text="Heidenau").locator("[name=municipalities]").first.check()
    office.select_option(
        "[name=post]", label=next(text for text in office.locator("[name=post] option").all_inner_texts() if "Pirna" in text)
    )
    press(office.locator("button", has_text="Zuordnen").first)
    changed = time.perf_counter()
    assert "zugeordnet" in office.inner_text("main")
    check(office)
    time.sleep(max(0.0, 0.9 - (time.perf_counter() - changed)))
    for _ in range(8):
        assert "Pirna" in helper_of(resident, "heidenau")
    press(office.locator("main button", has_text="Rückgängig").first)
    assert "zurückgenommen" in office.inner_text("main").lower()
    time.sleep(0.9)
    for _ in range(8):
        assert "Pirna" not in helper_of(resident, "heidenau")


def test_assignment_without_a_choice_is_told_what_is_missing(visitors, check):
    office = visitors.at_desk(OFFICE, script=False)
    office.goto(desk("zustaendigkeit/"))
    press(office.locator("button", has_text="Zuordnen").first)
    assert "mindestens eine Gemeinde" in office.inner_text(".error-summary")
    check(office)


def test_question_is_taken_over_and_given_on(visitors, check):
    """With the resident's consent the district's office reads along, takes over, and gives the question back."""
    words = "Wer kümmert sich um Heidenau?"
    resident = visitors.resident()
    resident.goto(public("frage/?ort=heidenau"))
    fill_question(resident, words)
    resident.locator("#frage .ask-consents summary").click()
    resident.check("[name=consent_share]")
    send_question(resident)
    office = visitors.at_desk(OFFICE)
    office.goto(desk("fragen/"))
    assert office.locator("tr", has_text=words).count() == 0
    office.goto(desk("fragen/?tab=alle"))
    press(office.locator("tr", has_text=words).locator("a").first)
    press(office.locator("form[action$='/uebernehmen/'] button").first)
    assert "Sie kümmern sich jetzt" in office.inner_text("main")
    check(office)
    office.goto(desk("fragen/"))
    press(office.locator("tr", has_text=words).locator("a").first)
    press(office, "main a[href$='/zuweisen/']")
    check(office)
    office.locator("main label", has_text="Heidenau").first.click()
    press(office, "main form .button-primary")
    assert "zugewiesen an" in office.inner_text("main")
    coordinator = visitors.at_desk(person("kik-heidenau"))
    coordinator.goto(desk("fragen/"))
    assert coordinator.locator("tr", has_text=words).count() == 1


def test_association_keeps_its_questions_to_itself(visitors):
    """Freital's coordinator works for an association: without consent the district's people see a number only."""
    resident = visitors.resident()
    resident.goto(public("frage/?ort=freital"))
    assert "Trägerverein" in resident.inner_text("main")
    fill_question(resident, "Nur für den Verein in Freital")
    send_question(resident)
    employed = visitors.at_desk(person("kik-freital"))
    employed.goto(desk("fragen/"))
    row = employed.locator("tr", has_text="Nur für den Verein in Freital")
    assert row.count() == 1
    address = row.locator("a").first.get_attribute("href")
    for key in ("koordinierung", "kik-pirna"):
        other = visitors.at_desk(person(key))
        other.goto(desk("fragen/?tab=alle"))
        assert other.locator("tr", has_text="Nur für den Verein in Freital").count() == 0
        assert other.goto(address).status == 404
