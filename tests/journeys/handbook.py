"""The pictures of the handbook, taken from the running demo: `make handbook-images` writes docs/handbuch/bilder/*.webp."""

import io
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.journeys.world import DISTRICT, ROOT, World, new_world

IMAGES = ROOT / "docs" / "handbuch" / "bilder"
WIDTH, HEIGHT = 1180, 760
MOST = 80 * 1024  # bytes of one picture: the handbook travels with every copy of the program
QUALITIES = (72, 60, 50, 40)
QUESTION = (
    "Guten Tag, ich lebe seit drei Monaten in Pirna. Wo finde ich einen Deutschkurs am Vormittag? Ich habe zwei kleine Kinder."
)
PURPOSE = "damit der Träger sagen kann, ob ein Platz frei ist"
CONTACTS = "Name;Organisation;Funktion;E-Mail;Telefon\n" + "".join(
    f"{row}\n"
    for row in (
        "Anna Beispiel;Stadtverwaltung Pirna;Bürgerbüro;anna.beispiel@stadt.example.org;030 23125 501",
        "Ben Muster;Volkshochschule Pirna (Beispiel);Kursplanung;ben.muster@vhs.example.org;030 23125 502",
        "Carla Probe;Begegnungszentrum Pirna;Leitung;keine-adresse;030 23125 503",
    )
)
GERMAN_FIELDS = """() => {
  for (const field of document.querySelectorAll('input[type=date], input[type=month], input[type=number]')) {
    const [year, month, day] = field.value.split('-');
    const name = new Date(`${field.value}-01`).toLocaleDateString('de-DE', { month: 'long', year: 'numeric' });
    const date = day ? `${day}.${month}.${year}` : 'tt.mm.jjjj';
    const words = { date, month: month ? name : '', number: field.value.replace('.', ',') }[field.type];
    field.style.width = `${field.offsetWidth}px`;
    field.type = 'text';
    field.value = words;
  }
}"""
"""Days and numbers as a German browser shows them: a Chromium without its language package writes mm/dd/yyyy."""
OpenPage = Callable[..., Page]


class TooLarge(Exception):
    """A picture that does not get small enough; the text names it."""


def save(page: Page, name: str, *, height: int = 0, full: bool = False) -> None:
    """As WebP of the best quality that keeps below the limit. `height` cuts the page; pictures with less are easier to read."""
    if height:
        size = page.viewport_size or {"width": WIDTH, "height": HEIGHT}
        page.set_viewport_size({"width": size["width"], "height": height})
    page.wait_for_load_state("networkidle")
    page.evaluate(GERMAN_FIELDS)
    picture = Image.open(io.BytesIO(page.screenshot(full_page=full))).convert("RGB")
    for quality in QUALITIES:
        content = io.BytesIO()
        picture.save(content, "WEBP", quality=quality, method=6)
        if content.tell() <= MOST:
            break
    else:
        raise TooLarge(f"{name}: {content.tell() // 1024} KB")
    IMAGES.mkdir(parents=True, exist_ok=True)
    (IMAGES / f"{name}.webp").write_bytes(content.getvalue())
    print(f"{name}.webp  {content.tell() // 1024} KB")


def questions(open_page: OpenPage) -> None:
    """Signing in, the day, one question from the form to the resident's word on handing it over."""
    from tests.journeys.steps import desk, fill_question, open_question, person, press, public, send_question

    stranger = open_page()
    stranger.goto("/intern/")
    save(stranger, "anmelden")
    resident = open_page(phone=True)
    resident.goto(public("frage/?ort=pirna"))
    fill_question(resident, QUESTION, topic=1)
    code = send_question(resident)

    page = open_page(person("kik-pirna"))
    page.goto(desk())
    save(page, "heute", height=900)
    page.goto(desk("fragen/"))
    save(page, "fragen")
    press(page.locator("tr", has_text=QUESTION[:20]).locator("a").first)
    page.fill(
        "#antwort [name=text]", "Guten Tag, die Volkshochschule Pirna hat einen Kurs am Vormittag. Ich frage nach einem Platz."
    )
    save(page, "frage", height=1000)
    page.fill("#antwort [name=text]", "")
    page.locator("#angebote").scroll_into_view_if_needed()
    press(page.locator("#angebote a[href*='/angebote/']", has_text="Alle").first)
    save(page, "passende-angebote")
    press(page.locator(".suggestion .button").first)
    page.check("[name=basis][value=status_page]")
    page.fill("[name=purpose]", PURPOSE)
    page.check("[name=passes][value=text]")
    save(page, "vermitteln", height=1130)
    press(page, "main .form-foot .button-primary")
    open_question(resident, code)
    resident.locator(".pass-on-asks").scroll_into_view_if_needed()
    save(resident, "einwilligung-telefon")


