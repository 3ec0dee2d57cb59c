"""Referrals: on whose word what leaves, every transition and every refusal, who is told, and what never travels."""

from datetime import timedelta
from itertools import product

import pytest

from bruecke.core.errors import Invalid, NotAllowed, Stale, WrongState
from bruecke.core.events import Event
from bruecke.core.models import AuditEntry, MailedLink, OutboxMail
from bruecke.core.viewer import Viewer
from bruecke.enquiries import actions, queries, rules
from bruecke.enquiries.actions import referral
from bruecke.enquiries.models import Enquiry, Referral, TimelineEvent
from bruecke.enquiries.queries import referrals
from bruecke.enquiries.states import (
    REFERRAL_TRANSITIONS,
    ConsentBasis,
    ContactKind,
    EnquiryState,
    Outcome,
    Passed,
    ReferralState,
    RejectReason,
    Step,
)
from bruecke.enquiries.tests.factories import (
    FREITAL,
    MARKER,
    ask,
    capture,
    handing,
    make_offers,
    refer,
    viewer,
)
from bruecke.offers.models import OfferFeedback

S, B = ReferralState, ConsentBasis
PERSONAL = (Passed.TOPIC, Passed.TEXT, Passed.CONTACT)


@pytest.fixture
def offer(scene):
    return make_offers(scene, "Deutsch-Treff")[0]


@pytest.fixture
def question(scene, now, offer):
    return ask(scene, now, contact_kind=ContactKind.EMAIL, contact="frau@example.org", languages=("uk",))


def holder(enquiry):
    return queries.holder_viewer(enquiry)


def state_of(row):
    return type(row).objects.get(pk=row.pk).state


def steps(enquiry):
    return list(TimelineEvent.objects.filter(enquiry=enquiry).order_by("pk").values_list("step", flat=True))


def mails_to(mailbox):
    return list(OutboxMail.objects.filter(to=mailbox).order_by("pk"))


def brought(scene, now, question, offer, state):
    """A referral in a state, by the way that leads there."""
    made = refer(scene, now, question, offer, basis=B.DANGER if state is S.AWAITING_SECOND else B.STATUS_PAGE, passes=PERSONAL)
    if state in {S.AWAITING_CONSENT, S.AWAITING_SECOND}:
        return made
    if state is S.DECLINED:
        return referral.refuse_consent(referral=made, viewer=holder(question), now=now)
    made = referral.give_consent(referral=made, viewer=holder(question), now=now)
    provider = referrals.provider_viewer(made)
    if state in {S.ACCEPTED, S.DONE}:
        made = referral.answer_referral(referral=made, accepts=True, viewer=provider, now=now)
    if state is S.DONE:
        made = referral.finish_referral(referral=made, viewer=provider, now=now)
    if state is S.REJECTED:
        made = referral.answer_referral(referral=made, accepts=False, reason=RejectReason.NOT_FOR_THEM, viewer=provider, now=now)
    if state is S.REVOKED:
        made = referral.revoke_referral(referral=made, viewer=viewer(scene, "heidenau", now), now=now)
    return made


# --- on whose word ---------------------------------------------------------------------------------------------------------


def test_nothing_personal_leaves_at_once(scene, now, question, offer):
    made = refer(scene, now, question, offer)
    assert (made.state, state_of(question)) == (S.SENT, EnquiryState.REFERRED)
    assert made.answer_by == rules.working_days_after(now.date(), 7)
    [mail] = mails_to("angebote@traeger.example.org")
    assert "/vermittlung/" in mail.body
    assert steps(question)[-1] == Step.REFERRED
    assert AuditEntry.objects.filter(verb="enquiry.referral_sent").count() == 1


@pytest.mark.parametrize(("basis", "item"), list(product(B, Passed)))
def test_what_may_be_passed_on(basis, item):
    personal = item in {Passed.TEXT, Passed.CONTACT, Passed.ATTACHMENTS}
    assert rules.may_pass(basis, (Passed.TOPIC, item)) is not (basis is B.NOTHING_PERSONAL and personal)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"passes": PERSONAL}, "passes"),
        ({"note": "Sie heißt Olena"}, "is_note_impersonal"),
        ({"purpose": " \n"}, "purpose"),
        ({"note": "x" * 2001, "is_note_impersonal": True}, "note"),
        ({"basis": B.DANGER, "danger_reason": " "}, "danger_reason"),
        ({"basis": B.DANGER, "danger_law": None}, "danger_reason"),
    ],
)
def test_what_lacks_a_basis_is_refused(scene, now, question, offer, values, field):
    with pytest.raises(Invalid) as refused:
        refer(scene, now, question, offer, **values)
    assert field in refused.value.errors
    assert not Referral.objects.exists()
    assert not mails_to("angebote@traeger.example.org")


