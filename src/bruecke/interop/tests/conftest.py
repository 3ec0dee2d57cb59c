"""A published district with a post in charge of Freital, and one that is not published."""

from types import SimpleNamespace

import pytest

from bruecke.core.scope import for_district
from bruecke.core.tests.factories import make_district
from bruecke.places.tests.factories import make_kreis, make_municipality
from bruecke.staffing.tests.factories import make_controller, make_holder, make_hour, make_post, make_responsibility

FREITAL, HEIDENAU, FREIBERG = "14628110", "14628140", "14522180"


@pytest.fixture
def scene(db, now):
    """Places and responsibilities of the published `musterkreis` and the hidden `nachbarkreis`."""
    mine = make_district("musterkreis", ags="14628", name="Landkreis Muster")
    hidden = make_district("nachbarkreis", ags="14522", name="Landkreis Nachbar", is_published=False)
    make_kreis("14628", "Landkreis Muster")
    make_kreis("14522", "Landkreis Nachbar")
    make_municipality(FREITAL, "Freital", codes=("01705",), population=39_477, lat=51.0, lon=13.65)
    make_municipality(HEIDENAU, "Heidenau", codes=("01809",), population=16_667)
    make_municipality(FREIBERG, "Freiberg", codes=("09599",))
    with for_district(mine):
        make_controller(mine, name="Landratsamt", phone="+49 30 23125 100", mailbox="integration@example.org")
        post = make_post(mine)
        make_holder(post, public_name="Mira Musterfrau", is_name_released=False)
        make_responsibility(post, FREITAL)
        make_hour(post)
    with for_district(hidden):
        make_controller(hidden, name="Nachbaramt")
    return SimpleNamespace(district=mine, hidden=hidden, post=post, now=now)
