"""How the demo lives through a year: the clock moves day by day, the house does its nightly work, the apps' steps add theirs."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection, transaction

from bruecke.core import clock, jobs, outbox
from bruecke.core.agenda import Agenda
from bruecke.core.models import Job, WorkState
from bruecke.core.registries import DemoContext, DemoStep

DAYS = 365
_MAILS_STAY = timedelta(days=3)
"""The mails of the last days are still to be delivered, so that there is something to see in the folder of mails."""
_ON_WORKDAYS = ("staffing.start_absences",)
_ON_MONDAYS = ("offers.ask_providers",)
_ON_SUNDAYS = ("core.apply_retention", "core.forget_old")
_RARELY = 28
"""Days. What runs each night in an installation runs weekly in the last of these days, every other or fourth week before: nobody
sees today whether something went three weeks later."""
_MONTHS = ("Jan", "Feb", "März", "Apr", "Mai", "Juni", "Juli", "Aug", "Sep", "Okt", "Nov", "Dez")


class YearError(Exception):
    """Something in the year did not work; the text says what."""


def live(context: DemoContext, steps: list[DemoStep], *, shows_progress: bool) -> None:
    """From the day of `context.now` up to `context.until`, each day in one transaction."""
    end = context.end
    agenda = context.agenda = context.agenda or Agenda()
    first, last = clock.local_day(context.now), clock.local_day(end)
    shown = 0
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        if shows_progress and day.month != shown:
            shown = day.month
            sys.stdout.write(f"{_MONTHS[day.month - 1]} … ")
            sys.stdout.flush()
        with transaction.atomic():
            context.now = max(clock.start_of(day), context.now)
            _night(day, (last - day).days)
            for step in steps:
                if step.day is not None:
                    step.day(context)
            agenda.run_until(min(clock.start_of(day + timedelta(days=1)), end))
        if number % 7 == 0:
            outbox.regard_as_delivered(before=min(context.now, end - _MAILS_STAY))
    context.now = end
    if shows_progress:
        sys.stdout.write("\n")


def _night(day: date, left: int) -> None:
    """The repeated jobs of the house, as the worker would run them; `left`: days until the last one."""
    now = datetime.combine(day, time(0, 30), clock.BERLIN)
    kinds: tuple[str, ...] = ()
    if day.weekday() < 5:
        kinds += _ON_WORKDAYS
    if day.weekday() == 0 and (left <= _RARELY or left // 7 % 2 == 0):
        kinds += _ON_MONDAYS
    if day.weekday() == 6 and (left <= _RARELY or left // 7 % 4 == 0):
        kinds += _ON_SUNDAYS
    with clock.frozen(now):
        for kind in kinds:
            jobs.enqueue(kind=kind, args={}, now=now, key=f"{kind}:demo:{day}")
        while jobs.run_next(now):
            pass
    failed = Job.objects.exclude(state=WorkState.DONE).filter(attempts__gt=0).order_by("pk").first()
    if failed is not None:
        raise YearError(f"Der Auftrag {failed.kind} ist am {day} gescheitert: {failed.last_error}")


@contextmanager
def hurried() -> Iterator[None]:
    """Less care for the machine's loss of power, less tidying of memory: a load that is cut off is begun afresh.

    For the same reason an action inside a day's transaction needs no savepoint to come back to: the first failure ends the load.
    """
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)
    database: Any = connection
    database._savepoint_allowed = lambda: False  # SQLite does not look at `features.uses_savepoints`
    is_spared = connection.vendor == "sqlite" and not connection.in_atomic_block
    if is_spared:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=OFF")
    try:
        yield
    finally:
        del database._savepoint_allowed
        gc.set_threshold(*before)
        gc.unfreeze()
        gc.collect()
        if is_spared:
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA synchronous=NORMAL")
