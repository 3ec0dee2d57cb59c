"""Letting old entries of the audit log go: the chain then begins after the last one that went, and the seal says so."""

import logging
from datetime import date, datetime, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.db.models import Min
from django.utils.translation import gettext_lazy as _

from bruecke.core import clock
from bruecke.core.jobs import JobRun, handler
from bruecke.core.models import AuditEntry, District
from bruecke.core.sealing.chain import put_seal
from bruecke.core.sealing.sealer import SealBroken, open_chain
from bruecke.core.settings import SettingKey, get, setting_keys, whole_number

log = logging.getLogger("bruecke.sealing")
AT_ONCE = 2000
MONTHS = 36
KEY = "core.audit_months"

setting_keys.register(
    SettingKey(
        key=KEY,
        label=_("Protokoll aufbewahren: Monate"),
        default=MONTHS,
        parse=whole_number(12, 120),
        hint=_("Eine Zahl von 12 bis 120."),
        order=90,
    )
)


def months_of(district: District | None, day: date) -> int:
    return get(district, KEY, day) if district is not None else MONTHS


def start_of_keeping(district: District | None, now: datetime) -> datetime:
    """Entries before this moment have had their time."""
    day = clock.local_day(now)
    return clock.start_of(day - relativedelta(months=months_of(district, day)))


def old_entries(district: District | None, before: datetime) -> Any:
    return AuditEntry.objects.filter(district=district, number__isnull=False, at__lt=before)


def trim_chain(district: District | None, now: datetime) -> int:
    """Delete the beginning of a chain up to the last entry before which all are too old; returns how many went.

    In batches, each one transaction. The last entry of a chain stays. Raises: SealBroken.
    """
    before = start_of_keeping(district, now)
    count = 0
    while batch := _trim_batch(district, before, now):
        count += batch
    return count


@transaction.atomic
def _trim_batch(district: District | None, before: datetime, now: datetime) -> int:
    sealed = AuditEntry.objects.filter(district=district, number__isnull=False)
    if not old_entries(district, before).exists():
        return 0
    chain = open_chain(district.pk if district else None, now)
    first_kept = sealed.filter(at__gte=before).aggregate(first=Min("number"))["first"] or chain.number
    last = min(first_kept - 1, chain.base_number + AT_ONCE)
    end = sealed.filter(number=last).values_list("hash", flat=True).first()
    if last <= chain.base_number or end is None:
        return 0
    count = sealed.filter(number__lte=last).delete()[0]
    chain.base_number, chain.base_hash = last, end
    put_seal(chain, now)
    chain.save()
    return count


def forget_entries(district: District | None, now: datetime) -> int:
    """The rule of retention: a broken chain keeps its entries until somebody has looked, and stops no other rule."""
    try:
        return trim_chain(district, now)
    except SealBroken as error:
        log.error("audit chain not trimmed", extra={"chain": error.key})  # noqa: TRY400 - there is no trace worth reading
        return 0


@handler("core.trim_installation_log", every=timedelta(hours=24), atomic=False)
def trim_installation_log(run: JobRun) -> None:
    """Entries that belong to no district (failed log-ins, commands of the operator); districts have a rule of retention."""
    forget_entries(None, run.now)
