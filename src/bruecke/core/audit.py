"""Writing and reading the audit log. Entries are written unchained; the sealer numbers and chains them later."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db import models

from bruecke.core import clock
from bruecke.core.errors import Stale
from bruecke.core.models.audit import AuditEntry
from bruecke.core.viewer import Viewer


def record(
    *, verb: str, target: models.Model | None, viewer: Viewer, now: datetime, fields: Iterable[str] = (), is_refusal: bool = False
) -> AuditEntry:
    """Leave an entry: verb "<app>.<done>", the target's type and uid, the names of the changed fields; no values."""
    return AuditEntry.objects.create(
        district_id=viewer.district_id or getattr(target, "district_id", None),
        at=now,
        actor_kind=viewer.kind.value,
        actor_id=viewer.account_id,
        reason=viewer.reason or viewer.purpose,
        verb=verb,
        is_refusal=is_refusal,
        target_type=target._meta.label_lower if target is not None else "",
        target_uid=str(getattr(target, "uid", "")) if target is not None else "",
        fields=sorted(fields),
    )


def record_refusal(*, verb: str, viewer: Viewer, now: datetime, target: models.Model | None = None) -> AuditEntry:
    """Leave an entry of something that was not allowed. Call it outside the refused action's transaction, or it is rolled back."""
    return record(verb=verb, target=target, viewer=viewer, now=now, is_refusal=True)


def last_change(target: models.Model) -> Stale:
    """The `Stale` to raise for a record that somebody saved meanwhile: says who and when, where the log knows."""
    entry = (
        AuditEntry.objects.filter(
            target_type=target._meta.label_lower, target_uid=str(getattr(target, "uid", "")), is_refusal=False
        )
        .order_by("-pk")
        .first()
    )
    if entry is None:
        return Stale()
    return Stale(changed_by=name_of(entry.actor_id), changed_at=entry.at)


def name_of(account_id: int | None) -> str:
    """The display name of an account, "" when there is none (any more)."""
    if account_id is None:
        return ""
    account: Any = get_user_model()._default_manager.filter(pk=account_id).first()
    return account.get_full_name() if account else ""


def changed_fields(before: dict[str, Any], record: models.Model) -> list[str]:
    """Names of the fields whose value differs from `before` ({name: value} read earlier)."""
    return [name for name, value in before.items() if getattr(record, name) != value]


def record_now(**kwargs: Any) -> AuditEntry:
    """`record` at this moment; for signal receivers and middleware, which are told no `now`."""
    return record(now=clock.now(), **kwargs)
