"""Breaches for reading: list, one of them, the clock of 72 hours, what is still owed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bruecke.core.viewer import Viewer
from bruecke.privacy import rules
from bruecke.privacy.models import Breach, BreachStep
from bruecke.privacy.states import BreachState, Risk

DUTIES: dict[str, Any] = {
    "risk": gettext_lazy("Risiko für die Betroffenen beurteilen"),
    "measures": gettext_lazy("Maßnahmen aufschreiben"),
    "authority_told_at": gettext_lazy("Aufsichtsbehörde benachrichtigen"),
    "authority_reason": gettext_lazy("begründen, warum die Aufsichtsbehörde nicht benachrichtigt wird"),
    "people_told_at": gettext_lazy("Betroffene benachrichtigen oder begründen, warum nicht"),
}


@dataclass(frozen=True, slots=True)
class Clock:
    """The 72 hours: until when, what is left (negative: over), and whether it still runs."""

    until: datetime
    left: timedelta
    is_running: bool

    @property
    def is_over(self) -> bool:
        return self.left < timedelta(0)

    @property
    def words(self) -> str:
        """`noch 31 Stunden`, `seit 4 Stunden vorbei`."""
        hours = int(abs(self.left).total_seconds() // 3600)
        if self.is_over:
            return _("seit %(hours)s Stunden vorbei") % {"hours": hours}
        return _("noch %(hours)s Stunden") % {"hours": hours} if hours else _("weniger als eine Stunde")


@dataclass(frozen=True, slots=True)
class CheckItem:
    """A line of the checklist."""

    label: object
    is_done: bool


def breaches(viewer: Viewer, *, only_open: bool) -> QuerySet[Breach]:
    rows: QuerySet[Breach] = Breach.objects.visible_to(viewer)
    return (rows.filter(state=BreachState.OPEN) if only_open else rows).order_by("-noticed_at", "-pk")


def breach_of(viewer: Viewer, uid: str) -> Breach | None:
    rows = Breach.objects.visible_to(viewer).select_related("controller", "district", "entered_by")
    found: Breach | None = rows.filter(uid=uid).first()
    return found


def steps_of(breach: Breach) -> list[BreachStep]:
    return list(BreachStep.objects.filter(breach=breach).select_related("actor").order_by("at", "pk"))


def clock_of(breach: Breach, now: datetime) -> Clock:
    """Counted to this moment, or to the moment the authority was told."""
    until = rules.report_until(breach.noticed_at)
    running = rules.is_clock_running(state=breach.state, authority_told=breach.authority_told_at is not None, risk=breach.risk)
    return Clock(until, until - (breach.authority_told_at or now), running)


def checklist(breach: Breach, open_duties: tuple[str, ...]) -> list[CheckItem]:
    """What Art. 33 and 34 ask for, in the order in which it is done."""
    reason_only = not rules.must_tell_authority(breach.risk)
    last = "authority_reason" if reason_only else "authority_told_at"
    items = [
        CheckItem(_("Aufschreiben, was passiert ist und wen es betrifft"), bool(breach.happened and breach.categories)),
        CheckItem(DUTIES["risk"], "risk" not in open_duties),
        CheckItem(DUTIES["measures"], "measures" not in open_duties),
        CheckItem(DUTIES[last], last not in open_duties),
    ]
    if breach.risk in {Risk.HIGH, Risk.UNKNOWN}:
        items.append(CheckItem(DUTIES["people_told_at"], breach.risk == Risk.HIGH and "people_told_at" not in open_duties))
    return [*items, CheckItem(_("Abschließen"), breach.state == BreachState.CLOSED)]
