"""From a table of figures to the specification of its chart (Vega-Lite as a plain dict); drawn elsewhere (`core.charts`).

A chart shows what its table shows. Of a hidden number it knows only that it is hidden: the mark of such a row has the same
size whatever the number is, and the scale ends at the largest number that is shown.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from bruecke.core.charts import SERIES, Size, Spec
from bruecke.core.charts.looks import EDGE, GROUND, HIDDEN, MEASURES, MUTED, TEXT, config
from bruecke.core.figures import Cell, FigureTable

MOST_ROWS = 20
_MOST_SERIES = len(SERIES)
_DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [4, 4], [10, 4])
_SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")
_STEP = 26


class ChartKind(StrEnum):
    """What stands in the address; NONE: the table alone."""

    BARS = "balken"
    LINE = "linie"
    STACKED = "gestapelt"
    HEAT = "felder"
    NONE = "ohne"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a chart is about: its title, the period in words, the labels of both dimensions, whether rows are months."""

    title: str
    period: str
    row_label: str
    column_label: str
    rows_are_months: bool


def kinds_for(table: FigureTable, subject: Subject) -> tuple[ChartKind, ...]:
    """The kinds that tell this table truly, the best first; none where nothing can be drawn."""
    if table.is_empty or not _numbers(table):
        return ()
    series = len(_series(table))
    if not table.columns:
        return (ChartKind.LINE, ChartKind.BARS) if subject.rows_are_months and len(table.rows) > 1 else (ChartKind.BARS,)
    lines = (ChartKind.LINE,) if subject.rows_are_months and series <= _MOST_SERIES and len(table.rows) > 1 else ()
    if not table.row_totals:  # columns that do not add up stand beside each other
        return (*lines, ChartKind.BARS, ChartKind.HEAT) if series <= 3 else (*lines, ChartKind.HEAT)
    stacked = (ChartKind.STACKED,) if series <= _MOST_SERIES else ()
    return (*lines, *stacked, ChartKind.HEAT) if lines else (*stacked, ChartKind.HEAT)


def spec_of(table: FigureTable, kind: ChartKind, subject: Subject) -> Spec:
    """The specification in three sizes; only the sheet carries a title."""
    build = {
        ChartKind.BARS: _grouped if table.columns else _bars,
        ChartKind.LINE: _lines,
        ChartKind.STACKED: _stacked,
        ChartKind.HEAT: _heat,
    }[kind]
    return {size: _framed(build(table, subject, size), subject, size) for size in Size}


def is_cut(table: FigureTable) -> bool:
    """Whether the chart leaves out rows that the table has."""
    return len(table.rows) > MOST_ROWS


def _framed(body: dict[str, Any], subject: Subject, size: Size) -> dict[str, Any]:
    title = {"title": {"text": subject.title, "subtitle": subject.period}} if size is Size.SHEET else {}
    return {"$schema": "https://vega.github.io/schema/vega-lite/v5.json", "config": config(size), "padding": 4, **title, **body}


def _numbers(table: FigureTable) -> list[float]:
    shown = [cell for line in _lines_of(table) for cell in line]
    return [cell for cell in shown if isinstance(cell, int | float)]


def _series(table: FigureTable) -> list[int]:
    """Columns that hold numbers: a share is a word about others."""
    return [position for position in range(len(table.columns)) if not any(isinstance(line[position], str) for line in table.cells)]


def _lines_of(table: FigureTable) -> list[tuple[Cell, ...]]:
    """The cells that are drawn, row by row."""
    if not table.columns:
        return [(total,) for total in table.row_totals]
    series = _series(table)
    return [tuple(line[position] for position in series) for line in table.cells]


def _heads(table: FigureTable) -> list[str]:
    return [str(table.columns[position].label) for position in _series(table)] if table.columns else [""]


def _values(table: FigureTable, *, by_time: bool = False) -> list[dict[str, Any]]:
    """One entry a cell. What is hidden has no number. Names are numbered, because two keys may have the same words."""
    heads, rows = _heads(table), list(zip(table.rows, _lines_of(table), strict=True))[:MOST_ROWS]
    if by_time:
        rows.sort(key=lambda row: _month_key(str(row[0].label)))
    return [
        {
            "row": str(head.label),
            "at": place,
            "series": name,
            "nth": nth,
            "value": cell,
            "words": _("verdeckt") if cell is None else _words(cell),
            "hidden": cell is None,
        }
        for place, (head, cells) in enumerate(rows)
        for nth, (name, cell) in enumerate(zip(heads, cells, strict=True))
    ]


def _month_key(label: str) -> str:
    return f"{label[3:]}-{label[:2]}" if len(label) == 7 else label


