"""Hints of readers, look-alikes, to-dos, and how people and old rows leave."""

from datetime import date, timedelta

import pytest
from dateutil.relativedelta import relativedelta

from bruecke.core import search
from bruecke.core.erasure import erase
from bruecke.core.errors import Invalid, NotAllowed, WrongState
from bruecke.core.models import AuditEntry
from bruecke.core.registries import Subject, Urgency, navigation, retention
from bruecke.core.tests.factories import viewer_with
from bruecke.core.viewer import Role, Viewer
from bruecke.directory.tests.factories import make_organisation
from bruecke.offers import actions, queries
from bruecke.offers.models import ChangeProposal, ConfirmationRequest, DistinctPair, Offer, OfferFacet, OfferFeedback, OfferPlace
from bruecke.offers.states import FeedbackReason, OfferState
from bruecke.offers.tests.factories import FREITAL, HEIDENAU, make_house, make_offer, make_terms

OLD = date(2026, 1, 1)


def hint(scene, offer, now, *, viewer=None, reason="gone", text="", language="ar"):
    return actions.give_feedback(offer=offer, reason=reason, text=text, language=language, viewer=viewer or scene.public, now=now)


def test_a_reader_says_that_something_is_wrong(scene, now):
    offer = make_offer(scene.district)
    row = hint(scene, offer, now, reason=FeedbackReason.TIMES, text=" Es ist\0 mittwochs. ")
    assert (row.reason, row.text, row.language, row.settled_at) == ("times", "Es ist mittwochs.", "ar", None)
    assert AuditEntry.objects.get(verb="offer.feedback_given").actor_kind == "anonymous"
    names = {field.name for field in OfferFeedback._meta.concrete_fields}
    assert names == {"id", "uid", "district", "offer", "reason", "text", "language", "given_at", "settled_at", "settled_by_id"}


@pytest.mark.parametrize(
    ("values", "field"), [({"reason": "bad"}, "reason"), ({"text": "x" * 501}, "text"), ({"reason": "other"}, "text")]
)
def test_what_is_no_hint(scene, now, values, field):
    with pytest.raises(Invalid) as refused:
        hint(scene, make_offer(scene.district), now, **values)
    assert set(refused.value.errors) == {field}


def test_nobody_hints_at_what_she_cannot_see(scene, now):
    with pytest.raises(NotAllowed):
        hint(scene, make_offer(scene.district, state=OfferState.DRAFT), now)
    with pytest.raises(NotAllowed):
        hint(scene, make_offer(scene.district), now, viewer=Viewer.anonymous(scene.district.pk + 1))


def test_settled_and_reopened(scene, now):
    row = hint(scene, make_offer(scene.district), now)
    with pytest.raises(NotAllowed):
        actions.settle_feedback(feedback=row, viewer=viewer_with(scene.district, Role.AUDITOR), now=now)
    done = actions.settle_feedback(feedback=row, viewer=scene.coordinator, now=now)
    assert (done.settled_at, done.settled_by_id) == (now, scene.account.pk)
    with pytest.raises(WrongState):
        actions.settle_feedback(feedback=row, viewer=scene.office, now=now)
    again = actions.reopen_feedback(feedback=row, viewer=scene.office, now=now)
    assert (again.settled_at, again.settled_by_id) == (None, None)
    with pytest.raises(WrongState):
        actions.reopen_feedback(feedback=row, viewer=scene.office, now=now)


# --- to-dos ----------------------------------------------------------------------------------------------------------------------


def todos(viewer, now):
    return [(str(todo.kind), str(todo.title), str(todo.verb)) for todo in queries.collect(viewer, now)]


def test_to_dos_go_to_who_is_in_charge_of_a_place(scene, now):
    here = make_offer(scene.district, "Hier", locations=[make_house(scene.provider, FREITAL)])
    there = make_offer(scene.district, "Dort", locations=[make_house(scene.provider, HEIDENAU)])
    nowhere = make_offer(scene.district, "Überall", areas=["14628"])
    for offer in (here, there, nowhere):
        hint(scene, offer, now)
        actions.propose_changes(offer=offer, values={"documents": "Nichts"}, viewer=scene.link, now=now)
    assert {title for _kind, title, _verb in todos(scene.coordinator, now)} == {"Hier"}
    assert {title for _kind, title, _verb in todos(scene.office, now)} == {"Hier", "Dort", "Überall"}
    assert (queries.waiting_count(scene.coordinator, now), queries.waiting_count(scene.office, now)) == (2, 6)
    entry = navigation["offers.list"]
    assert entry.count(scene.office, now) == 6
    for role in (Role.MUNICIPALITY, Role.AUDITOR, Role.ADMINISTRATOR):
        other = viewer_with(scene.district, role, municipalities=frozenset({FREITAL}))
        assert todos(other, now) == []
        assert queries.waiting_count(other, now) == 0


