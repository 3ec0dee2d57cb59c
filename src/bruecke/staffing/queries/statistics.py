"""Staffing on a key date as the Landtag asks for it: posts by municipality, employer and kind, with persons and VzÄ.

Asked in Sächsischer Landtag, Drs. 6/17587 (persons and VzÄ of each district, newly hired or taken over, office, supervisors)
and Drs. 6/18366 (VzÄ by Nr. 1a, 1b and 4).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from bruecke.core.folding import find_key
from bruecke.core.models import District
from bruecke.core.viewer import Viewer
from bruecke.staffing.models import ENGAGEMENT_LABELS, POST_KIND_LABELS, Post, PostHolder
from bruecke.staffing.queries.plan import Plan, PlanGroup, plan_of
from bruecke.staffing.rules.shares import split_by_size
from bruecke.staffing.states import Engagement, PostKind

FUNDING_NUMBERS = {PostKind.COORDINATOR: "1a", PostKind.LEADING: "1b", PostKind.SERVICE: "4"}
"""Fördergegenstand of Teil 2 II as the Saxon rules number it (KomPauschVO 2019); other posts have none."""


@dataclass(frozen=True, slots=True)
class StatLine:
    """One post in one municipality (`place` "" where it has none) with its part of the VzÄ by population."""

    post: Post
    holder: PostHolder | None
    place: str
    ags: str
    planned: Decimal
    filled: Decimal

    @property
    def person(self) -> str:
        """Tells persons apart without naming them; "" where the post is vacant."""
        return person_key(self.holder) if self.holder else ""

    @property
    def vacant(self) -> Decimal:
        return self.planned - self.filled

    @property
    def funding_number(self) -> str:
        return FUNDING_NUMBERS.get(PostKind(self.post.kind), "")

    @property
    def kind_label(self) -> object:
        return kind_words(self.post.kind)

    @property
    def engagement_label(self) -> object:
        return ENGAGEMENT_LABELS.get(Engagement(self.holder.engagement), "") if self.holder and self.holder.engagement else ""


@dataclass(frozen=True, slots=True)
class StatGroup:
    """Lines that belong together; `heads` counts every person once."""

    label: object
    lines: tuple[StatLine, ...]

    @property
    def posts(self) -> int:
        return len({line.post.pk for line in self.lines})

    @property
    def heads(self) -> int:
        return len({line.person for line in self.lines} - {""})

    @property
    def planned(self) -> Decimal:
        return sum((line.planned for line in self.lines), Decimal(0))

    @property
    def filled(self) -> Decimal:
        return sum((line.filled for line in self.lines), Decimal(0))

    @property
    def vacant(self) -> Decimal:
        return self.planned - self.filled

    def engaged(self, how: str) -> int:
        """Persons engaged in that way ("" where nobody wrote it down), each once."""
        return len({line.person for line in self.lines if line.holder and line.holder.engagement == how})

    @property
    def newly_hired(self) -> int:
        return self.engaged(Engagement.NEW)

    @property
    def taken_over(self) -> int:
        return self.engaged(Engagement.TAKEN_OVER)

    def words(self, field: str) -> str:
        """What the posts say in one field, each text once, by the number of the post."""
        found = {getattr(line.post, field): None for line in sorted(self.lines, key=lambda line: line.post.number)}
        return "; ".join(text for text in found if text)


@dataclass(frozen=True, slots=True)
class Statistics:
    """Everything of one key date. `groups` cut the same lines by what was asked; `total` counts each person once."""

    on: date
    district: str
    groups: tuple[StatGroup, ...]
    total: StatGroup


def person_key(holder: PostHolder) -> str:
    """One person on two posts has one key: by account, else by the folded name, else the entry itself."""
    if holder.account_id is not None:
        return f"account {holder.account_id}"
    return f"name {find_key(holder.public_name)}" if holder.public_name else f"entry {holder.pk}"


def kind_words(kind: str) -> str:
    """`Kommunale Integrationskoordination (Nr. 1a)`"""
    number = FUNDING_NUMBERS.get(PostKind(kind))
    label = POST_KIND_LABELS[PostKind(kind)]
    return _("%(kind)s (Nr. %(number)s)") % {"kind": label, "number": number} if number else str(label)


SINGLE, DISTRICT, PLACE, EMPLOYER, KIND, OFFICE = "einzeln", "landkreis", "gemeinde", "traeger", "art", "anbindung"
_CUTS: dict[str, Callable[[StatLine], str]] = {
    SINGLE: lambda line: line.post.short_label,
    DISTRICT: lambda _line: "",
    PLACE: lambda line: line.place or _("ohne Gemeinde"),
    EMPLOYER: lambda line: line.post.employer.name,
    KIND: lambda line: kind_words(line.post.kind),
    OFFICE: lambda line: line.post.attached_to or _("keine Angabe"),
}


def cuts() -> tuple[str, ...]:
    """By what a table can be asked for; the first is the default."""
    return tuple(_CUTS)


def statistics_of(viewer: Viewer, district: District, on: date, cut: str = SINGLE) -> Statistics:
    """The posts that exist on the day, as far as the viewer may see them, cut by one of `cuts()`. As many queries as the plan."""
    lines = stat_lines(plan_of(viewer, district, on))
    grouped: dict[str, list[StatLine]] = {}
    for line in lines:
        grouped.setdefault(_CUTS[cut](line) or district.name, []).append(line)
    groups = [StatGroup(label, tuple(found)) for label, found in grouped.items()]
    if cut in {PLACE, EMPLOYER, OFFICE}:
        groups.sort(key=lambda group: find_key(str(group.label)))
    return Statistics(on, district.name, tuple(groups), StatGroup(_("Zusammen"), tuple(lines)))


def stat_lines(plan: Plan) -> list[StatLine]:
    """Posts of a plan by municipality; VzÄ of a post are divided by population and sum up exactly."""
    return [line for group in plan.groups for line in _lines_of(group)]


def _lines_of(group: PlanGroup) -> Iterable[StatLine]:
    if group.post is None:
        return
    sizes = [row.population for row in group.rows]
    planned, filled = split_by_size(group.fte, sizes), split_by_size(group.fte_filled, sizes)
    if not group.rows:
        yield StatLine(group.post, group.held, "", "", group.fte, group.fte_filled)
    for row, part, held in zip(group.rows, planned, filled, strict=True):
        yield StatLine(group.post, group.held, row.area.name, row.area.pk, part, held)
