"""Writes of residents: ask, write again, take back a consent, delete. They have no account, only a receipt code."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bruecke.core import audit
from bruecke.core.clock import local_day
from bruecke.core.errors import Invalid, NotAllowed
from bruecke.core.events import publish
from bruecke.core.files import CheckedFile
from bruecke.core.tokens import keyed_hash, normalise_receipt_code
from bruecke.core.viewer import Viewer
from bruecke.enquiries import rules
from bruecke.enquiries.actions import notices
from bruecke.enquiries.actions.attaching import attach_files
from bruecke.enquiries.actions.deputising import stand_in
from bruecke.enquiries.actions.desk import notices as desk_notices
from bruecke.enquiries.actions.events import EnquiryFollowedUp, EnquiryReceived, EnquiryReopened
from bruecke.enquiries.actions.keeping import erase_enquiry
from bruecke.enquiries.actions.traces import (
    checked_text,
    due_at,
    extend_find_key,
    headline_of,
    locked_for_resident,
    move,
    note_step,
)
from bruecke.enquiries.models import Enquiry, Message
from bruecke.enquiries.queries.routing import Addressee, Hands, assigned_account_keeps_inside, holder_of, route
from bruecke.enquiries.states import WAITING, Channel, Consent, ContactKind, Direction, EnquiryKind, EnquiryState, Step
from bruecke.vocabulary.models import Topic


@dataclass(frozen=True, slots=True)
class Question:
    """What a resident wrote. `contact` is empty where its kind is NONE; `headline` empty: the beginning of the text."""

    text: str
    topic: Topic | None
    languages: tuple[str, ...] = ()
    languages_text: str = ""
    contact_language: str = "de"
    contact_kind: ContactKind = ContactKind.NONE
    contact: str = ""
    consent_to_share: bool = False
    consent_special_categories: bool = False
    kind: EnquiryKind = EnquiryKind.QUESTION
    channel: Channel = Channel.ONLINE
    headline: str = ""


def receipt_hash(code: str) -> str | None:
    """Under what a receipt code is stored; None when the text cannot be one."""
    normal = normalise_receipt_code(code)
    return keyed_hash(normal, rules.RECEIPT_PURPOSE) if normal else None


@transaction.atomic
def submit_enquiry(
    *,
    addressee: Addressee,
    question: Question,
    receipt_code: str | None,
    files: Sequence[CheckedFile] = (),
    viewer: Viewer,
    now: datetime,
) -> Enquiry:
    """Take a question in and bring it to who is in charge, inside the controller that was named on the form.

    A mail may come without `receipt_code`: then the office answers it from its own mail program.
    Effects: the question with its first message and its files; given to today's post and person, else into the common box of
    the named office; timeline `received` and `routed` or `gap`; audit `enquiry.received`; event `EnquiryReceived`; a notice
    without content to the function mailbox and to the mailbox the resident left.
    Raises: Invalid.
    """
    text = checked_text(question.text)
    hashed = receipt_hash(receipt_code) if receipt_code is not None else None
    if hashed is None and (receipt_code is not None or question.channel is Channel.ONLINE):
        raise Invalid(_("Bitte laden Sie die Seite neu und senden Sie noch einmal."))
    target = route(addressee, now, question.topic)
    enquiry = _as_enquiry(addressee, question, target, now)
    enquiry.receipt_hash = hashed
    extend_find_key(enquiry, enquiry.reference, text)
    enquiry.save()
    message = _add_message(enquiry, text, now)
    note_step(enquiry, Step.RECEIVED, viewer=viewer, now=now, code=question.channel)
    step = Step.ROUTED if target.account_id or target.post else Step.GAP
    note_step(enquiry, step, viewer=viewer, now=now, account_id=target.account_id, post_id=target.post.pk if target.post else None)
    audit.record(verb="enquiry.received", target=enquiry, viewer=viewer, now=now)
    publish(
        EnquiryReceived(
            district_id=enquiry.district_id,
            viewer=viewer,
            now=now,
            enquiry_uid=enquiry.uid,
            channel=question.channel,
            is_gap=step is Step.GAP,
        )
    )
    desk_notices.tell_office(enquiry, event="received", now=now)
    if question.channel is Channel.ONLINE:
        notices.tell_resident(enquiry, event="received", now=now)
    attach_files(message=message, files=files, viewer=viewer, now=now)
    return enquiry


def _as_enquiry(addressee: Addressee, question: Question, target: Hands, now: datetime) -> Enquiry:
    """The question in the hands that routing found, not saved yet."""
    district = addressee.controller.district
    return Enquiry(
        district=district,
        kind=question.kind,
        channel=question.channel,
        headline=headline_of(question.headline or checked_text(question.text)),
        headline_language=question.contact_language,
        place=addressee.place,
        topic=question.topic,
        languages=list(question.languages),
        languages_text=question.languages_text[:200],
        contact_language=question.contact_language,
        controller=addressee.controller,
        unit=addressee.unit,
        assigned_post=target.post,
        assigned_account_id=target.account_id,
        on_behalf_of_post=target.on_behalf_of,
        on_behalf_of_account_id=holder_of(target.on_behalf_of, local_day(now)) if target.on_behalf_of else None,
        consent_to_share=question.consent_to_share,
        consent_to_share_at=now if question.consent_to_share else None,
        consent_special_categories=question.consent_special_categories,
        consent_special_categories_at=now if question.consent_special_categories else None,
        contact_kind=question.contact_kind,
        contact=question.contact,
        received_at=now,
        last_message_at=now,
        due_at=due_at(district, now),
    )


def _add_message(enquiry: Enquiry, text: str, now: datetime) -> Message:
    return Message.objects.create(
        district_id=enquiry.district_id,
        enquiry=enquiry,
        direction=Direction.FROM_RESIDENT,
        text=text,
        language=enquiry.contact_language,
        sent_at=now,
    )


@transaction.atomic
def add_follow_up(*, enquiry: Enquiry, text: str, files: Sequence[CheckedFile] = (), viewer: Viewer, now: datetime) -> Message:
    """Append what the resident writes by the receipt code, with its files.

    Effects: an answered, referred or closed question runs again with a new target; who answers at the same moment is told
    (version); audit `enquiry.followed_up`; event `EnquiryFollowedUp`, and `EnquiryReopened` after a closed one; a notice to
    the function mailbox. Raises: NotAllowed, Invalid.
    """
    fresh = locked_for_resident(enquiry, viewer)
    written = checked_text(text)
    was_closed = fresh.state == EnquiryState.CLOSED
    if fresh.state not in WAITING:
        move(fresh, EnquiryState.OPEN)
        fresh.due_at = due_at(fresh.district, now)
        fresh.escalated_at = None
        fresh.outcome = ""
        fresh.closed_at = fresh.delete_on = None
    fresh.has_follow_up = True
    fresh.last_message_at = now
    extend_find_key(fresh, written)
    fresh.save_next()
    message = _add_message(fresh, written, now)
    note_step(fresh, Step.FOLLOWED_UP, viewer=viewer, now=now)
    stand_in(fresh, viewer=viewer, now=now)
    audit.record(verb="enquiry.followed_up", target=fresh, viewer=viewer, now=now)
    event: dict[str, Any] = {"district_id": fresh.district_id, "viewer": viewer, "now": now, "enquiry_uid": fresh.uid}
    publish(EnquiryFollowedUp(**event))
    if was_closed:
        publish(EnquiryReopened(**event))
    desk_notices.tell_office(fresh, event=message.uid, now=now)
    attach_files(message=message, files=files, viewer=viewer, now=now)
    return message


@transaction.atomic
def withdraw_consent(*, enquiry: Enquiry, consent: Consent, viewer: Viewer, now: datetime) -> Enquiry:
    """Take a consent back.

    Effects: without the consent to share, who works for another controller loses sight of the question at once, also the one it
    was given to: then it goes back to the named office; timeline and audit `enquiry.consent_withdrawn`. Raises: NotAllowed.
    """
    fresh = locked_for_resident(enquiry, viewer)
    field = "consent_to_share" if consent is Consent.SHARE else "consent_special_categories"
    if not getattr(fresh, field):
        return fresh
    setattr(fresh, field, False)
    setattr(fresh, f"{field}_at", now)
    if consent is Consent.SHARE and not assigned_account_keeps_inside(fresh, now):
        fresh.assigned_account = fresh.assigned_post = None
    fresh.save_next()
    note_step(fresh, Step.CONSENT_WITHDRAWN, viewer=viewer, now=now, code=consent)
    audit.record(verb="enquiry.consent_withdrawn", target=fresh, viewer=viewer, now=now, fields=(field,))
    return fresh


def note_own_data(*, enquiry: Enquiry, viewer: Viewer, now: datetime) -> None:
    """Whoever holds the code took her own data along. Effects: audit entry `enquiry.own_data`. Raises: NotAllowed."""
    if not rules.can_read(viewer, enquiry):
        raise NotAllowed
    audit.record(verb="enquiry.own_data", target=enquiry, viewer=viewer, now=now)


@transaction.atomic
def delete_own_enquiry(*, enquiry: Enquiry, viewer: Viewer, now: datetime) -> None:
    """Erase the question on its resident's word; a number per month and channel stays.

    Effects: see `erase_enquiry`. Raises: NotAllowed.
    """
    fresh = locked_for_resident(enquiry, viewer)
    erase_enquiry(enquiry=fresh, keeps_codes=False, viewer=viewer, now=now)