def test_a_note_that_names_nobody_goes_along(scene, now, question, offer):
    made = refer(scene, now, question, offer, note="Am liebsten\x00 vormittags", is_note_impersonal=True)
    assert made.message == "Am liebsten vormittags"


def test_a_caller_without_code_cannot_be_asked_by_page(scene, now, offer):
    called = capture(scene, now, outcome=None)
    with pytest.raises(Invalid) as refused:
        refer(scene, now, called, offer, basis=B.STATUS_PAGE)
    assert "basis" in refused.value.errors
    assert refer(scene, now, called, offer, basis=B.IN_PERSON).state == S.SENT


def test_consent_by_the_status_page(scene, now, question, offer):
    made = refer(scene, now, question, offer, basis=B.STATUS_PAGE, passes=PERSONAL)
    assert (made.state, state_of(question)) == (S.AWAITING_CONSENT, EnquiryState.NEW)
    assert not mails_to(made.to_email)
    assert len(mails_to("frau@example.org")) == 2  # it came, there is something new
    later = now + timedelta(hours=3)
    made = referral.give_consent(referral=made, viewer=holder(question), now=later)
    assert (made.state, made.consent_at, made.consent_noted_by_id) == (S.SENT, later, None)
    assert len(mails_to(made.to_email)) == 1
    assert steps(question)[-2:] == [Step.CONSENT_GIVEN, Step.REFERRED]
    assert any("Antwort auf eine Vermittlung" in mail.subject for mail in mails_to("heidenau@example.org"))


def test_consent_given_in_person_names_who_noted_it(scene, now, question, offer):
    made = refer(scene, now, question, offer, basis=B.IN_PERSON, passes=PERSONAL)
    assert (made.state, made.consent_at, made.consent_noted_by_id) == (S.SENT, now, scene.accounts["heidenau"].pk)


def test_a_no_leaves_nothing(scene, now, question, offer):
    made = brought(scene, now, question, offer, S.DECLINED)
    assert made.state == S.DECLINED
    assert not mails_to(made.to_email)
    assert not MailedLink.objects.exists()


# --- acute danger ------------------------------------------------------------------------------------------------------------


def test_danger_needs_a_second_person(scene, now, question, offer):
    made = refer(scene, now, question, offer, basis=B.DANGER, passes=PERSONAL)
    assert made.state == S.AWAITING_SECOND
    assert not mails_to(made.to_email)
    with pytest.raises(NotAllowed):  # the first person again
        referral.confirm_danger(referral=made, version=made.version, viewer=viewer(scene, "heidenau", now), now=now)
    made = referral.confirm_danger(referral=made, version=made.version, viewer=viewer(scene, "office", now), now=now)
    assert (made.state, made.second_person_id) == (S.SENT, scene.accounts["office"].pk)
    assert len(mails_to(made.to_email)) == 1
    assert len(mails_to("frau@example.org")) == 2  # the resident hears of it at once
    assert AuditEntry.objects.filter(verb="enquiry.danger_confirmed").count() == 1


@pytest.mark.parametrize("who", ["freital", "guard", "commissioner", "colleague"])
def test_who_is_no_second_person(scene, now, question, offer, who):
    made = refer(scene, now, question, offer, basis=B.DANGER)
    with pytest.raises(NotAllowed):
        referral.confirm_danger(referral=made, version=made.version, viewer=viewer(scene, who, now), now=now)


def test_somebody_of_another_office_is_no_second_person_though_she_may_read(scene, now, offer):
    shared = ask(scene, now, FREITAL, consent_to_share=True)
    made = refer(scene, now, shared, offer, by="freital", basis=B.DANGER)
    office = viewer(scene, "office", now)
    assert rules.can_work_on(office, shared)
    with pytest.raises(NotAllowed):
        referral.confirm_danger(referral=made, version=made.version, viewer=office, now=now)


def test_the_second_person_agrees_to_what_she_saw(scene, now, question, offer):
    made = refer(scene, now, question, offer, basis=B.DANGER)
    with pytest.raises(Stale):
        referral.confirm_danger(referral=made, version=made.version - 1, viewer=viewer(scene, "office", now), now=now)


