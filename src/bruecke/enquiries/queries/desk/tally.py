"""What the tally shows: the strokes of a day and a place by topic, one's last ones, and the days that were tallied."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count
from django.utils.translation import gettext as _

from bruecke.core import clock
from bruecke.core.models import District
from bruecke.core.registries import Todo, Urgency
from bruecke.core.viewer import Viewer
from bruecke.enquiries import rules
from bruecke.enquiries.models import TallyEntry
from bruecke.places import queries as places
from bruecke.places.models import Area
from bruecke.staffing import queries as staffing
from bruecke.vocabulary import queries as vocabulary
from bruecke.vocabulary.models import Topic

LAST = 5


@dataclass(frozen=True, slots=True)
class Tile:
    """A topic with its strokes of the day; `own_uid` is the viewer's latest one, which can be taken back."""

    topic: Topic
    count: int
    own_uid: str


@dataclass(frozen=True, slots=True)
class TallyDay:
    """A day and a place with the number of strokes."""

    happened_on: date
    place: str
    place_slug: str
    count: int


def tally_places(viewer: Viewer, district: District, on: date) -> list[Area]:
    """Where this person may make strokes, by name."""
    return [area for area in places.municipalities_of(district.ags, on) if rules.can_tally(viewer, area.pk)]


def tiles(viewer: Viewer, place: Area, day: date) -> list[Tile]:
    """All topics in their fixed order, so that a finger finds its button again. Two queries."""
    rows = TallyEntry.objects.visible_to(viewer).filter(place=place, happened_on=day).order_by("recorded_at", "pk")
    counts: Counter[str] = Counter()
    own: dict[str, str] = {}
    for topic_id, uid, recorded_by_id in rows.values_list("topic_id", "uid", "recorded_by_id"):
        counts[topic_id] += 1
        if recorded_by_id == viewer.account_id:
            own[topic_id] = uid
    return [Tile(topic, counts[topic.pk], own.get(topic.pk, "")) for topic in vocabulary.topics()]


def last_strokes(viewer: Viewer, now: datetime) -> list[TallyEntry]:
    """One's own of today, whatever day they count for; the newest first. One query."""
    today = clock.start_of(clock.local_day(now))
    rows = TallyEntry.objects.filter(recorded_by_id=viewer.account_id, recorded_at__gte=today)
    return list(rows.select_related("topic", "place").order_by("-recorded_at", "-pk")[:LAST])


def find_stroke(uid: str) -> TallyEntry | None:
    """By its public id; the action asks the rule."""
    return TallyEntry.objects.select_related("place", "topic").filter(uid=uid).first()


def tally_days(viewer: Viewer) -> list[TallyDay]:
    """Days and places with strokes, the newest first. One query."""
    rows = TallyEntry.objects.visible_to(viewer).filter(place__isnull=False).order_by("-happened_on", "place__name")
    grouped = rows.values_list("happened_on", "place__name", "place__slug").annotate(count=Count("pk"))
    return [TallyDay(*row) for row in grouped]


def collect_hours(viewer: Viewer, now: datetime) -> Iterator[Todo]:
    """*Heute*: the open hours of today, until they are over."""
    if not viewer.has(*rules.WORKING_ROLES):
        return
    today = clock.local_day(now)
    for hour in staffing.hours_of_viewer(viewer, now=now, limit=3):
        if hour.day != today or hour.ends_at < now:
            continue
        times = f"{hour.starts_at.astimezone(clock.BERLIN):%H:%M}–{hour.ends_at.astimezone(clock.BERLIN):%H:%M}"
        yield Todo(
            urgency=Urgency.TODAY,
            due_at=None,
            title=_("Sprechstunde %(times)s: zählen, was sofort erledigt ist") % {"times": times},
            kind=_("Strichliste"),
            verb=_("Strichliste öffnen"),
            route="enquiries:tally",
            place=hour.location.town,
        )
