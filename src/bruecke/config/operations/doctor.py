"""A look at the health of an installation, for operators: counts and states, no content."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.core.checks import ERROR, run_checks
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from bruecke.config.operations.reindex import differences
from bruecke.core import clock
from bruecke.core.models import District, Job, OutboxMail, StoredFile, WorkState
from bruecke.core.scope import Escape, without_scope
from bruecke.core.search.store import is_kept_in_step


@dataclass(frozen=True, slots=True)
class Finding:
    """One look at one thing; `advice` says what to do when it is not well."""

    name: str
    is_well: bool
    figure: str
    advice: str = ""


def examine() -> Iterator[Finding]:
    """All findings, cheap ones first."""
    now = clock.now()
    errors = [message for message in run_checks(databases=["default"]) if message.level >= ERROR]
    yield Finding("Einstellungen", not errors, f"{len(errors)} Fehler", "; ".join(str(error.msg) for error in errors))
    executor = MigrationExecutor(connection)
    missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    yield Finding("Datenbank", not missing, f"{connection.vendor}, {missing} offene Migrationen", "bruecke setup")
    if missing:
        return
    yield _integrity()
    cache.set("doctor", "well", 5)
    yield Finding("Seitenspeicher", cache.get("doctor") == "well", settings.CACHES["default"]["BACKEND"].rsplit(".", 1)[-1])
    free = shutil.disk_usage(settings.DATA_DIR).free // 2**20
    yield Finding("Speicherplatz", free > 500, f"{free} MB frei", "Bitte schaffen Sie Platz im Datenordner.")
    yield Finding("Landkreise", True, str(District.objects.count()))
    for label, model in (("E-Mails", OutboxMail), ("Aufträge", Job)):
        waiting = model.objects.filter(state__in=[WorkState.WAITING, WorkState.RUNNING])
        late = waiting.filter(due_at__lt=now - timedelta(minutes=15)).count()
        failed = model.objects.filter(state=WorkState.FAILED).count()
        yield Finding(
            label,
            not late and not failed,
            f"{waiting.count()} offen, {late} verspätet, {failed} gescheitert",
            "Läuft `bruecke worker`?",
        )
    with without_scope(Escape.DOCTOR):
        lost = [1 for path in StoredFile.objects.values_list("path", flat=True) if not (Path(settings.MEDIA_ROOT) / path).exists()]
    yield Finding("Dateien", not lost, f"{len(lost)} fehlen", "Bitte holen Sie eine Sicherung zurück: bruecke restore")
    yield _search()
    demo = District.objects.filter(is_demo=True).count()
    yield Finding(
        "Demodaten",
        settings.ALLOWS_DEMO_ACCOUNTS or not demo,
        f"{demo} Demo-Landkreise",
        "Demodaten gehören in keine echte Installation.",
    )


def _search() -> Finding:
    """Whether the search knows everything that can be found, and nothing else."""
    missing, surplus = differences()
    is_well = is_kept_in_step() and not missing and not surplus
    return Finding("Suche", is_well, f"{missing} Einträge fehlen, {surplus} zu viel", "bruecke reindex")


def _integrity() -> Finding:
    if connection.vendor != "sqlite":
        return Finding("Datenbankdatei", True, "vom Server geprüft")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA quick_check")
        answer = cursor.fetchone()[0]
    return Finding("Datenbankdatei", answer == "ok", str(answer), "Bitte holen Sie die letzte Sicherung zurück: bruecke restore")
