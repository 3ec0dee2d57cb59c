"""The ranking's arithmetic, over loaded values alone: what counts, in which order it is told, what speaks against."""

from datetime import date
from types import SimpleNamespace

import pytest

from bruecke.enquiries.queries.suggesting import Narrowing, Suggestion
from bruecke.enquiries.queries.weighing import CATEGORY, Asked, total, weigh
from bruecke.enquiries.states import Need
from bruecke.offers.models import Offer
from bruecke.offers.queries import Candidate
from bruecke.offers.states import CostKind, OfferState

TODAY = date(2026, 11, 24)
HEIDENAU = "14628140"
NAMES = {"uk": "Ukrainisch", "ar": "Arabisch", "de": "Deutsch"}


def candidate(*, house="", text_score=0.0, distance_km=None, reaches=False, place_name="Dohna", fresh=True, **values):
    terms = {
        "category": values.pop("categories", []),
        "language": values.pop("languages", []),
        "target_group": values.pop("groups", []),
    }
    offer = Offer(pk=1, title="Deutsch-Treff", terms=terms, **{"state": OfferState.ACTIVE, "confirmed_on": TODAY, **values})
    places = [SimpleNamespace(location_id=7, area_id=house)] if house else []
    offer._prefetched_objects_cache = {"places": places}
    return Candidate(
        offer, text_score=text_score, distance_km=distance_km, reaches=reaches, is_confirmed_fresh=fresh, place_name=place_name
    )


def facts(one, **asked):
    return weigh(one, Asked(**asked), language_names=NAMES, today=TODAY)


def score(one, **asked):
    return total(facts(one, **asked))


def told(one, **asked):
    found = facts(one, **asked)
    return [fact.words for fact in found if fact.text and not fact.is_but], [
        fact.words for fact in found if fact.text and fact.is_but
    ]


def test_reasons_stand_in_their_fixed_order():
    one = candidate(distance_km=4.04, languages=["uk"], has_childcare=True, places_free=3, categories=["language-course"])
    reasons, but = told(
        one, ags=HEIDENAU, languages=("uk", "de"), categories={"language-course": 0}, needs=frozenset({Need.CHILDCARE})
    )
    assert reasons == ["4,0 km entfernt", "spricht Ukrainisch", "Kinderbetreuung", "3 Plätze frei", "bestätigt am 24.11.2026"]
    assert but == []


def test_what_speaks_against_stands_by_itself():
    one = candidate(distance_km=61.0, languages=["de"], places_free=0, fresh=False, confirmed_on=date(2026, 7, 20))
    reasons, but = told(one, ags=HEIDENAU, languages=("uk",), needs=frozenset({Need.CHILDCARE, Need.STEP_FREE}))
    assert reasons == []
    assert but == [
        "61 km entfernt",
        "kein Ukrainisch",
        "Kinderbetreuung nicht bekannt",
        "Barrierefreiheit nicht bekannt",
        "zurzeit kein Platz frei",
        "seit 4 Monaten nicht bestätigt",
    ]


