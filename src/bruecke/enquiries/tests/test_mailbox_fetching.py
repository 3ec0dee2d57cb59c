"""A visit to a mailbox on a server on loopback: each mail once, whatever breaks in between."""

from datetime import date, timedelta
from io import BytesIO
from unittest.mock import patch

import pytest
from PIL import Image

from bruecke.accounts.tests.factories import make_account, make_membership
from bruecke.core.models import AuditEntry, OutboxMail
from bruecke.core.outbox import build_message
from bruecke.core.viewer import Role
from bruecke.enquiries import actions, queries
from bruecke.enquiries.actions import mailboxes
from bruecke.enquiries.actions.mailboxes import fetching, taking
from bruecke.enquiries.models import Attachment, Enquiry, Mailbox, MailboxMessage, Message, TimelineEvent
from bruecke.enquiries.states import (
    Channel,
    ContactKind,
    EnquiryState,
    LeftOutReason,
    MailVerdict,
    Outcome,
    Step,
)
from bruecke.enquiries.tests.factories import MARKER, viewer
from bruecke.enquiries.tests.imap_server import Box, serving
from bruecke.enquiries.tests.mails import letter, make_mailbox

pytestmark = pytest.mark.any_database

MOVED = "Br&APw-cke &APw-bernommen"


@pytest.fixture
def admin(scene, now):
    account = make_account("Verwaltung")
    make_membership(account, scene.district, Role.ADMINISTRATOR, controller=scene.leading)
    return queries.viewer_of(account, scene.district, now)


@pytest.fixture
def box():
    return Box()


@pytest.fixture
def mailbox(scene, now, admin, box, settings):
    with serving(box) as port:
        settings.MAILBOX_PORTS = frozenset({port})
        yield make_mailbox(scene, now, port=port, viewer=admin)


def fetch(mailbox, now):
    seen = mailboxes.fetch_mailbox(mailbox=mailbox, now=now)
    mailbox.refresh_from_db()
    return seen


def verdicts(mailbox):
    return list(MailboxMessage.objects.filter(mailbox=mailbox).order_by("imap_uid", "pk").values_list("verdict", "reason"))


def test_a_mail_becomes_a_question_in_the_common_box_of_its_office(scene, now, mailbox, box):
    uid = box.put(bytes(letter(f"Guten Tag,\n\nwo lerne ich Deutsch? {MARKER}", subject="Deutschkurs")))
    assert fetch(mailbox, now) == 1
    enquiry = Enquiry.objects.get()
    assert (enquiry.channel, enquiry.state, enquiry.headline) == (Channel.EMAIL, EnquiryState.NEW, "Deutschkurs")
    assert (enquiry.controller, enquiry.unit, enquiry.place, enquiry.topic) == (scene.leading, scene.coordination, None, None)
    assert (enquiry.contact_kind, enquiry.contact, enquiry.contact_language) == (ContactKind.EMAIL, "frau@example.org", "de")
    assert (enquiry.assigned_account, enquiry.has_dialogue) == (None, False)
    assert Message.objects.get().text == f"Deutschkurs\n\nGuten Tag,\n\nwo lerne ich Deutsch? {MARKER}"
    assert list(Enquiry.objects.visible_to(viewer(scene, "office", now))) == [enquiry]
    assert list(TimelineEvent.objects.order_by("pk").values_list("step", "code")) == [(Step.RECEIVED, "email"), (Step.GAP, "")]
    assert (box.uids(), box.uids(MOVED), box.flags(uid)) == ([], [uid], {"\\Seen"})
    assert (mailbox.failures, mailbox.last_error, mailbox.checked_at, mailbox.lease_token) == (0, "", now, "")


def test_nothing_of_a_mail_stands_in_notices_audit_or_notes(scene, now, mailbox, box, caplog):
    box.put(bytes(letter(f"{MARKER} Text", subject=f"{MARKER} Betreff", sender="geheim@example.org")))
    box.put(b"From: =?x?q?\nContent-Type: multipart/mixed; boundary=\n\n" + MARKER.encode())
    fetch(mailbox, now)
    mails = list(OutboxMail.objects.order_by("pk"))
    assert [mail.to for mail in mails] == ["amt@example.org"]
    kept = [mail.subject + mail.body for mail in mails]
    kept += [str(row) for model in (AuditEntry, MailboxMessage) for row in model.objects.order_by("pk").values()]
    assert not [one for one in kept if MARKER in one or "geheim@" in one]
    assert MARKER not in caplog.text
    assert "geheim" not in caplog.text


def test_what_is_older_than_the_switch_or_read_already_stays(now, mailbox, box):
    old = box.put(bytes(letter("alt")), on=date(2026, 11, 23))
    read = box.put(bytes(letter("gelesen")))
    box.flags(read).add("\\Seen")
    assert fetch(mailbox, now) == 0
    assert box.uids() == [old, read]
    assert not Enquiry.objects.exists()


