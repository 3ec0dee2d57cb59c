"""What must not leave with a referral, whatever changed meanwhile: own words, closed questions, other mailboxes, deleted ones."""

from datetime import timedelta

import pytest

from bruecke.core.errors import Invalid, NotAllowed, WrongState
from bruecke.core.models import MailedLink, OutboxMail
from bruecke.directory.tests.factories import make_organisation
from bruecke.enquiries import actions, queries
from bruecke.enquiries.actions import choosing, referral
from bruecke.enquiries.actions.keeping import close_silent
from bruecke.enquiries.models import Enquiry, OfferChoice, Referral, UnmetDemand
from bruecke.enquiries.queries import referrals, suggesting
from bruecke.enquiries.states import ConsentBasis, ContactKind, EnquiryState, MisfitReason, Outcome, Passed, ReferralState
from bruecke.enquiries.tests.factories import ask, link_token, make_offers, refer, viewer
from bruecke.offers.models import Offer

S, B = ReferralState, ConsentBasis
PERSONAL = (Passed.TOPIC, Passed.TEXT, Passed.CONTACT)
PROVIDER, RESIDENT = "angebote@traeger.example.org", "frau@example.org"


@pytest.fixture
def offer(scene):
    return make_offers(scene, "Deutsch-Treff")[0]


@pytest.fixture
def question(scene, now, offer):
    return ask(scene, now, contact_kind=ContactKind.EMAIL, contact=RESIDENT, languages=("uk",))


def holder(enquiry):
    return queries.holder_viewer(enquiry)


def state_of(made):
    return Referral.objects.get(pk=made.pk).state


def fresh(enquiry):
    return Enquiry.objects.get(pk=enquiry.pk)


def close(scene, now, question, outcome):
    actions.close_enquiry(enquiry=question, outcome=outcome, note="", version=None, viewer=viewer(scene, "heidenau", now), now=now)


# --- own words -----------------------------------------------------------------------------------------------------------


def test_own_words_for_what_it_is_need_the_same_word_as_a_message(scene, now, question, offer):
    """The provider reads them: 'damit Olena aus Haus 3 einen Platz bekommt' would name her without her consent."""
    with pytest.raises(Invalid) as refused:
        refer(scene, now, question, offer, purpose="damit Olena aus Haus 3 einen Platz bekommt")
    assert "is_note_impersonal" in refused.value.errors
    assert refer(scene, now, question, offer, purpose="damit vormittags ein Platz frei wird", is_note_impersonal=True)


def test_the_usual_words_need_no_further_word(scene, now, question, offer):
    assert refer(scene, now, question, offer, purpose=f" {referral.USUAL_PURPOSE}\n").state == S.SENT


# --- consents that the office notes ----------------------------------------------------------------------------------------


def test_who_is_said_to_have_agreed_in_person_hears_of_it(scene, now, question, offer):
    refer(scene, now, question, offer, basis=B.IN_PERSON, passes=PERSONAL)
    told = OutboxMail.objects.filter(to=RESIDENT, key__contains=":resident:referred-")
    assert told.count() == 1


# --- questions that are over -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("basis", [B.STATUS_PAGE, B.DANGER])
def test_silence_ends_what_waits_for_a_word(scene, now, question, offer, basis):
    made = refer(scene, now, question, offer, basis=basis, passes=PERSONAL)
    who = viewer(scene, "heidenau", now)
    actions.answer_enquiry(enquiry=question, text="Ja, im Treff.", language="de", version=None, viewer=who, now=now)
    later = now + timedelta(days=70)
    assert close_silent(scene.district, later) == 1
    assert state_of(made) == S.REVOKED
    if basis is B.STATUS_PAGE:
        step, by = referral.give_consent, {"viewer": holder(question)}
    else:
        step, by = referral.confirm_danger, {"version": None, "viewer": viewer(scene, "office", later)}
    with pytest.raises(WrongState):
        step(referral=made, now=later, **by)
    assert not OutboxMail.objects.filter(to=PROVIDER).exists()


def test_closing_without_the_provider_takes_the_request_back(scene, now, question, offer):
    made = refer(scene, now, question, offer, basis=B.IN_PERSON, passes=PERSONAL)
    close(scene, now, question, Outcome.ANSWERED)
    assert state_of(made) == S.REVOKED
    assert not referrals.passing(Referral.objects.select_related("enquiry").get(pk=made.pk), "de").texts
    assert OutboxMail.objects.filter(to=PROVIDER, subject="Anfrage zurückgezogen").count() == 1
    assert fresh(question).state == EnquiryState.CLOSED


@pytest.mark.parametrize("outcome", [Outcome.ANSWERED, Outcome.REFERRED])
def test_closing_leaves_what_a_provider_took_on(scene, now, question, offer, outcome):
    made = refer(scene, now, question, offer, basis=B.IN_PERSON, passes=PERSONAL)
    referral.answer_referral(referral=made, accepts=True, viewer=referrals.provider_viewer(made), now=now)
    close(scene, now, question, outcome)
    assert state_of(made) == S.ACCEPTED


