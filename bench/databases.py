"""Runs a measurement in a process of its own over freshly loaded demo data: on SQLite, and on PostgreSQL where one is named."""

import argparse
import json
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).parent.parent
INNER = "BENCH_INNER"


def on_each_database(module: str, measure: Callable[[], Any], *, about: str) -> dict[str, Any]:
    """What `measure` returns (JSON) by database. In the inner process it prints the one result and ends the program."""
    if os.environ.get(INNER):
        print(json.dumps(_inside(measure)))
        sys.exit(0)
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument(
        "--postgresql", default="", metavar="URL", help="server whose user may create databases; one is made and dropped"
    )
    server = parser.parse_args().postgresql
    found = {"SQLite": _outside(module, "")}
    if server:
        with _own_database(server) as url:
            found["PostgreSQL"] = _outside(module, url)
    return found


def _inside(measure: Callable[[], Any]) -> Any:
    import django

    django.setup()
    from bruecke.config.operations.demo import load_demo
    from bruecke.config.operations.setup import prepare

    prepare()
    load_demo()
    return measure()


def _outside(module: str, url: str) -> Any:
    with tempfile.TemporaryDirectory(prefix="bruecke-bench-") as folder:
        environment = os.environ | {
            INNER: "1",
            "DJANGO_SETTINGS_MODULE": "bruecke.config.settings.base",
            "BRUECKE_MODE": "demo",
            "BRUECKE_LOG_LEVEL": "WARNING",
            "BRUECKE_DATA_DIR": folder,
            "BRUECKE_DATABASE_URL": url,
            "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
        }
        command = [sys.executable, "-m", module]
        run = subprocess.run(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(run.stdout.splitlines()[-1])


@contextmanager
def _own_database(server: str) -> Iterator[str]:
    """A new database on the server, dropped in the end."""
    import psycopg
    from psycopg import sql

    name = sql.Identifier(plain := f"bruecke_bench_{secrets.token_hex(4)}")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
        try:
            yield urlunsplit(urlsplit(server)._replace(path=f"/{plain}"))
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


def as_table(head: list[str], rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])
