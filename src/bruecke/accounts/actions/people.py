"""People: invite, let in, lock, delete. An account is one person's in every district; roles are given in `memberships`."""

from datetime import date, datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bruecke.accounts import queries, rules
from bruecke.accounts.actions.credentials import check_password_rules
from bruecke.accounts.actions.mails import mail_invitation, mail_new_role
from bruecke.accounts.actions.memberships import add_membership
from bruecke.accounts.actions.sessions import close_all_sessions
from bruecke.accounts.models import Account, Controller, ExternalIdentity, Membership, Unit
from bruecke.accounts.states import ACCOUNT_TRANSITIONS, AccountState
from bruecke.core import audit, clock
from bruecke.core.erasure import erase
from bruecke.core.errors import Invalid, NotAllowed, WrongState
from bruecke.core.links import consume_link, issue_link
from bruecke.core.models import District, Draft, MailedLink
from bruecke.core.registries import Subject
from bruecke.core.saved_views import views_of_account
from bruecke.core.scope import Escape, without_scope
from bruecke.core.viewer import Role, Viewer

INVITATION = "invitation"
INVITATION_VALID = timedelta(days=7)


@transaction.atomic
def invite_person(
    *,
    district: District,
    email: str,
    name: str,
    role: Role,
    controller: Controller,
    valid_from: date,
    viewer: Viewer,
    now: datetime,
    unit: Unit | None = None,
    valid_until: date | None = None,
    municipalities: list[str] | None = None,
) -> Account:
    """Give a person a role by her address; who has no account yet is invited by mail.

    Effects: the account where there is none, the membership, a mailed link of seven days (or the news of the further
    role), audit entries `accounts.invited` and `accounts.role_given`. Raises: NotAllowed, Invalid.
    """
    if not rules.can_manage_people(viewer):
        raise NotAllowed
    address = email.strip().lower()
    account = Account.objects.select_for_update().filter(email=address).first()
    if account is None:
        account = Account.objects.create_user(email=address, name=name, invited_at=now)
    elif account.state is AccountState.LOCKED:
        raise Invalid({"email": _("Dieser Zugang ist gesperrt. Entsperren Sie ihn zuerst.")})
    add_membership(
        account=account,
        district=district,
        role=role,
        controller=controller,
        unit=unit,
        valid_from=valid_from,
        valid_until=valid_until,
        municipalities=municipalities or [],
        viewer=viewer,
        now=now,
    )
    if account.state is AccountState.INVITED:
        _send_invitation(account, district, viewer, now)
    else:
        mail_new_role(account=account, district=district, now=now)
    return account


def _send_invitation(account: Account, district: District, viewer: Viewer, now: datetime) -> None:
    token = issue_link(purpose=INVITATION, object_uid=account.uid, district=district, valid_for=INVITATION_VALID, now=now)
    mail_invitation(account=account, district=district, token=token, now=now)
    audit.record(verb="accounts.invited", target=account, viewer=viewer, now=now)


@transaction.atomic
def resend_invitation(*, account: Account, district: District, viewer: Viewer, now: datetime) -> Account:
    """A new link; the earlier one stops working. Effects: mail, audit entry. Raises: NotAllowed, WrongState."""
    fresh = _managed(account, viewer)
    if fresh.state is not AccountState.INVITED:
        raise WrongState(_("Die Person hat die Einladung schon angenommen oder ist gesperrt."))
    fresh.invited_at = now
    fresh.save(update_fields=["invited_at"])
    _send_invitation(fresh, district, viewer, now)
    return fresh


@transaction.atomic
def withdraw_invitation(*, account: Account, district: District, viewer: Viewer, now: datetime) -> None:
    """Take an invitation back before it is accepted.

    Effects: the link is dead; the roles given here go; with no role in another district the account is erased (address
    and mail text included); audit entry `accounts.invitation_withdrawn`. Raises: NotAllowed, WrongState.
    """
    fresh = _managed(account, viewer)
    if fresh.state is not AccountState.INVITED:
        raise WrongState(_("Die Person hat die Einladung schon angenommen oder ist gesperrt."))
    Membership.objects.filter(account=fresh, district=district).delete()
    audit.record(verb="accounts.invitation_withdrawn", target=fresh, viewer=viewer, now=now)
    if not queries.memberships_elsewhere(fresh, district, clock.local_day(now)):
        MailedLink.objects.filter(purpose=INVITATION, object_uid=fresh.uid, used_at=None).delete()
        erase(Subject("account", fresh.uid), viewer=viewer, now=now)