def test_the_resident_does_not_see_what_is_only_weighed(scene, now, question, offer):
    made = refer(scene, now, question, offer, basis=B.DANGER)
    assert referrals.told_to_resident(question) == []
    with pytest.raises(NotAllowed):
        referral.revoke_referral(referral=made, viewer=holder(question), now=now)
    referral.confirm_danger(referral=made, version=None, viewer=viewer(scene, "office", now), now=now)
    [told] = referrals.told_to_resident(question)
    assert "ohne Ihre Einwilligung" in str(told.steps[0][0])


# --- transitions -------------------------------------------------------------------------------------------------------------

MOVES = {
    "give": (S.SENT, {S.AWAITING_CONSENT}),
    "refuse": (S.DECLINED, {S.AWAITING_CONSENT}),
    "confirm": (S.SENT, {S.AWAITING_SECOND}),
    "accept": (S.ACCEPTED, {S.SENT}),
    "reject": (S.REJECTED, {S.SENT, S.ACCEPTED}),
    "finish": (S.DONE, {S.ACCEPTED}),
    "revoke": (S.REVOKED, {S.AWAITING_CONSENT, S.AWAITING_SECOND, S.SENT, S.ACCEPTED}),
}


def move(name, made, question, scene, now):
    provider, office, resident = referrals.provider_viewer(made), viewer(scene, "office", now), holder(question)
    moves = {
        "give": lambda: referral.give_consent(referral=made, viewer=resident, now=now),
        "refuse": lambda: referral.refuse_consent(referral=made, viewer=resident, now=now),
        "confirm": lambda: referral.confirm_danger(referral=made, version=None, viewer=office, now=now),
        "accept": lambda: referral.answer_referral(referral=made, accepts=True, viewer=provider, now=now),
        "reject": lambda: referral.answer_referral(
            referral=made, accepts=False, reason=RejectReason.LANGUAGE, viewer=provider, now=now
        ),
        "finish": lambda: referral.finish_referral(referral=made, viewer=provider, now=now),
        "revoke": lambda: referral.revoke_referral(referral=made, viewer=office, now=now),
    }
    return moves[name]()


@pytest.mark.parametrize(("name", "state"), list(product(MOVES, S)))
def test_every_step_from_every_state(scene, now, question, offer, name, state):
    made = brought(scene, now, question, offer, state)
    target, allowed = MOVES[name]
    if state in allowed:
        assert move(name, made, question, scene, now).state == target
        assert target in REFERRAL_TRANSITIONS[state]
    else:
        with pytest.raises(WrongState):
            move(name, made, question, scene, now)
        assert state_of(made) == state


@pytest.mark.parametrize("name", MOVES)
def test_nobody_else_moves_it(scene, now, question, offer, name):
    made = brought(scene, now, question, offer, S.AWAITING_SECOND if name == "confirm" else S.AWAITING_CONSENT)
    other = ask(scene, now, FREITAL)
    strangers = [
        Viewer.anonymous(scene.district.pk),
        viewer(scene, "freital", now),
        holder(other),
        Viewer.link(rules.LINK_PURPOSE, "another", scene.district.pk),
        Viewer.link("password-reset", made.uid, scene.district.pk),
        Viewer.link(rules.LINK_PURPOSE, made.uid, scene.district.pk + 1),
    ]
    acts = {
        "give": referral.give_consent,
        "refuse": referral.refuse_consent,
        "confirm": lambda **given: referral.confirm_danger(version=None, **given),
        "accept": lambda **given: referral.answer_referral(accepts=True, **given),
        "reject": lambda **given: referral.answer_referral(accepts=False, reason=RejectReason.FULL, **given),
        "finish": referral.finish_referral,
        "revoke": referral.revoke_referral,
    }
    for stranger in strangers:
        with pytest.raises(NotAllowed):
            acts[name](referral=made, viewer=stranger, now=now)


def test_prepare_is_for_who_may_work_on_the_question(scene, now, question, offer):
    for name in ("freital", "guard", "commissioner", "colleague"):
        with pytest.raises(NotAllowed):
            refer(scene, now, question, offer, by=name)
    with pytest.raises(Stale):
        referral.prepare_referral(
            enquiry=question, offer=offer, handing=handing(), shown=None, version=99, viewer=viewer(scene, "heidenau", now), now=now
        )


