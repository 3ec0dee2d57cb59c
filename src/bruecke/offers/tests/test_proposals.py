"""What providers say of their own entries, and what the office decides field by field."""

from datetime import date, timedelta

import pytest

from bruecke.core.errors import Invalid, NotAllowed, Stale, WrongState
from bruecke.core.models import AuditEntry, OutboxMail
from bruecke.core.tests.factories import viewer_with
from bruecke.core.viewer import Role, Viewer
from bruecke.directory.tests.factories import make_organisation
from bruecke.offers import actions, queries, rules
from bruecke.offers.actions import ACCEPT, REJECT
from bruecke.offers.models import ChangeProposal, ProposedField
from bruecke.offers.states import ChangeState, Decision, OfferState
from bruecke.offers.tests.factories import TUESDAYS, make_house, make_offer


@pytest.fixture
def offer(scene):
    return make_offer(
        scene.district, "Nähcafé", provider=scene.provider, confirmed_on=date(2026, 1, 1), documents="Ausweis", places_free=2
    )


def propose(scene, offer, now, *, viewer=None, version=None, note="", wants_archive=False, **values):
    return actions.propose_changes(
        offer=offer, values=values, viewer=viewer or scene.link, now=now, version=version, note=note, wants_archive=wants_archive
    )


def decide(scene, proposal, now, *, viewer=None, version=None, despite=(), **decisions):
    return actions.decide_change(
        proposal=proposal, decisions=decisions, version=version, viewer=viewer or scene.office, now=now, despite=despite
    )


def test_only_what_differs_is_proposed_and_nothing_changes_yet(scene, offer, now):
    house = make_house(scene.provider)
    proposal = propose(
        scene, offer, now, title="Nähcafé", documents="Nichts", schedules=[TUESDAYS], locations=[house], valid_until="2027-01-01"
    )
    assert {(row.field, str(row.before), str(row.after)) for row in ProposedField.objects.all()} == {
        ("documents", "Ausweis", "Nichts"),
        ("locations", "[]", str([house.uid])),
        ("valid_until", "None", "2027-01-01"),
        ("schedules", "[]", str(ProposedField.objects.get(field="schedules").after)),
    }
    assert proposal.proposed_by_id is None
    version = offer.version
    offer.refresh_from_db()
    assert (offer.version, offer.documents) == (version, "Ausweis")
    assert AuditEntry.objects.get(verb="offer.change_proposed").reason == rules.LINK_PURPOSE


def test_members_who_speak_for_the_provider_propose_too(scene, offer, now):
    speaker = viewer_with(scene.district, Role.EMPLOYER, account_id=7, organisations=frozenset({scene.provider.uid}))
    assert propose(scene, offer, now, viewer=speaker, documents="Nichts").proposed_by_id == 7


def test_nobody_else_proposes_or_confirms(scene, offer, now):
    other = make_organisation(scene.district)
    strangers = [
        scene.public,
        scene.office,
        Viewer.link(rules.LINK_PURPOSE, other.uid, scene.district.pk),
        Viewer.link("other", scene.provider.uid, scene.district.pk),
        Viewer.link(rules.LINK_PURPOSE, scene.provider.uid, scene.district.pk + 1),
        viewer_with(scene.district, Role.EMPLOYER, organisations=frozenset({other.uid})),
    ]
    for viewer in strangers:
        with pytest.raises(NotAllowed):
            propose(scene, offer, now, viewer=viewer, documents="Nichts")
        with pytest.raises(NotAllowed):
            actions.confirm_by_provider(offers=[offer], viewer=viewer, now=now)


@pytest.mark.parametrize("values", [{"state": OfferState.DRAFT}, {"state": OfferState.ARCHIVED}, {"visibility": "internal"}])
def test_what_is_not_public_is_not_the_providers_page(scene, now, values):
    hidden = make_offer(scene.district, provider=scene.provider, **values)
    with pytest.raises(NotAllowed):
        propose(scene, hidden, now, documents="Nichts")
    assert queries.provider_offers(scene.provider, now) == []


def test_what_is_wrong_is_refused_before_it_waits(scene, offer, now):
    with pytest.raises(Invalid) as refused:
        propose(scene, offer, now, contact_email="x", schedules=[{**TUESDAYS, "rrule": "?"}])
    assert set(refused.value.errors) == {"contact_email", "schedules"}
    with pytest.raises(Invalid):
        propose(scene, offer, now, documents="Ausweis")
    with pytest.raises(Invalid):
        propose(scene, offer, now, note="x" * 501)
    with pytest.raises(ValueError, match="provider"):
        propose(scene, offer, now, provider=make_organisation(scene.district))
    with pytest.raises(Stale):
        propose(scene, offer, now, version=offer.version + 1, documents="Nichts")
    assert not ChangeProposal.objects.exists()


