"""What accounts hands to the registries: facts, navigation, classified fields, eraser, words of the log, demo, checks."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError
from django.utils.translation import gettext_lazy as _

from bruecke.accounts import actions, queries
from bruecke.accounts.actions.forgetting import erase_account
from bruecke.accounts.demo import load_accounts
from bruecke.accounts.queries import own_data
from bruecke.accounts.queries.cards import CARDS
from bruecke.core.dashboard import cards
from bruecke.core.global_search import Command, GlobalSearch, commands, global_search
from bruecke.core.jobs import JobRun, handler
from bruecke.core.privacy import ProcessingActivity, SubjectExport, SubjectKind, activities, subject_exports, subject_kinds
from bruecke.core.registries import (
    AuditVerb,
    DemoStage,
    DemoStep,
    Eraser,
    NavigationEntry,
    NotPersonal,
    PersonalData,
    Subject,
    ViewerFacts,
    audit_verbs,
    demo,
    erasers,
    navigation,
    not_personal,
    personal_data,
    viewer_facts,
)
from bruecke.core.viewer import Role

viewer_facts.register(ViewerFacts(key="accounts", extend=queries.membership_facts, order=10))

# --- navigation ----------------------------------------------------------------------------------------------------

_ADMINISTRATION = frozenset({Role.ADMINISTRATOR})
for _entry in (
    NavigationEntry(
        key="accounts.people",
        label=_("Zugänge und Rollen"),
        route="accounts:people",
        group="administration",
        icon="people",
        roles=frozenset({Role.ADMINISTRATOR, Role.PRIVACY_OFFICER, Role.EMPLOYER}),
        order=910,
    ),
    NavigationEntry(
        key="accounts.controllers",
        label=_("Verantwortliche"),
        route="accounts:controllers",
        group="administration",
        icon="grid",
        roles=frozenset({Role.ADMINISTRATOR, Role.PRIVACY_OFFICER, Role.DISTRICT_OFFICE}),
        order=920,
    ),
    NavigationEntry(
        key="accounts.settings",
        label=_("Einstellungen"),
        route="accounts:settings",
        group="administration",
        icon="settings",
        roles=_ADMINISTRATION,
        order=930,
    ),
    NavigationEntry(
        key="accounts.audit-log",
        label=_("Protokoll"),
        route="accounts:audit-log",
        group="administration",
        icon="list",
        roles=frozenset({Role.ADMINISTRATOR, Role.PRIVACY_OFFICER, Role.AUDITOR}),
        order=940,
    ),
    NavigationEntry(key="accounts.profile", label=_("Mein Zugang"), route="accounts:profile", group="foot", order=980),
    NavigationEntry(key="accounts.logout", label=_("Abmelden"), route="accounts:logout", group="foot", is_post=True, order=990),
):
    navigation.register(_entry)

global_search.register(
    GlobalSearch(
        key="accounts.people", label=_("Zugänge"), find=queries.find_people, roles=navigation["accounts.people"].roles, order=90
    )
)
commands.register(
    Command(
        key="accounts.invite",
        label=_("Person einladen"),
        route="accounts:person-invite",
        words="neuer zugang rolle geben",
        roles=_ADMINISTRATION,
        order=60,
    )
)
commands.register(
    Command(
        key="accounts.theme", label=_("Darstellung ändern"), route="accounts:theme-change", words="dunkel hell dark mode", order=80
    )
)

# --- personal data -------------------------------------------------------------------------------------------------

_STAFF = _("Mitarbeitende und andere, die sich anmelden")
_LOGIN = _("Anmeldung und Zuordnung von Aufgaben")
_BASIS = "§ 11 SächsDSDG, Art. 6 Abs. 1 Buchst. e DSGVO"
_UNTIL_DELETED = _("bis der Zugang gelöscht wird")
for _field, _retention in (
    ("Account.email", _UNTIL_DELETED),
    ("Account.name", _UNTIL_DELETED),
    ("Account.password", _("nur als Prüfwert, bis der Zugang gelöscht wird")),
    ("Account.sort_key", _UNTIL_DELETED),
    ("Account.find_key", _UNTIL_DELETED),
    ("OpenSession.device", _("bis zur Abmeldung, höchstens zehn Stunden")),
    ("OpenSession.session_key", _("bis zur Abmeldung, höchstens zehn Stunden")),
    ("ExternalIdentity.subject", _("bis die Verknüpfung gelöst oder der Zugang gelöscht wird")),
    ("Membership.municipalities", _("bis der Zugang gelöscht wird; danach ohne Namen")),
):
    personal_data.register(
        PersonalData(key=f"accounts.{_field}", subject=_STAFF, purpose=_LOGIN, legal_basis=_BASIS, retention=_retention)
    )
for _field, _reason in (
    ("Account.uid", "opaque id"),
    ("Account.theme", "light or dark screen"),
    ("Account.desk_cards", "keys of cards"),
    ("Controller.uid", "opaque id"),
    ("Controller.name", "name of an office, town or association"),
    ("Controller.legal_basis", "citation of law"),
    ("Controller.address", "address of an office"),
    ("Controller.phone", "number of an office"),
    ("Controller.mailbox", "function mailbox"),
    ("Controller.privacy_officer", "how an office is reached; functions, not names"),
    ("Controller.sort_key", "folded name of an office"),
    ("Unit.uid", "opaque id"),
    ("Unit.name", "name of an organisational unit"),
    ("Unit.sort_key", "folded name of a unit"),
    ("Membership.uid", "opaque id"),
    ("Membership.organisation_uid", "opaque id of an organisation"),
    ("OpenSession.uid", "opaque id"),
    ("ExternalIdentity.uid", "opaque id"),
    ("SignInService.uid", "opaque id"),
    ("SignInService.label", "name of a service"),
    ("SignInService.issuer", "address of a service"),
    ("SignInService.client_id", "our name at a service"),
    ("SignInService.sealed_secret", "encrypted secret of the installation"),
    ("SignInService.email_domains", "domains of an office"),
    ("SignInService.claim_name", "name of a technical feature"),
    ("SignInService.claim_values", "values of a technical feature"),
    ("SignInService.second_factor_values", "values of a technical feature"),
):
    not_personal.register(NotPersonal(key=f"accounts.{_field}", reason=_reason))


def _erase_account(subject: Subject, now: datetime) -> int:
    return actions.forget_account(subject.uid, now) if subject.kind == "account" else 0


for _card in CARDS:
    cards.register(_card)
erasers.register(Eraser(key="accounts", erase=_erase_account, order=800))
activities.register(
    ProcessingActivity(
        key="accounts",
        label=_("Zugänge, Rollen und Anmeldung der Mitarbeitenden"),
        covers=("accounts", "core"),
        recipients=_("Verwaltung der Zugänge und Datenschutz; der Anstellungsträger für seine Mitarbeitenden"),
        order=60,
    )
)
subject_kinds.register(
    SubjectKind(
        key=own_data.KIND,
        label=_("Person mit Zugang"),
        hint=_("Name oder E-Mail-Adresse"),
        find=own_data.find_accounts,
        describe=own_data.describe_account,
        erase=erase_account,
        goes=(
            _("Name, E-Mail-Adresse, Passwort, zweiter Schritt, Geräte und Entwürfe"),
            _("der Name auf Stellen und in Verläufen"),
        ),
        stays=(
            _("was die Person bearbeitet hat, ohne ihren Namen: Antworten gehören zu den Fragen der Ratsuchenden"),
            _("das Protokoll mit einer Kennung, die zu niemandem mehr führt"),
            _("bei offenen Förderverfahren die Unterlagen, für die eine Aufbewahrungspflicht gilt"),
        ),
        order=20,
    )
)
subject_exports.register(SubjectExport(key="accounts", collect=own_data.collect_account, order=20))

# --- words of the audit log ------------------------------------------------------------------------------------------

for _verb, _label in (
    ("accounts.invited", _("Einladung gesendet")),
    ("accounts.invitation_withdrawn", _("Einladung zurückgezogen")),
    ("accounts.joined", _("Einladung angenommen")),
    ("accounts.logged_in", _("Angemeldet")),
    ("accounts.login_failed", _("Anmeldung gescheitert")),
    ("accounts.login_limited", _("Anmeldung gebremst (zu viele Versuche)")),
    ("accounts.code_refused", _("Falscher Code")),
    ("accounts.code_limited", _("Code gebremst (zu viele Versuche)")),
    ("accounts.confirmed", _("Vor einem heiklen Schritt bestätigt")),
    ("accounts.confirm_refused", _("Bestätigung gescheitert")),
    ("accounts.confirm_limited", _("Bestätigung gebremst (zu viele Versuche)")),
    ("accounts.recovery_code_used", _("Mit Ersatzcode angemeldet")),
    ("accounts.recovery_codes_renewed", _("Ersatzcodes erneuert")),
    ("accounts.totp_activated", _("Zweiten Schritt eingerichtet")),
    ("accounts.totp_removed", _("Zweiten Schritt zurückgesetzt")),
    ("accounts.passkey_added", _("Passkey eingerichtet")),
    ("accounts.passkey_renamed", _("Passkey umbenannt")),
    ("accounts.passkey_removed", _("Passkey entfernt")),
    ("accounts.passkey_refused", _("Anmeldung mit Passkey gescheitert")),
    ("accounts.passkey_copied", _("Passkey verweigert: Er wurde vermutlich kopiert")),
    ("accounts.service_saved", _("Anmeldedienst gespeichert")),
    ("accounts.service_removed", _("Anmeldedienst entfernt")),
    ("accounts.identity_linked", _("Mit dem Anmeldedienst verknüpft")),
    ("accounts.identity_unlinked", _("Verknüpfung mit dem Anmeldedienst gelöst")),
    ("accounts.service_refused", _("Anmeldung über den Anmeldedienst gescheitert")),
    ("accounts.only_by_service", _("Anmeldung mit Passwort abgelehnt: nur über den Anmeldedienst")),
    ("accounts.password_reset_requested", _("Neues Passwort angefordert")),
    ("accounts.password_changed", _("Passwort geändert")),
    ("accounts.cards_arranged", _("Karten von Heute geordnet")),
    ("accounts.name_changed", _("Anzeigenamen geändert")),
    ("accounts.theme_changed", _("Darstellung geändert")),
    ("accounts.session_closed", _("Auf einem Gerät abgemeldet")),
    ("accounts.sessions_closed", _("Auf mehreren Geräten abgemeldet")),
    ("accounts.role_given", _("Rolle gegeben")),
    ("accounts.role_ended", _("Rolle beendet")),
    ("accounts.role_prolonged", _("Rolle verlängert")),
    ("accounts.locked", _("Zugang gesperrt")),
    ("accounts.unlocked", _("Zugang entsperrt")),
    ("accounts.controller_created", _("Stelle angelegt")),
    ("accounts.controller_changed", _("Stelle geändert")),
    ("accounts.unit_created", _("Einheit angelegt")),
    ("accounts.unit_changed", _("Einheit geändert")),
    ("accounts.log_exported", _("Protokoll heruntergeladen")),
    ("accounts.people_exported", _("Liste der Zugänge heruntergeladen")),
    ("core.account_erased", _("Zugang gelöscht")),
    ("core.enquiry_erased", _("Frage gelöscht")),
    ("core.setting_changed", _("Einstellung geändert")),
    ("desk.no_membership", _("Verweigert: keine Rolle in diesem Landkreis")),
    ("desk.role_missing", _("Verweigert: Rolle fehlt")),
    ("desk.feature_off", _("Verweigert: Bereich ist ausgeschaltet")),
    ("desk.district_unknown", _("Verweigert: Landkreis unbekannt")),
    ("desk.not_allowed", _("Verweigert: keine Berechtigung")),
    ("desk.not_found", _("Verweigert: unbekannt oder nicht zugänglich")),
):
    audit_verbs.register(AuditVerb(key=_verb, label=_label))

# --- housekeeping, demo, checks ----------------------------------------------------------------------------------------


@handler("accounts.forget_old_sessions", every=timedelta(hours=6))
def forget_old_sessions(run: JobRun) -> None:
    """Drop sessions that have run out."""
    actions.forget_old_sessions(run.now)


demo.register(DemoStep(key="accounts", load=load_accounts, stages=frozenset(DemoStage), order=20))


@register(Tags.database)
def no_demo_accounts_in_production(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """A database with demo accounts must not serve real people (`check --database default`, and every `migrate`)."""
    if settings.ALLOWS_DEMO_ACCOUNTS or not databases:
        return []
    try:
        found = queries.demo_accounts().exists()
    except DatabaseError:
        return []  # before the first migration there is nothing to find
    if not found:
        return []
    return [
        Error(
            "The database holds demo accounts, whose passwords and second factors are public.",
            hint="Use a fresh database. They cannot log in with these settings, but their data is the demo's.",
            id="accounts.E001",
        )
    ]
