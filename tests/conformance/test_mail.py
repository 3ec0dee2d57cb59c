"""Mails of the house are what RFC 5322, 2045 and 3834 call a message, also with German and Arabic words in them."""

from email import message_from_bytes, policy
from email.headerregistry import Address
from email.utils import parsedate_to_datetime

import pytest

from bruecke.core.models import OutboxMail
from bruecke.core.outbox import build_message, queue_mail

BODY = "Guten Tag,\n\nÜber größere Züge: " + "sehr langer Satz " * 80 + "\n.\nأهلا وسهلا\nhttps://example.org/de/antwort/\n"


@pytest.fixture
def mail(now):
    return OutboxMail(
        key="k",
        message_id="<0123456789abcdef0123456789abcdef@example.org>",
        to="ratsuchend@example.org",
        subject="Brücke: neue Frage – رسالة جديدة",
        body=BODY,
        language="ar",
        queued_at=now,
        due_at=now,
    )


@pytest.fixture
def raw(mail):
    return bytes(build_message(mail))


def test_header_fields_of_rfc_5322_stand_there_once_and_in_ascii(raw):
    head = raw.replace(b"\r\n", b"\n").split(b"\n\n", 1)[0]
    assert head.isascii()
    names = [line.split(b":")[0].lower() for line in head.split(b"\n") if not line.startswith((b" ", b"\t"))]
    assert {b"from", b"to", b"date", b"message-id", b"subject"} <= set(names)
    assert len(names) == len(set(names))


def test_no_line_is_longer_than_998_octets(raw):
    """RFC 5322 §2.1.1."""
    assert max(len(line) for line in raw.splitlines()) <= 998


def test_read_back_it_says_the_same(raw, mail, now):
    message = message_from_bytes(raw, policy=policy.default)
    assert not message.defects
    assert message["Subject"] == mail.subject
    assert message["Message-ID"] == mail.message_id
    assert message["To"].addresses == (Address("", "ratsuchend", "example.org"),)
    assert parsedate_to_datetime(str(message["Date"])) == now
    assert message.get_content_type() == "text/plain"
    assert message.get_content_charset() == "utf-8"
    assert message.get_content() == mail.body
    assert message["Content-Language"] == "ar"


def test_machines_do_not_answer(raw):
    """RFC 3834 §5: no out-of-office replies to an automatic notice."""
    assert message_from_bytes(raw, policy=policy.default)["Auto-Submitted"] == "auto-generated"


@pytest.mark.django_db
def test_nobody_adds_header_fields_through_a_subject(now):
    """What a person typed may stand in a subject; a line break in it begins no new field."""
    mail = queue_mail(
        district=None, to="a@example.org", subject="Hallo\r\nBcc: b@example.org\n\nText", body="x", key="one", now=now
    )
    message = message_from_bytes(bytes(build_message(mail)), policy=policy.default)
    assert message["Bcc"] is None
    assert message["Subject"] == "Hallo Bcc: b@example.org Text"
