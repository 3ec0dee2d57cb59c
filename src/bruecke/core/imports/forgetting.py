"""What stays of a file and how long: nothing of its rows after a month, nothing at all where they were about people."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.db.models import Q

from bruecke.core.folding import find_key
from bruecke.core.imports.actions import wipe
from bruecke.core.imports.source import unpacked
from bruecke.core.models import District, ImportBatch, ImportMapping, ImportState, StagedRow
from bruecke.core.registries import Subject, import_kinds

KEEP = timedelta(days=30)
KEEP_MAPPING = timedelta(days=730)
_ENDED = (ImportState.DONE, ImportState.DISCARDED)


def forget_imports(district: District, now: datetime) -> int:
    """Discard files that nobody went on with for 30 days, and 30 days after the end wipe what is left of their rows.

    Batches of kinds about people are deleted, others keep name, day and figures. Needs the open scope. Returns the rows gone.
    """
    old = now - KEEP
    left = ImportBatch.objects.filter(created_at__lt=old).exclude(state__in=(*_ENDED, ImportState.RUNNING))
    stale = left.filter(Q(finished_at=None) | Q(finished_at__lt=old)).order_by("pk")
    for batch in stale:
        wipe(batch, ImportState.DONE if batch.applied_count else ImportState.DISCARDED, now)
    ended = ImportBatch.objects.filter(state__in=_ENDED, finished_at__lt=old)
    count = len(stale) + StagedRow.objects.filter(batch__in=ended.values("pk")).delete()[0]
    personal = [kind.key for kind in import_kinds if kind.is_personal]
    known = [kind.key for kind in import_kinds]
    count += ended.filter(Q(kind__in=personal) | ~Q(kind__in=known)).delete()[0]
    ended.update(errors=[], source=b"")
    count += ImportMapping.objects.filter(used_at__lt=now - KEEP_MAPPING).delete()[0]
    return count


def forget_subject(subject: Subject, now: datetime) -> int:
    """Rows on their way in that change the record which is erased."""
    return StagedRow.objects.filter(about_uid=subject.uid).delete()[0] if subject.uid else 0


def forget_texts(*, kind: str, district_id: int, texts: Collection[str]) -> int:
    """Drop uploaded tables of a kind in which a person stands, told by folded texts (names, addresses); returns the rows gone.

    A table that is being taken over goes on without her rows; any other goes as a whole. Runs inside an erasure.
    """
    wanted = [frozenset(text.split()) for text in texts if text]
    count = 0
    for batch in ImportBatch.objects.filter(kind=kind, district_id=district_id).order_by("pk"):
        staged = StagedRow.objects.filter(batch=batch).order_by("pk")
        hit = [row.pk for row in staged.iterator(chunk_size=500) if _names(row.cells, wanted)]
        in_file = any(_names(cells, wanted) for _number, cells in unpacked(batch.source)) or _names(batch.header, wanted)
        if not hit and not in_file:
            continue
        if batch.state == ImportState.RUNNING:
            count += StagedRow.objects.filter(pk__in=hit).delete()[0]
            header = [""] * len(batch.header) if _names(batch.header, wanted) else batch.header
            ImportBatch.objects.filter(pk=batch.pk).update(source=b"", errors=[], header=header)
        else:
            count += batch.delete()[0]
    return count


def _names(cells: Iterable[str], wanted: list[frozenset[str]]) -> bool:
    """Whether all words of one of the texts stand in the cells, in whatever order and column."""
    words = set(find_key(" ".join(cells)).split())
    return any(text <= words for text in wanted)


def rows_naming(*, kind: str, district_id: int, texts: Collection[str]) -> list[list[str]]:
    """The cells of every uploaded row of a kind in which a person stands, told as in `forget_texts`; each row once."""
    wanted = [frozenset(text.split()) for text in texts if text]
    found: list[list[str]] = []
    for batch in ImportBatch.objects.filter(kind=kind, district_id=district_id).order_by("pk"):
        staged = StagedRow.objects.filter(batch=batch).order_by("pk").values_list("cells", flat=True)
        rows = [*staged.iterator(chunk_size=500), *(cells for _number, cells in unpacked(batch.source))]
        found += [list(cells) for cells in rows if _names(cells, wanted) and list(cells) not in found]
    return found
