"""Residents' actions: routing, notices, follow-ups, consent, deletion."""

from datetime import timedelta

import pytest
from django_scopes import scopes_disabled

from bruecke.accounts.models import Membership
from bruecke.accounts.tests.factories import make_membership
from bruecke.core.errors import Invalid, NotAllowed
from bruecke.core.models import AuditEntry, Draft, OutboxMail
from bruecke.core.viewer import Role, Viewer
from bruecke.enquiries import actions, queries
from bruecke.enquiries.models import Enquiry, ErasedCount, InternalNote, Message, TimelineEvent
from bruecke.enquiries.states import Channel, Consent, ContactKind, EnquiryState, Outcome, Step
from bruecke.enquiries.tests.factories import DOHNA, FREITAL, HEIDENAU, MARKER, addressee, ask, code_of, viewer
from bruecke.staffing.models import Responsibility


def steps(enquiry):
    return list(TimelineEvent.objects.filter(enquiry=enquiry).order_by("pk").values_list("step", flat=True))


def test_a_question_comes_to_the_post_in_charge(scene, now):
    enquiry = ask(scene, now, HEIDENAU, contact_language="uk", contact_kind=ContactKind.EMAIL, contact="frau@example.org")
    assert (enquiry.controller, enquiry.unit) == (scene.leading, scene.coordination)
    assert (enquiry.assigned_post, enquiry.assigned_account) == (scene.posts["heidenau"], scene.accounts["heidenau"])
    assert (enquiry.state, enquiry.channel) == (EnquiryState.NEW, Channel.ONLINE)
    assert enquiry.due_at.isoformat() == "2026-11-27T18:00:00+01:00"
    assert steps(enquiry) == [Step.RECEIVED, Step.ROUTED]
    assert Message.objects.get(enquiry=enquiry).language == "uk"
    entry = AuditEntry.objects.get(verb="enquiry.received")
    assert (entry.target_uid, entry.fields) == (enquiry.uid, [])


def test_nobody_gets_a_question_who_works_in_an_auslaenderbehoerde_too(scene, now):
    heidenau = scene.accounts["heidenau"]
    make_membership(heidenau, scene.district, Role.EDITOR, controller=scene.leading, unit=scene.foreigners)
    enquiry = ask(scene, now, HEIDENAU)
    assert (enquiry.unit, enquiry.assigned_account) == (scene.coordination, None)
    assert not Enquiry.objects.visible_to(viewer(scene, "heidenau", now)).exists()


def test_a_question_to_the_association_stays_there(scene, now):
    enquiry = ask(scene, now, FREITAL)
    assert (enquiry.controller, enquiry.assigned_account) == (scene.association, scene.accounts["freital"])
    assert not Enquiry.objects.visible_to(viewer(scene, "office", now)).exists()
    assert queries.inbox_counts(viewer(scene, "office", now), now).withheld == 1


@pytest.mark.parametrize("ags", [DOHNA, None])
def test_where_nobody_is_in_charge_the_leading_office_gets_it(scene, now, ags):
    enquiry = ask(scene, now, ags)
    assert (enquiry.controller, enquiry.assigned_post, enquiry.assigned_account) == (scene.leading, None, None)
    assert enquiry.unit == scene.coordination  # where the leading office has a unit that is no Ausländerbehörde
    assert steps(enquiry) == [Step.RECEIVED, Step.GAP]
    assert list(Enquiry.objects.visible_to(viewer(scene, "office", now)).unassigned()) == [enquiry]
    assert not Enquiry.objects.visible_to(viewer(scene, "guard", now)).exists()


def test_where_the_office_is_an_auslaenderbehoerde_it_is_named_and_gets_it(scene, now):
    Membership.objects.filter(account=scene.accounts["office"]).delete()
    enquiry = ask(scene, now, None)
    assert enquiry.unit == scene.foreigners
    assert list(Enquiry.objects.visible_to(viewer(scene, "guard", now))) == [enquiry]


