"""Open sessions: noting them, ending them. A row goes together with Django's own session, so that ended means ended."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction

from bruecke.accounts import rules
from bruecke.accounts.models import Account, OpenSession
from bruecke.core import audit
from bruecke.core.viewer import Viewer

NOTED_EVERY = timedelta(minutes=5)


def note_session(*, account: Account, session_key: str, user_agent: str, now: datetime) -> None:
    """Remember that the person used this session; writes at most every five minutes. One query most of the time."""
    known = OpenSession.objects.filter(session_key=session_key).first()
    if known is None:
        try:
            with transaction.atomic():
                OpenSession.objects.create(
                    account=account, session_key=session_key, device=rules.device_name(user_agent), opened_at=now, seen_at=now
                )
        except IntegrityError:
            return  # another request of the same browser was quicker
    elif now - known.seen_at >= NOTED_EVERY:
        OpenSession.objects.filter(pk=known.pk).update(seen_at=now)


@transaction.atomic
def close_session(*, account: Account, session_uid: str, viewer: Viewer, now: datetime) -> bool:
    """End one of the person's own sessions. Effects: audit entry `accounts.session_closed`. False when it is gone already."""
    found = OpenSession.objects.filter(account=account, uid=session_uid).first()
    if found is None:
        return False
    _drop([found.session_key])
    audit.record(verb="accounts.session_closed", target=account, viewer=viewer, now=now)
    return True


@transaction.atomic
def close_all_sessions(*, account: Account, viewer: Viewer, now: datetime, but: str = "") -> int:
    """End every session of a person except the one with the key `but`. Effects: audit entry when there was one."""
    keys = list(OpenSession.objects.filter(account=account).exclude(session_key=but).values_list("session_key", flat=True))
    if keys:
        _drop(keys)
        audit.record(verb="accounts.sessions_closed", target=account, viewer=viewer, now=now)
    return len(keys)


def forget_old_sessions(now: datetime) -> int:
    """Drop rows of sessions that have run out by themselves."""
    oldest = now - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    stale = list(OpenSession.objects.filter(opened_at__lt=oldest, seen_at__lt=oldest).values_list("session_key", flat=True))
    Session.objects.filter(expire_date__lt=now).delete()
    _drop(stale)
    return len(stale)


def _drop(keys: list[str]) -> None:
    Session.objects.filter(session_key__in=keys).delete()
    OpenSession.objects.filter(session_key__in=keys).delete()


def end_session(*, session_key: str) -> None:
    """The person logs out here: the row goes; Django drops its own session."""
    OpenSession.objects.filter(session_key=session_key).delete()
