"""Breaches of the protection of personal data: taken down, described, told, closed. Every change leaves a step."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from bruecke.accounts.models import Controller
from bruecke.core import audit
from bruecke.core.errors import Invalid, NotAllowed, WrongState
from bruecke.core.models import District
from bruecke.core.viewer import Viewer
from bruecke.privacy import rules
from bruecke.privacy.models import Breach, BreachStep
from bruecke.privacy.states import BreachState, BreachStepKind, Risk

DESCRIPTION = ("title", "noticed_at", "happened", "categories", "people_count", "records_count")
JUDGEMENT = ("risk", "consequences", "measures", "authority_reason", "people_reason")


@transaction.atomic
def notice_breach(
    *, district: District, controller: Controller, values: Mapping[str, Any], viewer: Viewer, now: datetime
) -> Breach:
    """Take a breach down; the 72 hours run from `noticed_at`. `values`: DESCRIPTION.

    Effects: first step; audit entry `privacy.breach_noticed`. Raises: NotAllowed, Invalid.
    """
    if not rules.can_see_breach(viewer, controller_id=controller.pk):
        raise NotAllowed
    Controller.objects.select_for_update().get(pk=controller.pk)  # one number after the other
    last = Breach.objects.filter(controller=controller).aggregate(last=Max("number"))["last"] or 0
    breach = Breach(district=district, controller=controller, number=last + 1, entered_by_id=viewer.account_id, entered_at=now)
    _take(breach, DESCRIPTION, values, now)
    breach.save()
    _step(breach, BreachStepKind.NOTICED, "", breach.noticed_at, viewer, now)
    audit.record(verb="privacy.breach_noticed", target=breach, viewer=viewer, now=now, fields=values)
    return breach


@transaction.atomic
def describe_breach(*, breach: Breach, values: Mapping[str, Any], version: int | None, viewer: Viewer, now: datetime) -> Breach:
    """Say better what happened.

    Effects: a step and an audit entry when something differs. Raises: NotAllowed, Stale, WrongState, Invalid.
    """
    return _edit(breach, DESCRIPTION, values, BreachStepKind.DESCRIBED, version, viewer, now)


@transaction.atomic
def judge_breach(*, breach: Breach, values: Mapping[str, Any], version: int | None, viewer: Viewer, now: datetime) -> Breach:
    """Risk, consequences, measures and reasons. Effects and errors as `describe_breach`."""
    return _edit(breach, JUDGEMENT, values, BreachStepKind.ASSESSED, version, viewer, now)


def _edit(
    breach: Breach,
    names: tuple[str, ...],
    values: Mapping[str, Any],
    kind: BreachStepKind,
    version: int | None,
    viewer: Viewer,
    now: datetime,
) -> Breach:
    fresh = _open(breach, viewer, version)
    before = {name: getattr(fresh, name) for name in names}
    _take(fresh, names, values, now)
    changed = audit.changed_fields(before, fresh)
    if changed:
        fresh.save_next()
        labels = {field.name: str(field.verbose_name) for field in Breach._meta.fields}
        words = ", ".join(labels[name] for name in changed)
        _step(fresh, kind, words, now, viewer, now)
        audit.record(verb="privacy.breach_changed", target=fresh, viewer=viewer, now=now, fields=changed)
    return fresh


def _take(breach: Breach, names: tuple[str, ...], values: Mapping[str, Any], now: datetime) -> None:
    """Raises: Invalid at `noticed_at`."""
    for name in names:
        if name in values:
            setattr(breach, name, values[name])
    if breach.noticed_at > now:
        raise Invalid({"noticed_at": _("Dieser Zeitpunkt liegt noch vor uns. Bitte prüfen Sie Datum und Uhrzeit.")})
    if breach.authority_told_at and breach.authority_told_at < breach.noticed_at:
        raise Invalid({"noticed_at": _("Die Aufsichtsbehörde wurde schon früher benachrichtigt. Bitte prüfen Sie das Datum.")})


@transaction.atomic
def add_step(
    *,
    breach: Breach,
    kind: BreachStepKind,
    at: datetime,
    text: str,
    reference: str = "",
    version: int | None,
    viewer: Viewer,
    now: datetime,
) -> Breach:
    """Somebody was told, or something was done about it.

    Effects: for AUTHORITY_TOLD and PEOPLE_TOLD the moment stands at the breach (the first one counts), with the authority's
    `reference`; a step; audit entry `privacy.breach_step`. Raises: NotAllowed, Stale, WrongState, Invalid.
    """
    if kind not in {BreachStepKind.MEASURE, BreachStepKind.AUTHORITY_TOLD, BreachStepKind.PEOPLE_TOLD}:
        raise WrongState
    fresh = _open(breach, viewer, version)
    if at > now:
        raise Invalid({"at": _("Dieser Zeitpunkt liegt noch vor uns. Bitte prüfen Sie Datum und Uhrzeit.")})
    if at < fresh.noticed_at:
        raise Invalid({"at": _("Das war, bevor die Panne bekannt wurde. Bitte prüfen Sie Datum und Uhrzeit.")})
    if kind is BreachStepKind.AUTHORITY_TOLD:
        fresh.authority_told_at = min(fresh.authority_told_at or at, at)
        fresh.authority_reference = reference.strip() or fresh.authority_reference
    if kind is BreachStepKind.PEOPLE_TOLD:
        fresh.people_told_at = min(fresh.people_told_at or at, at)
    fresh.save_next()
    _step(fresh, kind, text.strip(), at, viewer, now)
    audit.record(verb="privacy.breach_step", target=fresh, viewer=viewer, now=now, fields=[kind.value])
    return fresh


@transaction.atomic
def close_breach(*, breach: Breach, version: int | None, viewer: Viewer, now: datetime) -> Breach:
    """Everything is done.

    Effects: a step; audit entry `privacy.breach_closed`. Raises: NotAllowed, Stale, WrongState (duties open).
    """
    fresh = _open(breach, viewer, version)
    if duties(fresh):
        raise WrongState(_("Es fehlt noch etwas. Auf der Seite der Datenpanne steht, was offen ist."))
    fresh.state, fresh.closed_at = BreachState.CLOSED, now
    fresh.save_next()
    _step(fresh, BreachStepKind.CLOSED, "", now, viewer, now)
    audit.record(verb="privacy.breach_closed", target=fresh, viewer=viewer, now=now, fields=["state"])
    return fresh


@transaction.atomic
def reopen_breach(*, breach: Breach, version: int | None, viewer: Viewer, now: datetime) -> Breach:
    """Something came to light. Effects: a step; audit entry `privacy.breach_reopened`. Raises: NotAllowed, Stale, WrongState."""
    fresh = _locked(breach, viewer, version)
    if fresh.state != BreachState.CLOSED:
        raise WrongState
    fresh.state, fresh.closed_at = BreachState.OPEN, None
    fresh.save_next()
    _step(fresh, BreachStepKind.REOPENED, "", now, viewer, now)
    audit.record(verb="privacy.breach_reopened", target=fresh, viewer=viewer, now=now, fields=["state"])
    return fresh


def duties(breach: Breach) -> tuple[str, ...]:
    """As `rules.open_duties`, of a loaded breach."""
    return rules.open_duties(
        risk=Risk(breach.risk),
        authority_told=breach.authority_told_at is not None,
        people_told=breach.people_told_at is not None,
        authority_reason=breach.authority_reason,
        people_reason=breach.people_reason,
        measures=breach.measures,
    )


def _locked(breach: Breach, viewer: Viewer, version: int | None) -> Breach:
    fresh = Breach.objects.select_for_update(of=("self",)).select_related("controller", "district").get(pk=breach.pk)
    if not rules.can_see_breach(viewer, controller_id=fresh.controller_id):
        raise NotAllowed
    fresh.check_version(version)
    return fresh


def _open(breach: Breach, viewer: Viewer, version: int | None) -> Breach:
    fresh = _locked(breach, viewer, version)
    if fresh.state != BreachState.OPEN:
        raise WrongState(_("Die Datenpanne ist abgeschlossen. Öffnen Sie sie zuerst wieder."))
    return fresh


def _step(breach: Breach, kind: BreachStepKind, text: str, at: datetime, viewer: Viewer, now: datetime) -> None:
    BreachStep.objects.create(
        district_id=breach.district_id, breach=breach, kind=kind, at=at, text=text[:500], actor_id=viewer.account_id, entered_at=now
    )
