"""Offers as other programs read them: exactly what is public, in the order of the catalogue."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from bruecke.core.scope import ScopeViolation, for_district, for_districts
from bruecke.core.tests.factories import make_district
from bruecke.directory.tests.factories import make_organisation
from bruecke.offers import actions
from bruecke.offers.models import Offer
from bruecke.offers.states import CostKind, OfferState, Registration
from bruecke.offers.tests.factories import (
    DOHNA,
    FREITAL,
    HEIDENAU,
    PIRNA,
    TUESDAYS,
    make_house,
    make_languages,
    make_offer,
    make_terms,
)
from bruecke.places.tests.factories import make_kreis, make_municipality

pytestmark = pytest.mark.django_db
DAY = "2026-11-24"


def get(client, path, **given):
    return client.get(f"/api/v1/{path}", given)


def titles(client, **given):
    answer = get(client, "offers", **given)
    assert answer.status_code == 200, answer.content
    return [item["title"] for item in answer.json()["items"]]


@pytest.fixture
def fair(db, now):
    """`musterkreis` and `nachbarkreis` publish offers, `verborgen` does not."""
    middles = {
        FREITAL: ("Freital", 51.001, 13.650), HEIDENAU: ("Heidenau", 50.979, 13.868),
        DOHNA: ("Dohna", 50.955, 13.857), PIRNA: ("Pirna", 50.962, 13.941), "14522180": ("Freiberg", 50.91, 13.34),
    }  # fmt: skip
    for ags in ("14628", "14522"):
        make_kreis(ags)
    for ags, (name, lat, lon) in middles.items():
        make_municipality(ags, name, lat=lat, lon=lon)
    make_languages()
    make_terms()
    mine, other = make_district("musterkreis", ags="14628"), make_district("nachbarkreis", ags="14522")
    hidden = make_district("verborgen", ags="14730", is_published=False)
    with for_district(mine):
        provider = make_organisation(mine, name="Trägerverein", email="verein@example.org", phone="+49 30 23125 100", website="")
        house = make_house(provider, HEIDENAU, name="Haus am Markt", street="Markt 1", is_accessible=True)
    with for_district(hidden):
        make_offer(hidden, "Verborgener Sprachkurs", provider=make_organisation(hidden))
    return SimpleNamespace(mine=mine, other=other, hidden=hidden, provider=provider, house=house, now=now)


@pytest.fixture
def course(fair):
    """One offer with everything."""
    with for_district(fair.mine):
        return make_offer(
            fair.mine,
            "Deutschkurs am Vormittag",
            provider=fair.provider,
            description="Mit Kinderbetreuung.",
            terms={"category": ["german-courses"], "target_group": ["women"], "language": ["de", "uk"]},
            age_min=18,
            locations=[fair.house.uid],
            schedules=[TUESDAYS],
            cost_kind=CostKind.PAID,
            cost_cents=500,
            registration=Registration.REQUIRED,
            has_childcare=True,
            places_total=12,
            places_free=3,
            places_free_on=fair.now.date(),
            contact_email="kurs@example.org",
        )


def test_item_has_exactly_these_fields(client, fair, course):
    assert get(client, "offers").json() == {
        "items": [
            {
                "id": course.uid,
                "title": "Deutschkurs am Vormittag",
                "provider": "Trägerverein",
                "ags": HEIDENAU,
                "languages": ["de", "uk"],
                "confirmed_on": DAY,
                "url": f"http://localhost:8000/de/musterkreis/angebote/{course.uid}/",
            }
        ],
        "total": 1,
        "page": 1,
        "per_page": 20,
    }


def test_offer_has_exactly_these_fields(client, fair, course):
    found = get(client, f"offers/{course.uid}").json()
    assert found == {
        **get(client, "offers").json()["items"][0],
        "description": "Mit Kinderbetreuung.",
        "state": "active",
        "categories": [{"key": "german-courses", "label": "Deutschkurse"}],
        "target_groups": [{"key": "women", "label": "Frauen"}],
        "age_min": 18,
        "age_max": None,
        "places": [
            {
                "name": "Haus am Markt",
                "street": "Markt 1",
                "postcode": "01809",
                "town": "Heidenau",
                "ags": HEIDENAU,
                "lat": 50.979,
                "lon": 13.868,
                "step_free": True,
            }
        ],
        "areas": [],
        "is_online": False,
        "schedules": [
            {
                "rrule": "FREQ=WEEKLY;BYDAY=TU",
                "first_on": "2026-09-01",
                "until_on": None,
                "starts": "09:00",
                "ends": "11:00",
                "except_on": [],
                "words": found["schedules"][0]["words"],
            }
        ],
        "cost": "paid",
        "cost_cents": 500,
        "cost_note": "",
        "registration": "required",
        "registration_note": "",
        "status_requirement": "",
        "documents": "",
        "childcare": True,
        "accessible": None,
        "places_total": 12,
        "places_free": 3,
        "places_free_on": DAY,
        "phone": "+49 30 23125 100",
        "email": "kurs@example.org",
        "website": "",
        "valid_from": None,
        "valid_until": None,
        "district": "musterkreis",
    }
    assert "dienstags" in found["schedules"][0]["words"].lower()


@pytest.mark.parametrize(
    "values",
    [
        {"visibility": "internal"},
        {"state": OfferState.DRAFT},
        {"state": OfferState.ARCHIVED},
        {"valid_until": "yesterday"},
        {"valid_until": "today"},
    ],
)
def test_what_is_not_public_is_not_there(client, fair, course, values):
    if isinstance(values.get("valid_until"), str):
        values = {"valid_until": fair.now.date() - timedelta(days=values["valid_until"] == "yesterday")}
    with for_district(fair.mine):
        unseen = make_offer(fair.mine, "Deutschkurs, den niemand sieht", provider=fair.provider, **values)
    for given in ({}, {"q": "Deutschkurs"}, {"district": "musterkreis"}):
        assert titles(client, **given) == ["Deutschkurs am Vormittag"], given
    answer = get(client, f"offers/{unseen.uid}")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_unpublished_district_and_switched_off_feature_tell_nothing(client, fair, course):
    with for_district(fair.hidden):
        hidden = Offer.objects.get()
    assert titles(client, q="Verborgener") == []
    assert titles(client, q="Sprachkurs") == ["Deutschkurs am Vormittag"]
    assert get(client, f"offers/{hidden.uid}").status_code == 404
    assert get(client, "offers", district="verborgen").status_code == 404
    fair.mine.features = ["staffing"]
    fair.mine.save()
    assert titles(client) == []
    assert get(client, f"offers/{course.uid}").status_code == 404
    assert get(client, "offers", district="musterkreis").status_code == 404
    assert get(client, "offers", ags=FREITAL).status_code == 404


def test_words_rank_and_a_slip_is_forgiven(client, fair, course):
    with for_district(fair.mine):
        make_offer(fair.mine, "Beratung", provider=fair.provider, description="Auch zum Deutschkurs.")
        make_offer(fair.mine, "Sportgruppe", provider=fair.provider)
    assert titles(client, q="Deutschkurs") == ["Deutschkurs am Vormittag", "Beratung"]
    assert titles(client, q="Deutschkrus")[0] == "Deutschkurs am Vormittag"
    assert titles(client, q="xyzxyz") == []


def test_category_means_what_lies_below_it(client, fair, course):
    with for_district(fair.mine):
        make_offer(fair.mine, "Rat", provider=fair.provider, terms={"category": ["advice"], "language": ["ar"]})
    assert titles(client, category="courses") == titles(client, category="german-courses") == ["Deutschkurs am Vormittag"]
    assert titles(client, category="advice") == ["Rat"]
    assert titles(client, category="nonsense") == []
    assert titles(client, language="uk") == ["Deutschkurs am Vormittag"]
    assert titles(client, language="ar") == ["Rat"]
    assert titles(client, language="ar", category="courses") == []


def test_place_orders_and_radius_narrows(client, fair):
    with for_district(fair.mine):
        for ags in (PIRNA, FREITAL, DOHNA):
            make_offer(fair.mine, f"Treff {ags}", provider=fair.provider, locations=[make_house(fair.provider, ags).uid])
        make_offer(fair.mine, "Kommt überall hin", provider=fair.provider, areas=["14628"])
    at_dohna = titles(client, ags=DOHNA)
    assert at_dohna[0] == f"Treff {DOHNA}"
    assert set(at_dohna) == {f"Treff {PIRNA}", f"Treff {FREITAL}", f"Treff {DOHNA}", "Kommt überall hin"}
    assert set(titles(client, ags=DOHNA, radius_km=8)) == {f"Treff {PIRNA}", f"Treff {DOHNA}", "Kommt überall hin"}
    assert set(titles(client, ags=DOHNA, radius_km=1)) == {f"Treff {DOHNA}", "Kommt überall hin"}
    assert len(titles(client, radius_km=1)) == 4
    assert get(client, "offers", ags="14522180", district="musterkreis").status_code == 404
    assert get(client, "offers", ags="99999999").status_code == 404


@pytest.fixture
def many(fair):
    """Seven offers here, five next door."""
    for district, number in ((fair.mine, 7), (fair.other, 5)):
        with for_district(district):
            provider = make_organisation(district, name=f"Verein {district.slug}")
            for one in range(number):
                make_offer(district, f"Sportkurs {district.slug} {one}", provider=provider)
    return fair


@pytest.mark.parametrize("given", [{}, {"q": "Sportkurs"}, {"language": ""}, {"district": "musterkreis"}])
@pytest.mark.parametrize("per_page", [1, 3, 5, 7, 100])
def test_pages_together_are_the_list(client, many, given, per_page):
    """No offer twice, none left out, also where a page begins in one district and ends in the next."""
    whole = titles(client, per_page=100, **given)
    assert len(whole) == len(set(whole)) == (7 if "district" in given else 12)
    found, page = [], 1
    while True:
        answer = get(client, "offers", page=page, per_page=per_page, **given).json()
        assert (answer["total"], answer["page"], answer["per_page"]) == (len(whole), page, per_page)
        assert len(answer["items"]) <= per_page
        found += [item["title"] for item in answer["items"]]
        if page * per_page >= answer["total"]:
            break
        page += 1
    assert found == whole
    assert get(client, "offers", page=page + 1, per_page=per_page, **given).json()["items"] == []


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"per_page": "101"}, "per_page"),
        ({"per_page": "0"}, "per_page"),
        ({"page": "-1"}, "page"),
        ({"radius_km": "0", "ags": FREITAL}, "radius_km"),
        ({"radius_km": "501", "ags": FREITAL}, "radius_km"),
        ({"radius_km": "x"}, "radius_km"),
        ({"ags": "1462811"}, "ags"),
        ({"district": "Ä"}, "district"),
        ({"category": "A B"}, "category"),
        ({"language": "de;"}, "language"),
        ({"q": "x" * 201}, "q"),
    ],
)
def test_wrong_parameters_are_named(client, fair, given, named):
    answer = get(client, "offers", **given)
    problem = answer.json()
    assert (answer.status_code, answer["Content-Type"], problem["status"]) == (422, "application/problem+json", 422)
    assert [error["name"] for error in problem["errors"]] == [named]


def test_answer_changes_with_the_offer_and_only_then(client, fair, course):
    for path in ("offers", f"offers/{course.uid}", "offers?q=Deutschkurs"):
        address = f"/api/v1/{path}"
        first = client.get(address)
        assert first["Cache-Control"] == "public, no-cache"
        assert first["Vary"] == "Accept-Encoding"
        assert not first.cookies
        kept = {"if-none-match": first["ETag"]}
        again = client.get(address, headers=kept)
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
        assert client.get(address, headers={"if-none-match": '"another"'}).status_code == 200
    etag = client.get("/api/v1/offers")["ETag"]
    with for_district(fair.mine):
        actions.archive_offer(offer=Offer.objects.get(pk=course.pk), version=None, viewer=_system(fair), now=fair.now)
    changed = client.get("/api/v1/offers", headers={"if-none-match": etag})
    assert (changed.status_code, changed.json()["total"]) == (200, 0)
    assert client.get(f"/api/v1/offers/{course.uid}").status_code == 404


def _system(fair):
    from bruecke.core.viewer import Viewer

    return Viewer.system("test", fair.mine.pk)


def test_gzip_has_a_tag_of_its_own(client, many):
    plain = client.get("/api/v1/offers?per_page=100")
    zipped = client.get("/api/v1/offers?per_page=100", headers={"accept-encoding": "gzip"})
    assert zipped["Content-Encoding"] == "gzip"
    assert plain["ETag"] != zipped["ETag"]
    assert "Content-Encoding" not in plain


def test_queries_do_not_grow_with_offers_or_districts(client, many, django_assert_max_num_queries):
    with for_district(many.mine):
        uid = Offer.objects.order_by("pk")[0].uid
    for number in range(6):
        extra = make_district(f"weiterer-{number}", ags=f"1500{number}")
        with for_district(extra):
            make_offer(extra, f"Angebot {number}", provider=make_organisation(extra))
    with django_assert_max_num_queries(16):
        assert len(titles(client, per_page=3)) == 3
    with django_assert_max_num_queries(12):
        assert get(client, f"offers/{uid}").status_code == 200


def test_several_open_districts_are_for_reading(many):
    with for_districts([many.mine, many.other]):
        assert Offer.objects.count() == 12
        offer = Offer.objects.order_by("pk")[0]
        with pytest.raises(ScopeViolation):
            offer.save()
    with for_districts([]):
        assert Offer.objects.count() == 0
