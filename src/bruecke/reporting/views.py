"""The page *Zahlen*: one table at a time, cut as asked, with ways down to what lies below as far as one's rights go."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.http import Http404, HttpResponse, QueryDict
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _

from bruecke.core import audit
from bruecke.core.clock import local_day
from bruecke.core.figures import Cell, FigureTable, Head, closed_quarters
from bruecke.core.sheets import sheet_response
from bruecke.reporting import exports, queries
from bruecke.reporting.forms import FiguresForm
from bruecke.reporting.queries import Asked
from bruecke.ui.urls import desk_url
from bruecke.ui.views import DeskPage, Tab
from bruecke.ui.wording import number


@dataclass(frozen=True, slots=True)
class Line:
    """A row as the page shows it: the way down, cells, sum, a bar in percent of the longest, records that can be opened."""

    head: Head
    down: str
    cells: list[str]
    total: str
    bar: int | None
    openable: int
    records: str


class _WithFigures(DeskPage):
    feature = "figures"
    place = "reporting.figures"

    @cached_property
    def given(self) -> dict[str, str]:
        """The address, with the quarter taken apart."""
        given = {name: str(value)[:60] for name, value in self.request.GET.items()}
        if "_" in given.get("quartal", ""):
            given["von"], given["bis"] = given["quartal"].split("_", 1)
        return given

    @cached_property
    def asked(self) -> Asked:
        found = queries.asked(self.given, viewer=self.viewer, district=self.district, today=local_day(self.now))
        if found is None:
            raise Http404
        return found

    @cached_property
    def table(self) -> FigureTable:
        return self.asked.source.collect(self.viewer, self.asked.question, self.now)

    def row_label(self) -> object:
        return next(one.label for one in self.asked.source.dimensions if one.key == self.asked.question.rows)

    def period(self) -> str:
        """`01/2026 – 11/2026`, or the day of a stock."""
        if self.asked.source.is_stock:
            return _("Stand %(day)s") % {"day": f"{local_day(self.now):%d.%m.%Y}"}
        return f"{self.asked.question.since:%m/%Y} – {queries.last_month(self.asked.question):%m/%Y}"


def shown(cell: Cell) -> str:
    """A cell as the page shows it; what is hidden is a dot with a word for who listens."""
    if cell is None:
        return format_html('<abbr title="{}">•</abbr>', _("verdeckt"))
    if isinstance(cell, str):
        return cell
    return number(cell, 1 if isinstance(cell, float) else 0)


def _shown(cells: Iterable[Cell]) -> list[str]:
    return [shown(cell) for cell in cells]


class Figures(_WithFigures):
    template_name = "reporting/figures.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        table = self.table
        return super().get_context_data(
            tabs=self._tabs(),
            form=FiguresForm(self.asked, self._quarters()),
            asked=self.asked,
            table=table,
            row_label=self.row_label(),
            lines=[self._line(position) for position in range(len(table.rows))],
            sums=(_shown(table.column_totals), shown(table.total)),
            has_bars=any(length is not None for length in self._lengths),
            last=(table.last[0], _shown(table.last[1])) if table.last else None,
            records=(table.all_openable, self._records(self.asked.question.filters)) if table.all_openable else None,
            period=self.period(),
            chips=self._chips(),
            exports=self._exports(),
            **kwargs,
        )

    def _tabs(self) -> list[Tab]:
        return [
            Tab(one.key, one.label, None, is_current=one.key == self.asked.source.key, url=f"?zahlen={one.key}")
            for one in queries.open_sources(self.viewer, self.district)
        ]

    def _quarters(self) -> list[tuple[str, str]]:
        return [
            (
                f"{since:%Y-%m}_{since.replace(month=since.month + 2):%Y-%m}",
                _("%(number)s. Quartal %(year)s") % {"number": (since.month + 2) // 3, "year": since.year},
            )
            for since, _until in closed_quarters(local_day(self.now))
        ]

    def _line(self, position: int) -> Line:
        table, question = self.table, self.asked.question
        head = table.rows[position]
        openable = table.openable[position] if table.openable else 0
        return Line(
            head=head,
            down=self._down(head),
            cells=_shown(table.cells[position]),
            total=shown(table.row_totals[position]) if table.row_totals else "",
            bar=self._bar(position),
            openable=openable,
            records=self._records({**question.filters, question.rows: head.key}) if openable else "",
        )

    @cached_property
    def _lengths(self) -> list[int | None]:
        """What the bars show: the sums of the rows, else the first cell; hidden ones and medians have no bar."""
        table = self.table
        if self.asked.question.columns:
            return [None] * len(table.rows)
        first = table.row_totals or tuple(cells[0] if cells else None for cells in table.cells)
        return [cell if isinstance(cell, int) else None for cell in first]

    def _bar(self, position: int) -> int | None:
        longest = max((length or 0 for length in self._lengths), default=0)
        length = self._lengths[position]
        return None if length is None or not longest else max(1, round(100 * length / longest))

    def _down(self, head: Head) -> str:
        """The same figures for this row alone, cut by the next dimension; nothing below guarded ones."""
        question, names = self.asked.question, [one.key for one in self.asked.source.dimensions]
        free = [name for name in names if name != question.rows and name not in question.filters]
        if self.asked.is_guarded or not free:
            return ""
        return self._url({**self._kept(), f"nur_{question.rows}": head.key, "zeilen": free[0], "spalten": ""})

    def _records(self, filters: Any) -> str:
        """The list of the records that are counted with these filters."""
        way = self.asked.source.records(replace(self.asked.question, filters=filters), self.district)
        if way is None:
            return ""
        query = QueryDict(mutable=True)
        query.update(way[1])
        return f"{desk_url(self.request, way[0])}?{query.urlencode()}"

    def _kept(self) -> dict[str, str]:
        question = self.asked.question
        kept = {
            "zahlen": self.asked.source.key,
            "bereich": question.scope.value,
            "von": f"{question.since:%Y-%m}",
            "bis": f"{queries.last_month(question):%Y-%m}",
            "zeilen": question.rows,
            "spalten": question.columns,
        }
        return {**kept, **{f"nur_{name}": key for name, key in question.filters.items()}}

    def _url(self, values: dict[str, str]) -> str:
        query = QueryDict(mutable=True)
        for name, value in values.items():
            if value or name.startswith("nur_"):
                query[name] = value
        return f"?{query.urlencode()}"

    def _chips(self) -> list[tuple[str, str]]:
        """What is narrowed, in words, and the address without it."""
        labels = {one.key: one.label for one in self.asked.source.dimensions}
        chips = []
        for name, key in self.asked.question.filters.items():
            kept = self._kept()
            del kept[f"nur_{name}"]
            words = self.asked.source.word(name, key, self.district) or _("ohne Angabe")
            chips.append((f"{labels[name]}: {words}", self._url(kept)))
        return chips

    def _exports(self) -> list[tuple[str, str]]:
        query, route = self._url(self._kept()), "reporting:figures-export"
        return [(label, desk_url(self.request, route, fmt=fmt) + query) for fmt, label in (("csv", "CSV"), ("xlsx", "Excel"))]


class FiguresExport(_WithFigures):
    """The table as a file; the log says that somebody took it, not what was in it."""

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if kwargs["fmt"] not in {"csv", "xlsx"}:
            raise Http404
        columns, rows = exports.sheet_of(self.table, self.row_label())
        audit.record(verb="reporting.figures_exported", target=self.district, viewer=self.viewer, now=self.now)
        period = self.period().replace("/", ".").replace("–", "bis")
        title = f"{self.asked.source.label} {period}"
        return sheet_response(kwargs["fmt"], name=title, title=str(self.asked.source.label), columns=columns, rows=rows)
