"""What data protection puts on *Heute*: deadlines of requests, the 72 hours of breaches, gaps of the record, deletions to come."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bruecke.core import clock
from bruecke.core.registries import Todo, Urgency
from bruecke.core.viewer import Viewer
from bruecke.privacy import rules
from bruecke.privacy.models import SubjectRequest
from bruecke.privacy.queries import breaches, record, requests

_ANNOUNCED = timedelta(days=14)


def collect(viewer: Viewer, now: datetime) -> Iterator[Todo]:
    """Nothing (and no query) for whoever keeps no data protection."""
    if not viewer.has(*rules.READERS):
        return
    yield from _breaches(viewer, now)
    if viewer.has(*rules.KEEPERS):
        yield from _requests(viewer, now)
        yield from _record(viewer, now)


def _breaches(viewer: Viewer, now: datetime) -> Iterator[Todo]:
    for breach in breaches.breaches(viewer, only_open=True):
        left = breaches.clock_of(breach, now)
        late = left.is_running and left.is_over
        yield Todo(
            urgency=Urgency.OVERDUE if late else Urgency.TODAY,
            due_at=left.until if left.is_running else None,
            title=breach.title,
            kind=_("Datenpanne: %(time)s für die Meldung") % {"time": left.words} if left.is_running else _("Datenpanne"),
            verb=_("Öffnen"),
            route="privacy:breach",
            route_kwargs={"uid": breach.uid},
        )


def _requests(viewer: Viewer, now: datetime) -> Iterator[Todo]:
    today = clock.local_day(now)
    for one in requests.due_within(viewer, today + _ANNOUNCED):
        yield Todo(
            urgency=_urgency(one, now),
            due_at=datetime.combine(one.due_on, time(23, 59), tzinfo=clock.BERLIN),
            title=_("Antrag %(number)s: %(kind)s") % {"number": one.number, "kind": one.get_kind_display()},
            kind=_("Antrag einer betroffenen Person"),
            verb=_("Öffnen"),
            route="privacy:request",
            route_kwargs={"uid": one.uid},
        )


def _urgency(request: SubjectRequest, now: datetime) -> Urgency:
    today = clock.local_day(now)
    if request.due_on < today:
        return Urgency.OVERDUE
    return Urgency.TODAY if request.due_on == today else Urgency.WEEK


def _record(viewer: Viewer, now: datetime) -> Iterator[Todo]:
    controller = record.own_controller(viewer)
    if controller is None:
        return
    missing = len(record.record_of(controller.district, controller, clock.local_day(now)).open_slots)
    if missing:
        words = ngettext("%(count)s Angabe fehlt", "%(count)s Angaben fehlen", missing) % {"count": missing}
        yield Todo(
            urgency=Urgency.WEEK,
            due_at=None,
            title=_("Verzeichnis der Verarbeitungstätigkeiten: %(missing)s") % {"missing": words},
            kind=_("Art. 30 DSGVO"),
            verb=_("Ergänzen"),
            route="privacy:record",
        )
