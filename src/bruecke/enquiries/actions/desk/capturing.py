"""Entering a question that came by phone, in person or by mail: a few codes, no name, no text."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bruecke.core import audit
from bruecke.core.errors import Invalid, NotAllowed, WrongState
from bruecke.core.events import publish
from bruecke.core.models import District
from bruecke.core.viewer import Viewer
from bruecke.enquiries import rules
from bruecke.enquiries.actions.choosing import count_unmet, uncount_unmet
from bruecke.enquiries.actions.events import EnquiryReceived
from bruecke.enquiries.actions.keeping import finish
from bruecke.enquiries.actions.traces import due_at, extend_find_key, locked, note_step
from bruecke.enquiries.models import Enquiry, InternalNote, TimelineEvent
from bruecke.enquiries.queries.routing import post_of
from bruecke.enquiries.states import Channel, EnquiryState, Outcome, Step
from bruecke.places.models import Area
from bruecke.vocabulary.models import Topic

_OWN_STEPS = {Step.CAPTURED, Step.UNMET, Step.CLOSED}


@transaction.atomic
def capture_enquiry(
    *,
    district: District,
    place: Area | None,
    topic: Topic,
    language: str,
    channel: Channel,
    outcome: Outcome | None,
    viewer: Viewer,
    now: datetime,
) -> Enquiry:
    """Enter a question in the viewer's own office; `outcome` None: it stays open in her hands.

    Effects: the question, closed at once where there is an outcome; with NO_OFFER an `UnmetDemand`; timeline `captured` (and
    `closed`); audit `enquiry.captured`; events `EnquiryReceived` and `EnquiryClosed`. Raises: NotAllowed, Invalid.
    """
    if not rules.can_capture(viewer) or viewer.controller_id is None:
        raise NotAllowed
    if channel is Channel.ONLINE:
        raise Invalid({"channel": _("Bitte wählen Sie, wie die Frage kam.")})
    enquiry = Enquiry(
        district=district,
        place=place,
        topic=topic,
        languages=[language],
        contact_language=language,
        channel=channel,
        state=EnquiryState.OPEN,
        controller_id=viewer.controller_id,
        unit_id=viewer.unit_id,
        assigned_post=post_of(viewer.account_id, now),
        assigned_account_id=viewer.account_id,
        captured_by_id=viewer.account_id,
        received_at=now,
        opened_at=now,
        answered_at=now if outcome else None,
        due_at=None if outcome else due_at(district, now),
    )
    extend_find_key(enquiry, enquiry.reference, str(topic))
    enquiry.save()
    note_step(enquiry, Step.CAPTURED, viewer=viewer, now=now, code=channel)
    audit.record(verb="enquiry.captured", target=enquiry, viewer=viewer, now=now)
    publish(
        EnquiryReceived(district_id=district.pk, viewer=viewer, now=now, enquiry_uid=enquiry.uid, channel=channel, is_gap=False)
    )
    if outcome is Outcome.NO_OFFER:
        count_unmet(enquiry, viewer=viewer, now=now)
    if outcome:
        finish(enquiry, outcome=outcome, viewer=viewer, now=now)
    return enquiry


@transaction.atomic
def undo_capture(*, enquiry: Enquiry, viewer: Viewer, now: datetime) -> None:
    """Take back an entry of one's own that nobody touched since: it never was, so nothing is counted.

    Effects: the rows go, the missing offer too; audit `enquiry.capture_undone`. Raises: NotAllowed, WrongState.
    """
    fresh = locked(enquiry)
    if fresh.captured_by_id is None or not rules.can_undo(
        viewer, actor_id=fresh.captured_by_id, happened_at=fresh.received_at, now=now
    ):
        raise NotAllowed
    steps = set(TimelineEvent.objects.filter(enquiry=fresh).values_list("step", flat=True))
    if steps - _OWN_STEPS or InternalNote.objects.filter(enquiry=fresh).exists():
        raise WrongState
    uncount_unmet(fresh, viewer=viewer, now=now)
    audit.record(verb="enquiry.capture_undone", target=fresh, viewer=viewer, now=now)
    fresh.delete()
