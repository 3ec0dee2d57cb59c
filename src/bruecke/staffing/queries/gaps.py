"""Gaps in the coordination: municipalities without a post, now or soon, and posts without a person."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from bruecke.core.scope import ScopedQuerySet
from bruecke.places.models import Area
from bruecke.staffing.models import Post, PostHolder, Responsibility
from bruecke.staffing.queries.responsible import open_district

SOON = timedelta(days=14)


class GapKind(StrEnum):
    MUNICIPALITY = "municipality"
    VACANT_POST = "vacant_post"


@dataclass(frozen=True, slots=True)
class Gap:
    """Nobody is in charge from `since` on (a day up to 14 days ahead); `since` None: since ever.

    A municipality carries `area`, a vacant post `post`.
    """

    kind: GapKind
    since: date | None
    area: Area | None = None
    post: Post | None = None

    def is_open_on(self, day: date) -> bool:
        """Whether the gap is there already on that day."""
        return self.since is None or self.since <= day


def gaps(on: date) -> list[Gap]:
    """Municipalities without a post and posts without a holder on `on` or within 14 days; the open ones first. Four queries."""
    until = on + SOON
    areas = list(Area.objects.of_kreis(open_district().ags).valid_on(on).by_name())
    posts = list(Post.objects.overlapping(on, until + timedelta(days=1)).order_by("number", "pk"))
    found = [*_unassigned(areas, on, until), *_vacant(posts, on, until)]
    return sorted(found, key=lambda gap: not gap.is_open_on(on))


def _unassigned(areas: list[Area], on: date, until: date) -> list[Gap]:
    rows = Responsibility.objects.select_related("post").order_by("valid_from")
    spans: dict[str, list[tuple[date, date | None]]] = {area.pk: [] for area in areas}
    for row in rows:
        period = _common(row.valid_from, row.valid_until, row.post.valid_from, row.post.valid_until)
        if row.municipality_id in spans and period:
            spans[row.municipality_id].append(period)
    result = []
    for area in areas:
        since = _first_gap(spans[area.pk], on, until)
        if since is not None:
            result.append(Gap(GapKind.MUNICIPALITY, _began(spans[area.pk], since), area=area))
    return result


def _vacant(posts: list[Post], on: date, until: date) -> list[Gap]:
    spans: dict[int, list[tuple[date, date | None]]] = {post.pk: [] for post in posts}
    rows: ScopedQuerySet = PostHolder.objects.filter(post__in=posts).order_by("valid_from")
    for row in rows:
        spans[row.post_id].append((row.valid_from, row.valid_until))
    result = []
    for post in posts:
        first = max(on, post.valid_from)
        last = until if post.valid_until is None else min(until, post.valid_until - timedelta(days=1))
        since = _first_gap(spans[post.pk], first, last)
        if since is not None:
            result.append(Gap(GapKind.VACANT_POST, _began(spans[post.pk], since) or post.valid_from, post=post))
    return result


def _common(start: date, end: date | None, first: date, last: date | None) -> tuple[date, date | None] | None:
    """The days that two half-open periods share, None when there are none."""
    ends = [day for day in (end, last) if day is not None]
    begin, finish = max(start, first), min(ends) if ends else None
    return (begin, finish) if finish is None or begin < finish else None


def _first_gap(spans: list[tuple[date, date | None]], on: date, until: date) -> date | None:
    """The first day from `on` to `until` (both included) that no span covers. `spans` are ordered by their start."""
    day = on
    for start, end in spans:
        if end is not None and end <= day:
            continue
        if start > day:
            break
        if end is None:
            return None
        day = end
    return day if day <= until else None


def _began(spans: list[tuple[date, date | None]], since: date) -> date | None:
    """When the gap that `since` lies in began: the end of the span before it; None: nobody was ever there."""
    ends = [end for _start, end in spans if end is not None and end <= since]
    return max(ends) if ends else None
