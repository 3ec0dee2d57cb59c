"""What most tests of staffing start from: a district with three municipalities and its own controller."""

from types import SimpleNamespace

import pytest

from bruecke.core.scope import for_district
from bruecke.core.tests.factories import make_district
from bruecke.places.tests.factories import make_kreis, make_municipality
from bruecke.staffing.tests.factories import make_controller

FREITAL, HEIDENAU, DOHNA = "14628110", "14628140", "14628090"


@pytest.fixture
def district(db):
    return make_district("musterkreis", ags="14628", name="Landkreis Muster")


@pytest.fixture
def scene(district, now):
    """District, places, controller; the scope is open during the test."""
    with for_district(district):
        kreis = make_kreis("14628", "Landkreis Muster")
        areas = {
            ags: make_municipality(ags, name, codes=(code,), population=size)
            for ags, name, code, size in (
                (FREITAL, "Freital", "01705", 39_477),
                (HEIDENAU, "Heidenau", "01809", 16_667),
                (DOHNA, "Dohna", "01796", 6_303),
            )
        }
        controller = make_controller(district)
        yield SimpleNamespace(district=district, kreis=kreis, areas=areas, controller=controller, now=now)
