"""The frame: which places are shown to whom, which one is current, and the same page in other languages."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.http import HttpResponse
from django.test import RequestFactory, override_settings
from django.urls import include, path, resolve

from bruecke.core.registries import NavigationEntry, navigation
from bruecke.core.registry import Registry
from bruecke.core.viewer import Role, Viewer, ViewerKind
from bruecke.ui import context
from bruecke.ui.urls import desk_url, public_url, same_page_in


def page(request, **kwargs):
    return HttpResponse()


desk = [path("fragen/", page, name="inbox"), path("fragen/<slug:uid>/", page, name="detail"), path("suche/", page, name="search")]
public = [
    path("orte/", page, name="places"),
    path("orte/<slug:slug>/", page, name="place"),
    path("impressum/", page, name="imprint"),
]
urlpatterns = [
    path("intern/<slug:district>/", include((desk, "ask"))),
    path("<slug:lang>/<slug:district>/", include((public, "pub"))),
]
pytestmark = pytest.mark.urls(__name__)
DISTRICT = SimpleNamespace(
    slug="muster", name="Musterkreis", public_languages=["de", "ar"], has_feature=lambda key: key == "on", label=lambda key: ""
)


@pytest.fixture(autouse=True)
def _navigation(monkeypatch):
    entries = Registry("test")
    for entry in (
        NavigationEntry("inbox", "Fragen", "ask:inbox", count=lambda viewer, now: 3, on_phone=True, order=1),
        NavigationEntry("leads", "Leitung", "ask:inbox", roles=frozenset({Role.DISTRICT_OFFICE}), order=2),
        NavigationEntry("off", "Aus", "ask:inbox", feature="off", order=3),
        NavigationEntry("account", "Konto", "ask:search", group="foot", order=4),
        NavigationEntry("search", "Suche", "ask:search", order=5),
        NavigationEntry("places", "Hilfe finden", "pub:places", door="public"),
        NavigationEntry("imprint", "Impressum", "pub:imprint", door="public", group="legal"),
    ):
        entries.register(entry)
    monkeypatch.setattr(context, "navigation", entries)
    assert navigation is not entries


def frame(address, *, door="desk", lang="de", roles=(Role.COORDINATOR,), **more):
    request = RequestFactory().get(address)
    viewer = Viewer(kind=ViewerKind.PERSON, district_id=1, roles=frozenset(roles)) if door == "desk" else Viewer.anonymous(1)
    request.district, request.door, request.lang, request.viewer = DISTRICT, door, lang, viewer
    request.matched, request.now = resolve(request.path_info), datetime(2026, 11, 22, tzinfo=UTC)
    for name, value in more.items():
        setattr(request, name, value)
    return context.layout(request)["layout"]


def test_desk_shows_what_role_and_feature_allow():
    layout = frame("/intern/muster/fragen/")
    assert [(group.key, [(p.key, p.count, p.url) for p in group.places]) for group in layout.groups] == [
        ("daily", [("inbox", 3, "/intern/muster/fragen/")])
    ]
    assert [place.key for place in layout.foot] == ["account"]
    assert [place.key for place in layout.tabs] == ["inbox"]
    assert layout.search_url == "/intern/muster/suche/"
    assert [place.key for place in frame("/intern/muster/fragen/", roles=(Role.DISTRICT_OFFICE,)).groups[0].places] == [
        "inbox",
        "leads",
    ]


@pytest.mark.parametrize("address", ["/intern/muster/fragen/", "/intern/muster/fragen/abc/"])
def test_current_place_by_route_and_by_app(address):
    assert frame(address).groups[0].places[0].is_current


def test_public_band_and_footer():
    layout = frame("/de/muster/orte/dohna/", door="public")
    assert [(place.key, place.url, place.is_current) for place in layout.public_places] == [("places", "/de/muster/orte/", True)]
    assert [place.key for place in layout.legal_places] == ["imprint"]
    assert layout.messages == ()
    assert layout.groups == ()


def test_languages_lead_to_this_page():
    layout = frame("/ar/muster/orte/dohna/?q=x", door="public", lang="ar")
    assert [(entry.name, entry.direction, entry.url, entry.is_current) for entry in layout.languages] == [
        ("Deutsch", "ltr", "/de/muster/orte/dohna/?q=x", False),
        ("العربية", "rtl", "/ar/muster/orte/dohna/?q=x", True),
    ]
    assert (layout.dir, layout.language.code) == ("rtl", "ar")


def test_person_lines_come_from_the_request():
    assert frame("/intern/muster/fragen/", person_lines=("Koordination",)).person_lines == ("Koordination",)
    assert frame("/intern/muster/fragen/").person_lines == ()


def test_addresses_carry_district_and_language():
    request = frame("/intern/muster/fragen/").request
    assert desk_url(request, "ask:detail", uid="x") == "/intern/muster/fragen/x/"
    assert public_url(request, "pub:place", slug="dohna") == "/de/muster/orte/dohna/"
    assert public_url(request, "pub:place", "ar", slug="dohna") == "/ar/muster/orte/dohna/"
    assert same_page_in(request, "ar") == "/ar/"


@override_settings(ROOT_URLCONF=__name__)
def test_page_without_district_has_no_places():
    layout = frame("/intern/muster/fragen/", district=None)
    assert (layout.groups, layout.public_places, layout.search_url, layout.funding_notice) == ((), (), "", "")
    assert layout.languages[0].code == "de"
