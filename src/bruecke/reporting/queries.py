"""From the address of the page *Zahlen* to one question to one source, held to what the viewer may ask."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from bruecke.core.clock import first_of, month_after
from bruecke.core.figures import FigureQuestion, FigureSource, Scope, closed_quarters, figures, is_closed_quarter, whole_months
from bruecke.core.models import District
from bruecke.core.viewer import Viewer

MOST_MONTHS = 120
MONTH = "monat"
"""The dimension of all sources that runs along the time."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page shows: a source, a valid question, and the closed quarters to choose from where counts are guarded."""

    source: FigureSource
    question: FigureQuestion
    scopes: tuple[Scope, ...]

    @property
    def is_guarded(self) -> bool:
        return self.question.scope is Scope.REST

    @property
    def is_own(self) -> bool:
        return self.question.scope is Scope.OWN


def open_sources(viewer: Viewer, district: District) -> list[FigureSource]:
    """Sources of switched-on capabilities of which the viewer may see something."""
    return [one for one in figures if (not one.feature or district.has_feature(one.feature)) and one.scopes(viewer)]


def asked(given: Mapping[str, str], *, viewer: Viewer, district: District, today: date) -> Asked | None:
    """The question an address asks; what is missing or not allowed becomes the default. None: there is nothing to see.

    Guarded counts are given for one closed quarter, by one dimension, without filters (`core.figures` says why).
    """
    sources = {one.key: one for one in open_sources(viewer, district)}
    if not sources:
        return None
    source = sources.get(given.get("zahlen", "")) or next(iter(sources.values()))
    scopes = tuple(source.scopes(viewer))
    scope = next((one for one in scopes if one.value == given.get("bereich")), scopes[0])
    names = [dimension.key for dimension in source.dimensions]
    rows = given["zeilen"] if given.get("zeilen") in names else names[0]
    if scope is Scope.REST:
        since, until = _quarter(given, today)
        return Asked(source, FigureQuestion(since, until, scope, rows), scopes)
    since, until = _months(given, today)
    columns = given["spalten"] if given.get("spalten") in names and given.get("spalten") != rows else ""
    filters = {name: given[f"nur_{name}"] for name in names if f"nur_{name}" in given}
    return Asked(source, FigureQuestion(since, until, scope, rows, columns, filters), scopes)


def _quarter(given: Mapping[str, str], today: date) -> tuple[date, date]:
    since, until = first_of(given.get("von", "")), month_after(given.get("bis", ""))
    if since and until and is_closed_quarter(since, until, today):
        return since, until
    return closed_quarters(today, 1)[0]


def _months(given: Mapping[str, str], today: date) -> tuple[date, date]:
    """The months asked for, else this year up to now; at most ten years."""
    since, until = first_of(given.get("von", "")), month_after(given.get("bis", ""))
    if since and until and whole_months(since, until) and (until - since).days <= MOST_MONTHS * 31:
        return since, until
    return date(today.year, 1, 1), month_after(f"{today:%Y-%m}") or today


def last_month(question: FigureQuestion) -> date:
    """First day of the last month of the period."""
    return (question.until - timedelta(days=1)).replace(day=1)
