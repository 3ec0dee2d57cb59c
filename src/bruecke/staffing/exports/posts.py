"""Posts as tables for spreadsheet programs: statistics of a key date, need, the course of a year, costs."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bruecke.core.sheets import OutColumn
from bruecke.staffing.models import PAYER_LABELS
from bruecke.staffing.queries import Course, CourseCell, Need, NeedGroup, NeedSum, StatGroup, Statistics, StatLine, YearOfCosts
from bruecke.staffing.queries.statistics import SINGLE

_SINGLE_COLUMNS = (
    OutColumn("on", _("Stichtag"), "date"),
    OutColumn("district", _("Landkreis")),
    OutColumn("number", _("Stelle"), "number"),
    OutColumn("title", _("Bezeichnung")),
    OutColumn("kind", _("Art der Stelle")),
    OutColumn("funding", _("Fördergegenstand Nr.")),
    OutColumn("ags", _("Schlüssel")),
    OutColumn("place", _("Gemeinde")),
    OutColumn("employer", _("Anstellungsträger")),
    OutColumn("planned", _("VzÄ geplant"), "number"),
    OutColumn("filled", _("VzÄ besetzt"), "number"),
    OutColumn("vacant", _("VzÄ unbesetzt"), "number"),
    OutColumn("person", _("besetzt")),
    OutColumn("engagement", _("Einstellung")),
    OutColumn("attached", _("Anbindung")),
    OutColumn("line", _("Dienstaufsicht")),
    OutColumn("technical", _("Fachaufsicht")),
)
_GROUP_COLUMNS = (
    OutColumn("on", _("Stichtag"), "date"),
    OutColumn("district", _("Landkreis")),
    OutColumn("label", _("Gruppe")),
    OutColumn("posts", _("Stellen"), "number"),
    OutColumn("heads", _("Personen"), "number"),
    OutColumn("planned", _("VzÄ geplant"), "number"),
    OutColumn("filled", _("VzÄ besetzt"), "number"),
    OutColumn("vacant", _("VzÄ unbesetzt"), "number"),
    OutColumn("new", _("neu eingestellt"), "number"),
    OutColumn("taken_over", _("übernommen"), "number"),
    OutColumn("attached", _("Anbindung")),
    OutColumn("line", _("Dienstaufsicht")),
    OutColumn("technical", _("Fachaufsicht")),
)


def stat_columns(cut: str) -> tuple[OutColumn, ...]:
    return _SINGLE_COLUMNS if cut == SINGLE else _GROUP_COLUMNS


def stat_rows(stats: Statistics, cut: str) -> Iterator[dict[str, Any]]:
    """A row a post and municipality, or a row a group with the sum below; heads count every person once."""
    if cut == SINGLE:
        yield from (_single(stats, line) for line in stats.total.lines)
    else:
        yield from (_group(stats, group) for group in (*stats.groups, stats.total))


def _single(stats: Statistics, line: StatLine) -> dict[str, Any]:
    post = line.post
    return {
        "on": stats.on,
        "district": stats.district,
        "number": post.number,
        "title": post.title,
        "kind": str(line.kind_label),
        "funding": line.funding_number,
        "ags": line.ags,
        "place": line.place,
        "employer": post.employer.name,
        "planned": line.planned,
        "filled": line.filled,
        "vacant": line.vacant,
        "person": gettext("ja") if line.person else gettext("nein"),
        "engagement": str(line.engagement_label),
        "attached": post.attached_to,
        "line": post.line_supervision,
        "technical": post.technical_supervision,
    }


def _group(stats: Statistics, group: StatGroup) -> dict[str, Any]:
    return {
        "on": stats.on,
        "district": stats.district,
        "label": str(group.label),
        "posts": group.posts,
        "heads": group.heads,
        "planned": group.planned,
        "filled": group.filled,
        "vacant": group.vacant,
        "new": group.newly_hired,
        "taken_over": group.taken_over,
        "attached": group.words("attached_to"),
        "line": group.words("line_supervision"),
        "technical": group.words("technical_supervision"),
    }


NEED_COLUMNS = (
    OutColumn("on", _("Stand am"), "date"),
    OutColumn("number", _("Stelle"), "number"),
    OutColumn("title", _("Bezeichnung")),
    OutColumn("ags", _("Schlüssel")),
    OutColumn("place", _("Gemeinde")),
    OutColumn("fte", _("VzÄ geplant"), "number"),
    OutColumn("residents", _("Einwohner"), "number"),
    OutColumn("foreign", _("ausländische Bevölkerung"), "number"),
    OutColumn("places", _("Plätze in Unterkünften"), "number"),
    OutColumn("residents_per", _("Einwohner je VzÄ"), "number"),
    OutColumn("foreign_per", _("ausländische Bevölkerung je VzÄ"), "number"),
    OutColumn("places_per", _("Plätze je VzÄ"), "number"),
    OutColumn("sources", _("Quellen")),
)


def need_rows(need: Need) -> Iterator[dict[str, Any]]:
    """Per post its municipalities and then its sum; the district's sum stands last."""
    for group in need.groups:
        yield from _need_of_places(need, group)
        post = group.post
        yield _need_sum(need, group.sum, post.number if post else None, post.title if post else gettext("ohne Zuständigkeit"))
    yield _need_sum(need, need.total, None, gettext("Landkreis zusammen"))


