"""Mail as rows of the transaction: queued with the record, delivered by the worker, once as far as the way out allows."""

import logging
import os
import smtplib
import ssl
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import models, transaction

from bruecke.core import leases
from bruecke.core.models import District, OutboxMail, StoredFile, WorkState
from bruecke.core.scope import for_district
from bruecke.core.tokens import keyed_hash

log = logging.getLogger("bruecke.outbox")
REPLY = "reply:"
"""Keys of mails that answer a mail begin with it; programs on the other side must know (RFC 3834)."""


def queue_mail(
    *,
    district: District | None,
    to: str,
    subject: str,
    body: str,
    key: str,
    now: datetime,
    language: str = "de",
    about: models.Model | None = None,
    attachment: StoredFile | None = None,
) -> OutboxMail:
    """Queue a plain-text mail, with a file when one is given; the same `key` is queued once, whoever asks and however often.

    A file of another district is never sent: it is read in the scope of the mail's own.

    Subject and body must not hold what the record seals: mails travel unencrypted. The Message-ID is derived
    from the key, so that a mail server can drop a copy that a crash between sending and noting produced.
    """
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    mail, _created = OutboxMail.objects.get_or_create(
        key=key,
        defaults={
            "district": district,
            "message_id": f"<{keyed_hash(key, 'message-id')[:32]}@{host}>",
            "to": to,
            "subject": " ".join(subject.split())[:200],
            "body": body,
            "language": language,
            "about_type": about._meta.label_lower if about is not None else "",
            "about_uid": str(getattr(about, "uid", "")) if about is not None else "",
            "attachment_uid": attachment.uid if attachment is not None else "",
            "queued_at": now,
            "due_at": now,
        },
    )
    return mail


def regard_as_delivered(*, before: datetime) -> int:
    """Waiting mails of the past reached their readers long ago: for the demo's year, which never sends them. Returns how many.

    Leaves them as `deliver_next` does, so that they are forgotten in time.
    """
    waiting = OutboxMail.objects.filter(state=WorkState.WAITING, queued_at__lt=before)
    return waiting.update(state=WorkState.DONE, finished_at=models.F("queued_at"), to="", subject="", body="")


def build_message(mail: OutboxMail) -> EmailMessage:
    message = EmailMessage()
    message["Message-ID"] = mail.message_id
    message["Date"] = format_datetime(mail.queued_at)
    message["From"] = settings.DEFAULT_FROM_EMAIL
    message["To"] = Address(addr_spec=mail.to)  # parsed strictly: an encoded word in it could name further recipients
    message["Subject"] = mail.subject
    message["Auto-Submitted"] = "auto-replied" if mail.key.startswith(REPLY) else "auto-generated"
    message.set_content(mail.body)
    if mail.attachment_uid:
        _attach(message, mail)
    message["Content-Language"] = mail.language  # after the content, which clears all fields that begin with Content-
    return message


def _attach(message: EmailMessage, mail: OutboxMail) -> None:
    """Raises: LookupError when the file is gone; the mail is tried again, and given up visibly."""
    if mail.district is None:
        raise LookupError(mail.attachment_uid)
    with for_district(mail.district):
        stored = StoredFile.objects.filter(uid=mail.attachment_uid).first()
        if stored is None:
            raise LookupError(mail.attachment_uid)
        with default_storage.open(stored.path) as file:
            content = file.read()
    kind, _slash, subtype = stored.content_type.partition("/")
    message.add_attachment(content, maintype=kind, subtype=subtype, filename=stored.original_name)


def deliver_next(now: datetime) -> bool:
    """Deliver one due mail; False when none is due."""
    mail = leases.claim(OutboxMail, now=now)
    if mail is None:
        return False
    try:
        deliver(build_message(mail))
    except Exception as error:  # noqa: BLE001 - one mail that cannot be built or sent must not stop the worker; it is retried
        leases.give_back(mail, error=error, now=now)
        log.warning("mail not delivered", extra={"mail": mail.uid, "attempt": mail.attempts, "error": type(error).__name__})
        return True
    with transaction.atomic():
        if leases.holds(mail):
            mail.state = WorkState.DONE
            mail.finished_at = now
            mail.to = mail.subject = mail.body = ""
            mail.lease_until = None
            mail.save(update_fields=["state", "finished_at", "to", "subject", "body", "lease_until"])
    log.info("mail delivered", extra={"mail": mail.uid})
    return True


def deliver(message: EmailMessage) -> None:
    """Hand a message to the configured way out. Raises: OSError, SMTPException."""
    if settings.SMTP_URL:
        _send_by_smtp(message, settings.SMTP_URL)
    else:
        _keep_as_file(message, Path(settings.MAIL_DIR))


def _send_by_smtp(message: EmailMessage, url: str) -> None:
    parts = urlsplit(url)
    context = ssl.create_default_context()
    host = parts.hostname or "localhost"
    if parts.scheme == "smtps":
        client: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=20, context=context)
    else:
        client = smtplib.SMTP(host, parts.port or 25, timeout=20)
    with client:
        if parts.scheme == "smtp+starttls":
            client.starttls(context=context)
        if parts.username:
            client.login(unquote(parts.username), unquote(parts.password or ""))
        client.send_message(message)


def _keep_as_file(message: EmailMessage, folder: Path) -> None:
    """One file a Message-ID, put in place in one step: delivered twice it is still one mail. What a killed worker began goes."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    target = folder / f"{sha256(str(message['Message-ID']).encode()).hexdigest()[:32]}.eml"
    temporary = target.with_suffix(f".{os.getpid()}.part")
    with temporary.open("wb") as file:
        file.write(bytes(message))
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(target)
    for begun in folder.glob(f"{target.stem}.*.part"):
        begun.unlink(missing_ok=True)
