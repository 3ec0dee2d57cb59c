"""Settings of the test suite: SQLite by default, PostgreSQL with `DATABASE_URL_POSTGRES`; nothing leaves the process."""

import fcntl
import os
import tempfile
from hashlib import blake2b
from pathlib import Path
from typing import NoReturn


def _free_slot() -> Path:
    """A scratch folder that no other test process uses now; databases kept in it are found again by the next run."""
    root = Path(tempfile.gettempdir()) / f"bruecke-tests-{os.getuid()}"
    number = 0
    while True:
        folder = root / f"slot{number}"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(folder / "lock", os.O_CREAT | os.O_RDWR)  # held, and never closed, until the process ends
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            number += 1
        else:
            return folder


_scratch = _free_slot()
(_scratch / "static").mkdir(exist_ok=True)  # WhiteNoise warns where the folder is missing
os.environ.setdefault("BRUECKE_MODE", "testing")
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ["BRUECKE_DATA_DIR"] = str(_scratch)  # what it inherits is the folder of the process that started it
os.environ.setdefault("BRUECKE_DATA_DIR", str(_scratch))
os.environ.setdefault("BRUECKE_SECRET_KEY", "only-for-tests-" * 5)
os.environ.setdefault("BRUECKE_ALLOWED_HOSTS", "localhost,127.0.0.1,testserver")
os.environ.setdefault("BRUECKE_LOG_LEVEL", "WARNING")

from bruecke.config.settings.base import *  # noqa: E402, F403
from bruecke.config.settings.base import BASE_DIR, STORAGES, TEMPLATES, database_from  # noqa: E402


class UndefinedVariable(Exception):
    """A template asked for a name that nobody gave it."""


class _Undefined(str):
    """`string_if_invalid` that raises instead of showing something."""

    __slots__ = ()

    def __contains__(self, part: object) -> bool:
        return part == "%s" or super().__contains__(part)  # type: ignore[operator]

    def __mod__(self, name: object) -> NoReturn:
        raise UndefinedVariable(str(name))


def _migrations_hash() -> str:
    digest = blake2b(digest_size=6)
    for path in sorted(BASE_DIR.glob("*/migrations/*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


if os.environ.get("BRUECKE_TEST_DATABASE") == "postgresql":
    DATABASES = {"default": database_from(os.environ["DATABASE_URL_POSTGRES"])}
    DATABASES["default"]["CONN_MAX_AGE"] = 0
    DATABASES["default"]["TEST"] = {"NAME": f"bruecke_test_{_migrations_hash()}_{_scratch.name}"}
else:
    DATABASES = {"default": database_from("")}
    DATABASES["default"]["TEST"] = {"NAME": str(_scratch / f"test_{_migrations_hash()}.sqlite3")}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
TEMPLATES = [{**TEMPLATES[0], "OPTIONS": {**TEMPLATES[0]["OPTIONS"], "string_if_invalid": _Undefined("undefined: %s")}}]
DISTRICT_MEMO_SECONDS = 0
REGISTER_MEMO_SECONDS = 0
