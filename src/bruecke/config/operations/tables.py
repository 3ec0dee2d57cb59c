"""A table of offers taken over from the command line: the steps of the pages in one go, with the same checks and jobs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.db import transaction

from bruecke.core import clock, imports, leases
from bruecke.core.errors import Invalid
from bruecke.core.imports.actions import CHECK_JOB, RUN_JOB
from bruecke.core.imports.work import TRIES, check_import, run_import
from bruecke.core.jobs import JobRun
from bruecke.core.models import District, ImportBatch, ImportState, Job, WorkState
from bruecke.core.registries import import_kinds
from bruecke.core.scope import for_district
from bruecke.core.tokens import new_uid
from bruecke.core.viewer import Viewer

OFFERS = "offers.offers"
Told = Callable[[str], object]


@dataclass(slots=True)
class Report:
    """What became of a file. `problems`: row, column and sentence; `left_out`: titles of columns that mean nothing to us."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    faulty: int = 0
    is_applied: bool = False
    problems: list[imports.ProblemLine] = field(default_factory=list)
    warnings: Sequence[str] = ()
    left_out: Sequence[str] = ()

    @property
    def counts(self) -> str:
        return f"neu: {self.created}, geändert: {self.updated}, unverändert: {self.unchanged}, mit Fehlern: {self.faulty}"


def import_offers(
    *,
    slug: str,
    path: Path,
    now: datetime,
    check_only: bool = False,
    leave_out_faulty: bool = False,
    tell: Told = lambda _text: None,
) -> Report:
    """Check the file and, unless there are faulty rows that nobody chose to leave out, take it over.

    What is not taken over leaves nothing behind. Raises: Invalid for a district, a file or a header that will not do,
    OSError for a file that cannot be read.
    """
    district = District.objects.filter(slug=slug).first()
    if district is None:
        raise Invalid(f"„{slug}“ gibt es nicht.")
    with path.open("rb") as file:
        read = imports.read_file(file, path.name)
    viewer = Viewer.system("import-offers", district.pk)
    with for_district(district):
        batch = imports.start_batch(kind=OFFERS, read=read, district=district, viewer=viewer, now=now)
        try:
            return _take(batch, viewer, now, check_only=check_only, leave_out=leave_out_faulty, tell=tell)
        finally:
            _clear(batch, viewer, now)


def _take(batch: ImportBatch, viewer: Viewer, now: datetime, *, check_only: bool, leave_out: bool, tell: Told) -> Report:
    _check_header(batch)
    with transaction.atomic():
        imports.set_mapping(batch=batch, mapping=batch.mapping, viewer=viewer, now=now)
        job = _our_job(batch, CHECK_JOB)
    check_import(_ToldRun(job.args, now, job, _progress("geprüft", tell)))
    _finish(batch, job)
    if batch.state != ImportState.CHECKED:
        raise Invalid(batch.failure or "Die Prüfung wurde angehalten.")
    report = _report(batch)
    report.is_applied = bool(batch.clean_count) and not check_only and (leave_out or not batch.faulty_count)
    if report.is_applied:
        with transaction.atomic():
            imports.run_batch(batch=batch, viewer=viewer, now=now, leave_out_faulty=leave_out)
            job = _our_job(batch, RUN_JOB)
        run_import(_ToldRun(job.args, now, job, _progress("übernommen", tell)))
        _finish(batch, job)
        if batch.state != ImportState.DONE:
            raise Invalid(_stopped(batch))
    return report


def _check_header(batch: ImportBatch) -> None:
    """The columns are known by their words, as the page proposes. Raises: Invalid with the titles that are missing."""
    fields = import_kinds[OFFERS].fields
    missing = [str(one.label) for one in fields if one.is_required and one.key not in batch.mapping]
    if missing:
        raise Invalid(f"In der Datei fehlt: {', '.join(missing)}. Gefunden wurde: {', '.join(batch.header)}.")


def _our_job(batch: ImportBatch, kind: str) -> Job:
    """The job just queued, leased to this process before a worker sees it; killed, it comes back to the worker."""
    job = Job.objects.filter(kind=kind, args__uid=batch.uid, state=WorkState.WAITING).latest("pk")
    job.state, job.attempts = WorkState.RUNNING, TRIES  # a defect becomes a sentence at once
    job.lease_until, job.lease_token = clock.now() + leases.LEASE, new_uid()
    job.save(update_fields=["state", "attempts", "lease_until", "lease_token"])
    return job


def _finish(batch: ImportBatch, job: Job) -> None:
    Job.objects.filter(pk=job.pk, lease_token=job.lease_token).update(
        state=WorkState.DONE, finished_at=clock.now(), lease_until=None
    )
    batch.refresh_from_db()


@dataclass(frozen=True, slots=True)
class _ToldRun(JobRun):
    """A job that says how far it is."""

    tell: Callable[[int, int], None]

    def progress(self, done: int, total: int) -> None:
        JobRun.progress(self, done, total)
        self.tell(done, total)


def _progress(what: str, tell: Told) -> Callable[[int, int], None]:
    """A line at every tenth."""
    told: set[int] = set()

    def say(done: int, total: int) -> None:
        tenth = 10 * done // max(total, 1)
        if tenth not in told:
            told.add(tenth)
            tell(f"{what}: {done} von {total} Zeilen")

    return say


def _stopped(batch: ImportBatch) -> str:
    return (
        f"Angehalten nach {batch.applied_count} von {batch.clean_count} Zeilen: {batch.failure} "
        "Was übernommen ist, bleibt; derselbe Befehl macht mit den übrigen weiter."
    )


def _report(batch: ImportBatch) -> Report:
    used = set(batch.mapping.values())
    return Report(
        created=batch.counts.get("create", 0),
        updated=batch.counts.get("update", 0),
        unchanged=batch.counts.get("skip", 0),
        faulty=batch.faulty_count,
        problems=list(imports.problem_lines(batch)),
        warnings=list(batch.warnings),
        left_out=[title for place, title in enumerate(batch.header) if place not in used],
    )


def _clear(batch: ImportBatch, viewer: Viewer, now: datetime) -> None:
    """What was only looked at goes again."""
    batch.refresh_from_db()
    if batch.state not in (ImportState.DONE, ImportState.RUNNING) and not batch.applied_count:
        imports.discard_batch(batch=batch, viewer=viewer, now=now)