def counting(open_page: OpenPage) -> None:
    """Capture and tally on the phone, the function mailbox."""
    from tests.journeys.steps import desk, person

    phone = open_page(person("kik-heidenau"), phone=True)
    phone.goto(desk("fragen/erfassen/"))
    save(phone, "erfassen-telefon")
    page = open_page(person("kik-pirna"))
    page.goto(desk("strichliste/"))
    save(page, "strichliste")
    admin = open_page(person("verwaltung"))
    admin.goto(desk("postfaecher/"))
    admin.locator("main tbody a").first.click()
    admin.wait_for_url("**/postfaecher/*/")
    save(admin, "postfach", height=820)


def posts(open_page: OpenPage) -> None:
    """Responsibility, hours, absences, need; the hand-over and the chain of emergency contacts."""
    from tests.journeys.steps import desk, person, public

    office = open_page(person("koordinierung"))
    for name, path, height in (
        ("zustaendigkeit", "zustaendigkeit/", 820),
        ("themen", "zustaendigkeit/themen/neu/", 760),
        ("bedarf", "stellen/bedarf/", 760),
        ("planspiel", "stellen/planspiel/", 760),
    ):
        office.goto(desk(path))
        save(office, name, height=height)
    office.goto(desk())
    office.locator("main li", has_text="Übergabe vorbereiten").first.locator("a").last.click()
    office.wait_for_url("**/uebergabe/**")
    save(office, "uebergabe", height=820)

    page = open_page(person("kik-pirna"))
    page.goto(desk("zustaendigkeit/"))
    post = page.locator("main details", has_text="1 · Pirna").locator("a", has_text="Stelle ansehen").first.get_attribute("href")
    page.goto(f"{post}sprechstunden/")
    save(page, "sprechstunden")
    page.goto(f"{post}abwesenheit/")
    save(page, "abwesenheit", height=680)
    page.goto(desk("notfall/14628270/"))
    save(page, "notfall", height=960)
    reader = open_page()
    reader.goto(public("kontakte/"))
    save(reader, "kontaktliste")


def inventory(open_page: OpenPage) -> None:
    """Offers and what their providers propose, organisations, contact persons, a table that is taken over."""
    from tests.journeys.steps import desk, person, press

    page = open_page(person("kik-pirna"))
    page.goto(desk("angebote/"))
    save(page, "angebote")
    page.goto(desk("angebote/?tab=vorschlaege"))
    press(page.locator("main tbody a, main .offer-row a, main li a", has_text="Integrationskurs").first)
    page.evaluate("scrollTo(0, 0)")
    save(page, "vorschlag", height=860)
    page.goto(desk("organisationen/?q=Begegnungszentrum Pirna"))
    press(page.locator("main tbody a").first)
    save(page, "organisation")
    page.goto(desk("ansprechpersonen/"))
    press(page.locator("main tbody a", has_text="Jonas Muster").first)
    save(page, "ansprechperson")
    page.goto(desk("ansprechpersonen/import/"))
    page.set_input_files("[name=file]", {"name": "Kontakte.csv", "mimeType": "text/csv", "buffer": CONTACTS.encode()})
    press(page, "main form .button-primary")
    press(page, "main form .button-primary")
    page.locator(".import-steps").wait_for(timeout=60_000)
    save(page, "einfuhr-pruefung", height=820)


def figures_and_privacy(open_page: OpenPage) -> None:
    """Figures with their chart, the search, and the pages of the data protection officer."""
    from tests.journeys.steps import desk, person

    page = open_page(person("kik-pirna"))
    page.goto(desk("zahlen/"))
    page.locator("main figure svg, main .chart svg").first.wait_for(timeout=60_000)
    save(page, "zahlen", height=960)
    page.goto(desk())
    page.locator("#side-search").press_sequentially("wer ist zuständig für Dohma")
    page.locator("#search-found *").first.wait_for()
    save(page, "suche")

    officer = open_page(person("datenschutz"))
    officer.goto(desk("datenschutz/"))
    save(officer, "datenschutz")
    officer.locator("main a", has_text="Öffnen").first.click()
    officer.wait_for_url("**/antraege/*/")
    save(officer, "antrag", height=860)
    officer.goto(desk("protokoll/"))
    save(officer, "protokoll")


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bruecke.config.settings.testing")
    import django

    django.setup()
    with tempfile.TemporaryDirectory(prefix="bruecke-handbook-") as folder, new_world(Path(folder) / "world") as world:
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
            page = visitors.at_desk(email, phone=phone) if email else visitors.resident(phone=phone)
            if not phone:
                page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
            return page

        for chapter in (questions, counting, posts, inventory, figures_and_privacy):
            chapter(open_page)
        visitors.leave()
        browser.close()
    print(f"{IMAGES.relative_to(ROOT)} shows {DISTRICT}")


if __name__ == "__main__":
    main()
