"""The door for programs: errors, methods, limits, and a description that says what is answered."""

import json
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.cache import cache

from bruecke.core import clock
from bruecke.core.models import RateCounter
from bruecke.core.scope import for_district
from bruecke.interop import queries
from bruecke.interop.api import delivery
from bruecke.interop.tests.conftest import FREITAL, HEIDENAU
from bruecke.staffing.models import PostHolder, Responsibility

pytestmark = pytest.mark.django_db
BASE = "/api/v1/"
PROBLEM = "application/problem+json"


def test_too_many_new_answers_wait_and_kept_ones_cost_nothing(client, scene, monkeypatch):
    monkeypatch.setattr(delivery, "NEW_ANSWERS", 3)
    for number in range(3):
        assert client.get(f"{BASE}places?q={number}").status_code == 200
    refused = client.get(f"{BASE}places?q=again")
    problem = json.loads(refused.content)
    assert (refused.status_code, refused["Content-Type"], problem["status"]) == (429, PROBLEM, 429)
    assert 0 < int(refused["Retry-After"]) <= 601
    assert refused["Access-Control-Allow-Origin"] == "*"
    assert client.get(f"{BASE}places?q=again", REMOTE_ADDR="203.0.113.9").status_code == 200
    with clock.frozen(scene.now + timedelta(minutes=11)):
        assert client.get(f"{BASE}places").status_code == 200
        monkeypatch.setattr(delivery, "NEW_ANSWERS", 0)
        assert client.get(f"{BASE}places").status_code == 200
    assert not RateCounter.objects.filter(key_hash__contains="127.0.0.1").exists()


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "trace"])
def test_nothing_is_written(client, scene, method):
    answer = client.generic(method.upper(), f"{BASE}places")
    assert (answer.status_code, answer["Content-Type"], answer["Allow"]) == (405, PROBLEM, "GET, HEAD, OPTIONS")
    assert json.loads(answer.content) == {"type": "about:blank", "title": "Method Not Allowed", "status": 405}


@pytest.mark.parametrize("path", ["", "nothing", "offers/", "offers/a/b", "places/14628110/", "docs", "offers/%00"])
def test_unknown_addresses_are_problems(client, scene, path):
    answer = client.get(BASE + path)
    assert answer.status_code in {404, 422}
    assert answer["Content-Type"] == PROBLEM
    assert answer["Cache-Control"] == "no-store"
    assert json.loads(answer.content)["status"] == answer.status_code


def test_head_and_options(client, scene):
    for path in ("places", f"places/{FREITAL}", f"responsible?ags={FREITAL}", "offers", "openapi.json"):
        asked = client.get(BASE + path)
        head = client.head(BASE + path)
        assert (head.status_code, head["ETag"]) == (200, asked["ETag"]), path
        options = client.options(BASE + path)
        assert (options.status_code, options.content) == (204, b"")
        assert options["Access-Control-Allow-Methods"] == options["Allow"] == "GET, HEAD, OPTIONS"
        assert "If-None-Match" in options["Access-Control-Allow-Headers"]


def test_no_cookie_decides_anything(client, scene):
    plain = client.get(f"{BASE}places")
    client.cookies["sessionid"] = "forged"
    with_cookie = client.get(f"{BASE}places")
    assert with_cookie.content == plain.content
    assert "cookie" not in with_cookie.get("Vary", "").lower()
    assert not with_cookie.cookies


def test_description_is_served_and_names_every_promise(client, scene):
    answer = client.get(f"{BASE}openapi.json")
    described = answer.json()
    assert answer["ETag"]
    assert {path: list(methods) for path, methods in described["paths"].items()} == {
        "/api/v1/places": ["get"],
        "/api/v1/places/{ags}": ["get"],
        "/api/v1/responsible": ["get"],
        "/api/v1/offers": ["get"],
        "/api/v1/offers/{offer_id}": ["get"],
    }
    for methods in described["paths"].values():
        answers = methods["get"]["responses"]
        assert sorted(answers) == ["200", "404", "422", "429"]
        for status in ("404", "422", "429"):
            assert list(answers[status]["content"]) == [PROBLEM]
    names = {one["name"] for one in described["paths"]["/api/v1/offers"]["get"]["parameters"]}
    assert names == {"q", "category", "language", "ags", "radius_km", "district", "page", "per_page"}
    assert {one["name"] for one in described["paths"]["/api/v1/responsible"]["get"]["parameters"]} == {"ags", "on", "topic"}


def test_place_has_exactly_these_fields(client, scene):
    place = client.get(f"{BASE}places/{FREITAL}").json()
    assert place == {
        "ags": FREITAL,
        "name": "Freital",
        "district": "musterkreis",
        "plz": ["01705"],
        "official_name": place["official_name"],
        "designation": place["designation"],
        "population": 39_477,
        "lat": 51.0,
        "lon": 13.65,
        "localities": [],
        "url": f"{settings.BASE_URL}/de/musterkreis/hilfe/freital/",
    }


def test_responsible_has_exactly_these_fields(client, scene):
    found = client.get(f"{BASE}responsible?ags={FREITAL}&on=2026-11-24").json()
    contact = found["items"][0]
    assert {**found, "items": []} == {
        "ags": FREITAL, "on": "2026-11-24", "district": "musterkreis", "items": [], "total": 1, "page": 1, "per_page": 20,
    }  # fmt: skip
    with for_district(scene.district):
        post = scene.post
        assert contact == {
            "kind": "post",
            "title": post.title,
            "organisation": post.employer.name,
            "holder": None,
            "phone": post.phone,
            "email": post.mailbox,
            "languages": post.languages,
            "office": contact["office"],
            "since": "2026-01-01",
            "until": None,
            "consultation_hours": contact["consultation_hours"],
        }
    for hour in contact["consultation_hours"]:
        assert set(hour) == {"starts_at", "ends_at", "by_appointment", "location", "note"}


def test_released_name_is_told_from_its_day_on_and_answers_follow_the_change(client, scene):
    address = f"{BASE}responsible?ags={FREITAL}"
    assert client.get(address).json()["items"][0]["holder"] is None
    with for_district(scene.district):
        PostHolder.objects.update(is_name_released=True)
        Responsibility.objects.update(valid_until=scene.now.date() + timedelta(days=7))
    cache.clear()
    assert client.get(address).json()["items"][0]["holder"] == "Mira Musterfrau"
    later = client.get(f"{address}&on=2027-01-01").json()["items"][0]
    assert (later["kind"], later["holder"], later["consultation_hours"]) == ("office", None, [])
    assert client.get(f"{BASE}responsible?ags={HEIDENAU}&on=2027-01-01").json()["items"][0]["kind"] == "office"


def test_addresses_made_up_push_each_other_out_and_fill_no_disk(client, scene, monkeypatch):
    """Whatever is appended to an address, a district's kept answers are no more than there are slots."""
    monkeypatch.setattr(queries, "_SLOTS", 3)
    kept = set()
    monkeypatch.setattr(queries.cache, "set", lambda key, *rest: kept.add(key))
    for number in range(12):
        assert client.get(f"/api/v1/offers?page=1&x={number}").status_code == 200
    assert 1 <= len(kept) <= 3


def test_a_slot_gives_no_answer_of_another_address(client, scene, monkeypatch):
    monkeypatch.setattr(queries, "_SLOTS", 1)
    first = client.get("/api/v1/places?per_page=1").json()
    second = client.get("/api/v1/places?per_page=2").json()
    assert (first["per_page"], second["per_page"]) == (1, 2)
    assert client.get("/api/v1/places?per_page=1").json() == first
