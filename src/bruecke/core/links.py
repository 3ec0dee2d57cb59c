"""Mailed links: single-purpose, hashed, expiring; opening one changes nothing, because mail scanners open them too."""

from datetime import datetime, timedelta

from bruecke.core.models import District, MailedLink
from bruecke.core.tokens import keyed_hash, new_token


def issue_link(*, purpose: str, object_uid: str, district: District | None, valid_for: timedelta, now: datetime) -> str:
    """A new token for one purpose and object; earlier unused ones of the same purpose and object stop working."""
    withdraw_links(purpose=purpose, object_uid=object_uid)
    token = new_token()
    MailedLink.objects.create(
        token_hash=keyed_hash(token, f"link:{purpose}"),
        purpose=purpose,
        object_uid=object_uid,
        district=district,
        created_at=now,
        expires_at=now + valid_for,
    )
    return token


def withdraw_links(*, purpose: str, object_uid: str) -> int:
    """Unused links of this purpose and object stop working; returns how many there were."""
    return MailedLink.objects.filter(purpose=purpose, object_uid=object_uid, used_at=None).delete()[0]


def read_link(token: str, purpose: str, now: datetime) -> MailedLink | None:
    """The valid link behind a token, or None: forged, expired, used or of another purpose; the answer is the same."""
    return MailedLink.objects.filter(
        token_hash=keyed_hash(token, f"link:{purpose}"), purpose=purpose, used_at=None, expires_at__gt=now
    ).first()


def forget_old(now: datetime) -> int:
    """Drop links that ended a month ago; they open nothing any more."""
    return MailedLink.objects.filter(expires_at__lt=now - timedelta(days=30)).delete()[0]


def consume_link(token: str, purpose: str, now: datetime) -> MailedLink | None:
    """Use the link up, inside the caller's transaction; None when it is not valid or another request was quicker."""
    link = read_link(token, purpose, now)
    if link is None or not MailedLink.objects.filter(pk=link.pk, used_at=None).update(used_at=now):
        return None
    link.used_at = now
    return link
