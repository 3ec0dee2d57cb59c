"""A visit to a mailbox: one worker at a time, each mail on its own, and what was taken is put into its folder."""

import io
import logging
import time
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction

from bruecke.core import clock
from bruecke.core.cleaning import clean_upload
from bruecke.core.errors import Invalid
from bruecke.core.files import CheckedFile
from bruecke.core.models import District
from bruecke.core.tokens import new_uid
from bruecke.core.viewer import Viewer
from bruecke.enquiries.actions.mailboxes import imap
from bruecke.enquiries.actions.mailboxes.imap import Folder, Trouble, open_folder
from bruecke.enquiries.actions.mailboxes.parsing import Mail, number_hash, read_mail
from bruecke.enquiries.actions.mailboxes.secret import unseal
from bruecke.enquiries.actions.mailboxes.taking import LeaseLost, set_aside, take_mail
from bruecke.enquiries.models import Mailbox, MailboxMessage
from bruecke.enquiries.queries.mailboxes import TROUBLE_AFTER, has_reader, own_addresses
from bruecke.enquiries.states import SETTLED, MailboxTrouble, MailVerdict

log = logging.getLogger("bruecke.mailboxes")
FOLDER = "Brücke übernommen"
MAILS_A_VISIT = 40
TRIES = 3
WHOLE_MAIL = 10 * 1024 * 1024
FIRST_PART = 512 * 1024
"""Of a mail that is larger, this much is read: its letter stands at the beginning."""
VISIT = 40
"""Seconds after which no further mail is begun; the rest waits for the next visit."""
LEASE = timedelta(minutes=10)
PATIENCE = timedelta(minutes=55)
KEEP_MESSAGES = timedelta(days=400)


def fetch_mailbox(*, mailbox: Mailbox, now: datetime) -> int:
    """Read what is unread; returns how many mails were looked at. Never raises for a server or a mail that misbehaves.

    Effects: see `take_mail`; each mail in a transaction of its own; `checked_at`, and after a failure its code and how many there
    were in a row. Nothing happens while another worker reads the mailbox.
    """
    held = _claim(mailbox, now)
    if held is None:
        return 0
    seen, trouble = 0, ""
    try:
        seen = _visit(held, now)
    except Trouble as error:
        trouble = error.code.value
        log.warning("mailbox not read", extra={"mailbox": held.uid, "trouble": error.code})
    except LeaseLost:
        return seen
    failures = held.failures + 1 if trouble else 0
    Mailbox.objects.filter(pk=held.pk, lease_token=held.lease_token).update(
        checked_at=now, last_error=trouble, failures=min(failures, 1000), lease_until=None, lease_token=""
    )
    return seen


def unread_count(mailbox: Mailbox, now: datetime) -> int:
    """How many unread mails of today lie there; only looks. Raises: Trouble."""
    with open_folder(mailbox, unseal(mailbox.password_sealed), deadline=30) as folder:
        return len(folder.unread_since(clock.local_day(now)))


@transaction.atomic
def _claim(mailbox: Mailbox, now: datetime) -> Mailbox | None:
    """The mailbox, leased to the caller; None when it is off, in other hands, or failed often and was asked within the hour."""
    fresh = Mailbox.objects.select_for_update(of=("self",)).filter(pk=mailbox.pk, is_active=True).first()
    if fresh is None or (fresh.lease_until is not None and fresh.lease_until > now):
        return None
    if fresh.failures >= TROUBLE_AFTER and fresh.checked_at is not None and now - fresh.checked_at < PATIENCE:
        return None
    fresh.lease_until, fresh.lease_token = now + LEASE, new_uid()
    fresh.save(update_fields=["lease_until", "lease_token"])
    return Mailbox.objects.select_related("district", "controller__district", "unit").get(pk=fresh.pk)


