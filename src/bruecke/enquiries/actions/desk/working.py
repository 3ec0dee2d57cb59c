"""Writes of the office on one question: open, take over, assign, answer, note, close, reopen, and taking a step back."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bruecke.accounts.models import Account
from bruecke.core import audit, drafts
from bruecke.core.errors import Invalid, NotAllowed, WrongState
from bruecke.core.events import publish
from bruecke.core.files import CheckedFile
from bruecke.core.viewer import Viewer
from bruecke.enquiries import rules
from bruecke.enquiries.actions import notices
from bruecke.enquiries.actions.attaching import attach_files
from bruecke.enquiries.actions.choosing import count_unmet, uncount_unmet
from bruecke.enquiries.actions.deputising import stand_in
from bruecke.enquiries.actions.events import EnquiryAnswered, EnquiryAssigned, EnquiryReopened
from bruecke.enquiries.actions.keeping import finish
from bruecke.enquiries.actions.traces import (
    Before,
    checked_text,
    due_at,
    extend_find_key,
    locked,
    locked_for_work,
    move,
    note_step,
)
from bruecke.enquiries.models import HELP_OUTCOME_LABELS, Enquiry, InternalNote, Message, TimelineEvent
from bruecke.enquiries.queries.routing import function_of, post_of, viewer_of
from bruecke.enquiries.states import (
    ANSWERABLE,
    RUNNING,
    UNDOABLE,
    Direction,
    EnquiryState,
    Outcome,
    Step,
    may_become,
)


def draft_key(enquiry: Enquiry) -> str:
    """Under which a person's unsent answer is kept."""
    return f"enquiries.answer:{enquiry.uid}"


@transaction.atomic
def open_enquiry(*, enquiry: Enquiry, viewer: Viewer, now: datetime) -> bool:
    """Note that the office read the question for the first time; True when it did. The version stays: reading disturbs nobody.

    Effects: NEW becomes OPEN; timeline `opened`; audit `enquiry.opened`. Raises: NotAllowed.
    """
    if enquiry.opened_at is not None:
        return False
    fresh = locked_for_work(enquiry, viewer, None)
    if fresh.opened_at is not None:
        return False
    fresh.opened_at = now
    if fresh.state == EnquiryState.NEW:
        fresh.state = EnquiryState.OPEN
    fresh.save(update_fields=["opened_at", "state"])
    note_step(fresh, Step.OPENED, viewer=viewer, now=now)
    audit.record(verb="enquiry.opened", target=fresh, viewer=viewer, now=now, fields=("opened_at",))
    enquiry.opened_at, enquiry.state = fresh.opened_at, fresh.state
    return True


@transaction.atomic
def take_over_enquiry(*, enquiry: Enquiry, version: int | None, viewer: Viewer, now: datetime) -> Enquiry:
    """Take the question into one's own hands.

    Effects: assigned to the viewer and her post; NEW becomes OPEN; timeline `taken_over` (can be undone); audit
    `enquiry.taken_over`; event `EnquiryAssigned`. Raises: NotAllowed, Stale, WrongState.
    """
    fresh = locked_for_work(enquiry, viewer, version)
    if not rules.can_take_over(viewer, fresh):
        raise WrongState
    return _give(fresh, Step.TAKEN_OVER, account_id=viewer.account_id, viewer=viewer, now=now)


@transaction.atomic
def assign_enquiry(*, enquiry: Enquiry, account: Account, version: int | None, viewer: Viewer, now: datetime) -> Enquiry:
    """Give the question to somebody who works with questions: inside the named controller, or anywhere with the resident's consent.

    Effects: assigned to that person and her post of today, or, where that post is away, to who stands in for it; timeline
    `assigned` (can be undone); audit `enquiry.assigned`; event `EnquiryAssigned`. Raises: NotAllowed, Stale, WrongState, Invalid.
    """
    fresh = locked_for_work(enquiry, viewer, version)
    if fresh.state not in RUNNING:
        raise WrongState
    if fresh.assigned_account_id == account.pk:
        raise Invalid({"assignee": _("Diese Person ist schon zuständig.")})
    receiver = viewer_of(account, fresh.district, now)
    if not receiver.has(*rules.WORKING_ROLES):
        raise Invalid({"assignee": _("Diese Person bearbeitet in diesem Landkreis keine Fragen.")})
    if not rules.can_be_given_to(
        fresh,
        controller_id=receiver.controller_id,
        unit_id=receiver.unit_id,
        is_foreigners_authority=receiver.is_foreigners_authority,
    ):
        raise Invalid(
            {"assignee": _("Diese Person gehört zu einer anderen Stelle. Dafür fehlt die Einwilligung der ratsuchenden Person.")}
        )
    given = _give(fresh, Step.ASSIGNED, account_id=account.pk, viewer=viewer, now=now)
    stand_in(given, viewer=viewer, now=now)
    return given


