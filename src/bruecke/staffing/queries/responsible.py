"""Who is in charge of a municipality on a day: one place where it is decided, for one municipality and for all."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Subquery
from django_scopes import get_scope

from bruecke.accounts.models import Controller, Membership, Unit
from bruecke.accounts.querysets import MembershipQuerySet
from bruecke.core.models import District
from bruecke.core.viewer import Role
from bruecke.places.models import Area
from bruecke.staffing.models import Post, PostHolder, Responsibility
from bruecke.staffing.querysets import HolderQuerySet, valid_on

Row = Mapping[str, Any]
_SHOWN = ("controller", "unit", "employer", "office")
_READING = (Role.COORDINATOR, Role.DISTRICT_OFFICE)


@dataclass(frozen=True, slots=True)
class Responsible:
    """The answer for one municipality on one day; there is always one.

    `post` is who is in charge by the plan, None where nobody is. `is_vacant`: the post is there, but nobody holds it.
    `controller` and `unit` say who receives what is asked there: the post's own when its holder can log in for it, else
    the leading controller of the district, without a unit. `holder_account_id` is that holder. `public_name` is set
    only where the person released the name. `topic` is set where a responsibility for that topic (its key) decided.
    """

    ags: str
    on: date
    post: Post | None = None
    is_vacant: bool = False
    holder_account_id: int | None = None
    controller: Controller | None = None
    unit: Unit | None = None
    public_name: str = ""
    since: date | None = None
    until: date | None = field(default=None)
    topic: str = ""

    @property
    def is_gap(self) -> bool:
        """No post, or a post without a person: the district office answers."""
        return self.post is None or self.is_vacant


def open_district() -> District:
    """The district whose scope is open."""
    return get_scope()["district"]


def responsible_for(ags: str, on: date, *, is_shown: bool = True) -> Responsible:
    """Who is in charge of the municipality on that day, past or future. Three queries, each of them small.

    Every question asks this on its way in: putting the one statement of `responsibility_map` together takes longer. Who shows
    nothing of the answer (`is_shown`) does without employer and office.
    """
    related = _SHOWN if is_shown else ("controller", "unit")
    rows = Responsibility.objects.valid_on(on).filter(valid_on(on, "post__"), municipality_id=ags)
    found = rows.select_related(*(f"post__{name}" for name in related)).order_by("pk").first()
    if found is None:
        return answer_of(ags, on, None, {})
    held = list(PostHolder.objects.valid_on(on).filter(post=found.post_id).order_by("valid_from", "pk"))
    may_read = _with_access([row.account_id for row in held if row.account_id], found.post.controller_id, on)
    row: Row = {
        "municipality_id": ags,
        "post_id": found.post_id,
        "valid_from": found.valid_from,
        "valid_until": found.valid_until,
        "is_held": bool(held),
        "reader_id": next((row.account_id for row in held if row.account_id in may_read), None),
        "released_name": next((row.public_name for row in held if row.is_name_released), None),
    }
    return answer_of(ags, on, row, {found.post_id: found.post})


def _with_access(account_ids: list[int], controller_id: int, on: date) -> set[int]:
    """Which of these can log in for a post of the controller, as `holders_with_access` says."""
    if not account_ids:
        return set()
    held = Membership.objects.valid_on(on).filter(account__in=account_ids, account__is_active=True, controller=controller_id)
    return set(held.filter(role__in=_READING).values_list("account_id", flat=True))


def responsibility_map(on: date) -> dict[str, Responsible]:
    """The same for every municipality of the district that exists on that day, in dictionary order. Three queries.

    One more where no post belongs to the leading controller.
    """
    areas = Area.objects.of_kreis(open_district().ags).valid_on(on).by_name()
    return answers_for(list(areas.values_list("ags", flat=True)), on)


def answers_for(municipalities: list[str], on: date) -> dict[str, Responsible]:
    """Who is in charge of each of these municipalities (AGS) of the district, in their order. Two or three queries."""
    rows = {row["municipality_id"]: row for row in _in_charge(on)}
    posts = posts_of(rows.values())
    leading = _leading(posts)
    return {ags: _answer(ags, on, rows.get(ags), posts, leading) for ags in municipalities}


def holders_with_access(on: date) -> HolderQuerySet:
    """Holders of that day who can log in for their post: not locked, and coordinator or office of its controller."""
    held: MembershipQuerySet = Membership.objects.filter(
        account=OuterRef("account"),
        account__is_active=True,
        controller=OuterRef("post__controller"),
        role__in=_READING,
    )
    return PostHolder.objects.valid_on(on).filter(Exists(held.valid_on(on)))


def _in_charge(on: date) -> Any:
    """Responsibilities that hold on the day, of posts that exist on it, with facts about their holder; as dictionaries."""
    rows = Responsibility.objects.valid_on(on).filter(valid_on(on, "post__"))
    return with_holders(rows.order_by("municipality_id"), on)


def with_holders(rows: Any, on: date, *more: str) -> Any:
    """Rows that name a post, as dictionaries with `more` columns and facts about who holds it that day."""
    held = PostHolder.objects.valid_on(on).filter(post=OuterRef("post"))
    reading = holders_with_access(on).filter(post=OuterRef("post"))
    return rows.values(
        *("municipality_id", "post_id", "valid_from", "valid_until", *more),
        is_held=Exists(held),
        reader_id=Subquery(reading.values("account_id")[:1]),
        released_name=Subquery(held.filter(is_name_released=True).values("public_name")[:1]),
    )


def posts_of(rows: Iterable[Row]) -> dict[int, Post]:
    """The posts of these rows with what pages show of them: built once a post, not once a municipality."""
    ids = {row["post_id"] for row in rows}
    if not ids:
        return {}
    found = Post.objects.filter(pk__in=ids).select_related(*_SHOWN)
    return {post.pk: post for post in found.order_by("number", "pk")}


def _leading(posts: dict[int, Post]) -> Controller | None:
    """The leading controller; mostly one of the posts has it already."""
    known = (post.controller for post in posts.values() if post.controller.is_leading)
    return next(known, None) or Controller.objects.filter(kind="district").first()


def answer_of(ags: str, on: date, row: Row | None, posts: dict[int, Post], leading: Controller | None = None) -> Responsible:
    """The answer that one row gives; asks for the leading controller only where it has to stand in and is not given."""
    reads = bool(row and row["reader_id"])
    return _answer(ags, on, row, posts, leading if reads or leading else _leading(posts))


def _answer(ags: str, on: date, row: Row | None, posts: dict[int, Post], leading: Controller | None) -> Responsible:
    if row is None:
        return Responsible(ags, on, controller=leading)
    post, reads = posts[row["post_id"]], row["reader_id"] is not None
    return Responsible(
        ags=ags,
        on=on,
        post=post,
        is_vacant=not row["is_held"],
        holder_account_id=row["reader_id"],
        controller=post.controller if reads else leading,
        unit=post.unit if reads else None,
        public_name=row["released_name"] or "",
        since=row["valid_from"],
        until=row["valid_until"],
    )


def municipalities_held_by(account_id: int | None, on: date) -> frozenset[str]:
    """AGS in the charge of the posts that this person holds on the day. One query."""
    held = PostHolder.objects.valid_on(on).filter(account_id=account_id)
    rows = Responsibility.objects.valid_on(on).filter(valid_on(on, "post__"), post__in=held.values("post"))
    return frozenset(rows.order_by("municipality_id").values_list("municipality_id", flat=True))
