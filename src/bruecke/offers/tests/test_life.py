"""States, confirmations, and taking changes back."""

from datetime import date, timedelta

import pytest

from bruecke.core.errors import Invalid, NotAllowed, Stale, WrongState
from bruecke.core.events import _handlers
from bruecke.core.models import AuditEntry
from bruecke.core.tests.factories import viewer_with
from bruecke.core.viewer import Role
from bruecke.directory.tests.factories import make_organisation
from bruecke.offers import actions, queries
from bruecke.offers.models import ChangeProposal, OfferFacet
from bruecke.offers.states import OfferState
from bruecke.offers.tests.factories import TUESDAYS, make_house, make_offer

STEPS = {
    "publish": (actions.publish_offer, {"draft": "active"}),
    "unpublish": (actions.unpublish_offer, {"active": "draft"}),
    "pause": (actions.pause_offer, {"active": "paused"}),
    "resume": (actions.resume_offer, {"paused": "active"}),
    "archive": (actions.archive_offer, {"draft": "archived", "active": "archived", "paused": "archived"}),
    "restore": (actions.restore_offer, {"archived": "active"}),
}


@pytest.fixture
def heard(monkeypatch):
    """Events of the catalogue as they are published."""
    seen = []
    for kind in (actions.OfferArchived, actions.OfferChanged, actions.OfferConfirmed, actions.OfferStateChanged):
        monkeypatch.setitem(_handlers, kind, [*_handlers.get(kind, []), seen.append])
    return seen


@pytest.mark.parametrize("state", list(OfferState))
@pytest.mark.parametrize("step", list(STEPS))
def test_each_step_from_each_state(scene, now, heard, step, state):
    action, table = STEPS[step]
    offer = make_offer(scene.district, state=state)
    heard.clear()
    if state.value not in table:
        with pytest.raises(WrongState):
            action(offer=offer, version=offer.version, viewer=scene.office, now=now)
        offer.refresh_from_db()
        assert offer.state == state
        return
    done = action(offer=offer, version=offer.version, viewer=scene.office, now=now)
    assert done.state == table[state.value]
    assert done.version == offer.version + 1
    assert done.history.count() == offer.history.model.objects.filter(id=offer.pk).count() >= 2
    assert [type(event) for event in heard] == [actions.OfferArchived if step == "archive" else actions.OfferStateChanged]
    verb = {"publish": "published", "unpublish": "unpublished", "pause": "paused", "resume": "resumed"}.get(step, f"{step}d")
    assert AuditEntry.objects.filter(verb=f"offer.{verb}", target_uid=offer.uid).exists()


@pytest.mark.parametrize("step", list(STEPS))
def test_others_take_no_step(scene, now, step):
    action, table = STEPS[step]
    offer = make_offer(scene.district, state=OfferState(next(iter(table))))
    for viewer in (viewer_with(scene.district, Role.MUNICIPALITY), scene.link, scene.public):
        with pytest.raises(NotAllowed):
            action(offer=offer, version=None, viewer=viewer, now=now)


@pytest.mark.parametrize("step", list(STEPS))
def test_each_step_knows_the_version(scene, now, step):
    action, table = STEPS[step]
    offer = make_offer(scene.district, state=OfferState(next(iter(table))))
    with pytest.raises(Stale):
        action(offer=offer, version=offer.version + 1, viewer=scene.office, now=now)


def test_publishing_confirms(scene, now):
    offer = make_offer(scene.district, state=OfferState.DRAFT, confirmed_on=None)
    done = actions.publish_offer(offer=offer, version=None, viewer=scene.office, now=now)
    assert (done.confirmed_on, done.confirmed_by) == (now.date(), "office")


@pytest.mark.parametrize("before", [OfferState.DRAFT, OfferState.ACTIVE, OfferState.PAUSED])
def test_restored_it_is_what_it_was(scene, now, before):
    offer = make_offer(scene.district, state=before)
    gone = actions.archive_offer(offer=offer, version=None, viewer=scene.office, now=now)
    back = actions.restore_offer(offer=gone, version=gone.version, viewer=scene.office, now=now)
    assert (back.state, back.state_before_archive) == (before, "")


def test_nothing_is_shown_whose_provider_or_house_is_archived(scene, now):
    provider = make_organisation(scene.district)
    house = make_house(scene.provider)
    one = make_offer(scene.district, provider=provider, state=OfferState.DRAFT)
    two = make_offer(scene.district, provider=scene.provider, locations=[house], state=OfferState.ARCHIVED)
    for entry in (provider, house):
        type(entry).objects.filter(pk=entry.pk).update(archived_at=now)
    with pytest.raises(WrongState, match="Träger"):
        actions.publish_offer(offer=one, version=None, viewer=scene.office, now=now)
    with pytest.raises(WrongState, match=house.name):
        actions.restore_offer(offer=two, version=None, viewer=scene.office, now=now)


def test_archiving_makes_an_open_proposal_moot(scene, now):
    offer = make_offer(scene.district)
    ChangeProposal.objects.create(district=scene.district, offer=offer, proposed_at=now)
    actions.archive_offer(offer=offer, version=None, viewer=scene.office, now=now)
    assert ChangeProposal.objects.get().state == "withdrawn"


# --- confirming ------------------------------------------------------------