@transaction.atomic
def release_enquiry(*, enquiry: Enquiry, version: int | None, viewer: Viewer, now: datetime) -> Enquiry:
    """Put the question back into the common box of the named office.

    Effects: nobody is assigned; timeline `released` (can be undone); audit `enquiry.released`.
    Raises: NotAllowed, Stale, WrongState.
    """
    fresh = locked_for_work(enquiry, viewer, version)
    if fresh.state not in RUNNING or fresh.assigned_account_id is None:
        raise WrongState
    return _give(fresh, Step.RELEASED, account_id=None, viewer=viewer, now=now)


def _give(enquiry: Enquiry, step: Step, *, account_id: int | None, viewer: Viewer, now: datetime) -> Enquiry:
    before = Before.of(enquiry)
    post = post_of(account_id, now) if account_id else None
    enquiry.assigned_account_id = account_id
    enquiry.assigned_post = post
    enquiry.on_behalf_of_post = enquiry.on_behalf_of_account = None  # given by hand: it does not come back by itself
    if step is Step.TAKEN_OVER and enquiry.state == EnquiryState.NEW:
        enquiry.state = EnquiryState.OPEN
        enquiry.opened_at = enquiry.opened_at or now
    enquiry.save_next()
    note_step(enquiry, step, viewer=viewer, now=now, account_id=account_id, post_id=post.pk if post else None, before=before)
    fields = ("assigned_account", "assigned_post")
    audit.record(verb=f"enquiry.{step.value}", target=enquiry, viewer=viewer, now=now, fields=fields)
    publish(
        EnquiryAssigned(district_id=enquiry.district_id, viewer=viewer, now=now, enquiry_uid=enquiry.uid, account_id=account_id)
    )
    return enquiry


@transaction.atomic
def answer_enquiry(
    *,
    enquiry: Enquiry,
    text: str,
    language: str,
    files: Sequence[CheckedFile] = (),
    version: int | None,
    viewer: Viewer,
    now: datetime,
) -> Message:
    """Write to the resident.

    Effects: the message under the writer's function, with its files; state ANSWERED; a question in nobody's hands becomes the
    writer's; the kept draft goes; audit `enquiry.answered`; event `EnquiryAnswered`; a notice without content to the mailbox
    the resident left.
    Raises: NotAllowed, Stale (somebody answered first), WrongState, Invalid.
    """
    fresh = locked_for_work(enquiry, viewer, version)
    if fresh.state not in ANSWERABLE or not fresh.has_dialogue:
        raise WrongState
    written = checked_text(text)
    is_first = fresh.answered_at is None
    if fresh.state != EnquiryState.ANSWERED:
        move(fresh, EnquiryState.ANSWERED)
    if fresh.assigned_account_id is None:
        fresh.assigned_account_id = viewer.account_id
        fresh.assigned_post = post_of(viewer.account_id, now)
    fresh.answered_at = fresh.answered_at or now
    fresh.opened_at = fresh.opened_at or now
    fresh.last_message_at = now
    fresh.has_follow_up = False
    extend_find_key(fresh, written)
    fresh.save_next()
    message = Message.objects.create(
        district_id=fresh.district_id,
        enquiry=fresh,
        direction=Direction.FROM_OFFICE,
        text=written,
        language=language,
        sent_at=now,
        author_id=viewer.account_id,
        author_function=function_of(fresh, viewer.account_id, now),
    )
    note_step(fresh, Step.ANSWERED, viewer=viewer, now=now)
    audit.record(verb="enquiry.answered", target=fresh, viewer=viewer, now=now, fields=("state",))
    drafts.drop_draft(viewer=viewer, key=draft_key(fresh))
    publish(EnquiryAnswered(district_id=fresh.district_id, viewer=viewer, now=now, enquiry_uid=fresh.uid, is_first=is_first))
    notices.tell_resident(fresh, event=message.uid, now=now)
    attach_files(message=message, files=files, viewer=viewer, now=now)
    return message


@transaction.atomic
def add_note(*, enquiry: Enquiry, text: str, viewer: Viewer, now: datetime) -> InternalNote:
    """Write a note that only the office sees. Effects: audit `enquiry.noted`. Raises: NotAllowed, Invalid."""
    fresh = locked_for_work(enquiry, viewer, None)
    note: InternalNote = InternalNote.objects.create(
        district_id=fresh.district_id,
        enquiry=fresh,
        text=checked_text(text, "note"),
        author_id=viewer.account_id,
        written_at=now,
    )
    audit.record(verb="enquiry.noted", target=fresh, viewer=viewer, now=now)
    return note


@transaction.atomic
def rename_enquiry(*, enquiry: Enquiry, headline: str, version: int | None, viewer: Viewer, now: datetime) -> Enquiry:
    """Give the question a short German title for lists.

    Effects: timeline and audit `enquiry.renamed`. Raises: NotAllowed, Stale, Invalid.
    """
    fresh = locked_for_work(enquiry, viewer, version)
    title = " ".join(headline.split())
    if not title:
        raise Invalid({"headline": _("Bitte geben Sie einen Kurztitel ein.")})
    fresh.headline = title[:120]
    fresh.headline_language = "de"
    extend_find_key(fresh, title)
    fresh.save_next()
    note_step(fresh, Step.RENAMED, viewer=viewer, now=now)
    audit.record(verb="enquiry.renamed", target=fresh, viewer=viewer, now=now, fields=("headline",))
    return fresh