def test_a_hand_over_between_form_and_sending_stays_with_the_named_controller(scene, now):
    named = addressee(scene, FREITAL, now)
    Responsibility.objects.filter(municipality_id=FREITAL).delete()
    Responsibility.objects.create(
        district=scene.district, municipality_id=FREITAL, post=scene.posts["heidenau"], valid_from="2026-01-01"
    )
    enquiry = ask(scene, now, to=named)
    assert (enquiry.controller, enquiry.assigned_account) == (scene.association, scene.accounts["freital"])
    assert not Enquiry.objects.visible_to(viewer(scene, "heidenau", now)).exists()


def test_a_hand_over_inside_the_controller_goes_to_the_new_post(scene, now):
    named = addressee(scene, DOHNA, now)
    Responsibility.objects.create(
        district=scene.district, municipality_id=DOHNA, post=scene.posts["heidenau"], valid_from="2026-01-01"
    )
    assert ask(scene, now, to=named).assigned_account == scene.accounts["heidenau"]


def test_notices_hold_no_content(scene, now):
    enquiry = ask(
        scene, now, contact_language="ar", contact_kind=ContactKind.EMAIL, contact="mensch@example.org", text=f"{MARKER} سؤال"
    )
    actions.answer_enquiry(
        enquiry=enquiry, text=f"{MARKER} Antwort", language="de", version=None, viewer=viewer(scene, "heidenau", now), now=now
    )
    mails = list(OutboxMail.objects.order_by("pk"))
    assert [mail.to for mail in mails] == ["heidenau@example.org", "mensch@example.org", "mensch@example.org"]
    for mail in mails:
        text = mail.subject + mail.body
        assert MARKER not in text
        assert "Deutsch lernen" not in text
        assert code_of("seed") not in text
    assert mails[1].language == "ar"
    assert "/ar/musterkreis/antwort/" in mails[1].body
    assert f"/intern/musterkreis/fragen/{enquiry.uid}/" in mails[0].body


def test_an_unknown_language_is_answered_in_german(scene, now):
    ask(scene, now, contact_language="uk", contact_kind=ContactKind.EMAIL, contact="frau@example.org")
    mail = OutboxMail.objects.get(to="frau@example.org")
    assert mail.language == "de"
    assert "/de/musterkreis/antwort/" in mail.body


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 5001])
def test_empty_and_endless_texts_are_refused(scene, now, text):
    with pytest.raises(Invalid):
        ask(scene, now, text=text)
    assert not Enquiry.objects.exists()


def test_receipt_code_finds_the_question_however_it_is_typed(scene, now):
    enquiry = ask(scene, now, seed="a")
    code = code_of("a")
    assert queries.enquiry_by_receipt(code) == enquiry
    assert queries.enquiry_by_receipt(f"  {code.lower().replace('-', ' ')} ") == enquiry
    assert queries.enquiry_by_receipt(code.replace("0", "O").replace("1", "l")) == enquiry
    assert queries.enquiry_by_receipt(code_of("b")) is None
    assert queries.enquiry_by_receipt("nonsense") is None
    assert code not in str(vars(enquiry))


@pytest.mark.parametrize("state", ["new", "answered", "closed"])
def test_a_follow_up_brings_the_question_back(scene, now, state):
    enquiry = ask(scene, now, ago=timedelta(days=9))
    who = viewer(scene, "heidenau", now)
    if state == "answered":
        actions.answer_enquiry(enquiry=enquiry, text="Ja", language="de", version=None, viewer=who, now=now)
    if state == "closed":
        actions.close_enquiry(enquiry=enquiry, outcome=Outcome.ANSWERED, note="", version=None, viewer=who, now=now)
    before = Enquiry.objects.get(pk=enquiry.pk)
    actions.add_follow_up(enquiry=enquiry, text="Und wo?", viewer=queries.holder_viewer(enquiry), now=now)
    after = Enquiry.objects.get(pk=enquiry.pk)
    assert after.state == ("new" if state == "new" else "open")
    assert (after.has_follow_up, after.closed_at, after.delete_on, after.outcome) == (True, None, None, "")
    assert after.version > before.version
    assert (after.due_at > before.due_at) is (state != "new")
    assert OutboxMail.objects.filter(to="heidenau@example.org").count() == 2


