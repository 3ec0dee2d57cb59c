"""The escalation chain: navigation, card, search, the yearly check, how long the log is kept, words of the audit log."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from bruecke.core.clock import local_day
from bruecke.core.dashboard import cards
from bruecke.core.global_search import Command, GlobalSearch, commands, global_search
from bruecke.core.registries import (
    AuditVerb,
    DemoStep,
    NavigationEntry,
    RetentionRule,
    Todo,
    TodoSource,
    Urgency,
    audit_verbs,
    demo,
    navigation,
    retention,
    todos,
)
from bruecke.core.viewer import Role, Viewer
from bruecke.staffing import actions, queries, rules
from bruecke.staffing.demo.escalation import load_escalation
from bruecke.staffing.queries.escalation_finding import CARDS, find_chains

FEATURE = "staffing"
ROLES = frozenset({*rules.SEES_ESCALATION, Role.MUNICIPALITY})

navigation.register(
    NavigationEntry(
        key="staffing.escalation",
        label=_("Notfall"),
        route="staffing:escalation",
        group="network",
        icon="phone",
        feature=FEATURE,
        roles=ROLES,
        on_phone=True,
        order=325,
    )
)
for _card in CARDS:
    cards.register(_card)
global_search.register(
    GlobalSearch(key="staffing.escalation", label=_("Notfall"), find=find_chains, feature=FEATURE, roles=ROLES, order=5)
)
commands.register(
    Command(
        key="staffing.escalation",
        label=_("Notfall: wen anrufen?"),
        route="staffing:escalation",
        words="notruf gefahr polizei konflikt krise eskalation bereitschaft rufbereitschaft 110 112",
        feature=FEATURE,
        roles=ROLES,
        order=5,
    )
)


def collect_checks(viewer: Viewer, now: datetime) -> Iterable[Todo]:
    """Chains whose yearly check is due, as one line for who keeps them; a single one opens at once."""
    if not rules.can_see_every_escalation(viewer):
        return
    due = queries.chains_to_check(viewer, local_day(now))
    if not due:
        return
    count = sum(due.values())
    title = ngettext("%(count)s Notfallkontakt prüfen", "%(count)s Notfallkontakte prüfen", count) % {"count": count}
    names = [area.name if area else _now("alle Gemeinden") for area in due]
    only = next(iter(due)) if len(due) == 1 else None
    route = "staffing:escalation"
    if len(due) == 1:
        route = "staffing:escalation-chain" if only else "staffing:escalation-shared"
    yield Todo(
        urgency=Urgency.WEEK,
        due_at=None,
        title=title,
        kind=_("Notfall"),
        verb=_("Prüfen"),
        route=route,
        route_kwargs={"ags": only.pk} if only else {},
        place=", ".join(names[:3]) + (" …" if len(names) > 3 else ""),
    )


todos.register(TodoSource(key="staffing.escalation", collect=collect_checks, feature=FEATURE, order=48))
retention.register(
    RetentionRule(
        key="staffing.notices",
        label=_("Protokoll der Benachrichtigungen löschen"),
        apply=actions.forget_old_notices,
        period=_("drei Jahre nach der Benachrichtigung"),
        due=actions.notices_due,
        order=86,
    )
)
for _verb, _label in (
    ("escalation_added", _("Notfallkontakt hinzugefügt")),
    ("escalation_changed", _("Notfallkontakt geändert")),
    ("escalation_moved", _("Reihenfolge einer Notfallkette geändert")),
    ("escalation_removed", _("Notfallkontakt gelöscht")),
    ("escalation_checked", _("Notfallkontakt geprüft")),
    ("on_call_added", _("Erreichbarkeit eines Notfallkontakts eingetragen")),
    ("on_call_removed", _("Erreichbarkeit eines Notfallkontakts entfernt")),
    ("notice_entered", _("Benachrichtigung eingetragen")),
    ("notice_removed", _("Benachrichtigung gelöscht")),
):
    audit_verbs.register(AuditVerb(key=f"staffing.{_verb}", label=_label))
demo.register(DemoStep(key="staffing.escalation", load=load_escalation, is_closing=True, order=62))
