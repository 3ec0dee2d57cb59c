"""The next consultation hours: of a post, of a municipality across hand-overs, of the district, of a person."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from heapq import merge
from itertools import islice
from math import gcd
from typing import Any

from django.db.models import F, Q
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from bruecke.core import memo
from bruecke.core.clock import local_day
from bruecke.core.schedules import Occurrence, days_in_words, occurrences
from bruecke.core.viewer import Viewer
from bruecke.directory.models import Location
from bruecke.staffing.models import ConsultationHour, Post, PostHolder
from bruecke.staffing.queries.closures import Closures
from bruecke.staffing.queries.responsible import open_district
from bruecke.staffing.querysets import ConsultationHourQuerySet
from bruecke.staffing.rules import overlaps
from bruecke.ui.wording import weekday

HORIZON = timedelta(days=70)
_OF_VIEWER = 6
Allowed = Callable[[Any, date], bool]


@dataclass(frozen=True, slots=True)
class UpcomingHour:
    """One consultation hour on one day, in the words that templates need; both moments aware, in Berlin time."""

    hour: ConsultationHour
    starts_at: datetime
    ends_at: datetime

    @property
    def day(self) -> date:
        return self.starts_at.date()

    @property
    def start(self) -> datetime:
        """As `hours_list.html` calls it."""
        return self.starts_at

    @property
    def end(self) -> datetime:
        return self.ends_at

    @property
    def post(self) -> Post:
        return self.hour.post

    @property
    def location(self) -> Location:
        return self.hour.location

    @property
    def by_appointment(self) -> bool:
        return self.hour.is_by_appointment

    @property
    def kind(self) -> str:
        """`Mit Termin` or `Ohne Termin`, in the language of the page."""
        return _("Mit Termin") if self.by_appointment else _("Ohne Termin")

    @property
    def rhythm(self) -> str:
        return rhythm_words(self.hour)

    @property
    def place(self) -> SafeString:
        """`Freital, Dresdner Straße 90`: the town first, for people who do not know the house."""
        parts = (self.location.town, self.location.street or self.location.name)
        return _german(", ".join(part for part in parts if part))

    @property
    def full_place(self) -> SafeString:
        """`Rathaus Potschappel, Dresdner Straße 2, 01705 Freital`."""
        return _german(", ".join(part for part in (self.location.name, self.location.address) if part))

    @property
    def note(self) -> SafeString:
        """The second line in lists: with or without appointment, the place, and what the post adds."""
        words = [self.kind, _german(self.location.name), *([_german(self.hour.note)] if self.hour.note else [])]
        return format_html_join(_(", "), "{}", ((word,) for word in words))


def rhythm_words(hour: ConsultationHour) -> str:
    """`Jeden Donnerstag`, `Alle zwei Wochen`, `Jeden 1. und 3. Donnerstag im Monat`, in the language of the page."""
    if hour.weeks_of_month:
        return capfirst(days_in_words(hour.rule().rrule, hour.valid_from))
    words = {2: _("Alle zwei Wochen"), 3: _("Alle drei Wochen"), 4: _("Alle vier Wochen")}
    return words.get(hour.interval) or _("Jeden %(weekday)s") % {"weekday": weekday(hour.weekday)}


def rhythm_with_day(hour: ConsultationHour) -> str:
    """The same for lists where no date stands beside it: `Alle 2 Wochen mittwochs`."""
    if hour.interval > 1 and not hour.weeks_of_month:
        return capfirst(days_in_words(hour.rule().rrule, hour.valid_from))
    return rhythm_words(hour)


def _german(text: str) -> SafeString:
    return format_html('<bdi lang="de">{}</bdi>', text)


def next_hours(of: Post | str, *, now: datetime, limit: int) -> list[UpcomingHour]:
    """The next hours of a post, or of whoever is in charge of a municipality (AGS) on the day of the hour.

    Without days on which the hour is cancelled, the office is closed, the post does not exist, or nobody holds it. Four
    queries, the days on which the district closes among them. For a municipality a rule comes once for each period its post
    is in charge.
    """
    if isinstance(of, Post):
        return _upcoming(ConsultationHour.objects.filter(post=of), now=now, limit=limit)
    today = local_day(now)
    charge = "post__responsibilities__"
    lasts = Q(**{f"{charge}valid_until": None}) | Q(**{f"{charge}valid_until__gt": today})
    there = Q(**{f"{charge}municipality_id": of, f"{charge}valid_from__lte": today + HORIZON})
    rows = ConsultationHour.objects.filter(lasts & there).annotate(
        charge_from=F(f"{charge}valid_from"), charge_until=F(f"{charge}valid_until")
    )

    def in_charge(hour: Any, day: date) -> bool:
        return _holds(hour.charge_from, hour.charge_until, day)

    return _upcoming(rows, now=now, limit=limit, allowed=in_charge)


def next_public_hours(*, now: datetime, limit: int) -> list[UpcomingHour]:
    """The next open hours of the whole district, without appointment. Four queries."""
    return _upcoming(ConsultationHour.objects.filter(is_by_appointment=False), now=now, limit=limit)


def all_upcoming_hours(*, now: datetime, limit: int) -> list[UpcomingHour]:
    """The next hours of the whole district, open or by appointment. Four queries."""
    return _upcoming(ConsultationHour.objects.all(), now=now, limit=limit)


def hours_of_viewer(viewer: Viewer, *, now: datetime, limit: int) -> list[UpcomingHour]:
    """The next hours of the posts that the viewer holds today, six at most. Four queries a request, none without a post."""
    if not viewer.is_coordinator:
        return []
    held = PostHolder.objects.valid_on(local_day(now)).filter(account_id=viewer.account_id)
    rows = ConsultationHour.objects.filter(post__in=held.values("post"))
    found = memo.once(("staffing.hours_of_viewer", viewer, now), lambda: _upcoming(rows, now=now, limit=_OF_VIEWER))
    return found[:limit]


def _holds(start: date, end: date | None, day: date) -> bool:
    return start <= day and (end is None or day < end)


def _upcoming(rows: ConsultationHourQuerySet, *, now: datetime, limit: int, allowed: Allowed | None = None) -> list[UpcomingHour]:
    today = local_day(now)
    hours = list(
        rows.not_ended(today)
        .select_related("post", "post__controller", "location")
        .prefetch_related("exceptions")
        .order_by("weekday", "starts", "pk")
    )
    held = held_periods({hour.post_id for hour in hours}, today)
    closures = Closures(open_district())
    streams = [_days(hour, now, held[hour.post_id], closures, allowed) for hour in hours]
    return list(islice(merge(*streams, key=lambda one: (one.starts_at, one.ends_at, one.hour.pk)), limit))


def held_periods(posts: set[int], today: date) -> dict[int, list[tuple[date, date | None]]]:
    """When somebody holds each of these posts (by primary key), today or later. One query."""
    periods: dict[int, list[tuple[date, date | None]]] = defaultdict(list)
    rows = PostHolder.objects.not_ended(today).filter(post__in=posts).order_by("valid_from")
    for post, start, end in rows.values_list("post_id", "valid_from", "valid_until"):
        periods[post].append((start, end))
    return periods


def _days(
    hour: ConsultationHour, now: datetime, held: list[tuple[date, date | None]], closures: Closures, allowed: Allowed | None
) -> Iterable[UpcomingHour]:
    skip = {exception.on for exception in hour.exceptions.all()}
    found: Iterable[Occurrence] = occurrences(hour.rule(hour.post.valid_until), after=now, before=now + HORIZON, skip=skip)
    for one in found:
        if not hour.post.exists_on(one.day) or not any(_holds(start, end, one.day) for start, end in held):
            continue
        if (allowed is None or allowed(hour, one.day)) and not closures.closes(hour, one.day):
            yield UpcomingHour(hour, one.starts_at, one.ends_at)


def clashes(hour: ConsultationHour, *, with_rows: Iterable[ConsultationHour]) -> list[ConsultationHour]:
    """Hours of the same post on the same weekday at the same time that could fall on one day."""
    return [
        other
        for other in with_rows
        if other.pk != hour.pk
        and other.weekday == hour.weekday
        and other.starts < hour.ends
        and hour.starts < other.ends
        and overlaps(hour.valid_from, hour.valid_until, other.valid_from, other.valid_until)
        and _can_meet(hour, other)
    ]


def _can_meet(one: ConsultationHour, other: ConsultationHour) -> bool:
    """Two rhythms meet when their first weeks differ by a multiple of what both rhythms share.

    In months with four such weekdays the fourth is the last. Weeks of a month and every second week meet sooner or later.
    """
    if one.weeks_of_month or other.weeks_of_month:
        weeks = [set(hour.weeks_of_month) or {1, 2, 3, 4, -1} for hour in (one, other)]
        both = [found | ({4, -1} if found & {4, -1} else set()) for found in weeks]
        return bool(both[0] & both[1])
    shared = gcd(one.interval, other.interval)
    apart = (_monday(one.valid_from) - _monday(other.valid_from)).days // 7
    return apart % shared == 0


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
