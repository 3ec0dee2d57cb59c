"""What pages ask about a file: its rows, its problems, and whether the work on it stands still."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bruecke.core.imports.source import unpacked
from bruecke.core.models import ImportBatch, ImportState, Job, StagedRow, WorkState
from bruecke.core.registries import import_kinds
from bruecke.core.sheets import OutColumn

ERROR_COLUMNS = (
    OutColumn("row", gettext_lazy("Zeile"), "number"),
    OutColumn("column", gettext_lazy("Spalte")),
    OutColumn("content", gettext_lazy("Inhalt")),
    OutColumn("message", gettext_lazy("Was zu ändern ist")),
)


@dataclass(frozen=True, slots=True)
class ProblemLine:
    """One problem: row and column as the person sees them in her program, what stands there, what to change."""

    row: int
    column: str
    content: str
    message: str


def batches(kind: str) -> QuerySet[ImportBatch]:
    """The files of one kind in this district, newest first, without their contents."""
    return ImportBatch.objects.filter(kind=kind).defer("source", "errors", "warnings").order_by("-created_at", "-pk")


def find_batch(kind: str, uid: str) -> ImportBatch | None:
    return ImportBatch.objects.filter(kind=kind, uid=uid).defer("source").first()


def sample(batch: ImportBatch, count: int = 3) -> list[tuple[int, list[str]]]:
    """The first rows as they stand in the file, while it is kept."""
    return unpacked(ImportBatch.objects.values_list("source", flat=True).get(pk=batch.pk))[:count]


def preview_rows(batch: ImportBatch) -> QuerySet[StagedRow]:
    """The understood rows without problems, in the order of the file."""
    return StagedRow.objects.filter(batch=batch, is_faulty=False).order_by("number")


def problem_lines(batch: ImportBatch, limit: int | None = None) -> Iterator[ProblemLine]:
    """The problems row by row; `limit` counts rows."""
    rows = StagedRow.objects.filter(batch=batch, is_faulty=True).order_by("number").only("number", "cells", "problems")
    for row in rows[:limit] if limit else rows.iterator(chunk_size=500):
        yield from lines_of(batch, row)


def lines_of(batch: ImportBatch, row: StagedRow) -> Iterator[ProblemLine]:
    is_known = batch.kind in import_kinds
    kind = import_kinds[batch.kind] if is_known else None
    for problem in row.problems:
        place = batch.mapping.get(problem["field"])
        field = kind.field_of(problem["field"]) if kind else None
        column = batch.header[place] if place is not None else str(field.label) if field else _("ganze Zeile")
        content = row.cells[place] if place is not None and place < len(row.cells) else ""
        yield ProblemLine(row.number, column, content, problem["message"])


def error_rows(batch: ImportBatch) -> Iterator[dict[str, Any]]:
    """The problems by the keys of `ERROR_COLUMNS`, for `sheet_response`."""
    for line in problem_lines(batch):
        yield {"row": line.row, "column": line.column, "content": line.content, "message": line.message}


def has_stopped(batch: ImportBatch) -> bool:
    """Whether checking or taking over came to a stop: given up with a reason, or its job killed its worker each time."""
    if batch.state == ImportState.FAILED:
        return True
    jobs = {ImportState.MAPPED: "core.check_import", ImportState.RUNNING: "core.run_import"}
    kind = jobs.get(ImportState(batch.state))
    if kind is None:
        return False
    ended = (WorkState.DONE, WorkState.FAILED)
    if Job.objects.filter(kind=kind, args__uid=batch.uid).exclude(state__in=ended).exists():
        return False
    return ImportBatch.objects.filter(pk=batch.pk, state=batch.state).exists()  # else it ended between the two looks
