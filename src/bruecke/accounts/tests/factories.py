"""Accounts, controllers, units and memberships for tests, straight into the tables; and a logged-in client with second factor."""

from datetime import date, datetime
from itertools import count
from typing import Any

import pyotp
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client

from bruecke.accounts import passkeys
from bruecke.accounts.models import Account, Controller, Membership, Unit
from bruecke.accounts.proofs import note_proof
from bruecke.accounts.queries import build_viewer
from bruecke.accounts.tests.soft_key import SoftKey
from bruecke.core import clock
from bruecke.core.models import District
from bruecke.core.scope import for_district
from bruecke.core.tokens import new_uid
from bruecke.core.viewer import Role, Viewer

PASSWORD = "vier ruhige blaue Fahrräder"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
_numbers = count(1)


def make_controller(district: District, kind: str = "district", **fields: Any) -> Controller:
    with for_district(district):
        if kind == "district" and (known := Controller.objects.filter(district=district, kind=kind).first()) and not fields:
            return known
        return Controller.objects.create(district=district, kind=kind, **{"name": f"{kind} {next(_numbers)}", **fields})


def make_unit(controller: Controller, **fields: Any) -> Unit:
    with for_district(controller.district):
        return Unit.objects.create(
            district=controller.district, controller=controller, **{"name": f"Referat {next(_numbers)}", **fields}
        )


def make_account(name: str = "", *, has_totp: bool = False, **fields: Any) -> Account:
    """A person who has joined; with the second factor `SECRET` when asked for."""
    number = next(_numbers)
    fields.setdefault("joined_at", datetime(2026, 1, 1, tzinfo=clock.BERLIN))
    fields.setdefault("email", f"person-{number}@example.org")
    fields.setdefault("password", PASSWORD)
    account = Account.objects.create_user(name=name or f"Person {number}", **fields)
    if has_totp:
        TOTP.activate(account, SECRET)
    return account


def make_membership(account: Account, district: District, role: Role = Role.COORDINATOR, **fields: Any) -> Membership:
    """A role since January 2026, for the district itself unless another controller or unit is named."""
    unit = fields.get("unit")
    fields.setdefault("controller", unit.controller if unit else make_controller(district))
    fields.setdefault("valid_from", date(2026, 1, 1))
    with for_district(district):
        return Membership.objects.create(account=account, district=district, role=role, **fields)


def make_member(
    district: District, role: Role = Role.COORDINATOR, *, name: str = "", has_totp: bool = False, **fields: Any
) -> Account:
    """A person with one role."""
    account = make_account(name, has_totp=has_totp)
    make_membership(account, district, role, **fields)
    return account


def make_passkey(account: Account, key: SoftKey | None = None, **fields: Any) -> Authenticator:
    """A passkey of a person on this host, straight into the table."""
    device = key or SoftKey()
    options = passkeys.begin_registration(
        {}, host=device.host, uid=account.uid, mailbox=account.email, name=account.name, known=[], now=clock.now()
    )
    data = {"uid": new_uid(), "name": "Stick", "credential": device.create(options), "sign_count": 0, **fields}
    return Authenticator.objects.create(user=account, type=Authenticator.Type.WEBAUTHN, data=data)


def viewer_of(account: Account, district: District, on: date | None = None) -> Viewer:
    """The viewer that the gate would build."""
    return build_viewer(account, district, on or clock.today())


def log_in(client: Client, account: Account) -> Client:
    """A session with password and second factor behind it, as after a real log-in."""
    if not Authenticator.objects.filter(user=account, type=Authenticator.Type.TOTP).exists():
        TOTP.activate(account, SECRET)
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    note_proof(session, Authenticator.objects.get(user=account, type=Authenticator.Type.TOTP).pk, clock.now())
    session.save()
    return client


def code_of(secret: str = SECRET, at: datetime | None = None) -> str:
    """What a phone shows, computed by another implementation than ours."""
    return pyotp.TOTP(secret).at(at or clock.now())
