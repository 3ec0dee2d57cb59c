"""What tests of the directory start from: a district with one municipality, the scope open."""

from types import SimpleNamespace

import pytest

from bruecke.core.scope import for_district
from bruecke.core.tests.factories import make_district, viewer_with
from bruecke.core.viewer import Role
from bruecke.places.tests.factories import make_municipality


@pytest.fixture
def scene(db, now):
    district = make_district("musterkreis", ags="14628")
    with for_district(district):
        area = make_municipality("14628110", "Freital")
        editor = viewer_with(district, Role.COORDINATOR, account_id=1_000_000)
        yield SimpleNamespace(district=district, area=area, editor=editor, now=now)
