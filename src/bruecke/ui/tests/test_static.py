"""Static files: the finder, fonts named in the style sheets, KERN's tokens, and no rule that breaks right-to-left."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.contrib.staticfiles import finders

from bruecke.ui import fonts, kern
from bruecke.ui.finders import FILES, NodePackagesFinder

STATIC = Path(kern.__file__).parent / "static/ui"
SHEETS = sorted((STATIC / "css").glob("*.css"))
_NOT_DRAWN = {"\u2066", "\u2069"}  # isolates of direction
needs_packages = pytest.mark.skipif(not Path(settings.NODE_MODULES).is_dir(), reason="front-end packages are not installed")


@needs_packages
def test_every_named_file_is_found():
    finder = NodePackagesFinder()
    assert finder.check() == []
    for name, storage in finder.list([]):
        assert Path(finder.find(name)).is_file()
        with storage.open(name) as file:
            assert file.read(4) == b"wOF2" or not name.startswith("vendor/fonts/")


def test_unknown_files_are_not_found():
    finder = NodePackagesFinder()
    assert finder.find("vendor/fonts/../../package.json") is None
    assert finder.find("vendor/fonts/none.woff2", find_all=True) == []


def test_missing_packages_are_a_warning(settings, tmp_path):
    settings.NODE_MODULES = tmp_path
    (message,) = NodePackagesFinder().check()
    assert message.id == "ui.W001"
    assert NodePackagesFinder().find(next(iter(FILES))) is None


def test_fonts_of_the_sheet_are_the_fonts_of_the_finder():
    named = set(re.findall(r'url\("../../(vendor/[^"]+)"\)', (STATIC / "css/fonts.css").read_text()))
    assert named == {name for name in FILES if name.startswith("vendor/fonts/")}
    assert fonts.SHEET.read_text() == fonts.stylesheet()


def test_small_cuts_are_there_and_small():
    cuts = {script.cut(weight) for script in fonts.SCRIPTS if script.core for weight, _serves in script.weights}
    assert {path.name for path in fonts.CUTS.iterdir()} == cuts
    for name in cuts:
        content = (fonts.CUTS / name).read_bytes()
        assert content.startswith(b"wOF2")
        assert len(content) < 18_000


@pytest.mark.parametrize("lang", ["en", "uk", "ru", "ar", "prs"])
def test_small_cuts_hold_the_letters_of_our_texts(lang):
    """A letter beyond would fetch the whole font on every page that shows it."""
    with (Path(kern.__file__).parents[1] / f"locale/{lang}/LC_MESSAGES/django.po").open("rb") as file:
        messages = [message for message in read_po(file) if message.id]
    texts = [text for message in messages for field in (message.id, message.string) for text in _forms(field)]
    held = set().union(*(fonts.letters_in(script.core) for script in fonts.SCRIPTS if script.core))
    beyond = {letter for letter in "".join(texts) if ord(letter) not in held and ord(letter) >= ord(" ")}
    assert beyond <= _NOT_DRAWN


def _forms(field):
    return [field] if isinstance(field, str) else field


@needs_packages
def test_tokens_are_those_of_the_package():
    css = (Path(settings.NODE_MODULES) / kern.SOURCE).read_text()
    assert kern.TARGET.read_text() == kern.stylesheet(css)
    assert kern.DARK.read_text() == kern.dark_stylesheet(css)


OWN_SHEETS = sorted(Path(kern.__file__).parent.parent.glob("*/static/**/*.css"))
PALETTES = {"kern-tokens.css", "kern-dark.css", "tokens.css", "dark.css"}


@pytest.mark.parametrize("sheet", [sheet for sheet in OWN_SHEETS if sheet.name not in PALETTES], ids=lambda sheet: sheet.name)
def test_rules_name_our_colours_only(sheet):
    """A colour of its own, or a step of KERN's palette, would stay light in the dark."""
    text = re.sub(r"/\*.*?\*/|url\([^)]*\)", "", sheet.read_text(), flags=re.DOTALL)
    assert not re.findall(r"--kern-color[a-z0-9-]*|#[0-9a-f]{3,8}\b|\b(?:rgba?|hsla?|oklch)\(|: *(?:white|black)\b", text)
    known = set(re.findall(r"(--[a-z0-9-]+):", "".join(path.read_text() for path in OWN_SHEETS)))
    assert set(re.findall(r"var\((--[a-z0-9-]+)", text)) <= known


def test_dark_gives_every_colour_of_ours_a_dark_one():
    """Names that look the same by night are listed here, so that a new one is thought of."""
    same = {"--ui-accent", "--ui-band-line", "--ui-band-second", "--ui-on-band"}
    coloured = re.findall(
        r"^  (--(?:ui|map)-[a-z0-9-]+): (?:var\(--kern-color|color-mix)", (STATIC / "css/tokens.css").read_text(), re.MULTILINE
    )
    assert set(coloured) - same == set(re.findall(r"^  (--[a-z0-9-]+):", (STATIC / "css/dark.css").read_text(), re.MULTILINE))


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_sheet_is_short_names_known_tokens_and_no_sides(sheet):
    text = sheet.read_text()
    assert text.count("\n") <= 500
    known = set(re.findall(r"(--[a-z0-9-]+):", "".join(path.read_text() for path in SHEETS)))
    assert set(re.findall(r"var\((--[a-z0-9-]+)", text)) <= known
    assert not re.findall(
        r"^\s*(?:margin|padding|border)-(?:left|right)|^\s*(?:left|right|float: left|float: right):", text, re.MULTILINE
    )
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "").replace("https://kern-ux.de", "").replace(
        'href^="http"', ""
    )


def test_htmx_is_served():
    assert finders.find("django_htmx/htmx-2.min.js")
