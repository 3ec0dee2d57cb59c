"""Desk pages about all posts: need, the course of a year, the statistics of a key date; each also as CSV and XLSX."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.http import Http404, HttpResponseBase
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bruecke.core.clock import local_day
from bruecke.core.sheets import OutColumn, sheet_response
from bruecke.places import queries as places
from bruecke.staffing import actions, queries, rules
from bruecke.staffing.exports import (
    NEED_COLUMNS,
    course_columns,
    course_rows,
    need_rows,
    stat_columns,
    stat_rows,
)
from bruecke.staffing.forms import FiguresForm
from bruecke.staffing.importers.figures import CENSUS_KIND, FIGURES_KIND
from bruecke.staffing.models import FIGURE_LABELS
from bruecke.staffing.queries.statistics import DISTRICT, EMPLOYER, KIND, OFFICE, PLACE, SINGLE
from bruecke.staffing.states import FigureKind
from bruecke.staffing.views import plan as plan_views
from bruecke.ui.urls import desk_url
from bruecke.ui.views import DeskFormView, DeskPage, Tab
from bruecke.ui.views.imports import ImportPages

ROLES = frozenset(rules.SEES_ALL)
PAGES = (
    ("need", gettext_lazy("Bedarf")),
    ("what-if", gettext_lazy("Planspiel")),
    ("course", gettext_lazy("Verlauf der Stellen")),
    ("statistics", gettext_lazy("Statistik")),
    ("costs", gettext_lazy("Kosten")),
)
MONTHS = tuple(
    gettext_lazy(name) for name in ("Jan.", "Feb.", "März", "April", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez.")
)


def may_open(viewer: Any, page: str) -> bool:
    """Whether the viewer gets one of the pages about all posts."""
    if page == "costs":
        return rules.can_see_every_cost(viewer)
    return rules.can_assign(viewer) if page == "what-if" else rules.can_see_every_post(viewer)


class StaffPage:
    """Mixin: the tabs of these pages, the key date or year of the address, and the table as a file."""

    place = plan_views.PLACE
    feature = "staffing"
    roles: Any = ROLES
    page = ""
    request: Any
    viewer: Any
    district: Any
    now: Any

    @cached_property
    def today(self) -> date:
        return local_day(self.now)

    @cached_property
    def day(self) -> date:
        """The day of `?tag=`, today when there is none or it makes no sense."""
        return plan_views.day_of(self.request.GET.get("tag", ""), self.today)

    @cached_property
    def year(self) -> int:
        """The year of `?jahr=`, this one when there is none or it makes no sense."""
        return plan_views.year_of(self.request.GET.get("jahr", ""), self.today)

    def staff_tabs(self) -> list[Tab]:
        return [
            Tab(key, label, url=desk_url(self.request, f"staffing:{key}"), is_current=key == self.page)
            for key, label in PAGES
            if may_open(self.viewer, key)
        ]

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The page, or with `?als=csv|xlsx` its table."""
        if (fmt := request.GET.get("als", "")) in {"csv", "xlsx"}:
            name, title, columns, rows = self.sheet()
            return sheet_response(fmt, name=f"{name}-{self.district.slug}", title=title, columns=columns, rows=rows)
        return super().get(request, *args, **kwargs)  # type: ignore[misc]

    def sheet(self) -> tuple[str, str, Sequence[OutColumn], Iterable[Mapping[str, Any]]]:
        """Name of the file, title, columns and rows; 404 on pages that have none."""
        raise Http404

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = {
            "tabs": self.staff_tabs(),
            "day": self.day,
            "year": self.year,
            "today": self.today,
            "may_manage": rules.can_manage_posts(self.viewer),
            "crumbs": [(_("Zuständigkeit"), desk_url(self.request, "staffing:overview"))],
        }
        return super().get_context_data(**(shown | kwargs))  # type: ignore[misc]


class Need(StaffPage, DeskPage):
    """Bedarfsermittlung: what the posts carry on a day, with the sources of the counts."""

    template_name = "staffing/need.html"
    page = "need"

    @cached_property
    def need(self) -> queries.Need:
        return queries.need_of(self.viewer, self.district, self.day)

    def sheet(self) -> tuple[str, str, Sequence[OutColumn], Iterable[Mapping[str, Any]]]:
        return f"bedarf-{self.day:%Y-%m-%d}", _("Bedarfsermittlung"), NEED_COLUMNS, need_rows(self.need)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        sources = [(FIGURE_LABELS[FigureKind(kind)], source, as_of) for kind, source, as_of in self.need.sources]
        cap = queries.cap_on(self.district, self.day)
        return super().get_context_data(need=self.need, sources=sources, cap=cap, **kwargs)


