"""The plan by Verwaltungsgemeinschaft and -verband: who administers itself together, and where posts divide that."""

from collections.abc import Iterable
from dataclasses import dataclass

from bruecke.places.models import Area
from bruecke.places.states import AreaKind
from bruecke.staffing.models import Post
from bruecke.staffing.queries.plan import Plan, PlanRow


@dataclass(frozen=True, slots=True)
class UnionGroup:
    """The municipalities of one union; `area` None: those that administer themselves alone."""

    area: Area | None
    rows: tuple[PlanRow, ...]

    @property
    def posts(self) -> tuple[Post, ...]:
        """In the order of their numbers, each once."""
        found = {row.post.pk: row.post for row in self.rows if row.post}
        return tuple(sorted(found.values(), key=lambda post: (post.number, post.pk)))

    @property
    def is_split(self) -> bool:
        """More than one post, or a post and a gap, inside one union."""
        return self.area is not None and len({row.post.pk if row.post else None for row in self.rows}) > 1

    @property
    def population(self) -> int:
        return sum(row.population for row in self.rows)

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(row.area.pk for row in self.rows)

    def holds_any(self, chosen: Iterable[str]) -> bool:
        return not set(self.keys).isdisjoint(chosen)


def by_union(plan: Plan) -> list[UnionGroup]:
    """Unions in dictionary order, at the end who is in none. One query."""
    rows: dict[str | None, list[PlanRow]] = {}
    for row in plan.rows:
        rows.setdefault(row.area.parent_id, []).append(row)
    unions = Area.objects.filter(pk__in=[key for key in rows if key], kind=AreaKind.VERBAND.value).order_by("sort_key", "pk")
    found = [UnionGroup(area, tuple(rows.pop(area.pk))) for area in unions]
    alone = sorted((row for group in rows.values() for row in group), key=lambda row: (row.area.sort_key, row.area.pk))
    return [*found, UnionGroup(None, tuple(alone))] if alone else found
