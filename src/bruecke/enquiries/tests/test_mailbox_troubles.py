"""When a mail server misbehaves: in words, in bounded time, and nothing leaves without encryption."""

from datetime import timedelta
from unittest.mock import patch

import pytest

from bruecke.accounts.models import Membership
from bruecke.accounts.tests.factories import make_account, make_membership
from bruecke.core.models import AuditEntry
from bruecke.core.viewer import Role, Viewer
from bruecke.enquiries import queries
from bruecke.enquiries.actions import mailboxes
from bruecke.enquiries.actions.mailboxes import fetching, imap
from bruecke.enquiries.models import Enquiry, Mailbox, MailboxMessage
from bruecke.enquiries.queries.mailboxes import collect
from bruecke.enquiries.states import (
    MailboxSecurity,
    MailboxTrouble,
    MailVerdict,
)
from bruecke.enquiries.tests.factories import viewer
from bruecke.enquiries.tests.imap_server import Box, closed_port, make_certificate, serving
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


def todos(viewer, now):
    return list(collect(viewer, now))


# --- troubles --------------------------------------------------------------------------------------------------------------


def trouble_of(mailbox, now, **values):
    Mailbox.objects.filter(pk=mailbox.pk).update(**values)
    fetch(mailbox, now)
    return mailbox.last_error


def test_troubles_have_a_word(now, mailbox, box, settings):
    assert trouble_of(mailbox, now, folder="Fehlt") == MailboxTrouble.FOLDER
    assert trouble_of(mailbox, now, folder="INBOX", username="falsch@example.org") == MailboxTrouble.LOGIN
    assert mailbox.failures == 2
    assert trouble_of(mailbox, now, failures=0, port=closed_port()) == MailboxTrouble.REFUSED
    assert trouble_of(mailbox, now, failures=0, password_sealed="altes Geheimnis") == MailboxTrouble.PASSWORD
    assert not Enquiry.objects.exists()


@pytest.mark.parametrize("greeting", [b"* BYE voll", b"220 mail ESMTP", b"\xff" * 50])
def test_what_speaks_something_else_is_said_so(now, mailbox, box, greeting):
    box.greeting = greeting
    fetch(mailbox, now)
    assert mailbox.last_error == MailboxTrouble.PROTOCOL


@pytest.mark.parametrize("fault", ["mute", "silent-fetch"])
def test_a_server_that_falls_silent_keeps_nobody(now, mailbox, box, fault):
    box.put(bytes(letter()))
    box.faults.add(fault)
    with patch.object(imap, "TIMEOUT", 0.3):
        fetch(mailbox, now)
    assert (mailbox.last_error, mailbox.failures, mailbox.lease_token) == (MailboxTrouble.SILENT, 1, "")


def test_a_visit_is_cut_when_its_time_is_over(now, mailbox, box):
    box.put(bytes(letter()))
    box.faults.add("silent-fetch")
    with pytest.raises(imap.Trouble), imap.open_folder(mailbox, "geheim Wört", deadline=0.3) as folder:
        folder.fetch(1, 1000)


@pytest.mark.parametrize("fault", ["cut-fetch", "huge-literal"])
def test_a_mail_that_breaks_the_line_is_given_up_after_three_visits(now, mailbox, box, fault):
    box.put(bytes(letter()))
    box.faults.add(fault)
    moment = now
    for _visit in range(fetching.TRIES + 1):
        fetch(mailbox, moment)
        moment += timedelta(hours=1)
    assert [verdict for verdict, _reason in verdicts(mailbox)] == [MailVerdict.SET_ASIDE]


def test_after_three_failures_the_administrators_hear_and_the_server_is_spared(scene, now, mailbox, box, admin):
    Mailbox.objects.update(username="falsch@example.org")
    for number in range(6):
        fetch(mailbox, now + timedelta(minutes=5 * number))
    assert mailbox.failures == 3
    assert [todo.urgency.value for todo in todos(admin, now)] == ["overdue"]
    assert todos(viewer(scene, "office", now), now) == []
    fetch(mailbox, now + timedelta(hours=2))
    assert mailbox.failures == 4


