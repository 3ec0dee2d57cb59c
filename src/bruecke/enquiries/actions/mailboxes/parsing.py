"""A mail as the program understands it: sender, words, whose reply it is, and whether anybody waits for an answer. No database."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.parser import BytesParser
from hashlib import sha256

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from bruecke.core.tokens import keyed_hash
from bruecke.enquiries.actions.mailboxes.html import MAX_HTML, words_of
from bruecke.enquiries.actions.mailboxes.quoting import bare_subject, is_reply, own_words
from bruecke.enquiries.rules import MAX_FILES
from bruecke.enquiries.states import LeftOutReason

_PURPOSE = "mailbox-message"
_ID = re.compile(r"<[^<>\s]{1,250}>")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029]")
_BLANK_LINES = re.compile(r"\n{3,}")
_REFERENCE = re.compile(r"\b[2-9A-HJ-NP-Z]{3}-[2-9A-HJ-NP-Z]{4}\b")
_MAX_IDS = 30
_MAX_PLAIN = 200_000
_BULK = frozenset({"bulk", "list", "junk"})
_MACHINES = frozenset({"mailer-daemon", "postmaster"})
_LIST_FIELDS = ("List-Id", "List-Unsubscribe", "List-Post", "Mailing-List", "Feedback-ID")
_AUTOMATIC_FIELDS = ("X-Autoreply", "X-Autorespond", "X-Auto-Reply")
_FILES = frozenset({"application", "image", "audio", "video"})


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail. `left_out` says why nobody answers it; `references` are Message-IDs of what it replies to, hashed.

    `files` are the first ones as they came, of which something may be kept; `file_count` is how many there are.
    """

    message_hash: str
    thread_hash: str
    sender: str
    subject: str
    text: str
    message_ids: tuple[str, ...]
    references: tuple[str, ...]
    signs: tuple[str, ...]
    files: tuple[bytes, ...]
    file_count: int
    left_out: LeftOutReason | None


def thread_hash(message_id: str) -> str:
    """Under what a Message-ID is kept, so that replies find the question."""
    return keyed_hash(message_id, f"{_PURPOSE}-thread")


def number_hash(uid_validity: int, uid: int) -> str:
    """Stands for a mail that nobody has read yet."""
    return keyed_hash(f"{uid_validity}:{uid}", f"{_PURPOSE}-number")


def read_mail(raw: bytes, *, own_addresses: frozenset[str]) -> Mail:
    """The mail in these bytes. Hostile ones may raise whatever the parser of the standard library raises."""
    message = BytesParser(_class=EmailMessage, policy=policy.default).parsebytes(raw)
    sender = _sender(message)
    subject = _field(message, "Subject")
    answered = tuple(_ID.findall(f"{_field(message, 'In-Reply-To')} {_field(message, 'References')}")[-_MAX_IDS:])
    own_id = next(iter(_ID.findall(_field(message, "Message-ID"))), "")
    body = _body(message)
    files = list(_files(message, body))
    words = own_words(_tidy(_words(body)), is_reply=bool(answered) or is_reply(subject))
    known_by = f"{own_id}\n{sender}\n{_field(message, 'Date')}" if own_id else sha256(raw).hexdigest()
    return Mail(
        message_hash=keyed_hash(known_by, _PURPOSE),
        thread_hash=thread_hash(own_id) if own_id else "",
        sender=sender,
        subject=bare_subject(_tidy(subject)),
        text=words,
        message_ids=answered,
        references=tuple(thread_hash(one) for one in answered),
        signs=tuple(_REFERENCE.findall(subject)[:3]),
        files=tuple(files[:MAX_FILES]),
        file_count=len(files),
        left_out=_left_out(message, sender, own_addresses),
    )


def _field(message: EmailMessage, name: str) -> str:
    """A field of the head in one line; empty where the parser gives up on it."""
    try:
        value = message.get(name, "")
        return " ".join(str(value).split())
    except (HeaderParseError, ValueError, LookupError, TypeError, AttributeError):
        return ""


