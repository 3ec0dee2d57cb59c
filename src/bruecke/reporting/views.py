"""The page *Zahlen*: one table at a time, cut as asked, with ways down to what lies below as far as one's rights go."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bruecke.core import audit
from bruecke.core.charts import chart_for, inline
from bruecke.core.clock import local_day
from bruecke.core.figures import Cell, FigureTable, Head, closed_quarters, figures
from bruecke.core.models import Chart
from bruecke.core.sheets import sheet_response
from bruecke.reporting import charts, exports, queries
from bruecke.reporting.charts import ChartKind
from bruecke.reporting.forms import FiguresForm
from bruecke.reporting.queries import Asked
from bruecke.ui.urls import desk_url
from bruecke.ui.views import DeskPage, Tab
from bruecke.ui.views.kept import KeepsViews
from bruecke.ui.wording import number


@dataclass(frozen=True, slots=True)
class ShownCell:
    """A number in words, and the list of its records where the viewer may open some."""

    text: str
    openable: int = 0
    records: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A row as the page shows it: the way down, cells, sum, a bar in percent of the longest, records that can be opened."""

    head: Head
    down: str
    cells: list[ShownCell]
    total: str
    bar: int | None
    openable: int
    records: str


KIND_LABELS: dict[ChartKind, Any] = {
    ChartKind.BARS: gettext_lazy("Balken"),
    ChartKind.LINE: gettext_lazy("Linie"),
    ChartKind.STACKED: gettext_lazy("Gestapelt"),
    ChartKind.HEAT: gettext_lazy("Felder"),
    ChartKind.NONE: gettext_lazy("Kein Diagramm"),
}


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

    def column_label(self) -> object:
        return next((one.label for one in self.asked.source.dimensions if one.key == self.asked.question.columns), "")

    @cached_property
    def subject(self) -> charts.Subject:
        question = self.asked.question
        return charts.Subject(
            title=str(self.asked.source.label),
            period=self.period(),
            row_label=str(self.row_label()),
            column_label=str(self.column_label()),
            rows_are_months=question.rows == queries.MONTH,
        )

    @cached_property
    def kinds(self) -> tuple[ChartKind, ...]:
        """What can be drawn of this table, the best first; then the wish for none."""
        found = charts.kinds_for(self.table, self.subject)
        return (*found, ChartKind.NONE) if found else ()

    @cached_property
    def kind(self) -> ChartKind:
        wish = self.given.get("diagramm", "")
        return next((one for one in self.kinds if one.value == wish), self.kinds[0] if self.kinds else ChartKind.NONE)

    @cached_property
    def chart(self) -> Chart | None:
        """The picture of exactly these figures, asked for with the viewer's rights; drawn by the worker, so it may be empty yet."""
        if self.kind is ChartKind.NONE:
            return None
        return chart_for(district=self.district, spec=charts.spec_of(self.table, self.kind, self.subject), now=self.now)

    def chart_context(self) -> dict[str, Any]:
        chart, words, page = self.chart, self._chart_words(), desk_url(self.request, "reporting:figures")
        drawn = [(size, inline(getattr(chart, size), words)) for size in ("wide", "narrow")] if chart and chart.is_drawn else []
        return {
            "chart": chart,
            "chart_kind": self.kind,
            "pictures": drawn,
            "is_cut": charts.is_cut(self.table),
            "most_rows": charts.MOST_ROWS,
            "kinds": [(one, KIND_LABELS[one], page + self.url({**self.kept(), "diagramm": one.value})) for one in self.kinds],
            "page_url": page + self.url(self.kept()),
            "chart_url": desk_url(self.request, "reporting:figures-chart") + self.url(self.kept()),
            "chart_files": [
                (fmt.upper(), desk_url(self.request, "reporting:figures-picture", fmt=fmt) + self.url(self.kept()))
                for fmt in ("svg", "png")
            ],
        }

    def _chart_words(self) -> str:
        by = f"{self.subject.row_label}, {self.subject.column_label}" if self.subject.column_label else self.subject.row_label
        return _("Diagramm: %(title)s nach %(by)s, %(period)s. Die Zahlen stehen in der Tabelle darunter.") % {
            "title": self.subject.title,
            "by": by,
            "period": self.subject.period,
        }

    def kept(self) -> dict[str, str]:
        """What the address says, as it really holds."""
        question = self.asked.question
        kept = {
            "zahlen": self.asked.source.key,
            "bereich": question.scope.value,
            "von": f"{question.since:%Y-%m}",
            "bis": f"{queries.last_month(question):%Y-%m}",
            "zeilen": question.rows,
            "spalten": question.columns,
            "diagramm": self.given.get("diagramm", "") if self.given.get("diagramm", "") in set(ChartKind) else "",
        }
        return {**kept, **{f"nur_{name}": key for name, key in question.filters.items()}}

    def url(self, values: dict[str, str]) -> str:
        query = QueryDict(mutable=True)
        for name, value in values.items():
            if value or name.startswith("nur_"):
                query[name] = value
        return f"?{query.urlencode()}"

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