def test_where_nobody_would_read_it_nothing_is_taken(scene, now, mailbox, box):
    uid = box.put(bytes(letter()))
    Membership.objects.filter(account__in=[scene.accounts["office"], scene.accounts["guard"]]).delete()
    fetch(mailbox, now)
    assert (mailbox.last_error, box.uids()) == (MailboxTrouble.NOBODY_READS, [uid])


def test_a_mailbox_that_is_off_is_left_alone(now, mailbox, box, admin):
    mailboxes.switch_mailbox(mailbox=mailbox, is_active=False, viewer=admin, now=now)
    assert fetch(mailbox, now) == 0
    assert box.seen == []


# --- encryption ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("security", [MailboxSecurity.TLS, MailboxSecurity.STARTTLS])
def test_encrypted_ways_check_the_certificate(scene, now, admin, box, settings, tmp_path, monkeypatch, security):
    certificate = make_certificate(tmp_path, "127.0.0.1")
    box.put(bytes(letter()))
    box.capabilities += " STARTTLS"
    with serving(box, certificate, is_tls=security is MailboxSecurity.TLS) as port:
        settings.MAILBOX_PORTS = frozenset({port})
        mailbox = make_mailbox(scene, now, port=port, viewer=admin, security=security)
        fetch(mailbox, now)
        assert (mailbox.last_error, Enquiry.objects.count()) == (MailboxTrouble.CERTIFICATE, 0)
        assert "AUTHENTICATE" not in box.seen
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        fetch(mailbox, now + timedelta(minutes=5))
        assert (mailbox.last_error, Enquiry.objects.count()) == ("", 1)


def test_a_server_without_starttls_gets_no_password(scene, now, mailbox, box):
    assert trouble_of(mailbox, now, security=MailboxSecurity.STARTTLS) == MailboxTrouble.CERTIFICATE
    assert "AUTHENTICATE" not in box.seen
    assert "LOGIN" not in box.seen


def test_without_encryption_no_other_machine_is_asked(now, mailbox):
    assert trouble_of(mailbox, now, host="mail.example.org") == MailboxTrouble.CERTIFICATE


def test_login_with_quotes_where_plain_is_not_offered(now, mailbox, box):
    box.capabilities, box.password = "IMAP4rev1", 'a "b" \\c'
    box.put(bytes(letter()))
    from bruecke.enquiries.actions.mailboxes.secret import seal

    Mailbox.objects.update(password_sealed=seal('a "b" \\c'))
    fetch(mailbox, now)
    assert mailbox.last_error in {"", MailboxTrouble.LOGIN}


def test_without_move_taken_mails_stay_as_read(now, mailbox, box):
    box.capabilities = "IMAP4rev1 AUTH=PLAIN"
    uid = box.put(bytes(letter()))
    fetch(mailbox, now)
    assert (box.uids(), box.flags(uid), Enquiry.objects.count()) == ([uid], {"\\Seen"}, 1)


def test_old_notes_go(scene, now, mailbox, box):
    box.put(bytes(letter()))
    fetch(mailbox, now)
    assert mailboxes.forget_messages(scene.district, now + timedelta(days=399)) == 0
    assert mailboxes.forget_messages(scene.district, now + timedelta(days=401)) == 1
    assert Enquiry.objects.count() == 1


def test_folder_names_travel_as_imap_wants_them():
    assert imap.quoted("Brücke übernommen") == f'"{MOVED}"'
    assert imap.quoted('A & "B"') == '"A &- \\"B\\""'
    assert imap.quoted("台北") == '"&U,BTFw-"'


def test_system_viewer_is_named_as_the_mailbox(now, mailbox, box):
    box.put(bytes(letter()))
    fetch(mailbox, now)
    entry = AuditEntry.objects.get(verb="enquiry.received")
    assert (entry.actor_kind, entry.reason) == (Viewer.system("mailbox").kind.value, "mailbox")
