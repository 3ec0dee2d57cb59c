"""Every page that links lead to, once each: axe, light and dark, five widths, right to left, keyboard, print."""

import re

import pytest
from playwright.sync_api import Page

from tests.journeys.steps import desk, person, press, public
from tests.journeys.watch import Watch
from tests.journeys.world import DISTRICT

WIDTHS = (320, 390, 640, 768, 1280)  # 320: reflow (WCAG 1.4.10); 640: a window of 1280 at 200 %
FILES = (".csv", ".docx", ".ics", ".pdf", ".vcf", ".xlsx")
_UID = re.compile(r"/[A-Za-z0-9_-]{22}(?=/|$)")
_PLACE = re.compile(r"/(hilfe|notfall)/[^/]+/$")
_SETTING = re.compile(r"/einstellungen/[^/]+/$")
_TERM = re.compile(r"(/begriffe/[^/]+)/[^/]+/")
_LINKS = (
    "anchors => anchors.filter(a => !a.hasAttribute('download')).map(a => new URL(a.getAttribute('href'), location.href).pathname)"
)


def pattern_of(path: str) -> str:
    """Pages of one kind are looked at once."""
    return _TERM.sub(r"\1/*/", _SETTING.sub("/einstellungen/*/", _PLACE.sub(r"/\1/*/", _UID.sub("/*", path))))


def walk(page: Page, watch: Watch, start: str, prefix: str, seen: set[str]) -> None:
    """Follow links below `prefix` from `start` on; each kind of page is checked at all widths."""
    todo, known = [start], {pattern_of(start)}
    while todo:
        path = todo.pop(0)
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, f"{path} answers {answer.status}"
        if "text/html" not in answer.headers["content-type"]:
            continue
        if pattern_of(path) not in seen:
            seen.add(pattern_of(path))
            look(page, watch)
        for link in page.eval_on_selector_all("a[href]", _LINKS):
            if link.startswith(prefix) and not link.endswith(FILES) and pattern_of(link) not in known:
                known.add(pattern_of(link))
                todo.append(link)


def look(page: Page, watch: Watch) -> None:
    watch.check(page)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        watch.check_width(page)
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="dark")
    watch.check_contrast(page)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1280, "height": 900})


LANGUAGES = ("de", "uk", "ar", "prs")  # two scripts and two directions; English and Russian share look and letters with these


@pytest.mark.parametrize("lang", LANGUAGES)
def test_public_pages(visitors, watch, lang):
    resident = visitors.resident()
    seen: set[str] = set()
    walk(resident, watch, public("", lang), f"/{lang}/{DISTRICT}/", seen)
    assert {
        public(path, lang) for path in ("", "hilfe/", "hilfe/*/", "sprechstunden/", "frage/", "antwort/", "datenschutz/")
    } <= seen
    resident.goto(f"/{lang}/")
    look(resident, watch)
    missing = resident.goto(public("fehlt/", lang))
    assert missing.status == 404
    look(resident, watch)


def test_desk_pages(visitors, watch):
    seen: set[str] = set()
    for key in ("koordinierung", "verwaltung", "kik-pirna", "datenschutz"):
        walk(visitors.at_desk(person(key)), watch, desk(), desk(), seen)
    assert len(seen) > 30
    assert {
        desk(path) for path in ("", "fragen/", "fragen/*/", "fragen/erfassen/", "zustaendigkeit/", "zugaenge/", "stellen/*/")
    } <= seen


def test_entrance_pages(visitors, watch):
    guest = visitors.resident()
    for path in ("/intern/konto/anmelden/", "/intern/konto/passwort/", "/intern/konto/abmelden/", "/intern/konto/fehlt/"):
        guest.goto(path)
        look(guest, watch)


@pytest.mark.parametrize("path", [public(), public("frage/"), public("", "ar")])
def test_keyboard_reaches_content_and_the_primary_action(visitors, path):
    resident = visitors.resident()
    resident.goto(path)
    resident.keyboard.press("Tab")
    assert resident.evaluate("document.activeElement.className") == "skip-link"
    assert resident.locator(".skip-link").bounding_box()["y"] >= 0  # it shows itself while focused
    resident.keyboard.press("Enter")
    assert resident.evaluate("document.activeElement.id") == "inhalt"
    for _ in range(25):
        resident.keyboard.press("Tab")
        if resident.evaluate("document.activeElement.matches('main .button-primary')"):
            return
        outline = resident.evaluate(
            "getComputedStyle(document.activeElement).outlineStyle + getComputedStyle(document.activeElement).boxShadow"
        )
        assert outline != "nonenone", "the focus is not to be seen"
    pytest.fail("the primary action is not within 25 stops")


def test_keyboard_at_the_desk(visitors):
    coordinator = visitors.at_desk(person("kik-pirna"))
    coordinator.goto(desk("fragen/"))
    coordinator.keyboard.press("Tab")
    assert coordinator.evaluate("document.activeElement.className") == "skip-link"
    coordinator.keyboard.press("Enter")
    coordinator.keyboard.press("j")
    coordinator.keyboard.press("Enter")
    coordinator.wait_for_url("**/fragen/*/")
    coordinator.goto(desk("fragen/"))
    coordinator.keyboard.press("n")
    coordinator.wait_for_url("**/fragen/erfassen/")


def test_print_drops_the_shell(visitors):
    resident = visitors.resident()
    resident.goto(public("hilfe/pirna/"))
    resident.emulate_media(media="print")
    assert resident.locator("h1").is_visible()
    for shell in (".band-nav", ".languages", ".site-foot nav a", "nav.band-panel"):
        assert not [box for box in resident.locator(shell).all() if box.is_visible()], shell
    coordinator = visitors.at_desk(person("kik-pirna"))
    coordinator.goto(desk("fragen/"))
    coordinator.emulate_media(media="print")
    assert coordinator.locator("main table").first.is_visible()
    for shell in (".side", ".tab-bar", ".filter-bar select", ".page-actions"):
        assert not [box for box in coordinator.locator(shell).all() if box.is_visible()], shell


def test_languages_change_place_and_direction(visitors):
    resident = visitors.resident()
    resident.goto(public("hilfe/pirna/"))
    press(resident, ".languages a[hreflang=ar], .languages a[lang=ar]")
    assert resident.url.endswith(public("hilfe/pirna/", "ar"))
    assert resident.locator("html").get_attribute("dir") == "rtl"
