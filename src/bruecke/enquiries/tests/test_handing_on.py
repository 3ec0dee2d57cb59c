"""Somebody leaves a post: what of her questions stands in the dossier, and how they go to who follows."""

import io
from datetime import date

import docx
import pytest
from django.test import Client

from bruecke.accounts.tests.factories import log_in, make_member
from bruecke.core.errors import NotAllowed, WrongState
from bruecke.core.hand_over import hand_overs
from bruecke.core.models import AuditEntry
from bruecke.core.viewer import Role
from bruecke.enquiries import actions
from bruecke.enquiries.models import TimelineEvent
from bruecke.enquiries.queries import holder_viewer
from bruecke.enquiries.states import Outcome, Step
from bruecke.enquiries.tests.factories import DOHNA, FREITAL, MARKER, ask, viewer
from bruecke.staffing import actions as staffing
from bruecke.staffing.exports.hand_over import hand_over_docx
from bruecke.staffing.queries import hand_over as reads

LEAVES = date(2026, 12, 12)
SOURCE = next(source for source in hand_overs if source.key == "enquiries.open")


@pytest.fixture
def office(scene, now):
    return viewer(scene, "office", now)


@pytest.fixture
def hand_over(scene, office, now):
    """The coordinator of Heidenau leaves, her colleague follows."""
    post = scene.posts["heidenau"]
    staffing.change_holder(post=post, account=scene.accounts["colleague"], valid_from=LEAVES, viewer=office, now=now)
    return staffing.plan_hand_over(post=post, on=LEAVES, viewer=office, now=now)


def listed(hand_over, viewer, now) -> dict[str, list[str]]:
    sections = reads.dossier(hand_over, viewer, now).sections
    return {
        one.source.key: [point.row.route_kwargs["uid"] for point in one.points] for one in sections if "enquiries" in one.source.key
    }


def hand_on(hand_over, viewer, now):
    return staffing.hand_on(hand_over=hand_over, source=SOURCE, viewer=viewer, now=now)


def test_each_running_question_stands_in_one_section(scene, hand_over, office, now):
    fresh, waiting, closed, elsewhere = (
        ask(scene, now),
        ask(scene, now),
        ask(scene, now),
        ask(scene, now, FREITAL, consent_to_share=True),
    )
    me = viewer(scene, "heidenau", now)
    step = {"version": None, "viewer": me, "now": now}
    actions.answer_enquiry(enquiry=waiting, text="Ja, dienstags.", language="de", **step)
    actions.add_follow_up(enquiry=waiting, text="Und donnerstags?", viewer=holder_viewer(waiting), now=now)
    actions.close_enquiry(enquiry=closed, outcome=Outcome.ANSWERED, note="", **step)
    found = listed(hand_over, office, now)
    assert found == {"enquiries.promised": [waiting.uid], "enquiries.open": [fresh.uid], "enquiries.referrals": []}
    assert elsewhere.assigned_account_id != fresh.assigned_account_id


def test_what_a_viewer_may_not_read_is_counted_and_not_listed(scene, hand_over, now):
    ask(scene, now)
    guard = viewer(scene, "guard", now)
    assert listed(hand_over, guard, now)["enquiries.open"] == []
    section = next(one for one in reads.dossier(hand_over, guard, now).sections if one.source.key == "enquiries.open")
    assert section.note == "1 weitere Frage liegt bei einer anderen Stelle und steht hier nicht."
    assert listed(hand_over, viewer(scene, "colleague", now), now)["enquiries.open"] == []


def test_neither_page_rows_nor_file_hold_the_question(scene, hand_over, office, now):
    enquiry = ask(scene, now)
    dossier = reads.dossier(hand_over, office, now)
    assert all(MARKER not in f"{point.row}" for point in dossier.points)
    document = docx.Document(io.BytesIO(hand_over_docx(dossier, now)))
    cells = [cell.text for table in document.tables for line in table.rows for cell in line.cells]
    assert any(cell.startswith(enquiry.reference) for cell in cells)
    assert not any(MARKER in cell for cell in cells)


def test_questions_go_to_the_successor_for_the_same_post(scene, hand_over, office, now):
    enquiry, other = ask(scene, now), ask(scene, now, FREITAL)
    assert SOURCE.hand_on.preview(reads.subject_of(hand_over, reads.successor_of(hand_over)), office, now).ready == 1
    assert hand_on(hand_over, office, now) == 1
    enquiry.refresh_from_db()
    assert (enquiry.assigned_account, enquiry.assigned_post) == (scene.accounts["colleague"], scene.posts["heidenau"])
    other.refresh_from_db()
    assert other.assigned_account == scene.accounts["freital"]
    assert TimelineEvent.objects.filter(enquiry=enquiry).latest("pk").step == Step.ASSIGNED
    assert AuditEntry.objects.filter(verb="enquiry.assigned", target_uid=enquiry.uid).count() == 1
    with pytest.raises(WrongState):
        hand_on(hand_over, office, now)


def test_one_question_can_be_taken_back(scene, hand_over, office, now):
    enquiry = ask(scene, now)
    hand_on(hand_over, office, now)
    actions.undo_step(enquiry=enquiry, version=None, viewer=office, now=now)
    enquiry.refresh_from_db()
    assert enquiry.assigned_account == scene.accounts["heidenau"]


def test_who_may_not_read_hands_nothing_on(scene, hand_over, now):
    enquiry = ask(scene, now)
    with pytest.raises(WrongState):
        hand_on(hand_over, viewer(scene, "guard", now), now)
    with pytest.raises(NotAllowed):
        hand_on(hand_over, viewer(scene, "freital", now), now)
    enquiry.refresh_from_db()
    assert enquiry.assigned_account == scene.accounts["heidenau"]


def test_a_successor_without_access_today_gets_nothing(scene, hand_over, office, now):
    ask(scene, now)
    scene.accounts["colleague"].memberships.update(valid_from=LEAVES)
    subject = reads.subject_of(hand_over, reads.successor_of(hand_over))
    found = SOURCE.hand_on.preview(subject, office, now)
    assert (found.ready, found.staying) == (0, 1)
    with pytest.raises(WrongState):
        hand_on(hand_over, office, now)


def test_the_page_says_how_many_before_and_after(scene, hand_over, now):
    ask(scene, now)
    ask(scene, now, DOHNA)
    browser = log_in(Client(), make_member(scene.district, Role.DISTRICT_OFFICE, controller=scene.leading, unit=scene.coordination))
    url = f"/intern/musterkreis/stellen/{scene.posts['heidenau'].uid}/uebergabe/"
    assert MARKER not in browser.get(url).content.decode()
    assert "1 Frage geht an Colleague." in browser.get(f"{url}weitergeben/").content.decode()
    response = browser.post(f"{url}weitergeben/", follow=True)
    assert "1 Frage ist übergeben." in response.content.decode()
