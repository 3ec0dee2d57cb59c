"""What staffing hands to the registries: to-dos, navigation, viewer facts, classification of fields, words, demo."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import groupby

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from bruecke.core.clock import local_day, start_of
from bruecke.core.errors import WrongState
from bruecke.core.events import subscribe
from bruecke.core.jobs import JobRun, handler
from bruecke.core.models import District
from bruecke.core.registries import (
    AuditVerb,
    DemoStep,
    Eraser,
    NavigationEntry,
    NotPersonal,
    PersonalData,
    RetentionRule,
    Subject,
    Todo,
    TodoSource,
    Urgency,
    ViewerFacts,
    audit_verbs,
    demo,
    erasers,
    navigation,
    not_personal,
    personal_data,
    retention,
    todos,
    viewer_facts,
)
from bruecke.core.scope import for_district
from bruecke.core.viewer import Viewer
from bruecke.directory.actions import EntryArchived
from bruecke.staffing import actions, queries, rules
from bruecke.staffing.demo import load_staffing

FEATURE = "staffing"
LOOK_AHEAD = timedelta(days=14)

# --- viewer facts ----------------------------------------------------------------------------------------------------


def _add_municipalities(viewer: Viewer, district: District, on: date) -> Viewer:
    """Coordinators are in charge of what their posts are in charge of today."""
    if not viewer.is_coordinator or not district.has_feature(FEATURE):
        return viewer
    held = queries.municipalities_held_by(viewer.account_id, on)
    return replace(viewer, municipalities=viewer.municipalities | held)


viewer_facts.register(ViewerFacts(key="staffing", extend=_add_municipalities, order=50))

# --- to-dos ------------------------------------------------------------------------------------------------------------


def collect_gaps(viewer: Viewer, now: datetime) -> Iterable[Todo]:
    """Gaps for who can close them: municipalities of one day are one to-do, each vacant post is one."""
    if not viewer.leads_district:
        return []
    today = local_day(now)
    found = queries.gaps(today)
    return [*_unassigned(found, today), *_vacant(found, today)]


def _unassigned(found: list[queries.Gap], today: date) -> Iterable[Todo]:
    without = [gap for gap in found if gap.area is not None]
    by_day = sorted(without, key=lambda gap: gap.since or date.min)
    for since, group in groupby(by_day, key=lambda gap: gap.since):
        areas = [gap.area for gap in group if gap.area is not None]
        is_open = since is None or since <= today
        title = ngettext("%(count)s Gemeinde ohne Zuständigkeit", "%(count)s Gemeinden ohne Zuständigkeit", len(areas))
        yield Todo(
            urgency=Urgency.OVERDUE if is_open else Urgency.WEEK,
            due_at=start_of(since) if since else None,
            title=title % {"count": len(areas)},
            kind=_("Zuständigkeit"),
            verb=_("Zuordnen"),
            route="staffing:overview",
            anchor="ohne-zustaendigkeit",
            query={} if is_open or since is None else {"tag": since.isoformat()},
            place=", ".join(area.name for area in areas[:3]) + (" …" if len(areas) > 3 else ""),
        )


def _vacant(found: list[queries.Gap], today: date) -> Iterable[Todo]:
    for gap in found:
        if gap.post is not None:
            yield Todo(
                urgency=Urgency.WEEK,
                due_at=start_of(gap.since) if gap.since and gap.since > today else None,
                title=_now("Stelle %(post)s ist unbesetzt") % {"post": gap.post.short_label},
                kind=_("Zuständigkeit"),
                verb=_("Besetzen"),
                route="staffing:holder-change",
                route_kwargs={"uid": gap.post.uid},
            )


def collect_uncovered(viewer: Viewer, now: datetime) -> Iterable[Todo]:
    """Absences of the next two weeks for which nobody stands in: for the leading office."""
    if not viewer.leads_district:
        return
    today = local_day(now)
    for absence in queries.uncovered(today, today + LOOK_AHEAD):
        yield Todo(
            urgency=Urgency.TODAY if absence.valid_from <= today else Urgency.WEEK,
            due_at=start_of(absence.valid_from),
            title=_now("Niemand vertritt %(post)s") % {"post": absence.post.short_label},
            kind=_("Abwesenheit"),
            verb=_("Vertretung wählen"),
            route="staffing:absence-change",
            route_kwargs={"uid": absence.uid},
        )


todos.register(TodoSource(key="staffing.uncovered", collect=collect_uncovered, feature=FEATURE, order=45))


@handler("staffing.start_absences", every=timedelta(hours=1))
def start_absences(run: JobRun) -> None:
    """Begin and end absences in every district; each in a short transaction of its own."""
    for district in District.objects.order_by("pk"):
        with for_district(district):
            actions.start_absences(district, run.now)


retention.register(
    RetentionRule(key="staffing.absences", label=_("Vergangene Abwesenheiten löschen"), apply=actions.forget_old_absences, order=80)
)
todos.register(TodoSource(key="staffing.gaps", collect=collect_gaps, feature=FEATURE, order=40))

# --- navigation --------------------------------------------------------------------------------------------------------


def _count(viewer: Viewer, now: datetime) -> int:
    if not rules.can_assign(viewer):
        return 0
    return queries.unassigned_count(queries.open_district(), local_day(now))


navigation.register(
    NavigationEntry(
        key="staffing.overview",
        label=_("Zuständigkeit"),
        route="staffing:overview",
        group="network",
        icon="pin",
        feature=FEATURE,
        roles=frozenset({*rules.SEES_ALL, *rules.SEES_SOME}),
        count=_count,
        order=320,
    )
)
navigation.register(
    NavigationEntry(
        key="staffing.find", label=_("Hilfe finden"), route="staffing_public:find", door="public", feature=FEATURE, order=20
    )
)
navigation.register(
    NavigationEntry(
        key="staffing.hours",
        label=_("Sprechstunden"),
        route="staffing_public:hours",
        door="public",
        feature="consultation_hours",
        order=40,
    )
)

# --- personal data -----------------------------------------------------------------------------------------------------

_STAFF = _("Mitarbeitende der Integrationskoordination")
_BASIS = "§ 11 SächsDSDG, Art. 6 Abs. 1 Buchst. e DSGVO"
for _field, _purpose, _retention in (
    ("Post.mailbox", _("erreichbar sein; ein Funktionspostfach"), _("solange es die Stelle gibt")),
    ("Post.phone", _("erreichbar sein; ein Dienstanschluss"), _("solange es die Stelle gibt")),
    ("Post.languages", _("Ratsuchenden sagen, welche Sprachen gesprochen werden"), _("solange es die Stelle gibt")),
    (
        "PostHolder.public_name",
        _("Name auf der öffentlichen Seite, nur mit Freigabe"),
        _("bis die Freigabe endet oder der Zugang gelöscht wird"),
    ),
):
    personal_data.register(
        PersonalData(key=f"staffing.{_field}", subject=_STAFF, purpose=_purpose, legal_basis=_BASIS, retention=_retention)
    )
for _field, _reason in (
    ("Post.title", "name of a function"),
    ("Post.area_name", "names of places"),
    ("Assignment.before", "keys of municipalities and posts, days"),
    ("Assignment.after", "keys of municipalities and posts, days"),
    ("ConsultationHour.note", "shown in public, for instance a room"),
    ("ConsultationException.reason", "shown in public, for instance a holiday"),
):
    not_personal.register(NotPersonal(key=f"staffing.{_field}", reason=_reason))


def _erase(subject: Subject, now: datetime) -> int:
    return actions.forget_person(subject.uid) if subject.kind == "account" else 0


erasers.register(Eraser(key="staffing", erase=_erase, order=300))

# --- words of the audit log, events, demo --------------------------------------------------------------------------------

for _verb, _label in (
    ("municipalities_assigned", _("Gemeinden zugeordnet")),
    ("assignment_undone", _("Zuordnung zurückgenommen")),
    ("post_created", _("Stelle angelegt")),
    ("post_changed", _("Stelle geändert")),
    ("post_ended", _("Stelle beendet")),
    ("post_reopened", _("Ende einer Stelle zurückgenommen")),
    ("holder_changed", _("Stelle besetzt")),
    ("post_vacated", _("Stelle unbesetzt")),
    ("hour_created", _("Sprechstunde angelegt")),
    ("hour_changed", _("Sprechstunde geändert")),
    ("hour_ended", _("Sprechstunde beendet")),
    ("hour_reopened", _("Ende einer Sprechstunde zurückgenommen")),
    ("hour_cancelled", _("Sprechstunde fällt einmal aus")),
    ("absence_entered", _("Abwesenheit eingetragen")),
    ("absence_changed", _("Abwesenheit geändert")),
    ("absence_removed", _("Abwesenheit zurückgenommen")),
    ("deputy_set", _("Vertretung festgelegt")),
    ("hour_restored", _("Ausfall einer Sprechstunde zurückgenommen")),
):
    audit_verbs.register(AuditVerb(key=f"staffing.{_verb}", label=_label))


@subscribe(EntryArchived)
def refuse_when_needed(event: EntryArchived) -> None:
    """Nobody archives the house of a running consultation hour or the employer of a post. Raises: WrongState."""
    needed_by = queries.needs_entry(event.model, event.uid, local_day(event.now))
    if needed_by:
        raise WrongState(_now("Das geht noch nicht: %(posts)s braucht diesen Eintrag.") % {"posts": ", ".join(needed_by)})


demo.register(DemoStep(key="staffing", load=load_staffing, order=40))
