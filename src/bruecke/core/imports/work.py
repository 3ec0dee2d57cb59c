"""The jobs between a person's steps: checking rows and taking them over, in short transactions, each time from where it was."""

import logging
import time
from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bruecke.core import audit, clock, leases
from bruecke.core.errors import BrueckeError
from bruecke.core.imports.actions import CHECK_JOB, RUN_JOB
from bruecke.core.imports.queries import lines_of
from bruecke.core.imports.source import unpacked
from bruecke.core.imports.template import example_rows
from bruecke.core.jobs import JobRun, handler
from bruecke.core.models import ImportBatch, ImportState, Job, RowDecision, StagedRow
from bruecke.core.registries import ImportContext, ImportKind, ParsedRow, Problem, import_kinds, viewer_facts
from bruecke.core.scope import for_district
from bruecke.core.viewer import Viewer, ViewerKind

log = logging.getLogger("bruecke.imports")
STEP = 200
LONG, SHORT = 0.5, 0.1  # seconds a step may hold the write lock, and below which it may grow
TRIES = 3
MAX_ERRORS = 200


def person_behind(batch: ImportBatch, now: datetime) -> Viewer:
    """Who started it, with the rights of today: what she may not do any more, her import may not do either."""
    account_id = batch.created_by_id
    if account_id is None:
        return Viewer.system("import", batch.district_id)
    viewer = Viewer(
        kind=ViewerKind.PERSON,
        district_id=batch.district_id,
        account_id=account_id,
        name=audit.name_of(account_id),
        reason="import",
    )
    for facts in viewer_facts:
        viewer = facts.extend(viewer, batch.district, clock.local_day(now))
    return viewer


def _batch_of(run: JobRun, state: ImportState) -> ImportBatch | None:
    return ImportBatch.objects.select_related("district").filter(uid=run.args["uid"], state=state).first()


def _keep_lease(job: Job) -> None:
    """Each step shows that the worker lives; otherwise a second one would take the job over."""
    Job.objects.filter(pk=job.pk, lease_token=job.lease_token).update(lease_until=clock.now() + leases.LEASE)


Work = Callable[[ImportBatch], None]


def _guarded(run: JobRun, work: Work, state: ImportState, stop: Callable[[ImportBatch, str], None]) -> None:
    """Do the work on the batch; a refusal stops it at once, a defect after some tries, each with a sentence for the person."""
    if run.job.district is None:
        return
    with for_district(run.job.district):
        batch = _batch_of(run, state)
        if batch is None:
            return  # discarded, mapped anew or done meanwhile
        try:
            work(batch)
        except BrueckeError as error:
            stop(batch, str(error))
        except Exception as error:
            if run.job.attempts < TRIES:
                raise
            log.error("import stopped", extra={"batch": batch.uid, "error": type(error).__name__})  # noqa: TRY400 - no text of rows
            stop(batch, _("Ein unerwarteter Fehler ist aufgetreten. Bitte versuchen Sie es noch einmal oder melden Sie es uns."))


# --- checking ------------------------------------------------------------------------------------------------------------


@handler(CHECK_JOB, atomic=False)
def check_import(run: JobRun) -> None:
    """Understand every row and note what is wrong; afterwards the batch is CHECKED."""
    _guarded(run, lambda batch: _check(run, batch), ImportState.MAPPED, lambda batch, why: _stop_check(batch, run, why))


def _stop_check(batch: ImportBatch, run: JobRun, why: str) -> None:
    """Back to the choice of columns, with the reason."""
    current = ImportBatch.objects.filter(pk=batch.pk, state=ImportState.MAPPED, round=int(run.args["round"]))
    current.update(state=ImportState.UPLOADED, failure=why[:300])


def _check(run: JobRun, batch: ImportBatch) -> None:
    kind, number = import_kinds[batch.kind], int(run.args["round"])
    if batch.round != number:
        return
    seen = dict(StagedRow.objects.filter(batch=batch).exclude(key="").values_list("key", "number"))
    staged = set(StagedRow.objects.filter(batch=batch).values_list("number", flat=True))
    rows = [row for row in unpacked(batch.source) if row[0] not in staged]
    viewer = person_behind(batch, run.now)
    examples = [_plain(row) for row in example_rows(kind)]
    for begin in range(0, len(rows), STEP):
        context = ImportContext(batch.district, viewer, run.now)
        found = [_staged(batch, kind, row, context, seen, examples) for row in rows[begin : begin + STEP]]
        if not _keep_rows(run, batch, number, found):
            return
        run.progress(batch.row_count - len(rows) + min(begin + STEP, len(rows)), batch.row_count)
    _finish_check(batch, number)


def _plain(cells: dict[str, str]) -> dict[str, str]:
    return {key: value.strip() for key, value in cells.items() if value.strip()}


