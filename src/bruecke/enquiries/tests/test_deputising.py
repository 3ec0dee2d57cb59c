"""Questions of somebody who is away: to the deputy by themselves and back, inside the controller; and what waits too long."""

from datetime import date, timedelta

import pytest

from bruecke.accounts.tests.factories import make_account, make_membership
from bruecke.core.models import OutboxMail
from bruecke.core.viewer import Role
from bruecke.enquiries import actions
from bruecke.enquiries.actions.escalating import escalate_overdue
from bruecke.enquiries.models import TimelineEvent
from bruecke.enquiries.queries import holder_viewer
from bruecke.enquiries.states import Consent, EnquiryState, Outcome, Step
from bruecke.enquiries.tests.factories import FREITAL, HEIDENAU, MARKER, ask, viewer
from bruecke.staffing import actions as staffing
from bruecke.staffing.tests.factories import make_holder, make_post

TODAY, MONDAY = date(2026, 11, 24), date(2026, 11, 30)
BACK = timedelta(days=6)


@pytest.fixture
def deputy(scene):
    """A second post of the Landkreis, held by somebody who is in charge of no place."""
    account = make_account("Vertretung")
    make_membership(account, scene.district, Role.COORDINATOR, controller=scene.leading, unit=scene.coordination)
    post = make_post(scene.district, number=77, controller=scene.leading, unit=scene.coordination, mailbox="vertretung@example.org")
    make_holder(post, account)
    return post


def go_away(scene, deputy, now, *, until=MONDAY):
    office = viewer(scene, "office", now)
    return staffing.enter_absence(
        post=scene.posts["heidenau"], deputy=deputy, valid_from=TODAY, valid_until=until, viewer=office, now=now
    )


def hands(enquiry):
    enquiry.refresh_from_db()
    return enquiry.assigned_post, enquiry.on_behalf_of_post


def steps(enquiry):
    return list(TimelineEvent.objects.filter(enquiry=enquiry).order_by("pk").values_list("step", flat=True))


def test_open_questions_go_to_the_deputy_and_come_back(scene, deputy, now):
    enquiry = ask(scene, now)
    go_away(scene, deputy, now)
    assert hands(enquiry) == (deputy, scene.posts["heidenau"])
    mail = OutboxMail.objects.get(to="vertretung@example.org")
    assert MARKER not in mail.body + mail.subject
    staffing.start_absences(scene.district, now + BACK)
    assert hands(enquiry) == (scene.posts["heidenau"], None)
    assert steps(enquiry)[-2:] == [Step.DEPUTISED, Step.RETURNED]
    assert enquiry.assigned_account == scene.accounts["heidenau"]


def test_a_new_question_goes_to_the_deputy_at_once_and_comes_back_too(scene, deputy, now):
    go_away(scene, deputy, now)
    enquiry = ask(scene, now)
    assert hands(enquiry) == (deputy, scene.posts["heidenau"])
    staffing.start_absences(scene.district, now + BACK)
    assert hands(enquiry) == (scene.posts["heidenau"], None)
    assert enquiry.assigned_account == scene.accounts["heidenau"]


def test_without_a_deputy_it_waits_in_the_common_box(scene, now):
    before = ask(scene, now)
    go_away(scene, None, now)
    after = ask(scene, now)
    for enquiry in (before, after):
        assert hands(enquiry) == (None, scene.posts["heidenau"])
        assert enquiry.assigned_account is None
    staffing.start_absences(scene.district, now + BACK)
    assert [hands(enquiry)[0] for enquiry in (before, after)] == [scene.posts["heidenau"]] * 2


def test_questions_of_another_controller_stay_where_they_are(scene, deputy, now):
    enquiry = ask(scene, now, FREITAL)
    go_away(scene, deputy, now)
    assert hands(enquiry) == (scene.posts["freital"], None)


def test_what_somebody_gave_away_by_hand_does_not_come_back(scene, deputy, now):
    enquiry = ask(scene, now)
    go_away(scene, deputy, now)
    enquiry.refresh_from_db()
    office = viewer(scene, "office", now)
    actions.assign_enquiry(enquiry=enquiry, account=scene.accounts["colleague"], version=None, viewer=office, now=now)
    staffing.start_absences(scene.district, now + BACK)
    enquiry.refresh_from_db()
    assert enquiry.assigned_account == scene.accounts["colleague"]


