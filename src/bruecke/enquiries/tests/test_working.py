"""Actions of the office: effects, audit, refusal from each wrong state, undo."""

from datetime import timedelta

import pytest

from bruecke.core.errors import Invalid, NotAllowed, Stale, WrongState
from bruecke.core.models import AuditEntry, OutboxMail
from bruecke.core.viewer import Viewer
from bruecke.enquiries import actions
from bruecke.enquiries.models import Enquiry, ErasedCount, InternalNote, Message, TimelineEvent
from bruecke.enquiries.states import Channel, EnquiryState, Outcome, Step
from bruecke.enquiries.tests.factories import FREITAL, HEIDENAU, ask, capture, viewer
from bruecke.vocabulary.models import Topic


@pytest.fixture
def who(scene, now):
    return viewer(scene, "heidenau", now)


@pytest.fixture
def question(scene, now):
    return ask(scene, now)


def fresh(enquiry):
    return Enquiry.objects.get(pk=enquiry.pk)


def verbs():
    return list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True))


def test_opening_notes_who_read_first_and_disturbs_nobody(question, who, now):
    assert actions.open_enquiry(enquiry=question, viewer=who, now=now)
    assert not actions.open_enquiry(enquiry=question, viewer=who, now=now)
    after = fresh(question)
    assert (after.state, after.opened_at, after.version) == (EnquiryState.OPEN, now, question.version)
    assert verbs() == ["enquiry.received", "enquiry.opened"]


def test_answering(question, who, now, scene):
    message = actions.answer_enquiry(enquiry=question, text=" Ja, gern. ", language="de", version=1, viewer=who, now=now)
    after = fresh(question)
    assert (after.state, after.answered_at, after.has_follow_up) == (EnquiryState.ANSWERED, now, False)
    assert (message.text, message.author_function) == ("Ja, gern.", "Integrationskoordination Heidenau")
    assert scene.accounts["heidenau"].name not in message.author_function.replace("Heidenau", "")
    later = now + timedelta(hours=1)
    actions.answer_enquiry(enquiry=question, text="Nachtrag", language="de", version=after.version, viewer=who, now=later)
    assert fresh(question).answered_at == now
    assert verbs().count("enquiry.answered") == 2


def test_the_second_of_two_answers_is_told(question, who, now, scene):
    actions.answer_enquiry(enquiry=question, text="Erste", language="de", version=1, viewer=who, now=now)
    office = viewer(scene, "office", now)
    with pytest.raises(Stale) as told:
        actions.answer_enquiry(enquiry=question, text="Zweite", language="de", version=1, viewer=office, now=now)
    assert (told.value.changed_by, told.value.changed_at) == (scene.accounts["heidenau"].name, now)
    assert list(Message.objects.filter(direction="from_office").values_list("text", flat=True)) == ["Erste"]


def test_an_answer_takes_a_question_out_of_the_common_box(scene, now):
    question = ask(scene, now, None)
    office = viewer(scene, "office", now)
    message = actions.answer_enquiry(enquiry=question, text="Ja", language="de", version=None, viewer=office, now=now)
    assert fresh(question).assigned_account == scene.accounts["office"]
    assert message.author_function == "Landratsamt"


def test_taking_over_and_back(scene, question, now):
    office = viewer(scene, "office", now)
    changed = actions.take_over_enquiry(enquiry=question, version=1, viewer=office, now=now)
    assert (changed.assigned_account_id, changed.state) == (office.account_id, EnquiryState.OPEN)
    with pytest.raises(WrongState):
        actions.take_over_enquiry(enquiry=question, version=changed.version, viewer=office, now=now)
    with pytest.raises(Stale):
        actions.undo_step(enquiry=question, version=1, viewer=office, now=now)
    actions.undo_step(enquiry=question, version=changed.version, viewer=office, now=now)
    after = fresh(question)
    assert (after.assigned_account, after.assigned_post) == (scene.accounts["heidenau"], scene.posts["heidenau"])
    assert after.state == EnquiryState.NEW
    with pytest.raises(WrongState):
        actions.undo_step(enquiry=question, version=after.version, viewer=office, now=now)


def test_undo_is_for_oneself_and_not_for_later(scene, question, now):
    office, colleague = viewer(scene, "office", now), viewer(scene, "heidenau", now)
    changed = actions.take_over_enquiry(enquiry=question, version=1, viewer=office, now=now)
    with pytest.raises(NotAllowed):
        actions.undo_step(enquiry=question, version=changed.version, viewer=colleague, now=now)
    with pytest.raises(NotAllowed):
        actions.undo_step(enquiry=question, version=changed.version, viewer=office, now=now + timedelta(hours=1))


