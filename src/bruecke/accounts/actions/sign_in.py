"""Sign-in services of districts, and linking people with them."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bruecke.accounts import rules
from bruecke.accounts.actions.credentials import as_person
from bruecke.accounts.actions.mails import mail_security_notice
from bruecke.accounts.actions.people import INVITATION
from bruecke.accounts.models import Account, ExternalIdentity, SignInService
from bruecke.accounts.oidc import Trouble
from bruecke.accounts.oidc.fetching import check_url
from bruecke.accounts.sealing import seal
from bruecke.accounts.states import AccountState
from bruecke.core import audit
from bruecke.core.errors import Invalid, NotAllowed, WrongState
from bruecke.core.links import consume_link
from bruecke.core.models import District
from bruecke.core.scope import for_district
from bruecke.core.viewer import Viewer

SERVICE_FIELDS = (
    "label",
    "issuer",
    "client_id",
    "email_domains",
    "claim_name",
    "claim_values",
    "trusts_second_factor",
    "second_factor_values",
    "is_only_way",
    "is_on",
)


@transaction.atomic
def save_sign_in_service(
    *, district: District, values: dict[str, Any], secret: str, version: int | None, viewer: Viewer, now: datetime
) -> SignInService:
    """Enter or change the district's service. `secret` "": the stored one stays.

    Another issuer or client knows people by other ids: the links with the old one go. Effects: audit entry
    `accounts.service_saved`. Raises: NotAllowed, Stale, Invalid.
    """
    if not rules.can_manage_sign_in_service(viewer):
        raise NotAllowed
    known = SignInService.objects.select_for_update().filter(district=district).first()
    service = known or SignInService(district=district)
    if known:
        known.check_version(version)
    _check(values, secret=secret, has_secret=known is not None)
    before = {name: getattr(service, name) for name in SERVICE_FIELDS}
    for name in SERVICE_FIELDS:
        setattr(service, name, values[name])
    fields = audit.changed_fields(before, service)
    if secret:
        service.sealed_secret = seal(secret)
        fields.append("sealed_secret")
    if known:
        service.version += 1
    service.save()
    if known and before["issuer"] != service.issuer:
        ExternalIdentity.objects.filter(service=service).delete()
    audit.record(verb="accounts.service_saved", target=service, viewer=viewer, now=now, fields=fields)
    return service


def _check(values: dict[str, Any], *, secret: str, has_secret: bool) -> None:
    """Raises: Invalid."""
    try:
        check_url(values["issuer"])
    except Trouble as error:
        raise Invalid({"issuer": _("Die Adresse beginnt mit https:// und enthält weder Namen noch Leerzeichen.")}) from error
    if not secret and not has_secret:
        raise Invalid({"client_secret": _("Bitte geben Sie das Geheimnis ein, das der Anmeldedienst Ihnen gegeben hat.")})
    if values["claim_name"] and not values["claim_values"]:
        raise Invalid({"claim_values": _("Bitte nennen Sie mindestens einen Wert, der genügt.")})
    if values["trusts_second_factor"] and not values["second_factor_values"]:
        raise Invalid(
            {"second_factor_values": _("Bitte nennen Sie mindestens einen Wert, an dem der zweite Schritt zu erkennen ist.")}
        )


@transaction.atomic
def remove_sign_in_service(*, district: District, viewer: Viewer, now: datetime) -> None:
    """The service and every link with it go. Effects: audit entry `accounts.service_removed`. Raises: NotAllowed, WrongState."""
    if not rules.can_manage_sign_in_service(viewer):
        raise NotAllowed
    service = SignInService.objects.select_for_update().filter(district=district).first()
    if service is None:
        raise WrongState
    audit.record(verb="accounts.service_removed", target=service, viewer=viewer, now=now)
    service.delete()


@transaction.atomic
def link_identity(*, account: Account, service: SignInService, subject: str, now: datetime) -> ExternalIdentity:
    """Remember who the person is at the service.

    First time only through the person herself, logged in here and asked again just now, or by her invitation: never because a
    mailbox is the same. Effects: notice by mail; audit entry `accounts.identity_linked`. Raises: WrongState (taken).
    """
    with for_district(service.district):
        fresh = SignInService.objects.select_for_update().get(pk=service.pk)
        rows = ExternalIdentity.objects.filter(service=fresh)
        if rows.filter(subject=subject).exclude(account=account).exists():
            raise WrongState(_("Mit diesem Konto beim Anmeldedienst ist schon eine andere Person verknüpft."))
        rows.filter(account=account).delete()
        identity = ExternalIdentity.objects.create(
            district=fresh.district, service=fresh, account=account, subject=subject, linked_at=now
        )
    mail_security_notice(account=account, what="identity", now=now)
    audit.record(verb="accounts.identity_linked", target=account, viewer=as_person(account), now=now)
    return identity


@transaction.atomic
def unlink_identity(*, account: Account, district: District, now: datetime) -> None:
    """Effects: notice by mail; audit entry `accounts.identity_unlinked`. Raises: WrongState (not linked; no password yet)."""
    with for_district(district):
        identity = ExternalIdentity.objects.filter(account=account, district=district).first()
        if identity is None:
            raise WrongState(_("Ihr Zugang ist nicht verknüpft."))
        if not account.has_usable_password():
            raise WrongState(_("Sie haben noch kein Passwort. Legen Sie zuerst über „Passwort vergessen“ eines fest."))
        identity.delete()
    mail_security_notice(account=account, what="identity-removed", now=now)
    audit.record(verb="accounts.identity_unlinked", target=account, viewer=as_person(account), now=now)


@transaction.atomic
def accept_invitation_by_service(*, token: str, service: SignInService, subject: str, now: datetime) -> ExternalIdentity:
    """The invited person joins with her account at the district's service, without a password here.

    Effects: link used up; `joined_at`; the link with the service; audit entries `accounts.joined`, `accounts.identity_linked`.
    Raises: WrongState (link gone or of another district; taken by somebody else).
    """
    link = consume_link(token, INVITATION, now)
    account = Account.objects.select_for_update().filter(uid=link.object_uid).first() if link else None
    if link is None or account is None or account.state is not AccountState.INVITED or link.district_id != service.district_id:
        raise WrongState(_("Dieser Link gilt nicht mehr."))
    account.joined_at = now
    account.save(update_fields=["joined_at"])
    audit.record(verb="accounts.joined", target=account, viewer=Viewer.link(INVITATION, account.uid, link.district_id), now=now)
    return link_identity(account=account, service=service, subject=subject, now=now)


def note_identity_used(*, identity: ExternalIdentity, now: datetime) -> None:
    """Remember when somebody came in by the service."""
    with for_district(identity.district):
        ExternalIdentity.objects.filter(pk=identity.pk).update(used_at=now)
