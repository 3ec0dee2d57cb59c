"""Cards of *Heute* about access: what waits for the administration, what the log tells those who watch it."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from bruecke.accounts.models import Account, Membership
from bruecke.core.clock import local_day
from bruecke.core.dashboard import Card, CardFact, Counts, DashboardCard
from bruecke.core.models import AuditEntry
from bruecke.core.viewer import Role, Viewer

_PEOPLE, _LOG = "accounts:people", "accounts:audit-log"
_SOON = timedelta(days=30)
_A_WEEK = timedelta(days=7)


def _access_counts(viewer: Viewer, now: datetime) -> Mapping[str, QuerySet]:
    today = local_day(now)
    here = Membership.objects.visible_to(viewer).filter(account=OuterRef("pk")).valid_on(today)
    people = Account.objects.filter(Exists(here), erased_at=None)
    factor = Authenticator.objects.filter(user_id=OuterRef("pk"))
    return {
        "people": people,
        "invited": people.filter(joined_at=None, is_active=True),
        "without_factor": people.filter(~Exists(factor), joined_at__isnull=False, is_active=True),
        "locked": people.filter(is_active=False),
        "ending": Membership.objects.visible_to(viewer).valid_on(today).filter(valid_until__lte=today + _SOON),
    }


def _access_card(viewer: Viewer, now: datetime, counts: Counts) -> Card:
    facts = [
        CardFact(_("Personen mit Zugang"), counts["people"], _PEOPLE),
        CardFact(_("eingeladen, noch nicht angemeldet"), counts["invited"]),
        CardFact(_("Rollen, die in 30 Tagen enden"), counts["ending"]),
    ]
    if counts["without_factor"]:
        facts.append(CardFact(_("ohne zweiten Faktor"), counts["without_factor"], is_late=True))
    if counts["locked"]:
        facts.append(CardFact(_("gesperrt"), counts["locked"]))
    return Card(facts)


def _log_counts(viewer: Viewer, now: datetime) -> Mapping[str, QuerySet]:
    rows = AuditEntry.objects.filter(district_id=viewer.district_id or 0, at__gte=now - _A_WEEK)
    return {"all": rows, "refused": rows.filter(is_refusal=True)}


def _log_card(viewer: Viewer, now: datetime, counts: Counts) -> Card:
    return Card(
        facts=(
            CardFact(_("Einträge"), counts["all"], _LOG),
            CardFact(_("davon verweigert"), counts["refused"], _LOG, {"refusals": "on"}),
        ),
        note=_("in den letzten sieben Tagen"),
    )


CARDS = (
    DashboardCard("accounts.access", _("Zugänge"), frozenset({Role.ADMINISTRATOR}), _access_card, counts=_access_counts, order=10),
    DashboardCard(
        "accounts.log",
        _("Protokoll"),
        frozenset({Role.ADMINISTRATOR, Role.PRIVACY_OFFICER}),
        _log_card,
        counts=_log_counts,
        order=20,
    ),
)
