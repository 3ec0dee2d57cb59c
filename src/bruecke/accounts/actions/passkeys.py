"""Passkeys of a person: adding, naming, removing, and accepting a proof."""

from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bruecke.accounts import passkeys, queries, rules
from bruecke.accounts.actions.credentials import as_person
from bruecke.accounts.actions.mails import mail_security_notice
from bruecke.accounts.models import Account
from bruecke.accounts.passkeys import PasskeyRefused
from bruecke.core import audit
from bruecke.core.errors import Invalid, WrongState
from bruecke.core.tokens import new_uid

MAX_PASSKEYS = 10
NAME_LENGTH = 60


@transaction.atomic
def add_passkey(*, account: Account, name: str, credential: dict[str, Any], now: datetime) -> Authenticator:
    """Keep a checked registration (`passkeys.complete_registration`) under a name.

    Effects: notice by mail; audit entry `accounts.passkey_added`. Raises: Invalid (too many, key known already).
    """
    fresh = Account.objects.select_for_update().get(pk=account.pk)
    held = list(queries.passkeys_of(fresh))
    if len(held) >= MAX_PASSKEYS:
        raise Invalid(_("Sie haben schon zehn Passkeys. Entfernen Sie zuerst einen, den Sie nicht mehr brauchen."))
    new_id = passkeys.credential_of(credential).credential_id
    if any(passkeys.credential_of(row.data["credential"]).credential_id == new_id for row in held):
        raise Invalid(_("Dieser Passkey ist schon eingerichtet."))
    row: Authenticator = Authenticator.objects.create(
        user=fresh,
        type=Authenticator.Type.WEBAUTHN,
        data={"uid": new_uid(), "name": name.strip()[:NAME_LENGTH], "credential": credential, "sign_count": 0},
        created_at=now,
    )
    mail_security_notice(account=fresh, what="passkey", now=now)
    audit.record(verb="accounts.passkey_added", target=fresh, viewer=as_person(fresh), now=now)
    return row


@transaction.atomic
def rename_passkey(*, account: Account, passkey_uid: str, name: str, now: datetime) -> None:
    """Effects: audit entry `accounts.passkey_renamed`. Raises: WrongState (gone)."""
    row = _own(account, passkey_uid)
    row.data["name"] = name.strip()[:NAME_LENGTH]
    row.save(update_fields=["data"])
    audit.record(verb="accounts.passkey_renamed", target=account, viewer=as_person(account), now=now)


@transaction.atomic
def remove_passkey(*, account: Account, passkey_uid: str, now: datetime) -> None:
    """The key opens nothing any more, and every session opened with it is shut out.

    Effects: notice by mail; audit entry `accounts.passkey_removed`. Raises: WrongState (gone, or the last second factor).
    """
    fresh = Account.objects.select_for_update().get(pk=account.pk)
    row = _own(fresh, passkey_uid)
    if not rules.may_remove_passkey(has_totp=queries.has_totp(fresh), passkeys=len(queries.passkeys_of(fresh))):
        raise WrongState(_("Das ist Ihr einziger zweiter Schritt. Richten Sie zuerst einen anderen ein."))
    row.delete()
    mail_security_notice(account=fresh, what="passkey-removed", now=now)
    audit.record(verb="accounts.passkey_removed", target=fresh, viewer=as_person(fresh), now=now)


@transaction.atomic
def accept_passkey(
    *, account: Account, state: Any, host: str, answer: Any, now: datetime, must_verify: bool = False
) -> Authenticator | None:
    """The person's passkey that gave this answer to the challenge `state`, or None; the caller notes a refusal.

    `must_verify`: the answer counts only with PIN, fingerprint or face. A counter that did not move forward means that the key
    was copied (Web Authentication, 7.2, step 22): refused, with audit entry `accounts.passkey_copied`.
    Effects: counter and moment of use.
    """
    rows = {
        passkeys.credential_of(row.data["credential"]).credential_id: row
        for row in queries.passkeys_of(account).select_for_update()
    }
    known = [passkeys.credential_of(row.data["credential"]) for row in rows.values()]
    try:
        proof = passkeys.check_proof(state, host=host, known=known, answer=answer)
    except PasskeyRefused:
        return None
    row = rows[proof.credential_id]
    seen = row.data.get("sign_count", 0)
    if (proof.sign_count or seen) and proof.sign_count <= seen:
        audit.record(verb="accounts.passkey_copied", target=account, viewer=as_person(account), now=now, is_refusal=True)
        return None
    row.data["sign_count"] = proof.sign_count
    row.last_used_at = now
    row.save(update_fields=["data", "last_used_at"])
    return None if must_verify and not proof.is_verified else row


def _own(account: Account, passkey_uid: str) -> Authenticator:
    row: Authenticator | None = queries.passkeys_of(account).select_for_update().filter(data__uid=passkey_uid).first()
    if row is None:
        raise WrongState(_("Diesen Passkey gibt es nicht mehr."))
    return row
