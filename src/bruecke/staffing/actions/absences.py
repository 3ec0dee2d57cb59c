"""When nobody answers for a post, and who stands in; the events that make other apps hand work over and back."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bruecke.core import audit
from bruecke.core.clock import local_day
from bruecke.core.errors import Invalid, NotAllowed, WrongState
from bruecke.core.events import Event, publish
from bruecke.core.models import District
from bruecke.core.scope import touch_public
from bruecke.core.viewer import Viewer
from bruecke.staffing import rules
from bruecke.staffing.models import Absence, Post
from bruecke.staffing.queries.posts import post_facts

KEPT = timedelta(days=90)
"""After its last day an absence is of use only to who asks where a question lay meanwhile."""


@dataclass(frozen=True, kw_only=True)
class AbsenceStarted(Event):
    """From now on the deputy answers for the post; `queries.acting_post` says who that is."""

    post_id: int


@dataclass(frozen=True, kw_only=True)
class AbsenceEnded(Event):
    """The post answers for itself again."""

    post_id: int


@transaction.atomic
def enter_absence(
    *, post: Post, deputy: Post | None, valid_from: date, valid_until: date, viewer: Viewer, now: datetime
) -> Absence:
    """Nobody answers for `post` in [valid_from, valid_until); `deputy` None: the post's usual deputy, if it has one.

    Effects: audit `staffing.absence_entered`; begins at once where it begins today (`start_absences`). Raises: NotAllowed;
    Invalid at `valid_from`, `valid_until` or `deputy`.
    """
    locked = _locked(post, viewer, now)
    if valid_until <= local_day(now):
        raise Invalid({"valid_until": _("Dieser Zeitraum ist schon vorbei.")})
    absence = Absence(district=locked.district, post=locked, entered_at=now, entered_by_id=viewer.account_id)
    _fill(absence, deputy or locked.deputy, valid_from, valid_until)
    absence.save()
    audit.record(verb="staffing.absence_entered", target=locked, viewer=viewer, now=now, fields=["absences"])
    touch_public(locked.district)
    _start_if_due(absence, viewer, now)
    return absence


@transaction.atomic
def change_absence(
    *,
    absence: Absence,
    deputy: Post | None,
    valid_from: date,
    valid_until: date,
    version: int | None,
    viewer: Viewer,
    now: datetime,
) -> Absence:
    """Other days or another deputy; an absence that runs is handed back and over again.

    Effects: audit `staffing.absence_changed`. Raises: NotAllowed, Stale, WrongState when it is over, Invalid as entering.
    """
    locked = _locked(absence.post, viewer, now)
    fresh = Absence.objects.select_for_update().get(pk=absence.pk)
    fresh.check_version(version)
    if fresh.ended_at is not None:
        raise WrongState(_("Diese Abwesenheit ist schon vorbei."))
    if fresh.started_at is not None and valid_from > local_day(now):
        raise Invalid({"valid_from": _("Die Abwesenheit hat schon begonnen.")})
    was_running = fresh.started_at is not None
    _fill(fresh, deputy, valid_from, valid_until)
    fresh.started_at = None
    fresh.save_next()
    audit.record(verb="staffing.absence_changed", target=locked, viewer=viewer, now=now, fields=["absences"])
    touch_public(locked.district)
    if was_running:
        publish(AbsenceEnded(district_id=locked.district_id, viewer=viewer, now=now, post_id=locked.pk))
    _start_if_due(fresh, viewer, now)
    return fresh


@transaction.atomic
def remove_absence(*, absence: Absence, viewer: Viewer, now: datetime) -> None:
    """Take an absence back: one to come is gone, one that runs ends today.

    Effects: audit `staffing.absence_removed`; work comes back. Raises: NotAllowed, WrongState when it is over.
    """
    locked = _locked(absence.post, viewer, now)
    fresh = Absence.objects.select_for_update().get(pk=absence.pk)
    if fresh.ended_at is not None:
        raise WrongState(_("Diese Abwesenheit ist schon vorbei."))
    audit.record(verb="staffing.absence_removed", target=locked, viewer=viewer, now=now, fields=["absences"])
    touch_public(locked.district)
    if fresh.started_at is None or fresh.valid_from >= local_day(now):
        was_running = fresh.started_at is not None
        fresh.delete()
        if was_running:
            publish(AbsenceEnded(district_id=locked.district_id, viewer=viewer, now=now, post_id=locked.pk))
        return
    fresh.valid_until = local_day(now)
    _end(fresh, viewer, now)


@transaction.atomic
def set_deputy(*, post: Post, deputy: Post | None, viewer: Viewer, now: datetime) -> Post:
    """The post's usual deputy, for absences that name none. Effects: audit `staffing.deputy_set`. Raises: NotAllowed, Invalid."""
    locked = _locked(post, viewer, now)
    _check_deputy(locked, deputy)
    if locked.deputy_id != (deputy.pk if deputy else None):
        locked.deputy = deputy
        locked.save_next("deputy")
        audit.record(verb="staffing.deputy_set", target=locked, viewer=viewer, now=now, fields=["deputy"])
    return locked