class EnterFigures(StaffPage, DeskFormView):
    """Counts of one kind and key date, a field a municipality; `?kennzahl=&stichtag=` opens what was entered."""

    template_name = "staffing/figures_form.html"
    form_class = FiguresForm
    page = "need"

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not rules.can_manage_posts(self.viewer):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def wish(self) -> tuple[str, date | None]:
        kind, text = self.request.GET.get("kennzahl", ""), self.request.GET.get("stichtag", "")
        day = plan_views.day_of(text, self.today) if text else None
        return (kind if kind in set(FigureKind) else FigureKind.FOREIGN_RESIDENTS.value), day

    def get_form_kwargs(self) -> dict[str, Any]:
        areas = list(places.municipalities_of(self.district.ags, self.wish[1] or self.today))
        return {**super().get_form_kwargs(), "areas": areas, "today": self.today}

    def get_initial(self) -> dict[str, Any]:
        kind, day = self.wish
        initial = {**super().get_initial(), "kind": kind}
        if day is None:
            return initial
        known = queries.figures_on(self.viewer, kind, day)
        source = next((row.source for row in known.values()), "")
        return {**initial, "as_of": day, "source": source, **{ags: row.value for ags, row in known.items()}}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        url = desk_url(self.request, "staffing:figures")
        known = [
            (FIGURE_LABELS[FigureKind(kind)], day, f"{url}?kennzahl={kind}&stichtag={day.isoformat()}")
            for kind, day in queries.key_dates(self.viewer)
        ]
        above = [
            (_("Zuständigkeit"), desk_url(self.request, "staffing:overview")),
            (_("Bedarf"), desk_url(self.request, "staffing:need")),
        ]
        return super().get_context_data(known=known, crumbs=above, cancel_url=above[1][1], **kwargs)

    def form_valid(self, form: Any) -> HttpResponseBase:
        data = form.cleaned_data
        changed = actions.enter_figures(
            district=self.district,
            kind=data["kind"],
            as_of=data["as_of"],
            values=form.values(),
            source=data["source"],
            viewer=self.viewer,
            now=self.now,
        )
        message = _("Gespeichert.") if changed else _("Es gab nichts zu ändern.")
        return self.done(message, to=desk_url(self.request, "staffing:need"))


class _FiguresPages(ImportPages):
    place = plan_views.PLACE
    feature = "staffing"
    crumbs = ((gettext_lazy("Zuständigkeit"), "staffing:overview"), (gettext_lazy("Bedarf"), "staffing:need"))


class FiguresImport(_FiguresPages):
    kind_key = FIGURES_KIND
    route = "staffing:figures-import"
    heading = gettext_lazy("Kennzahlen übernehmen")


class CensusImport(_FiguresPages):
    kind_key = CENSUS_KIND
    route = "staffing:census-import"
    heading = gettext_lazy("Zensus 2022 übernehmen")


class Course(StaffPage, DeskPage):
    """VzÄ planned, filled and vacant over a year: one table that is painted as a timeline."""

    template_name = "staffing/course.html"
    page = "course"

    @cached_property
    def course(self) -> queries.Course:
        return queries.course_of(self.viewer, self.year)

    def sheet(self) -> tuple[str, str, Sequence[OutColumn], Iterable[Mapping[str, Any]]]:
        columns = course_columns([str(word) for word in MONTHS])
        return f"stellen-{self.year}", _("Verlauf der Stellen"), columns, course_rows(self.course)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        course = self.course
        sums = [
            (_("geplant"), [cell.planned for cell in (*course.sums, course.whole)]),
            (_("besetzt"), [cell.filled for cell in (*course.sums, course.whole)]),
            (_("unbesetzt"), [cell.vacant for cell in (*course.sums, course.whole)]),
        ]
        return super().get_context_data(course=course, months=MONTHS, sums=sums, **kwargs)


CUTS = (
    (SINGLE, gettext_lazy("Stelle und Gemeinde")),
    (DISTRICT, gettext_lazy("Landkreis")),
    (PLACE, gettext_lazy("Gemeinde")),
    (EMPLOYER, gettext_lazy("Anstellungsträger")),
    (KIND, gettext_lazy("Art der Stelle")),
    (OFFICE, gettext_lazy("Anbindung")),
)


class Statistics(StaffPage, DeskPage):
    """What the Landtag asks on a key date, in rows of one's choice; the key date and the cut stand in the address."""

    template_name = "staffing/statistics.html"
    page = "statistics"

    @property
    def cut(self) -> str:
        wish = self.request.GET.get("nach", "")
        return wish if wish in dict(CUTS) else SINGLE

    @cached_property
    def statistics(self) -> queries.Statistics:
        return queries.statistics_of(self.viewer, self.district, self.day, self.cut)

    def sheet(self) -> tuple[str, str, Sequence[OutColumn], Iterable[Mapping[str, Any]]]:
        name = f"stellenstatistik-{self.cut}-{self.day:%Y-%m-%d}"
        return name, _("Stellenstatistik"), stat_columns(self.cut), stat_rows(self.statistics, self.cut)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            statistics=self.statistics,
            total=self.statistics.total,
            cut=self.cut,
            cuts=CUTS,
            is_single=self.cut == SINGLE,
            cap=queries.cap_on(self.district, self.day),
            **kwargs,
        )