def test_assigning_inside_the_controller(scene, question, who, now):
    changed = actions.assign_enquiry(enquiry=question, account=scene.accounts["colleague"], version=1, viewer=who, now=now)
    assert changed.assigned_account == scene.accounts["colleague"]
    assert Enquiry.objects.visible_to(viewer(scene, "colleague", now)).exists()
    with pytest.raises(Invalid):
        actions.assign_enquiry(enquiry=question, account=scene.accounts["colleague"], version=None, viewer=who, now=now)
    back = actions.release_enquiry(enquiry=question, version=None, viewer=who, now=now)
    assert (back.assigned_account, back.assigned_post) == (None, None)
    with pytest.raises(WrongState):
        actions.release_enquiry(enquiry=question, version=None, viewer=who, now=now)


@pytest.mark.parametrize(
    ("name", "consent", "allowed"),
    [
        ("freital", False, False),
        ("freital", True, True),
        ("guard", False, False),
        ("guard", True, True),
        ("commissioner", True, False),
    ],
)
def test_assigning_across_the_border_needs_consent(scene, who, now, name, consent, allowed):
    question = ask(scene, now, HEIDENAU, consent_to_share=consent)
    if allowed:
        actions.assign_enquiry(enquiry=question, account=scene.accounts[name], version=1, viewer=who, now=now)
        assert Enquiry.objects.visible_to(viewer(scene, name, now)).exists()
    else:
        with pytest.raises(Invalid):
            actions.assign_enquiry(enquiry=question, account=scene.accounts[name], version=1, viewer=who, now=now)
        assert fresh(question).assigned_account == scene.accounts["heidenau"]


def test_closing_and_reopening(scene, question, who, now):
    changed = actions.close_enquiry(enquiry=question, outcome=Outcome.NO_OFFER, note="leider", version=1, viewer=who, now=now)
    assert (changed.state, changed.outcome, changed.closed_at) == (EnquiryState.CLOSED, Outcome.NO_OFFER, now)
    assert changed.delete_on.isoformat() == "2027-02-24"
    assert InternalNote.objects.get(enquiry=question).text == "leider"
    for refused in (actions.take_over_enquiry, actions.release_enquiry):
        with pytest.raises(WrongState):
            refused(enquiry=question, version=None, viewer=who, now=now)
    with pytest.raises(WrongState):
        actions.answer_enquiry(enquiry=question, text="x", language="de", version=None, viewer=who, now=now)
    with pytest.raises(WrongState):
        actions.close_enquiry(enquiry=question, outcome=Outcome.ANSWERED, note="", version=None, viewer=who, now=now)
    with pytest.raises(WrongState):
        actions.assign_enquiry(enquiry=question, account=scene.accounts["colleague"], version=None, viewer=who, now=now)
    opened = actions.reopen_enquiry(enquiry=question, version=None, viewer=who, now=now)
    assert (opened.state, opened.outcome, opened.delete_on) == (EnquiryState.OPEN, "", None)
    with pytest.raises(WrongState):
        actions.reopen_enquiry(enquiry=question, version=None, viewer=who, now=now)


def test_closing_can_be_undone(question, who, now):
    changed = actions.close_enquiry(enquiry=question, outcome=Outcome.ANSWERED, note="", version=1, viewer=who, now=now)
    actions.undo_step(enquiry=question, version=changed.version, viewer=who, now=now)
    after = fresh(question)
    assert (after.state, after.outcome, after.closed_at, after.delete_on) == (EnquiryState.NEW, "", None, None)


