"""List and rule tell the same story, over roles, controllers, units, places, assignment and consent."""

from dataclasses import replace
from itertools import product

import pytest

from bruecke.core.viewer import Role, Viewer, ViewerKind
from bruecke.enquiries import rules
from bruecke.enquiries.models import Enquiry, Referral, UnmetDemand
from bruecke.enquiries.tests.factories import DOHNA, FREITAL, HEIDENAU, addressee, ask, make_offers


@pytest.fixture
def questions(scene, now):
    """Every mixture of named office, place, consent and hands."""
    made = []
    places = (HEIDENAU, FREITAL, DOHNA, None)
    for place, shared in product(places, (False, True)):
        made.append(ask(scene, now, place, consent_to_share=shared))
    for shared in (False, True):
        inside = ask(scene, now, HEIDENAU, consent_to_share=shared)
        inside.assigned_account = scene.accounts["colleague"]
        inside.save()
        authority = replace(addressee(scene, None, now), unit=scene.foreigners)
        made += [inside, ask(scene, now, None, to=authority, consent_to_share=shared)]
    return made


def viewers(scene):
    """All roles × controllers × units × places, and those who are no persons."""
    owners = [
        (scene.leading.pk, scene.coordination.pk, False),
        (scene.leading.pk, scene.foreigners.pk, True),
        (scene.leading.pk, None, False),
        (scene.association.pk, None, False),
        (None, None, False),
    ]
    charges = [frozenset(), frozenset({HEIDENAU}), frozenset({FREITAL, DOHNA})]
    accounts = [scene.accounts["colleague"].pk, scene.accounts["heidenau"].pk, 999_999]
    for role, owner, charge, account in product(Role, owners, charges, accounts):
        controller, unit, guard = owner
        yield Viewer(
            kind=ViewerKind.PERSON, district_id=scene.district.pk, account_id=account, roles=frozenset({role}),
            municipalities=charge, controller_id=controller, unit_id=unit, is_foreigners_authority=guard,
        )  # fmt: skip
    yield Viewer.anonymous(scene.district.pk)
    yield Viewer.system("test", scene.district.pk)
    yield replace(
        Viewer.anonymous(scene.district.pk), kind=ViewerKind.PERSON, roles=frozenset({Role.DISTRICT_OFFICE}), district_id=0
    )


def test_list_and_rule_agree(scene, questions):
    loaded = {enquiry.pk: enquiry for enquiry in Enquiry.objects.order_by("pk")}
    some_seen = some_hidden = 0
    for viewer in viewers(scene):
        by_rule = {pk for pk, enquiry in loaded.items() if rules.can_read(viewer, enquiry)}
        by_list = set(Enquiry.objects.visible_to(viewer).order_by().values_list("pk", flat=True))
        assert by_list == by_rule, viewer
        withheld = {pk for pk, enquiry in loaded.items() if rules.is_withheld(viewer, enquiry)}
        assert set(Enquiry.objects.withheld_from(viewer).order_by().values_list("pk", flat=True)) == withheld, viewer
        assert not by_rule & withheld
        some_seen += bool(by_rule)
        some_hidden += bool(withheld)
    assert some_seen > 20
    assert some_hidden > 20


def test_referrals_and_missing_offers_agree_too(scene, now, questions):
    """A referral is seen by whoever may read its question, and by the provider behind the link; what is missing by who works."""
    [offer] = make_offers(scene, "Deutsch-Treff")
    made = [
        Referral.objects.create(
            district=scene.district, enquiry=one, offer=offer, provider=offer.provider, state="sent", basis="nothing_personal",
            purpose="x", to_email="a@example.org", created_at=now,
        )
        for one in questions
    ]  # fmt: skip
    demand = UnmetDemand.objects.create(district=scene.district, month=now.date().replace(day=1))
    loaded = {row.pk: row for row in Referral.objects.select_related("enquiry").order_by("pk")}
    links = [Viewer.link(purpose, made[0].uid, scene.district.pk) for purpose in (rules.LINK_PURPOSE, rules.RECEIPT_PURPOSE)]
    links.append(Viewer.link(rules.RECEIPT_PURPOSE, made[0].enquiry.uid, scene.district.pk))
    for viewer in [*viewers(scene), *links]:
        by_rule = {pk for pk, row in loaded.items() if rules.can_read_referral(viewer, row, row.enquiry)}
        by_list = set(Referral.objects.visible_to(viewer).order_by().values_list("pk", flat=True))
        assert by_list == by_rule, viewer
        seen = UnmetDemand.objects.visible_to(viewer).exists()
        assert seen is rules.can_read_unmet(viewer, district_id=demand.district_id, place_id=demand.place_id), viewer


def test_receipt_code_opens_one(scene, questions):
    viewer = Viewer.link(rules.RECEIPT_PURPOSE, questions[0].uid, scene.district.pk)
    assert list(Enquiry.objects.visible_to(viewer)) == [questions[0]]
    assert not Enquiry.objects.visible_to(replace(viewer, purpose="other")).exists()
