"""Getting an installation ready to run: database, catalogues, static files. Everything is skipped when it is done already."""

from hashlib import blake2b
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from bruecke.config.operations.catalogues import compile_catalogues


def prepare() -> None:
    """Bring the database, the catalogues and the static files up to date."""
    Path(settings.DATA_DIR).mkdir(parents=True, exist_ok=True, mode=0o700)
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", interactive=False, verbosity=0)
    compile_catalogues()
    collect_static()


def collect_static() -> bool:
    """Collect the static files when one of them changed; returns whether it did."""
    stamp = Path(settings.STATIC_ROOT) / ".stamp"
    digest = blake2b(digest_size=16)
    for finder in finders.get_finders():
        for path, storage in finder.list(None):
            digest.update(f"{path}:{Path(storage.path(path)).stat().st_mtime_ns}".encode())
    if stamp.exists() and stamp.read_text() == digest.hexdigest():
        return False
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(digest.hexdigest())
    return True
