"""Pseudo-locale: every message becomes ⟦…⟧; what stands on a page outside of the brackets must be data, not words of ours."""

import re
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import models
from django.utils import translation

from bruecke.config.operations import messages
from bruecke.core import pagecache
from bruecke.core.models import District
from bruecke.core.scope import Escape, without_scope
from bruecke.core.viewer import Role
from bruecke.ui import languages
from tests.architecture.house import our_models
from tests.permissions.crawl import desk_urls, public_urls
from tests.permissions.world import NORMAL

OPEN, CLOSE = "⟦", "⟧"
pytestmark = pytest.mark.any_database
SILENT_TAGS = {"script", "style", "template", "head"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "path", "rect", "use"}
SPOKEN_ATTRIBUTES = ("aria-label", "title", "placeholder", "alt", "data-label", "summary")
WORD = re.compile(r"[^\W\d_]{2,}")
NAMES = {
    "Brücke",
    "Esc",
    "Sächsische Datenschutz- und Transparenzbeauftragte",
    "CSV",
    "Excel",
    "KERN",
    "EUPL",
    "GeoNames",
    "OpenStreetMap",
    "PDF",
    "PNG",
    "JPG",
    "WebP",
    "PLZ",
    "AGS",
    "DSGVO",
}
ADDRESS = re.compile(r"\S+@\S+|https?://\S+|/\S+/\S*")
CODE = re.compile(r"(?:[A-Z0-9]{4}[ -]){4,7}[A-Z0-9]{4}")  # receipt codes, keys of phones
FEW = 15  # pages; a crawl that saw fewer was not one


@pytest.fixture
def pseudo(monkeypatch):
    """Every gettext function of Django gives its message in brackets; yields what was asked for in another language than German."""
    translation.gettext("")  # the real functions are bound at the first use
    real = translation._trans
    asked: set[str] = set()

    def mark(text):
        if text and translation.get_language() != "de":
            asked.add(text)
        return f"{OPEN}{text}{CLOSE}" if text else text

    monkeypatch.setattr(real, "gettext", mark)
    monkeypatch.setattr(real, "pgettext", lambda context, text: mark(text))
    monkeypatch.setattr(real, "ngettext", lambda one, many, number: mark(one if number == 1 else many))
    monkeypatch.setattr(real, "npgettext", lambda context, one, many, number: mark(one if number == 1 else many))
    pagecache.forget_versions()
    return asked


