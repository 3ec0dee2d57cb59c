"""The district that tests of offers start from; its scope is open during the test."""

import pytest

from bruecke.core.scope import for_district
from bruecke.core.tests.factories import make_district
from bruecke.offers.tests.factories import make_scene


@pytest.fixture
def district(db):
    return make_district(
        "musterkreis", ags="14628", name="Landkreis Muster", features=["consultation_hours", "enquiries", "staffing", "offers"]
    )


@pytest.fixture
def scene(district, now):
    with for_district(district):
        yield make_scene()
