"""Numbering and chaining what was written since: in batches, each one transaction, one sealer at a time for a chain.

Entries are taken as they become visible, in the order of their primary keys. On PostgreSQL a key can become visible after a
higher one; such an entry gets the next number then. No number is given twice or left out, because the end of the chain is
locked while a batch is written. A sealer that is killed leaves a whole number of batches.
"""

import logging
from datetime import datetime, timedelta

from django.db import connection, transaction

from bruecke.core.jobs import JobRun, handler
from bruecke.core.models import AuditChain, AuditEntry, District
from bruecke.core.sealing.chain import SEALED_FIELDS, entries_of, fingerprint, has_our_seal, put_seal

log = logging.getLogger("bruecke.sealing")
AT_ONCE = 500
_WRITE = "UPDATE core_auditentry SET number = %s, previous_hash = %s, hash = %s WHERE id = %s AND number IS NULL"


class SealBroken(Exception):
    """The end of a chain does not carry our seal: it was changed, or the secret key was. Nothing is sealed on top of it."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(f"chain {key or 'of the installation'} does not carry our seal")


def seal_all(now: datetime) -> int:
    """Seal everything that waits; returns how many entries. Chains with a broken seal are left as they are. Not atomic."""
    count = 0
    for district_id in _chains_that_wait():
        try:
            count += seal_chain(district_id, now)
        except SealBroken as error:
            log.error("audit chain not sealed", extra={"chain": error.key})  # noqa: TRY400 - there is no trace worth reading
    return count


def _chains_that_wait() -> list[int | None]:
    return list(
        AuditEntry.objects.filter(number__isnull=True).order_by("district_id").values_list("district_id", flat=True).distinct()
    )


def seal_chain(district_id: int | None, now: datetime) -> int:
    """Seal what waits in one chain (None: entries of no district); returns how many. Raises: SealBroken."""
    count = 0
    while batch := _seal_batch(district_id, now):
        count += batch
        if batch < AT_ONCE:
            break
    return count


@transaction.atomic
def _seal_batch(district_id: int | None, now: datetime) -> int:
    chain = open_chain(district_id, now)
    waiting = entries_of(district_id, sealed=False).order_by("pk").values_list("pk", *SEALED_FIELDS)[:AT_ONCE]
    written = []
    for pk, *values in waiting:
        previous, chain.number = chain.hash, chain.number + 1
        chain.hash = fingerprint(previous, chain.key, values)
        written.append((chain.number, previous, chain.hash, pk))
    if written:
        with connection.cursor() as cursor:
            cursor.executemany(_WRITE, written)
        put_seal(chain, now)
        chain.save()
    return len(written)


def open_chain(district_id: int | None, now: datetime) -> AuditChain:
    """The chain, locked, with our seal on it; begun where there is none. Inside a transaction. Raises: SealBroken."""
    key = District.objects.values_list("uid", flat=True).get(pk=district_id) if district_id else ""
    # What is begun here carries a seal at once: a chain without one would be taken for a broken one.
    fresh = AuditChain(key=key, district_id=district_id)
    put_seal(fresh, now)
    AuditChain.objects.bulk_create([fresh], ignore_conflicts=True)
    chain = AuditChain.objects.select_for_update().get(key=key)
    if not has_our_seal(chain):
        raise SealBroken(key)
    if not chain.number and entries_of(district_id, sealed=True).exists():
        raise SealBroken(key)  # entries are sealed, but the end of their chain was taken away
    return chain


@transaction.atomic
def seal_anew(now: datetime) -> int:
    """After a new secret key: put our seal on all chains as they are; returns how many. To be done after `check_chains` only."""
    chains = list(AuditChain.objects.select_for_update().order_by("key"))
    for chain in chains:
        put_seal(chain, now)
        chain.save()
    return len(chains)


@handler("core.seal_audit", every=timedelta(minutes=5), atomic=False)
def seal(run: JobRun) -> None:
    seal_all(run.now)