class Visible(HTMLParser):
    """Collects what people see or hear outside of brackets; parts with a language of their own, or none, are data."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.depth = 0
        self.skipped: list[str] = []
        self.outside: list[str] = []

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if self.skipped or tag in SILENT_TAGS or (tag != "html" and "lang" in values) or values.get("translate") == "no":
            if tag not in VOID:
                self.skipped.append(tag)
            return
        spoken = [values.get(name) for name in SPOKEN_ATTRIBUTES]
        if tag == "input" and values.get("type") in {"submit", "button"}:
            spoken.append(values.get("value"))
        for text in spoken:
            if text:
                self.outside.append(re.sub(f"{OPEN}.*{CLOSE}", " ", text, flags=re.DOTALL))

    def handle_endtag(self, tag):
        if self.skipped and tag in self.skipped:
            while self.skipped.pop() != tag:
                pass

    def handle_data(self, data):
        if OPEN not in data and CLOSE not in data:
            if self.depth == 0 and not self.skipped:
                self.outside.append(data)
            return
        kept = []
        for char in data:
            if char == OPEN:
                self.depth += 1
            elif char == CLOSE:
                self.depth -= 1
            elif self.depth == 0 and not self.skipped:
                kept.append(char)
        self.outside.append("".join(kept))


def strings_in(value) -> set[str]:
    """Every text inside a column, JSON included."""
    if isinstance(value, str):
        return {value, *value.splitlines()}
    if isinstance(value, dict):
        return {text for item in value.values() for text in strings_in(item)}
    if isinstance(value, list | tuple):
        return {text for item in value for text in strings_in(item)}
    return set()


def known_data() -> list[str]:
    """Every text of the database and the names of languages, the longest first."""
    found = {*languages._NATIVE.values(), *NAMES}
    kinds = models.CharField | models.TextField | models.JSONField
    with without_scope(Escape.DOCTOR):
        for model in our_models():
            names = [field.attname for field in model._meta.concrete_fields if isinstance(field, kinds) and not field.choices]
            for row in model._default_manager.values_list(*names) if names else []:
                for value in row:
                    found |= strings_in(value)
    return sorted((text.strip() for text in found if WORD.search(text)), key=len, reverse=True)


def words_outside(html: str, data: list[str]) -> list[str]:
    """Words on the page that are neither messages nor data; a bracket that is not closed is reported too."""
    page = Visible()
    page.feed(html.replace("<wbr>", ""))  # only a place where a long word may break
    if page.depth:
        return [f"brackets left open: {page.depth}"]
    found = []
    for text in dict.fromkeys(" ".join(text.split()) for text in page.outside):
        rest = CODE.sub(" ", ADDRESS.sub(" ", text))
        for known in data if WORD.search(rest) else ():
            if known in rest:
                rest = re.sub(rf"(?<!\w){re.escape(known)}(?!\w)", " ", rest)
        found += [f"{word} (in: {' '.join(text.split())[:80]})" for word in WORD.findall(rest)]
    return found


def only_in_german(asked: set[str]) -> list[str]:
    """Messages of ours that a page in another language wants, and that the catalogues leave out as words of the desk."""
    return sorted(asked & ids(messages.collect(desk=True)) - ids(messages.collect()))


def ids(catalog) -> set[str]:
    """Each message, and each form of those with a number."""
    return {text for message in catalog if message.id for text in ([message.id] if isinstance(message.id, str) else message.id)}


def check(pages, ask, data) -> None:
    wrong, count = {}, 0
    for name, url in pages:
        answer = ask(url)
        if answer.status not in {200, 410} or "html" not in answer.response.headers.get("Content-Type", ""):
            continue
        count += 1
        typed = [value for values in parse_qs(urlsplit(url).query).values() for value in values]
        for words in words_outside(answer.body, [*data, *typed]):
            wrong.setdefault(words, set()).add(name)
    assert count >= FEW
    if wrong:
        lines = [f"{words}: {', '.join(sorted(names))}" for words, names in sorted(wrong.items())]
        pytest.fail("\n".join(lines), pytrace=False)


@pytest.mark.parametrize("lang", ["de", "ar"])
def test_public_pages_hold_no_word_outside_the_catalogue(lang, world, visits, pseudo):
    data = known_data()
    pages = [entry for entry in public_urls(world.mine, lang) if entry[0] != "gallery"]
    check(pages, lambda url: visits.ask(None, url), data)
    found = only_in_german(pseudo)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.DISTRICT_OFFICE, Role.EMPLOYER], ids=str)
def test_desk_pages_hold_no_word_outside_the_catalogue(role, world, visits, pseudo):
    data = known_data()
    account = world.mine.people[NORMAL, role]
    check(desk_urls(world.mine), lambda url: visits.ask(account, url), data)


def test_entrance_and_steps_of_residents_hold_no_word_outside_the_catalogue(world, visits, pseudo):
    """Pages that only a POST or a special state shows: log in, set-up, errors, receipt, status, delete."""
    data, side = known_data(), world.mine
    code = {"code": side.codes[NORMAL]}
    steps = [
        (None, "/intern/konto/anmelden/", None),
        (None, "/intern/konto/anmelden/", {"login": "x", "password": ""}),
        (None, "/intern/konto/passwort/", None),
        (None, "/intern/konto/passwort/", {"email": "a@example.org"}),
        (None, "/intern/konto/abmelden/", None),
        (world.outsiders["without second factor"], "/intern/konto/zweiter-schritt/", None),
        (None, f"/de/{side.slug}/antwort/", {"code": "falsch"}),
        (None, f"/de/{side.slug}/antwort/", code),
        (None, f"/ar/{side.slug}/antwort/", code),
        (None, f"/ar/{side.slug}/antwort/nachricht/", {**code, "text": ""}),
        (None, f"/de/{side.slug}/antwort/loeschen/", code),
        (None, f"/de/{side.slug}/antwort/loeschen/", {**code, "confirmed": "1"}),
        (None, f"/de/{side.slug}/frage/", {"text": ""}),
        (None, f"/de/{side.slug}/gibt-es-nicht/", None),
        (None, "/ar/gibt-es-nicht/", None),
        (side.people[NORMAL, Role.COORDINATOR], f"/intern/{side.slug}/gibt-es-nicht/", None),
    ]
    wrong: list[str] = []
    for account, url, sent in steps:
        answer = visits.ask(account, url, "POST" if sent else "GET", sent)
        assert answer.status in {200, 404, 422}, (url, answer.status)
        wrong += [f"{url} {sent or ''}: {words}" for words in words_outside(answer.body, data)]
    wrong += only_in_german(pseudo)
    if wrong:
        pytest.fail("\n".join(sorted(set(wrong))), pytrace=False)


def test_the_check_itself_finds_bare_words():
    text = '⟦Guten Tag⟧ Hilfe <bdi lang="de">Freital</bdi> 14 <b title="Bar">⟦x <i>y</i>⟧</b>'
    page = f'<html lang="de"><body><p>{text}</p></body></html>'
    assert [words.split()[0] for words in words_outside(page, [])] == ["Hilfe", "Bar"]
    assert words_outside(page, ["Hilfe", "Bar"]) == []


def test_catalogues_are_complete():
    """No missing, empty, fuzzy or stale message in any language of the site."""
    found = messages.problems()
    assert not found, f"{len(found)} problems, the first: {found[:5]}"


def test_every_language_of_a_district_has_a_catalogue(db):
    assert set(messages.languages()) == {"en", "uk", "ar", "ru", "prs"}
    assert all(set(district.public_languages) <= {"de", *messages.languages()} for district in District.objects.all())