def test_one_running_referral_an_offer(scene, now, question, offer):
    refer(scene, now, question, offer)
    with pytest.raises(Invalid):
        refer(scene, now, question, offer)
    assert Referral.objects.count() == 1


def test_an_offer_without_mailbox_or_in_the_archive_is_refused(scene, now, question):
    [silent] = make_offers(scene, "Ohne Postfach")
    silent.provider.email = ""
    silent.provider.save()
    silent.refresh_from_db()
    with pytest.raises(Invalid):
        refer(scene, now, question, silent)


# --- the question beside it ----------------------------------------------------------------------------------------------


def test_the_question_comes_back_when_nothing_holds_it(scene, now, question, offer):
    [second] = make_offers(scene, "Zweites Angebot")
    first, other = refer(scene, now, question, offer), refer(scene, now, question, second)
    move("reject", first, question, scene, now)
    assert state_of(question) == EnquiryState.REFERRED
    later = now + timedelta(days=3)
    move("reject", other, question, scene, later)
    fresh = Enquiry.objects.get(pk=question.pk)
    assert fresh.state == EnquiryState.OPEN
    assert fresh.due_at > later


def test_what_is_done_holds_the_question(scene, now, question, offer):
    [second] = make_offers(scene, "Zweites Angebot")
    other = refer(scene, now, question, second)
    brought(scene, now, question, offer, S.DONE)
    move("revoke", other, question, scene, now)
    assert state_of(question) == EnquiryState.REFERRED
    assert referrals.was_taken(question)


def test_a_follow_up_waits_though_the_provider_answers(scene, now, question, offer):
    made = refer(scene, now, question, offer)
    actions.add_follow_up(enquiry=question, text="Geht es auch abends?", viewer=holder(question), now=now)
    move("accept", made, question, scene, now)
    assert state_of(question) == EnquiryState.OPEN


def test_a_no_opens_a_question_that_was_closed_as_referred(scene, now, question, offer):
    made = refer(scene, now, question, offer)
    office = viewer(scene, "office", now)
    actions.close_enquiry(enquiry=question, outcome=Outcome.REFERRED, note="", version=None, viewer=office, now=now)
    move("reject", made, question, scene, now)
    fresh = Enquiry.objects.get(pk=question.pk)
    assert (fresh.state, fresh.outcome, fresh.delete_on) == (EnquiryState.OPEN, "", None)


def test_closing_ends_what_waits_for_a_word(scene, now, question, offer):
    made = refer(scene, now, question, offer, basis=B.STATUS_PAGE)
    office = viewer(scene, "office", now)
    actions.close_enquiry(enquiry=question, outcome=Outcome.ANSWERED, note="", version=None, viewer=office, now=now)
    assert state_of(made) == S.REVOKED
    with pytest.raises(WrongState):
        referral.give_consent(referral=made, viewer=holder(question), now=now)
    with pytest.raises(WrongState):
        refer(scene, now, question, offer)


# --- the provider -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reason", "hint"), [(RejectReason.FULL, "full"), (RejectReason.ENDED, "gone"), (RejectReason.LANGUAGE, None)]
)
def test_the_inventory_learns(scene, now, question, offer, reason, hint):
    made = refer(scene, now, question, offer)
    referral.answer_referral(
        referral=made, accepts=False, reason=reason, note="Grund", viewer=referrals.provider_viewer(made), now=now
    )
    found = list(OfferFeedback.objects.values_list("reason", "text"))
    assert found == ([(hint, "")] if hint else [])


def test_a_no_needs_a_reason(scene, now, question, offer):
    made = refer(scene, now, question, offer)
    with pytest.raises(Invalid):
        referral.answer_referral(referral=made, accepts=False, viewer=referrals.provider_viewer(made), now=now)


def test_resident_and_office_hear_of_the_answer(scene, now, question, offer):
    made = refer(scene, now, question, offer)
    before = len(mails_to("frau@example.org")), len(mails_to("heidenau@example.org"))
    move("accept", made, question, scene, now)
    assert (len(mails_to("frau@example.org")), len(mails_to("heidenau@example.org"))) == (before[0] + 1, before[1] + 1)