def test_a_newer_proposal_replaces_the_open_one(scene, offer, now):
    first = propose(scene, offer, now, documents="Nichts")
    second = propose(scene, offer, now + timedelta(hours=1), documents="Pass")
    first.refresh_from_db()
    assert (first.state, second.state) == (ChangeState.WITHDRAWN, ChangeState.OPEN)
    with pytest.raises(WrongState):
        decide(scene, first, now, documents=ACCEPT)


def test_the_provider_takes_it_back(scene, offer, now):
    proposal = propose(scene, offer, now, documents="Nichts")
    with pytest.raises(NotAllowed):
        actions.withdraw_proposal(proposal=proposal, viewer=scene.office, now=now)
    assert actions.withdraw_proposal(proposal=proposal, viewer=scene.link, now=now).state == ChangeState.WITHDRAWN


# --- deciding ------------------------------------------------------------


def test_accepted_fields_go_in_rejected_ones_stay_out(scene, offer, now):
    house = make_house(scene.provider)
    proposal = propose(scene, offer, now, documents="Nichts", locations=[house], title="Nähtreff", valid_until="2027-01-01")
    done = decide(
        scene, proposal, now + timedelta(days=2), documents=ACCEPT, locations=ACCEPT, title=REJECT, valid_until=ACCEPT,
        version=offer.version,
    )  # fmt: skip
    offer.refresh_from_db()
    assert (offer.documents, offer.title, offer.locations) == ("Nichts", "Nähcafé", [house.uid])
    assert offer.valid_until == date(2027, 1, 1)
    assert offer.places.get().location_id == house.pk
    assert (done.state, done.decided_by_id) == (ChangeState.DECIDED, scene.account.pk)
    assert offer.confirmed_on == date(2026, 1, 1)
    mail = OutboxMail.objects.get()
    assert mail.to == scene.provider.email
    assert "Mitzubringen, Orte, endet am" in mail.body.replace("Orte, Mitzubringen", "Mitzubringen, Orte")
    assert "Nicht übernommen haben wir: Titel" in mail.body
    assert offer.history.count() == 2


def test_all_accepted_the_provider_has_confirmed(scene, offer, now):
    proposal = propose(scene, offer, now, documents="Nichts")
    decide(scene, proposal, now + timedelta(days=9), documents=ACCEPT)
    offer.refresh_from_db()
    assert (offer.confirmed_on, offer.confirmed_by) == (now.date(), "provider")


def test_a_later_confirmation_is_not_put_back(scene, offer, now):
    proposal = propose(scene, offer, now, documents="Nichts")
    actions.confirm_offer(offer=offer, version=None, viewer=scene.office, now=now + timedelta(days=3))
    decide(scene, proposal, now + timedelta(days=9), documents=ACCEPT)
    offer.refresh_from_db()
    assert (offer.confirmed_on, offer.confirmed_by) == (now.date() + timedelta(days=3), "office")
    assert offer.documents == "Nichts"


def test_field_by_field_over_several_sittings(scene, offer, now):
    proposal = propose(scene, offer, now, documents="Nichts", title="Nähtreff")
    assert decide(scene, proposal, now, documents=ACCEPT).state == ChangeState.OPEN
    assert not OutboxMail.objects.exists()
    with pytest.raises(Invalid) as refused:
        decide(scene, proposal, now, documents=REJECT)
    assert set(refused.value.errors) == {"documents"}
    assert decide(scene, proposal, now, title=ACCEPT).state == ChangeState.DECIDED
    offer.refresh_from_db()
    assert (offer.documents, offer.title) == ("Nichts", "Nähtreff")
    assert OutboxMail.objects.count() == 1


