"""The run of an import from files to the activated register; its parts live in the neighbouring modules."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from bruecke.core.clock import local_day
from bruecke.core.errors import Stale
from bruecke.places.actions import activate_import, clear_staging
from bruecke.places.importers.batch import Batch, open_batch
from bruecke.places.importers.boundaries import stage_boundaries, stage_kreis_outlines
from bruecke.places.importers.changes import stage_changes
from bruecke.places.importers.postal_codes import stage_postal_codes
from bruecke.places.importers.register import stage_register
from bruecke.places.importers.report import ImportReport, Problem, Unreadable
from bruecke.places.models import ImportRun, StagedArea, StagedBoundary, StagedPostalCode, StagedSuccession
from bruecke.places.states import ImportState

SHIPPED = Path(__file__).resolve().parents[1] / "data"
SHIPPED_AS_OF = date(2024, 6, 30)
ROWS_PER_WRITE = 500  # one write takes a few hundredths of a second: nobody else waits for the lock
_FORGOTTEN = timedelta(hours=6)  # rows staged by a run that died


def _silent(_text: str) -> None:
    """No progress is wanted."""


def import_places(
    *,
    register: Path | None = None,
    postal_codes: Path | None = None,
    boundaries: Sequence[Path] = (),
    changes: Path | None = None,
    now: datetime,
    as_of: date | None = None,
    accept_endings: bool = False,
    dry_run: bool = False,
    progress: Callable[[str], None] = _silent,
) -> ImportReport:
    """Read the given files into the register, in this order, and tell what changed.

    All or nothing: with any error nothing is changed. The same files again change nothing. `as_of` is the day of the
    register (Gebietsstand), on which missing municipalities end; `accept_endings` allows more than a fifth of a Land
    to end. Writes are staged in short batches and activated in one statement per table.
    """
    started = perf_counter()
    report = ImportReport(is_dry_run=dry_run)
    day = as_of or local_day(now)
    batch = open_batch(report=report, now=now, as_of=day, accept_endings=accept_endings, progress=progress)
    steps: list[tuple[Callable[[Batch, Path], None], Path | None]] = [
        (stage_register, register),
        (stage_changes, changes),
        (stage_postal_codes, postal_codes),
        *((stage_boundaries, path) for path in boundaries),
    ]
    files = [(stage, path) for stage, path in steps if path]
    for stage, path in files:
        if not report.ok:
            break  # later files lean on the earlier ones; their messages would mislead
        progress(_("%(file)s wird gelesen …") % {"file": path.name})
        try:
            stage(batch, path)
        except Unreadable as unreadable:
            report.error(unreadable.problem)
    if report.ok:
        stage_kreis_outlines(batch)
    if not dry_run:
        _write(batch, [path for _stage, path in files])
    report.seconds = round(perf_counter() - started, 2)
    return report


def import_shipped_places(now: datetime) -> ImportReport:
    """The register of Saxony that comes with the program. Quick and without effect when it is there already."""
    return import_places(
        register=SHIPPED / "municipalities.csv",
        changes=SHIPPED / "territorial_changes.csv",
        postal_codes=SHIPPED / "postal_codes.csv",
        boundaries=[SHIPPED / "municipalities.geojson.gz"],
        now=now,
        as_of=SHIPPED_AS_OF,
    )


def _write(batch: Batch, paths: list[Path]) -> None:
    """Stage the rows in short transactions, then activate them at once; record the run."""
    report = batch.report
    clear_staging(before=batch.now - _FORGOTTEN)
    files = [{"name": path.name, "sha256": _fingerprint(path)} for path in paths]
    state = ImportState.STAGED if report.ok else ImportState.REFUSED
    run = ImportRun.objects.create(started_at=batch.now, state=state, files=files, report=report.as_dict())
    if not report.ok:
        return
    if report.changes:
        batch.progress(_("%(count)d Änderungen werden gespeichert …") % {"count": report.changes})
    for model, rows in _staged(batch, run):
        for start in range(0, len(rows), ROWS_PER_WRITE):
            model._default_manager.bulk_create(rows[start : start + ROWS_PER_WRITE])
    try:
        activate_import(run=run, expected_token=batch.token, now=batch.now)
    except Stale as stale:
        report.error(Problem(str(stale)))
        run.state, run.report = ImportState.REFUSED, report.as_dict()
        run.save(update_fields=["state", "report"])
    clear_staging(before=batch.now - _FORGOTTEN)


def _fingerprint(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""


def _staged(batch: Batch, run: ImportRun) -> list[tuple[type[models.Model], list[Any]]]:
    areas = []
    for ags, values in batch.areas.items():
        columns = dict(values)
        parent, kreis = columns.pop("parent_id"), columns.pop("kreis_id")
        areas.append(StagedArea(run=run, ags=ags, parent_ags=parent, kreis_ags=kreis, **columns))
    codes = []
    for (ags, code, locality), row in batch.codes.items():
        kept = row or {**batch.known_codes[(ags, code, locality)], "is_gone": True}
        codes.append(StagedPostalCode(run=run, municipality_ags=ags, code=code, locality=locality, **kept))
    boundaries = [
        StagedBoundary(run=run, area_ags=ags, geometry=geometry, points=points, credit=credit)
        for ags, (geometry, points, credit) in batch.boundaries.items()
    ]
    successions = [
        StagedSuccession(run=run, predecessor_ags=old, successor_ags=new, happened_on=day)
        for (old, new), day in batch.successions.items()
    ]
    return [
        (StagedArea, areas),
        (StagedPostalCode, codes),
        (StagedBoundary, boundaries),
        (StagedSuccession, successions),
    ]