def test_closing_as_referred_leaves_the_request(scene, now, question, offer):
    made = refer(scene, now, question, offer)
    close(scene, now, question, Outcome.REFERRED)
    assert state_of(made) == S.SENT


def test_a_closed_question_that_is_opened_again_waits_for_the_office(scene, now, question, offer):
    """Undone within the half hour: the request is gone, so nothing holds the question any more."""
    refer(scene, now, question, offer)
    close(scene, now, question, Outcome.ANSWERED)
    actions.undo_step(enquiry=question, version=None, viewer=viewer(scene, "heidenau", now), now=now)
    assert fresh(question).state == EnquiryState.OPEN


# --- mailboxes and offers that changed ---------------------------------------------------------------------------------------


def test_what_is_sent_later_goes_to_the_mailbox_of_that_day(scene, now, question, offer):
    made = refer(scene, now, question, offer, basis=B.STATUS_PAGE, passes=PERSONAL)
    Offer.objects.filter(pk=offer.pk).update(contact_email="neu@traeger.example.org")
    referral.give_consent(referral=made, viewer=holder(question), now=now + timedelta(days=9))
    assert not OutboxMail.objects.filter(to=PROVIDER).exists()
    assert OutboxMail.objects.filter(to="neu@traeger.example.org").count() == 1
    assert Referral.objects.get(pk=made.pk).to_email == "neu@traeger.example.org"


def test_a_reminder_goes_to_the_mailbox_of_that_day_and_closes_the_first_link(scene, now, question, offer):
    made = refer(scene, now, question, offer, basis=B.IN_PERSON, passes=PERSONAL)
    first = link_token(made)
    Offer.objects.filter(pk=offer.pk).update(contact_email="neu@traeger.example.org")
    later = now + timedelta(days=20)
    assert referral.remind_silent(scene.district, later) == 1
    assert referrals.referral_by_link(first, later) is None
    [reminder] = OutboxMail.objects.filter(key=f"referral:{made.uid}:reminded")
    assert reminder.to == "neu@traeger.example.org"


@pytest.mark.parametrize("change", ["archived", "provider", "mailbox"])
def test_a_consent_does_not_reach_who_it_was_not_given_for(scene, now, question, offer, change):
    made = refer(scene, now, question, offer, basis=B.STATUS_PAGE, passes=PERSONAL)
    if change == "archived":
        Offer.objects.filter(pk=offer.pk).update(state="archived")
    elif change == "provider":
        other = make_organisation(scene.district, name="Anderer Träger", email="anderer@example.org")
        Offer.objects.filter(pk=offer.pk).update(provider=other)
    else:
        type(offer.provider).objects.filter(pk=offer.provider_id).update(email="")
    with pytest.raises(WrongState):
        referral.give_consent(referral=made, viewer=holder(question), now=now)
    assert state_of(made) == S.AWAITING_CONSENT
    assert not MailedLink.objects.exists()


# --- the second person -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["heidenau", "freital", "guard", "commissioner"])
def test_who_cannot_be_the_second_person(scene, now, question, offer, name):
    """The first herself, another controller, an Ausländerbehörde beside the named unit, a role without questions."""
    made = refer(scene, now, question, offer, basis=B.DANGER, passes=PERSONAL)
    with pytest.raises(NotAllowed):
        referral.confirm_danger(referral=made, version=None, viewer=viewer(scene, name, now), now=now)
    assert state_of(made) == S.AWAITING_SECOND
    assert not OutboxMail.objects.filter(to=PROVIDER).exists()


# --- deleted questions -------------------------------------------------------------------------------------------------------


def test_a_deleted_question_leaves_a_number_only(scene, now, question, offer):
    """The page says: only a number stays, one question in this month."""
    who = viewer(scene, "heidenau", now)
    choosing.set_needs(enquiry=question, needs=[], target_group="parents", viewer=who, now=now)
    choosing.note_unmet(enquiry=question, category="", viewer=who, now=now)
    actions.delete_own_enquiry(enquiry=question, viewer=holder(question), now=now)
    demand = UnmetDemand.objects.get()
    assert (demand.place_id, demand.topic_id, demand.target_group, demand.language) == (None, None, "", "")
    assert (demand.category, demand.month) == ("language-course", now.date().replace(day=1))


def test_after_its_period_the_missing_offer_keeps_its_codes(scene, now, question, offer):
    who = viewer(scene, "heidenau", now)
    choosing.note_unmet(enquiry=question, category="", viewer=who, now=now)
    actions.erase_enquiry(enquiry=question, keeps_codes=True, viewer=who, now=now)
    assert UnmetDemand.objects.get().place_id == question.place_id


def test_choices_outlive_a_question_without_day_and_person(scene, now, question, offer):
    who = viewer(scene, "heidenau", now)
    shown = suggesting.suggestions(question, now)[0]
    choosing.reject_suggestion(enquiry=question, shown=shown, reason=MisfitReason.TIME, viewer=who, now=now)
    actions.erase_enquiry(enquiry=question, keeps_codes=True, viewer=who, now=now)
    choice = OfferChoice.objects.get()
    assert (choice.enquiry_id, choice.decided_by_id, choice.decided_on) == (None, None, now.date().replace(day=1))
    assert choice.facts == list(shown.facts)