def test_a_week_old_they_are_late(scene, now):
    hint(scene, make_offer(scene.district), now)
    [todo] = queries.collect(scene.office, now + timedelta(days=3))
    assert (todo.urgency, todo.route, todo.anchor) == (Urgency.WEEK, "offers:detail", "hinweise")
    [todo] = queries.collect(scene.office, now + timedelta(days=8))
    assert todo.urgency == Urgency.OVERDUE


def test_what_the_mail_loop_does_not_reach_is_one_to_do(scene, now):
    silent = make_organisation(scene.district, email="")
    make_offer(scene.district, provider=silent, confirmed_on=OLD)
    make_offer(scene.district, provider=silent, confirmed_on=None)
    make_offer(scene.district, provider=scene.provider, confirmed_on=None, visibility="internal")
    make_offer(scene.district, provider=scene.provider, confirmed_on=None)
    make_offer(scene.district, provider=silent)
    [todo] = queries.collect(scene.office, now)
    assert str(todo.title).startswith("3 Angebote sind nicht bestätigt")
    assert todo.query["bestaetigt"] == queries.DUE


def test_old_free_places_are_one_to_do(scene, now):
    make_offer(scene.district, places_free=3, places_free_on=now.date() - timedelta(days=30))
    make_offer(scene.district, places_free=3, places_free_on=now.date() - timedelta(days=29))
    make_offer(scene.district, places_free=3, places_free_on=OLD, state=OfferState.PAUSED)
    [todo] = queries.collect(scene.office, now)
    assert str(todo.title) == "Freie Plätze von 1 Angebot sind älter als 30 Tage"


# --- look-alikes -----------------------------------------------------------------------------------------------------------------


def alike(scene, title, **facts):
    return [one.offer.title for one in queries.similar_offers(district=scene.district, title=title, **facts)]


@pytest.fixture
def entered(scene):
    make_terms()
    other = make_organisation(scene.district, name="Volkshochschule Muster")
    house = make_house(other, HEIDENAU)
    make_offer(scene.district, "Deutschkurs A1 für Frauen", provider=scene.provider)
    make_offer(scene.district, "Sprachcafé Heidenau", provider=other, locations=[house], terms={"category": ["advice"]})
    make_offer(scene.district, "Kleiderkammer", provider=scene.provider, state=OfferState.ARCHIVED)
    make_offer(scene.district, "Schwimmkurs", provider=other)
    return other


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("Deutschkurs A1 für Frauen", ["Deutschkurs A1 für Frauen"]),
        ("deutschkurs a1 fuer frauen", ["Deutschkurs A1 für Frauen"]),
        ("Für Frauen: Deutschkurs A1", ["Deutschkurs A1 für Frauen"]),
        ("Deutschkurss A1 für Frauen", ["Deutschkurs A1 für Frauen"]),
        ("Sprachcafe Heidenau", ["Sprachcafé Heidenau"]),
        ("Kleiderkammer", []),
        ("Deutschkurs B2 für Männer", []),
        ("Rechtsberatung", []),
        ("", []),
        ("???", []),
    ],
)
def test_titles_that_look_alike(scene, now, entered, title, found):
    assert alike(scene, title) == found


def test_the_same_provider_or_place_lowers_the_bar(scene, now, entered):
    assert alike(scene, "Deutschkurs A2 Frauen") == []
    assert alike(scene, "Deutschkurs A2 Frauen", provider=scene.provider) == ["Deutschkurs A1 für Frauen"]
    assert alike(scene, "Sprachcafé in Heidenau-Süd") == []
    assert alike(scene, "Sprachcafé in Heidenau-Süd", ags=[HEIDENAU], categories=["advice"]) == ["Sprachcafé Heidenau"]
    assert alike(scene, "Sprachcafé in Heidenau-Süd", ags=[FREITAL], categories=["advice"]) == []


