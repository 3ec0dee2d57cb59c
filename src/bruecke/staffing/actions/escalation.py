"""The escalation chain: its steps and their order, hours, the yearly check, and the log of who was told."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from bruecke.core import audit
from bruecke.core.clock import local_day
from bruecke.core.errors import Invalid, NotAllowed
from bruecke.core.models import District
from bruecke.core.viewer import Viewer
from bruecke.places.models import Area
from bruecke.staffing import rules
from bruecke.staffing.models import EscalationContact, EscalationNotice, OnCallTime

CONTACT_FIELDS = ("function", "name", "phone", "other_phone", "mailbox", "note", "confirmed_on", "is_active")
NOTICES_KEPT = timedelta(days=3 * 365)
OLDEST_NOTICE = timedelta(days=366)
"""So late a notice is still entered: a log that is written from memory years later proves nothing."""
SHORTEST_NUMBER = 3


@transaction.atomic
def add_contact(
    *, district: District, municipality: Area | None, values: Mapping[str, Any], viewer: Viewer, now: datetime
) -> EscalationContact:
    """A step at the end of a chain; `municipality` None: of the steps that every municipality shares. `values`: CONTACT_FIELDS.

    Effects: audit `staffing.escalation_added`. Raises: NotAllowed, Invalid.
    """
    _allow(viewer, district, municipality.pk if municipality else None)
    _lock(district)
    _check_place(district, municipality, now)
    given = {name: values[name] for name in CONTACT_FIELDS if name in values}
    last = EscalationContact.objects.filter(municipality=municipality).order_by().aggregate(last=Max("position"))["last"]
    contact = EscalationContact(district=district, municipality=municipality, position=(last or 0) + 1, **given)
    _check(contact, now)
    contact.save()
    audit.record(verb="staffing.escalation_added", target=contact, viewer=viewer, now=now, fields=given)
    return contact


@transaction.atomic
def edit_contact(
    *, contact: EscalationContact, values: Mapping[str, Any], version: int | None, viewer: Viewer, now: datetime
) -> EscalationContact:
    """Change a step; nothing is saved when nothing differs. Entries of the log keep what it was called then.

    Effects: audit `staffing.escalation_changed`. Raises: NotAllowed, Stale, Invalid.
    """
    fresh = _locked(contact, viewer)
    fresh.check_version(version)
    before = {name: getattr(fresh, name) for name in CONTACT_FIELDS}
    for name in CONTACT_FIELDS:
        setattr(fresh, name, values.get(name, before[name]))
    changed = audit.changed_fields(before, fresh)
    if changed:
        _check(fresh, now)
        fresh.save_next()
        audit.record(verb="staffing.escalation_changed", target=fresh, viewer=viewer, now=now, fields=changed)
    return fresh


@transaction.atomic
def move_contact(*, contact: EscalationContact, is_up: bool, viewer: Viewer, now: datetime) -> EscalationContact:
    """One step up or down in its chain; at either end nothing happens. No form holds the order, so the version stays.

    Effects: the chain is counted anew from 1; audit `staffing.escalation_moved`. Raises: NotAllowed.
    """
    fresh = _locked(contact, viewer)
    chain = list(EscalationContact.objects.filter(municipality=fresh.municipality_id).order_by("position", "pk"))
    place = next(number for number, row in enumerate(chain) if row.pk == fresh.pk)
    other = place - 1 if is_up else place + 1
    if not 0 <= other < len(chain):
        return fresh
    chain[place], chain[other] = chain[other], chain[place]
    for number, row in enumerate(chain, start=1):
        if row.position != number:
            EscalationContact.objects.filter(pk=row.pk).update(position=number)
    audit.record(verb="staffing.escalation_moved", target=fresh, viewer=viewer, now=now, fields=["position"])
    fresh.position = other + 1
    return fresh


@transaction.atomic
def remove_contact(*, contact: EscalationContact, viewer: Viewer, now: datetime) -> None:
    """Delete a step with its hours: name and number are gone. The log keeps the function it was called by.

    Effects: audit `staffing.escalation_removed`. Raises: NotAllowed.
    """
    fresh = _locked(contact, viewer)
    audit.record(verb="staffing.escalation_removed", target=fresh, viewer=viewer, now=now)
    fresh.delete()


@transaction.atomic
def check_chain(*, district: District, municipality: Area | None, viewer: Viewer, now: datetime) -> int:
    """Everything in a chain was checked today; returns how many steps that were.

    Effects: audit `staffing.escalation_checked`, one entry a step. Raises: NotAllowed.
    """
    _allow(viewer, district, municipality.pk if municipality else None)
    _lock(district)
    chain = list(EscalationContact.objects.active().filter(municipality=municipality).order_by("position", "pk"))
    for contact in chain:
        contact.confirmed_on = local_day(now)
        contact.save_next("confirmed_on")
        audit.record(verb="staffing.escalation_checked", target=contact, viewer=viewer, now=now, fields=["confirmed_on"])
    return len(chain)


@transaction.atomic
def add_on_call(
    *, contact: EscalationContact, weekdays: Iterable[int], starts: time, ends: time, viewer: Viewer, now: datetime
) -> list[OnCallTime]:
    """Hours of several weekdays at once; `ends` before `starts` lies on the next day. Those that stand there already stay.

    Effects: audit `staffing.on_call_added`. Raises: NotAllowed; Invalid at `ends`.
    """
    fresh = _locked(contact, viewer)
    if starts == ends:
        raise Invalid({"ends": _("Bitte geben Sie zwei verschiedene Uhrzeiten an; rund um die Uhr ist 0:00 bis 23:59.")})
    known = set(OnCallTime.objects.filter(contact=fresh, starts=starts, ends=ends).order_by().values_list("weekday", flat=True))
    made = [
        OnCallTime.objects.create(district=fresh.district, contact=fresh, weekday=weekday, starts=starts, ends=ends)
        for weekday in sorted(set(weekdays) - known)
    ]
    if made:
        audit.record(verb="staffing.on_call_added", target=fresh, viewer=viewer, now=now, fields=["on_call"])
    return made


@transaction.atomic
def remove_on_call(*, row: OnCallTime, viewer: Viewer, now: datetime) -> None:
    """Delete the hours of one weekday. Effects: audit `staffing.on_call_removed`. Raises: NotAllowed."""
    fresh = _locked(row.contact, viewer)
    OnCallTime.objects.filter(pk=row.pk).delete()
    audit.record(verb="staffing.on_call_removed", target=fresh, viewer=viewer, now=now, fields=["on_call"])


@transaction.atomic
def enter_notice(
    *,
    district: District,
    municipality: Area,
    contact: EscalationContact | None,
    function: str,
    channel: str,
    was_reached: bool,
    told_at: datetime,
    note: str = "",
    viewer: Viewer,
    now: datetime,
) -> EscalationNotice:
    """Somebody was called about a municipality. `contact` None: somebody outside of the chain, such as the police.

    Effects: audit `staffing.notice_entered`. Raises: NotAllowed; Invalid at `told_at`.
    """
    if not rules.can_enter_notice(viewer, district_id=district.pk, ags=municipality.pk):
        raise NotAllowed
    _check_place(district, municipality, now)
    if told_at > now:
        raise Invalid({"told_at": _("Dieser Zeitpunkt liegt in der Zukunft. Bitte prüfen Sie die Angabe.")})
    if now - told_at > OLDEST_NOTICE:
        raise Invalid({"told_at": _("Das ist länger als ein Jahr her. Bitte prüfen Sie die Angabe.")})
    notice = EscalationNotice.objects.create(
        district=district,
        municipality=municipality,
        contact=contact,
        function=function,
        channel=channel,
        was_reached=was_reached,
        told_at=told_at,
        note=note,
        entered_at=now,
        entered_by_id=viewer.account_id,
    )
    audit.record(verb="staffing.notice_entered", target=notice, viewer=viewer, now=now, fields=["function", "told_at"])
    return notice


@transaction.atomic
def remove_notice(*, notice: EscalationNotice, viewer: Viewer, now: datetime) -> None:
    """Take an entry of the log back; the audit log keeps that there was one.

    Effects: audit `staffing.notice_removed`. Raises: NotAllowed.
    """
    fresh = EscalationNotice.objects.select_for_update().get(pk=notice.pk)
    ags = fresh.municipality_id
    if not rules.can_remove_notice(viewer, district_id=fresh.district_id, ags=ags, entered_by_id=fresh.entered_by_id):
        raise NotAllowed
    audit.record(verb="staffing.notice_removed", target=fresh, viewer=viewer, now=now)
    fresh.delete()


def forget_old_notices(district: District, now: datetime) -> int:
    """Delete what was told three years ago. Returns how many entries went."""
    return _old_notices(district, now).delete()[0]


def notices_due(district: District, until: datetime) -> dict[int | None, int]:
    """How many will be past their period by then; the log is the district's."""
    return dict(Counter({None: _old_notices(district, until).count()}))


