"""The pictures of the README, taken from the running demo: `python -m tests.journeys.screenshots` writes docs/images/*.png."""

import io
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.journeys.handbook import GERMAN_FIELDS
from tests.journeys.world import DISTRICT, ROOT, World, new_world

IMAGES = ROOT / "docs" / "images"
COLOURS = 128
GERMAN = "Guten Tag, ich lebe seit drei Monaten in Pirna. Wo finde ich einen Deutschkurs am Vormittag?"
ARABIC = "مرحبا، أعيش في بيرنا منذ ثلاثة أشهر. أين أجد دورة لغة ألمانية صباحا مع رعاية للأطفال؟"
ANSWER_IN_ARABIC = "أهلا وسهلا. تبدأ الدورة القادمة في مركز التعليم في بيرنا في شهر يناير، وتوجد رعاية للأطفال في المبنى نفسه."


def save(page: Page, name: str, *, full: bool = False) -> None:
    """As a PNG with few colours: a third of the size, and nobody sees it."""
    page.evaluate(GERMAN_FIELDS)
    picture = Image.open(io.BytesIO(page.screenshot(full_page=full))).convert("RGB")
    few = picture.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    IMAGES.mkdir(parents=True, exist_ok=True)
    few.save(IMAGES / f"{name}.png", optimize=True)
    print(f"{name}.png  {(IMAGES / f'{name}.png').stat().st_size // 1024} KB")


def public_pictures(open_page: Callable[..., Page]) -> str:
    """Start, place, and the Arabic form on a phone; returns the receipt code of the question asked there."""
    from tests.journeys.steps import fill_question, public, send_question

    page = open_page()
    page.goto(public())
    save(page, "start-desktop")
    page.goto(public("hilfe/heidenau/"))
    page.set_viewport_size({"width": 1280, "height": 1500})
    save(page, "place-desktop")
    page.set_viewport_size({"width": 1280, "height": 1100})
    page.goto(public("angebote/?suche=Sprachcaf%C3%A9"))
    save(page, "offers-desktop")

    phone = open_page(phone=True)
    phone.goto(public("frage/?ort=pirna", "ar"))
    fill_question(phone, ARABIC, topic=1, languages="العربية")
    phone.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    save(phone, "question-phone-ar", full=True)
    code = send_question(phone)
    other = open_page()
    other.goto(public("frage/?ort=pirna"))
    fill_question(other, GERMAN, topic=1)
    send_question(other)
    return code


def desk_pictures(open_page: Callable[..., Page], code: str) -> None:
    """The coordinator's day: Heute, list, one question answered, quick entry; and the office's plan."""
    from tests.journeys.steps import answer, desk, open_question, person, press

    page = open_page(person("kik-pirna"))
    page.goto(desk())
    save(page, "today-desktop")
    page.goto(desk("fragen/"))
    save(page, "inbox-desktop")
    press(page.locator("tr", has_text=ARABIC[:20]).locator("a").first)
    answer(page, ANSWER_IN_ARABIC, "ar")
    page.goto(page.url.partition("#")[0])
    save(page, "enquiry-desktop")

    office = open_page(person("koordinierung"))
    office.goto(desk("zustaendigkeit/"))
    save(office, "staffing-desktop")
    office.goto(desk("zahlen/?zahlen=angebote"))
    office.locator("main figure svg, main .chart svg").first.wait_for(timeout=60_000)
    save(office, "figures-desktop")

    quick = open_page(person("kik-heidenau"), phone=True)
    quick.goto(desk("fragen/erfassen/"))
    save(quick, "quick-entry-phone")

    resident = open_page(phone=True)
    open_question(resident, code, "ar")
    save(resident, "status-phone-ar", full=True)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bruecke.config.settings.testing")
    import django

    django.setup()
    with tempfile.TemporaryDirectory(prefix="bruecke-pictures-") as folder, new_world(Path(folder) / "world") as world:
        world.start()
        take_all(world)


def take_all(world: World) -> None:
    from tests.journeys.browser import CHROMIUM, FLAGS
    from tests.journeys.visitors import Visitors
    from tests.journeys.watch import Watch

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        visitors = Visitors(world, browser, Watch(world.url), {})

        def open_page(email: str = "", *, phone: bool = False) -> Page:
            return visitors.at_desk(email, phone=phone) if email else visitors.resident(phone=phone)

        desk_pictures(open_page, public_pictures(open_page))
        visitors.leave()
        browser.close()
    print(f"{IMAGES.relative_to(ROOT)} shows {DISTRICT}")


if __name__ == "__main__":
    main()
