"""Two people at once, on a real database file and on PostgreSQL: the second is told, nothing is lost, nothing is double."""

import threading
from datetime import date, timedelta

import pytest
from django.db import connections

from bruecke.core.errors import BrueckeError, Invalid, Stale, WrongState
from bruecke.core.models import OutboxMail
from bruecke.core.scope import for_district
from bruecke.core.tests.factories import NOW, make_district
from bruecke.offers import actions
from bruecke.offers.actions import NewOffer
from bruecke.offers.models import ChangeProposal, ConfirmationRequest, Offer
from bruecke.offers.tests.factories import make_offer, make_scene

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scene():
    district = make_district("musterkreis", ags="14628", name="Landkreis Muster", features=["offers"])
    with for_district(district):
        return make_scene()


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


def kinds(results):
    return sorted(type(result).__name__ for result in results)


def test_two_change_at_once(scene):
    with for_district(scene.district):
        offer = make_offer(scene.district)

    def change(viewer, text):
        return lambda: actions.edit_offer(offer=offer, values={"documents": text}, version=offer.version, viewer=viewer, now=NOW)

    results = at_once(scene.district, change(scene.office, "Pass"), change(scene.coordinator, "Ausweis"))
    assert kinds(results) == ["Offer", "Stale"]
    told = next(result for result in results if isinstance(result, Stale))
    assert told.changed_by == scene.account.name
    with for_district(scene.district):
        assert Offer.objects.get().history.count() == 2


def test_two_decide_at_once(scene):
    with for_district(scene.district):
        offer = make_offer(scene.district, provider=scene.provider)
        proposal = actions.propose_changes(offer=offer, values={"documents": "Pass"}, viewer=scene.link, now=NOW)

    def decide(decision):
        return lambda: actions.decide_change(
            proposal=proposal, decisions={"documents": decision}, version=None, viewer=scene.office, now=NOW
        )

    results = at_once(scene.district, decide("accept"), decide("reject"))
    assert kinds(results) in (["ChangeProposal", "WrongState"], ["ChangeProposal", "Invalid"])
    assert sum(isinstance(result, (WrongState, Invalid)) for result in results) == 1
    with for_district(scene.district):
        assert OutboxMail.objects.filter(key__endswith=":decided").count() == 1


def test_two_proposals_at_once_leave_one_open(scene):
    with for_district(scene.district):
        offer = make_offer(scene.district, provider=scene.provider)

    def propose(text):
        return lambda: actions.propose_changes(offer=offer, values={"documents": text}, viewer=scene.link, now=NOW)

    results = at_once(scene.district, propose("Pass"), propose("Ausweis"))
    assert kinds(results) == ["ChangeProposal", "ChangeProposal"]
    with for_district(scene.district):
        assert sorted(ChangeProposal.objects.values_list("state", flat=True)) == ["open", "withdrawn"]


def test_two_workers_ask_at_once(scene):
    with for_district(scene.district):
        make_offer(scene.district, provider=scene.provider, confirmed_on=date(2026, 1, 1), now=NOW - timedelta(days=300))
    ask = lambda: actions.ask_providers(scene.district, NOW)  # noqa: E731 - the same step twice
    assert sorted(at_once(scene.district, ask, ask)) == [0, 1]
    with for_district(scene.district):
        assert ConfirmationRequest.objects.count() == 1
        assert OutboxMail.objects.count() == 1


def test_two_imports_of_one_row_at_once(scene):
    new = NewOffer(values={"title": "Kurs", "provider": scene.provider}, external_source="x", external_key="1")
    step = lambda: actions.create_offers(district=scene.district, offers=[new], viewer=scene.office, now=NOW)  # noqa: E731
    assert kinds(at_once(scene.district, step, step)) == ["Invalid", "list"]
    with for_district(scene.district):
        assert Offer.objects.count() == 1


def test_archived_and_changed_at_once(scene):
    with for_district(scene.district):
        offer = make_offer(scene.district)
    results = at_once(
        scene.district,
        lambda: actions.archive_offer(offer=offer, version=offer.version, viewer=scene.office, now=NOW),
        lambda: actions.edit_offer(offer=offer, values={"title": "Neu"}, version=offer.version, viewer=scene.office, now=NOW),
    )
    assert kinds(results) in (["Offer", "Stale"], ["Offer", "WrongState"])
