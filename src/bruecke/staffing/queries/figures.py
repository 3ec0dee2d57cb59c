"""VzÄ for the page *Zahlen*: by employer, kind, municipality or month."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from bruecke.core.clock import local_day
from bruecke.core.figures import Cell, FigureQuestion, FigureTable, Head, Scope
from bruecke.core.folding import sort_key
from bruecke.core.models import District
from bruecke.core.viewer import Viewer
from bruecke.directory.models import Organisation
from bruecke.places import queries as places
from bruecke.staffing.queries.plan import plans_of
from bruecke.staffing.queries.statistics import StatLine, kind_words, stat_lines
from bruecke.staffing.rules import can_see_every_post
from bruecke.staffing.states import PostKind

EMPLOYER, KIND, PLACE, MONTH = "traeger", "art", "ort", "monat"
_KEYS: dict[str, Callable[[StatLine], str]] = {
    EMPLOYER: lambda line: line.post.employer.uid,
    KIND: lambda line: line.post.kind,
    PLACE: lambda line: line.ags,
}
Dated = tuple[str, StatLine]
"""A month (`2026-11`) and what stood on its key date."""


def scopes(viewer: Viewer) -> tuple[Scope, ...]:
    """Who sees every post sees all VzÄ; nobody else."""
    return (Scope.ALL,) if viewer.is_person and can_see_every_post(viewer) else ()


def key_date(month: date, today: date) -> date:
    """The last day of a month; today in the running one, because the plan of later days may still change."""
    last = (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return min(last, today) if month <= today else last


def volume_table(viewer: Viewer, question: FigureQuestion, now: datetime) -> FigureTable:
    """VzÄ on key dates: of every month where months are asked for, else of the last month of the period. Seven queries.

    Months are never added up: a post that lasts a year is one post.
    """
    found: Any = viewer.district_id
    district, today = District.objects.get(pk=found), local_day(now)
    by_month = MONTH in {question.rows, question.columns, *question.filters}
    months = _months(question.since, question.until)
    months = months if by_month else months[-1:]
    plans = plans_of(viewer, district, [key_date(month, today) for month in months])
    lines = [(f"{month:%Y-%m}", line) for month, plan in zip(months, plans, strict=True) for line in stat_lines(plan)]
    lines = [one for one in lines if all(_key(one, dimension) == key for dimension, key in question.filters.items())]
    return _table(lines, question, plans[-1].on, by_month=by_month)


def _table(lines: list[Dated], question: FigureQuestion, last: date, *, by_month: bool) -> FigureTable:
    rows = _heads(lines, question.rows)
    by_row = _grouped(lines, question.rows)
    if question.columns:
        columns = _heads(lines, question.columns)
        cells = tuple(_across(by_row[row.key], question.columns, columns) for row in rows)
        below = _across(lines, question.columns, columns)
        note = _("Besetzte VzÄ.")
    else:
        columns = (Head("", _("VzÄ geplant")), Head("", _("VzÄ besetzt")), Head("", _("VzÄ unbesetzt")))
        cells = tuple(_volumes(by_row[row.key]) for row in rows)
        below = _volumes(lines)
        note = ""
    when = _("Stand am letzten Tag jedes Monats.") if by_month else _("Stand am %(day)s.") % {"day": f"{last:%d.%m.%Y}"}
    adds_up = question.rows != MONTH
    return FigureTable(
        rows=tuple(rows),
        columns=tuple(columns),
        cells=cells,
        last=(_("Zusammen"), below) if adds_up and rows else None,
        note=f"{note} {when}".strip(),
    )


def _volumes(lines: Iterable[Dated]) -> tuple[Cell, ...]:
    found = [line for _month, line in lines]
    return tuple(_rounded(sum((amount(line) for line in found), Decimal(0))) for amount in _AMOUNTS)


_AMOUNTS: tuple[Callable[[StatLine], Decimal], ...] = (
    lambda line: line.planned,
    lambda line: line.filled,
    lambda line: line.vacant,
)


def _across(lines: list[Dated], dimension: str, columns: Sequence[Head]) -> tuple[Cell, ...]:
    grouped = _grouped(lines, dimension)
    return tuple(_rounded(sum((line.filled for _month, line in grouped.get(head.key, [])), Decimal(0))) for head in columns)


def _rounded(amount: Decimal) -> float:
    return float(round(amount, 2))


def _key(one: Dated, dimension: str) -> str:
    month, line = one
    return month if dimension == MONTH else _KEYS[dimension](line)


def _grouped(lines: Iterable[Dated], dimension: str) -> dict[str, list[Dated]]:
    found: dict[str, list[Dated]] = defaultdict(list)
    for one in lines:
        found[_key(one, dimension)].append(one)
    return found


def _heads(lines: Iterable[Dated], dimension: str) -> tuple[Head, ...]:
    keys = {_key(one, dimension) for one in lines}
    words = _words(dimension, keys)
    order = sorted(keys, key=lambda key: (not key, key if dimension == MONTH else sort_key(words.get(key) or key)))
    return tuple(Head(key, words.get(key, key)) for key in order)


def _words(dimension: str, keys: Iterable[str]) -> dict[str, str]:
    if dimension == EMPLOYER:
        return dict(Organisation.objects.filter(uid__in=list(keys)).order_by("pk").values_list("uid", "name"))
    if dimension == KIND:
        return {kind.value: kind_words(kind) for kind in PostKind}
    if dimension == MONTH:
        return {key: f"{key[5:]}/{key[:4]}" for key in keys}
    return {key: (one.name if (one := places.place(key)) else key) if key else _("ohne Gemeinde") for key in keys}


def word(dimension: str, key: str, district: District) -> object:
    """The words for one key of a dimension."""
    return _words(dimension, [key]).get(key, key)


def _months(since: date, until: date) -> list[date]:
    months = (until.year - since.year) * 12 + until.month - since.month
    return [date(since.year + (since.month - 1 + step) // 12, (since.month - 1 + step) % 12 + 1, 1) for step in range(months)]
