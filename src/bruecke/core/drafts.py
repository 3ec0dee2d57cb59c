"""Drafts kept on the server: what a person typed survives a lost session, a conflict and a dead battery."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from bruecke.core.models import Draft
from bruecke.core.viewer import Viewer

KEEP = timedelta(days=30)
MAX_CHARS = 20_000
_NEVER = {"csrfmiddlewaretoken", "form_key", "guard", "password", "version"}


def save_draft(*, viewer: Viewer, key: str, data: dict[str, Any], now: datetime, about_uid: str = "") -> Draft | None:
    """Keep the fields of a form for this person; None (and nothing kept) when nothing was typed or it is too long."""
    kept = {name: value for name, value in data.items() if name not in _NEVER and value not in ("", None, [])}
    if (
        not kept
        or viewer.account_id is None
        or viewer.district_id is None
        or sum(len(str(value)) for value in kept.values()) > MAX_CHARS
    ):
        return None
    draft, _created = Draft.objects.update_or_create(
        account_id=viewer.account_id,
        district_id=viewer.district_id,
        key=key,
        defaults={"data": kept, "saved_at": now, "about_uid": about_uid},
    )
    return draft


def _own(viewer: Viewer, key: str) -> QuerySet[Draft]:
    if viewer.account_id is None or viewer.district_id is None:
        return Draft.objects.none()
    return Draft.objects.filter(account_id=viewer.account_id, district_id=viewer.district_id, key=key)


def load_draft(*, viewer: Viewer, key: str) -> Draft | None:
    return _own(viewer, key).first()


def drop_draft(*, viewer: Viewer, key: str) -> None:
    """The form was sent or the person threw the draft away."""
    _own(viewer, key).delete()


def forget_old(now: datetime) -> int:
    return Draft.objects.filter(saved_at__lt=now - KEEP).delete()[0]
