"""One mail: a new question, a message to an open one, or left out. Together with the note of it, in one transaction."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from bruecke.core import audit, ratelimit
from bruecke.core import settings as dated_settings
from bruecke.core.clock import local_day
from bruecke.core.errors import RateLimited
from bruecke.core.files import CheckedFile
from bruecke.core.outbox import REPLY, queue_mail
from bruecke.core.tokens import new_token, receipt_code_from
from bruecke.core.viewer import Viewer
from bruecke.enquiries import rules
from bruecke.enquiries.actions.mailboxes.parsing import Mail
from bruecke.enquiries.actions.notices import language_for
from bruecke.enquiries.actions.receiving import Question, add_follow_up, submit_enquiry
from bruecke.enquiries.models import MAX_TEXT, Attachment, Enquiry, Mailbox, MailboxMessage
from bruecke.enquiries.queries.mailboxes import question_of_reply
from bruecke.enquiries.queries.routing import MAX_AN_ADDRESS, Addressee
from bruecke.enquiries.queries.scripts import language_by_script
from bruecke.enquiries.states import Channel, ContactKind, LeftOutReason, MailVerdict

RECEIPTS_A_DAY = 3
"""Confirmations to one address: whoever forges a sender must not fill a stranger's mailbox through us."""


class LeaseLost(Exception):
    """Another worker reads this mailbox now."""


@transaction.atomic
def take_mail(
    *, mailbox: Mailbox, row: MailboxMessage, mail: Mail, files: Sequence[CheckedFile], lease_token: str, now: datetime
) -> MailboxMessage:
    """Make of a mail what it is, exactly once, whoever else reads the mailbox and wherever the last try was killed.

    `files` are those of its files that could be cleaned; the others stay in the mailbox and are counted.

    Effects: a question (channel e-mail) in the common box of the mailbox's office, or a message to the question it answers, with
    all their effects; the row says what became of it; a confirmation where the mailbox sends one.
    Raises: LeaseLost, Invalid.
    """
    held = Mailbox.objects.select_for_update(of=("self",)).filter(pk=mailbox.pk, lease_token=lease_token).first()
    if held is None:
        raise LeaseLost
    first = MailboxMessage.objects.filter(mailbox=mailbox, message_hash=mail.message_hash).exclude(pk=row.pk).first()
    if first is not None:
        row.verdict, row.enquiry = MailVerdict.DOUBLE, first.enquiry
    else:
        row.message_hash, row.thread_hash = mail.message_hash, mail.thread_hash
        reason = mail.left_out or _too_many(mailbox, mail, now)
        if reason is not None:
            row.verdict, row.reason = MailVerdict.LEFT_OUT, reason
        else:
            _make_question(mailbox, row, mail, files, now)
    row.save()
    return row


def _too_many(mailbox: Mailbox, mail: Mail, now: datetime) -> LeftOutReason | None:
    """As many mails from one address as questions from one connection."""
    limit = dated_settings.get(mailbox.district, MAX_AN_ADDRESS, local_day(now))
    try:
        ratelimit.hit(key=f"mailbox:{mailbox.uid}:{mail.sender}", limit=limit, per=timedelta(hours=1), now=now)
    except RateLimited:
        return LeftOutReason.TOO_MANY
    return None


def _make_question(mailbox: Mailbox, row: MailboxMessage, mail: Mail, files: Sequence[CheckedFile], now: datetime) -> None:
    text = text_of(mail)
    known = question_of_reply(
        mailbox, sender=mail.sender, references=mail.references, message_ids=mail.message_ids, signs=mail.signs
    )
    if known is not None and Attachment.objects.filter(enquiry=known).count() + len(files) > rules.MAX_FILES_OF_ONE:
        files = ()
    row.attachment_count = min(mail.file_count - len(files), 99)
    if known is not None:
        holder = Viewer.link(rules.RECEIPT_PURPOSE, known.uid, known.district_id)
        add_follow_up(enquiry=known, text=text, files=files, viewer=holder, now=now)
        row.verdict, row.enquiry = MailVerdict.ADDED, known
        return
    code = receipt_code_from(new_token()) if mailbox.sends_receipt else None
    language = language_by_script(mail.text) or "de"
    question = Question(
        text=text,
        topic=None,
        contact_language=language,
        languages=(language,) if language != "de" else (),
        contact_kind=ContactKind.EMAIL,
        contact=mail.sender,
        channel=Channel.EMAIL,
        headline=mail.subject,
    )
    addressee = Addressee(mailbox.controller, mailbox.unit)
    viewer = Viewer.system("mailbox", mailbox.district_id)
    row.enquiry = submit_enquiry(addressee=addressee, question=question, receipt_code=code, files=files, viewer=viewer, now=now)
    row.verdict = MailVerdict.TAKEN
    if code is not None:
        confirm(row.enquiry, code, now=now)


def text_of(mail: Mail) -> str:
    """Subject and words, short enough for a message; what was cut is said, and lies in the mailbox."""
    with translation.override("de"):
        parts = [part for part in (mail.subject, mail.text) if part.strip()]
        whole = "\n\n".join(parts) or _("E-Mail ohne Text")
        if len(whole) <= MAX_TEXT:
            return whole
        note = _("[Gekürzt. Die ganze E-Mail liegt im Postfach.]")
        return f"{whole[: MAX_TEXT - len(note) - 2].rstrip()}\n\n{note}"


def confirm(enquiry: Enquiry, code: str, *, now: datetime) -> None:
    """Queue the confirmation with the code, once a question and at most three a day to one address.

    The one mail of ours that holds a receipt code: who writes by mail has no page that could show it.
    """
    try:
        ratelimit.hit(key=f"mailbox-receipt:{enquiry.contact.lower()}", limit=RECEIPTS_A_DAY, per=timedelta(days=1), now=now)
    except RateLimited:
        return
    district = enquiry.district
    language = language_for(enquiry, district)
    with translation.override(language):
        link = settings.BASE_URL + reverse("enquiries_public:status", kwargs={"lang": language, "district": district.slug})
        body = "\n\n".join(
            [
                _("Guten Tag, Ihre E-Mail ist angekommen."),
                _("Die Antwort lesen Sie auf dieser Seite mit Ihrem Code:") + f"\n{link}\n{code}",
                _("Geben Sie den Code niemandem, dem Sie nicht vertrauen. Wer ihn hat, kann Ihre Frage lesen."),
                _("Diese E-Mail kommt automatisch."),
                district.name,
            ]
        )
        queue_mail(
            district=district,
            to=enquiry.contact,
            subject=_("Ihre Nachricht an den Landkreis"),
            body=body,
            language=language,
            key=f"{REPLY}enquiry:{enquiry.uid}:received",
            now=now,
            about=enquiry,
        )


@transaction.atomic
def set_aside(*, row: MailboxMessage, viewer: Viewer, now: datetime) -> None:
    """Give a mail up that nobody could read in several tries; it stays where it is. Effects: audit `mailbox.set_aside`."""
    row.verdict = MailVerdict.SET_ASIDE
    row.save(update_fields=["verdict"])
    audit.record(verb="mailbox.set_aside", target=row.mailbox, viewer=viewer, now=now)