class Figures(KeepsViews, _WithFigures):
    template_name = "reporting/figures.html"

    @classmethod
    def view_names(cls) -> frozenset[str]:
        cuts = {f"nur_{dimension.key}" for source in figures for dimension in source.dimensions}
        return frozenset({"zahlen", "bereich", "quartal", "von", "bis", "zeilen", "spalten", "diagramm"} | cuts)

    def present_query(self) -> str:
        """What was asked and holds; a period that nobody chose is not kept, so that it moves on with the time."""
        asked = set(self.request.GET) | ({"von", "bis"} if "quartal" in self.request.GET else set())
        return self.url({name: value for name, value in self.kept().items() if name in asked}).removeprefix("?")

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The page, or for who chose a kept view for it: that view, where the address asks for nothing."""
        address = self.first_address()
        return HttpResponseRedirect(address) if address else super().get(request, *args, **kwargs)

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
            has_bars=self.kind is ChartKind.NONE and any(length is not None for length in self._lengths),
            last=(table.last[0], _shown(table.last[1])) if table.last else None,
            records=(table.all_openable, self._records(self.asked.question.filters)) if table.all_openable else None,
            period=self.period(),
            chips=self._chips(),
            exports=self._exports(),
            form_chart=self.kept()["diagramm"],
            **self.chart_context(),
            kept=self.view_row(),
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
            cells=self._cells(position),
            total=shown(table.row_totals[position]) if table.row_totals else "",
            bar=self._bar(position),
            openable=openable,
            records=self._records({**question.filters, question.rows: head.key}) if openable else "",
        )

    def _cells(self, position: int) -> list[ShownCell]:
        """The cells of a row, each a way to exactly its records."""
        table, question = self.table, self.asked.question
        texts = _shown(table.cells[position])
        if not table.openable_cells:
            return [ShownCell(text) for text in texts]
        row = {**question.filters, question.rows: table.rows[position].key}
        ways = zip(texts, table.columns, table.openable_cells[position], strict=True)
        return [
            ShownCell(text, number, self._records({**row, question.columns: head.key}) if number else "")
            for text, head, number in ways
        ]

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
        return self.url({**self.kept(), f"nur_{question.rows}": head.key, "zeilen": free[0], "spalten": ""})

    def _records(self, filters: Any) -> str:
        """The list of the records that are counted with these filters."""
        way = self.asked.source.records(replace(self.asked.question, filters=filters), self.district)
        if way is None:
            return ""
        query = QueryDict(mutable=True)
        query.update(way[1])
        return f"{desk_url(self.request, way[0])}?{query.urlencode()}"

    def _chips(self) -> list[tuple[str, str]]:
        """What is narrowed, in words, and the address without it."""
        labels = {one.key: one.label for one in self.asked.source.dimensions}
        chips = []
        for name, key in self.asked.question.filters.items():
            kept = self.kept()
            del kept[f"nur_{name}"]
            words = self.asked.source.word(name, key, self.district) or _("ohne Angabe")
            chips.append((f"{labels[name]}: {words}", self.url(kept)))
        return chips

    def _exports(self) -> list[tuple[str, str]]:
        query, route = self.url(self.kept()), "reporting:figures-export"
        return [(label, desk_url(self.request, route, fmt=fmt) + query) for fmt, label in (("csv", "CSV"), ("xlsx", "Excel"))]


class FiguresChart(_WithFigures):
    """The chart alone: what the page asks for again until the worker has drawn it."""

    template_name = "reporting/_chart.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**self.chart_context(), **kwargs)


class FiguresPicture(_WithFigures):
    """The chart as a file with its title; the log says that somebody took it."""

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        fmt = kwargs["fmt"]
        if fmt not in {"svg", "png"}:
            raise Http404
        if self.chart is None or not self.chart.is_drawn:
            return HttpResponseRedirect(desk_url(request, "reporting:figures") + self.url(self.kept()))
        audit.record(verb="reporting.figures_exported", target=self.district, viewer=self.viewer, now=self.now)
        content = self.chart.sheet.encode() if fmt == "svg" else bytes(self.chart.png)
        response = HttpResponse(content, content_type="image/svg+xml" if fmt == "svg" else "image/png")
        name = slugify(f"{self.subject.title} {self.subject.row_label} {self.period().replace('/', '-')}")
        response["Content-Disposition"] = f'attachment; filename="{name}.{fmt}"'
        response["Content-Security-Policy"] = "default-src 'none'; sandbox"
        response["X-Content-Type-Options"] = "nosniff"
        return response


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
