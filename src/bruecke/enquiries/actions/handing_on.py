"""Somebody leaves a post: her running questions go to who follows, always inside the controller that the form named."""

from datetime import datetime

from django.db import transaction

from bruecke.core import audit
from bruecke.core.errors import NotAllowed
from bruecke.core.events import publish
from bruecke.core.hand_over import HandOverSubject
from bruecke.core.viewer import Viewer
from bruecke.enquiries import rules
from bruecke.enquiries.actions.deputising import stand_in
from bruecke.enquiries.actions.events import EnquiryAssigned
from bruecke.enquiries.actions.traces import Before, locked, note_step
from bruecke.enquiries.models import Enquiry
from bruecke.enquiries.queries import hand_over as reads
from bruecke.enquiries.states import RUNNING, Step


@transaction.atomic
def hand_on_questions(subject: HandOverSubject, viewer: Viewer, now: datetime) -> int:
    """Give the successor what the viewer may work on and the successor may have today; returns how many went.

    Effects for each: assigned to the successor for the same post, or, where that post is away today, to who stands in; timeline
    `assigned` (can be undone); audit `enquiry.assigned`; event `EnquiryAssigned`. Raises: NotAllowed without a working role.
    """
    if not (viewer.has(*rules.WORKING_ROLES) or viewer.is_system):
        raise NotAllowed
    person, count = reads.receiver(subject, now), 0
    if person is None or person.account_id is None:
        return 0
    for enquiry in list(reads.in_her_hands(subject, viewer)):
        count += _hand_on(enquiry, subject, person, viewer, now)
    return count


def _hand_on(enquiry: Enquiry, subject: HandOverSubject, person: Viewer, viewer: Viewer, now: datetime) -> bool:
    """One question; False where it is no longer in her hands, or stays."""
    fresh = locked(enquiry)
    is_hers = fresh.assigned_account_id == subject.account_id and fresh.on_behalf_of_post_id is None
    if fresh.state not in RUNNING or not is_hers or not reads.may_have(fresh, person) or not rules.can_read(viewer, fresh):
        return False
    before = Before.of(fresh)
    fresh.assigned_account_id, fresh.assigned_post_id = person.account_id, subject.post_id
    fresh.save_next()
    note_step(
        fresh,
        Step.ASSIGNED,
        viewer=viewer,
        now=now,
        account_id=person.account_id,
        post_id=subject.post_id,
        before=before,
    )
    fields = ("assigned_account", "assigned_post")
    audit.record(verb="enquiry.assigned", target=fresh, viewer=viewer, now=now, fields=fields)
    publish(
        EnquiryAssigned(district_id=fresh.district_id, viewer=viewer, now=now, enquiry_uid=fresh.uid, account_id=person.account_id)
    )
    stand_in(fresh, viewer=viewer, now=now)
    return True
