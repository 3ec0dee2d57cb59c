"""The main job once through: a resident asks, the coordinator answers, the resident reads; with and without script."""

import itertools

import pytest

from tests.journeys.steps import (
    answer,
    desk,
    fill_question,
    open_question,
    person,
    press,
    public,
    search_place,
    send_question,
    write_back,
)

WORDS = {
    "de": (
        "Ich suche einen Deutschkurs mit Kinderbetreuung.",
        "Vielen Dank. Gibt es den Kurs auch am Abend?",
        "Deutsch, etwas Englisch",
    ),
    "ar": ("أبحث عن دورة لغة ألمانية مع رعاية أطفال.", "شكرا جزيلا. هل توجد الدورة في المساء أيضا؟", "العربية"),
}
ANSWER = "Guten Tag, der nächste Kurs beginnt im Januar. Die Kinder werden nebenan betreut."


def ways():
    """Both languages on both devices, with and without script; one of them on PostgreSQL too."""
    for lang, phone, script in itertools.product(("de", "ar"), (False, True), (True, False)):
        name = f"{lang}-{'phone' if phone else 'desktop'}-{'script' if script else 'plain'}"
        marks = [pytest.mark.both_databases] if name == "ar-phone-plain" else []
        yield pytest.param(lang, phone, script, id=name, marks=marks)


@pytest.mark.parametrize(("lang", "phone", "script"), list(ways()))
def test_question_answered_and_read(visitors, check, world, lang, phone, script):
    question, thanks, spoken = WORDS[lang]
    mailbox = f"{lang}.{phone:d}{script:d}@example.org"

    resident = visitors.resident(phone=phone, script=script)
    search_place(resident, "01796", lang)  # one postal code, three municipalities: which one?
    check(resident)
    press(resident, f"main a[href='{public('hilfe/pirna/', lang)}']")
    check(resident)
    press(resident, f"main a[href*='{public('frage/', lang)}']")
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
    press(row.locator("a").first)
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
    press(coordinator.locator("tr", has_text=question).locator("a").first)
    assert thanks in coordinator.inner_text(".timeline")
    press(coordinator, ".page-actions a[href$='/abschliessen/']")
    check(coordinator)
    coordinator.check("[name=outcome][value=answered]")
    press(coordinator, "main form .button-primary")
    check(coordinator)

    open_question(resident, code, lang)
    press(resident, ".status-delete")
    check(resident)
    press(resident, ".button-danger")
    check(resident)
    open_question(resident, code, lang)
    assert resident.locator("[name=code][aria-invalid=true]").count() == 1
    coordinator.goto(desk("fragen/?tab=alle&stand="))
    assert coordinator.locator("tbody tr").count() > 5
    assert coordinator.locator("tr", has_text=question).count() == 0
    assert not world.rows("SELECT 1 FROM enquiries_message WHERE text = %s", question)
