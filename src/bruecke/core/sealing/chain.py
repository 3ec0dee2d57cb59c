"""What is put into a fingerprint, and what into the seal over both ends of a chain. Decision 0014.

Fingerprint: SHA-256 over the previous fingerprint, a line feed, and the entry as JSON (a list, compact, UTF-8). It is plain,
so that anybody who holds a copy of the log can check it. The number is not in it: the place in the chain follows from the
fingerprint before, and an entry that was moved can be told from one that was changed.

Seal: HMAC-SHA-256 under a key derived from the installation's secret key (HKDF in one step: HMAC of a label).
"""

import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet

from bruecke.core.models import AuditChain, AuditEntry

FORM = 1  # of the list below; a new one gets a new number
SEALED_FIELDS = (
    "at", "actor_kind", "actor_id", "reason", "verb", "is_refusal", "target_type", "target_uid", "fields",
)  # fmt: skip


def _of(district_id: int | None) -> Q:
    return Q(district__isnull=True) if district_id is None else Q(district_id=district_id)


def entries_of(district_id: int | None, *, sealed: bool) -> QuerySet[AuditEntry]:
    """The entries of one chain (None: of no district), with a number or still without."""
    return AuditEntry.objects.filter(_of(district_id), number__isnull=not sealed)


def chain_of(district_id: int | None) -> AuditChain | None:
    return AuditChain.objects.filter(_of(district_id)).order_by("pk").first()


def fingerprint(previous: str, chain_key: str, values: Sequence[Any]) -> str:
    """64 hex digits. `previous`: the fingerprint before, "" for the first one; `values`: in the order of `SEALED_FIELDS`."""
    at: datetime = values[0]
    entry = [FORM, chain_key, at.astimezone(UTC).isoformat(timespec="microseconds"), *values[1:]]
    text = json.dumps(entry, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()


def _derived(label: str) -> bytes:
    return hmac.new(settings.SECRET_KEY.encode(), f"bruecke.audit.{label}".encode(), hashlib.sha256).digest()


def current_key_id() -> str:
    """Tells secret keys apart and nothing about them."""
    return _derived("key-id").hex()[:16]


def mac_of(chain: AuditChain) -> str:
    ends = [
        FORM, chain.key, chain.base_number, chain.base_hash, chain.number, chain.hash,
        chain.sealed_at.astimezone(UTC).isoformat(timespec="microseconds"),
    ]  # fmt: skip
    return hmac.new(_derived("seal"), json.dumps(ends, separators=(",", ":")).encode(), hashlib.sha256).hexdigest()


def put_seal(chain: AuditChain, now: datetime) -> None:
    """Sets when, by which key, and the seal; does not save."""
    chain.sealed_at = now
    chain.key_id = current_key_id()
    chain.mac = mac_of(chain)


def has_our_seal(chain: AuditChain) -> bool:
    return chain.key_id == current_key_id() and hmac.compare_digest(chain.mac, mac_of(chain))
