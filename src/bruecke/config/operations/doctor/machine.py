"""What is around the program: variables, folders, rights, space, clock, cache, the database file."""

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.http.request import validate_host

from bruecke.config.env import Environment
from bruecke.config.operations import running
from bruecke.config.operations.backup.databases import ASIDE
from bruecke.config.operations.catalogues import outdated_catalogues
from bruecke.config.operations.doctor.finding import Finding
from bruecke.core.models import AuditEntry

LEAST_FREE = 500  # MB
SKEW = timedelta(seconds=5)
AHEAD = timedelta(minutes=5)
_OF_TESTS = ("BRUECKE_TEST_", "BRUECKE_REQUIRE_", "BRUECKE_KILLS")


def variables() -> Iterator[Finding]:
    """A name with a slip of the pen is passed over silently when the settings are read; here it is told."""
    known = {f"BRUECKE_{name}".upper() for name in Environment.model_fields}
    given = {name for name in os.environ if name.startswith("BRUECKE_") and not name.startswith(_OF_TESTS)}
    unknown = sorted(given - known)
    yield Finding(
        "Variablen",
        not unknown,
        f"{len(unknown)} unbekannt",
        "Tippfehler? Alle stehen in docs/operations/settings.md.",
        tuple(unknown),
    )
    host = urlsplit(settings.BASE_URL).hostname or ""
    answers = validate_host(host, settings.ALLOWED_HOSTS)
    is_plain = settings.ENV.is_production and not settings.HTTPS and host not in {"localhost", "127.0.0.1"}
    advice = (
        "BRUECKE_BASE_URL beginnt nicht mit https://; Anmeldungen gehen unverschlüsselt über das Netz."
        if answers
        else f"{host} steht nicht in BRUECKE_ALLOWED_HOSTS; Links in E-Mails führten auf eine Fehlerseite."
    )
    yield Finding("Adresse", answers and not is_plain, settings.BASE_URL, advice)


def folders() -> Iterator[Finding]:
    """Rights and free space of the data folder, static files, and whether a restore was cut short."""
    data = Path(settings.DATA_DIR)
    free = shutil.disk_usage(data).free // 2**20
    yield Finding("Speicherplatz", free > LEAST_FREE, f"{free} MB frei", "Bitte schaffen Sie Platz im Datenordner.")
    wrong = tuple(_wrong_rights(data))
    yield Finding(
        "Rechte",
        not wrong,
        f"{len(wrong)} Abweichungen",
        "Der Datenordner gehört dem Dienst allein: chown -R bruecke: …, chmod -R u+rwX,o-rwx …",
        wrong[:8],
    )
    if not settings.ENV.secret_key and not (data / "secret_key").exists():
        yield Finding("Geheimer Schlüssel", False, "fehlt", "bruecke restore, oder secret_key von Hand aus einer Sicherung")
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    storage: Any = settings.STORAGES["staticfiles"]
    needs_manifest = "Manifest" in storage["BACKEND"]
    yield Finding(
        "Statische Dateien",
        manifest.exists() or not needs_manifest,
        "gesammelt" if manifest.exists() else "fehlen",
        "bruecke setup",
    )
    if running.is_unfinished(data):
        yield Finding("Rückholung", False, "unterbrochen", running.UNFINISHED)
    aside = sorted(path.name for path in data.glob("*before-restore-*"))
    if aside:
        yield Finding("Beiseitegelegt", True, f"{len(aside)} (löschen, wenn alles stimmt): {', '.join(aside[:3])}")


def _wrong_rights(data: Path) -> Iterator[str]:
    """The folder, the secret and what the service must write; not every upload, there may be many."""
    for path in (data, *sorted(data.iterdir())):
        try:
            mode = path.stat().st_mode
        except OSError as error:
            yield f"{path.name}: {error.strerror}"
            continue
        if mode & 0o007 and path.name != "static":
            yield f"{path.name}: für andere Nutzer offen ({mode & 0o777:o})"
        needed = os.R_OK | os.W_OK | (os.X_OK if path.is_dir() else 0)
        if path.name != "secret_key" and not os.access(path, needed):
            yield f"{path.name}: für den Dienst nicht beschreibbar"
        if path.name == "secret_key" and mode & 0o077:
            yield f"{path.name}: der Schlüssel ist für andere lesbar ({mode & 0o777:o})"


def left_by_restores() -> Iterator[Finding]:
    """On PostgreSQL what was there before lies in a schema beside; the operator drops it when all is well."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT nspname FROM pg_namespace WHERE starts_with(nspname, %s) ORDER BY nspname", [ASIDE])
        names = [name for (name,) in cursor.fetchall()]
    if names:
        yield Finding(
            "Beiseitegelegte Tabellen", True, f"{', '.join(names[:3])} (löschen, wenn alles stimmt: DROP SCHEMA … CASCADE)"
        )


def integrity() -> Finding:
    if connection.vendor != "sqlite":
        return Finding("Datenbankdatei", True, "vom Server geprüft")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA quick_check")
        answer = cursor.fetchone()[0]
    return Finding("Datenbankdatei", answer == "ok", str(answer), "Bitte holen Sie die letzte Sicherung zurück: bruecke restore")


def page_cache() -> Finding:
    name = settings.CACHES["default"]["BACKEND"].rsplit(".", 1)[-1]
    advice = "Rechte und Platz des Ordners cache, oder BRUECKE_CACHE_URL. Seiten werden bis dahin jedes Mal neu gebaut."
    try:
        cache.set("doctor", "well", 5)
        is_well = cache.get("doctor") == "well"
    except Exception as error:  # noqa: BLE001 - each kind of cache has errors of its own, and none may end the examination
        return Finding("Seitenspeicher", False, f"{name}: {type(error).__name__}", advice)
    return Finding("Seitenspeicher", is_well, name, advice)


def time(now: datetime) -> Finding:
    """The machine's clock against the database server's, and against the newest entry of the audit log."""
    advice = "Bitte stellen Sie die Uhr (timedatectl, NTP). Fristen, Anmeldecodes und das Protokoll hängen an ihr."
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            skew = abs(cursor.fetchone()[0] - datetime.now(UTC))
        if skew > SKEW:
            return Finding("Uhr", False, f"{skew.total_seconds():.0f} s neben der des Datenbankservers", advice)
    newest = AuditEntry.objects.order_by("-at").values_list("at", flat=True).first()
    if newest and newest > now + AHEAD:
        return Finding("Uhr", False, f"steht vor dem jüngsten Eintrag des Protokolls ({newest:%d.%m.%Y %H:%M} UTC)", advice)
    return Finding("Uhr", True, f"{now:%d.%m.%Y %H:%M} UTC")


def translations() -> Finding:
    """Without a compiled catalogue every page of that language speaks German, and nobody is told."""
    behind = [path.parents[1].name for path in outdated_catalogues()]
    return Finding("Übersetzungen", not behind, f"{len(behind)} nicht vorbereitet", "bruecke setup", tuple(behind))
