"""Absences: questions go to the deputy by themselves and come back, always inside the controller that the form named."""

from datetime import datetime

from django.db import transaction

from bruecke.accounts.models import Account
from bruecke.core import audit, clock
from bruecke.core.viewer import Viewer
from bruecke.enquiries import rules
from bruecke.enquiries.actions.desk import notices
from bruecke.enquiries.actions.traces import Before, locked, note_step
from bruecke.enquiries.models import Enquiry
from bruecke.enquiries.queries.routing import holder_of, viewer_of
from bruecke.enquiries.states import RUNNING, Step
from bruecke.staffing import queries as staffing
from bruecke.staffing.models import Post


@transaction.atomic
def hand_over(*, post: Post, viewer: Viewer, now: datetime) -> int:
    """Give the running questions of an absent post to whoever stands in; returns how many moved.

    Effects: assigned to the deputy of the day, or (where nobody stands in) into the common box; timeline `deputised`; audit
    `enquiry.deputised`; one notice to the deputy's function mailbox. What the deputy may not read stays where it is.
    """
    day = clock.local_day(now)
    acting = staffing.acting_post(post, day)
    account_id = holder_of(acting, day) if acting is not None else None
    moved = 0
    for enquiry in list(Enquiry.objects.running().filter(assigned_post=post).order_by("pk")):
        moved += hand_to(enquiry, acting if account_id else None, account_id, viewer=viewer, now=now)
    if moved and acting is not None and account_id is not None:
        notices.tell_deputy(acting, about=post, now=now)
    return moved


def stand_in(enquiry: Enquiry, *, viewer: Viewer, now: datetime) -> bool:
    """Give one question whose post is away today to the deputy; for questions that begin to run again. Inside an action."""
    if enquiry.assigned_post is None:
        return False
    day = clock.local_day(now)
    acting = staffing.acting_post(enquiry.assigned_post, day)
    if acting is not None and acting.pk == enquiry.assigned_post_id:
        return False
    account_id = holder_of(acting, day) if acting is not None else None
    moved = hand_to(enquiry, acting if account_id else None, account_id, viewer=viewer, now=now)
    if moved:
        enquiry.refresh_from_db()
    return moved


def hand_to(enquiry: Enquiry, acting: Post | None, account_id: int | None, *, viewer: Viewer, now: datetime) -> bool:
    """One question to the deputy; False where it stays."""
    fresh = locked(enquiry)
    if fresh.state not in RUNNING or (acting is not None and acting.pk == fresh.assigned_post_id):
        return False
    if account_id is not None and not _may_have(fresh, account_id, now):
        return False
    before = Before.of(fresh)
    if fresh.on_behalf_of_post_id is None:
        fresh.on_behalf_of_post_id, fresh.on_behalf_of_account_id = fresh.assigned_post_id, fresh.assigned_account_id
    fresh.assigned_post, fresh.assigned_account_id = acting, account_id
    _save(fresh, Step.DEPUTISED, before, viewer=viewer, now=now)
    return True


@transaction.atomic
def take_back(*, post: Post, viewer: Viewer, now: datetime) -> int:
    """Give a post that is back its running questions back; returns how many came.

    Effects: assigned to who holds the post today; timeline `returned`; audit `enquiry.returned`. A question that somebody
    gave to other hands meanwhile is no longer on behalf of anybody and stays there.
    """
    account_id, back = holder_of(post, clock.local_day(now)), 0
    for enquiry in list(Enquiry.objects.running().filter(on_behalf_of_post=post).order_by("pk")):
        fresh = locked(enquiry)
        if fresh.state not in RUNNING or fresh.on_behalf_of_post_id != post.pk:
            continue
        before = Before.of(fresh)
        fresh.on_behalf_of_post = fresh.on_behalf_of_account = None
        if account_id is not None and _may_have(fresh, account_id, now):
            fresh.assigned_post, fresh.assigned_account_id = post, account_id
        _save(fresh, Step.RETURNED, before, viewer=viewer, now=now)
        back += 1
    return back


def _may_have(enquiry: Enquiry, account_id: int, now: datetime) -> bool:
    """As assigning by hand: inside the named controller, or with the resident's consent."""
    account = Account.objects.filter(pk=account_id).first()
    if account is None:
        return False
    person = viewer_of(account, enquiry.district, now)
    return person.has(*rules.WORKING_ROLES) and rules.can_be_given_to(
        enquiry,
        controller_id=person.controller_id,
        unit_id=person.unit_id,
        is_foreigners_authority=person.is_foreigners_authority,
    )


def _save(enquiry: Enquiry, step: Step, before: Before, *, viewer: Viewer, now: datetime) -> None:
    enquiry.save_next()
    note_step(
        enquiry,
        step,
        viewer=viewer,
        now=now,
        account_id=enquiry.assigned_account_id,
        post_id=enquiry.assigned_post_id,
        before=before,
    )
    fields = ("assigned_account", "assigned_post")
    audit.record(verb=f"enquiry.{step.value}", target=enquiry, viewer=viewer, now=now, fields=fields)
