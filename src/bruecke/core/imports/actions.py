"""Steps a person takes on a file: start, map, import, go on after a stop, discard. The work between them is done by jobs."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from bruecke.core import audit, jobs
from bruecke.core.clock import BERLIN
from bruecke.core.errors import Invalid, NotAllowed, WrongState
from bruecke.core.imports.mapping import guess_mapping, header_hash, remembered_mapping
from bruecke.core.imports.queries import has_stopped
from bruecke.core.imports.source import ReadFile, packed
from bruecke.core.models import District, ImportBatch, ImportMapping, ImportState, Job, StagedRow, WorkState
from bruecke.core.registries import ImportKind, import_kinds
from bruecke.core.viewer import Viewer

CHECK_JOB, RUN_JOB = "core.check_import", "core.run_import"
_OPEN = {ImportState.UPLOADED, ImportState.MAPPED, ImportState.CHECKED}


def _locked(batch: ImportBatch, viewer: Viewer) -> tuple[ImportBatch, ImportKind]:
    """The batch under lock and its kind. Raises: NotAllowed."""
    kind = import_kinds[batch.kind]
    if not kind.may_import(viewer):
        raise NotAllowed
    return ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk), kind


@transaction.atomic
def start_batch(*, kind: str, read: ReadFile, district: District, viewer: Viewer, now: datetime) -> ImportBatch:
    """Keep a file that was read, with a first mapping of its columns.

    Effects: a batch in state UPLOADED; audit entry `core.import_uploaded`. Raises: NotAllowed, Invalid for a file without rows.
    """
    entry = import_kinds[kind]
    if not entry.may_import(viewer):
        raise NotAllowed
    sheet = read.sheet
    if not sheet.rows:
        raise Invalid({"file": _("Unter den Überschriften steht nichts. Bitte füllen Sie die Tabelle aus.")})
    earlier = ImportBatch.objects.filter(kind=kind, sha256=read.sha256, state=ImportState.DONE).order_by("-finished_at").first()
    warnings = list(sheet.warnings)
    if earlier is not None and earlier.finished_at is not None:
        day = f"{earlier.finished_at.astimezone(BERLIN):%d.%m.%Y}"
        warnings.insert(0, _("Genau diese Datei wurde am %(day)s schon einmal übernommen.") % {"day": day})
    batch = ImportBatch.objects.create(
        district=district,
        kind=kind,
        file_name=read.name,
        sha256=read.sha256,
        sheet_name=sheet.name,
        header=list(sheet.header),
        header_row=sheet.header_row,
        warnings=warnings,
        source=packed(sheet.rows),
        mapping=remembered_mapping(entry, sheet.header) or guess_mapping(entry, sheet.header),
        row_count=len(sheet.rows),
        created_by_id=viewer.account_id,
        created_at=now,
    )
    audit.record(verb="core.import_uploaded", target=batch, viewer=viewer, now=now)
    return batch


@transaction.atomic
def set_mapping(*, batch: ImportBatch, mapping: Mapping[str, int], viewer: Viewer, now: datetime) -> ImportBatch:
    """Say which column is which field, and have the rows checked.

    Effects: state MAPPED; rows staged before are dropped; the mapping is remembered for this header; a job checks the
    rows. Raises: NotAllowed, WrongState, Invalid by field for a column that is missing or not there.
    """
    batch, kind = _locked(batch, viewer)
    if batch.state not in _OPEN:
        raise WrongState(_("Diese Datei wurde schon übernommen oder verworfen."))
    errors: dict[str, object] = {}
    for field in kind.fields:
        if field.is_required and field.key not in mapping:
            errors[field.key] = _("Bitte wählen Sie die Spalte aus, in der das steht.")
    for key, place in mapping.items():
        if kind.field_of(key) is None or not 0 <= place < len(batch.header):
            errors[key] = _("Diese Spalte gibt es in der Datei nicht.")
    if errors:
        raise Invalid(errors)
    StagedRow.objects.filter(batch=batch).delete()
    batch.mapping = dict(mapping)
    batch.round += 1
    batch.state = ImportState.MAPPED
    batch.checked_count = batch.faulty_count = 0
    batch.counts, batch.errors, batch.failure = {}, [], ""
    batch.save()
    ImportMapping.objects.update_or_create(
        district=batch.district,
        kind=batch.kind,
        header_hash=header_hash(batch.header),
        defaults={"mapping": batch.mapping, "used_at": now},
    )
    args = {"uid": batch.uid, "round": str(batch.round)}
    jobs.enqueue(kind=CHECK_JOB, args=args, now=now, key=f"{CHECK_JOB}:{batch.uid}:{batch.round}", district=batch.district)
    audit.record(verb="core.import_mapped", target=batch, viewer=viewer, now=now, fields=mapping)
    return batch


@transaction.atomic
def run_batch(*, batch: ImportBatch, viewer: Viewer, now: datetime, leave_out_faulty: bool = False) -> ImportBatch:
    """Take the checked rows over.

    Effects: state RUNNING; a job applies the rows in short steps. With faulty rows nothing happens unless the person
    chose to leave them out, and none does once another file of the kind was taken over: what is new and what changes was
    settled before that. Raises: NotAllowed, WrongState, Invalid.
    """
    of_kind = ImportBatch.objects.filter(kind=batch.kind, district=batch.district_id)
    list(of_kind.filter(state__in=(ImportState.CHECKED, ImportState.RUNNING)).select_for_update(of=("self",)).order_by("pk"))
    batch, _kind = _locked(batch, viewer)
    if batch.state != ImportState.CHECKED:
        raise WrongState(_("Die Datei ist noch nicht geprüft oder wird schon übernommen."))
    if batch.faulty_count and not leave_out_faulty:
        raise Invalid(_("Einige Zeilen haben Fehler. Bitte berichtigen Sie die Datei oder lassen Sie diese Zeilen weg."))
    if not batch.clean_count:
        raise Invalid(_("Es gibt keine Zeile, die etwas Neues enthält. Es wurde nichts geändert."))
    _refuse_after_others(batch, of_kind.exclude(pk=batch.pk), now)
    batch.state = ImportState.RUNNING
    batch.started_at = now
    batch.created_by_id = viewer.account_id
    batch.save(update_fields=["state", "started_at", "created_by_id"])
    _enqueue_run(batch, now)
    audit.record(verb="core.import_started", target=batch, viewer=viewer, now=now)
    return batch


def _refuse_after_others(batch: ImportBatch, others: Any, now: datetime) -> None:
    """Raises: WrongState while another file is on its way, or when one changed something since this one came.

    A process that died on the way holds nobody up once its lease has passed.
    """
    running = list(others.filter(state=ImportState.RUNNING).values_list("uid", flat=True))
    work = Job.objects.filter(kind=RUN_JOB, args__uid__in=running).exclude(state__in=(WorkState.DONE, WorkState.FAILED))
    if running and work.filter(Q(attempts=0) | Q(lease_until__gt=now)).exists():
        raise WrongState(
            _("Gerade wird eine andere Datei übernommen. Bitte warten Sie, bis sie fertig ist, und laden Sie Ihre Datei dann neu.")
        )
    is_ended = others.filter(finished_at__gt=batch.created_at, applied_count__gt=0).exists()
    if is_ended or StagedRow.objects.filter(batch__in=others, applied_at__gt=batch.created_at).exists():
        raise WrongState(
            _("Seit der Prüfung wurde eine andere Datei übernommen. Bitte laden Sie Ihre Datei neu: dann wird sie neu verglichen.")
        )


def _enqueue_run(batch: ImportBatch, now: datetime) -> None:
    jobs.enqueue(kind=RUN_JOB, args={"uid": batch.uid}, now=now, district=batch.district)


@transaction.atomic
def resume_batch(*, batch: ImportBatch, viewer: Viewer, now: datetime) -> ImportBatch:
    """Go on after a stop, from the row where it was. Effects: state RUNNING, a new job. Raises: NotAllowed, WrongState."""
    batch, _kind = _locked(batch, viewer)
    if batch.state == ImportState.MAPPED or not has_stopped(batch):
        raise WrongState
    batch.state, batch.failure, batch.finished_at = ImportState.RUNNING, "", None
    batch.created_by_id = viewer.account_id
    batch.save(update_fields=["state", "failure", "finished_at", "created_by_id"])
    _enqueue_run(batch, now)
    audit.record(verb="core.import_resumed", target=batch, viewer=viewer, now=now)
    return batch


@transaction.atomic
def discard_batch(*, batch: ImportBatch, viewer: Viewer, now: datetime) -> ImportBatch:
    """Throw a file away of which nothing was taken over.

    Effects: state DISCARDED; its rows are deleted; audit entry. Raises: NotAllowed, WrongState.
    """
    batch, _kind = _locked(batch, viewer)
    if batch.state not in _OPEN | {ImportState.FAILED} or batch.applied_count:
        raise WrongState(_("Von dieser Datei wurde schon etwas übernommen. Sie kann nicht mehr verworfen werden."))
    wipe(batch, ImportState.DISCARDED, now)
    audit.record(verb="core.import_discarded", target=batch, viewer=viewer, now=now)
    return batch


def wipe(batch: ImportBatch, state: ImportState, now: datetime) -> None:
    """End a batch without a trace of what stood in its rows."""
    StagedRow.objects.filter(batch=batch).delete()
    batch.state, batch.finished_at = state, now
    batch.source, batch.errors = b"", []
    batch.save(update_fields=["state", "finished_at", "source", "errors"])
