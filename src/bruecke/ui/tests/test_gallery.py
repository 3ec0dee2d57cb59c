"""The gallery: every page in both directions, without undefined variables, inline styles or scripts."""

import re

import pytest
from django.test import RequestFactory

from bruecke.ui.gallery.views import PAGES, Gallery

ALL = [(style, page, language) for style, pages in PAGES.items() for page in pages for language in ("de", "ar")]


def shown(style, page, language):
    request = RequestFactory().get("/dev/bausteine/", {"stil": style, "seite": page, "sprache": language})
    return Gallery.as_view()(request).content.decode()


@pytest.mark.parametrize(("style", "page", "language"), ALL)
def test_page_is_whole_and_strict(style, page, language):
    html = shown(style, page, language)
    assert "⚠undefined" not in html
    assert f'lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"' in html
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|<script(?![^>]*\ssrc=)", html)
    assert html.count("<h1") == 1
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))


def test_desk_is_kept_from_search_engines_and_htmx_from_eval():
    html = shown("desk", "heute", "de")
    assert 'content="noindex, nofollow"' in html
    assert '"allowEval":false,"includeIndicatorStyles":false' in html
    assert "noindex" not in shown("public", "start", "de")


def test_unknown_wishes_show_the_first_page():
    assert "Bausteine" in shown("nowhere", "nothing", "xx")