def test_the_office_confirms(scene, now, heard):
    offer = make_offer(scene.district, confirmed_on=date(2026, 1, 1))
    done = actions.confirm_offer(offer=offer, version=offer.version, viewer=scene.coordinator, now=now)
    assert (done.confirmed_on, done.confirmed_by) == (now.date(), "office")
    assert heard == [
        actions.OfferConfirmed(
            district_id=scene.district.pk, viewer=scene.coordinator, now=now, offer_uid=offer.uid, confirmed_by="office"
        )
    ]


def test_many_are_confirmed_or_none(scene, now):
    offers = [make_offer(scene.district, confirmed_on=None) for _ in range(3)]
    assert len(actions.confirm_offers(offers=offers[:2], viewer=scene.office, now=now)) == 2
    draft = make_offer(scene.district, state=OfferState.DRAFT, confirmed_on=None)
    with pytest.raises(WrongState):
        actions.confirm_offers(offers=[offers[2], draft], viewer=scene.office, now=now)
    offers[2].refresh_from_db()
    assert offers[2].confirmed_on is None
    with pytest.raises(Stale):
        actions.confirm_offers(offers=offers[2:], versions={offers[2].uid: 9}, viewer=scene.office, now=now)
    with pytest.raises(NotAllowed):
        actions.confirm_offers(offers=offers[2:], viewer=viewer_with(scene.district, Role.AUDITOR), now=now)


# --- undo ------------------------------------------------------------


def edit(scene, offer, moment, **values):
    return actions.edit_offer(offer=offer, values=values, version=None, viewer=scene.office, now=moment)


def test_a_change_is_taken_back_and_taken_back_again(scene, now):
    house = make_house(scene.provider)
    offer = make_offer(scene.district, "Nähcafé", terms={"language": ["de"]}, locations=[house], schedules=[TUESDAYS], now=now)
    changed = edit(scene, offer, now + timedelta(hours=1), title="Nähtreff", terms={"language": ["uk"]}, locations=[], schedules=[])
    undone = actions.undo_change(offer=changed, version=changed.version, viewer=scene.office, now=now + timedelta(hours=2))
    assert (undone.title, undone.terms, undone.locations) == ("Nähcafé", {"language": ["de"]}, [house.uid])
    assert undone.schedules == offer.schedules
    assert list(OfferFacet.objects.values_list("key", flat=True)) == ["de"]
    assert undone.version == changed.version + 1
    assert AuditEntry.objects.filter(verb="offer.undone").exists()
    again = actions.undo_change(offer=undone, version=undone.version, viewer=scene.office, now=now + timedelta(hours=3))
    assert (again.title, again.locations) == ("Nähtreff", [])


def test_archiving_is_taken_back_too(scene, now, heard):
    offer = make_offer(scene.district, now=now)
    gone = actions.archive_offer(offer=offer, version=None, viewer=scene.office, now=now + timedelta(hours=1))
    heard.clear()
    back = actions.undo_change(offer=gone, version=gone.version, viewer=scene.office, now=now + timedelta(hours=2))
    assert (back.state, back.state_before_archive) == ("active", "")
    assert [type(event) for event in heard] == [actions.OfferChanged, actions.OfferStateChanged]


def test_an_older_version_by_its_key(scene, now):
    offer = make_offer(scene.district, "Eins", now=now)
    edit(scene, offer, now + timedelta(hours=1), title="Zwei")
    edit(scene, offer, now + timedelta(hours=2), title="Drei")
    lines = queries.versions(offer)
    assert [[(one.before, one.after) for one in line.changes] for line in lines] == [[("Zwei", "Drei")], [("Eins", "Zwei")], []]
    assert (lines[0].is_current, lines[-1].is_first, lines[0].who) == (True, True, scene.account.name)
    back = actions.undo_change(offer=offer, version=None, viewer=scene.office, now=now + timedelta(hours=3), key=lines[-1].key)
    assert back.title == "Eins"


def test_there_must_be_something_to_take_back(scene, now):
    offer, other = make_offer(scene.district), make_offer(scene.district)
    with pytest.raises(WrongState):
        actions.undo_change(offer=offer, version=None, viewer=scene.office, now=now)
    with pytest.raises(WrongState):
        actions.undo_change(offer=offer, version=None, viewer=scene.office, now=now, key=other.history.get().history_id)


def test_what_does_not_fit_any_more_is_not_brought_back(scene, now):
    house = make_house(scene.provider)
    offer = make_offer(scene.district, locations=[house], now=now)
    changed = edit(scene, offer, now + timedelta(hours=1), locations=[])
    type(house).objects.filter(pk=house.pk).update(archived_at=now)
    with pytest.raises(Invalid) as refused:
        actions.undo_change(offer=changed, version=None, viewer=scene.office, now=now + timedelta(hours=2))
    assert set(refused.value.errors) == {"locations"}


def test_others_take_nothing_back(scene, now):
    offer = make_offer(scene.district, now=now)
    edit(scene, offer, now + timedelta(hours=1), title="Zwei")
    with pytest.raises(NotAllowed):
        actions.undo_change(offer=offer, version=None, viewer=viewer_with(scene.district, Role.EMPLOYER), now=now)
    with pytest.raises(Stale):
        actions.undo_change(offer=offer, version=1, viewer=scene.office, now=now)