def test_a_mail_is_taken_once_however_often_the_mailbox_is_read(now, mailbox, box):
    box.put(bytes(letter()))
    fetch(mailbox, now)
    fetch(mailbox, now + timedelta(minutes=5))
    assert Enquiry.objects.count() == 1
    same = letter(Message_ID="<gleich@example.org>")
    box.put(bytes(same))
    box.put(bytes(same))
    fetch(mailbox, now + timedelta(minutes=10))
    assert Enquiry.objects.count() == 2
    assert [verdict for verdict, _reason in verdicts(mailbox)] == [MailVerdict.TAKEN, MailVerdict.TAKEN, MailVerdict.DOUBLE]
    assert box.uids() == []


def test_different_mails_with_one_message_id_are_two_questions(now, mailbox, box):
    """Some programs give every mail the same id; nobody's question may vanish behind another one's."""
    box.put(bytes(letter("eins", sender="a@example.org", Message_ID="<1@scanner>")))
    box.put(bytes(letter("zwei", sender="b@example.org", Message_ID="<1@scanner>")))
    fetch(mailbox, now)
    assert sorted(Enquiry.objects.order_by("pk").values_list("contact", flat=True)) == ["a@example.org", "b@example.org"]


@pytest.mark.parametrize("fault", ["cut-store", "no-store"])
def test_killed_between_keeping_and_marking_it_is_still_one_question(now, mailbox, box, fault):
    uid = box.put(bytes(letter()))
    box.faults.add(fault)
    fetch(mailbox, now)
    assert (Enquiry.objects.count(), box.flags(uid)) == (1, set())
    assert MailboxMessage.objects.get().filed_at is None
    box.faults.clear()
    fetch(mailbox, now + timedelta(minutes=5))
    assert (Enquiry.objects.count(), box.uids(MOVED)) == (1, [uid])
    assert MailboxMessage.objects.get().filed_at == now + timedelta(minutes=5)


