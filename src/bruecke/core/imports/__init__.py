"""Taking over tables: upload, mapping of columns, check, activation in short resumable steps. Kinds come from the apps."""

from bruecke.core.imports.actions import discard_batch, resume_batch, run_batch, set_mapping, start_batch
from bruecke.core.imports.forgetting import forget_texts, rows_naming
from bruecke.core.imports.mapping import guess_mapping, header_hash
from bruecke.core.imports.queries import (
    ERROR_COLUMNS,
    ProblemLine,
    batches,
    error_rows,
    find_batch,
    has_stopped,
    preview_rows,
    problem_lines,
    sample,
)
from bruecke.core.imports.source import ReadFile, read_file
from bruecke.core.imports.template import template_xlsx

__all__ = [
    "ERROR_COLUMNS",
    "ProblemLine",
    "ReadFile",
    "batches",
    "discard_batch",
    "error_rows",
    "find_batch",
    "forget_texts",
    "guess_mapping",
    "has_stopped",
    "header_hash",
    "preview_rows",
    "problem_lines",
    "read_file",
    "resume_batch",
    "rows_naming",
    "run_batch",
    "sample",
    "set_mapping",
    "start_batch",
    "template_xlsx",
]
