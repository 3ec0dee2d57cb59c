"""Who was, is and will be in charge over a long time: by stretches of days, not day by day."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from bruecke.accounts.models import Controller, Membership
from bruecke.core.viewer import Role
from bruecke.places.models import Area
from bruecke.staffing.models import Post, PostHolder, Responsibility
from bruecke.staffing.queries.responsible import Responsible, answer_of, open_district

Rows = Mapping[str, Any]
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stretch:
    """The days [start, end) on which the answer for one municipality stays the same; `answer.on` is the first of them."""

    start: date
    end: date
    answer: Responsible

    def on(self, day: date) -> Responsible:
        """The answer of one of these days, as `responsible_for` gives it."""
        return replace(self.answer, on=day)

    @property
    def days(self) -> int:
        return (self.end - self.start).days


@dataclass(frozen=True, slots=True)
class _Facts:
    """Everything of the period, loaded once."""

    posts: dict[int, Post]
    responsibilities: dict[str, list[Rows]]
    holders: dict[int, list[Rows]]
    memberships: dict[int, list[Rows]]
    leading: Controller | None


def responsibility_calendar(start: date, end: date) -> dict[str, list[Stretch]]:
    """Stretches of every municipality that exists on one of the days [start, end), in dictionary order. Six queries.

    A municipality that begins or ends meanwhile has stretches for its own days only. `end` is exclusive and after `start`.
    """
    areas = [area for area in Area.objects.of_kreis(open_district().ags).by_name() if _cut(area, start, end) is not None]
    facts = _facts(start, end)
    found = {}
    for area in areas:
        first, last = _cut(area, start, end) or (start, end)
        found[area.pk] = _stretches(area.pk, first, last, facts)
    return found


def answers_by_day(stretches: Iterable[Stretch]) -> dict[date, Responsible]:
    """One answer a day."""
    return {
        day: stretch.on(day)
        for stretch in stretches
        for day in (stretch.start + number * ONE_DAY for number in range(stretch.days))
    }


def _cut(area: Area, start: date, end: date) -> tuple[date, date] | None:
    first = max(start, area.valid_from or start)
    last = min(end, area.valid_until or end)
    return (first, last) if first < last else None


def _facts(start: date, end: date) -> _Facts:
    rows = Responsibility.objects.overlapping(start, end).order_by("municipality_id", "valid_from")
    responsibilities = _grouped(rows.values("municipality_id", "post_id", "valid_from", "valid_until"), "municipality_id")
    wanted = {row["post_id"] for found in responsibilities.values() for row in found}
    posts = Post.objects.filter(pk__in=wanted).select_related("controller", "unit", "employer", "office").order_by("number", "pk")
    holders = PostHolder.objects.filter(post__in=wanted).overlapping(start, end).order_by("post_id", "valid_from")
    held = holders.values(
        *("post_id", "account_id", "account__is_active", "public_name", "is_name_released", "valid_from", "valid_until")
    )
    held_by_post = _grouped(held, "post_id")
    people = {row["account_id"] for found in held_by_post.values() for row in found if row["account_id"]}
    working = Membership.objects.filter(account__in=people, role__in=[Role.COORDINATOR, Role.DISTRICT_OFFICE])
    memberships = working.order_by("account_id", "pk").values("account_id", "controller_id", "valid_from", "valid_until")
    return _Facts(
        posts={post.pk: post for post in posts},
        responsibilities=responsibilities,
        holders=held_by_post,
        memberships=_grouped(memberships, "account_id"),
        leading=Controller.objects.filter(kind="district").first(),
    )


def _grouped(rows: Iterable[Rows], key: str) -> dict[Any, list[Rows]]:
    found: dict[Any, list[Rows]] = defaultdict(list)
    for row in rows:
        found[row[key]].append(row)
    return found


def _stretches(ags: str, start: date, end: date, facts: _Facts) -> list[Stretch]:
    rows = facts.responsibilities.get(ags, [])
    days = sorted(_turns(rows, start, end, facts))
    found: list[Stretch] = []
    for first, last in zip(days, [*days[1:], end], strict=True):
        answer = _answer(ags, first, rows, facts)
        if found and replace(found[-1].answer, on=first) == answer:
            found[-1] = replace(found[-1], end=last)
        else:
            found.append(Stretch(first, last, answer))
    return found


def _turns(rows: list[Rows], start: date, end: date, facts: _Facts) -> set[date]:
    """The first day, and every later day on which something begins or ends that the answer rests on."""
    ends: list[date | None] = []
    for row in rows:
        post = facts.posts[row["post_id"]]
        ends += [row["valid_from"], row["valid_until"], post.valid_from, post.valid_until]
        for holder in facts.holders.get(post.pk, []):
            ends += [holder["valid_from"], holder["valid_until"]]
            for membership in facts.memberships.get(holder["account_id"], []):
                ends += [membership["valid_from"], membership["valid_until"]]
    return {start, *(day for day in ends if day is not None and start < day < end)}


def _answer(ags: str, day: date, rows: list[Rows], facts: _Facts) -> Responsible:
    found = next((row for row in rows if _holds(row, day) and facts.posts[row["post_id"]].exists_on(day)), None)
    if found is None:
        return answer_of(ags, day, None, facts.posts, facts.leading)
    post = facts.posts[found["post_id"]]
    holder = next((one for one in facts.holders.get(post.pk, []) if _holds(one, day)), None)
    row = {
        **found,
        "is_held": holder is not None,
        "reader_id": holder["account_id"] if holder and _reads(holder, post, day, facts) else None,
        "released_name": holder["public_name"] if holder and holder["is_name_released"] else "",
    }
    return answer_of(ags, day, row, facts.posts, facts.leading)


def _reads(holder: Rows, post: Post, day: date, facts: _Facts) -> bool:
    """As `holders_with_access`: not locked, and coordinator or office of the post's controller that day."""
    held = facts.memberships.get(holder["account_id"], [])
    return bool(holder["account__is_active"]) and any(
        row["controller_id"] == post.controller_id and _holds(row, day) for row in held
    )


def _holds(row: Rows, day: date) -> bool:
    return row["valid_from"] <= day and (row["valid_until"] is None or day < row["valid_until"])
