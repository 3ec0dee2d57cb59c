"""Escalation: a question that waits beyond the district's patience is reported to the leading office, once each time it waits."""

from datetime import datetime

from django.db import transaction

from bruecke.accounts import queries as accounts
from bruecke.core import audit, clock
from bruecke.core.models import District
from bruecke.core.viewer import Viewer
from bruecke.enquiries import rules
from bruecke.enquiries.actions.desk import notices
from bruecke.enquiries.actions.traces import locked, note_step, setting
from bruecke.enquiries.models import Enquiry
from bruecke.enquiries.states import WAITING, Step

ESCALATE_AFTER = "enquiries.escalate_after_working_days"
_BATCH = 200


def escalate_overdue(district: District, now: datetime) -> int:
    """Report what waits longer than the target and the days of grace; returns how many. Each in a short transaction.

    Effects of each: `escalated_at`; timeline `escalated`; audit `enquiry.escalated`; a notice with a number only to the mailbox of
    the leading office, and to the controller's own where it is another. A new question of the resident starts the clock afresh.
    """
    limit = rules.working_days_before(clock.local_day(now), setting(district, ESCALATE_AFTER, now))
    late = Enquiry.objects.waiting().filter(escalated_at=None, due_at__lt=clock.start_of(limit))
    viewer = Viewer.system("escalation", district.pk)
    return sum(_escalate(enquiry, viewer, now) for enquiry in list(late.order_by("due_at", "pk")[:_BATCH]))


@transaction.atomic
def _escalate(enquiry: Enquiry, viewer: Viewer, now: datetime) -> bool:
    fresh = locked(enquiry)
    if fresh.escalated_at is not None or fresh.state not in WAITING or fresh.due_at is None or fresh.due_at >= now:
        return False
    fresh.escalated_at = now
    fresh.save(update_fields=["escalated_at"])
    note_step(fresh, Step.ESCALATED, viewer=viewer, now=now)
    audit.record(verb="enquiry.escalated", target=fresh, viewer=viewer, now=now, fields=("escalated_at",))
    leading = accounts.leading_controller(fresh.district)
    for mailbox in dict.fromkeys(one.mailbox for one in (leading, fresh.controller) if one is not None and one.mailbox):
        notices.tell_late(fresh, to=mailbox, now=now)
    return True
