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


@dataclass(frozen=True, slots=True)
class Responsible:
    """The answer for one municipality on one day; there is always one.

    `post` is who is in charge by the plan, None where nobody is. `is_vacant`: the post is there, but nobody holds it.
    `controller` and `unit` say who receives what is asked there: the post's own when its holder can log in for it, else
    the leading controller of the district, without a unit. `holder_account_id` is that holder. `public_name` is set
    only where the person released the name.
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

    @property
    def is_gap(self) -> bool:
        """No post, or a post without a person: the district office answers."""
        return self.post is None or self.is_vacant


def open_district() -> District:
    """The district whose scope is open."""
    return get_scope()["district"]


def responsible_for(ags: str, on: date) -> Responsible:
    """Who is in charge of the municipality on that day, past or future. Two queries."""
    row = _in_charge(on).filter(municipality_id=ags).first()
    posts = _posts([row] if row else [])
    return _answer(ags, on, row, posts, None if row and row["reader_id"] else _leading(posts))


def responsibility_map(on: date) -> dict[str, Responsible]:
    """The same for every municipality of the district that exists on that day, in dictionary order. Three queries.

    One more where no post belongs to the leading controller.
    """
    areas = Area.objects.of_kreis(open_district().ags).valid_on(on).by_name()
    return answers_for(list(areas.values_list("ags", flat=True)), on)


def answers_for(municipalities: list[str], on: date) -> dict[str, Responsible]:
    """Who is in charge of each of these municipalities (AGS) of the district, in their order. Two or three queries."""
    rows = {row["municipality_id"]: row for row in _in_charge(on)}
    posts = _posts(rows.values())
    leading = _leading(posts)
    return {ags: _answer(ags, on, rows.get(ags), posts, leading) for ags in municipalities}


def holders_with_access(on: date) -> HolderQuerySet:
    """Holders of that day who can log in for their post: not locked, and coordinator or office of its controller."""
    held: MembershipQuerySet = Membership.objects.filter(
        account=OuterRef("account"),
        account__is_active=True,
        controller=OuterRef("post__controller"),
        role__in=[Role.COORDINATOR, Role.DISTRICT_OFFICE],
    )
    return PostHolder.objects.valid_on(on).filter(Exists(held.valid_on(on)))


def _in_charge(on: date) -> Any:
    """Responsibilities that hold on the day, of posts that exist on it, with facts about their holder; as dictionaries."""
    held = PostHolder.objects.valid_on(on).filter(post=OuterRef("post"))
    reading = holders_with_access(on).filter(post=OuterRef("post"))
    return (
        Responsibility.objects.valid_on(on)
        .filter(valid_on(on, "post__"))
        .order_by("municipality_id")
        .values(
            *("municipality_id", "post_id", "valid_from", "valid_until"),
            is_held=Exists(held),
            reader_id=Subquery(reading.values("account_id")[:1]),
            released_name=Subquery(held.filter(is_name_released=True).values("public_name")[:1]),
        )
    )


def _posts(rows: Iterable[Row]) -> dict[int, Post]:
    """The posts of these rows with what pages show of them: built once a post, not once a municipality."""
    ids = {row["post_id"] for row in rows}
    if not ids:
        return {}
    found = Post.objects.filter(pk__in=ids).select_related("controller", "unit", "employer", "office")
    return {post.pk: post for post in found.order_by("number", "pk")}


def _leading(posts: dict[int, Post]) -> Controller | None:
    """The leading controller; mostly one of the posts has it already."""
    known = (post.controller for post in posts.values() if post.controller.is_leading)
    return next(known, None) or Controller.objects.filter(kind="district").first()


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
