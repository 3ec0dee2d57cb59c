"""The dossier of a post that changes hands, computed for one viewer at each look; and what hand-overs wait for."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q

from bruecke.core.clock import local_day
from bruecke.core.hand_over import HandOverRow, HandOverRows, HandOverSource, HandOverSubject, sources_for
from bruecke.core.viewer import Viewer
from bruecke.staffing import rules
from bruecke.staffing.models import HandOver, Post, PostHolder, Responsibility
from bruecke.staffing.queries.posts import holder_name
from bruecke.staffing.rules import hand_over as timing
from bruecke.staffing.states import HandOverState

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Point:
    """A row of the dossier under its whole key; `ticked_on` is the day on which somebody said that it was handed over."""

    key: str
    row: HandOverRow
    ticked_on: date | None


@dataclass(frozen=True, slots=True)
class Section:
    """The points of one source."""

    source: HandOverSource
    points: Sequence[Point]
    more: int
    note: object

    @property
    def ticked(self) -> int:
        return sum(point.ticked_on is not None for point in self.points)


@dataclass(frozen=True, slots=True)
class Dossier:
    """A hand-over with its sections, and who follows (None: nobody yet)."""

    hand_over: HandOver
    sections: Sequence[Section]
    successor: PostHolder | None

    @property
    def points(self) -> list[Point]:
        return [point for section in self.sections for point in section.points]

    @property
    def ticked(self) -> int:
        return sum(section.ticked for section in self.sections)

    @property
    def leaving_name(self) -> str:
        return holder_name(self.hand_over.leaving)

    @property
    def successor_name(self) -> str:
        return holder_name(self.successor) if self.successor else ""


def dossier(hand_over: HandOver, viewer: Viewer, now: datetime) -> Dossier:
    """The points as this viewer may see them; a few queries a source, never one a row."""
    successor = successor_of(hand_over)
    subject = subject_of(hand_over, successor)
    sections = [
        _section(source, source.collect(subject, viewer, now), hand_over.ticked) for source in sources_for(hand_over.district)
    ]
    return Dossier(hand_over, sections, successor)


def _section(source: HandOverSource, found: HandOverRows, ticked: dict[str, str]) -> Section:
    points = [_point(f"{source.key}:{row.key}", row, ticked) for row in found.rows]
    return Section(source, points, found.more, found.note)


def _point(key: str, row: HandOverRow, ticked: dict[str, str]) -> Point:
    return Point(key, row, date.fromisoformat(ticked[key]) if key in ticked else None)


def subject_of(hand_over: HandOver, successor: PostHolder | None) -> HandOverSubject:
    """What the sources ask about. One query."""
    places = Responsibility.objects.filter(post=hand_over.post_id).not_ended(hand_over.on - ONE_DAY)
    return HandOverSubject(
        district=hand_over.district,
        post_id=hand_over.post_id,
        account_id=hand_over.leaving.account_id,
        successor_id=successor.account_id if successor else None,
        municipalities=frozenset(places.order_by("pk").values_list("municipality_id", flat=True)),
        on=hand_over.on,
    )


def successor_of(hand_over: HandOver) -> PostHolder | None:
    """Who holds the post next after the leaving person. One query."""
    rows = PostHolder.objects.filter(post=hand_over.post_id, valid_from__gt=hand_over.leaving.valid_from)
    return rows.select_related("account").order_by("valid_from").first()


def following_accounts(leaving: PostHolder) -> frozenset[int]:
    """The accounts of who leaves and of those who follow, as `rules.can_see_hand_over` wants them. One query."""
    rows = PostHolder.objects.filter(post=leaving.post_id, valid_from__gte=leaving.valid_from).exclude(account=None)
    return frozenset(rows.order_by("pk").values_list("account_id", flat=True))


def hand_overs_of(viewer: Viewer, post: Post) -> list[HandOver]:
    """Hand-overs of a post that the viewer may see: the planned ones first, then the latest. One query."""
    rows = HandOver.objects.visible_to(viewer).filter(post=post).exclude(state=HandOverState.CANCELLED)
    found = rows.select_related("post", "leaving", "leaving__account", "district").order_by("-on", "-pk")
    return sorted(found, key=lambda one: one.state != HandOverState.PLANNED)


def leaving_holder(post: Post, on: date) -> PostHolder | None:
    """Who would hand the post over: the holder of the day, else the last one before. One query."""
    rows = PostHolder.objects.filter(post=post, valid_from__lte=on).select_related("account")
    return rows.order_by("-valid_from").first()


def may_plan(viewer: Viewer, post: Post, on: date) -> bool:
    """Whether a hand-over of this post is the viewer's to plan. One query for coordinators, none for others."""
    if rules.can_manage_posts(viewer):
        return True
    leaving = leaving_holder(post, on) if viewer.is_coordinator else None
    ids = frozenset({leaving.account_id} if leaving and leaving.account_id else ())
    return rules.can_see_hand_over(viewer, district_id=post.district_id, holder_account_ids=ids)


def may_open(viewer: Viewer, post: Post, on: date) -> bool:
    """Whether the page of hand-overs has something for the viewer. Two queries for coordinators, none for others."""
    return may_plan(viewer, post, on) or (viewer.is_coordinator and bool(hand_overs_of(viewer, post)))


@dataclass(frozen=True, slots=True)
class Leaving:
    """A person leaves a post on a day; `hand_over` None: nobody has planned it yet."""

    holder: PostHolder
    on: date
    hand_over: HandOver | None


def leavings(viewer: Viewer, now: datetime) -> list[Leaving]:
    """Who leaves within a month without a hand-over that is done or called off, and planned ones whose day has passed.

    The office sees all, a coordinator her own and those she follows. Two queries.
    """
    if not (viewer.leads_district or viewer.is_coordinator):
        return []
    today = local_day(now)
    planned = HandOver.objects.visible_to(viewer).filter(state=HandOverState.PLANNED, on__lte=today + timing.PREPARE)
    found = [Leaving(one.leaving, one.on, one) for one in planned.select_related("post", "leaving", "leaving__post")]
    ending = PostHolder.objects.filter(valid_until__gt=today, valid_until__lte=today + timing.PREPARE, hand_overs=None)
    if not viewer.leads_district:
        ending = ending.filter(account=viewer.account_id)
    rows = ending.exclude(_goes_on()).select_related("post")
    found += [Leaving(holder, holder.valid_until, None) for holder in rows if holder.valid_until is not None]
    return sorted(found, key=lambda one: (one.on, one.holder.post.number))


def _goes_on() -> Any:
    """The same person begins anew that day, for instance with another share of full time: nothing is handed over."""
    again = PostHolder.objects.filter(post=OuterRef("post"), account=OuterRef("account"), valid_from=OuterRef("valid_until"))
    return Q(Exists(again)) & ~Q(account=None)


def hand_overs_due(before: datetime) -> dict[int | None, int]:
    """Hand-overs whose period is over by `before`, by controller of the post."""
    rows = HandOver.objects.filter(on__lte=timing.forgotten_before(local_day(before))).order_by("pk")
    return dict(Counter(rows.values_list("post__controller_id", flat=True)))
