"""Files out of staffing: the plan of a day as CSV for German spreadsheet programs."""

import csv
import io

from django.utils.translation import gettext as _

from bruecke.staffing.queries import Plan, PlanRow
from bruecke.ui.wording import fte

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def plan_as_csv(plan: Plan) -> bytes:
    """One line a municipality; UTF-8 with BOM and semicolons, formulas defused."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(_head())
    for row in plan.rows:
        writer.writerow([_safe(value) for value in _line(row)])
    return ("\ufeff" + text.getvalue()).encode()


def _head() -> list[str]:
    place = [_("Schlüssel"), _("Gemeinde"), _("Einwohner")]
    post = [_("Stelle"), _("Bezeichnung"), _("Anstellungsträger")]
    return [*place, *post, _("VzÄ-Anteil"), _("zuständig seit"), _("zuständig bis")]


def _line(row: PlanRow) -> list[str]:
    post = row.post
    return [
        row.area.pk,
        row.area.name,
        str(row.population),
        str(post.number) if post else "",
        post.title if post else _("ohne Zuständigkeit"),
        post.employer.name if post else "",
        fte(row.share) if row.share is not None else "",
        f"{row.since:%d.%m.%Y}" if row.since and post else "",
        f"{row.until:%d.%m.%Y}" if row.until and post else "",
    ]


def _safe(value: str) -> str:
    """A cell that begins like a formula is text all the same."""
    return f"'{value}" if value.startswith(DANGEROUS) else value
