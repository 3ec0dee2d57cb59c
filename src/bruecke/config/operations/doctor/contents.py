"""Rows and what belongs to them outside of their table: uploads on the disk, entries of the search."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from django.conf import settings

from bruecke.config.operations.backup.files import uploads_in
from bruecke.config.operations.doctor.finding import Finding
from bruecke.config.operations.reindex import differences
from bruecke.core.models import StoredFile
from bruecke.core.scope import Escape, without_scope
from bruecke.core.search.store import is_kept_in_step

SHOWN = 8
_RESTORE = "Bitte holen Sie sie aus einer Sicherung: bruecke restore auf einer anderen Maschine, dann die Datei kopieren."


def files(*, quick: bool) -> Iterator[Finding]:
    """Rows without a file, files without a row, and files that are not what was stored."""
    media = Path(settings.MEDIA_ROOT)
    with without_scope(Escape.DOCTOR):
        rows = dict(StoredFile.objects.order_by("path").values_list("path", "sha256"))
    there = set(uploads_in(media))
    lost = sorted(rows.keys() - there)
    yield Finding("Dateien", not lost, f"{len(rows)} in der Datenbank, {len(lost)} fehlen", _RESTORE, tuple(lost[:SHOWN]))
    if not quick:
        changed = sorted(path for path in rows.keys() & there if _sum(media / path) != rows[path])
        yield Finding("Inhalt der Dateien", not changed, f"{len(changed)} verändert", _RESTORE, tuple(changed[:SHOWN]))
    surplus = sorted(there - rows.keys())
    yield Finding(
        "Dateien ohne Eintrag",
        not [path for path in surplus if _is_old(media / path)],
        f"{len(surplus)}",
        "Der Worker löscht sie am nächsten Tag, wenn sie in einem Ordner eines Landkreises liegen; andere hat jemand hineingelegt.",
        tuple(surplus[:SHOWN]),
    )


def _sum(path: Path) -> str:
    """ "" for what cannot be read, and so differs from every sum."""
    digest = sha256()
    try:
        with path.open("rb") as file:
            while chunk := file.read(1 << 20):
                digest.update(chunk)
    except OSError:
        return ""
    return digest.hexdigest()


def _is_old(path: Path) -> bool:
    """Older than two days, so that the daily round has passed."""
    from bruecke.core import clock

    try:
        return path.stat().st_mtime < clock.now().timestamp() - 2 * 86400
    except FileNotFoundError:
        return False


def search() -> Finding:
    """Whether the search knows everything that can be found, and nothing else."""
    missing, surplus = differences()
    is_well = is_kept_in_step() and not missing and not surplus
    return Finding("Suche", is_well, f"{missing} Einträge fehlen, {surplus} zu viel", "bruecke reindex")
