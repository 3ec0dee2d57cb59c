"""Static files: the finder, fonts named in the style sheets, KERN's tokens, and no rule that breaks right-to-left."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from bruecke.ui import kern
from bruecke.ui.finders import FILES, NodePackagesFinder

STATIC = Path(kern.__file__).parent / "static/ui"
SHEETS = sorted((STATIC / "css").glob("*.css"))
needs_packages = pytest.mark.skipif(not Path(settings.NODE_MODULES).is_dir(), reason="front-end packages are not installed")


@needs_packages
def test_every_named_file_is_found():
    finder = NodePackagesFinder()
    assert finder.check() == []
    for name, storage in finder.list([]):
        assert Path(finder.find(name)).is_file()
        with storage.open(name) as file:
            assert file.read(4) == b"wOF2"


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
    assert named == set(FILES)


@needs_packages
def test_tokens_are_those_of_the_package():
    css = (Path(settings.NODE_MODULES) / kern.SOURCE).read_text()
    assert kern.TARGET.read_text() == kern.stylesheet(css)


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
