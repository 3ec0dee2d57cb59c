"""The main job once through: a resident asks, the coordinator answers, the resident reads; in two languages, with and without script."""

import pytest

from tests.journeys.steps import answer, desk, fill_question, open_question, person, public, search_place, send_question, write_back

WORDS = {
    "de": ("Ich suche einen Deutschkurs mit Kinderbetreuung.", "Vielen Dank. Gibt es den Kurs auch am Abend?", "Deutsch, etwas Englisch"),
    "ar": ("أبحث عن دورة لغة ألمانية مع رعاية أطفال.", "شكرا جزيلا. هل توجد الدورة في المساء أيضا؟", "العربية"),
}
ANSWER = "Guten Tag, der nächste Kurs beginnt im Januar. Die Kinder werden nebenan betreut."
WAYS = [
    pytest.param(lang, phone, script, id=f"{lang}-{'phone' if phone else 'desktop'}-{'script' if script else 'plain'}")
    for lang in ("de", "ar")
    for phone in (False, True)
    for script in (True, False)
]


@pytest.mark.both_databases
@pytest.mark.parametrize(("lang", "phone", "script"), WAYS)
def test_question_answered_and_read(visitors, check, world, lang, phone, script):
    question, thanks, spoken = WORDS[lang]
    mailbox = f"{lang}.{phone:d}{script:d}@example.org"

    resident = visitors.resident(phone=phone, script=script)
    search_place(resident, "01796", lang)  # one postal code, three municipalities: which one?
    check(resident)
    resident.click(f"main a[href='{public('hilfe/pirna/', lang)}']")
    check(resident)
    resident.click(f"main a[href*='{public('frage/', lang)}']")
    assert resident.input_value("#frage [name=text]") == ""
    assert resident.locator("[name=place] option:checked").text_content() == "Pirna"
    check(resident)
    fill_question(resident, question, languages=spoken, contact=mailbox)
    code = send_question(resident)
    check(resident)
    assert world.wait_for_mail(mailbox)["Content-Language"] == lang

    coordinator = visitors.at_desk(person("kik-pirna"), phone=phone, script=script)
    coordinator.goto(desk())
    assert coordinator.locator("li.task", has_text=question).count() == 1
    coordinator.goto(desk("fragen/"))
    row = coordinator.locator("tr", has_text=question)
    assert row.count() == 1
    row.locator("a").first.click()
    assert question in coordinator.inner_text(".timeline")
    check(coordinator)
    answer(coordinator, ANSWER)
    assert ANSWER in coordinator.inner_text(".timeline")

    open_question(resident, code, lang)
    assert ANSWER in resident.inner_text(".dialogue")
    check(resident)
    write_back(resident, thanks)
    assert thanks in resident.inner_text(".dialogue")

    coordinator.goto(desk("fragen/"))
    assert coordinator.locator("tr.unread", has_text=question).count() == 1
    coordinator.locator("tr", has_text=question).locator("a").first.click()
    assert thanks in coordinator.inner_text(".timeline")
    coordinator.click(".page-actions a[href$='/abschliessen/']")
    check(coordinator)
    coordinator.check("[name=outcome][value=answered]")
    coordinator.click("main form .button-primary")
    check(coordinator)

    open_question(resident, code, lang)
    resident.click(".status-delete")
    check(resident)
    resident.click(".button-danger")
    check(resident)
    open_question(resident, code, lang)
    assert resident.locator("[name=code][aria-invalid=true]").count() == 1
    coordinator.goto(desk("fragen/?tab=all&stand=all"))
    assert coordinator.locator("tr", has_text=question).count() == 0
    assert not world.rows("SELECT 1 FROM enquiries_message WHERE text = %s", question)