def test_a_silent_provider_is_reminded_once_and_then_waits_for_the_office(scene, now, question, offer):
    made = refer(scene, now, question, offer)
    office = viewer(scene, "heidenau", now)
    token = mails_to(made.to_email)[0].body
    assert referral.remind_silent(scene.district, now + timedelta(days=2)) == 0
    late = now + timedelta(days=20)
    assert referrals.waiting_count(office, late) == 0
    assert [referral.remind_silent(scene.district, late) for _ in range(2)] == [1, 0]
    fresh = Referral.objects.get(pk=made.pk)
    assert fresh.answer_by > late.date()
    assert len(mails_to(made.to_email)) == 2
    assert mails_to(made.to_email)[1].body != token
    assert MailedLink.objects.filter(object_uid=made.uid).count() == 1  # the first link opens nothing any more
    assert referrals.waiting_count(office, late + timedelta(days=20)) == 1


@pytest.mark.parametrize(("by_resident", "hears"), [(True, "heidenau@example.org"), (False, "frau@example.org")])
def test_taking_back_tells_the_other_sides(scene, now, question, offer, by_resident, hears):
    made = brought(scene, now, question, offer, S.ACCEPTED)
    before = len(mails_to(hears))
    who = holder(question) if by_resident else viewer(scene, "heidenau", now)
    made = referral.revoke_referral(referral=made, viewer=who, now=now)
    assert referrals.passing(made, "de") == referrals.Passing()
    assert "zurückgezogen" in mails_to(made.to_email)[-1].subject
    assert len(mails_to(hears)) == before + 1


# --- what is passed on, and what never travels -------------------------------------------------------------------------


@pytest.mark.parametrize("state", S)
def test_personal_data_is_there_only_while_the_provider_has_it(scene, now, question, offer, state):
    made = brought(scene, now, question, offer, state)
    passed = referrals.passing(Referral.objects.get(pk=made.pk), "de")
    shows = state in {S.SENT, S.ACCEPTED}
    assert ([MARKER in entry.text for entry in passed.texts], "frau@example.org" in str(passed.facts)) == (
        [True] if shows else [],
        shows,
    )


def test_only_what_was_agreed_on_is_shown(scene, now, question, offer):
    made = refer(scene, now, question, offer, basis=B.IN_PERSON, passes=(Passed.TOPIC,))
    passed = referrals.passing(made, "de")
    assert [str(label) for label, _value in passed.facts] == ["Thema"]
    assert (passed.texts, passed.files) == ((), ())


def test_what_was_written_later_was_not_agreed_on(scene, now, question, offer):
    made = refer(scene, now, question, offer, basis=B.IN_PERSON, passes=PERSONAL)
    actions.add_follow_up(enquiry=question, text="Später und privat", viewer=holder(question), now=now + timedelta(hours=1))
    assert [entry.text for entry in referrals.passing(made, "de").texts] == [f"Gibt es einen Deutschkurs am Vormittag? {MARKER}"]


@pytest.mark.parametrize("state", S)
def test_no_mail_no_audit_and_no_event_says_anything(scene, now, question, offer, state, monkeypatch):
    seen: list[Event] = []
    monkeypatch.setattr(referral, "publish", seen.append)
    made = brought(scene, now, question, offer, state)
    spoken = [f"{mail.subject} {mail.body}" for mail in OutboxMail.objects.order_by("pk")]
    spoken += [str(entry.__dict__) for entry in AuditEntry.objects.order_by("pk")] + [str(event) for event in seen]
    for word in (MARKER, "frau@example.org", "Deutsch lernen", question.reference, "Gewalt", "Vormittag"):
        assert not [text for text in spoken if word in text], (word, made.state)


def test_deleting_the_question_takes_everything_and_tells_the_provider(scene, now, question, offer):
    made = brought(scene, now, question, offer, S.ACCEPTED)
    actions.delete_own_enquiry(enquiry=question, viewer=holder(question), now=now)
    assert not Referral.objects.exists()
    assert not MailedLink.objects.filter(object_uid=made.uid).exists()
    left = [mail for mail in OutboxMail.objects.order_by("pk") if mail.body]
    assert [mail.to for mail in left] == ["angebote@traeger.example.org"]
    assert "Bitte löschen Sie" in left[0].body


def test_a_viewer_of_another_office_sees_no_referral(scene, now, question, offer):
    made = brought(scene, now, question, offer, S.SENT)
    for name, sees in (("heidenau", True), ("office", True), ("freital", False), ("guard", False), ("commissioner", False)):
        who = viewer(scene, name, now)
        assert (referrals.referral(who, made.uid) is not None) is sees, name
        assert rules.can_read_referral(who, made, question) is sees
        assert referrals.waiting_count(who, now) == 0