def test_not_the_same_is_not_said_again(scene, now, entered):
    one = Offer.objects.get(title="Schwimmkurs")
    two = make_offer(scene.district, "Schwimmkurs")
    assert alike(scene, "Schwimmkurs", exclude=two) == ["Schwimmkurs"]
    with pytest.raises(NotAllowed):
        actions.mark_distinct(offers=(two, one), viewer=scene.public, now=now)
    with pytest.raises(Invalid):
        actions.mark_distinct(offers=(two, two), viewer=scene.office, now=now)
    for _ in range(2):
        actions.mark_distinct(offers=(two, one), viewer=scene.office, now=now)
    assert DistinctPair.objects.count() == 1
    assert alike(scene, "Schwimmkurs", exclude=two) == []
    assert alike(scene, "Schwimmkurs", exclude=one) == []


# --- leaving ------------------------------------------------------------


def test_old_hints_and_proposals_go(scene, now):
    offer = make_offer(scene.district)
    for settled in (None, now - relativedelta(months=5), now - relativedelta(months=7)):
        OfferFeedback.objects.create(
            district=scene.district, offer=offer, reason="gone", given_at=now - relativedelta(months=9), settled_at=settled
        )
    for state, decided in (
        ("open", None),
        ("decided", now - relativedelta(months=23)),
        ("withdrawn", now - relativedelta(months=25)),
    ):
        ChangeProposal.objects.create(
            district=scene.district, offer=offer, state=state, proposed_at=now - relativedelta(months=30), decided_at=decided
        )
    ended = now - relativedelta(months=25)
    ConfirmationRequest.objects.create(
        district=scene.district, provider=scene.provider, state="answered", asked_at=ended, ended_at=ended
    )
    assert [retention[key].apply(scene.district, now) for key in ("offers.feedback", "offers.proposals")] == [1, 2]
    assert OfferFeedback.objects.count() == 2
    assert set(ChangeProposal.objects.values_list("state", flat=True)) == {"open", "decided"}


def test_an_erased_account_leaves_no_id(scene, now):
    offer = make_offer(scene.district, viewer=scene.office)
    actions.edit_offer(offer=offer, values={"documents": "Pass"}, version=None, viewer=scene.office, now=now)
    proposal = actions.propose_changes(offer=offer, values={"documents": "Nichts"}, viewer=scene.link, now=now)
    actions.decide_change(proposal=proposal, decisions={"documents": "reject"}, version=None, viewer=scene.office, now=now)
    actions.settle_feedback(feedback=hint(scene, offer, now), viewer=scene.office, now=now)
    erase(Subject("account", scene.account.uid), viewer=Viewer.system("test", scene.district.pk), now=now)
    offer.refresh_from_db()
    assert offer.created_by_id is None
    assert set(offer.history.values_list("history_user_id", "created_by_id")) == {(None, None)}
    assert ChangeProposal.objects.get().decided_by_id is None
    assert OfferFeedback.objects.get().settled_by_id is None


def test_an_erased_organisation_takes_its_offers_along(scene, now):
    person = make_organisation(scene.district, name="Nachhilfe Beispielfrau", email="person@example.org")
    make_terms()
    offer = make_offer(
        scene.district,
        "Nachhilfe bei Beispielfrau",
        provider=person,
        contact_phone="0351 123456",
        description="Ruft Beispielfrau an",
        locations=[make_house(person)],
        terms={"language": ["ar"]},
        translations={"ar": {"title": {"text": "Beispielfrau"}}},
    )
    other = make_offer(scene.district, "Bleibt", provider=scene.provider)
    hint(scene, offer, now, text="Beispielfrau ist weg")
    actions.propose_changes(
        offer=offer,
        values={"description": "Beispielfrau zieht um"},
        note="Gruß, Beispielfrau",
        viewer=Viewer.link("offers-confirm", person.uid, scene.district.pk),
        now=now,
    )
    erase(Subject("organisation", person.uid), viewer=Viewer.system("test", scene.district.pk), now=now)
    offer.refresh_from_db()
    row = " ".join(str(getattr(offer, field.attname)) for field in Offer._meta.concrete_fields)
    assert "eispielfrau" not in row
    assert "0351" not in row
    assert offer.state == OfferState.ARCHIVED
    assert not offer.history.exists()
    assert not ChangeProposal.objects.exists()
    assert not OfferFeedback.objects.exists()
    assert not OfferFacet.objects.filter(offer=offer).exists()
    assert not OfferPlace.objects.filter(offer=offer).exists()
    assert not search.search("Beispielfrau", kind="offer", district=scene.district, only_public=False).hits
    other.refresh_from_db()
    assert other.title == "Bleibt"