def start_absences(district: District, now: datetime) -> int:
    """Begin and end what is due that day, one short transaction each; returns how many. Nothing happens twice."""
    viewer, day = Viewer.system("absences", district.pk), local_day(now)
    begins = Q(started_at=None, valid_from__lte=day, valid_until__gt=day)
    due = Absence.objects.filter(begins | Q(started_at__isnull=False, ended_at=None, valid_until__lte=day))
    done = 0
    for absence in list(due.order_by("valid_from", "pk")):
        with transaction.atomic():
            fresh = Absence.objects.select_for_update(of=("self",)).select_related("post").get(pk=absence.pk)
            if fresh.started_at is None:
                done += _start_if_due(fresh, viewer, now)
            elif fresh.ended_at is None and fresh.valid_until <= day:
                _end(fresh, viewer, now)
                done += 1
    return done


def forget_old_absences(district: District, now: datetime) -> int:
    """Delete what is over for long: when somebody was away is hers. Returns how many went."""
    return Absence.objects.filter(district=district, valid_until__lte=local_day(now) - KEPT).delete()[0]


def _start_if_due(absence: Absence, viewer: Viewer, now: datetime) -> bool:
    day = local_day(now)
    if absence.started_at is not None or not absence.valid_from <= day < absence.valid_until:
        return False
    absence.started_at = now
    absence.save(update_fields=["started_at"])
    publish(AbsenceStarted(district_id=absence.district_id, viewer=viewer, now=now, post_id=absence.post_id))
    return True


def _end(absence: Absence, viewer: Viewer, now: datetime) -> None:
    absence.ended_at = now
    absence.save_next()
    touch_public(absence.district)
    publish(AbsenceEnded(district_id=absence.district_id, viewer=viewer, now=now, post_id=absence.post_id))


def _locked(post: Post, viewer: Viewer, now: datetime) -> Post:
    locked = (
        Post.objects.select_for_update(of=("self",)).select_related("employer", "deputy", "district").filter(pk=post.pk).first()
    )
    if locked is None or not (viewer.is_system or rules.can_edit_own_details(viewer, post_facts(locked, local_day(now)))):
        raise NotAllowed
    return locked


def _fill(absence: Absence, deputy: Post | None, valid_from: date, valid_until: date) -> None:
    if valid_until <= valid_from:
        raise Invalid({"valid_until": _("Der erste Tag wieder im Dienst muss nach dem ersten Tag der Abwesenheit liegen.")})
    _check_deputy(absence.post, deputy)
    others = Absence.objects.filter(post=absence.post, ended_at=None).exclude(pk=absence.pk)
    if others.overlapping(valid_from, valid_until).exists():
        raise Invalid({"valid_from": _("In diesem Zeitraum ist schon eine Abwesenheit eingetragen.")})
    absence.deputy, absence.valid_from, absence.valid_until = deputy, valid_from, valid_until


def _check_deputy(post: Post, deputy: Post | None) -> None:
    """Questions stay inside the controller that the form named, and out of an Ausländerbehörde: others could not read them."""
    if deputy is None:
        return
    if deputy.pk == post.pk:
        raise Invalid({"deputy": _("Eine Stelle kann sich nicht selbst vertreten.")})
    if deputy.controller_id != post.controller_id:
        raise Invalid(
            {"deputy": _("Diese Stelle gehört zu einer anderen verantwortlichen Stelle. Sie dürfte die Fragen nicht lesen.")}
        )
    if deputy.unit is not None and deputy.unit.is_foreigners_authority and deputy.unit_id != post.unit_id:
        raise Invalid({"deputy": _("Diese Stelle gehört zur Ausländerbehörde. Sie dürfte die Fragen nicht lesen.")})
