"""What the need for posts is worked out from (Bedarfsermittlung): residents, foreign residents and places in accommodation."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bruecke.core.models import District
from bruecke.core.viewer import Viewer
from bruecke.places import queries as places
from bruecke.places.models import Area
from bruecke.staffing.models import MunicipalityFigure, Post, Responsibility
from bruecke.staffing.queries.plan import Plan, plan_of
from bruecke.staffing.rules.shares import per_fte, spread
from bruecke.staffing.states import FigureKind

Figures = dict[tuple[str, str], MunicipalityFigure]
"""The latest count by AGS and kind."""


@dataclass(frozen=True, slots=True)
class NeedRow:
    """One municipality; None where nobody entered a count up to the day."""

    area: Area
    foreign: MunicipalityFigure | None
    places: MunicipalityFigure | None

    @property
    def residents(self) -> int:
        return self.area.population or 0


@dataclass(frozen=True, slots=True)
class NeedSum:
    """Counts of some municipalities and the VzÄ there for them. None: not a single count is known; missing ones are told."""

    fte: Decimal
    residents: int
    foreign: int | None
    places: int | None
    missing_foreign: int
    missing_places: int

    @property
    def residents_per_fte(self) -> int | None:
        return per_fte(self.residents, self.fte)

    @property
    def foreign_per_fte(self) -> int | None:
        return per_fte(self.foreign, self.fte)

    @property
    def places_per_fte(self) -> int | None:
        return per_fte(self.places, self.fte)


@dataclass(frozen=True, slots=True)
class NeedGroup:
    """One post with its municipalities; `post` None: those without a post."""

    post: Post | None
    rows: tuple[NeedRow, ...]
    sum: NeedSum


@dataclass(frozen=True, slots=True)
class Need:
    """The district on a day. `sources` says where the counts come from, with their key dates."""

    on: date
    groups: tuple[NeedGroup, ...]
    total: NeedSum
    sources: tuple[tuple[str, str, date], ...]
    population_on: date | None

    @property
    def spread_residents(self) -> Decimal | None:
        return spread([group.sum.residents_per_fte for group in self.groups])

    @property
    def spread_foreign(self) -> Decimal | None:
        return spread([group.sum.foreign_per_fte for group in self.groups])


def latest_figures(viewer: Viewer, on: date) -> Figures:
    """Of every municipality and kind the count with the latest key date up to the day.

    A municipality that came out of a merger and has no count yet gets the sum of those before it. One query, and two for each
    municipality that ended.
    """
    rows = MunicipalityFigure.objects.visible_to(viewer).filter(as_of__lte=on).select_related("municipality")
    found = {(row.municipality_id, row.kind): row for row in rows.order_by("as_of", "pk")}
    ended = {row.municipality for row in found.values() if row.municipality.valid_until and row.municipality.valid_until <= on}
    into = {area.pk: heirs[0].pk for area in ended if len(heirs := places.current_areas(area, on)) == 1}
    merged: Figures = {}
    for (ags, kind), row in sorted(found.items()):
        if ags in into and (into[ags], kind) not in found:
            before = merged.get((into[ags], kind))
            merged[into[ags], kind] = _joined(row, into[ags], before)
    return found | merged


def _joined(row: MunicipalityFigure, ags: str, before: MunicipalityFigure | None) -> MunicipalityFigure:
    """A count of a municipality before a merger as part of the one after; never saved."""
    value = row.value + (before.value if before else 0)
    return MunicipalityFigure(municipality_id=ags, kind=row.kind, as_of=row.as_of, value=value, source=row.source)


def need_of(viewer: Viewer, district: District, on: date) -> Need:
    """The plan of the day with the counts of that day: planned VzÄ: a need does not go when somebody leaves. Six queries."""
    return need_in(plan_of(viewer, district, on), latest_figures(viewer, on))


def need_in(plan: Plan, figures: Figures) -> Need:
    groups = [
        NeedGroup(group.post, rows, sum_up(rows, group.fte))
        for group in (*plan.groups, *([plan.gap] if plan.gap else []))
        for rows in [tuple(_row(row.area, figures) for row in group.rows)]
    ]
    everything = [row for group in groups for row in group.rows]
    days = {row.area.population_on for row in everything if row.area.population_on}
    shown = {row.area.pk for row in everything}
    sources = sorted({(row.kind, row.source, row.as_of) for (ags, _kind), row in figures.items() if ags in shown})
    total = sum_up(everything, plan.fte_planned)
    return Need(plan.on, tuple(groups), total, tuple(sources), max(days) if days else None)


def need_of_post(viewer: Viewer, post: Post, on: date) -> NeedGroup:
    """The counts behind one post on a day. Three queries."""
    own = Responsibility.objects.valid_on(on).filter(post=post).values("municipality")
    areas = Area.objects.municipalities().filter(pk__in=own).by_name()
    figures = latest_figures(viewer, on)
    rows = tuple(_row(area, figures) for area in areas)
    return NeedGroup(post, rows, sum_up(rows, post.fte_on(on)))


def _row(area: Area, figures: Figures) -> NeedRow:
    kinds = (FigureKind.FOREIGN_RESIDENTS, FigureKind.ACCOMMODATION_PLACES)
    return NeedRow(area, *(figures.get((area.pk, kind)) for kind in kinds))


def sum_up(rows: Iterable[NeedRow], fte: Decimal) -> NeedSum:
    """The sums of the known counts of some municipalities."""
    here = list(rows)
    foreign, places = [row.foreign for row in here], [row.places for row in here]
    return NeedSum(fte, sum(row.residents for row in here), _sum(foreign), _sum(places), foreign.count(None), places.count(None))


def _sum(figures: Sequence[MunicipalityFigure | None]) -> int | None:
    known = [figure.value for figure in figures if figure is not None]
    return sum(known) if known else None


def key_dates(viewer: Viewer) -> list[tuple[str, date]]:
    """Kinds and key dates for which counts were entered, the latest first. One query."""
    rows = MunicipalityFigure.objects.visible_to(viewer).order_by("-as_of", "kind").values_list("kind", "as_of").distinct()
    return list(dict.fromkeys(rows))


def figures_on(viewer: Viewer, kind: str, as_of: date) -> dict[str, MunicipalityFigure]:
    """The counts of one kind and key date by AGS. One query."""
    rows = MunicipalityFigure.objects.visible_to(viewer).filter(kind=kind, as_of=as_of).order_by("pk")
    return {row.municipality_id: row for row in rows}
