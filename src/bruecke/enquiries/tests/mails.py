"""Mails for tests, as people and programs send them."""

from email.message import EmailMessage
from itertools import count

from bruecke.enquiries.actions import mailboxes
from bruecke.enquiries.models import Mailbox
from bruecke.enquiries.states import MailboxSecurity

_numbers = count(1)


def letter(text: str = "Gibt es einen Deutschkurs?", *, subject: str = "Frage", sender: str = "Frau <frau@example.org>", **fields):
    """A plain mail; `fields` by name with `_` for `-`, an empty one leaves the field out."""
    message = EmailMessage()
    defaults = {
        "From": sender,
        "To": "fragen@landkreis.example.org",
        "Subject": subject,
        "Date": "Tue, 24 Nov 2026 08:00:00 +0100",
        "Message-ID": f"<mail-{next(_numbers)}@example.org>",
    }
    for name, value in {**defaults, **{name.replace("_", "-"): value for name, value in fields.items()}}.items():
        if value:
            message[name] = value
    message.set_content(text)
    return message


def make_mailbox(scene, now, *, port: int, viewer, is_active: bool = True, password: str = "geheim Wört", **values) -> Mailbox:
    """A mailbox of the leading office on loopback, through the actions."""
    given = {
        "name": "Integration",
        "host": "127.0.0.1",
        "port": port,
        "security": MailboxSecurity.NONE,
        "username": "fragen@example.org",
        "folder": "INBOX",
        "controller": scene.leading,
        "unit": scene.coordination,
        "sends_receipt": False,
        **values,
    }
    mailbox = mailboxes.create_mailbox(district=scene.district, values=given, password=password, viewer=viewer, now=now)
    if is_active:
        mailbox = mailboxes.switch_mailbox(mailbox=mailbox, is_active=True, viewer=viewer, now=now)
    return mailbox
