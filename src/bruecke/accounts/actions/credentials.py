"""Passwords, second factor and display name: what proves that a person is who she says."""

from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.utils import decrypt
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bruecke.accounts import queries, rules
from bruecke.accounts.actions.mails import mail_password_reset, mail_security_notice
from bruecke.accounts.actions.sessions import close_all_sessions
from bruecke.accounts.models import Account, Membership
from bruecke.accounts.states import AccountState, Theme
from bruecke.accounts.totp import matching_step
from bruecke.core import audit, clock
from bruecke.core.errors import Invalid, NotAllowed, WrongState
from bruecke.core.links import consume_link, issue_link
from bruecke.core.models import District
from bruecke.core.viewer import Viewer, ViewerKind

PASSWORD_RESET = "password_reset"  # noqa: S105 - the purpose of a link
PASSWORD_RESET_VALID = timedelta(hours=2)
WRONG_CODE = _("Dieser Code stimmt nicht oder wurde schon benutzt. Bitte geben Sie den nächsten ein, den Ihr Telefon zeigt.")
FIXED_DEMO = _("Vorführ-Zugänge haben feste Zugangsdaten. Sie lassen sich nicht ändern.")


def check_password_rules(password: str, account: Account) -> None:
    """The installation's rules for passwords. Raises: Invalid on the field `password`."""
    try:
        validate_password(password, account)
    except ValidationError as error:
        raise Invalid({"password": " ".join(error.messages)}) from error


def as_person(account: Account) -> Viewer:
    """The person herself, outside every district: for entries about her own means of login."""
    return Viewer(kind=ViewerKind.PERSON, account_id=account.pk, name=account.name)


@transaction.atomic
def request_password_reset(*, email: str, now: datetime) -> None:
    """Mail a link to the owner of an address; for any other address nothing happens, and nobody can tell.

    Effects: link of two hours, mail, audit entry `accounts.password_reset_requested`.
    """
    account = Account.objects.filter(email=email.strip().lower()).first()
    if account is None or account.state is not AccountState.ACTIVE or account.is_demo:
        return
    token = issue_link(purpose=PASSWORD_RESET, object_uid=account.uid, district=None, valid_for=PASSWORD_RESET_VALID, now=now)
    mail_password_reset(account=account, token=token, now=now)
    audit.record(verb="accounts.password_reset_requested", target=account, viewer=Viewer.anonymous(), now=now)


@transaction.atomic
def reset_password(*, token: str, password: str, now: datetime) -> Account:
    """Set a new password by a mailed link; the second factor stays needed.

    Effects: link used up; every session ends; notice by mail; audit entry `accounts.password_reset`. Raises: Invalid
    (password; the link stays good), WrongState (link).
    """
    link = consume_link(token, PASSWORD_RESET, now)
    account = Account.objects.select_for_update().filter(uid=link.object_uid).first() if link else None
    if link is None or account is None or account.state is not AccountState.ACTIVE:
        raise WrongState(_("Dieser Link gilt nicht mehr."))
    check_password_rules(password, account)
    viewer = Viewer.link(PASSWORD_RESET, account.uid, None)
    _set_password(account, password, viewer, now)
    close_all_sessions(account=account, viewer=viewer, now=now)
    return account


@transaction.atomic
def change_password(*, account: Account, old: str, new: str, now: datetime) -> Account:
    """The person changes her own password.

    Effects: every session ends (the view opens this one again); notice by mail; audit entry `accounts.password_changed`.
    Raises: Invalid.
    """
    fresh = Account.objects.select_for_update().get(pk=account.pk)
    if fresh.is_demo:
        raise Invalid(FIXED_DEMO)
    if not fresh.check_password(old):
        raise Invalid({"old_password": _("Das bisherige Passwort stimmt nicht.")})
    check_password_rules(new, fresh)
    _set_password(fresh, new, as_person(fresh), now)
    close_all_sessions(account=fresh, viewer=as_person(fresh), now=now)
    return fresh


def _set_password(account: Account, password: str, viewer: Viewer, now: datetime) -> None:
    account.set_password(password)
    account.save(update_fields=["password"])
    mail_security_notice(account=account, what="password", now=now)
    audit.record(verb="accounts.password_changed", target=account, viewer=viewer, now=now, fields=["password"])


@transaction.atomic
def change_name(*, account: Account, name: str, now: datetime) -> Account:
    """The person changes how she is shown. Effects: audit entry `accounts.name_changed`. Raises: Invalid."""
    fresh = Account.objects.select_for_update().get(pk=account.pk)
    if fresh.is_demo:
        raise Invalid(FIXED_DEMO)
    if fresh.name != name.strip():
        fresh.name = name.strip()
        fresh.save(update_fields=["name"])
        audit.record(verb="accounts.name_changed", target=fresh, viewer=as_person(fresh), now=now, fields=["name"])
    return fresh


@transaction.atomic
def change_theme(*, account: Account, theme: Theme, now: datetime) -> Account:
    """The person chooses a light or a dark desk. Effects: audit entry `accounts.theme_changed`."""
    fresh = Account.objects.select_for_update().get(pk=account.pk)
    if fresh.theme != theme:
        fresh.theme = theme.value
        fresh.save(update_fields=["theme"])
        audit.record(verb="accounts.theme_changed", target=fresh, viewer=as_person(fresh), now=now, fields=["theme"])
    return fresh