def test_closed_questions_stay_until_they_run_again(scene, deputy, now):
    enquiry = ask(scene, now)
    me = viewer(scene, "heidenau", now)
    actions.answer_enquiry(enquiry=enquiry, text="Ja, dienstags.", language="de", version=None, viewer=me, now=now)
    enquiry.refresh_from_db()
    actions.close_enquiry(enquiry=enquiry, outcome=Outcome.ANSWERED, note="", version=None, viewer=me, now=now)
    go_away(scene, deputy, now)
    assert hands(enquiry)[0] == scene.posts["heidenau"]
    actions.add_follow_up(enquiry=enquiry, text="Und donnerstags?", viewer=holder_viewer(enquiry), now=now)
    assert hands(enquiry) == (deputy, scene.posts["heidenau"])


def test_what_waits_too_long_is_reported_once_without_its_content(scene, now):
    enquiry = ask(scene, now, FREITAL, ago=timedelta(days=14))
    OutboxMail.objects.all().delete()
    assert [escalate_overdue(scene.district, now) for _ in range(2)] == [1, 0]
    mails = list(OutboxMail.objects.order_by("to"))
    assert [mail.to for mail in mails] == ["amt@example.org", "verein@example.org"]
    assert all(enquiry.reference in mail.body and MARKER not in mail.body for mail in mails)
    enquiry.refresh_from_db()
    assert enquiry.escalated_at == now
    assert steps(enquiry)[-1] == Step.ESCALATED


def test_days_of_grace_are_working_days(scene, now):
    """The day after the target nothing happens; two working days later it is reported."""
    enquiry = ask(scene, now, HEIDENAU, ago=timedelta(days=8))
    due = enquiry.due_at
    assert escalate_overdue(scene.district, due + timedelta(hours=20)) == 0
    assert escalate_overdue(scene.district, due + timedelta(days=5)) == 1


def test_an_answered_question_is_reported_no_more_and_a_new_wait_is(scene, now):
    enquiry = ask(scene, now, HEIDENAU, ago=timedelta(days=14))
    me = viewer(scene, "heidenau", now)
    actions.answer_enquiry(enquiry=enquiry, text="Ja.", language="de", version=None, viewer=me, now=now)
    assert escalate_overdue(scene.district, now) == 0
    enquiry.refresh_from_db()
    actions.add_follow_up(enquiry=enquiry, text="Wann?", viewer=holder_viewer(enquiry), now=now)
    enquiry.refresh_from_db()
    assert (enquiry.state, enquiry.escalated_at) == (EnquiryState.OPEN, None)
    assert escalate_overdue(scene.district, now + timedelta(days=14)) == 1


# --- deputies who are away, locked out, gone or of another office -----------------------------------------------------------


def away(scene, post, deputy, now, *, until=MONDAY):
    office = viewer(scene, "office", now)
    return staffing.enter_absence(post=post, deputy=deputy, valid_from=TODAY, valid_until=until, viewer=office, now=now)


def test_a_ring_of_absent_deputies_leaves_the_question_in_the_common_box(scene, deputy, now):
    enquiry = ask(scene, now)
    away(scene, scene.posts["heidenau"], deputy, now)
    away(scene, deputy, scene.posts["heidenau"], now, until=MONDAY + BACK)
    assert hands(enquiry) == (None, scene.posts["heidenau"])
    assert hands(ask(scene, now)) == (None, scene.posts["heidenau"])
    staffing.start_absences(scene.district, now + BACK)
    assert hands(enquiry) == (scene.posts["heidenau"], None)


@pytest.mark.parametrize("loss", ["locked", "membership", "holder"])
def test_a_deputy_who_cannot_read_gets_nothing(scene, deputy, now, loss):
    held = deputy.holders.get()
    if loss == "locked":
        type(held.account).objects.filter(pk=held.account_id).update(is_active=False)
    elif loss == "membership":
        held.account.memberships.update(valid_until=TODAY)
    else:
        held.delete()
    before = ask(scene, now)
    go_away(scene, deputy, now)
    for enquiry in (before, ask(scene, now)):
        assert hands(enquiry) == (None, scene.posts["heidenau"])
        assert enquiry.assigned_account_id is None