def test_only_the_holder_of_the_code_acts_for_the_resident(scene, now):
    enquiry, other = ask(scene, now), ask(scene, now)
    for wrong in (queries.holder_viewer(other), Viewer.anonymous(scene.district.pk), viewer(scene, "heidenau", now)):
        with pytest.raises(NotAllowed):
            actions.add_follow_up(enquiry=enquiry, text="x", viewer=wrong, now=now)
        with pytest.raises(NotAllowed):
            actions.withdraw_consent(enquiry=enquiry, consent=Consent.SHARE, viewer=wrong, now=now)
        with pytest.raises(NotAllowed):
            actions.delete_own_enquiry(enquiry=enquiry, viewer=wrong, now=now)


def test_withdrawing_the_consent_takes_the_question_out_of_foreign_hands(scene, now):
    enquiry = ask(scene, now, FREITAL, consent_to_share=True)
    office = viewer(scene, "office", now)
    actions.assign_enquiry(enquiry=enquiry, account=scene.accounts["heidenau"], version=None, viewer=office, now=now)
    assert Enquiry.objects.visible_to(viewer(scene, "heidenau", now)).exists()
    actions.withdraw_consent(enquiry=enquiry, consent=Consent.SHARE, viewer=queries.holder_viewer(enquiry), now=now)
    after = Enquiry.objects.get(pk=enquiry.pk)
    assert (after.consent_to_share, after.assigned_account, after.assigned_post) == (False, None, None)
    assert not Enquiry.objects.visible_to(viewer(scene, "heidenau", now)).exists()
    assert not Enquiry.objects.visible_to(office).exists()
    assert Enquiry.objects.visible_to(viewer(scene, "freital", now)).exists()
    assert AuditEntry.objects.get(verb="enquiry.consent_withdrawn").fields == ["consent_to_share"]


def test_withdrawing_keeps_it_with_who_may_have_it_anyway(scene, now):
    enquiry = ask(scene, now, consent_to_share=True, consent_special_categories=True)
    holder = queries.holder_viewer(enquiry)
    actions.withdraw_consent(enquiry=enquiry, consent=Consent.SHARE, viewer=holder, now=now)
    actions.withdraw_consent(enquiry=enquiry, consent=Consent.SPECIAL, viewer=holder, now=now)
    after = Enquiry.objects.get(pk=enquiry.pk)
    assert after.assigned_account == scene.accounts["heidenau"]
    assert not after.consent_special_categories


def test_deleting_leaves_a_number_and_nothing_else(scene, now):
    enquiry = ask(scene, now, contact_kind=ContactKind.EMAIL, contact=f"{MARKER}@example.org", languages_text=MARKER)
    who = viewer(scene, "heidenau", now)
    actions.add_note(enquiry=enquiry, text=f"{MARKER} Notiz", viewer=who, now=now)
    actions.rename_enquiry(enquiry=enquiry, headline=MARKER, version=None, viewer=who, now=now)
    actions.answer_enquiry(enquiry=enquiry, text=f"{MARKER} ja", language="de", version=None, viewer=who, now=now)
    Draft.objects.create(
        account_id=who.account_id, district=scene.district, key=actions.draft_key(enquiry), data={"text": MARKER}, saved_at=now
    )
    actions.delete_own_enquiry(enquiry=enquiry, viewer=queries.holder_viewer(enquiry), now=now)
    with scopes_disabled():
        assert [model.objects.count() for model in (Enquiry, Message, InternalNote, TimelineEvent)] == [0, 0, 0, 0]
    count = ErasedCount.objects.get()
    assert (count.count, count.channel, count.month.isoformat()) == (1, "online", "2026-11-01")
    assert (count.place, count.topic, count.language, count.outcome) == (None, None, "", "")
    assert not Draft.objects.exists()
    assert marker_rows() == []
    assert AuditEntry.objects.filter(verb="core.enquiry_erased").exists()


def marker_rows():
    """Tables of the whole database in which the marker still stands."""
    from django.db import connection

    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found += [table for row in cursor.fetchall() if MARKER.lower() in str(row).lower()]
    return found


def test_two_deletions_of_a_month_are_one_row(scene, now):
    for _ in range(2):
        enquiry = ask(scene, now, HEIDENAU)
        actions.delete_own_enquiry(enquiry=enquiry, viewer=queries.holder_viewer(enquiry), now=now)
    assert ErasedCount.objects.get().count == 2