def _words(cell: Cell) -> str:
    if isinstance(cell, float):
        return f"{cell:,.1f}".translate(str.maketrans(",.", ".,"))
    return f"{cell:,}".replace(",", ".")


def _rows_axis(values: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Rows from top to bottom in the order of the table."""
    labels = {entry["at"]: entry["row"] for entry in values}
    named = " : ".join(f"datum.value === {place} ? {_quoted(label)}" for place, label in labels.items())
    return {
        "field": "at",
        "type": "ordinal",
        "axis": {"title": None, "labelExpr": f"{named} : ''", "ticks": False, "domain": False},
    }


def _quoted(text: str) -> str:
    """As a string of a Vega expression; what a name holds stays a name."""
    return json.dumps(text, ensure_ascii=True)


def _count_axis(name: str = "value", *, stack: str | None = None) -> dict[str, Any]:
    return {
        "field": name,
        "type": "quantitative",
        "stack": stack,
        "axis": {"title": None, "tickMinStep": 1, "tickCount": 5, "format": ",~r", "domain": False, "ticks": False},
    }


def _bars(table: FigureTable, subject: Subject, size: Size) -> dict[str, Any]:
    values = _values(table, by_time=subject.rows_are_months)
    y = _rows_axis(values)
    shown, hidden = {"filter": "!datum.hidden"}, {"filter": "datum.hidden"}
    return {
        "width": MEASURES[size].width,
        "height": {"step": _STEP},
        "data": {"values": values},
        "encoding": {"y": y},
        "layer": [
            {
                "transform": [shown],
                "mark": {"type": "bar", "color": SERIES[0], "height": {"band": 0.64}},
                "encoding": {"x": _count_axis()},
            },
            {
                "transform": [shown],
                "mark": {"type": "text", "align": "left", "dx": 6, "color": TEXT},
                "encoding": {"x": _count_axis(), "text": {"field": "words"}},
            },
            {
                "transform": [hidden],
                "mark": {"type": "rect", "color": HIDDEN, "height": {"band": 0.64}, "stroke": EDGE, "strokeWidth": 1},
                "encoding": {"x": {"value": 0}, "x2": {"value": 22}},
            },
            {
                "transform": [hidden],
                "mark": {"type": "text", "align": "left", "dx": 28, "color": MUTED},
                "encoding": {"x": {"value": 0}, "text": {"field": "words"}},
            },
        ],
    }


def _scale(table: FigureTable, channel: Sequence[Any]) -> dict[str, Any]:
    heads = _heads(table)
    return {"domain": list(range(len(heads))), "range": list(channel[: len(heads)])}


def _legend(table: FigureTable, size: Size) -> dict[str, Any]:
    named = " : ".join(f"datum.value === {nth} ? {_quoted(label)}" for nth, label in enumerate(_heads(table)))
    return {"title": None, "orient": "top", "columns": 1 if size is Size.NARROW else 3, "labelExpr": f"{named} : ''"}


def _grouped(table: FigureTable, subject: Subject, size: Size) -> dict[str, Any]:
    """Columns that do not add up: one bar each, below each other."""
    values = _values(table)
    y = _rows_axis(values)
    place = {"y": y, "yOffset": {"field": "nth", "type": "ordinal"}}
    series = len(_heads(table))
    return {
        "width": MEASURES[size].width,
        "height": {"step": 18 if series > 1 else _STEP, "for": "offset"} if series > 1 else {"step": _STEP},
        "data": {"values": values},
        "encoding": place,
        "layer": [
            {
                "transform": [{"filter": "!datum.hidden"}],
                "mark": {"type": "bar"},
                "encoding": {
                    "x": _count_axis(),
                    "color": {"field": "nth", "type": "ordinal", "scale": _scale(table, SERIES), "legend": _legend(table, size)},
                },
            },
            {
                "transform": [{"filter": "!datum.hidden"}],
                "mark": {"type": "text", "align": "left", "dx": 5, "color": TEXT},
                "encoding": {"x": _count_axis(), "text": {"field": "words"}},
            },
            {
                "transform": [{"filter": "datum.hidden"}],
                "mark": {"type": "text", "align": "left", "dx": 5, "color": MUTED},
                "encoding": {"x": {"value": 0}, "text": {"field": "words"}},
            },
        ],
    }


def _stacked(table: FigureTable, subject: Subject, size: Size) -> dict[str, Any]:
    values = _values(table, by_time=subject.rows_are_months)
    return {
        "width": MEASURES[size].width,
        "height": {"step": _STEP},
        "data": {"values": values},
        "mark": {"type": "bar", "stroke": GROUND, "strokeWidth": 1.5, "height": {"band": 0.7}},
        "encoding": {
            "y": _rows_axis(values),
            "x": _count_axis(stack="zero"),
            "order": {"field": "nth", "type": "quantitative"},
            "color": {"field": "nth", "type": "ordinal", "scale": _scale(table, SERIES), "legend": _legend(table, size)},
        },
    }


def _lines(table: FigureTable, subject: Subject, size: Size) -> dict[str, Any]:
    """Over months; a hidden one leaves a gap and a word at the foot. Each line has its own colour, dashes and marks."""
    values = _values(table, by_time=True)
    labels = {entry["at"]: entry["row"] for entry in values}
    named = " : ".join(f"datum.value === {place} ? {_quoted(_short(label))}" for place, label in labels.items())
    x = {
        "field": "at",
        "type": "ordinal",
        "scale": {"type": "point", "padding": 0.4},
        "axis": {"title": None, "labelExpr": f"{named} : ''", "labelAngle": 0, "labelOverlap": "greedy", "grid": False},
    }
    count = _count_axis()
    encoding: dict[str, Any] = {"x": x, "y": {**count, "scale": {"zero": True}}}
    if table.columns:
        legend = _legend(table, size)
        encoding |= {
            "color": {"field": "nth", "type": "ordinal", "scale": _scale(table, SERIES), "legend": legend},
            "strokeDash": {"field": "nth", "type": "ordinal", "scale": _scale(table, _DASHES), "legend": legend},
        }
        shape = {"shape": {"field": "nth", "type": "ordinal", "scale": _scale(table, _SHAPES), "legend": legend}}
    else:
        encoding |= {"color": {"value": SERIES[0]}}
        shape = {}
    layers: list[dict[str, Any]] = [
        {"mark": {"type": "line", "strokeWidth": 2.2, "invalid": "break-paths-filter-domains"}, "encoding": encoding},
        {
            "transform": [{"filter": "!datum.hidden"}],
            "mark": {"type": "point", "size": 46, "strokeWidth": 1.8},
            "encoding": {**{name: one for name, one in encoding.items() if name != "strokeDash"}, **shape},
        },
        {
            "transform": [{"filter": "datum.hidden"}],
            "mark": {"type": "text", "color": MUTED, "angle": 270, "align": "left", "dx": 4},
            "encoding": {"x": x, "y": {"value": "height"}, "text": {"field": "words"}},
        },
    ]
    if not table.columns and size is not Size.NARROW:
        layers.append(
            {
                "transform": [{"filter": "!datum.hidden"}],
                "mark": {"type": "text", "dy": -13, "color": TEXT},
                "encoding": {"x": x, "y": encoding["y"], "text": {"field": "words"}},
            }
        )
    width = MEASURES[size].width + MEASURES[size].label // 2
    return {"width": width, "height": 190 if size is Size.NARROW else 230, "data": {"values": values}, "layer": layers}


def _short(label: str) -> str:
    """`11/2026` as `11/26`, so that a year of months fits."""
    return f"{label[:3]}{label[5:]}" if len(label) == 7 and label[2] == "/" else label


def _heat(table: FigureTable, subject: Subject, size: Size) -> dict[str, Any]:
    """Fields with their numbers: the darker, the more. The word stands in the field, so that no colour has to be read."""
    values = _values(table, by_time=subject.rows_are_months)
    named = " : ".join(f"datum.value === {nth} ? {_quoted(_short(label))}" for nth, label in enumerate(_heads(table)))
    tall = 34 if size is Size.NARROW else 46
    x = {
        "field": "nth",
        "type": "ordinal",
        "axis": {
            "title": None,
            "orient": "top",
            "labelExpr": f"{named} : ''",
            "labelAngle": -90 if size is Size.NARROW or len(_heads(table)) > 7 else -40,
            "labelAlign": "left",
            "domain": False,
            "ticks": False,
        },
    }
    shown = {"filter": "!datum.hidden"}
    return {
        "width": {"step": tall},
        "height": {"step": _STEP},
        "data": {"values": values},
        "encoding": {"x": x, "y": _rows_axis(values)},
        "layer": [
            {
                "transform": [shown],
                "mark": {"type": "rect", "color": SERIES[0], "stroke": GROUND, "strokeWidth": 1.5},
                "encoding": {
                    "opacity": {
                        "field": "value",
                        "type": "quantitative",
                        "scale": {"type": "sqrt", "domainMin": 0, "range": [0, 0.42]},
                        "legend": None,
                    }
                },
            },
            {"transform": [{"filter": "datum.hidden"}], "mark": {"type": "rect", "color": HIDDEN, "stroke": GROUND}},
            {"transform": [shown], "mark": {"type": "text", "color": TEXT}, "encoding": {"text": {"field": "words"}}},
        ],
    }