def _old_notices(district: District, now: datetime) -> Any:
    return EscalationNotice.objects.filter(district=district, told_at__lte=now - NOTICES_KEPT)


def _allow(viewer: Viewer, district: District, ags: str | None) -> None:
    if not rules.can_edit_escalation(viewer, district_id=district.pk, ags=ags):
        raise NotAllowed


def _lock(district: District) -> None:
    """Chains of a district wait for each other: places in them are counted."""
    District.objects.select_for_update().get(pk=district.pk)


def _locked(contact: EscalationContact, viewer: Viewer) -> EscalationContact:
    _allow(viewer, contact.district, contact.municipality_id)
    _lock(contact.district)
    return EscalationContact.objects.select_for_update(of=("self",)).select_related("district").get(pk=contact.pk)


def _check_place(district: District, municipality: Area | None, now: datetime) -> None:
    if municipality is None:
        return
    if not Area.objects.of_kreis(district.ags).valid_on(local_day(now)).filter(pk=municipality.pk).exists():
        raise Invalid({"municipality": _("Diese Gemeinde liegt nicht im Landkreis.")})


def _check(contact: EscalationContact, now: datetime) -> None:
    errors: dict[str, object] = {}
    if not contact.function.strip():
        errors["function"] = _("Bitte nennen Sie die Funktion, zum Beispiel „Ordnungsamt, Bereitschaft“.")
    for name in ("phone", "other_phone"):
        number = getattr(contact, name)
        if (name == "phone" or number) and len(re.sub(r"[^0-9]", "", number)) < SHORTEST_NUMBER:
            errors[name] = _("Bitte geben Sie eine Telefonnummer ein, die man wählen kann.")
    if _is_later(contact.confirmed_on, local_day(now)):
        errors["confirmed_on"] = _("Dieser Tag liegt in der Zukunft. Bitte prüfen Sie die Angabe.")
    if errors:
        raise Invalid(errors)


def _is_later(day: date | None, today: date) -> bool:
    return day is not None and day > today
