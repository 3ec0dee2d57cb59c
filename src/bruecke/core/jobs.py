"""Background jobs as rows with leases: handlers by name, arguments that are ids, repeated work by the clock."""

import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction

from bruecke.core import leases
from bruecke.core.models import District, Job, WorkState
from bruecke.core.tokens import new_uid

log = logging.getLogger("bruecke.jobs")
_ID = re.compile(r"[A-Za-z0-9_.:-]{1,64}")


@dataclass(frozen=True, slots=True)
class JobRun:
    """What a handler gets: ids, the moment, and a way to tell how far it is."""

    args: Mapping[str, str]
    now: datetime
    job: Job

    def progress(self, done: int, total: int) -> None:
        """Visible progress; inside an atomic handler it shows when the handler ends."""
        Job.objects.filter(pk=self.job.pk).update(done_units=done, total_units=total)


Handler = Callable[[JobRun], None]


@dataclass(frozen=True, slots=True)
class _Kind:
    run: Handler
    is_atomic: bool


_kinds: dict[str, _Kind] = {}
_repeated: dict[str, timedelta] = {}


def handler(kind: str, *, atomic: bool = True, every: timedelta | None = None) -> Callable[[Handler], Handler]:
    """Register the handler of a kind of job.

    An atomic handler runs in one transaction with the note that it is done: its rows are written exactly once. A long
    one (`atomic=False`) works in short batches of its own and must bear being run again. `every` repeats it by the clock.
    """

    def register(run: Handler) -> Handler:
        _kinds[kind] = _Kind(run, atomic)
        if every is not None:
            _repeated[kind] = every
        return run

    return register


def enqueue(
    *,
    kind: str,
    args: Mapping[str, str],
    now: datetime,
    key: str = "",
    district: District | None = None,
    due_at: datetime | None = None,
) -> Job:
    """Queue a job inside the caller's transaction; the same `key` is queued once. Raises: ValueError for anything but ids."""
    if kind not in _kinds:
        raise ValueError(f"no handler for jobs of kind {kind}")
    for name, value in args.items():
        if not isinstance(value, str) or not _ID.fullmatch(value):
            raise ValueError(f"jobs take ids only: {kind}.{name}")
    job, _created = Job.objects.get_or_create(
        key=key or f"{kind}:{new_uid()}",
        defaults={"kind": kind, "args": dict(args), "district": district, "queued_at": now, "due_at": due_at or now},
    )
    return job


def enqueue_repeated(now: datetime) -> None:
    """Queue the repeated jobs whose time slot has begun; each slot once, whichever worker comes first."""
    for kind, every in _repeated.items():
        slot = int(now.astimezone(UTC).timestamp() // every.total_seconds())
        enqueue(kind=kind, args={}, now=now, key=f"{kind}:every:{slot}")


def run_next(now: datetime) -> bool:
    """Run one due job; False when none is due. A failing job is tried again later, the worker goes on."""
    job = leases.claim(Job, now=now)
    if job is None:
        return False
    kind = _kinds.get(job.kind)
    try:
        if kind is None:
            raise LookupError(job.kind)  # noqa: TRY301 - the same road as every other failure: tried again, then given up
        if kind.is_atomic:
            with transaction.atomic():
                if leases.holds(job):
                    kind.run(JobRun(job.args, now, job))
                    _note_done(job, now)
        else:
            kind.run(JobRun(job.args, now, job))
            with transaction.atomic():
                if leases.holds(job):
                    _note_done(job, now)
    except Exception as error:  # noqa: BLE001 - whatever a handler raises must not stop the worker; it is logged and retried
        leases.give_back(job, error=error, now=now)
        log.error(  # noqa: TRY400 - without the error's text, which may quote a record
            "job failed", extra={"job": job.uid, "kind": job.kind, "attempt": job.attempts, "error": type(error).__name__}
        )
    return True


def _note_done(job: Job, now: datetime) -> None:
    job.state = WorkState.DONE
    job.finished_at = now
    job.lease_until = None
    job.save(update_fields=["state", "finished_at", "lease_until"])
