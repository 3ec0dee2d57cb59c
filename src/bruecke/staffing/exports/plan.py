"""The plan of a day as a table for spreadsheet programs."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bruecke.core.sheets import OutColumn
from bruecke.staffing.queries import Plan, PlanRow

PLAN_COLUMNS = (
    OutColumn("ags", _("Schlüssel")),
    OutColumn("place", _("Gemeinde")),
    OutColumn("population", _("Einwohner"), "number"),
    OutColumn("number", _("Stelle"), "number"),
    OutColumn("title", _("Bezeichnung")),
    OutColumn("employer", _("Anstellungsträger")),
    OutColumn("share", _("VzÄ-Anteil"), "number"),
    OutColumn("since", _("zuständig seit"), "date"),
    OutColumn("until", _("zuständig bis"), "date"),
)


def plan_rows(plan: Plan) -> Iterator[dict[str, Any]]:
    """One row a municipality, by the keys of `PLAN_COLUMNS`."""
    return (_line(row) for row in plan.rows)


def _line(row: PlanRow) -> dict[str, Any]:
    post = row.post
    return {
        "ags": row.area.pk,
        "place": row.area.name,
        "population": row.population,
        "number": post.number if post else None,
        "title": post.title if post else gettext("ohne Zuständigkeit"),
        "employer": post.employer.name if post else "",
        "share": None if row.share is None else round(row.share, 2),
        "since": row.since if post else None,
        "until": row.until if post else None,
    }
