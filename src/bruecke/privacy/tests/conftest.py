"""One district with two controllers, a privacy officer at each, an administrator; its scope is open during the test."""

import pytest

from bruecke.accounts.tests.factories import make_controller, make_member, viewer_of
from bruecke.core.scope import for_district
from bruecke.core.tests.factories import NOW, make_district
from bruecke.core.viewer import Role


@pytest.fixture
def district(db):
    district = make_district("musterkreis", ags="14628", name="Landkreis Muster")
    with for_district(district):
        yield district


@pytest.fixture
def leading(district):
    return make_controller(district, name="Landkreis Muster", mailbox="kreis@example.org")


@pytest.fixture
def association(district):
    return make_controller(district, "association", name="Begegnung e. V.")


@pytest.fixture
def officer_account(district, leading):
    return make_member(district, Role.PRIVACY_OFFICER, name="Datenschutz")


@pytest.fixture
def officer(district, officer_account):
    return viewer_of(officer_account, district, NOW.date())


@pytest.fixture
def admin(district, leading):
    return viewer_of(make_member(district, Role.ADMINISTRATOR, name="Verwaltung"), district, NOW.date())


@pytest.fixture
def other_officer(district, association):
    return viewer_of(make_member(district, Role.PRIVACY_OFFICER, controller=association, name="Andere"), district, NOW.date())
