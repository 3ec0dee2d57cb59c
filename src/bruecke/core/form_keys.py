"""One-use form keys: a form sent twice acts once."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from bruecke.core.models import FormKey
from bruecke.core.tokens import keyed_hash, new_token

KEEP = timedelta(days=3)


def new_form_key() -> str:
    """A fresh key for a form about to be shown; nothing is stored until it is used."""
    return new_token()


def use_form_key(key: str, purpose: str, now: datetime, *, result_uid: str = "") -> bool:
    """Use the key up, inside the action's transaction: True the first time, False every other time."""
    try:
        with transaction.atomic():
            FormKey.objects.create(key_hash=keyed_hash(key, f"form:{purpose}"), purpose=purpose, used_at=now, result_uid=result_uid)
    except IntegrityError:
        return False
    return True


def result_of(key: str, purpose: str) -> str | None:
    """What the first use made (a uid or ""), None when the key is unused."""
    return FormKey.objects.filter(key_hash=keyed_hash(key, f"form:{purpose}")).values_list("result_uid", flat=True).first()


def forget_old(now: datetime) -> int:
    """Drop keys whose forms are too old to be accepted anyway."""
    return FormKey.objects.filter(used_at__lt=now - KEEP).delete()[0]
