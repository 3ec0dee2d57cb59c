"""Who may see, change, confirm and propose; and lists that tell the same story."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bruecke.core.viewer import Role, Viewer, ViewerKind
from bruecke.offers import queries, rules
from bruecke.offers.models import ChangeProposal, Offer, OfferFeedback
from bruecke.offers.states import TRANSITIONS, OfferState, Visibility, may_become
from bruecke.offers.tests.factories import make_offer

DAY = date(2026, 11, 24)


def facts(state="active", visibility="public", until=None, since=None, district_id=1):
    return SimpleNamespace(district_id=district_id, state=state, visibility=visibility, valid_from=since, valid_until=until)


def person(*roles, district_id=1, **more):
    return Viewer(kind=ViewerKind.PERSON, district_id=district_id, account_id=1, roles=frozenset(roles), **more)


@pytest.mark.parametrize(
    ("offer", "shown"),
    [
        (facts(), True),
        (facts(state="paused"), True),
        (facts(state="draft"), False),
        (facts(state="archived"), False),
        (facts(visibility="internal"), False),
        (facts(until=DAY), False),
        (facts(until=DAY + timedelta(days=1)), True),
        (facts(since=DAY + timedelta(days=30)), True),
    ],
)
def test_published(offer, shown):
    assert rules.is_published(offer, DAY) is shown
    assert rules.can_see(Viewer.anonymous(1), offer, DAY) is shown
    assert rules.can_see(Viewer.link("any", "x", 1), offer, DAY) is shown
    assert not rules.can_see(Viewer.anonymous(2), offer, DAY)
    assert rules.can_see(person(Role.AUDITOR), offer, DAY)
    assert not rules.can_see(person(), offer, DAY)
    assert not rules.can_see(person(Role.AUDITOR, district_id=2), offer, DAY)


@pytest.mark.parametrize("role", list(Role))
def test_editors(role):
    allowed = role in {Role.COORDINATOR, Role.DISTRICT_OFFICE, Role.ADMINISTRATOR}
    viewer = person(role)
    assert rules.can_create(viewer) is allowed
    for rule in (rules.can_edit, rules.can_confirm, rules.can_decide):
        assert rule(viewer, district_id=1) is allowed
        assert not rule(viewer, district_id=2)


def test_who_proposes():
    holder = Viewer.link(rules.LINK_PURPOSE, "org", 1)
    assert rules.can_propose(holder, district_id=1, provider_uid="org")
    assert not rules.can_propose(holder, district_id=2, provider_uid="org")
    assert not rules.can_propose(holder, district_id=1, provider_uid="other")
    assert not rules.can_propose(replace(holder, purpose="other"), district_id=1, provider_uid="org")
    speaker = person(Role.EMPLOYER, organisations=frozenset({"org"}))
    assert rules.can_propose(speaker, district_id=1, provider_uid="org")
    assert not rules.can_propose(speaker, district_id=1, provider_uid="other")
    assert not rules.can_propose(person(Role.DISTRICT_OFFICE), district_id=1, provider_uid="org")
    assert not rules.can_propose(Viewer.anonymous(1), district_id=1, provider_uid="")


def test_conflict():
    assert not rules.in_conflict("a", "a", "b")
    assert not rules.in_conflict("a", "b", "b")
    assert rules.in_conflict("a", "c", "b")


def test_freshness():
    assert not rules.is_fresh(None, months=3, on=DAY)
    assert rules.is_fresh(DAY - timedelta(days=1), months=3, on=DAY)
    assert rules.is_fresh(date(2026, 8, 25), months=3, on=DAY)
    assert not rules.is_fresh(date(2026, 8, 24), months=3, on=DAY)


@given(
    st.dates(min_value=date(2024, 1, 1), max_value=date(2028, 12, 31)),
    st.integers(min_value=1, max_value=24),
    st.integers(min_value=-4, max_value=4),
)
def test_the_list_cuts_where_the_rule_does(on, months, shift):
    """`unconfirmed_since` is the last day on which a confirmation is not fresh any more, at ends of months too."""
    district = SimpleNamespace(
        _dated_settings=[SimpleNamespace(key=queries.CONFIRM_EVERY_MONTHS, value=months, valid_from=date(2000, 1, 1))]
    )
    last = queries.unconfirmed_since(district, on)
    day = last + timedelta(days=shift)
    assert rules.is_fresh(day, months=months, on=on) is (day > last)


def test_every_state_has_its_steps():
    assert set(TRANSITIONS) == set(OfferState)
    for state, target in product(OfferState, OfferState):
        assert may_become(state, target) is (target in TRANSITIONS[state])
        assert not may_become(state, state)


# --- parity ------------------------------------------------------------


@pytest.fixture
def offers(scene, now):
    """Every mixture of state, visibility and end."""
    ends = (None, now.date(), now.date() + timedelta(days=5))
    return [
        make_offer(scene.district, state=state, visibility=visibility.value, valid_until=end, valid_from=date(2026, 1, 1))
        for state, visibility, end in product(OfferState, Visibility, ends)
    ]


def viewers(scene):
    for role in Role:
        yield person(role, district_id=scene.district.pk)
        yield person(role, district_id=scene.district.pk + 1)
    yield person(district_id=scene.district.pk)
    yield scene.link
    yield scene.public
    yield Viewer.anonymous(scene.district.pk + 1)
    yield Viewer.anonymous()
    yield Viewer.system("test", scene.district.pk)


def test_list_and_rule_agree(scene, offers, now):
    loaded = {offer.pk: offer for offer in Offer.objects.order_by("pk")}
    seen = set()
    for viewer in viewers(scene):
        by_rule = {pk for pk, offer in loaded.items() if rules.can_see(viewer, offer, now.date())}
        by_list = set(Offer.objects.visible_to(viewer, now.date()).order_by().values_list("pk", flat=True))
        assert by_list == by_rule, viewer
        seen.add(len(by_rule))
    assert seen == {0, 4, len(offers)}


def test_what_stands_beside_offers_is_for_members(scene, now):
    offer = make_offer(scene.district)
    ChangeProposal.objects.create(district=scene.district, offer=offer, proposed_at=now)
    OfferFeedback.objects.create(district=scene.district, offer=offer, reason="gone", given_at=now)
    for viewer in viewers(scene):
        member = viewer.is_system or (rules.can_see_inventory(viewer) and viewer.district_id == scene.district.pk)
        assert ChangeProposal.objects.visible_to(viewer).exists() is member
        assert OfferFeedback.objects.visible_to(viewer).exists() is member