def _need_of_places(need: Need, group: NeedGroup) -> Iterator[dict[str, Any]]:
    for row in group.rows:
        counts = [count for count in (row.foreign, row.places) if count is not None]
        yield {
            "on": need.on,
            "number": group.post.number if group.post else None,
            "title": group.post.title if group.post else gettext("ohne Zuständigkeit"),
            "ags": row.area.pk,
            "place": row.area.name,
            "residents": row.area.population,
            "foreign": row.foreign.value if row.foreign else None,
            "places": row.places.value if row.places else None,
            "sources": "; ".join(dict.fromkeys(f"{count.source}, {count.as_of:%d.%m.%Y}" for count in counts)),
        }


def _need_sum(need: Need, total: NeedSum, number: int | None, title: str) -> dict[str, Any]:
    return {
        "on": need.on,
        "number": number,
        "title": title,
        "place": gettext("zusammen"),
        "fte": total.fte,
        "residents": total.residents,
        "foreign": total.foreign,
        "places": total.places,
        "residents_per": total.residents_per_fte,
        "foreign_per": total.foreign_per_fte,
        "places_per": total.places_per_fte,
    }


def course_columns(months: list[str]) -> tuple[OutColumn, ...]:
    """`months`: twelve words."""
    return (
        OutColumn("number", _("Stelle"), "number"),
        OutColumn("title", _("Bezeichnung")),
        OutColumn("what", _("VzÄ")),
        *(OutColumn(f"m{place}", word, "number") for place, word in enumerate(months, start=1)),
        OutColumn("year", _("Jahr"), "number"),
    )


def course_rows(course: Course) -> Iterator[dict[str, Any]]:
    """Three rows a post: planned, filled, vacant; then the three sums."""
    for row in course.rows:
        yield from _course_lines(row.post.number, row.post.title, (*row.cells, row.year))
    yield from _course_lines(None, gettext("Zusammen"), (*course.sums, course.whole))


def _course_lines(number: int | None, title: str, cells: tuple[CourseCell, ...]) -> Iterator[dict[str, Any]]:
    keys = [*(f"m{place}" for place in range(1, 13)), "year"]
    for what, name in ((gettext("geplant"), "planned"), (gettext("besetzt"), "filled"), (gettext("unbesetzt"), "vacant")):
        values = {key: getattr(cell, name) for key, cell in zip(keys, cells, strict=True)}
        yield {"number": number, "title": title, "what": what, **values}


def cost_columns(costs: YearOfCosts) -> tuple[OutColumn, ...]:
    return (
        OutColumn("year", _("Jahr"), "number"),
        OutColumn("number", _("Stelle"), "number"),
        OutColumn("title", _("Bezeichnung")),
        OutColumn("employer", _("Anstellungsträger")),
        OutColumn("cost", _("Kosten in Euro"), "number"),
        *(OutColumn(kind.value, PAYER_LABELS[kind], "number") for kind in costs.kinds),
        OutColumn("open", _("offen"), "number"),
    )


def cost_rows(costs: YearOfCosts) -> Iterator[dict[str, Any]]:
    for row in costs.rows:
        yield {
            "year": costs.year,
            "number": row.post.number,
            "title": row.post.title,
            "employer": row.post.employer.name,
            "cost": row.sums.cost,
            "open": row.sums.open,
            **row.sums.borne,
        }
    sums = {kind.value: costs.borne(kind) for kind in costs.kinds}
    yield {"year": costs.year, "title": gettext("Zusammen"), "cost": costs.cost, "open": costs.open, **sums}
