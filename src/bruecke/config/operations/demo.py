"""The demo: three districts built through the real actions, and the page of logins that goes with them."""

import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command

from bruecke.accounts.demo import demo_code, demo_logins
from bruecke.accounts.models import Account
from bruecke.config.operations.demo_year import DAYS, hurried, live
from bruecke.config.operations.setup import load_registers, prepare
from bruecke.core import clock, pagecache
from bruecke.core.agenda import Agenda
from bruecke.core.models import District
from bruecke.core.registries import DemoContext, DemoStage, DemoStep, demo
from bruecke.enquiries.demo import demo_receipts

SEED = 20261123
_LOADING = "loading"


class DemoError(Exception):
    """The demo cannot be loaded here; the text says why."""


def load_demo(now: datetime | None = None, stage: DemoStage = DemoStage.START, *, shows_progress: bool = False) -> dict[str, float]:
    """Build the demo districts; steps that ran before add nothing. Returns the seconds each step took.

    In a year (`DemoStage.YEAR`) the clock begins a year before `now` and moves; what belongs to the last days comes at its end.
    """
    if not settings.ALLOWS_DEMO_ACCOUNTS:
        raise DemoError("Demodaten gibt es nur mit BRUECKE_MODE=demo oder development: ihre Zugänge sind öffentlich bekannt.")
    until = now or clock.now()
    context = DemoContext(now=until, random=Random(SEED), stage=stage)  # noqa: S311 - the demo must be the same each time
    steps = [step for step in demo if stage in step.stages]
    if stage is not DemoStage.YEAR:
        return _run(steps, context)
    context.now, context.until, context.agenda = until - timedelta(days=DAYS), until, Agenda()
    with hurried():
        seconds = _run([step for step in steps if not step.is_closing], context)
        started = time.perf_counter()
        live(context, steps, shows_progress=shows_progress)
        seconds["year"] = round(time.perf_counter() - started, 2)
        return seconds | _run([step for step in steps if step.is_closing], context)


def _run(steps: list[DemoStep], context: DemoContext) -> dict[str, float]:
    seconds = {}
    for step in steps:
        started = time.perf_counter()
        step.load(context)
        seconds[step.key] = round(time.perf_counter() - started, 2)
    pagecache.forget_versions()
    return seconds


# --- which stage is there ------------------------------------------------------------------------------------------------


def prepare_demo(stage: DemoStage | None = None, *, resets: bool = False) -> None:
    """Database, assets and demo districts; quick when all is there. Without `stage` what is there stays, else a year is loaded.

    Raises: DemoError for another stage than the one that is there, and for `resets` where not everything is the demo's own.
    """
    prepare()
    there = _stage_there()
    if resets or there == _LOADING:
        _reset()
        there = None
    if there is not None:
        if stage is not None and stage != there:
            raise DemoError(_other_stage(there, stage))
        return
    wanted = stage or DemoStage.YEAR
    print(f"Lade die Demo-Landkreise (Stufe {wanted}) …", flush=True)
    _note_stage(_LOADING)
    load_demo(stage=wanted, shows_progress=True)
    _note_stage(wanted)


def _marker() -> Path:
    return Path(settings.DATA_DIR) / "demo_stage"


def _stage_there() -> str | None:
    """The stage of the demo in this database; `_LOADING` when a load was cut off; None when there is no demo."""
    if not District.objects.filter(is_demo=True).exists():
        return None
    return _marker().read_text(encoding="utf-8").strip() if _marker().exists() else DemoStage.START.value


def _note_stage(stage: str) -> None:
    _marker().write_text(stage, encoding="utf-8")


def _other_stage(there: str, wanted: str) -> str:
    return (
        f"In diesem Datenordner steht die Demo schon in der Stufe „{there}“, gewünscht ist „{wanted}“. Entweder einen anderen "
        f"Ordner nehmen (BRUECKE_DATA_DIR=var/demo-{wanted}), oder mit --reset alles hier löschen und neu laden."
    )


def _reset() -> None:
    """Empty the database of a demo, and the folders of its uploads and mails. Raises: DemoError where anything is not its own."""
    if not settings.ALLOWS_DEMO_ACCOUNTS:
        raise DemoError("Zurücksetzen geht nur mit BRUECKE_MODE=demo oder development.")
    if District.objects.filter(is_demo=False).exists() or Account.objects.filter(is_demo=False).exists():
        raise DemoError("Hier gibt es Landkreise oder Zugänge, die nicht zur Demo gehören. Es wurde nichts gelöscht.")
    call_command("flush", interactive=False, verbosity=0)
    cache.clear()
    for path in [*Path(settings.MAIL_DIR).glob("*.eml"), *Path(settings.MEDIA_ROOT).rglob("*")]:
        if path.is_file():
            path.unlink()
    load_registers()


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
