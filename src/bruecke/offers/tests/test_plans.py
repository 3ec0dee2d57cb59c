"""How SQLite gets at its rows: it takes a district for ten rows, and only fitting indexes keep it from reading them all."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bruecke.offers import queries
from bruecke.offers.queries import OfferFilters
from bruecke.offers.tests.factories import FREITAL, make_house, make_offer

pytestmark = pytest.mark.skipif(connection.vendor != "sqlite", reason="plans of SQLite")


@pytest.fixture
def found(scene, now):
    """The statements of one search with a place, with the plan of each."""
    house = make_house(scene.provider)
    for number in range(3):
        make_offer(scene.district, f"Deutschkurs {number}", locations=[house])
    asked = OfferFilters(text="Deutschkurs", ags=FREITAL)
    with CaptureQueriesContext(connection) as captured:
        listed = queries.public_offers(asked, district=scene.district, lang="de", now=now)
    assert listed.total == 3
    statements = [entry["sql"] for entry in captured if entry["sql"].startswith("SELECT")]
    return [(sql, _plan(sql)) for sql in statements]


def _plan(sql: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return "\n".join(row[3] for row in cursor.fetchall())


def test_hits_are_looked_up_one_by_one_in_an_index_that_holds_all(found):
    [plan] = [plan for sql, plan in found if '"nearness"' in sql]
    assert "SEARCH offers_offer USING COVERING INDEX offer_hit (district_id=? AND uid=?" in plan


def test_houses_of_hits_are_looked_up_by_offer(found):
    [nearest] = [plan for sql, plan in found if '"nearness"' in sql]
    assert "USING COVERING INDEX offer_place_offer (district_id=? AND offer_id=?" in nearest
    [shown] = [plan for sql, plan in found if 'FROM "offers_offerplace" LEFT OUTER JOIN' in sql]
    assert "SEARCH offers_offerplace USING INDEX offer_place_offer (district_id=? AND offer_id=?" in shown