@pytest.mark.parametrize("border", ["controller", "foreigners"])
def test_a_deputy_beyond_the_border_never_gets_a_question(scene, deputy, now, border):
    """The post was of the same controller when it became the deputy; its holder works elsewhere by now."""
    enquiry = ask(scene, now)
    values = {"controller": scene.association, "unit": None} if border == "controller" else {"unit": scene.foreigners}
    deputy.holders.get().account.memberships.update(**values)
    go_away(scene, deputy, now)
    assert enquiry.__class__.objects.get(pk=enquiry.pk).assigned_post != deputy
    assert hands(ask(scene, now))[0] != deputy


def test_consent_taken_back_while_away_brings_it_to_the_named_office(scene, now):
    """A shared question of Heidenau lies with Freital's post, whose deputy is of the same association."""
    account = make_account("Vertretung Freital")
    make_membership(account, scene.district, Role.COORDINATOR, controller=scene.association)
    stand_in = make_post(scene.district, number=78, controller=scene.association, mailbox="v2@example.org")
    make_holder(stand_in, account)
    enquiry = ask(scene, now, consent_to_share=True)
    office = viewer(scene, "office", now)
    actions.assign_enquiry(enquiry=enquiry, account=scene.accounts["freital"], version=None, viewer=office, now=now)
    away(scene, scene.posts["freital"], stand_in, now)
    assert hands(enquiry)[0] == stand_in
    actions.withdraw_consent(enquiry=enquiry, consent=Consent.SHARE, viewer=holder_viewer(enquiry), now=now)
    assert hands(enquiry)[0] is None
    staffing.start_absences(scene.district, now + BACK)
    assert hands(enquiry) == (None, None)
    assert enquiry.assigned_account_id is None


def test_escalating_moves_nothing_and_opens_nothing(scene, now):
    enquiry = ask(scene, now, FREITAL, ago=timedelta(days=14))
    before = (hands(enquiry), enquiry.assigned_account_id, enquiry.controller_id, enquiry.unit_id)
    assert escalate_overdue(scene.district, now) == 1
    assert (hands(enquiry), enquiry.assigned_account_id, enquiry.controller_id, enquiry.unit_id) == before
    for name in ("office", "guard", "heidenau", "colleague"):
        assert not type(enquiry).objects.visible_to(viewer(scene, name, now)).filter(pk=enquiry.pk).exists()


def test_given_by_hand_to_somebody_who_is_away_it_goes_to_the_deputy_and_undo_takes_both_back(scene, deputy, now):
    go_away(scene, deputy, now)
    enquiry = ask(scene, now, consent_to_share=True, ags=FREITAL)
    office = viewer(scene, "office", now)
    before = hands(enquiry)
    given = actions.assign_enquiry(
        enquiry=enquiry, account=scene.accounts["heidenau"], version=enquiry.version, viewer=office, now=now
    )
    assert hands(enquiry) == (deputy, scene.posts["heidenau"])
    assert steps(enquiry)[-2:] == [Step.ASSIGNED, Step.DEPUTISED]
    assert given.version == enquiry.version
    actions.undo_step(enquiry=enquiry, version=enquiry.version, viewer=office, now=now)
    assert hands(enquiry) == before


def test_undoing_a_take_over_leaves_it_on_behalf_of_the_absent_post(scene, deputy, now):
    enquiry = ask(scene, now)
    go_away(scene, deputy, now)
    enquiry.refresh_from_db()
    colleague = viewer(scene, "office", now)
    actions.take_over_enquiry(enquiry=enquiry, version=enquiry.version, viewer=colleague, now=now)
    assert hands(enquiry)[1] is None
    actions.undo_step(enquiry=enquiry, version=enquiry.version, viewer=colleague, now=now)
    assert hands(enquiry) == (deputy, scene.posts["heidenau"])
    staffing.start_absences(scene.district, now + BACK)
    assert hands(enquiry) == (scene.posts["heidenau"], None)