@pytest.mark.parametrize("name", ["freital", "guard", "commissioner", "colleague"])
def test_who_may_not_read_may_not_do_anything(scene, question, now, name):
    stranger = viewer(scene, name, now)
    step = {"enquiry": question, "viewer": stranger, "now": now}
    versioned = {**step, "version": None}
    for act in (
        lambda: actions.open_enquiry(**step),
        lambda: actions.take_over_enquiry(**versioned),
        lambda: actions.assign_enquiry(account=scene.accounts["office"], **versioned),
        lambda: actions.release_enquiry(**versioned),
        lambda: actions.answer_enquiry(text="x", language="de", **versioned),
        lambda: actions.add_note(text="x", **step),
        lambda: actions.rename_enquiry(headline="x", **versioned),
        lambda: actions.close_enquiry(outcome=Outcome.ANSWERED, note="", **versioned),
        lambda: actions.reopen_enquiry(**versioned),
        lambda: actions.undo_step(**versioned),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert fresh(question).version == 1


def test_rows_of_the_dialogue_are_written_once(question):
    message = Message.objects.get(enquiry=question)
    with pytest.raises(TypeError):
        message.save()
    with pytest.raises(TypeError):
        Message.objects.filter(pk=message.pk).update(text="anders")


def test_quick_entry(scene, who, now):
    enquiry = capture(scene, now)
    assert (enquiry.state, enquiry.outcome, enquiry.controller_id) == (EnquiryState.CLOSED, Outcome.ANSWERED, scene.leading.pk)
    assert (enquiry.has_dialogue, enquiry.headline, enquiry.title) == (False, "", "Deutsch lernen")
    assert not Message.objects.exists()
    assert not OutboxMail.objects.exists()
    actions.undo_capture(enquiry=enquiry, viewer=who, now=now)
    assert not Enquiry.objects.exists()
    assert not ErasedCount.objects.exists()
    assert verbs() == ["enquiry.captured", "enquiry.closed", "enquiry.capture_undone"]


def test_an_open_entry_stays_in_ones_hands(scene, who, now):
    enquiry = capture(scene, now, outcome=None)
    assert (enquiry.state, enquiry.assigned_account_id, enquiry.due_at is not None) == (EnquiryState.OPEN, who.account_id, True)
    actions.add_note(enquiry=enquiry, text="Rückruf", viewer=who, now=now)
    with pytest.raises(WrongState):
        actions.undo_capture(enquiry=enquiry, viewer=who, now=now)
    with pytest.raises(WrongState):
        actions.answer_enquiry(enquiry=enquiry, text="x", language="de", version=None, viewer=who, now=now)


def test_quick_entry_is_refused(scene, now):
    with pytest.raises(NotAllowed):
        capture(scene, now, "commissioner")
    with pytest.raises(Invalid):
        actions.capture_enquiry(
            district=scene.district, place=None, topic=Topic.objects.get(key="german"), language="de", channel=Channel.ONLINE,
            outcome=None, viewer=viewer(scene, "heidenau", now), now=now,
        )  # fmt: skip
    enquiry = capture(scene, now)
    with pytest.raises(NotAllowed):
        actions.undo_capture(enquiry=enquiry, viewer=viewer(scene, "office", now), now=now)
    with pytest.raises(NotAllowed):
        actions.undo_capture(enquiry=enquiry, viewer=viewer(scene, "heidenau", now), now=now + timedelta(hours=1))


def test_retention_counts_under_codes(scene, question, who, now):
    actions.close_enquiry(enquiry=question, outcome=Outcome.NO_OFFER, note="", version=None, viewer=who, now=now)
    assert actions.apply_retention(scene.district, now + timedelta(days=91)) == 0
    assert actions.apply_retention(scene.district, now + timedelta(days=92)) == 1
    count = ErasedCount.objects.get()
    assert (count.place_id, count.topic_id, count.outcome, count.count) == (HEIDENAU, "german", "no_offer", 1)
    assert not Enquiry.objects.exists()


def test_silence_closes_what_was_answered(scene, who, now):
    answered, waiting = ask(scene, now), ask(scene, now)
    actions.answer_enquiry(enquiry=answered, text="Ja", language="de", version=None, viewer=who, now=now)
    assert actions.close_silent(scene.district, now + timedelta(days=59)) == 0
    assert actions.close_silent(scene.district, now + timedelta(days=61)) == 1
    assert (fresh(answered).state, fresh(waiting).state) == (EnquiryState.CLOSED, EnquiryState.NEW)
    last = TimelineEvent.objects.filter(enquiry=answered).order_by("-pk").first()
    assert (last.step, last.actor) == (Step.CLOSED, None)


def test_nothing_of_a_question_stands_in_the_log(scene, question, who, now):
    actions.answer_enquiry(enquiry=question, text="Geheimnis", language="de", version=None, viewer=who, now=now)
    text = str(list(AuditEntry.objects.values_list()))
    assert "Geheimnis" not in text
    assert "Deutschkurs" not in text


def test_system_does_not_work_on_questions(scene, question, now):
    with pytest.raises(NotAllowed):
        actions.take_over_enquiry(enquiry=question, version=None, viewer=Viewer.system("x", scene.district.pk), now=now)


def test_the_association_keeps_its_own(scene, now):
    question = ask(scene, now, FREITAL)
    assert not Enquiry.objects.visible_to(viewer(scene, "office", now)).exists()
    changed = actions.take_over_enquiry
    with pytest.raises(NotAllowed):
        changed(enquiry=question, version=None, viewer=viewer(scene, "office", now), now=now)