@pytest.mark.parametrize(
    ("better", "worse", "asked"),
    [
        ({"distance_km": 2.0}, {"distance_km": 15.0}, {"ags": HEIDENAU}),
        ({"distance_km": 15.0}, {"distance_km": 45.0}, {"ags": HEIDENAU}),
        ({"distance_km": 9.0, "house": HEIDENAU}, {"distance_km": 3.0}, {"ags": HEIDENAU}),
        ({"reaches": True}, {}, {"ags": HEIDENAU}),
        ({"is_online": True}, {}, {"ags": HEIDENAU}),
        (
            {"categories": ["a"], "distance_km": 30.0},
            {"categories": ["b"], "house": HEIDENAU, "languages": ["uk"]},
            {"categories": {"a": 0, "b": 2}, "ags": HEIDENAU, "languages": ("uk",)},
        ),
        ({"text_score": 1.0}, {"categories": ["a"]}, {"text": "Kurs", "categories": {"a": 0}}),
        ({"languages": ["uk"]}, {"languages": ["de"]}, {"languages": ("uk",)}),
        ({"languages": []}, {"languages": ["de"]}, {"languages": ("uk",)}),
        ({"text_score": 0.9}, {"text_score": 0.2}, {"text": "Kurs"}),
        ({"categories": ["a"]}, {"categories": ["b"]}, {"categories": {"a": 0, "b": 1}}),
        ({"categories": ["z"]}, {"categories": []}, {"categories": {"z": 9}}),
        ({"groups": ["parents"]}, {"groups": ["everyone"]}, {"target_group": "parents"}),
        ({"groups": ["everyone"]}, {"groups": ["seniors"]}, {"target_group": "parents"}),
        ({"has_childcare": True}, {"has_childcare": False}, {"needs": frozenset({Need.CHILDCARE})}),
        ({"is_accessible": True}, {}, {"needs": frozenset({Need.STEP_FREE})}),
        ({"groups": ["women"]}, {"groups": ["women", "men"]}, {"needs": frozenset({Need.WOMEN_ONLY})}),
        ({"cost_kind": CostKind.FREE}, {"cost_kind": CostKind.PAID}, {"needs": frozenset({Need.FREE_OF_CHARGE})}),
        ({"places_free": 1}, {}, {}),
        ({}, {"places_free": 0}, {}),
        ({}, {"fresh": False, "confirmed_on": None}, {}),
        ({}, {"state": OfferState.PAUSED}, {}),
        ({}, {"valid_from": date(2027, 1, 10)}, {}),
    ],
)
def test_what_helps_stands_higher(better, worse, asked):
    assert score(candidate(**better), **asked) > score(candidate(**worse), **asked)


def test_who_knows_german_too_is_hindered_less():
    one = candidate(languages=["de"])
    assert score(one, languages=("uk", "de")) > score(one, languages=("uk",))


def test_a_german_course_needs_no_other_language():
    course = candidate(languages=["de"], categories=["language-course"])
    assert told(course, languages=("uk",))[1] == []


def test_who_speaks_german_alone_is_told_nothing_of_languages():
    assert told(candidate(languages=["de"]), languages=("de",))[0] == ["Dohna", "bestätigt am 24.11.2026"]


def test_the_closest_category_of_several_counts():
    one = candidate(categories=["b", "a"], fresh=False)
    assert score(one, categories={"a": 0, "b": 1}) == CATEGORY[0]


def test_without_a_place_only_the_name_of_the_place_is_told():
    reasons, but = told(candidate(distance_km=3.0))
    assert (reasons[0], but) == ("Dohna", [])


def test_unknown_costs_are_not_called_a_price():
    needs = frozenset({Need.FREE_OF_CHARGE})
    assert told(candidate(cost_kind=CostKind.UNKNOWN), needs=needs)[1] == ["Kosten nicht bekannt"]
    assert told(candidate(cost_kind=CostKind.PAID), needs=needs)[1] == ["kostet etwas"]


def test_only_for_women_is_said_unless_it_was_asked_for():
    one = candidate(groups=["women"])
    assert told(one)[1] == ["nur für Frauen"]
    assert "nur für Frauen" in told(one, needs=frozenset({Need.WOMEN_ONLY}))[0]


@pytest.mark.parametrize(
    ("narrowing", "keeps"),
    [
        (Narrowing(), True),
        (Narrowing(category="a"), True),
        (Narrowing(category="c"), False),
        (Narrowing(language="uk"), True),
        (Narrowing(language="ar"), False),
        (Narrowing(radius_km=5), False),
        (Narrowing(radius_km=10), True),
    ],
)
def test_narrowing(narrowing, keeps):
    one = candidate(categories=["a"], languages=["uk"], distance_km=7.0)
    shown = Suggestion(one.offer, 0.5, 1, (), one.distance_km, one.reaches)
    assert narrowing.keeps(shown, [narrowing.category]) is keeps


def test_what_comes_to_the_place_is_in_every_radius():
    one = candidate()
    assert Narrowing(radius_km=5).keeps(Suggestion(one.offer, 0.5, 1, (), None, reaches=True), ())
    assert not Narrowing(radius_km=5).keeps(Suggestion(one.offer, 0.5, 1, (), None, reaches=False), ())
