"""Mails and jobs: late, stuck, given up."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Count

from bruecke.config.operations.doctor.finding import Finding
from bruecke.core.models import Job, OutboxMail, WorkState

LATE = timedelta(minutes=15)
SHOWN = 6


def findings(now: datetime) -> Iterator[Finding]:
    for label, model in (("E-Mails", OutboxMail), ("Aufträge", Job)):
        waiting = model.objects.filter(state__in=[WorkState.WAITING, WorkState.RUNNING])
        late = waiting.filter(due_at__lt=now - LATE)
        never_tried = late.filter(attempts=0).count()
        failed = model.objects.filter(state=WorkState.FAILED)
        count_late, count_failed = late.count(), failed.count()
        yield Finding(
            label,
            not count_late and not count_failed,
            f"{waiting.count()} offen, {count_late} verspätet, {count_failed} gescheitert",
            "Läuft `bruecke worker`?" if never_tried else "Wenn die Ursache behoben ist: bruecke retry-failed",
            tuple(_causes(model)),
        )


def _causes(model: type[Job] | type[OutboxMail]) -> Iterator[str]:
    """Classes of errors with how often; never an address or a text."""
    named = ["kind", "last_error"] if model is Job else ["last_error"]
    unwell = model.objects.filter(state__in=[WorkState.WAITING, WorkState.FAILED]).exclude(last_error="")
    for row in unwell.values(*named).annotate(count=Count("pk")).order_by("-count", *named)[:SHOWN]:
        yield f"{row['count']} × {row.get('kind', 'E-Mail')}: {row['last_error']}"
