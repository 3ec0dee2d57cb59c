"""Places and responsibilities as other programs read them."""

import json

import pytest

from bruecke.core.scope import for_district, touch_public
from bruecke.interop.tests.conftest import FREIBERG, FREITAL, HEIDENAU
from bruecke.staffing.models import PostHolder

pytestmark = pytest.mark.django_db


def get(client, path, **given):
    return client.get(f"/api/v1/{path}", given)


def test_places_finds_by_name_code_and_umlaut_of_published_districts_only(client, scene):
    found = get(client, "places", q="freit").json()
    assert found == {
        "items": [{"ags": FREITAL, "name": "Freital", "district": "musterkreis", "plz": ["01705"]}],
        "total": 1,
        "page": 1,
        "per_page": 20,
    }
    assert [item["ags"] for item in get(client, "places", q="01809").json()["items"]] == [HEIDENAU]
    assert get(client, "places", q="Freiberg").json()["items"] == []


def test_places_without_words_are_all_page_by_page(client, scene):
    first, second = (get(client, "places", per_page=1, page=page).json() for page in (1, 2))
    assert [first["items"][0]["name"], second["items"][0]["name"]] == ["Freital", "Heidenau"]
    assert first["total"] == second["total"] == 2
    assert get(client, "places", page=3, per_page=1).json()["items"] == []


def test_unpublished_and_unknown_districts_do_not_exist(client, scene):
    for slug in ("nachbarkreis", "nirgendwo"):
        response = get(client, "places", district=slug)
        assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")
    assert get(client, f"places/{FREIBERG}").status_code == 404
    assert get(client, "responsible", ags=FREIBERG).status_code == 404


def test_place_tells_the_page_for_people(client, scene):
    place = get(client, f"places/{FREITAL}").json()
    assert place["url"].endswith("/de/musterkreis/orte/freital/") or "freital" in place["url"]
    assert (place["population"], place["lat"], place["plz"]) == (39_477, 51.0, ["01705"])


def test_responsible_gives_function_and_hours_but_no_unreleased_name(client, scene):
    answer = get(client, "responsible", ags=FREITAL, on="2026-11-24")
    found = answer.json()
    contact = found["items"][0]
    assert (found["ags"], found["on"], found["district"], found["total"]) == (FREITAL, "2026-11-24", "musterkreis", 1)
    assert (contact["kind"], contact["title"], contact["holder"]) == ("post", "Integrationskoordination Freital", None)
    assert contact["consultation_hours"][0]["starts_at"] == "2026-11-26T14:00:00+01:00"
    assert "Musterfrau" not in answer.content.decode()


def test_responsible_names_whoever_released_the_name(client, scene):
    with for_district(scene.district):
        PostHolder.objects.update(is_name_released=True)
    assert get(client, "responsible", ags=FREITAL, on="2026-11-24").json()["items"][0]["holder"] == "Mira Musterfrau"


def test_gap_is_answered_by_the_leading_office(client, scene):
    contact = get(client, "responsible", ags=HEIDENAU).json()["items"][0]
    assert (contact["kind"], contact["organisation"], contact["email"]) == ("office", "Landratsamt", "integration@example.org")


@pytest.mark.parametrize(
    ("path", "given"),
    [
        ("places", {"per_page": "101"}),
        ("places", {"page": "0"}),
        ("places", {"page": "x"}),
        ("places", {"q": "x" * 201}),
        ("places/1", {}),
        ("places/١٤٦٢٨١١٠", {}),
        ("responsible", {}),
        ("responsible", {"ags": FREITAL, "on": "31.12.2026"}),
    ],
)
def test_wrong_parameters_are_named_as_problem_details(client, scene, path, given):
    response = get(client, path, **given)
    assert (response.status_code, response["Content-Type"]) == (422, "application/problem+json")
    problem = json.loads(response.content)
    assert problem["status"] == 422
    assert problem["errors"]


def test_a_day_beyond_all_plans_has_no_answer(client, scene):
    assert get(client, "responsible", ags=FREITAL, on="9999-12-31").status_code == 404


def test_whatever_is_typed_never_breaks(client, scene):
    for text in ("\0", "%", "'; DROP TABLE", "😀", "\ud7ff", "a" * 200, "   "):
        assert get(client, "places", q=text).status_code in {200, 404, 422}


def test_second_get_is_304_until_something_public_changes(client, scene):
    first = get(client, "places")
    again = client.get("/api/v1/places", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    with for_district(scene.district):
        touch_public(scene.district)
    assert client.get("/api/v1/places").status_code == 200


def test_any_origin_may_read_and_nothing_is_remembered(client, scene):
    response = get(client, "places")
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "Cookie" not in response.get("Vary", "")
    assert not response.cookies
    preflight = client.options("/api/v1/places")
    assert (preflight.status_code, preflight["Access-Control-Allow-Methods"]) == (204, "GET, HEAD, OPTIONS")


def test_head_is_get_without_body(client, scene):
    response = client.head("/api/v1/places")
    assert (response.status_code, response["ETag"]) == (200, get(client, "places")["ETag"])


def test_unknown_addresses_and_methods_are_problems_too(client, scene):
    for response, status in (
        (client.get("/api/v1/nothing"), 404),
        (client.post("/api/v1/places"), 405),
        (client.get("/api/"), 404),
    ):
        assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json")
        assert response["Access-Control-Allow-Origin"] == "*"


def test_districts_without_staffing_tell_no_responsibility(client, scene):
    scene.district.features = ["offers"]
    scene.district.save()
    assert get(client, "responsible", ags=FREITAL).status_code == 404


def test_queries_stay_the_same_with_more_places(client, scene, django_assert_max_num_queries):
    get(client, "places")  # builds the finder's index
    with django_assert_max_num_queries(6):  # two of them count the address for the limit, with a savepoint around
        get(client, "places", per_page=100, q="f")