def test_a_field_changed_meanwhile_is_decided_with_open_eyes(scene, offer, now):
    proposal = propose(scene, offer, now, documents="Nichts", title="Nähtreff")
    actions.edit_offer(offer=offer, values={"documents": "Pass"}, version=None, viewer=scene.office, now=now)
    lines = {line.field: line for line in queries.proposal_lines(queries.proposal(scene.office, proposal.uid))}
    assert (lines["documents"].before, lines["documents"].now, lines["documents"].after) == ("Ausweis", "Pass", "Nichts")
    assert lines["documents"].has_conflict
    assert not lines["title"].has_conflict
    with pytest.raises(Invalid) as refused:
        decide(scene, proposal, now, documents=ACCEPT, title=ACCEPT)
    assert set(refused.value.errors) == {"documents"}
    offer.refresh_from_db()
    assert (offer.documents, offer.title) == ("Pass", "Nähcafé")
    decide(scene, proposal, now, documents=ACCEPT, title=ACCEPT, despite=["documents"])
    offer.refresh_from_db()
    assert offer.documents == "Nichts"


def test_rejecting_needs_no_second_look(scene, offer, now):
    proposal = propose(scene, offer, now, documents="Nichts")
    actions.edit_offer(offer=offer, values={"documents": "Pass"}, version=None, viewer=scene.office, now=now)
    assert decide(scene, proposal, now, documents=REJECT).state == ChangeState.DECIDED


def test_gone_says_the_provider(scene, offer, now):
    proposal = propose(scene, offer, now, wants_archive=True)
    assert proposal.wants_archive
    decide(scene, proposal, now, state=ACCEPT)
    offer.refresh_from_db()
    assert offer.state == OfferState.ARCHIVED
    assert "aus dem Verzeichnis genommen" in OutboxMail.objects.get().body


def test_gone_says_the_provider_and_the_office_keeps_it(scene, offer, now):
    proposal = propose(scene, offer, now, wants_archive=True)
    assert decide(scene, proposal, now, state=REJECT).state == ChangeState.DECIDED
    offer.refresh_from_db()
    assert offer.state == OfferState.ACTIVE
    assert ProposedField.objects.get().decision == Decision.REJECTED


def test_a_message_alone_is_settled_by_looking(scene, offer, now):
    proposal = propose(scene, offer, now, note="Wir ziehen im Mai um.")
    assert decide(scene, proposal, now).state == ChangeState.DECIDED


def test_no_mail_without_a_mailbox(scene, offer, now):
    type(scene.provider).objects.filter(pk=scene.provider.pk).update(email="")
    proposal = propose(scene, offer, now, documents="Nichts")
    decide(scene, proposal, now, documents=ACCEPT)
    assert not OutboxMail.objects.exists()


def test_the_mail_holds_no_value(scene, offer, now):
    proposal = propose(scene, offer, now, contact_phone="03501 515 1234", note="Fragen Sie Frau Beispiel")
    decide(scene, proposal, now, contact_phone=ACCEPT)
    mail = OutboxMail.objects.get()
    assert "03501" not in mail.body + mail.subject
    assert "Beispiel" not in mail.body + mail.subject


def test_who_decides(scene, offer, now):
    proposal = propose(scene, offer, now, documents="Nichts")
    for viewer in (scene.link, scene.public, viewer_with(scene.district, Role.MUNICIPALITY)):
        with pytest.raises(NotAllowed):
            decide(scene, proposal, now, viewer=viewer, documents=ACCEPT)
    for decisions in ({"title": ACCEPT}, {"documents": "vielleicht"}, {}):
        with pytest.raises(Invalid):
            decide(scene, proposal, now, **decisions)
    with pytest.raises(Stale):
        decide(scene, proposal, now, version=99, documents=ACCEPT)


def test_what_does_not_fit_any_more_is_refused_whole(scene, offer, now):
    house = make_house(scene.provider)
    proposal = propose(scene, offer, now, locations=[house], documents="Nichts")
    type(house).objects.filter(pk=house.pk).update(archived_at=now)
    with pytest.raises(Invalid) as refused:
        decide(scene, proposal, now, locations=ACCEPT, documents=ACCEPT)
    assert set(refused.value.errors) == {"locations"}
    offer.refresh_from_db()
    assert offer.documents == "Ausweis"
    assert ChangeProposal.objects.get().state == ChangeState.OPEN


# --- confirming by the provider ------------------------------------------------------------


def test_the_provider_confirms_many(scene, offer, now):
    other = make_offer(scene.district, provider=scene.provider, confirmed_on=None)
    done = actions.confirm_by_provider(
        offers=[other, offer], viewer=scene.link, now=now, versions={offer.uid: offer.version, other.uid: other.version}
    )
    assert {(one.confirmed_on, one.confirmed_by) for one in done} == {(now.date(), "provider")}
    with pytest.raises(Stale):
        actions.confirm_by_provider(offers=[offer], viewer=scene.link, now=now, versions={offer.uid: offer.version})