@transaction.atomic
def accept_invitation(*, token: str, name: str, password: str, now: datetime) -> Account:
    """The invited person sets name and password; the link is used up.

    Effects: `joined_at`; audit entry `accounts.joined`. Raises: Invalid (password), WrongState (link forged, expired,
    used, withdrawn, or the account locked meanwhile: the answer is the same).
    """
    link = consume_link(token, INVITATION, now)
    account = Account.objects.select_for_update().filter(uid=link.object_uid).first() if link else None
    if link is None or account is None or account.state is not AccountState.INVITED:
        raise WrongState(_("Dieser Link gilt nicht mehr."))
    check_password_rules(password, account)
    account.name = name.strip() or account.name
    account.joined_at = now
    account.set_password(password)
    account.save(update_fields=["name", "joined_at", "password"])
    audit.record(verb="accounts.joined", target=account, viewer=Viewer.link(INVITATION, account.uid, link.district_id), now=now)
    return account


@transaction.atomic
def lock_account(*, account: Account, district: District, viewer: Viewer, now: datetime) -> Account:
    """Close the account at once; roles stay as they are. Who works in another district too is not locked from here.

    Effects: every session ends; audit entry `accounts.locked`. Raises: NotAllowed, WrongState, Invalid.
    """
    if not rules.can_lock_account(viewer, account_id=account.pk):
        raise NotAllowed
    fresh = _managed(account, viewer)
    if AccountState.LOCKED not in ACCOUNT_TRANSITIONS[fresh.state]:
        raise WrongState(_("Dieser Zugang ist schon gesperrt."))
    _check_nowhere_else(fresh, district, now)
    fresh.is_active = False
    fresh.save(update_fields=["is_active"])
    close_all_sessions(account=fresh, viewer=viewer, now=now)
    audit.record(verb="accounts.locked", target=fresh, viewer=viewer, now=now, fields=["is_active"])
    return fresh


@transaction.atomic
def unlock_account(*, account: Account, district: District, viewer: Viewer, now: datetime) -> Account:
    """Open a locked account again. Effects: audit entry `accounts.unlocked`. Raises: NotAllowed, WrongState, Invalid."""
    fresh = _managed(account, viewer)
    if fresh.state is not AccountState.LOCKED or fresh.erased_at is not None:
        raise WrongState(_("Dieser Zugang ist nicht gesperrt."))
    _check_nowhere_else(fresh, district, now)
    fresh.is_active = True
    fresh.save(update_fields=["is_active"])
    audit.record(verb="accounts.unlocked", target=fresh, viewer=viewer, now=now, fields=["is_active"])
    return fresh


@transaction.atomic
def delete_account(*, account: Account, district: District, viewer: Viewer, now: datetime) -> None:
    """Remove name, address and means of login for good; what the person did stays in the records without a name.

    Effects: everything the erasers of kind "account" do; audit entry `core.account_erased`. Raises: NotAllowed, Invalid
    (roles that have not ended, here or elsewhere).
    """
    if not rules.can_lock_account(viewer, account_id=account.pk):
        raise NotAllowed
    fresh = _managed(account, viewer)
    today = clock.local_day(now)
    if Membership.objects.filter(account=fresh).not_ended(today).exists():
        raise Invalid(_("Die Person hat hier noch eine Rolle. Beenden Sie zuerst alle Rollen."))
    _check_nowhere_else(fresh, district, now)
    erase(Subject("account", fresh.uid), viewer=viewer, now=now)


def forget_account(account_uid: str, now: datetime) -> int:
    """Anonymise an account's row and drop everything that hangs on it; the eraser's part, without rule and audit entry."""
    account = Account.objects.select_for_update().filter(uid=account_uid).first()
    if account is None:
        return 0
    close_all_sessions(account=account, viewer=Viewer.system("erasure"), now=now)
    with without_scope(Escape.ERASURE):
        close_keys: list[Any] = [
            account.open_sessions.all(),
            Authenticator.objects.filter(user_id=account.pk),
            EmailAddress.objects.filter(user_id=account.pk),
            ExternalIdentity.objects.filter(account=account),
            Draft.objects.filter(account_id=account.pk),
            *views_of_account(account.pk),
        ]
        count = sum(rows.delete()[0] for rows in close_keys)
    account.name = "–"
    account.email = f"{account.uid.lower()}@deleted.invalid"
    account.is_active = False
    account.erased_at = now
    account.desk_cards = {}
    account.set_unusable_password()
    account.save()
    return count + 1


def _managed(account: Account, viewer: Viewer) -> Account:
    """The account under lock, if the viewer manages people and it has a role in the open district. Raises: NotAllowed."""
    if not rules.can_manage_people(viewer):
        raise NotAllowed
    fresh = Account.objects.select_for_update().get(pk=account.pk)
    if viewer.is_person and not Membership.objects.filter(account=fresh, district=viewer.district_id).exists():
        raise NotAllowed
    return fresh


def _check_nowhere_else(account: Account, district: District, now: datetime) -> None:
    """An account that another district uses is not this one's to close. Raises: Invalid."""
    if queries.memberships_elsewhere(account, district, clock.local_day(now)):
        raise Invalid(
            _("Die Person arbeitet auch in einem anderen Landkreis. Beenden Sie hier ihre Rollen; damit endet ihr Zugang hier.")
        )
