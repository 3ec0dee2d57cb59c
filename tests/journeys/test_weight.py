"""The first page that a newcomer loads is light: 120 kB at most without pictures, in each language, with all its fonts."""

import re

import pytest

from tests.journeys.first_view import FIRST_PAGES, LANGUAGES, Line, Loaded
from tests.journeys.steps import public
from tests.journeys.world import ROOT

MOST = 120_000
CORE = "-core-"
VISITS = 5
"""While the small cuts load, Chromium on a busy machine now and then asks for a whole font that no letter needs. It must not be
the rule: somebody who was never here comes so often, and once has to get the cuts alone."""
SILENT = " \n\r\t\u200c\u2066\u2069"  # white space, a joiner and isolates: drawn by no font of ours
SHEET = ROOT / "src" / "bruecke" / "ui" / "static" / "ui" / "css" / "fonts.css"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("path", FIRST_PAGES, ids=["start", "place"])
def test_first_view_is_light(visitors, lang, path):
    for _visit in range(VISITS):
        files, others = first_visit(visitors, public(path, lang))
        if not bare_fonts(files):
            break
    kinds = {file.kind for file in files}
    assert {"Document", "Stylesheet", "Font"} <= kinds
    if others:  # data that another journey wrote; its letters bring their font, as the test below shows
        files = [file for file in files if file not in bare_fonts(files)]
    told = ", ".join(f"{file.name} {file.size}" for file in files) + f"; letters beyond the cuts: {sorted(others)}"
    assert sum(file.size for file in files) <= MOST, told
    assert not bare_fonts(files), told


def first_visit(visitors, address: str) -> tuple[list[Loaded], set[str]]:
    """What a phone that was never here loads, and the letters of the page that no small cut holds."""
    resident = visitors.resident(phone=True)
    line = Line(resident)
    resident.goto(address, wait_until="networkidle")
    return line.loaded(), letters_beyond_the_cuts(resident.evaluate("document.body.textContent"))


def bare_fonts(files: list[Loaded]) -> list[Loaded]:
    """Fonts that are no small cut."""
    return [file for file in files if file.kind == "Font" and CORE not in file.name]


def letters_beyond_the_cuts(text: str) -> set[str]:
    """What the page shows and no small cut of a font holds."""
    known = set()
    for face in re.findall(r"@font-face \{(.*?)\}", SHEET.read_text(), re.DOTALL):
        if CORE in face:
            spans = re.findall(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?", face)
            known.update(number for first, last in spans for number in range(int(first, 16), int(last or first, 16) + 1))
    return {letter for letter in text if ord(letter) not in known and letter not in SILENT}


@pytest.mark.parametrize("lang", [lang for lang in LANGUAGES if lang != "de"])
def test_no_message_of_ours_needs_more_than_the_small_cuts(lang):
    """So that only data may excuse a larger font above."""
    said = (ROOT / "src" / "bruecke" / "locale" / lang / "LC_MESSAGES" / "django.po").read_text()
    assert letters_beyond_the_cuts(said) == set()


def test_letters_beyond_the_small_cuts_bring_their_font(visitors):
    """Nothing is lost: a name with other letters is drawn in our font all the same."""
    resident = visitors.resident(phone=True)
    line = Line(resident)
    resident.goto(public(), wait_until="networkidle")
    with resident.expect_response(lambda answer: "fira-sans-latin-ext-400" in answer.url):
        resident.locator("main .lead").evaluate("element => { element.textContent = 'Żółć w Chrzęstowicach' }")
    assert CORE in "".join(file.name for file in line.loaded())
