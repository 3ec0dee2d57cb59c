"""What is held about a person who logs in: found by name or address, and collected for her or for a privacy officer."""

from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.utils.translation import gettext_lazy as _

from bruecke.accounts.models import Account, ExternalIdentity, Membership, OpenSession
from bruecke.accounts.queries.log import verb_label
from bruecke.core.models import AuditEntry, District, Draft, SavedView
from bruecke.core.privacy import ExportSection, ExportValue, FoundSubject, section, value_of
from bruecke.core.registries import Subject
from bruecke.core.scope import Escape, without_scope

KIND = "account"
_MOST_FOUND = 20
_ACCOUNT = (
    *("name", "email", "is_active"),
    ("invited_at", _("Eingeladen")),
    ("joined_at", _("Einladung angenommen")),
)
_MEMBERSHIP = ("district", "role", "controller", "unit", ("municipalities", _("Gemeinden")), "valid_from", "valid_until")


def find_accounts(district: District, text: str) -> list[FoundSubject]:
    """People of the open district by name or address, former ones too. At most twenty."""
    if not text.strip():
        return []
    here = Membership.objects.filter(district=district).values("account_id")
    known = Account.objects.filter(pk__in=here, erased_at=None).matching(text).order_by("sort_key", "pk")
    return [found for one in known[:_MOST_FOUND] if (found := describe_account(Subject(KIND, one.uid)))]


def describe_account(subject: Subject) -> FoundSubject | None:
    """With the controllers of the open scope she works or worked for."""
    account = Account.objects.filter(uid=subject.uid, erased_at=None).first()
    if account is None:
        return None
    owners = frozenset(Membership.objects.filter(account=account).values_list("controller_id", flat=True))
    return FoundSubject(subject, f"{account.name}, {account.email}", owners)


def collect_account(subject: Subject, controller_id: int | None, now: datetime) -> list[ExportSection]:
    """`controller_id` None: for the person herself, from every district; else what that controller answers for."""
    account = Account.objects.filter(uid=subject.uid).first() if subject.kind == KIND else None
    if account is None:
        return []
    if controller_id is None:
        with without_scope(Escape.OWN_MEMBERSHIPS):
            held = list(_memberships(account))
    else:
        held = list(_memberships(account).filter(controller_id=controller_id))
    if not held and controller_id is not None:
        return []
    return [
        section("account", _("Zugang"), [account], _ACCOUNT),
        section("memberships", _("Rollen"), held, _MEMBERSHIP),
        section("second_factors", _("Zweiter Schritt der Anmeldung"), _authenticators(account), _AUTHENTICATOR, note=_SECRETS),
        *_of_herself(account, controller_id),
    ]


_AUTHENTICATOR = (("type", _("Art")), ("created_at", _("eingerichtet")), ("last_used_at", _("zuletzt benutzt")))
_SECRETS = _("Passwort und Geheimnisse sind nur als Prüfwert oder verschlüsselt gespeichert und stehen hier nicht.")
_SESSION = (("device", _("Gerät")), ("opened_at", _("angemeldet")), ("seen_at", _("zuletzt benutzt")))
_VIEW = (("name", _("Name")), ("page", _("Liste")), ("query", _("Filter")), ("saved_at", _("gespeichert")))
_IDENTITY = (
    ("service", _("Dienst")),
    ("subject", _("Kennung dort")),
    ("linked_at", _("verknüpft")),
    ("used_at", _("zuletzt benutzt")),
)
_DRAFT = (("data", _("Text")), ("saved_at", _("gespeichert")))


def _memberships(account: Account) -> Any:
    rows = Membership.objects.filter(account=account).select_related("district", "controller", "unit")
    return rows.order_by("valid_from", "pk")


def _authenticators(account: Account) -> Any:
    return Authenticator.objects.filter(user_id=account.pk).order_by("pk")


def _of_herself(account: Account, controller_id: int | None) -> list[ExportSection]:
    """Drafts and devices are seen by their writer alone; of what she did the log tells, in one district for an officer."""
    log = AuditEntry.objects.filter(actor_id=account.pk).order_by("at", "pk")
    if controller_id is None:
        drafts = Draft.objects.filter(account_id=account.pk).order_by("pk")
        sessions = OpenSession.objects.filter(account=account).order_by("pk")
        return [
            section("drafts", _("Entwürfe"), drafts, _DRAFT),
            section("views", _("Gespeicherte Ansichten"), _views(account), _VIEW),
            section("identities", _("Anmeldedienste"), _identities(account), _IDENTITY),
            section("sessions", _("Angemeldete Geräte"), sessions, _SESSION),
            ExportSection("log", _("Protokoll: was Sie getan haben"), tuple(_line(entry) for entry in log)),
        ]
    here = Membership.objects.filter(controller_id=controller_id).values("district_id")
    return [
        ExportSection(
            "log",
            _("Protokoll: was die Person getan hat"),
            tuple(_line(entry) for entry in log.filter(district_id__in=here)),
            note=_("Entwürfe und angemeldete Geräte sieht nur die Person selbst; sie ruft sie unter „Mein Zugang“ ab."),
        )
    ]


def _views(account: Account) -> list[Any]:
    with without_scope(Escape.OWN_MEMBERSHIPS):
        return list(SavedView.objects.filter(account_id=account.pk).order_by("pk"))


def _identities(account: Account) -> list[Any]:
    with without_scope(Escape.OWN_MEMBERSHIPS):
        return list(ExternalIdentity.objects.filter(account=account).select_related("service").order_by("pk"))


def _line(entry: AuditEntry) -> tuple[ExportValue, ...]:
    verb = ExportValue("verb", _("Was"), entry.verb, verb_label(entry.verb))
    return (value_of(entry, ("at", _("Wann"))), verb, value_of(entry, ("fields", _("Felder"))))
