"""Searching over everything with the keyboard, on the phone and without script; and pages that are light or dark."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.steps import desk, person, press, public

GROUND = "getComputedStyle(document.body).backgroundColor"


_GROUND_IN_NUMBERS = """() => {
    const canvas = document.createElement('canvas').getContext('2d')
    canvas.fillStyle = getComputedStyle(document.body).backgroundColor
    canvas.fillRect(0, 0, 1, 1)
    return [...canvas.getImageData(0, 0, 1, 1).data]
}"""


def is_white(page: Page, *, wanted: bool = True) -> bool:
    """Whether the ground is (or, `wanted` False, is not) white, now or soon: sheets that do not hold are read last.

    Browsers write one colour in several ways, so a canvas says it in numbers.
    """
    for _ in range(20):
        if (min(page.evaluate(_GROUND_IN_NUMBERS)) == 255) is wanted:
            return wanted
        page.wait_for_timeout(100)
    return not wanted


def is_dark(page: Page) -> bool:
    return not is_white(page, wanted=False)


# --- search ------------------------------------------------------------------------------------------------------------


def test_who_is_in_charge_of_a_place_by_keyboard_alone(visitors):
    coordinator = visitors.at_desk(person("kik-pirna"))
    coordinator.goto(desk())
    coordinator.keyboard.press("/")
    coordinator.keyboard.type("wer ist zuständig für dohna")
    first = coordinator.locator("#search-found a").first
    expect(first).to_contain_text("Dohna")
    expect(coordinator.locator("#search-count")).to_contain_text("Treffer")
    coordinator.keyboard.press("ArrowDown")
    expect(first).to_be_focused()
    coordinator.keyboard.press("Escape")
    expect(coordinator.locator("#search-found a")).to_have_count(0)
    expect(coordinator.locator("#side-search")).to_be_focused()
    coordinator.keyboard.press("End")
    coordinator.keyboard.type(" ")
    first.wait_for()
    coordinator.keyboard.press("ArrowDown")
    with coordinator.expect_navigation():
        coordinator.keyboard.press("Enter")
    assert "/stellen/" in coordinator.url


@pytest.mark.parametrize("script", [True, False])
def test_the_page_of_the_search_on_the_phone(visitors, watch, script):
    coordinator = visitors.at_desk(person("kik-pirna"), phone=True, script=script)
    coordinator.goto(desk())
    press(coordinator, ".phone-search")
    coordinator.fill("#search-words", "angebot eintragen")
    press(coordinator, ".search-page button")
    assert "angebot" not in coordinator.url.lower().partition("?")[2]
    expect(coordinator.locator("#search-words")).to_have_value("angebot eintragen")
    watch.check(coordinator)
    press(coordinator, ".found a")
    assert coordinator.url.endswith(desk("angebote/neu/"))
    coordinator.go_back()
    expect(coordinator.locator(".found").first).to_be_visible()


# --- light and dark ----------------------------------------------------------------------------------------------------


def test_public_pages_follow_the_device_and_remember_a_choice_in_the_browser_alone(visitors):
    resident = visitors.resident()
    resident.goto(public())
    assert is_white(resident)
    assert resident.evaluate("localStorage.length") == 0
    resident.emulate_media(color_scheme="dark")
    assert is_dark(resident)
    resident.emulate_media(color_scheme="light")
    resident.select_option("[data-theme]", "dark")
    assert is_dark(resident)
    resident.goto(public("frage/"))
    assert is_dark(resident)
    assert resident.context.cookies() == []
    resident.emulate_media(media="print")
    assert is_white(resident)
    resident.emulate_media(media="screen")
    resident.select_option("[data-theme]", "device")
    assert is_white(resident)
    assert resident.evaluate("localStorage.length") == 0


def test_without_script_pages_follow_the_device_and_offer_no_switch(visitors):
    resident = visitors.resident(script=False)
    resident.emulate_media(color_scheme="dark")
    resident.goto(public())
    expect(resident.locator("[data-theme]")).to_be_hidden()
    ground = resident.locator("body").evaluate(GROUND)
    resident.emulate_media(color_scheme="light")
    assert resident.locator("body").evaluate(GROUND) != ground


def test_the_desk_is_as_the_person_chose(visitors, watch):
    editor = visitors.at_desk(person("redaktion"))
    editor.goto(desk("mein-zugang/"))
    assert is_white(editor)
    press(editor, "a[href$='/darstellung/']")
    editor.check("[value=dark]")
    press(editor, "main form .button-primary")
    assert is_dark(editor)
    watch.check(editor)
    editor.goto(desk("mein-zugang/darstellung/"))
    editor.check("[value=device]")
    press(editor, "main form .button-primary")
    assert is_white(editor)
