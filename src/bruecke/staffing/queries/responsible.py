"""Who is in charge of a municipality on a day: one place where it is decided, for one municipality and for all."""

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
from bruecke.staffing.querysets import HolderQuerySet, ResponsibilityQuerySet, valid_on


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
    """Who is in charge of the municipality on that day, past or future. Two queries at most."""
    row = _in_charge(on).filter(municipality_id=ags).first()
    return _answer(ags, on, row, None if _answers_itself(row) else _leading())


def responsibility_map(on: date) -> dict[str, Responsible]:
    """The same for every municipality of the district that exists on that day, in dictionary order. Three queries."""
    areas = list(Area.objects.of_kreis(open_district().ags).valid_on(on).by_name().values_list("ags", flat=True))
    rows = {row.municipality_id: row for row in _in_charge(on)}
    leading = _leading()
    return {ags: _answer(ags, on, rows.get(ags), leading) for ags in areas}


def holders_with_access(on: date) -> HolderQuerySet:
    """Holders of that day who can log in for their post: not locked, and coordinator or office of its controller."""
    held: MembershipQuerySet = Membership.objects.filter(
        account=OuterRef("account"),
        account__is_active=True,
        controller=OuterRef("post__controller"),
        role__in=[Role.COORDINATOR, Role.DISTRICT_OFFICE],
    )
    return PostHolder.objects.valid_on(on).filter(Exists(held.valid_on(on)))


def _in_charge(on: date) -> ResponsibilityQuerySet:
    """Responsibilities that hold on the day, of posts that exist on it, with their holder's facts."""
    held = PostHolder.objects.valid_on(on).filter(post=OuterRef("post"))
    reading = holders_with_access(on).filter(post=OuterRef("post"))
    return (
        Responsibility.objects.valid_on(on)
        .filter(valid_on(on, "post__"))
        .select_related("post__controller", "post__unit", "post__employer", "post__office")
        .annotate(
            is_held=Exists(held),
            reader_id=Subquery(reading.values("account_id")[:1]),
            released_name=Subquery(held.filter(is_name_released=True).values("public_name")[:1]),
        )
        .order_by("municipality_id")
    )


def _answers_itself(row: Any) -> bool:
    return row is not None and row.reader_id is not None


def _leading() -> Controller | None:
    return Controller.objects.filter(kind="district").first()


def _answer(ags: str, on: date, row: Any, leading: Controller | None) -> Responsible:
    if row is None:
        return Responsible(ags, on, controller=leading)
    reads = _answers_itself(row)
    return Responsible(
        ags=ags,
        on=on,
        post=row.post,
        is_vacant=not row.is_held,
        holder_account_id=row.reader_id,
        controller=row.post.controller if reads else leading,
        unit=row.post.unit if reads else None,
        public_name=row.released_name or "",
        since=row.valid_from,
        until=row.valid_until,
    )


def municipalities_held_by(account_id: int | None, on: date) -> frozenset[str]:
    """AGS in the charge of the posts that this person holds on the day. One query."""
    held = PostHolder.objects.valid_on(on).filter(account_id=account_id)
    rows = Responsibility.objects.valid_on(on).filter(valid_on(on, "post__"), post__in=held.values("post"))
    return frozenset(rows.order_by("municipality_id").values_list("municipality_id", flat=True))
