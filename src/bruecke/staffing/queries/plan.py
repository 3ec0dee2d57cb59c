"""The plan of a day as the desk shows it: posts with their municipalities, sums, shares and gaps."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, F

from bruecke.core.models import District
from bruecke.core.viewer import Role, Viewer
from bruecke.places.models import Area
from bruecke.staffing.models import Assignment, Post, PostHolder, Responsibility
from bruecke.staffing.queries.posts import holder_name, is_held_on
from bruecke.staffing.querysets import valid_on
from bruecke.staffing.rules import can_see_every_post
from bruecke.staffing.rules.shares import per_fte, split_by_size
from bruecke.staffing.states import PostState, post_state


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One municipality. `share` is its part of the post's VzÄ by population; `next_post` gets it on `next_on`."""

    area: Area
    post: Post | None
    share: Decimal | None
    since: date | None
    until: date | None
    next_post: Post | None = None

    @property
    def population(self) -> int:
        return self.area.population or 0

    @property
    def last_day(self) -> date | None:
        """The last day with this post, None while no end is planned."""
        return self.until - timedelta(days=1) if self.until else None


@dataclass(frozen=True, slots=True)
class PlanGroup:
    """One post with its municipalities on the day; `post` None: the municipalities that nobody is in charge of.

    `fte` is the share of full time on that day, `held` who holds the post then.
    """

    post: Post | None
    state: PostState | None
    holder: str
    vacant_since: date | None
    rows: tuple[PlanRow, ...]
    fte: Decimal = Decimal(0)
    held: PostHolder | None = None

    @property
    def population(self) -> int:
        return sum(row.population for row in self.rows)

    @property
    def fte_filled(self) -> Decimal:
        """What the holder works, never more than the post provides."""
        if self.held is None:
            return Decimal(0)
        return self.fte if self.held.fte is None else min(self.held.fte, self.fte)

    @property
    def is_vacant(self) -> bool:
        return self.state is PostState.VACANT

    @property
    def since(self) -> date | None:
        """The one day since when all of them are without a post, None when the days differ or there was never one."""
        days = {row.since for row in self.rows}
        return days.pop() if len(days) == 1 else None

    @property
    def per_fte(self) -> int | None:
        """Inhabitants for one filled VzÄ; None where the post is vacant or has no municipality."""
        return per_fte(self.population, self.fte_filled) if self.rows else None


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything of one day. `gap` holds the municipalities without a post, None when there are none."""

    on: date
    groups: tuple[PlanGroup, ...]
    gap: PlanGroup | None
    municipalities: int

    @property
    def posts(self) -> int:
        return len(self.groups)

    @property
    def fte_planned(self) -> Decimal:
        return sum((group.fte for group in self.groups), Decimal(0))

    @property
    def fte_filled(self) -> Decimal:
        return sum((group.fte_filled for group in self.groups), Decimal(0))

    @property
    def per_fte(self) -> int | None:
        """Inhabitants of the whole district for one filled VzÄ."""
        return per_fte(self.population, self.fte_filled)

    @property
    def population(self) -> int:
        """Everybody in the municipalities shown."""
        return sum(group.population for group in (*self.groups, *([self.gap] if self.gap else [])))

    @property
    def unassigned(self) -> int:
        return len(self.gap.rows) if self.gap else 0

    @property
    def rows(self) -> list[PlanRow]:
        """All municipalities in dictionary order."""
        found = [row for group in self.groups for row in group.rows] + list(self.gap.rows if self.gap else ())
        return sorted(found, key=lambda row: (row.area.sort_key, row.area.pk))


def plan_of(viewer: Viewer, district: District, on: date) -> Plan:
    """The plan of a day, as far as the viewer may see posts. Five queries."""
    return plans_of(viewer, district, [on])[0]


def plans_of(viewer: Viewer, district: District, days: Sequence[date]) -> list[Plan]:
    """The plans of several days in their order. Five queries, however many days."""
    first, end = min(days), max(days) + timedelta(days=1)
    areas = list(Area.objects.of_kreis(district.ags).by_name())
    seen = Post.objects.visible_to(viewer).overlapping(first, end).select_related("employer", "controller").order_by("number", "pk")
    posts = list(seen.prefetch_related("volumes"))
    holders = _by_post(PostHolder.objects.filter(post__in=posts).select_related("account").order_by("valid_from"))
    spans = _by_place(Responsibility.objects.select_related("post").order_by("valid_from"))
    shown = None if can_see_every_post(viewer) else viewer.municipalities
    return [_plan(day, [area for area in areas if _exists(area, day)], posts, holders, spans, shown) for day in days]


def _exists(area: Area, on: date) -> bool:
    return (area.valid_from is None or area.valid_from <= on) and _lasts(area.valid_until, on)


def _plan(
    on: date,
    areas: list[Area],
    posts: list[Post],
    holders: dict[int, list[PostHolder]],
    spans: dict[str, list[Responsibility]],
    shown: frozenset[str] | None,
) -> Plan:
    """`shown`: the municipalities without a post that the viewer may see, None for all."""
    rows: dict[int | None, list[PlanRow]] = defaultdict(list)
    for area in areas:
        row = _row(area, spans[area.pk], on)
        rows[row.post.pk if row.post else None].append(row)
    unassigned = [row for row in rows[None] if shown is None or row.area.pk in shown]
    groups = tuple(_group(post, holders[post.pk], rows[post.pk], on) for post in posts if post.exists_on(on))
    gap = PlanGroup(None, None, "", None, tuple(unassigned)) if unassigned else None
    return Plan(on, groups, gap, sum(len(group.rows) for group in groups) + len(unassigned))


def _by_post(holders: Iterable[PostHolder]) -> dict[int, list[PostHolder]]:
    found: dict[int, list[PostHolder]] = defaultdict(list)
    for holder in holders:
        found[holder.post_id].append(holder)
    return found


def _by_place(rows: Iterable[Responsibility]) -> dict[str, list[Responsibility]]:
    found: dict[str, list[Responsibility]] = defaultdict(list)
    for row in rows:
        found[row.municipality_id].append(row)
    return found


def _end(row: Responsibility) -> date | None:
    """When the post stops being in charge: by the plan, or because it ends itself."""
    ends = [day for day in (row.valid_until, row.post.valid_until) if day is not None]
    return min(ends) if ends else None


def _row(area: Area, spans: list[Responsibility], on: date) -> PlanRow:
    """`spans` in the order of their start. `since` of a gap is the day the last post stopped being in charge."""
    now = next((row for row in spans if row.valid_from <= on and row.post.exists_on(on) and _lasts(_end(row), on)), None)
    coming = next((row for row in spans if row.valid_from > on), None)
    if now is None:
        ended = [end for end in (_end(row) for row in spans) if end is not None and end <= on]
        since = max(ended) if ended else None
        return PlanRow(area, None, None, since, coming.valid_from if coming else None, coming.post if coming else None)
    return PlanRow(area, now.post, None, now.valid_from, _end(now), coming.post if coming else None)


def _lasts(end: date | None, day: date) -> bool:
    return end is None or day < end


def _group(post: Post, holders: list[PostHolder], rows: list[PlanRow], on: date) -> PlanGroup:
    held = next((holder for holder in holders if is_held_on(holder, on)), None)
    ended = [holder.valid_until for holder in holders if holder.valid_until is not None and holder.valid_until <= on]
    state = post_state(post.valid_from, post.valid_until, is_held=held is not None, on=on)
    vacant_since = (max(ended) if ended else post.valid_from) if held is None else None
    fte = post.fte_on(on)
    name = holder_name(held) if held else ""
    return PlanGroup(post, state, name, vacant_since, tuple(_with_shares(fte, rows)), fte, held)


def _with_shares(fte: Decimal, rows: list[PlanRow]) -> list[PlanRow]:
    """The post's VzÄ divided by population, the largest municipality first; no shares where nobody lives anywhere."""
    if not sum(row.population for row in rows):
        return rows
    shares = split_by_size(fte, [row.population for row in rows])
    dressed = [replace(row, share=share) for row, share in zip(rows, shares, strict=True)]
    return sorted(dressed, key=lambda row: (-row.population, row.area.sort_key))


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a post would carry after an assignment."""

    post: Post
    fte: Decimal
    municipalities: int
    population: int

    @property
    def per_fte(self) -> int | None:
        return per_fte(self.population, self.fte)


def outlook(post: Post, chosen: Iterable[str], on: date) -> Outlook:
    """The post with its own municipalities of that day and the chosen ones (AGS). Two queries."""
    own = Responsibility.objects.valid_on(on).filter(valid_on(on, "post__"), post=post).values("municipality")
    areas = Area.objects.municipalities().filter(pk__in=own) | Area.objects.municipalities().filter(pk__in=list(chosen))
    sizes = list(areas.distinct().values_list("population", flat=True))
    return Outlook(post, post.fte_on(on), len(sizes), sum(size or 0 for size in sizes))


def unassigned_count(district: District, on: date) -> int:
    """Municipalities without a post on the day. Two queries: it stands in the navigation of every page."""
    all_of_them = Area.objects.of_kreis(district.ags).valid_on(on).count()
    assigned = Responsibility.objects.valid_on(on).filter(valid_on(on, "post__"), municipality__kreis=district.ags)
    return all_of_them - assigned.aggregate(count=Count("municipality", distinct=True))["count"]


def assignments(viewer: Viewer, limit: int = 50) -> list[Assignment]:
    """The latest assignments, for those who see the whole plan. One query."""
    if not can_see_every_post(viewer) or viewer.district_id is None:
        return []
    rows = Assignment.objects.filter(district_id=viewer.district_id).select_related("post")
    return list(rows.order_by(F("made_at").desc(), "-pk")[:limit])


def sees_part_only(viewer: Viewer) -> bool:
    """Employers and municipalities see their own posts; figures of the district would mislead them."""
    return viewer.has(Role.EMPLOYER, Role.MUNICIPALITY) and not can_see_every_post(viewer)