def _visit(mailbox: Mailbox, now: datetime) -> int:
    """Raises: Trouble, LeaseLost."""
    password = unseal(mailbox.password_sealed)
    today = clock.local_day(now)
    if not has_reader(mailbox.controller_id, mailbox.unit_id, today):
        raise Trouble(MailboxTrouble.NOBODY_READS)
    own = own_addresses(mailbox)
    with open_folder(mailbox, password) as folder:
        uids = folder.unread_since(mailbox.active_from or today)
        _file_taken(mailbox, folder, now)
        waiting = _unsettled(mailbox, folder.uid_validity, uids)[:MAILS_A_VISIT]
        seen, began = 0, time.monotonic()
        for uid in waiting:
            if time.monotonic() - began > VISIT:
                break
            _look_at(mailbox, folder, uid, own, now)
            seen += 1
        _file_taken(mailbox, folder, now)
    return seen


def _unsettled(mailbox: Mailbox, uid_validity: int, uids: list[int]) -> list[int]:
    """Those of which nothing has become yet. One query."""
    rows = MailboxMessage.objects.filter(mailbox=mailbox, uid_validity=uid_validity, verdict__in=sorted(SETTLED))
    settled = set(rows.order_by().values_list("imap_uid", flat=True))
    return [uid for uid in uids if uid not in settled]


def _look_at(mailbox: Mailbox, folder: Folder, uid: int, own: frozenset[str], now: datetime) -> None:
    """One mail. The try is counted before the mail is read, so that one that kills its reader is given up too.

    Raises: Trouble and the errors of the line (the visit is over), LeaseLost.
    """
    row = _begin(mailbox, folder.uid_validity, uid, now)
    if row.attempts > TRIES:
        set_aside(row=row, viewer=Viewer.system("mailbox", mailbox.district_id), now=now)
        return
    try:
        size = folder.size(uid)
        raw = folder.fetch(uid, WHOLE_MAIL if size <= WHOLE_MAIL else FIRST_PART)
    except imap.Unfit:
        return
    try:
        mail = read_mail(raw, own_addresses=own)
        files = [] if mail.left_out else _cleaned(mail)
        take_mail(mailbox=mailbox, row=row, mail=mail, files=files, lease_token=mailbox.lease_token, now=now)
    except LeaseLost:
        raise
    except Exception as error:  # noqa: BLE001 - whatever a hostile mail sets off must not keep the others from coming in
        log.error(  # noqa: TRY400 - without the error's text, which may quote the mail
            "mail not read",
            extra={"mailbox": mailbox.uid, "mail": row.uid, "attempt": row.attempts, "error": type(error).__name__},
        )


def _cleaned(mail: Mail) -> list[CheckedFile]:
    """Photos and PDFs, written anew; what cannot be cleaned stays in the mailbox. Slow: outside any transaction."""
    found = []
    for content in mail.files:
        with suppress(Invalid):
            found.append(clean_upload(io.BytesIO(content)))
    return found


@transaction.atomic
def _begin(mailbox: Mailbox, uid_validity: int, uid: int, now: datetime) -> MailboxMessage:
    row, _created = MailboxMessage.objects.select_for_update(of=("self",)).get_or_create(
        mailbox=mailbox,
        uid_validity=uid_validity,
        imap_uid=uid,
        defaults={
            "district_id": mailbox.district_id,
            "message_hash": number_hash(uid_validity, uid),
            "verdict": MailVerdict.TRYING,
            "taken_at": now,
        },
    )
    row.attempts = min(row.attempts + 1, 100)
    row.save(update_fields=["attempts"])
    return row


def _file_taken(mailbox: Mailbox, folder: Folder, now: datetime) -> None:
    """Mark what became a question as read and move it; also what a killed visit left undone."""
    kept = (MailVerdict.TAKEN, MailVerdict.ADDED, MailVerdict.DOUBLE)
    rows = list(
        MailboxMessage.objects.filter(
            mailbox=mailbox, uid_validity=folder.uid_validity, imap_uid__gt=0, verdict__in=kept, filed_at=None
        ).order_by("imap_uid")[: 2 * MAILS_A_VISIT]
    )
    if rows:
        folder.make_folder(FOLDER)
    for row in rows:
        if folder.file(row.imap_uid, FOLDER):
            MailboxMessage.objects.filter(pk=row.pk).update(filed_at=now)


def forget_messages(district: District, now: datetime) -> int:
    """Drop the notes of mails that were looked at long ago; returns how many."""
    gone: int = MailboxMessage.objects.filter(taken_at__lt=now - KEEP_MESSAGES).delete()[0]
    return gone
