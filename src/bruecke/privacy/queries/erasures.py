"""The protocol of erasures for reading, and what will be erased soon."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from bruecke.accounts import queries as accounts
from bruecke.accounts.models import Controller
from bruecke.core import clock
from bruecke.core.models import District
from bruecke.core.privacy import subject_kinds
from bruecke.core.registries import retention
from bruecke.core.viewer import Viewer
from bruecke.privacy.models import ErasureEntry
from bruecke.privacy.states import ErasureKind

SOON = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class ErasureFilters:
    """What the address says; `until` is the last day shown."""

    kind: str = ""
    what: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class ErasureLine:
    """A line in words."""

    entry: ErasureEntry
    what: str
    who: str


@dataclass(frozen=True, slots=True)
class DueErasure:
    """How many records a rule will remove within the next days."""

    label: object
    period: str
    count: int


def erasures(viewer: Viewer, filters: ErasureFilters) -> QuerySet[ErasureEntry]:
    """Lines of the viewer's controller, the latest first."""
    found: QuerySet[ErasureEntry] = ErasureEntry.objects.visible_to(viewer)
    if filters.kind:
        found = found.filter(kind=filters.kind)
    if filters.what:
        found = found.filter(key=filters.what)
    if filters.since:
        found = found.filter(at__gte=clock.start_of(filters.since))
    if filters.until:
        found = found.filter(at__lt=clock.start_of(filters.until + timedelta(days=1)))
    return found.order_by("-at", "-pk")


def what_choices() -> list[tuple[str, str]]:
    """Rules and kinds of subjects with their words, for the filter."""
    known = [(rule.key, str(rule.label)) for rule in retention] + [(kind.key, str(kind.label)) for kind in subject_kinds]
    return sorted(known, key=lambda pair: pair[1])


def erasure_lines(entries: list[ErasureEntry]) -> list[ErasureLine]:
    """The same entries in words. One query."""
    names = accounts.names_of(entry.actor_id for entry in entries)
    return [ErasureLine(entry, _what(entry), _who(entry, names)) for entry in entries]


def _what(entry: ErasureEntry) -> str:
    if entry.kind == ErasureKind.RUN:
        return _("Täglicher Lauf aller Löschfristen")
    if entry.kind == ErasureKind.RULE:
        return str(retention[entry.key].label) if entry.key in retention else entry.key
    return str(subject_kinds[entry.key].label) if entry.key in subject_kinds else entry.key


def _who(entry: ErasureEntry, names: dict[int, str]) -> str:
    if entry.actor_id is not None:
        return names.get(entry.actor_id) or _("Gelöschtes Konto")
    return {"system": _("Brücke selbst"), "link": _("Person mit Quittungscode")}.get(entry.actor_kind, entry.actor_kind)


def due_soon(district: District, controller: Controller, now: datetime) -> list[DueErasure]:
    """What the rules will remove within thirty days of what is this controller's; the leading one's is the district's too.

    One query for each rule that can say it; rules with nothing due are left out.
    """
    found = []
    for rule in retention:
        if rule.due is None:
            continue
        counts = rule.due(district, now + SOON)
        count = counts.get(controller.pk, 0) + (counts.get(None, 0) if controller.is_leading else 0)
        if count:
            found.append(DueErasure(rule.label, rule.period_on(district, clock.local_day(now)), count))
    return found