@transaction.atomic
def close_enquiry(*, enquiry: Enquiry, outcome: Outcome, note: str, version: int | None, viewer: Viewer, now: datetime) -> Enquiry:
    """Close the question and tell the one who asked.

    Effects: state, outcome, the day on which it will be deleted; an internal note where one was written; timeline `closed`
    (can be undone); audit `enquiry.closed`; event `EnquiryClosed`; with NO_OFFER an `UnmetDemand`; referrals
    that wait for a word end; a notice to the mailbox left. Raises: NotAllowed, Stale, WrongState, Invalid.
    """
    fresh = locked_for_work(enquiry, viewer, version)
    if not may_become(EnquiryState(fresh.state), EnquiryState.CLOSED):
        raise WrongState
    if fresh.is_help and outcome not in HELP_OUTCOME_LABELS:
        raise Invalid({"outcome": _("Dieses Ergebnis passt nicht zu einem Hilfsangebot.")})
    if note.strip():
        add_note(enquiry=fresh, text=note, viewer=viewer, now=now)
    fresh.opened_at = fresh.opened_at or now
    if outcome is Outcome.NO_OFFER and fresh.unmet_demand_id is None:
        count_unmet(fresh, viewer=viewer, now=now)
    finish(fresh, outcome=outcome, viewer=viewer, now=now)
    notices.tell_resident(fresh, event="closed", now=now)
    return fresh


@transaction.atomic
def reopen_enquiry(*, enquiry: Enquiry, version: int | None, viewer: Viewer, now: datetime) -> Enquiry:
    """Let a closed question run again with a new target.

    Effects: no outcome and no deletion day any more; timeline and audit `enquiry.reopened`; event `EnquiryReopened`.
    Raises: NotAllowed, Stale, WrongState.
    """
    fresh = locked_for_work(enquiry, viewer, version)
    if fresh.state != EnquiryState.CLOSED:
        raise WrongState
    _reopen(fresh, EnquiryState.OPEN)
    fresh.due_at = due_at(fresh.district, now)
    fresh.save_next()
    note_step(fresh, Step.REOPENED, viewer=viewer, now=now)
    audit.record(verb="enquiry.reopened", target=fresh, viewer=viewer, now=now, fields=("state", "outcome"))
    publish(EnquiryReopened(district_id=fresh.district_id, viewer=viewer, now=now, enquiry_uid=fresh.uid))
    return fresh


def _reopen(enquiry: Enquiry, state: EnquiryState) -> None:
    enquiry.state = state
    enquiry.outcome = ""
    enquiry.closed_at = enquiry.delete_on = None


@transaction.atomic
def undo_step(*, enquiry: Enquiry, version: int | None, viewer: Viewer, now: datetime) -> Enquiry:
    """Take back one's own last step: taking over, assigning, putting back or closing, within half an hour.

    Effects: what the step changed is as before; timeline and audit `enquiry.undone`; after a close event `EnquiryReopened`.
    A notice that was sent stays sent. Raises: NotAllowed (not one's own step, or too late), Stale, WrongState.
    """
    fresh = locked(enquiry)
    last = _last_step(fresh)
    if last is None or not rules.can_undo(viewer, actor_id=last.actor_id, happened_at=last.happened_at, now=now):
        raise NotAllowed
    fresh.check_version(version)
    if Step(last.step) not in UNDOABLE:
        raise WrongState
    if last.step == Step.CLOSED:
        _reopen(fresh, EnquiryState(last.before_state))
        if TimelineEvent.objects.filter(enquiry=fresh, step=Step.UNMET, happened_at=last.happened_at).exists():
            uncount_unmet(fresh, viewer=viewer, now=now)  # it was noted by this closing
        publish(EnquiryReopened(district_id=fresh.district_id, viewer=viewer, now=now, enquiry_uid=fresh.uid))
    else:
        fresh.assigned_account_id = last.before_account_id
        fresh.assigned_post_id = last.before_post_id
        fresh.on_behalf_of_account_id = last.before_behalf_account_id
        fresh.on_behalf_of_post_id = last.before_behalf_post_id
        fresh.state = last.before_state
    fresh.save_next()
    note_step(fresh, Step.UNDONE, viewer=viewer, now=now, code=last.step)
    audit.record(verb="enquiry.undone", target=fresh, viewer=viewer, now=now, fields=("state", "assigned_account"))
    return fresh


def _last_step(enquiry: Enquiry) -> TimelineEvent | None:
    """What somebody did last. Where the house passed the question on to a deputy in the same moment, that goes with it."""
    events = TimelineEvent.objects.filter(enquiry=enquiry).order_by("-pk")
    last = events.first()
    if last is not None and last.step == Step.DEPUTISED:
        return events.filter(happened_at=last.happened_at, actor_id=last.actor_id, step=Step.ASSIGNED).first() or last
    return last
