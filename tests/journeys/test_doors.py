"""The other doors: an open hour counted by taps, somebody who wants to help, a question with a photo."""

import io
import time

import pytest
from PIL import Image

from tests.journeys.steps import (
    RECEIPT,
    answer,
    desk,
    fill_question,
    open_question,
    person,
    press,
    public,
    send_question,
)

STROKES = "SELECT count(*) FROM enquiries_tallyentry"


@pytest.mark.parametrize("script", [True, False])
def test_an_open_hour_is_counted_by_taps(visitors, check, world, script):
    coordinator = visitors.at_desk(person("kik-heidenau"), phone=True, script=script)
    coordinator.goto(desk("strichliste/"))
    check(coordinator)
    before = world.rows(STROKES)[0][0]
    for tap, tile in enumerate((0, 0, 1), start=1):
        plus = coordinator.locator(".tally-tile").nth(tile).locator(".tally-plus button")
        shown = int(plus.locator("strong").inner_text())
        plus.tap()
        coordinator.locator(".tally-tile").nth(tile).locator("strong", has_text=str(shown + 1)).wait_for()
        assert world.rows(STROKES)[0][0] == before + tap
    check(coordinator)
    first = coordinator.locator(".tally-tile").first
    shown = int(first.locator("strong").inner_text())
    first.locator(".tally-minus button").tap()
    coordinator.locator(".tally-tile").first.locator("strong", has_text=str(shown - 1)).wait_for()
    assert world.rows(STROKES)[0][0] == before + 2
    coordinator.goto(desk("strichliste/tage/"))
    check(coordinator)
    coordinator.goto(desk("zahlen/?zahlen=striche"))
    assert coordinator.locator("main table").count() == 1
    check(coordinator)


@pytest.mark.parametrize(("lang", "script"), [("de", True), ("ar", False)])
def test_helper_offers_help_and_is_answered(visitors, check, lang, script):
    words = {"de": "Ich kann dienstags beim Deutschlernen helfen.", "ar": "أستطيع الترجمة من العربية إلى الألمانية."}[lang]
    thanks = "Vielen Dank. Wir rufen Sie an."
    helper = visitors.resident(phone=True, script=script)
    helper.goto(public("", lang))
    press(helper, "main a[href$='/helfen/']")
    check(helper)
    helper.goto(public("helfen/?ort=pirna", lang))
    helper.locator("label:has([name=categories])").first.click()
    helper.fill("#hilfe [name=text]", words)
    helper.fill("#hilfe [name=contact]", f"helfen.{lang}@example.org")
    check(helper)
    helper.wait_for_timeout(3_100)
    press(helper, "#hilfe .form-foot .button-primary")
    code = helper.inner_text(".receipt-code").strip()
    assert RECEIPT.fullmatch(code)
    check(helper)

    coordinator = visitors.at_desk(person("kik-pirna"), script=script)
    coordinator.goto(desk("fragen/"))
    row = coordinator.locator("tr", has_text=words)
    assert "Hilfsangebot" in row.inner_text()
    press(row.locator("a").first)
    check(coordinator)
    assert coordinator.locator("#angebote").count() == 0, "nobody refers a helper to an offer"
    answer(coordinator, thanks)

    open_question(helper, code, lang)
    assert thanks in helper.inner_text(".dialogue")
    check(helper)


def photo():
    """A picture with a place in its notes, as phones write them."""
    picture, notes = Image.new("RGB", (640, 480), "#336699"), Image.Exif()
    notes[0x010E] = "Musterweg 3"
    content = io.BytesIO()
    picture.save(content, "JPEG", exif=notes)
    return content.getvalue()


def is_loaded(picture, *, seconds=10):
    """Pictures load when they come into sight."""
    picture.scroll_into_view_if_needed()
    deadline = time.monotonic() + seconds
    while not picture.evaluate("image => image.complete && image.naturalWidth > 0"):
        if time.monotonic() > deadline:
            return False
        picture.page.wait_for_timeout(100)
    return True


@pytest.mark.parametrize("script", [True, False])
def test_question_with_a_photo(visitors, check, script):
    words = f"Was steht in diesem Brief? {script}"
    resident = visitors.resident(phone=True, script=script)
    resident.goto(public("frage/?ort=pirna"))
    fill_question(resident, words)
    summary = resident.locator("#frage details:has([name=attachments]) summary")
    if summary.count():
        summary.first.click()
    resident.set_input_files("#frage [name=attachments]", {"name": "brief.svg", "mimeType": "image/svg+xml", "buffer": b"<svg/>"})
    check(resident)
    resident.wait_for_timeout(3_100)
    press(resident, "#frage .form-foot .button-primary")
    assert resident.input_value("#frage [name=text]") == words, "what was typed is kept when a file is refused"
    check(resident)
    resident.set_input_files("#frage [name=attachments]", {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": photo()})
    code = send_question(resident)

    coordinator = visitors.at_desk(person("kik-pirna"), script=script)
    coordinator.goto(desk("fragen/"))
    press(coordinator.locator("tr", has_text=words).locator("a").first)
    picture = coordinator.locator(".timeline img").first
    assert is_loaded(picture)
    check(coordinator)
    address = picture.get_attribute("src")
    stored = coordinator.context.request.get(address)
    assert stored.ok
    assert b"Musterweg" not in stored.body()
    assert visitors.resident().context.request.get(address).url.count("/anmelden/") == 1

    open_question(resident, code)
    assert resident.locator(".dialogue form button", has_text="Foto").count() == 1
    check(resident)
