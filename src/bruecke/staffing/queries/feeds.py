"""Consultation hours as calendars take them: for each span in which an hour is held one event with its days off."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Max

from bruecke.core.clock import local_day, start_of
from bruecke.core.models import AuditEntry
from bruecke.core.schedules import Occurrence, occurrences
from bruecke.places.models import Area
from bruecke.staffing.models import ConsultationHour, Post, Responsibility
from bruecke.staffing.queries.closures import Closures
from bruecke.staffing.queries.hours import held_periods
from bruecke.staffing.queries.responsible import open_district

PAST = timedelta(days=35)
AHEAD = timedelta(days=730)
"""How far days off are written out; a feed is read again long before."""

Period = tuple[date, date | None]


@dataclass(frozen=True, slots=True)
class FeedEvent:
    """An hour in the span [starts_on, until_on), from its first meeting in it; `days_off` are meetings that fall out."""

    hour: ConsultationHour
    starts_on: date
    until_on: date | None
    first: Occurrence
    days_off: tuple[date, ...]
    changed_at: datetime

    @property
    def key(self) -> str:
        """Stays the same as long as the span begins on the same day."""
        return f"{self.hour.uid}-{self.starts_on:%Y%m%d}"


def feed(of: Post | Area | None, *, now: datetime) -> list[FeedEvent]:
    """The hours of a post, of a municipality (while a post is in charge of it), or of the district. Five queries at most.

    Without spans that ended more than `PAST` ago, and without those in which no day of the rule lies.
    """
    charges: dict[int, list[Period]] | None = None
    rows = ConsultationHour.objects.select_related("post__controller", "location").prefetch_related("exceptions")
    if isinstance(of, Post):
        rows = rows.filter(post=of)
    elif of is not None:
        charges = _charges(of)
        rows = rows.filter(post__in=charges)
    today = local_day(now)
    hours = list(rows.not_ended(today - PAST).order_by("weekday", "starts", "pk"))
    held = held_periods({hour.post_id for hour in hours}, date.min)
    changed = _changes(hours)
    closures = Closures(open_district())
    found = []
    for hour in hours:
        spans = overlaps_of(_lifetime(hour), held[hour.post_id])
        if charges is not None:
            spans = [span for outer in spans for span in overlaps_of(outer, charges[hour.post_id])]
        for start, end in spans:
            if end is None or end > today - PAST:
                found += _event(hour, start, end, closures, today, changed)
    return found


def _charges(area: Area) -> dict[int, list[Period]]:
    found: dict[int, list[Period]] = defaultdict(list)
    rows = Responsibility.objects.filter(municipality=area).order_by("valid_from")
    for post, start, end in rows.values_list("post_id", "valid_from", "valid_until"):
        found[post].append((start, end))
    return found


def _lifetime(hour: ConsultationHour) -> Period:
    ends = [day for day in (hour.valid_until, hour.post.valid_until) if day is not None]
    return max(hour.valid_from, hour.post.valid_from), min(ends) if ends else None


def overlaps_of(outer: Period, inner: Iterable[Period]) -> list[Period]:
    """What of `outer` lies in one of the half-open periods, in order; neighbouring pieces become one."""
    pieces: list[Period] = []
    for start, end in sorted(inner, key=lambda period: period[0]):
        first = max(outer[0], start)
        ends = [day for day in (outer[1], end) if day is not None]
        last = min(ends) if ends else None
        if last is not None and last <= first:
            continue
        if pieces and (pieces[-1][1] is None or first <= pieces[-1][1]):
            before = pieces.pop()
            last = None if last is None or before[1] is None else max(last, before[1])
            first = before[0]
        pieces.append((first, last))
    return pieces


def _event(
    hour: ConsultationHour, start: date, end: date | None, closures: Closures, today: date, changed: dict[str, datetime]
) -> list[FeedEvent]:
    """One event, or none where no day of the rule lies in the span; counting goes on from the hour's own first day."""
    horizon = min(end, today + AHEAD) if end else today + AHEAD
    meetings = list(occurrences(hour.rule(end), after=start_of(start), before=start_of(max(horizon, start + PAST))))
    if not meetings:
        return []
    cancelled = {exception.on for exception in hour.exceptions.all()}
    off = tuple(one.day for one in meetings if one.day in cancelled or closures.closes(hour, one.day))
    last = max(changed.get(uid, start_of(hour.valid_from)) for uid in (*_uids(hour), closures.district.uid))
    return [FeedEvent(hour, start, end, meetings[0], off, last)]


def _uids(hour: ConsultationHour) -> tuple[str, str, str]:
    return hour.uid, hour.post.uid, hour.location.uid


def _changes(hours: Sequence[ConsultationHour]) -> dict[str, datetime]:
    """When each hour, post and house was changed last, and the settings of the district (by its uid). One query."""
    district = open_district()
    uids = {uid for hour in hours for uid in _uids(hour)}
    entries = AuditEntry.objects.filter(district=district, is_refusal=False, target_uid__in=uids)
    settings = AuditEntry.objects.filter(district=district, verb="core.setting_changed", target_uid=district.uid)
    rows = (entries | settings).values_list("target_uid").annotate(last=Max("at")).order_by("target_uid")
    return dict(rows)
