"""The demo: three districts built through the real actions, and the page of logins that goes with them."""

import sys
import time
from datetime import datetime
from random import Random

from django.conf import settings

from bruecke.accounts.demo import demo_code, demo_logins
from bruecke.config.operations.setup import prepare
from bruecke.core import clock, pagecache
from bruecke.core.models import District
from bruecke.core.registries import DemoContext, demo
from bruecke.enquiries.demo import demo_receipts

SEED = 20261123


class DemoError(Exception):
    """The demo cannot be loaded here; the text says why."""


def load_demo(now: datetime | None = None) -> dict[str, float]:
    """Build the demo districts; steps that ran before add nothing. Returns the seconds each step took."""
    if not settings.ALLOWS_DEMO_ACCOUNTS:
        raise DemoError("Demodaten gibt es nur mit BRUECKE_MODE=demo oder development: ihre Zugänge sind öffentlich bekannt.")
    context = DemoContext(now=now or clock.now(), random=Random(SEED))  # noqa: S311 - the demo must be the same each time
    seconds = {}
    for step in demo:
        started = time.perf_counter()
        step.load(context)
        seconds[step.key] = round(time.perf_counter() - started, 2)
    pagecache.forget_versions()
    return seconds


def prepare_demo() -> None:
    """Database, assets and demo districts; quick when all is there."""
    prepare()
    if not District.objects.filter(is_demo=True).exists():
        print("Lade die Demo-Landkreise …", flush=True)
        load_demo()


def print_welcome(port: int) -> None:
    """Address, one login a role, and how to get its code."""
    logins = demo_logins()
    lines = [
        "",
        f"  Brücke läuft:  http://localhost:{port}",
        f"  Arbeitsplatz:  http://localhost:{port}/intern/",
        "",
        f"  {'Rolle':<38} {'Kürzel':<18} Anmeldung",
        *(f"  {login.role_label:<38} {login.key:<18} {login.email}" for login in logins),
        "",
        f"  Passwort für alle:              {logins[0].password}",
        "  Sechsstelliger Code dazu:       make demo-code ROLE=Kürzel   (oder: bruecke demo-code Kürzel)",
        f"  Quittungscodes der Fragenden:   {', '.join(demo_receipts()[:2])}",
        "",
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


__all__ = ["DemoError", "demo_code", "load_demo", "prepare_demo", "print_welcome"]
