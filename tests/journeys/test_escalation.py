"""A mayor at night: from *Heute* to a number in two steps at most, on a phone, with and without script; then who was told."""

import pytest

from tests.journeys.steps import desk, person, press

NUMBER = "main a[href='tel:{}']"
CHAIN = "main .escalation-chain .escalation-phone a[href^='tel:']"
COUNT = "SELECT count(*) FROM staffing_escalationnotice WHERE note = %s"
THUMB = 44  # pixels that a finger needs


def in_reach(page, selector):
    """Whether a thumb finds it: high enough, and nothing of it beyond the edge."""
    box = page.locator(selector).first.bounding_box()
    return box["height"] >= THUMB and box["x"] >= 0 and box["x"] + box["width"] <= page.viewport_size["width"]


@pytest.mark.parametrize("script", [True, False])
def test_from_heute_to_the_number_in_two_steps(visitors, check, world, script):
    mayor = visitors.at_desk(person("gemeinde"), phone=True, script=script)
    mayor.goto(desk())
    check(mayor)
    first = mayor.locator("main .card-facts", has_text="Notfall").locator("a[href^='tel:']")
    assert first.count() == 1, "the number stands on Heute"
    assert in_reach(mayor, "main .card-facts:has-text('Notfall') a[href^='tel:']")
    number = first.get_attribute("href").removeprefix("tel:")

    with mayor.expect_navigation():
        mayor.locator(".tab-bar > a[href$='/notfall/']").tap()
    check(mayor)
    assert mayor.inner_text("h1") == "Notfall in Pirna"
    for emergency in ("110", "112"):
        assert in_reach(mayor, NUMBER.format(emergency))
    assert in_reach(mayor, NUMBER.format(number))
    places = [mayor.locator(link).first.bounding_box()["y"] for link in (NUMBER.format("110"), CHAIN)]
    assert places == sorted(places)
    assert places[0] < mayor.viewport_size["height"], "110 stands on the first screen"

    note = f"Lärm {'mit' if script else 'ohne'} Skript"
    press(mayor.locator(".escalation-step a", has_text="Benachrichtigt").first)
    check(mayor)
    mayor.fill("[name=note]", note)
    press(mayor, "main form .button-primary")
    assert note in mayor.inner_text("#protokoll")
    assert world.rows(COUNT, note)[0][0] == 1
    press(mayor.locator("#protokoll tr", has_text=note).locator("a[href$='/loeschen/']"))
    check(mayor)
    press(mayor, "main form .button-danger")
    assert world.rows(COUNT, note)[0][0] == 0


def test_the_office_keeps_the_chain_and_the_mayor_sees_it_at_once(visitors, check):
    office = visitors.at_desk(person("koordinierung"))
    office.goto(desk("notfall/"))
    check(office)
    press(office.locator(".escalation-places a", has_text="Pirna"))
    check(office)
    press(office, "main a[href$='/kette/']")
    check(office)
    press(office, ".page-actions a[href$='/kette/neu/']")
    check(office)
    office.fill("[name=function]", "Schulamt der Probe")
    office.fill("[name=phone]", "030 23125 497")
    press(office, "main form .button-primary")
    probe = office.locator(".escalation-step", has_text="Schulamt der Probe")
    press(probe.locator("button", has_text="Höher"))
    steps = office.locator(".escalation-step h2").all_inner_texts()
    assert steps[-2] == "Schulamt der Probe"

    mayor = visitors.at_desk(person("gemeinde"), phone=True)
    mayor.goto(desk("notfall/"))
    assert "030 23125 497" in mayor.inner_text("main")
    press(office.locator(".escalation-step", has_text="Schulamt der Probe").locator("a", has_text="Löschen"))
    check(office)
    press(office, "main form .button-danger")
    mayor.reload()
    assert "030 23125 497" not in mayor.inner_text("main")


def test_printed_it_fills_one_page_with_every_number(visitors):
    mayor = visitors.at_desk(person("gemeinde"))
    mayor.goto(desk("notfall/"))
    mayor.emulate_media(media="print")
    words = mayor.inner_text("body")
    assert "Wer wann benachrichtigt wurde" not in words
    assert "Benachrichtigt" not in words
    numbers = mayor.locator(CHAIN).all_inner_texts()
    assert numbers
    assert all(number in words for number in numbers)
    assert mayor.pdf(format="A4").count(b"/Type /Page\n") == 1
