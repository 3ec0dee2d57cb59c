"""Strokes of an open hour: one for each thing settled at once, and taken back by who made it. No person, no text."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bruecke.core import audit
from bruecke.core.clock import local_day
from bruecke.core.errors import Invalid, NotAllowed
from bruecke.core.models import District
from bruecke.core.viewer import Viewer
from bruecke.enquiries import rules
from bruecke.enquiries.models import TallyEntry
from bruecke.enquiries.queries.routing import post_of
from bruecke.enquiries.states import Channel, Outcome
from bruecke.places.models import Area
from bruecke.vocabulary.models import Topic


@transaction.atomic
def add_stroke(
    *,
    district: District,
    place: Area,
    topic: Topic,
    language: str,
    channel: Channel,
    outcome: Outcome,
    happened_on: date,
    viewer: Viewer,
    now: datetime,
) -> TallyEntry:
    """Make one stroke. Effects: the row under the viewer's post of today; audit `enquiry.tallied`. Raises: NotAllowed, Invalid."""
    if not rules.can_tally(viewer, place.pk):
        raise NotAllowed
    if not rules.is_tally_day(happened_on, local_day(now)):
        raise Invalid({"tag": _("Bitte wählen Sie heute oder einen Tag der letzten zwei Wochen.")})
    if channel not in rules.TALLY_CHANNELS or outcome not in rules.TALLY_OUTCOMES:
        raise Invalid(_("Das wird nicht mit der Strichliste gezählt. Bitte erfassen Sie es als Frage."))
    entry: TallyEntry = TallyEntry.objects.create(
        district=district,
        happened_on=happened_on,
        post=post_of(viewer.account_id, now),
        place=place,
        topic=topic,
        language=language,
        channel=channel,
        outcome=outcome,
        recorded_at=now,
        recorded_by_id=viewer.account_id,
    )
    audit.record(verb="enquiry.tallied", target=entry, viewer=viewer, now=now)
    return entry


@transaction.atomic
def remove_stroke(*, entry: TallyEntry, viewer: Viewer, now: datetime) -> None:
    """Take a stroke of one's own back: it never was. Effects: the row goes; audit `enquiry.tally_undone`. Raises: NotAllowed."""
    fresh = TallyEntry.objects.select_for_update(of=("self",)).filter(pk=entry.pk).first()
    if fresh is None or not rules.can_remove_stroke(viewer, fresh, local_day(now)):
        raise NotAllowed
    audit.record(verb="enquiry.tally_undone", target=fresh, viewer=viewer, now=now)
    fresh.delete()
