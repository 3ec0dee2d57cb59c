"""The list and the rule tell the same story, for every model and role."""

from datetime import date

import pytest

from bruecke.accounts import rules
from bruecke.accounts.models import Account, Controller, Membership, Unit
from bruecke.accounts.tests.factories import make_account, make_controller, make_member, make_membership, make_unit, viewer_of
from bruecke.core.scope import Escape, for_district, without_scope
from bruecke.core.tests.factories import NOW
from bruecke.core.viewer import Role, Viewer

pytestmark = pytest.mark.django_db


@pytest.fixture
def crowd(district, elsewhere, leading):
    """Two controllers here and one elsewhere; people with current, ended and foreign roles; one of both districts."""
    association = make_controller(district, "association")
    make_unit(association)
    make_unit(make_controller(elsewhere))
    make_member(district, Role.COORDINATOR)
    make_member(district, Role.COORDINATOR, controller=association)
    make_member(district, Role.EDITOR, controller=association, valid_until=date(2026, 2, 1))
    make_member(elsewhere, Role.EDITOR)
    make_account("Niemand")
    both = make_member(district, Role.GRANT_OFFICER)
    make_membership(both, elsewhere, Role.ADMINISTRATOR)
    return association


def viewers(district, association) -> list[Viewer]:
    people = [viewer_of(make_member(district, role), district, NOW.date()) for role in Role]
    people.append(viewer_of(make_member(district, Role.EMPLOYER, controller=association), district, NOW.date()))
    people.append(viewer_of(make_account(), district, NOW.date()))
    return [*people, Viewer.anonymous(district.pk), Viewer.system("test", district.pk), Viewer.link("invitation", "x", district.pk)]


def test_memberships(district, crowd):
    everybody = viewers(district, crowd)
    with without_scope(Escape.DOCTOR):
        rows = list(Membership.objects.order_by("pk"))
    for viewer in everybody:
        with for_district(district):
            listed = set(Membership.objects.visible_to(viewer).values_list("pk", flat=True))
        ruled = {
            row.pk
            for row in rows
            if rules.can_see_membership(
                viewer, account_id=row.account_id, controller_id=row.controller_id, district_id=row.district_id
            )
        }
        assert listed == ruled, viewer


def test_accounts(district, crowd):
    everybody = viewers(district, crowd)
    with for_district(district):
        held = list(Membership.objects.values_list("account_id", "controller_id"))
        for viewer in everybody:
            listed = set(Account.objects.visible_to(viewer).values_list("pk", flat=True))
            ruled = {
                account.pk
                for account in Account.objects.all()
                if rules.can_see_account(
                    viewer, account_id=account.pk, controller_ids={where for who, where in held if who == account.pk}
                )
            }
            assert listed == ruled, viewer


@pytest.mark.parametrize("model", [Controller, Unit])
def test_controllers_and_units(district, crowd, model):
    for viewer in viewers(district, crowd):
        with for_district(district):
            listed = set(model.objects.visible_to(viewer).values_list("pk", flat=True))
            ruled = set(model.objects.values_list("pk", flat=True)) if rules.can_see_controllers(viewer) else set()
        assert listed == ruled, viewer
