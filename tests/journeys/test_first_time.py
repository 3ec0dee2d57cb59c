"""Persons who never saw it: how many steps to the hour, to the answer, to the number; by finger, and by keyboard alone."""

import re

import pytest

from tests.journeys.first_time import Steps, named, said
from tests.journeys.steps import desk, fill_question, person, public, send_question

CLOCK = re.compile(r"\d{1,2}:\d{2}")
ANSWER = "Guten Tag, bitte kommen Sie am Dienstag in die Sprechstunde."
hands = pytest.mark.parametrize("keyboard", [False, True], ids=["finger", "keyboard"])


@hands
@pytest.mark.parametrize("lang", ["uk", "prs", "ar", "de"])
def test_newcomer_finds_the_next_consultation_hour(visitors, lang, keyboard):
    """From the start page of the district, on a phone: she types her town, and its hours are there."""
    resident = visitors.resident(phone=True)
    resident.goto(public("", lang))
    steps = Steps(resident, keyboard)
    field = named(resident, "textbox", said("Ort oder Postleitzahl", lang), exact=False)
    steps.write_and_send(field, "Pirna", named(resident, "button", said("Hilfe finden", lang)))
    assert steps.taken <= 3
    hour = resident.get_by_text(said("Offene Sprechstunde, ohne Termin", lang))
    assert hour.first.is_visible()
    assert CLOCK.search(resident.locator(".open-hour").inner_text())


@hands
@pytest.mark.parametrize("lang", ["uk", "prs", "ar", "de"])
def test_newcomer_without_a_town_finds_all_hours(visitors, lang, keyboard):
    """She does not know how her town is written: the card of the start page leads to all hours."""
    resident = visitors.resident(phone=True)
    resident.goto(public("", lang))
    steps = Steps(resident, keyboard)
    steps.follow(named(resident.locator("main"), "link", said("Alle Sprechstunden", lang)))
    assert steps.taken <= 3
    assert resident.get_by_role("heading", level=1).inner_text() == said("Sprechstunden", lang)
    assert CLOCK.search(resident.locator("main").inner_text())


@hands
def test_coordinator_answers_a_new_question_from_heute(visitors, keyboard):
    question = f"Wo kann ich {'mit den Tasten' if keyboard else 'mit dem Finger'} Deutsch lernen?"
    resident = visitors.resident()
    resident.goto(public("frage/?ort=pirna"))
    fill_question(resident, question)
    send_question(resident)

    coordinator = visitors.at_desk(person("kik-pirna"))
    coordinator.goto(desk())
    steps = Steps(coordinator, keyboard)
    steps.follow(named(coordinator.locator("main"), "link", question, exact=False))
    field = named(coordinator, "textbox", "Antwort", exact=False)
    steps.write_and_send(field, ANSWER, named(coordinator, "button", "Antwort senden"))
    assert ANSWER in coordinator.locator(".timeline").inner_text()
    assert steps.taken <= 5


@hands
def test_mayor_finds_the_number(visitors, keyboard):
    """Role Gemeinde, on a phone, at night."""
    mayor = visitors.at_desk(person("gemeinde"), phone=True)
    mayor.goto(desk())
    steps = Steps(mayor, keyboard)
    steps.follow(named(mayor, "link", "Notfall"))
    assert steps.taken <= 2
    assert mayor.get_by_role("heading", level=1).inner_text() == "Notfall in Pirna"
    numbers = mayor.locator("main").get_by_role("link", name=re.compile(r"^[\d ]+$"))
    assert numbers.first.is_visible()
    assert numbers.count() > 2
