"""A look at the health of an installation, for operators: counts and states, no content."""

from collections.abc import Iterator

from django.conf import settings
from django.core.checks import ERROR, run_checks
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from bruecke.config.operations.doctor import contents, log, machine, secrets, work
from bruecke.config.operations.doctor.finding import Finding
from bruecke.core import clock
from bruecke.core.health import health_checks
from bruecke.core.models import District

__all__ = ["Finding", "examine"]


def examine(*, quick: bool = False, anchors: str | None = None) -> Iterator[Finding]:
    """All findings, cheap ones first.

    `quick`: no sums of files, the end of the audit log only, no network. `anchors`: a text that holds some.
    """
    now = clock.now()
    yield from machine.variables()
    errors = [message for message in run_checks() if message.level >= ERROR]
    yield Finding("Einstellungen", not errors, f"{len(errors)} Fehler", "; ".join(str(error.msg) for error in errors))
    yield from machine.folders()
    yield machine.translations()
    try:
        executor = MigrationExecutor(connection)
        missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except DatabaseError as error:
        said = (str(error).strip().splitlines() or [""])[0]
        yield Finding("Datenbank", False, "antwortet nicht", "Läuft der Server, stimmt BRUECKE_DATABASE_URL?", (said,))
        return
    yield Finding("Datenbank", not missing, f"{connection.vendor}, {missing} offene Migrationen", "bruecke setup")
    if missing:
        return
    if newer := _of_a_newer_release(executor.loader):
        advice = "Zurück zur neueren Version, oder die Sicherung von vor dem Update zurückholen: bruecke restore --replace …"
        yield Finding("Stand der Datenbank", False, "aus einer neueren Version als das Programm", advice, tuple(newer[:8]))
    yield from machine.left_by_restores()
    yield machine.integrity()
    yield machine.page_cache()
    yield machine.time(now)
    yield Finding("Landkreise", True, str(District.objects.count()))
    yield secrets.opened(now)
    if not quick:
        yield from secrets.certificate(now)
    yield from work.findings(now)
    yield from log.findings(now, quick=quick, anchors=anchors)
    yield from contents.files(quick=quick)
    yield contents.search()
    for check in health_checks:
        found = check.examine(now)
        yield Finding(str(check.label), found.is_well, str(found.figure), str(found.advice))
    demo = District.objects.filter(is_demo=True).count()
    yield Finding(
        "Demodaten",
        settings.ALLOWS_DEMO_ACCOUNTS or not demo,
        f"{demo} Demo-Landkreise",
        "Demodaten gehören in keine echte Installation.",
    )


def _of_a_newer_release(loader: MigrationLoader) -> list[str]:
    """Migrations that the database has been through and this program does not know."""
    known = {*loader.disk_migrations, *(key for one in loader.disk_migrations.values() for key in one.replaces)}
    return sorted(
        f"{app}.{name}" for app, name in loader.applied_migrations if app in loader.migrated_apps and (app, name) not in known
    )
