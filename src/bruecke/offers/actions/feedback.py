"""Readers say that something is wrong; members settle it. And pairs of offers that look alike."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bruecke.core import audit
from bruecke.core.clock import local_day
from bruecke.core.errors import Invalid, NotAllowed, WrongState
from bruecke.core.folding import seen
from bruecke.core.viewer import Viewer
from bruecke.offers import rules
from bruecke.offers.models import DistinctPair, Offer, OfferFeedback
from bruecke.offers.states import FeedbackReason

TEXT_LENGTH = 500


@transaction.atomic
def give_feedback(*, offer: Offer, reason: str, text: str, language: str, viewer: Viewer, now: datetime) -> OfferFeedback:
    """A hint of a reader on one entry; no name and no address is asked for or kept.

    Effects: `OfferFeedback`, a to-do of the office; audit entry `offer.feedback_given`.
    Raises: NotAllowed for an offer the reader cannot see, Invalid.
    """
    fresh = Offer.objects.select_related("district").get(pk=offer.pk)
    if not rules.can_give_feedback(viewer, fresh, local_day(now)):
        raise NotAllowed
    errors: dict[str, object] = {}
    if reason not in {item.value for item in FeedbackReason}:
        errors["reason"] = _("Bitte wählen Sie einen Grund.")
    cleaned = seen(text).strip()
    if len(cleaned) > TEXT_LENGTH:
        errors["text"] = _("Bitte kürzen Sie den Text auf höchstens %(count)s Zeichen.") % {"count": TEXT_LENGTH}
    if reason == FeedbackReason.OTHER and not cleaned:
        errors["text"] = _("Bitte schreiben Sie kurz, was nicht stimmt.")
    if errors:
        raise Invalid(errors)
    row = OfferFeedback.objects.create(
        district=fresh.district, offer=fresh, reason=reason, text=cleaned, language=language[:10], given_at=now
    )
    audit.record(verb="offer.feedback_given", target=fresh, viewer=viewer, now=now)
    return row


@transaction.atomic
def settle_feedback(*, feedback: OfferFeedback, viewer: Viewer, now: datetime) -> OfferFeedback:
    """Somebody saw to it. Effects: audit entry `offer.feedback_settled`. Raises: NotAllowed, WrongState when it is settled."""
    return _settle(feedback, viewer, now, is_settled=True)


@transaction.atomic
def reopen_feedback(*, feedback: OfferFeedback, viewer: Viewer, now: datetime) -> OfferFeedback:
    """Take settling back. Effects: audit entry `offer.feedback_reopened`. Raises: NotAllowed, WrongState when it is open."""
    return _settle(feedback, viewer, now, is_settled=False)


def _settle(feedback: OfferFeedback, viewer: Viewer, now: datetime, *, is_settled: bool) -> OfferFeedback:
    row = OfferFeedback.objects.select_for_update(of=("self",)).select_related("offer").get(pk=feedback.pk)
    if not rules.can_decide(viewer, district_id=row.district_id):
        raise NotAllowed
    if (row.settled_at is not None) == is_settled:
        raise WrongState(_("Der Hinweis ist schon erledigt.") if is_settled else _("Der Hinweis ist noch offen."))
    row.settled_at, row.settled_by_id = (now, viewer.account_id) if is_settled else (None, None)
    row.save(update_fields=["settled_at", "settled_by_id"])
    verb = "offer.feedback_settled" if is_settled else "offer.feedback_reopened"
    audit.record(verb=verb, target=row.offer, viewer=viewer, now=now)
    return row


@transaction.atomic
def mark_distinct(*, offers: tuple[Offer, Offer], viewer: Viewer, now: datetime) -> DistinctPair:
    """Two offers that look alike are not the same: nobody is warned of the pair again. Said twice it is said once.

    Effects: audit entry `offer.marked_distinct`. Raises: NotAllowed, Invalid for one and the same offer.
    """
    first, second = sorted(offers, key=lambda offer: offer.pk)
    if not rules.can_edit(viewer, district_id=first.district_id):
        raise NotAllowed
    if first.pk == second.pk:
        raise Invalid(_("Das ist ein und dasselbe Angebot."))
    pair, created = DistinctPair.objects.get_or_create(first=first, second=second, defaults={"district": first.district})
    if created:
        audit.record(verb="offer.marked_distinct", target=first, viewer=viewer, now=now)
    return pair
