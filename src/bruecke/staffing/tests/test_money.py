"""Payers and costs: shares of a day, the year divided, who may, and what is kept."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bruecke.core.errors import Invalid, NotAllowed, Stale
from bruecke.core.models import AuditEntry
from bruecke.core.tests.factories import viewer_with
from bruecke.core.viewer import Role
from bruecke.staffing import actions, queries
from bruecke.staffing.models import PostCost, PostPayer
from bruecke.staffing.rules.money import Part, is_too_much, share_on, year_of_money
from bruecke.staffing.tests.factories import make_controller, make_post

TODAY = date(2026, 11, 24)
NEW_YEAR = date(2026, 1, 1)


def part(start, end, amount, owner="Land"):
    return Part(start, end, Decimal(amount), owner)


def test_shares_add_up_on_days_and_not_over_days():
    parts = [part(NEW_YEAR, date(2026, 7, 1), 90), part(date(2026, 7, 1), None, 80), part(NEW_YEAR, None, 10, "Kreis")]
    assert share_on(parts, date(2026, 6, 30)) == 100
    assert share_on(parts, date(2026, 7, 1)) == 90
    assert not is_too_much(parts)
    assert is_too_much([*parts, part(date(2026, 6, 30), date(2026, 7, 1), "0.01", "Stadt")])


def test_the_seed_of_saechsische_schweiz_2017():
    """Seed and press: 7.5 VzÄ, 450.000 Euro of the Land, which are 90 %."""
    year = year_of_money(
        [part(date(2017, 1, 1), None, 500_000, "")],
        [part(date(2017, 1, 1), None, 90), part(date(2017, 1, 1), None, 10, "Kreis")],
        2017,
        (date(2017, 1, 1), date(2018, 1, 1)),
    )
    assert (year.cost, year.borne, year.open) == (Decimal(500_000), {"Land": Decimal(450_000), "Kreis": Decimal(50_000)}, 0)


def test_costs_are_spread_over_the_days_of_the_life_of_a_post():
    year = year_of_money([part(NEW_YEAR, None, 36_500, "")], [part(NEW_YEAR, None, 50)], 2026, (date(2026, 12, 22), None))
    assert (year.cost, year.borne, year.open) == (Decimal(1000), {"Land": Decimal(500)}, Decimal(500))
    assert year_of_money([part(NEW_YEAR, None, 36_500, "")], [], 2025, (NEW_YEAR, None)).cost == 0


_days = st.dates(date(2025, 1, 1), date(2027, 12, 31))


@given(
    st.lists(st.tuples(_days, _days, st.integers(1, 60)), max_size=4),
    st.lists(st.tuples(_days, _days, st.integers(1, 90_000)), max_size=2),
)
def test_a_year_equals_its_days(shares, costs):
    """Held against a model that goes day by day."""
    borne = [part(min(one), max(one), percent, f"Träger {n}") for n, (*one, percent) in enumerate(shares) if one[0] != one[1]]
    amounts = [part(min(one), max(one), amount, "") for *one, amount in costs if one[0] != one[1]]
    year = year_of_money(amounts, borne, 2026, (date(2026, 2, 1), date(2026, 11, 1)))
    cost, each = Decimal(0), dict.fromkeys((one.owner for one in borne), Decimal(0))
    for number in range(365):
        day = date.fromordinal(NEW_YEAR.toordinal() + number)
        if date(2026, 2, 1) <= day < date(2026, 11, 1):
            today = sum((one.amount for one in amounts if one.holds_on(day)), Decimal(0)) / 365
            cost += today
            for one in borne:
                each[one.owner] += today * one.amount / 100 if one.holds_on(day) else 0
    assert abs(year.cost - cost) <= Decimal("0.01")
    assert all(abs(year.borne.get(owner, Decimal(0)) - amount) <= Decimal("0.01") for owner, amount in each.items())


def pay(scene, post, percent, since=NEW_YEAR, until=None, kind="land", viewer=None):
    values = {"kind": kind, "percent": Decimal(percent), "valid_from": since, "valid_until": until}
    office = viewer or viewer_with(scene.district, Role.DISTRICT_OFFICE)
    return actions.add_payer(post=post, values=values, viewer=office, now=scene.now)


def cost(scene, post, amount, since=NEW_YEAR, until=None):
    values = {"yearly_amount": Decimal(amount), "valid_from": since, "valid_until": until}
    office = viewer_with(scene.district, Role.DISTRICT_OFFICE)
    return actions.add_cost(post=post, values=values, viewer=office, now=scene.now)


def test_more_than_the_whole_is_refused_and_less_is_open(scene):
    post, office = make_post(scene.district), viewer_with(scene.district, Role.DISTRICT_OFFICE)
    pay(scene, post, 90)
    assert queries.money_of(office, post, TODAY).open_percent == 10
    with pytest.raises(Invalid) as error:
        pay(scene, post, "10.01", kind="district")
    assert list(error.value.errors) == ["percent"]
    own = pay(scene, post, 10, kind="district")
    with pytest.raises(Invalid):
        actions.edit_payer(payer=own, values={"percent": Decimal(11)}, version=1, viewer=office, now=scene.now)
    assert queries.money_of(office, post, TODAY).open_percent == 0
    assert list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True)) == ["staffing.payer_added"] * 2


def test_a_share_that_ended_makes_room_and_is_kept(scene):
    post, office = make_post(scene.district), viewer_with(scene.district, Role.DISTRICT_OFFICE)
    land = pay(scene, post, 90)
    ended = {"valid_until": date(2026, 7, 1)}
    actions.edit_payer(payer=land, values=ended, version=1, viewer=office, now=scene.now)
    pay(scene, post, 100, since=date(2026, 7, 1), kind="town")
    assert PostPayer.objects.count() == 2
    with pytest.raises(Stale):
        actions.edit_payer(payer=land, values={"percent": Decimal(1)}, version=1, viewer=office, now=scene.now)
    actions.remove_payer(payer=land, viewer=office, now=scene.now)
    assert [payer.kind for payer in PostPayer.objects.all()] == ["town"]
    assert AuditEntry.objects.filter(verb="staffing.payer_removed", target_uid=land.uid).count() == 1


def test_a_new_cost_ends_the_one_before_and_removing_it_brings_that_back(scene):
    post, office = make_post(scene.district), viewer_with(scene.district, Role.DISTRICT_OFFICE)
    old = cost(scene, post, 60_000)
    new = cost(scene, post, 66_000, since=date(2026, 7, 1))
    old.refresh_from_db()
    assert old.valid_until == date(2026, 7, 1)
    pay(scene, post, 100)
    year = queries.money_of(office, post, TODAY).sums
    assert year.cost == (Decimal(60_000) * 181 / 365 + Decimal(66_000) * 184 / 365).quantize(Decimal("0.01"))
    actions.remove_cost(cost=new, viewer=office, now=scene.now)
    old.refresh_from_db()
    assert old.valid_until is None
    with pytest.raises(Invalid) as error:
        cost(scene, post, 1, since=date(2025, 1, 1))
    assert list(error.value.errors) == ["last_day"]
    with pytest.raises(Invalid):
        cost(scene, post, 1)
    assert PostCost.objects.count() == 1


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.COMMISSIONER, Role.EMPLOYER, Role.MUNICIPALITY, Role.AUDITOR])
def test_others_write_no_money(scene, role):
    post = make_post(scene.district)
    with pytest.raises(NotAllowed):
        pay(scene, post, 90, viewer=viewer_with(scene.district, role))
    assert PostPayer.objects.count() == 0


def test_the_year_of_all_posts_by_kind_of_payer_for_who_may_see_it(scene):
    association = make_controller(scene.district, "Verein", "association")
    own, other = make_post(scene.district, controller=association), make_post(scene.district)
    for post in (own, other):
        cost(scene, post, 100_000)
        pay(scene, post, 90)
    pay(scene, own, 5, kind="association")
    office = queries.year_of_costs(viewer_with(scene.district, Role.DISTRICT_OFFICE), 2026)
    assert (office.cost, office.borne("land"), office.borne("association"), office.open) == (200_000, 180_000, 5_000, 15_000)
    employer = queries.year_of_costs(viewer_with(scene.district, Role.EMPLOYER, controller_id=association.pk), 2026)
    assert [row.post for row in employer.rows] == [own]
    assert queries.year_of_costs(viewer_with(scene.district, Role.COORDINATOR), 2026).rows == ()
    assert queries.year_of_costs(viewer_with(scene.district, Role.AUDITOR), 2025).rows == ()
