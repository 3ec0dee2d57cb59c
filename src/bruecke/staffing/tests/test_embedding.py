"""Pages inside foreign websites: who may frame them, what stays forbidden elsewhere, the card of a place, the lines to copy."""

import html

import pytest

from bruecke.core.settings import change_setting
from bruecke.core.tests.factories import viewer_with
from bruecke.core.viewer import Role
from bruecke.staffing.rules import EMBED_ORIGINS, parse_origins, usual_origins
from bruecke.staffing.tests.conftest import DOHNA, FREITAL
from bruecke.staffing.tests.factories import make_holder, make_hour, make_post, make_responsibility

BASE = "/de/musterkreis/hilfe/einbetten"


@pytest.fixture
def post(scene):
    found = make_post(scene.district)
    make_holder(found)
    make_responsibility(found, FREITAL)
    make_hour(found)
    return found


def allow(scene, text: str) -> None:
    viewer = viewer_with(scene.district, Role.ADMINISTRATOR)
    change_setting(district=scene.district, key=EMBED_ORIGINS, text=text, valid_from=scene.now.date(), viewer=viewer, now=scene.now)


def ancestors(response) -> str:
    policy = dict(part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";") if " " in part.strip())
    return policy["frame-ancestors"]


@pytest.mark.parametrize("path", ["/", f"/{FREITAL}/", f"/{DOHNA}/"])
def test_only_released_websites_may_frame(scene, post, client, path):
    first = client.get(f"{BASE}{path}")
    assert ancestors(first) == "'self'"
    assert not first.has_header("X-Frame-Options")
    allow(scene, "https://www.freital.example; https://dohna.example:8443")
    for _again in range(2):  # made, and from the cache
        response = client.get(f"{BASE}{path}")
        assert ancestors(response) == "'self' https://www.freital.example https://dohna.example:8443"
        assert not response.has_header("X-Frame-Options")
        assert not response.cookies


@pytest.mark.parametrize("path", ["", "hilfe/", "hilfe/freital/", "hilfe/einbetten/anleitung/", "kontakte/", "sprechstunden/"])
def test_everything_else_stays_out_of_frames(scene, post, client, path):
    allow(scene, "https://www.freital.example")
    response = client.get(f"/de/musterkreis/{path}")
    assert response.status_code == 200
    assert response["X-Frame-Options"] == "DENY"
    assert ancestors(response) == "'none'"


def test_the_card_of_a_place(scene, post, client):
    text = client.get(f"{BASE}/{FREITAL}/").content.decode()
    assert "Integrationskoordination Freital" in text
    assert 'href="tel:+493023125111"' in text
    assert "26.11.2026" in text
    assert '<base target="_top">' in text
    assert "<header" not in text
    assert client.get(f"{BASE}/14612000/").status_code == 404
    assert client.get(f"{BASE}/x/").status_code == 404


def test_the_finder_leads_to_the_card_inside_the_frame(scene, post, client):
    response = client.get(f"{BASE}/", {"ort": "Freital"})
    assert (response.status_code, response["Location"]) == (302, f"{BASE}/{FREITAL}/")
    assert "nicht gefunden" in client.get(f"{BASE}/", {"ort": "xyzxyz"}).content.decode()
    assert 'target="_self"' in client.get(f"{BASE}/").content.decode()


def test_the_script_may_be_loaded_by_any_website(scene, client):
    for _again in range(2):
        response = client.get("/de/musterkreis/hilfe/einbetten.js")
        assert response["Content-Type"] == "text/javascript; charset=utf-8"
        assert response["Access-Control-Allow-Origin"] == "*"
    assert b"bruecke:height" in response.content


def test_the_lines_to_copy(scene, post, client):
    text = client.get(f"{BASE}/anleitung/", {"gemeinde": FREITAL}).content.decode()
    lines = html.unescape(text.split("<textarea", 1)[1].split(">", 1)[1].split("</textarea>", 1)[0])
    assert lines.startswith(f'<iframe src="http://localhost:8000{BASE}/{FREITAL}/" title="Wer hilft mir? Landkreis Muster"')
    assert lines.endswith('<script type="module" src="http://localhost:8000/de/musterkreis/hilfe/einbetten.js"></script>')
    assert client.get(f"{BASE}/anleitung/", {"gemeinde": "14612000"}).status_code == 404


@pytest.mark.parametrize(
    ("text", "usual"),
    [
        ("https://www.freital.example/", "https://www.freital.example"),
        ("HTTPS://A.example, https://b.example; https://a.example", "https://a.example; https://b.example"),
        ("http://localhost:8001", "http://localhost:8001"),
        ("keine", "keine"),
        ("", "keine"),
    ],
)
def test_usual_form_of_websites(text, usual):
    assert usual_origins(text) == usual
    assert usual_origins(usual) == usual


@pytest.mark.parametrize(
    "text",
    [
        "http://www.freital.example",
        "https://*.example",
        "https://freital.example/hilfe",
        "'self'",
        "https:",
        "*",
        "https://a.example 'unsafe-inline'",
        "https://a.example\nscript-src *",
        "https://localhost",
        "https://user@a.example",
        " ".join(f"https://a{number}.example" for number in range(41)),
    ],
)
def test_what_is_no_website(text):
    with pytest.raises(ValueError):
        parse_origins(text)