@transaction.atomic
def activate_totp(
    *, account: Account, secret: str, code: str, now: datetime, is_first: bool = False
) -> tuple[Authenticator, list[str]]:
    """Set the second factor up, or put a new phone in the place of the old one; returns it with fresh recovery codes.

    `is_first`: only where there is none yet, because nobody asked for the old one.

    Effects: the secret is stored encrypted; every session that was opened with the old one is shut out; passkeys stay (the
    person removes those that are gone); notice by mail when there was one; audit entry `accounts.totp_activated`. Raises:
    Invalid (code, demo account), WrongState (not the first).
    """
    fresh = Account.objects.select_for_update().get(pk=account.pk)
    had_one = queries.has_totp(fresh)
    if is_first and had_one:
        raise WrongState
    if fresh.is_demo and had_one:
        raise Invalid(FIXED_DEMO)
    step = matching_step(secret, code, now)
    if step is None:
        raise Invalid({"code": WRONG_CODE})
    Authenticator.objects.filter(user_id=fresh.pk).exclude(type=Authenticator.Type.WEBAUTHN).delete()
    authenticator = TOTP.activate(fresh, secret).instance
    authenticator.data["last_step"] = step
    authenticator.save(update_fields=["data"])
    codes = RecoveryCodes.activate(fresh).generate_codes()
    if had_one:
        mail_security_notice(account=fresh, what="second-factor", now=now)
    audit.record(verb="accounts.totp_activated", target=fresh, viewer=as_person(fresh), now=now)
    return authenticator, codes


@transaction.atomic
def renew_recovery_codes(*, account: Account, password: str, now: datetime) -> list[str]:
    """New recovery codes; the old ones stop working. Effects: notice by mail, audit entry. Raises: Invalid, WrongState."""
    fresh = Account.objects.select_for_update().get(pk=account.pk)
    if not fresh.check_password(password):
        raise Invalid({"password": _("Das Passwort stimmt nicht.")})
    if not queries.has_totp(fresh):
        raise WrongState
    Authenticator.objects.filter(user_id=fresh.pk, type=Authenticator.Type.RECOVERY_CODES).delete()
    codes = RecoveryCodes.activate(fresh).generate_codes()
    mail_security_notice(account=fresh, what="recovery-codes", now=now)
    audit.record(verb="accounts.recovery_codes_renewed", target=fresh, viewer=as_person(fresh), now=now)
    return codes


@transaction.atomic
def accept_code(*, account: Account, code: str, now: datetime) -> Authenticator | None:
    """The person's TOTP device when `code` is good now: of the phone and newer than the last one used, or an unused recovery code.

    Effects: the code is used up. None when it is wrong; the caller counts the tries and leaves the audit entry.
    """
    found = {row.type: row for row in Authenticator.objects.select_for_update().filter(user_id=account.pk).order_by("pk")}
    totp = found.get(Authenticator.Type.TOTP)
    if totp is None:
        return None
    step = matching_step(decrypt(totp.data["secret"]), code, now)
    if step is not None and (step > totp.data.get("last_step", 0) or account.is_demo):
        totp.data["last_step"] = step
        totp.save(update_fields=["data"])
        return totp
    recovery = found.get(Authenticator.Type.RECOVERY_CODES)
    if recovery is not None and RecoveryCodes(recovery).validate_code("".join(code.split())):
        audit.record(verb="accounts.recovery_code_used", target=account, viewer=as_person(account), now=now)
        return totp
    return None


@transaction.atomic
def reset_second_factor(*, account: Account, district: District, viewer: Viewer, now: datetime) -> Account:
    """An administrator removes every second factor, passkeys included, of somebody who lost phone and recovery codes.

    Effects: every session ends; the person sets it up anew at the next login; notice by mail; audit entry
    `accounts.totp_removed`. Raises: NotAllowed, WrongState, Invalid (works in another district too, demo account).
    """
    if not rules.can_lock_account(viewer, account_id=account.pk):
        raise NotAllowed
    fresh = Account.objects.select_for_update().get(pk=account.pk)
    if not Membership.objects.filter(account=fresh, district=district).exists():
        raise NotAllowed
    if fresh.is_demo:
        raise Invalid(FIXED_DEMO)
    if not queries.has_totp(fresh):
        raise WrongState(_("Für diesen Zugang ist kein zweiter Schritt eingerichtet."))
    if queries.memberships_elsewhere(fresh, district, clock.local_day(now)):
        raise Invalid(_("Die Person arbeitet auch in einem anderen Landkreis. Bitte klären Sie das mit der Verwaltung dort."))
    Authenticator.objects.filter(user_id=fresh.pk).delete()
    close_all_sessions(account=fresh, viewer=viewer, now=now)
    mail_security_notice(account=fresh, what="second-factor-removed", now=now)
    audit.record(verb="accounts.totp_removed", target=fresh, viewer=viewer, now=now)
    return fresh
