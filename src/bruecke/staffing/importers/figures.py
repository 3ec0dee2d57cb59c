"""Counts of municipalities taken over: a table of one's own, and the municipalities of the Zensus 2022 as published."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bruecke.core.clock import local_day
from bruecke.core.models import District
from bruecke.core.registries import ImportContext, ImportField, ImportKind, ParsedRow, Problem
from bruecke.core.viewer import Viewer
from bruecke.places.models import Area
from bruecke.staffing import actions, rules
from bruecke.staffing.states import FigureKind

FIGURES_KIND, CENSUS_KIND = "staffing.figures", "staffing.census"
CENSUS_DAY = date(2022, 5, 15)
CENSUS_SOURCE = "Zensus 2022 (Statistische Ämter des Bundes und der Länder, 2024): Ausländeranteil × Einwohner, gerundet"
"""The key date is that of the Zensus; dl-de/by-2-0."""
_AGS = ImportField(
    "ags",
    gettext_lazy("Gemeindeschlüssel"),
    is_required=True,
    names=("AGS", "Schlüssel", "Amtlicher Gemeindeschlüssel", "Gemeindeschlüssel (AGS)"),
    hint=gettext_lazy("Acht Ziffern. Zeilen anderer Landkreise werden übergangen."),
    example="14628110",
)
_NAME = ImportField("name", gettext_lazy("Gemeinde"), names=("Name", "Gemeindename", "Stadt"), example="Freital")


def _parse(cells: Mapping[str, str], context: ImportContext, read: Callable[..., ParsedRow]) -> ParsedRow:
    """What both kinds share: the municipality, which has to belong to the district; others are passed over."""
    ags, name = _digits(cells.get("ags", "")), cells.get("name", "").strip()
    if ags is None:
        return ParsedRow({}, (Problem(_("Ein Gemeindeschlüssel hat acht Ziffern."), "ags"),), title=name)
    areas = _areas(context)
    if ags not in areas:
        return ParsedRow({}, decision="skip", title=_("%(place)s (anderer Landkreis)") % {"place": name or ags})
    return read(cells, ags, areas[ags], context)


def _areas(context: ImportContext) -> dict[str, str]:
    """Names by AGS, also of municipalities that were merged since. One query a batch."""
    if "areas" not in context.memo:
        rows = Area.objects.of_kreis(context.district.ags).order_by("pk")
        context.memo["areas"] = dict(rows.values_list("ags", "name"))
    known: dict[str, str] = context.memo["areas"]
    return known


def _digits(text: str) -> str | None:
    """`14628110`; a spreadsheet may have made `1067` of `01067` and spaces of nothing."""
    plain = text.strip().replace(" ", "")
    plain = plain.removesuffix(".0").zfill(8)
    return plain if plain.isdecimal() and len(plain) == 8 else None


def _percent(text: str) -> Decimal:
    """`5,4` and `5.4`, from 0 to 100. Raises: ValueError."""
    try:
        percent = Decimal(text.strip().replace("%", "").strip().replace(",", "."))
    except InvalidOperation as error:
        raise ValueError(text) from error
    if not (percent.is_finite() and 0 <= percent <= 100):
        raise ValueError(text)
    return percent


def _count(text: str) -> int:
    """A whole number from nought; `1.234` is a thousand and more. Raises: ValueError."""
    plain = text.strip().replace("\u00a0", "").replace(" ", "").removesuffix(".0")
    if plain.count(".") and all(len(part) == 3 for part in plain.split(".")[1:]):
        plain = plain.replace(".", "")
    if not plain.isdecimal():
        raise ValueError(text)
    return int(plain)


def _day(text: str) -> date:
    """`31.12.2025` or `2025-12-31`. Raises: ValueError."""
    plain = text.strip()[:10]
    return datetime.strptime(plain, "%d.%m.%Y").date() if "." in plain else date.fromisoformat(plain)  # noqa: DTZ007


def parse_figures(cells: Mapping[str, str], context: ImportContext) -> ParsedRow:
    return _parse(cells, context, _read_figures)


def _read_figures(cells: Mapping[str, str], ags: str, name: str, context: ImportContext) -> ParsedRow:
    problems: list[Problem] = []
    counts: dict[str, int] = {}
    for kind in FigureKind:
        if text := cells.get(kind, "").strip():
            try:
                counts[kind.value] = _count(text)
            except ValueError:
                problems.append(Problem(_("„%(text)s“ ist keine ganze Zahl ab 0.") % {"text": text[:40]}, kind))
    as_of, source = "", cells.get("source", "").strip()
    try:
        day = _day(cells.get("as_of", ""))
        as_of = day.isoformat()
        if day > local_day(context.now):
            problems.append(Problem(_("Der Stichtag liegt in der Zukunft."), "as_of"))
    except ValueError:
        problems.append(Problem(_("Bitte schreiben Sie den Stichtag wie 31.12.2025."), "as_of"))
    if not source or len(source) > 200:
        problems.append(Problem(_("Bitte nennen Sie die Quelle mit höchstens 200 Zeichen."), "source"))
    values = {"ags": ags, "as_of": as_of, "source": source, "counts": counts}
    return ParsedRow(values, tuple(problems), f"{ags} {as_of}", "create" if counts else "skip", title=name)


def parse_census(cells: Mapping[str, str], context: ImportContext) -> ParsedRow:
    return _parse(cells, context, _read_census)


def _read_census(cells: Mapping[str, str], ags: str, name: str, context: ImportContext) -> ParsedRow:
    """The published table has a share and not a count; an empty share was withheld and stays unknown."""
    share, people = ((cells.get(key) or "").strip() for key in ("share_foreign_pct", "population"))  # short rows end early
    if not share or not people:
        return ParsedRow({}, decision="skip", title=_("%(place)s (ohne Angabe)") % {"place": name})
    problems: list[Problem] = []
    count = 0
    try:
        percent, residents = _percent(share), _count(people)
        count = int((percent * residents / 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    except ValueError:
        problems.append(Problem(_("Einwohner oder Anteil sind keine Zahlen. Bitte prüfen Sie die Zeile.")))
    counts = {FigureKind.FOREIGN_RESIDENTS.value: count}
    values = {"ags": ags, "as_of": CENSUS_DAY.isoformat(), "source": CENSUS_SOURCE, "counts": counts}
    return ParsedRow(values, tuple(problems), ags, "create", title=name)


def apply_figures(values: Sequence[Mapping[str, Any]], *, district: District, viewer: Viewer, now: datetime) -> None:
    """Rows of one kind, key date and source together; what was written before is written again to the same end."""
    grouped: dict[tuple[str, str, str], dict[str, int | None]] = {}
    for row in values:
        for kind, count in row["counts"].items():
            grouped.setdefault((kind, row["as_of"], row["source"]), {})[row["ags"]] = count
    for (kind, as_of, source), counts in grouped.items():
        actions.enter_figures(
            district=district,
            kind=kind,
            as_of=date.fromisoformat(as_of),
            values=counts,
            source=source,
            viewer=viewer,
            now=now,
        )


FIGURES = ImportKind(
    key=FIGURES_KIND,
    label=gettext_lazy("Kennzahlen der Gemeinden"),
    fields=(
        _AGS,
        _NAME,
        ImportField(
            FigureKind.FOREIGN_RESIDENTS.value,
            gettext_lazy("Ausländische Bevölkerung"),
            names=("Ausländer", "Ausländerinnen und Ausländer", "Nichtdeutsche", "ausländische Einwohner"),
            example="2.131",
        ),
        ImportField(
            FigureKind.ACCOMMODATION_PLACES.value,
            gettext_lazy("Plätze in Unterkünften"),
            names=("Plätze", "Kapazität", "Unterbringungsplätze", "Plätze GU"),
            example="120",
        ),
        ImportField("as_of", gettext_lazy("Stichtag"), is_required=True, names=("Stand", "Datum"), example="31.12.2025"),
        ImportField(
            "source", gettext_lazy("Quelle"), is_required=True, names=("Herkunft der Daten",), example="Ausländerzentralregister"
        ),
    ),
    parse_row=parse_figures,
    apply_rows=apply_figures,
    may_import=rules.can_manage_posts,
    order=60,
)
CENSUS = ImportKind(
    key=CENSUS_KIND,
    label=gettext_lazy("Ausländische Bevölkerung aus dem Zensus 2022"),
    fields=(
        _AGS,
        _NAME,
        ImportField(
            "population", gettext_lazy("Einwohner"), is_required=True, names=("Bevölkerung", "Einwohnerzahl"), example="38.918"
        ),
        ImportField(
            "share_foreign_pct",
            gettext_lazy("Ausländeranteil in Prozent"),
            is_required=True,
            names=("share_foreign_pct", "Ausländeranteil", "Anteil Ausländer"),
            hint=gettext_lazy("Daraus wird mit der Einwohnerzahl die Anzahl gerechnet und gerundet."),
            example="5,4",
        ),
    ),
    parse_row=parse_census,
    apply_rows=apply_figures,
    may_import=rules.can_manage_posts,
    order=61,
)