def _staged(
    batch: ImportBatch,
    kind: ImportKind,
    row: tuple[int, list[str]],
    context: ImportContext,
    seen: dict[str, int],
    examples: list[dict[str, str]],
) -> StagedRow:
    """A row as its kind understands it, with the problems that every kind has."""
    number, cells = row
    by_field = {key: cells[place] for key, place in batch.mapping.items() if place < len(cells)}
    if _plain(by_field) in examples:
        parsed = ParsedRow(values={}, decision=RowDecision.SKIP, title=_("Beispielzeile der Vorlage"))
        problems: list[Problem] = []
    else:
        missing = [
            Problem(_("Diese Angabe fehlt."), field.key)
            for field in kind.fields
            if field.is_required and not by_field.get(field.key, "").strip()
        ]
        parsed = kind.parse_row(by_field, context)
        named = {problem.field for problem in missing}
        problems = [*missing, *(problem for problem in parsed.problems if problem.field not in named)]
    key = parsed.key[:200]
    if key and key in seen:
        problems.append(Problem(_("Diese Zeile steht schon in Zeile %(row)s.") % {"row": seen[key]}))
    elif key:
        seen[key] = number
    return StagedRow(
        district=batch.district,
        batch=batch,
        number=number,
        title=parsed.title[:200],
        key=key,
        about_uid=parsed.about_uid,
        cells=cells,
        values=dict(parsed.values),
        problems=[{"field": problem.field, "message": str(problem.message)} for problem in problems],
        is_faulty=bool(problems),
        decision=RowDecision(parsed.decision),
    )


def _keep_rows(run: JobRun, batch: ImportBatch, number: int, rows: list[StagedRow]) -> bool:
    """Store one step of checked rows; False when somebody mapped anew or took the job over."""
    with transaction.atomic():
        fresh = ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
        if fresh.state != ImportState.MAPPED or fresh.round != number or not leases.holds(run.job):
            return False
        StagedRow.objects.bulk_create(rows)
        fresh.checked_count += len(rows)
        fresh.faulty_count += sum(row.is_faulty for row in rows)
        for row in rows:
            if not row.is_faulty:
                fresh.counts[row.decision] = fresh.counts.get(row.decision, 0) + 1
            elif len(fresh.errors) < MAX_ERRORS:
                fresh.errors += [{"row": line.row, "column": line.column, "message": line.message} for line in lines_of(batch, row)]
        fresh.save(update_fields=["checked_count", "faulty_count", "counts", "errors"])
        _keep_lease(run.job)
    return True


def _finish_check(batch: ImportBatch, number: int) -> None:
    ImportBatch.objects.filter(pk=batch.pk, state=ImportState.MAPPED, round=number).update(state=ImportState.CHECKED)


# --- taking over -----------------------------------------------------------------------------------------------------------


@handler(RUN_JOB, atomic=False)
def run_import(run: JobRun) -> None:
    """Apply the faultless rows step by step; a row and the note that it is applied are one transaction."""
    _guarded(run, lambda batch: _apply(run, batch), ImportState.RUNNING, lambda batch, why: _stop_run(batch, run.now, why))


def _stop_run(batch: ImportBatch, now: datetime, why: str) -> None:
    ImportBatch.objects.filter(pk=batch.pk, state=ImportState.RUNNING).update(
        state=ImportState.FAILED, failure=why[:300], finished_at=now
    )


def _apply(run: JobRun, batch: ImportBatch) -> None:
    kind = import_kinds[batch.kind]
    viewer = person_behind(batch, run.now)
    step = kind.batch_size
    while True:
        began = time.perf_counter()
        written = _apply_step(run, batch, kind, viewer, step)
        if written is None:
            return
        if not written:
            _finish_run(run, batch, kind, viewer)
            return
        took = time.perf_counter() - began
        if took > LONG:
            step = max(10, step // 2)
        elif took < SHORT:
            step = min(kind.batch_size, step * 2)


def _apply_step(run: JobRun, batch: ImportBatch, kind: ImportKind, viewer: Viewer, step: int) -> int | None:
    """Write the next rows; how many they were, None when the job or the batch is not ours any more."""
    with transaction.atomic():
        fresh = ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
        if fresh.state != ImportState.RUNNING or not leases.holds(run.job):
            return None
        waiting = StagedRow.objects.filter(batch=batch, is_faulty=False, applied_at=None).exclude(decision=RowDecision.SKIP)
        rows = list(waiting.order_by("number")[:step])
        if rows:
            kind.apply_rows([row.values for row in rows], district=batch.district, viewer=viewer, now=run.now)
            StagedRow.objects.filter(pk__in=[row.pk for row in rows]).update(applied_at=run.now, values={}, cells=[])
        fresh.applied_count += len(rows)
        fresh.save(update_fields=["applied_count"])
        _keep_lease(run.job)
    run.progress(fresh.applied_count, fresh.clean_count)
    return len(rows)


def _finish_run(run: JobRun, batch: ImportBatch, kind: ImportKind, viewer: Viewer) -> None:
    """The end: what the kind does last, and nothing is kept but the rows that were left out."""
    with transaction.atomic():
        fresh = ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
        if fresh.state != ImportState.RUNNING or not leases.holds(run.job):
            return
        if kind.finish is not None:
            kind.finish(district=batch.district, viewer=viewer, now=run.now)
        StagedRow.objects.filter(batch=batch, is_faulty=False).delete()
        fresh.state, fresh.finished_at, fresh.source = ImportState.DONE, run.now, b""
        fresh.save(update_fields=["state", "finished_at", "source"])
        audit.record(verb="core.import_done", target=fresh, viewer=viewer, now=run.now)
