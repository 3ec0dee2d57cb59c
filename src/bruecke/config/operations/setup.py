"""Getting an installation ready to run: database, catalogues, registers, static files; what is done already is skipped."""

from hashlib import blake2b
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from bruecke.config.operations.catalogues import compile_catalogues
from bruecke.core import clock
from bruecke.places.importers import import_shipped_places
from bruecke.places.models import Area
from bruecke.vocabulary.importers import load_shipped_vocabulary


def prepare() -> None:
    """Bring the database, the catalogues and the static files up to date."""
    Path(settings.DATA_DIR).mkdir(parents=True, exist_ok=True, mode=0o700)
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", interactive=False, verbosity=0)
    compile_catalogues()
    load_registers()
    collect_static()


def load_registers() -> None:
    """Topics and languages as this release ships them; places only where there are none, so that an import is never undone."""
    now = clock.now()
    load_shipped_vocabulary(now)
    if not Area.objects.exists():
        import_shipped_places(now)


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
    cache.clear()  # stored pages name the files that are gone
    return True
