"""Counts of municipalities behind the need for posts: entered for a key date, or taken over from a table."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bruecke.core import audit
from bruecke.core.clock import local_day
from bruecke.core.errors import Invalid, NotAllowed
from bruecke.core.models import District
from bruecke.core.viewer import Viewer
from bruecke.places.models import Area
from bruecke.staffing import rules
from bruecke.staffing.models import MunicipalityFigure

MOST = 2_000_000_000


@transaction.atomic
def enter_figures(
    *,
    district: District,
    kind: str,
    as_of: date,
    values: Mapping[str, int | None],
    source: str,
    viewer: Viewer,
    now: datetime,
) -> int:
    """Counts of one kind and key date, by AGS; None takes a count back. Municipalities that are not named stay as they are.

    Returns how many entries changed. Effects: audit entry `staffing.figures_entered`, when something changed.
    Raises: NotAllowed; Invalid at `source`, `as_of` or the AGS.
    """
    if not rules.can_manage_posts(viewer):
        raise NotAllowed
    District.objects.select_for_update().get(pk=district.pk)
    _check(district, as_of, values, source, now)
    known = {
        row.municipality_id: row
        for row in MunicipalityFigure.objects.select_for_update().filter(kind=kind, as_of=as_of, municipality_id__in=list(values))
    }
    changed = sum(_write(district, kind, as_of, ags, value, source, known.get(ags), viewer, now) for ags, value in values.items())
    if changed:
        audit.record(verb="staffing.figures_entered", target=district, viewer=viewer, now=now, fields=[kind])
    return changed


def _write(
    district: District,
    kind: str,
    as_of: date,
    ags: str,
    value: int | None,
    source: str,
    row: MunicipalityFigure | None,
    viewer: Viewer,
    now: datetime,
) -> bool:
    """Whether anything changed."""
    if value is None:
        return row is not None and bool(row.delete()[0])
    if row is not None and (row.value, row.source) == (value, source):
        return False
    if row is None:
        row = MunicipalityFigure(district=district, municipality_id=ags, kind=kind, as_of=as_of)
    else:
        row.version += 1
    row.value, row.source, row.entered_at, row.entered_by_id = value, source, now, viewer.account_id
    row.save()
    return True


def _check(district: District, as_of: date, values: Mapping[str, int | None], source: str, now: datetime) -> None:
    if not source.strip():
        raise Invalid({"source": _("Bitte nennen Sie die Quelle, zum Beispiel „Zensus 2022“.")})
    if as_of > local_day(now):
        raise Invalid({"as_of": _("Der Stichtag liegt in der Zukunft. Bitte prüfen Sie ihn.")})
    known = set(Area.objects.of_kreis(district.ags).values_list("ags", flat=True))
    errors: dict[str, object] = {ags: _("Diese Gemeinde gehört nicht zum Landkreis.") for ags in values if ags not in known}
    for ags, value in values.items():
        if value is not None and not 0 <= value <= MOST:
            errors[ags] = _("Bitte geben Sie eine ganze Zahl ab 0 ein.")
    if errors:
        raise Invalid(errors)