def _sender(message: EmailMessage) -> str:
    """The one address in From; empty where there is none, or one that no mail could be sent to."""
    try:
        addresses = list(getattr(message.get("From"), "addresses", ()))
        found = addresses[0].addr_spec.strip().lower() if len(addresses) == 1 else ""
        validate_email(found)
        Address(addr_spec=found)  # stricter than Django: an encoded word is no mailbox
    except (ValidationError, HeaderParseError, ValueError, LookupError, TypeError, AttributeError):
        return ""
    return found if len(found) <= 254 and found.isascii() else ""


# --- who does not wait for an answer ---------------------------------------------------------------------------------------


def _left_out(message: EmailMessage, sender: str, own_addresses: frozenset[str]) -> LeftOutReason | None:
    """By the fields that programs put on their mails (RFC 3834, RFC 2919, RFC 3464)."""
    if _is_bounce(message, sender):
        return LeftOutReason.BOUNCE
    if not sender:
        return LeftOutReason.NO_SENDER
    if sender in own_addresses:
        return LeftOutReason.OWN
    if _is_automatic(message):
        return LeftOutReason.AUTOMATIC
    if any(_field(message, name) for name in _LIST_FIELDS) or _field(message, "Precedence").lower() in _BULK:
        return LeftOutReason.MAILING_LIST
    return LeftOutReason.SPAM if _field(message, "X-Spam-Flag").lower() == "yes" else None


def _is_bounce(message: EmailMessage, sender: str) -> bool:
    is_report = message.get_content_type() == "multipart/report"
    return is_report or _field(message, "Return-Path") == "<>" or sender.partition("@")[0] in _MACHINES


def _is_automatic(message: EmailMessage) -> bool:
    submitted = _field(message, "Auto-Submitted").partition(";")[0].strip().lower()
    if submitted not in {"", "no"}:
        return True
    return any(_field(message, name) for name in _AUTOMATIC_FIELDS) or _field(message, "Precedence").lower() == "auto_reply"


# --- words and files -----------------------------------------------------------------------------------------------------


def _body(message: EmailMessage) -> EmailMessage | None:
    """The part that is the letter: plain text, else HTML; an empty plain part does not hide the other."""
    plain, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    if isinstance(plain, EmailMessage) and (html is None or _content(plain).strip()):
        return plain
    return html if isinstance(html, EmailMessage) else None


def _words(body: EmailMessage | None) -> str:
    if body is None:
        return ""
    text = _content(body)
    return words_of(text) if body.get_content_subtype() == "html" else text[:_MAX_PLAIN]


def _content(part: EmailMessage) -> str:
    """The letters of a part; in an unknown character set what can be read of it."""
    try:
        content = part.get_content()
        return content[:MAX_HTML] if isinstance(content, str) else ""
    except (LookupError, ValueError, TypeError, AttributeError):
        payload = part.get_payload(decode=True)
        return payload[:MAX_HTML].decode("utf-8", "replace") if isinstance(payload, bytes) else ""


def _tidy(text: str) -> str:
    lines = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")).replace("\xa0", " ")
    printable = lines.encode("utf-8", "replace").decode("utf-8")
    return _BLANK_LINES.sub("\n\n", printable).strip("\n")


def _files(message: EmailMessage, body: EmailMessage | None) -> Iterator[bytes]:
    """What was attached; a picture inside a letter in HTML (a logo) is none."""
    for part in message.walk():
        if part is body or part.is_multipart():
            continue
        disposition = part.get_content_disposition()
        is_file = disposition == "attachment" or (part.get_content_maintype() in _FILES and not _field_of(part, "Content-ID"))
        if is_file:
            payload = part.get_payload(decode=True)
            yield payload if isinstance(payload, bytes) else b""


def _field_of(part: object, name: str) -> str:
    return _field(part, name) if isinstance(part, EmailMessage) else ""
