"""Giving and ending roles: effects, audit, every refusal."""

from datetime import date, timedelta

import pytest

from bruecke.accounts import actions
from bruecke.accounts.models import Membership
from bruecke.accounts.tests.factories import make_account, make_controller, make_member, make_membership, make_unit, viewer_of
from bruecke.core.errors import Invalid, NotAllowed, Stale
from bruecke.core.models import AuditEntry
from bruecke.core.scope import ScopeViolation, for_district
from bruecke.core.tests.factories import NOW
from bruecke.core.viewer import Role

TODAY = date(2026, 11, 24)
pytestmark = pytest.mark.django_db


@pytest.fixture
def person(db):
    return make_account("Frau Neu")


@pytest.fixture
def give(in_district, leading, admin, person):
    def act(**changes):
        values = {
            "account": person,
            "district": in_district,
            "role": Role.COORDINATOR,
            "controller": leading,
            "valid_from": TODAY,
            "viewer": admin,
            "now": NOW,
        }
        return actions.add_membership(**{**values, **changes})

    return act


def test_give_a_role_leaves_an_entry_without_values(give, person):
    membership = give()
    entry = AuditEntry.objects.get(verb="accounts.role_given")
    assert (entry.target_uid, entry.fields) == (person.uid, ["role"])
    assert membership.valid_until is None
    assert person.name not in str(entry.fields)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_only_administrators_give_roles(give, in_district, role):
    other = viewer_of(make_member(in_district, role), in_district, TODAY)
    with pytest.raises(NotAllowed):
        give(viewer=other)
    assert not Membership.objects.filter(account__name="Frau Neu").exists()


def test_one_controller_at_a_time(give, in_district):
    association = make_controller(in_district, "association")
    give(valid_until=date(2027, 1, 1))
    with pytest.raises(Invalid) as refused:
        give(controller=association, valid_from=date(2026, 12, 31))
    assert set(refused.value.errors) == {"controller"}
    assert give(controller=association, valid_from=date(2027, 1, 1)).controller == association


def test_same_controller_may_give_a_second_role_but_not_the_same_twice(give):
    give()
    assert give(role=Role.EDITOR)
    with pytest.raises(Invalid) as refused:
        give()
    assert set(refused.value.errors) == {"role"}


def test_role_elsewhere_does_not_count(give, elsewhere, person):
    make_membership(person, elsewhere)
    assert give()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"valid_until": TODAY}, "valid_until"),
        ({"role": Role.MUNICIPALITY}, "municipalities"),
        ({"role": Role.MUNICIPALITY, "municipalities": ["99999010"]}, "municipalities"),
        ({"role": Role.MUNICIPALITY, "municipalities": ["123"]}, "municipalities"),
    ],
)
def test_what_cannot_be_is_refused(give, changes, field):
    with pytest.raises(Invalid) as refused:
        give(**changes)
    assert set(refused.value.errors) == {field}


def test_unit_of_another_controller_and_office_of_an_association_are_refused(give, in_district):
    association = make_controller(in_district, "association")
    with pytest.raises(Invalid, match="Organisationseinheit"):
        give(unit=make_unit(association))
    with pytest.raises(Invalid, match="nur beim Landkreis"):
        give(controller=association, role=Role.DISTRICT_OFFICE)


def test_controller_of_another_district_is_refused(give, elsewhere):
    with pytest.raises(ScopeViolation):
        give(controller=make_controller(elsewhere))


def test_municipality_role_carries_its_places(give, in_district):
    ags = f"{in_district.ags}010"
    membership = give(role=Role.MUNICIPALITY, municipalities=[ags, ags])
    assert membership.municipalities == [ags]
    assert viewer_of(membership.account, in_district, TODAY).municipalities == {ags}


def test_places_of_other_roles_give_nothing(give, in_district):
    membership = give(municipalities=[f"{in_district.ags}010"])
    assert viewer_of(membership.account, in_district, TODAY).municipalities == frozenset()


def end(membership, viewer, **changes):
    values = {"membership": membership, "valid_until": TODAY, "version": membership.version, "viewer": viewer, "now": NOW}
    return actions.set_membership_end(**{**values, **changes})


def test_ended_today_is_out_today(give, admin, in_district, person):
    membership = give(valid_from=date(2026, 1, 1))
    assert viewer_of(person, in_district, TODAY).roles == {Role.COORDINATOR}
    ended = end(membership, admin)
    assert ended.version == membership.version + 1
    assert viewer_of(person, in_district, TODAY).roles == frozenset()
    assert viewer_of(person, in_district, TODAY - timedelta(days=1)).roles == {Role.COORDINATOR}
    assert AuditEntry.objects.filter(verb="accounts.role_ended", target_uid=person.uid).count() == 1


def test_end_can_be_taken_back(give, admin):
    ended = end(give(valid_from=date(2026, 1, 1)), admin)
    assert end(ended, admin, valid_until=None, version=None).valid_until is None
    assert AuditEntry.objects.filter(verb="accounts.role_prolonged").count() == 1


def test_taking_back_does_not_make_two_controllers(give, admin, in_district):
    first = end(give(valid_from=date(2026, 1, 1)), admin)
    give(controller=make_controller(in_district, "town"), valid_from=TODAY)
    with pytest.raises(Invalid):
        end(first, admin, valid_until=None)


def test_second_editor_is_told(give, admin):
    membership = give(valid_from=date(2026, 1, 1))
    end(membership, admin)
    with pytest.raises(Stale):
        end(membership, admin)


def test_end_before_the_beginning_and_by_others_is_refused(give, admin, in_district):
    membership = give()
    with pytest.raises(Invalid):
        end(membership, admin)
    office = viewer_of(make_member(in_district, Role.DISTRICT_OFFICE), in_district, TODAY)
    with pytest.raises(NotAllowed):
        end(membership, office, valid_until=date(2027, 1, 1))


def test_last_administrator_stays(in_district, admin, administrator, leading):
    own = Membership.objects.get(account=administrator)
    with pytest.raises(Invalid, match="letzte Verwaltung"):
        end(own, admin)
    make_member(in_district, Role.ADMINISTRATOR)
    assert end(own, admin).valid_until == TODAY


def test_membership_elsewhere_is_out_of_reach(admin, elsewhere):
    foreign = make_membership(make_account(), elsewhere)
    with for_district(elsewhere):
        pass
    from bruecke.accounts import queries

    assert queries.districts_of(foreign.account, TODAY) == [elsewhere]
