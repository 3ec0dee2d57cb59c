"""Hand-overs: sections of the dossier, to-dos before somebody leaves, how long they are kept, what is erased, words of the log."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from bruecke.core.clock import local_day, start_of
from bruecke.core.hand_over import HandOverSource, hand_overs
from bruecke.core.models import District
from bruecke.core.registries import (
    AuditVerb,
    DemoStep,
    Eraser,
    RetentionRule,
    Subject,
    Todo,
    TodoSource,
    Urgency,
    audit_verbs,
    demo,
    erasers,
    retention,
    todos,
)
from bruecke.core.viewer import Viewer
from bruecke.staffing import actions
from bruecke.staffing.demo.hand_over import load_hand_over
from bruecke.staffing.queries import hand_over as reads
from bruecke.staffing.queries import hand_over_points as points
from bruecke.staffing.rules import hand_over as timing

FEATURE = "staffing"

for _source in (
    HandOverSource(key="staffing.places", title=_("Zuständigkeiten"), collect=points.places_and_topics, feature=FEATURE, order=50),
    HandOverSource(key="staffing.hours", title=_("Sprechstunden"), collect=points.hours, feature="consultation_hours", order=60),
    HandOverSource(
        key="staffing.absences",
        title=_("Geplante Abwesenheiten und Vertretungen"),
        collect=points.planned_absences,
        feature=FEATURE,
        todos=frozenset({"staffing.uncovered", "staffing.gaps", "staffing.ending", "staffing.hand_over"}),
        order=70,
    ),
    HandOverSource(key="staffing.todos", title=_("Weiteres auf „Heute“"), collect=points.other_todos, order=200),
):
    hand_overs.register(_source)


def collect(viewer: Viewer, now: datetime) -> Iterable[Todo]:
    """A month before somebody leaves: prepare it; when the day has passed: close it. For the office and who leaves or follows."""
    today = local_day(now)
    for one in reads.leavings(viewer, now):
        is_over = one.on <= today
        words = _now("Übergabe abschließen: %(post)s") if is_over else _now("Übergabe vorbereiten: %(post)s ab %(day)s")
        yield Todo(
            urgency=timing.urgency_of(one.on, today) or Urgency.WEEK,
            due_at=start_of(one.on if is_over else one.on - timing.READY),
            title=words % {"post": one.holder.post.short_label, "day": f"{one.on:%d.%m.%Y}"},
            kind=_("Übergabe"),
            verb=_("Abschließen") if is_over else _("Vorbereiten") if one.hand_over else _("Planen"),
            route="staffing:hand-over" if one.hand_over else "staffing:hand-over-plan",
            route_kwargs={"uid": one.holder.post.uid},
        )


todos.register(TodoSource(key="staffing.hand_over", collect=collect, feature=FEATURE, order=44))


def _due(district: District, until: datetime) -> dict[int | None, int]:
    return reads.hand_overs_due(until)


retention.register(
    RetentionRule(
        key="staffing.hand_overs",
        label=_("Übergaben von Stellen löschen"),
        apply=actions.forget_old_hand_overs,
        period=_("2 Jahre nach der Übergabe"),
        due=_due,
        order=86,
    )
)


def _erase(subject: Subject, now: datetime) -> int:
    return actions.forget_in_hand_overs(subject.kind, subject.uid)


erasers.register(Eraser(key="staffing.hand_over", erase=_erase, order=310))
for _verb, _label in (
    ("hand_over_planned", _("Übergabe einer Stelle geplant")),
    ("hand_over_changed", _("Übergabe einer Stelle bearbeitet")),
    ("handed_on", _("Offenes an die Nachfolge übergeben")),
    ("hand_over_done", _("Übergabe einer Stelle abgeschlossen")),
    ("hand_over_cancelled", _("Übergabe einer Stelle abgesagt")),
    ("hand_over_exported", _("Übergabemappe heruntergeladen")),
):
    audit_verbs.register(AuditVerb(key=f"staffing.{_verb}", label=_label))
demo.register(DemoStep(key="staffing.hand_over", load=load_hand_over, is_closing=True, order=62))
