"""One district with the people that most tests of accounts need."""

import pytest
from django.test import Client

from bruecke.accounts.models import Account, Controller
from bruecke.accounts.tests.factories import log_in, make_controller, make_member, viewer_of
from bruecke.core.models import District
from bruecke.core.scope import for_district
from bruecke.core.tests.factories import NOW, make_district
from bruecke.core.viewer import Role, Viewer


@pytest.fixture
def district(db) -> District:
    return make_district("musterkreis")


@pytest.fixture
def elsewhere(db) -> District:
    return make_district("nachbarkreis")


@pytest.fixture
def leading(district) -> Controller:
    return make_controller(district, name="Landkreis Musterkreis")


@pytest.fixture
def administrator(district, leading) -> Account:
    return make_member(district, Role.ADMINISTRATOR, name="Verwaltung")


@pytest.fixture
def admin(district, administrator) -> Viewer:
    return viewer_of(administrator, district, NOW.date())


@pytest.fixture
def in_district(district):
    with for_district(district):
        yield district


@pytest.fixture
def desk(client, administrator, now) -> Client:
    """The administrator's browser."""
    return log_in(client, administrator)