def test_killed_before_the_question_was_kept_it_is_taken_at_the_next_visit(now, mailbox, box):
    box.put(bytes(letter()))
    with patch.object(taking, "submit_enquiry", side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        fetch(mailbox, now)
    assert not Enquiry.objects.exists()
    later = now + fetching.LEASE + timedelta(seconds=1)
    fetch(mailbox, later)
    assert Enquiry.objects.count() == 1


def test_numbers_that_begin_anew_do_not_bring_a_mail_twice(now, mailbox, box):
    """A restored mailbox has a new UIDVALIDITY, and its mails are unread again."""
    uid = box.put(bytes(letter()))
    fetch(mailbox, now)
    box.uid_validity += 1
    box.folders["INBOX"], box.folders[MOVED] = box.folders[MOVED], []
    box.flags(uid).clear()
    fetch(mailbox, now + timedelta(minutes=5))
    assert Enquiry.objects.count() == 1
    assert [verdict for verdict, _reason in verdicts(mailbox)] == [MailVerdict.TAKEN, MailVerdict.DOUBLE]


def test_only_one_worker_reads_a_mailbox(now, mailbox, box):
    box.put(bytes(letter()))
    Mailbox.objects.update(lease_until=now + timedelta(minutes=1), lease_token="andere")
    assert fetch(mailbox, now) == 0
    assert (box.seen, mailbox.lease_token) == ([], "andere")


def test_a_worker_whose_lease_was_taken_over_keeps_nothing(now, mailbox, box):
    box.put(bytes(letter()))
    real = taking.take_mail

    def taken_over(**kwargs):
        Mailbox.objects.update(lease_token="andere")
        return real(**kwargs)

    with patch.object(fetching, "take_mail", taken_over):
        fetch(mailbox, now)
    assert not Enquiry.objects.exists()
    assert mailbox.lease_token == "andere"


def test_a_poisonous_mail_is_set_aside_after_three_tries_and_the_others_come_in(now, mailbox, box, admin):
    bad = box.put(bytes(letter("Gift", sender="gift@example.org")))
    box.put(bytes(letter("gut")))
    real = fetching.read_mail

    def poisoned(raw, **kwargs):
        if b"Gift" in raw:
            raise RecursionError
        return real(raw, **kwargs)

    with patch.object(fetching, "read_mail", poisoned):
        for number in range(5):
            fetch(mailbox, now + timedelta(minutes=5 * number))
    assert [verdict for verdict, _reason in verdicts(mailbox)] == [MailVerdict.SET_ASIDE, MailVerdict.TAKEN]
    assert MailboxMessage.objects.get(imap_uid=bad).attempts == fetching.TRIES + 1
    assert (box.uids(), box.flags(bad), mailbox.failures) == ([bad], set(), 0)
    assert AuditEntry.objects.filter(verb="mailbox.set_aside").count() == 1
    assert [todo.route for todo in _todos(admin, now)] == ["enquiries:mailbox"]
    assert mailboxes.settle_set_aside(mailbox=mailbox, viewer=admin, now=now) == 1
    assert _todos(admin, now) == []


def _todos(admin, now):
    from bruecke.enquiries.queries.mailboxes import collect

    return list(collect(admin, now))


def test_a_mail_that_kills_its_reader_is_given_up_too(now, mailbox, box):
    box.put(bytes(letter()))
    moment = now
    with patch.object(fetching, "read_mail", side_effect=SystemExit):
        for _try in range(fetching.TRIES):
            with pytest.raises(SystemExit):
                fetch(mailbox, moment)
            moment += fetching.LEASE + timedelta(seconds=1)
    fetch(mailbox, moment)
    assert [verdict for verdict, _reason in verdicts(mailbox)] == [MailVerdict.SET_ASIDE]


AUTOMATIC = [
    ({"Auto_Submitted": "auto-replied"}, LeftOutReason.AUTOMATIC),
    ({"X_Autoreply": "yes"}, LeftOutReason.AUTOMATIC),
    ({"Precedence": "bulk"}, LeftOutReason.MAILING_LIST),
    ({"List_Id": "<rundbrief.example.org>"}, LeftOutReason.MAILING_LIST),
    ({"Return_Path": "<>"}, LeftOutReason.BOUNCE),
    ({"sender": "MAILER-DAEMON@example.org"}, LeftOutReason.BOUNCE),
    ({"sender": "amt@example.org"}, LeftOutReason.OWN),
    ({"sender": "fragen@example.org"}, LeftOutReason.OWN),
    ({"X_Spam_Flag": "YES"}, LeftOutReason.SPAM),
    ({"sender": ""}, LeftOutReason.NO_SENDER),
]


@pytest.mark.parametrize(("fields", "reason"), AUTOMATIC, ids=[str(fields) for fields, _reason in AUTOMATIC])
def test_what_nobody_waits_for_is_left_out_counted_and_not_touched(now, mailbox, box, fields, reason):
    uid = box.put(bytes(letter(**fields)))
    fetch(mailbox, now)
    assert verdicts(mailbox) == [(MailVerdict.LEFT_OUT, reason)]
    assert (box.uids(), box.flags(uid)) == ([uid], set())
    assert not Enquiry.objects.exists()
    assert not OutboxMail.objects.exists()
    fetched = box.seen.count("FETCH")
    fetch(mailbox, now + timedelta(minutes=5))
    assert box.seen.count("FETCH") == fetched


def test_our_own_notice_in_the_mailbox_that_is_read_makes_no_loop(now, mailbox, box):
    box.put(bytes(letter()))
    fetch(mailbox, now)
    notice = OutboxMail.objects.get()
    box.put(bytes(build_message(notice)))
    fetch(mailbox, now + timedelta(minutes=5))
    assert (Enquiry.objects.count(), OutboxMail.objects.count()) == (1, 1)


def test_one_address_cannot_flood_the_office(scene, now, mailbox, box):
    from bruecke.enquiries.queries.routing import MAX_AN_ADDRESS

    with patch.object(taking.dated_settings, "get", side_effect=lambda _district, key, _day: 2 if key == MAX_AN_ADDRESS else 3):
        for number in range(4):
            box.put(bytes(letter(f"Nummer {number}")))
        fetch(mailbox, now)
    assert Enquiry.objects.count() == 2
    assert verdicts(mailbox)[2:] == [(MailVerdict.LEFT_OUT, LeftOutReason.TOO_MANY)] * 2


# --- replies ---------------------------------------------------------------------------------------------------------------


def _first_question(now, mailbox, box, **values):
    box.put(bytes(letter("Erste Frage", Message_ID="<erste@example.org>", **values)))
    fetch(mailbox, now)
    return Enquiry.objects.get()


@pytest.mark.parametrize("way", ["thread", "sign", "notice"])
def test_a_reply_of_the_same_person_joins_her_question(now, mailbox, box, way):
    enquiry = _first_question(now, mailbox, box)
    notice = OutboxMail.objects.get()
    fields = {
        "thread": {"In_Reply_To": "<unbekannt@example.org>", "References": "<erste@example.org> <unbekannt@example.org>"},
        "sign": {"subject": f"Re: Ihre Frage {enquiry.reference}"},
        "notice": {"In_Reply_To": notice.message_id},
    }[way]
    box.put(bytes(letter("Noch etwas", **fields)))
    fetch(mailbox, now + timedelta(minutes=5))
    enquiry.refresh_from_db()
    assert Enquiry.objects.count() == 1
    assert enquiry.has_follow_up
    assert verdicts(mailbox)[1] == (MailVerdict.ADDED, "")
    assert "Noch etwas" in Message.objects.order_by("-pk")[0].text


@pytest.mark.parametrize("fields", [{"References": "<erste@example.org>"}, {"subject": "Re: {reference}"}])
def test_a_reply_of_somebody_else_is_a_question_of_its_own(now, mailbox, box, fields):
    enquiry = _first_question(now, mailbox, box)
    fields = {name: value.format(reference=enquiry.reference) for name, value in fields.items()}
    box.put(bytes(letter("Ich lese mit", sender="fremd@example.org", **fields)))
    fetch(mailbox, now + timedelta(minutes=5))
    enquiry.refresh_from_db()
    assert (Enquiry.objects.count(), enquiry.has_follow_up) == (2, False)


def test_a_reply_to_a_question_of_another_office_stays_in_the_mailboxs_office(scene, now, mailbox, box):
    enquiry = _first_question(now, mailbox, box)
    Enquiry.objects.filter(pk=enquiry.pk).update(controller=scene.association, unit=None)
    box.put(bytes(letter("Noch etwas", References="<erste@example.org>")))
    fetch(mailbox, now + timedelta(minutes=5))
    assert Enquiry.objects.filter(controller=scene.leading).count() == 1


def test_a_reply_reopens_a_closed_question(scene, now, mailbox, box):
    enquiry = _first_question(now, mailbox, box)
    actions.close_enquiry(
        enquiry=enquiry, outcome=Outcome.ANSWERED, note="", version=None, viewer=viewer(scene, "office", now), now=now
    )
    assert OutboxMail.objects.count() == 1, "who has no code hears from the office by mail"
    box.put(bytes(letter("Noch etwas", References="<erste@example.org>")))
    fetch(mailbox, now + timedelta(minutes=5))
    enquiry.refresh_from_db()
    assert enquiry.state == EnquiryState.OPEN


# --- the confirmation ------------------------------------------------------------------------------------------------------


def test_a_confirmation_brings_the_code_and_says_that_a_program_wrote_it(scene, now, mailbox, box):
    Mailbox.objects.update(sends_receipt=True)
    box.put(bytes(letter(f"Привіт, чи є курс їжі {MARKER}")))
    fetch(mailbox, now)
    enquiry = Enquiry.objects.get()
    mail = OutboxMail.objects.get(to="frau@example.org")
    code = mail.body.split("\n")[-9:]
    found = next(queries.enquiry_by_receipt(line) for line in mail.body.split("\n") if queries.enquiry_by_receipt(line))
    assert (found, enquiry.contact_language) == (enquiry, "uk"), code
    assert build_message(mail)["Auto-Submitted"] == "auto-replied"
    assert MARKER not in mail.subject + mail.body
    actions.answer_enquiry(enquiry=enquiry, text="Ja", language="de", version=None, viewer=viewer(scene, "office", now), now=now)
    assert OutboxMail.objects.filter(to="frau@example.org").count() == 2


def test_one_address_gets_three_confirmations_a_day(now, mailbox, box):
    Mailbox.objects.update(sends_receipt=True)
    for number in range(5):
        box.put(bytes(letter(f"Nummer {number}")))
    fetch(mailbox, now)
    assert Enquiry.objects.count() == 5
    assert OutboxMail.objects.filter(to="frau@example.org").count() == taking.RECEIPTS_A_DAY


# --- files ---------------------------------------------------------------------------------------------------------------


def test_a_photo_is_cleaned_and_kept_and_what_is_no_photo_stays_in_the_mailbox(now, mailbox, box):
    message = letter("Siehe Foto")
    picture = BytesIO()
    Image.new("RGB", (40, 30), "red").save(picture, "JPEG")
    message.add_attachment(picture.getvalue(), maintype="image", subtype="jpeg", filename="frau-privat.jpg")
    message.add_attachment(b"MZ\x90\x00", maintype="application", subtype="pdf", filename="bescheid.pdf")
    box.put(bytes(message))
    fetch(mailbox, now)
    attachment = Attachment.objects.select_related("file").get()
    assert attachment.file.content_type == "image/jpeg"
    assert "privat" not in attachment.file.original_name
    assert MailboxMessage.objects.get().attachment_count == 1


def test_a_very_large_mail_brings_its_letter(now, mailbox, box):
    message = letter("Kurzer Brief")
    message.add_attachment(b"x" * (fetching.WHOLE_MAIL + 10), maintype="application", subtype="zip", filename="alles.zip")
    box.put(bytes(message))
    fetch(mailbox, now)
    assert "Kurzer Brief" in Message.objects.get().text
    assert MailboxMessage.objects.get().attachment_count == 1
