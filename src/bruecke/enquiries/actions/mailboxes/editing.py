"""Setting up function mailboxes: administrators alone. The password is written, never read back."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bruecke.core import audit, clock
from bruecke.core.errors import Invalid, NotAllowed
from bruecke.core.models import District
from bruecke.core.viewer import Viewer
from bruecke.enquiries import rules
from bruecke.enquiries.actions.mailboxes.fetching import unread_count
from bruecke.enquiries.actions.mailboxes.secret import seal
from bruecke.enquiries.models import Mailbox, MailboxMessage
from bruecke.enquiries.queries.mailboxes import has_reader
from bruecke.enquiries.states import MailboxSecurity, MailVerdict

MAILBOX_FIELDS = ("name", "host", "port", "security", "username", "folder", "controller", "unit", "sends_receipt")
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.:-]{0,198}[A-Za-z0-9])?|::1")


@transaction.atomic
def create_mailbox(*, district: District, values: Mapping[str, Any], password: str, viewer: Viewer, now: datetime) -> Mailbox:
    """A new mailbox, switched off. `values`: MAILBOX_FIELDS. Effects: audit `mailbox.created`. Raises: NotAllowed, Invalid."""
    if not rules.can_manage_mailboxes(viewer, district_id=district.pk):
        raise NotAllowed
    if not password:
        raise Invalid({"password": _("Bitte geben Sie das Passwort ein.")})
    mailbox = Mailbox(district=district, **{name: values[name] for name in MAILBOX_FIELDS})
    _check(mailbox, now)
    mailbox.password_sealed = seal(password)
    mailbox.save()
    audit.record(verb="mailbox.created", target=mailbox, viewer=viewer, now=now, fields=(*MAILBOX_FIELDS, "password"))
    return mailbox


@transaction.atomic
def edit_mailbox(
    *, mailbox: Mailbox, values: Mapping[str, Any], password: str, version: int | None, viewer: Viewer, now: datetime
) -> Mailbox:
    """Change a mailbox; an empty `password` keeps the one that is stored, unless it would go to another server or name.

    Effects: failures start anew; audit `mailbox.changed` with the names of the fields. Raises: NotAllowed, Stale, Invalid.
    """
    fresh = _locked(mailbox, viewer)
    fresh.check_version(version)
    before = {name: getattr(fresh, name) for name in MAILBOX_FIELDS}
    if not password and rules.needs_new_password(before, {**before, **values}):
        raise Invalid({"password": _("Server oder Benutzername sind anders. Bitte geben Sie das Passwort noch einmal ein.")})
    for name in MAILBOX_FIELDS:
        setattr(fresh, name, values.get(name, before[name]))
    changed = audit.changed_fields(before, fresh)
    _check(fresh, now)
    if password:
        fresh.password_sealed = seal(password)
        changed.append("password")
    if changed:
        fresh.failures, fresh.last_error = 0, ""
        fresh.save_next()
        audit.record(verb="mailbox.changed", target=fresh, viewer=viewer, now=now, fields=changed)
    return fresh


@transaction.atomic
def switch_mailbox(*, mailbox: Mailbox, is_active: bool, viewer: Viewer, now: datetime) -> Mailbox:
    """Begin or stop reading a mailbox. What came before the day it was switched on stays as it is.

    Effects: audit `mailbox.switched_on` or `mailbox.switched_off`. Raises: NotAllowed, Invalid.
    """
    fresh = _locked(mailbox, viewer)
    if fresh.is_active == is_active:
        return fresh
    if is_active:
        _check(fresh, now)
        fresh.active_from = clock.local_day(now)
        fresh.failures, fresh.last_error = 0, ""
    fresh.is_active = is_active
    fresh.save_next()
    verb = "mailbox.switched_on" if is_active else "mailbox.switched_off"
    audit.record(verb=verb, target=fresh, viewer=viewer, now=now, fields=("is_active",))
    return fresh


@transaction.atomic
def remove_mailbox(*, mailbox: Mailbox, viewer: Viewer, now: datetime) -> None:
    """Forget a mailbox with its password and the notes of its mails; the questions stay. Effects: audit `mailbox.removed`.

    Raises: NotAllowed.
    """
    fresh = _locked(mailbox, viewer)
    audit.record(verb="mailbox.removed", target=fresh, viewer=viewer, now=now)
    fresh.delete()


@transaction.atomic
def settle_set_aside(*, mailbox: Mailbox, viewer: Viewer, now: datetime) -> int:
    """Note that somebody looked at the mails that could not be read; returns how many. Effects: audit `mailbox.set_aside_seen`.

    Raises: NotAllowed.
    """
    fresh = _locked(mailbox, viewer)
    rows = MailboxMessage.objects.filter(mailbox=fresh, verdict=MailVerdict.SET_ASIDE, filed_at=None)
    settled: int = rows.update(filed_at=now)
    audit.record(verb="mailbox.set_aside_seen", target=fresh, viewer=viewer, now=now)
    return settled


def check_mailbox(*, mailbox: Mailbox, viewer: Viewer, now: datetime) -> int:
    """Try the connection and count what is unread since today; marks and moves nothing. Not inside a transaction: it waits.

    Effects: audit `mailbox.tested`. Raises: NotAllowed, Trouble.
    """
    if not rules.can_manage_mailboxes(viewer, district_id=mailbox.district_id):
        raise NotAllowed
    audit.record(verb="mailbox.tested", target=mailbox, viewer=viewer, now=now)
    return unread_count(mailbox, now)


def _locked(mailbox: Mailbox, viewer: Viewer) -> Mailbox:
    fresh = Mailbox.objects.select_for_update(of=("self",)).filter(pk=mailbox.pk).first()
    if fresh is None or not rules.can_manage_mailboxes(viewer, district_id=fresh.district_id):
        raise NotAllowed
    return fresh


def _check(mailbox: Mailbox, now: datetime) -> None:
    """Raises: Invalid."""
    security = MailboxSecurity(mailbox.security)
    texts = (mailbox.host, mailbox.username, mailbox.folder)
    if any(not character.isprintable() for text in texts for character in text) or not _HOST.fullmatch(mailbox.host):
        raise Invalid({"host": _("Bitte prüfen Sie den Namen des Servers, zum Beispiel imap.example.org.")})
    if mailbox.port not in settings.MAILBOX_PORTS:
        ports = ", ".join(str(port) for port in sorted(settings.MAILBOX_PORTS))
        raise Invalid({"port": _("Erlaubt sind die Ports %(ports)s.") % {"ports": ports}})
    if not rules.is_safe_way(mailbox.host, security):
        raise Invalid({"security": _("Ohne Verschlüsselung geht es nur mit einem Server auf demselben Rechner.")})
    if mailbox.unit is not None and mailbox.unit.controller_id != mailbox.controller_id:
        raise Invalid({"office": _("Diese Einheit gehört zu einer anderen Stelle.")})
    if not has_reader(mailbox.controller_id, mailbox.unit_id, clock.local_day(now)):
        raise Invalid({"office": _("In dieser Stelle liest heute niemand Fragen ohne Ort. Bitte wählen Sie eine andere.")})
