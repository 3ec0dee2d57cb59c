"""Navigation, viewer facts, to-dos, hourly work, events and demo of posts, responsibility and absences."""

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
    DemoStage,
    DemoStep,
    NavigationEntry,
    RetentionRule,
    Todo,
    TodoSource,
    Urgency,
    ViewerFacts,
    demo,
    navigation,
    retention,
    todos,
    viewer_facts,
)
from bruecke.core.scope import for_district
from bruecke.core.viewer import Viewer
from bruecke.directory.actions import EntryArchived
from bruecke.staffing import actions, queries, rules
from bruecke.staffing.actions.absences import KEPT
from bruecke.staffing.demo import begin_year, end_year, load_staffing
from bruecke.staffing.queries.subject import absences_due

FEATURE = "staffing"
LOOK_AHEAD = timedelta(days=14)

# --- viewer facts --------------------------------------------------------------------------------------------------


def _add_municipalities(viewer: Viewer, district: District, on: date) -> Viewer:
    """Coordinators are in charge of what their posts are in charge of today."""
    if not viewer.is_coordinator or not district.has_feature(FEATURE):
        return viewer
    held = queries.municipalities_held_by(viewer.account_id, on)
    return replace(viewer, municipalities=viewer.municipalities | held)


viewer_facts.register(ViewerFacts(key="staffing", extend=_add_municipalities, order=50))

# --- to-dos --------------------------------------------------------------------------------------------------


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


def _absences_due(district: District, until: datetime) -> dict[int | None, int]:
    return absences_due(until, KEPT)


retention.register(
    RetentionRule(
        key="staffing.absences",
        label=_("Vergangene Abwesenheiten löschen"),
        apply=actions.forget_old_absences,
        period=_("90 Tage nach dem letzten Tag"),
        due=_absences_due,
        order=80,
    )
)
todos.register(TodoSource(key="staffing.gaps", collect=collect_gaps, feature=FEATURE, order=40))

# --- navigation --------------------------------------------------------------------------------------------------


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


# --- events, demo --------------------------------------------------------------------------------------------------


@subscribe(EntryArchived)
def refuse_when_needed(event: EntryArchived) -> None:
    """Nobody archives the house of a running consultation hour or the employer of a post. Raises: WrongState."""
    needed_by = queries.needs_entry(event.model, event.uid, local_day(event.now))
    if needed_by:
        raise WrongState(_now("Das geht noch nicht: %(posts)s braucht diesen Eintrag.") % {"posts": ", ".join(needed_by)})


demo.register(DemoStep(key="staffing", load=load_staffing, order=40))
demo.register(DemoStep(key="staffing.year", load=begin_year, stages=frozenset({DemoStage.YEAR}), order=41))
demo.register(DemoStep(key="staffing.end", load=end_year, stages=frozenset({DemoStage.YEAR}), is_closing=True, order=42))
