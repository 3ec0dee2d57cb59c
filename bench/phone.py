"""The first public page on a weak phone: `python -m bench weak_phone`, a part of `make bench`. Needs Chromium.

400 kbit/s, 150 ms to the server, a processor four times slower, nothing kept from before: until the largest words stand there.
"""

import shutil
import statistics

from playwright.sync_api import Browser, sync_playwright
from tests.journeys.browser import CHROMIUM, FLAGS
from tests.journeys.first_view import FIRST_PAGES, LANGUAGES, Line
from tests.journeys.world import DISTRICT, World

from bench.figures import Figure

KILOBITS, MILLISECONDS, SLOWDOWN, ROUNDS = 400, 150, 4.0, 5
PAGES = dict(zip(("start page", "page of a place"), FIRST_PAGES, strict=True))
_LARGEST = """() => new Promise(resolve => {
    new PerformanceObserver(list => resolve(list.getEntries().at(-1).startTime))
        .observe({type: 'largest-contentful-paint', buffered: true})
})"""


def measure(world: World) -> list[Figure]:
    """The slowest language of each page, and what it loads; without Chromium nothing is measured, and the table says so."""
    path = shutil.which(CHROMIUM)
    if not path:
        return [Figure("weak phone", None, 2, "s", remark="needs Chromium")]
    world.start()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
            return [figure for name, page in PAGES.items() for figure in _figures(browser, world.url, name, page)]
    finally:
        world.stop()


def _figures(browser: Browser, url: str, name: str, path: str) -> list[Figure]:
    loads = {lang: [_load(browser, f"{url}/{lang}/{DISTRICT}/{path}") for _ in range(ROUNDS)] for lang in LANGUAGES}
    seconds = {lang: statistics.median(load[0] for load in of_lang) for lang, of_lang in loads.items()}
    sizes = {lang: max(load[1] for load in of_lang) / 1000 for lang, of_lang in loads.items()}
    slowest, heaviest = max(seconds, key=seconds.__getitem__), max(sizes, key=sizes.__getitem__)
    all_of_them = ", ".join(f"{lang} {second:.2f}" for lang, second in seconds.items())
    return [
        Figure(f"{name} on a weak phone: readable ({slowest})", seconds[slowest], 2, "s", remark=all_of_them),
        Figure(f"{name} on a weak phone: loaded ({heaviest})", sizes[heaviest], 120, "kB", remark="without pictures"),
    ]


def _load(browser: Browser, address: str) -> tuple[float, int]:
    """Seconds until the largest words were drawn, and bytes on the line."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, is_mobile=True, device_scale_factor=2)
    try:
        page = context.new_page()
        line = Line(page)
        line.is_weak(kilobits=KILOBITS, milliseconds=MILLISECONDS, slowdown=SLOWDOWN)
        page.goto(address, wait_until="networkidle", timeout=60_000)
        return page.evaluate(_LARGEST) / 1000, sum(file.size for file in line.loaded())
    finally:
        context.close()
