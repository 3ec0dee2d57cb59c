"""How questions leave: erased on a word of the resident or after their period, and closed when nobody writes any more."""

from datetime import datetime, timedelta

from django.db import transaction

from bruecke.core import audit, clock
from bruecke.core.erasure import erase
from bruecke.core.events import publish
from bruecke.core.models import District
from bruecke.core.registries import Subject
from bruecke.core.viewer import Viewer
from bruecke.enquiries import rules
from bruecke.enquiries.actions import referral_mails
from bruecke.enquiries.actions.events import EnquiryClosed, EnquiryErased
from bruecke.enquiries.actions.referral import end_with_question
from bruecke.enquiries.actions.traces import CLOSE_AFTER_DAYS, RETENTION_MONTHS, Before, locked, note_step, setting
from bruecke.enquiries.models import AnswerTime, Enquiry, ErasedCount, Referral, UnmetDemand
from bruecke.enquiries.states import EnquiryKind, EnquiryState, Outcome, Step

_BATCH = 200


@transaction.atomic
def erase_enquiry(*, enquiry: Enquiry, keeps_codes: bool, viewer: Viewer, now: datetime) -> None:
    """Remove a question with dialogue, notes, timeline, referrals, drafts and queued mails.

    Effects: providers that were asked hear that it is over; `core.erasure.erase`; one more in `ErasedCount` (with `keeps_codes`
    under place, topic, language and outcome, else under month and channel alone); audit `core.enquiry_erased`; event
    `EnquiryErased`. With `keeps_codes` how long it waited for its first answer stays too, under month and post; without, a missing
    offer keeps its category and month alone.
    """
    _count_gone(enquiry, keeps_codes=keeps_codes)
    if not keeps_codes:
        UnmetDemand.objects.filter(pk=enquiry.unmet_demand_id).update(place=None, topic=None, target_group="", language="")
    if keeps_codes and enquiry.kind == EnquiryKind.QUESTION and enquiry.answered_at and enquiry.captured_by_id is None:
        _keep_answer_time(enquiry, enquiry.answered_at)
    for referral in Referral.objects.filter(enquiry=enquiry).held_by_provider().select_related("district", "enquiry"):
        referral_mails.tell_revoked(referral, now=now, is_erasing=True)
    event = EnquiryErased(district_id=enquiry.district_id, viewer=viewer, now=now, enquiry_uid=enquiry.uid)
    erase(Subject(kind="enquiry", uid=enquiry.uid), viewer=viewer, now=now)
    publish(event)


def _count_gone(enquiry: Enquiry, *, keeps_codes: bool) -> None:
    """Rows of the same codes may stand twice after a race; whoever reads them adds up."""
    codes = {
        "month": clock.local_day(enquiry.received_at).replace(day=1),
        "kind": enquiry.kind,
        "channel": enquiry.channel,
        "controller_id": enquiry.controller_id if keeps_codes else None,
        "unit_id": enquiry.unit_id if keeps_codes else None,
        "outcome": enquiry.outcome if keeps_codes else "",
        "language": enquiry.contact_language if keeps_codes else "",
        "place_id": enquiry.place_id if keeps_codes else None,
        "topic_id": enquiry.topic_id if keeps_codes else None,
    }
    row = ErasedCount.objects.select_for_update(of=("self",)).filter(**codes).order_by("pk").first()
    if row is None:
        row = ErasedCount(district_id=enquiry.district_id, **codes)
    row.count += 1
    row.save()


def _keep_answer_time(enquiry: Enquiry, answered_at: datetime) -> None:
    AnswerTime.objects.create(
        district_id=enquiry.district_id,
        month=clock.local_day(enquiry.received_at).replace(day=1),
        post_id=enquiry.assigned_post_id,
        hours=max(0, round((answered_at - enquiry.received_at).total_seconds() / 3600)),
    )


def apply_retention(district: District, now: datetime) -> int:
    """Erase what is past its day, in short transactions; returns how many went."""
    viewer = Viewer.system("retention", district.pk)
    gone = 0
    for enquiry in list(Enquiry.objects.past_retention(clock.local_day(now)).order_by("pk")[:_BATCH]):
        erase_enquiry(enquiry=enquiry, keeps_codes=True, viewer=viewer, now=now)
        gone += 1
    return gone


def close_silent(district: District, now: datetime) -> int:
    """Close what was answered and stayed without a word for the district's period; returns how many."""
    until = now - timedelta(days=setting(district, CLOSE_AFTER_DAYS, now))
    silent = Enquiry.objects.filter(state=EnquiryState.ANSWERED, last_message_at__lt=until).order_by("pk")
    closed = 0
    for enquiry in list(silent[:_BATCH]):
        closed += _close_silent_one(enquiry, district, until, now)
    return closed


@transaction.atomic
def _close_silent_one(enquiry: Enquiry, district: District, until: datetime, now: datetime) -> bool:
    fresh = locked(enquiry)
    if fresh.state != EnquiryState.ANSWERED or fresh.last_message_at is None or fresh.last_message_at >= until:
        return False
    viewer = Viewer.system("silence", district.pk)
    finish(fresh, outcome=Outcome.ANSWERED, viewer=viewer, now=now)
    return True


def finish(enquiry: Enquiry, *, outcome: Outcome, viewer: Viewer, now: datetime) -> None:
    """Record the outcome of a locked question, start the period after which it goes, end requests that nobody answered, tell
    the house. For actions only.
    """
    end_with_question(enquiry, outcome=outcome, viewer=viewer, now=now)
    before = Before.of(enquiry)
    enquiry.state = EnquiryState.CLOSED
    enquiry.outcome = outcome
    enquiry.closed_at = now
    enquiry.has_follow_up = False
    enquiry.delete_on = rules.delete_on(now, setting(enquiry.district, RETENTION_MONTHS, now))
    enquiry.save_next()
    note_step(enquiry, Step.CLOSED, viewer=viewer, now=now, code=outcome, before=before)
    audit.record(verb="enquiry.closed", target=enquiry, viewer=viewer, now=now, fields=("state", "outcome"))
    publish(
        EnquiryClosed(
            district_id=enquiry.district_id,
            viewer=viewer,
            now=now,
            enquiry_uid=enquiry.uid,
            outcome=outcome,
            topic_key=enquiry.topic_id,
            place_ags=enquiry.place_id,
        )
    )
