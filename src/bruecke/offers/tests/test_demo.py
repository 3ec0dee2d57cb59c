"""The demo's catalogue: complete, through the real checks, loaded once."""

from datetime import timedelta
from random import Random

import pytest

from bruecke.core.models import AuditEntry, District
from bruecke.core.registries import DemoContext
from bruecke.core.scope import for_district
from bruecke.offers import queries
from bruecke.offers.demo import load_offers
from bruecke.offers.models import ChangeProposal, Offer, OfferFeedback
from bruecke.offers.queries import OfferFilters
from bruecke.places.tests.factories import load_saxony
from bruecke.vocabulary.importers import load_shipped_vocabulary

pytestmark = pytest.mark.any_database

AGS = {"saechsische-schweiz-osterzgebirge": "14628", "mittelsachsen": "14522", "landkreis-leipzig": "14729"}


@pytest.fixture
def demo(db, now):
    load_saxony(now)
    load_shipped_vocabulary(now)
    districts = [
        District.objects.create(slug=slug, name=slug, ags=ags, languages=["de"], features=["offers"], is_published=True)
        for slug, ags in AGS.items()
    ]
    return DemoContext(now=now, random=Random(1), districts=districts)


def test_every_district_has_a_catalogue(demo, now):
    load_offers(demo)
    assert len(demo.made["offers"]) == 300
    counts = {}
    for district in District.objects.order_by("slug"):
        with for_district(district):
            counts[district.slug] = Offer.objects.count()
            shown = queries.public_offers(OfferFilters(), district=district, lang="de", now=now)
            assert shown.total > 40
            assert any(line.next_at for line in shown.lines)
            found = queries.public_offers(OfferFilters(text="deutsch lernen"), district=district, lang="de", now=now)
            assert found.total > 0
            assert OfferFeedback.objects.count() == 3
            assert ChangeProposal.objects.count() == 2
    assert counts == {"landkreis-leipzig": 62, "mittelsachsen": 86, "saechsische-schweiz-osterzgebirge": 152}
    assert AuditEntry.objects.filter(verb="offer.created").count() == 300


def test_loaded_again_nothing_is_added(demo):
    load_offers(demo)
    load_offers(demo)
    for district in demo.districts:
        with for_district(district):
            assert OfferFeedback.objects.count() == 3
    assert AuditEntry.objects.filter(verb="offer.created").count() == 300


def test_a_demo_of_a_later_year_has_meetings_too(demo, now):
    demo.now = now + timedelta(days=700)
    load_offers(demo)
    for district in demo.districts:
        with for_district(district):
            shown = queries.public_offers(OfferFilters(), district=district, lang="de", now=demo.now)
            assert sum(line.next_at is not None for line in shown.lines) > len(shown.lines) // 3
