"""The desk at work: quick entry on a phone, assignment by table and what the public sees of it, taking over, undo."""

import time

import pytest

from tests.journeys.steps import desk, fill_question, person, public, send_question

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
    tap("main form .button-primary")
    assert taps <= 8
    assert "Gespeichert" in coordinator.inner_text("main")
    check(coordinator)
    assert world.rows("SELECT count(*) FROM enquiries_enquiry WHERE channel = 'phone'")[0][0] == before + 1
    coordinator.locator("main button", has_text="Rückgängig").first.tap()
    assert "zurückgenommen" in coordinator.inner_text("main")
    assert world.rows("SELECT count(*) FROM enquiries_enquiry WHERE channel = 'phone'")[0][0] == before


def helper_of(page, place):
    page.goto(public(f"hilfe/{place}/"))
    return page.inner_text("main .contact-card h2, main .contact-card h3, main .contact-card .card-title")


@pytest.mark.both_databases
@pytest.mark.parametrize("script", [True, False])
def test_assignment_by_table_is_public_within_a_second(visitors, check, script):
    """Two web processes, both with the old page in memory and cache."""
    office = visitors.at_desk(OFFICE, script=script)
    resident = visitors.resident()
    for _ in range(8):
        assert "Pirna" not in helper_of(resident, "dohma" if False else "heidenau")
    office.goto(desk("zustaendigkeit/?offen=alle"))
    check(office)
    office.locator("tr", has_text="Heidenau").locator("[name=municipalities]").first.check()
    office.select_option("[name=post]", label=next(text for text in office.locator("[name=post] option").all_inner_texts() if "Pirna" in text))
    office.locator("button", has_text="Zuordnen").first.click()
    changed = time.perf_counter()
    assert "zugeordnet" in office.inner_text("main")
    check(office)
    time.sleep(max(0.0, 0.9 - (time.perf_counter() - changed)))
    for _ in range(8):
        assert "Pirna" in helper_of(resident, "heidenau")
    office.locator("main button", has_text="Rückgängig").first.click()
    assert "zurückgenommen" in office.inner_text("main").lower()
    time.sleep(0.9)
    for _ in range(8):
        assert "Pirna" not in helper_of(resident, "heidenau")


def test_assignment_without_a_choice_is_told_what_is_missing(visitors, check):
    office = visitors.at_desk(OFFICE, script=False)
    office.goto(desk("zustaendigkeit/"))
    office.locator("button", has_text="Zuordnen").first.click()
    assert "mindestens eine Gemeinde" in office.inner_text(".error-summary")
    check(office)


def test_question_is_taken_over_and_given_back(visitors, check):
    resident = visitors.resident()
    resident.goto(public("frage/?ort=heidenau"))
    fill_question(resident, "Wer kümmert sich um Heidenau?")
    send_question(resident)
    colleague = visitors.at_desk(person("kik-pirna"))
    colleague.goto(desk("fragen/"))
    assert colleague.locator("tr", has_text="Wer kümmert sich um Heidenau?").count() == 0
    colleague.goto(desk("fragen/?tab=all"))
    colleague.locator("tr", has_text="Wer kümmert sich um Heidenau?").locator("a").first.click()
    colleague.locator("form[action$='/uebernehmen/'] button").first.click()
    assert "Sie kümmern sich jetzt" in colleague.inner_text("main")
    check(colleague)
    colleague.goto(desk("fragen/"))
    colleague.locator("tr", has_text="Wer kümmert sich um Heidenau?").locator("a").first.click()
    colleague.click("main a[href$='/zuweisen/']")
    check(colleague)
    colleague.locator("label", has_text="Heidenau").first.click()
    colleague.click("main form .button-primary")
    assert "zugewiesen an" in colleague.inner_text("main")


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
        other.goto(desk("fragen/?tab=all"))
        assert other.locator("tr", has_text="Nur für den Verein in Freital").count() == 0
        assert other.goto(address).status == 404
