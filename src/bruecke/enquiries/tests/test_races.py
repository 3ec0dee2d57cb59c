"""Two people at once, on a real database file and on PostgreSQL: the second is told, nothing is lost, nothing is double."""

import threading
from datetime import datetime

import pytest
from django.db import connection, connections

from bruecke.core.errors import BrueckeError, Stale, WrongState
from bruecke.core.scope import for_district
from bruecke.core.tests.factories import NOW, make_district
from bruecke.enquiries import actions, queries
from bruecke.enquiries.actions import referral
from bruecke.enquiries.models import Enquiry, Message, Referral, TimelineEvent
from bruecke.enquiries.queries import referrals
from bruecke.enquiries.states import ConsentBasis, ReferralState, RejectReason, Step
from bruecke.enquiries.tests.factories import ask, make_offers, make_scene, refer, viewer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def district():
    return make_district("musterkreis", ags="14628", name="Landkreis Muster")


def at_once(district, *steps):
    """Run the steps in threads of their own that start together; returns what each gave or raised."""
    barrier, results = threading.Barrier(len(steps)), [None] * len(steps)

    def run(number, step):
        try:
            with for_district(district):
                barrier.wait()
                results[number] = step()
        except BrueckeError as error:
            results[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number, step)) for number, step in enumerate(steps)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def answering(enquiry, who, text, now: datetime):
    return lambda: actions.answer_enquiry(enquiry=enquiry, text=text, language="de", version=1, viewer=who, now=now)


def test_two_answers_at_once(district):
    with for_district(district):
        scene = make_scene()
        enquiry = ask(scene, NOW)
        first, second = viewer(scene, "heidenau", NOW), viewer(scene, "office", NOW)
    results = at_once(district, answering(enquiry, first, "Eins", NOW), answering(enquiry, second, "Zwei", NOW))
    assert sorted(type(result).__name__ for result in results) == ["Message", "Stale"]
    told = next(result for result in results if isinstance(result, Stale))
    assert told.changed_by in {scene.accounts["heidenau"].name, scene.accounts["office"].name}
    with for_district(district):
        assert Message.objects.filter(direction="from_office").count() == 1
        assert Enquiry.objects.get().version == 2


def test_two_take_over_at_once(district):
    with for_district(district):
        scene = make_scene()
        enquiry = ask(scene, NOW, None)
        people = [viewer(scene, name, NOW) for name in ("office", "office")]
    take = [lambda who=who: actions.take_over_enquiry(enquiry=enquiry, version=1, viewer=who, now=NOW) for who in people]
    results = at_once(district, *take)
    assert sum(isinstance(result, Enquiry) for result in results) == 1
    assert sum(isinstance(result, (Stale, WrongState)) for result in results) == 1


def test_answer_and_deletion_at_once(district):
    """The resident deletes while the office answers: whoever comes second finds nothing, and nothing stays."""
    with for_district(district):
        scene = make_scene()
        enquiry = ask(scene, NOW)
        who, holder = viewer(scene, "heidenau", NOW), queries.holder_viewer(enquiry)
    at_once(
        district,
        answering(enquiry, who, "Ja", NOW),
        lambda: actions.delete_own_enquiry(enquiry=enquiry, viewer=holder, now=NOW),
    )
    with for_district(district):
        assert not Enquiry.objects.exists()
        assert not Message.objects.exists()


def test_the_database_is_a_real_one():
    assert connection.vendor == "postgresql" or ".sqlite3" in str(connection.settings_dict["NAME"])


def test_two_answers_of_a_provider_at_once(district):
    with for_district(district):
        scene = make_scene()
        [offer] = make_offers(scene, "Deutsch-Treff")
        made = refer(scene, NOW, ask(scene, NOW), offer)
        provider = referrals.provider_viewer(made)

    def answering_it(accepts):
        reason = None if accepts else RejectReason.FULL
        return lambda: referral.answer_referral(referral=made, accepts=accepts, reason=reason, viewer=provider, now=NOW)

    results = at_once(district, answering_it(accepts=True), answering_it(accepts=True))
    assert sorted(type(result).__name__ for result in results) == ["Referral", "WrongState"]
    with for_district(district):
        assert TimelineEvent.objects.filter(step=Step.REFERRAL_ACCEPTED).count() == 1


def test_a_yes_and_a_withdrawal_at_once(district):
    with for_district(district):
        scene = make_scene()
        [offer] = make_offers(scene, "Deutsch-Treff")
        enquiry = ask(scene, NOW)
        made = refer(scene, NOW, enquiry, offer, basis=ConsentBasis.STATUS_PAGE)
        resident, office = queries.holder_viewer(enquiry), viewer(scene, "heidenau", NOW)
    results = at_once(
        district,
        lambda: referral.give_consent(referral=made, viewer=resident, now=NOW),
        lambda: referral.revoke_referral(referral=made, viewer=office, now=NOW),
    )
    assert any(not isinstance(result, BrueckeError) for result in results)
    with for_district(district):
        assert Referral.objects.get().state == ReferralState.REVOKED
        assert Enquiry.objects.get().state in {"new", "open"}


def test_two_referrals_to_one_offer_at_once(district):
    with for_district(district):
        scene = make_scene()
        [offer] = make_offers(scene, "Deutsch-Treff")
        enquiry = ask(scene, NOW)
    results = at_once(district, *[lambda: refer(scene, NOW, enquiry, offer)] * 2)
    assert sorted(type(result).__name__ for result in results) == ["Invalid", "Referral"]
