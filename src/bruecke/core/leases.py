"""Taking due rows for a while: a killed worker's rows come back when their lease runs out."""

from datetime import datetime, timedelta
from typing import TypeVar

from django.db import connection, transaction
from django.db.models import F, Q

from bruecke.core.models.work import LeasedWork, WorkState
from bruecke.core.tokens import new_uid

LEASE = timedelta(minutes=2)
MAX_ATTEMPTS = 12
KEEP_DONE = timedelta(days=90)

W = TypeVar("W", bound=LeasedWork)


def claim(model: type[W], *, now: datetime, lease: timedelta = LEASE) -> W | None:
    """The next due row, leased to the caller; None when nothing is due.

    What was queued for at once by a clock that has been set back since is due too: it must not wait for that hour again.
    PostgreSQL skips rows that another worker holds; SQLite's IMMEDIATE transaction lets one worker in at a time.
    """
    due = Q(state=WorkState.WAITING, due_at__lte=now) | Q(state=WorkState.RUNNING, lease_until__lte=now)
    due |= Q(state=WorkState.WAITING, due_at__gt=now, due_at=F("queued_at"))
    with transaction.atomic():
        queryset = model._default_manager.filter(due).order_by("due_at", "pk")
        skip_locked = connection.features.has_select_for_update_skip_locked
        row = queryset.select_for_update(skip_locked=skip_locked).first()
        if row is None:
            return None
        if row.attempts >= MAX_ATTEMPTS:  # it killed its worker each time, so nobody could give it back
            row.state, row.finished_at, row.last_error = WorkState.FAILED, now, "killed"
            row.save(update_fields=["state", "finished_at", "last_error"])
            return claim(model, now=now, lease=lease)
        row.state = WorkState.RUNNING
        row.attempts += 1
        row.lease_until = now + lease
        row.lease_token = new_uid()
        row.save(update_fields=["state", "attempts", "lease_until", "lease_token"])
    return row


def holds(row: LeasedWork) -> bool:
    """Whether the caller's lease on `row` still stands; locks the row. To be asked inside a transaction."""
    current = type(row)._default_manager.select_for_update().filter(pk=row.pk).values_list("lease_token", "state").first()
    return current == (row.lease_token, WorkState.RUNNING)


def retry_failed(model: type[LeasedWork], *, now: datetime) -> int:
    """Take given-up rows up again, with all their attempts; returns how many. For the operator."""
    return model._default_manager.filter(state=WorkState.FAILED).update(
        state=WorkState.WAITING, attempts=0, due_at=now, last_error="", finished_at=None
    )


def forget_done(model: type[LeasedWork], *, now: datetime) -> int:
    """Drop rows that were done, or given up, long ago; until then their keys keep the same thing from being queued twice.

    A mail that was given up still holds its address and its text.
    """
    return model._default_manager.filter(state__in=(WorkState.DONE, WorkState.FAILED), finished_at__lt=now - KEEP_DONE).delete()[0]


def give_back(row: LeasedWork, *, error: Exception, now: datetime) -> None:
    """After a failure: try again later, each time twice as late (30 s … 6 h), and give up after `MAX_ATTEMPTS`.

    Only the error's class is kept: its text could hold an address or a record's content.
    """
    delay = min(timedelta(seconds=30) * 2 ** (row.attempts - 1), timedelta(hours=6))
    is_over = row.attempts >= MAX_ATTEMPTS
    type(row)._default_manager.filter(pk=row.pk, lease_token=row.lease_token).update(
        state=WorkState.FAILED if is_over else WorkState.WAITING,
        due_at=now + delay,
        lease_until=None,
        last_error=type(error).__name__,
        finished_at=now if is_over else None,
    )
