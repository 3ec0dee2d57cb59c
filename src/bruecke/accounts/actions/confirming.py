"""Proving again who one is, before a sensitive step."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction

from bruecke.accounts.actions.credentials import accept_code, as_person
from bruecke.accounts.models import Account
from bruecke.core import audit


@transaction.atomic
def confirm_person(*, account: Account, password: str, code: str, now: datetime) -> Authenticator | None:
    """The authenticator that proved it, when password and code are right; a wrong password uses no code up.

    Effects: the code is used up; audit entry `accounts.confirmed`. None when one of the two is wrong: the caller counts the
    tries, leaves the entry, and does not say which.
    """
    if not account.check_password(password):
        return None
    authenticator = accept_code(account=account, code=code, now=now)
    if authenticator is not None:
        note_confirmed(account=account, now=now)
    return authenticator


def note_confirmed(*, account: Account, now: datetime) -> None:
    """Effects: audit entry `accounts.confirmed`."""
    audit.record(verb="accounts.confirmed", target=account, viewer=as_person(account), now=now)
