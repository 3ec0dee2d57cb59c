"""Consultation hours: weekly rules, their end, and days on which they do not take place."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bruecke.core import audit
from bruecke.core.clock import local_day, start_of
from bruecke.core.errors import Invalid, NotAllowed, WrongState
from bruecke.core.schedules import WEEKS_OF_MONTH, occurrences
from bruecke.core.scope import touch_public
from bruecke.core.viewer import Viewer
from bruecke.directory.models import Location
from bruecke.staffing import rules
from bruecke.staffing.models import ConsultationException, ConsultationHour, Post
from bruecke.staffing.queries.hours import clashes
from bruecke.staffing.queries.posts import post_facts

HOUR_FIELDS = (
    "location",
    "weekday",
    "starts",
    "ends",
    "interval",
    "weeks_of_month",
    "is_held_on_holidays",
    "is_by_appointment",
    "note",
    "valid_from",
    "valid_until",
)


SHARED_FIELDS = tuple(name for name in HOUR_FIELDS if name not in {"location", "interval", "weeks_of_month"})
"""What the hours of a rotation have in common."""


def _allow(post: Post, viewer: Viewer, now: datetime) -> None:
    if not rules.can_edit_own_details(viewer, post_facts(post, local_day(now))):
        raise NotAllowed


def _note(verb: str, hour: ConsultationHour, viewer: Viewer, now: datetime, fields: Any) -> None:
    audit.record(verb=verb, target=hour, viewer=viewer, now=now, fields=fields)
    touch_public(hour.district)


@transaction.atomic
def create_hour(*, post: Post, values: Mapping[str, Any], viewer: Viewer, now: datetime) -> ConsultationHour:
    """A new consultation hour of a post. `values`: HOUR_FIELDS.

    Effects: audit entry `staffing.hour_created`; public pages are fresh. Raises: NotAllowed, Invalid.
    """
    _allow(post, viewer, now)
    post = Post.objects.select_for_update().get(pk=post.pk)
    hour = ConsultationHour(district=post.district, post=post, **{name: values[name] for name in HOUR_FIELDS if name in values})
    _check(hour)
    hour.save()
    _note("staffing.hour_created", hour, viewer, now, values)
    return hour


@transaction.atomic
def create_rotation(
    *, post: Post, places: Mapping[int, Location], values: Mapping[str, Any], viewer: Viewer, now: datetime
) -> list[ConsultationHour]:
    """One weekday, several places in turn: `places` by week of the month (1 … 4, -1 the last), `values`: SHARED_FIELDS.

    Effects: one consultation hour a place, each as `create_hour` makes it; all or none. Raises: NotAllowed, Invalid.
    """
    by_place: dict[int, list[int]] = {}
    for week in (one for one in WEEKS_OF_MONTH if one in places):
        by_place.setdefault(places[week].pk, []).append(week)
    if not by_place:
        raise Invalid({"places": _("Bitte wählen Sie für mindestens eine Woche einen Ort.")})
    known = {place.pk: place for place in places.values()}
    shared = {name: values[name] for name in SHARED_FIELDS if name in values}
    return [
        create_hour(post=post, values={**shared, "location": known[pk], "weeks_of_month": weeks}, viewer=viewer, now=now)
        for pk, weeks in by_place.items()
    ]


@transaction.atomic
def edit_hour(
    *, hour: ConsultationHour, values: Mapping[str, Any], version: int | None, viewer: Viewer, now: datetime
) -> ConsultationHour:
    """Change a consultation hour; nothing is saved when nothing differs. Days that do not fit any more stop being cancelled.

    Effects: audit entry `staffing.hour_changed`; public pages are fresh. Raises: NotAllowed, Stale, Invalid.
    """
    _allow(hour.post, viewer, now)
    Post.objects.select_for_update().get(pk=hour.post_id)
    fresh = ConsultationHour.objects.select_for_update().select_related("post").get(pk=hour.pk)
    fresh.check_version(version)
    before = {name: getattr(fresh, name) for name in HOUR_FIELDS}
    for name in HOUR_FIELDS:
        setattr(fresh, name, values.get(name, before[name]))
    changed = audit.changed_fields(before, fresh)
    if changed:
        _check(fresh)
        fresh.save_next()
        for exception in fresh.exceptions.all():
            if not _takes_place(fresh, exception.on):
                exception.delete()
        _note("staffing.hour_changed", fresh, viewer, now, changed)
    return fresh


@transaction.atomic
def end_hour(*, hour: ConsultationHour, valid_until: date, viewer: Viewer, now: datetime) -> ConsultationHour:
    """The consultation hour does not take place from that day on.

    Effects: audit entry `staffing.hour_ended`; public pages are fresh. Raises: NotAllowed, Invalid at `valid_until`.
    """
    _allow(hour.post, viewer, now)
    fresh = ConsultationHour.objects.select_for_update().get(pk=hour.pk)
    if valid_until <= fresh.valid_from:
        raise Invalid({"valid_until": _("Das Ende muss nach dem ersten Tag liegen.")})
    fresh.valid_until = valid_until
    fresh.save_next("valid_until")
    _note("staffing.hour_ended", fresh, viewer, now, ["valid_until"])
    return fresh


@transaction.atomic
def reopen_hour(*, hour: ConsultationHour, viewer: Viewer, now: datetime) -> ConsultationHour:
    """Take an end back.

    Effects: audit entry `staffing.hour_reopened`; public pages are fresh. Raises: NotAllowed, WrongState, Invalid.
    """
    _allow(hour.post, viewer, now)
    Post.objects.select_for_update().get(pk=hour.post_id)
    fresh = ConsultationHour.objects.select_for_update().select_related("post").get(pk=hour.pk)
    if fresh.valid_until is None:
        raise WrongState(_("Diese Sprechstunde hat kein Ende, das man zurücknehmen könnte."))
    fresh.valid_until = None
    _check(fresh)
    fresh.save_next("valid_until")
    _note("staffing.hour_reopened", fresh, viewer, now, ["valid_until"])
    return fresh


@transaction.atomic
def cancel_day(*, hour: ConsultationHour, on: date, reason: str = "", viewer: Viewer, now: datetime) -> ConsultationException:
    """The consultation hour does not take place on one day.

    Effects: audit entry `staffing.hour_cancelled`; public pages are fresh. Raises: NotAllowed, Invalid at `on`.
    """
    _allow(hour.post, viewer, now)
    fresh = ConsultationHour.objects.select_for_update().get(pk=hour.pk)
    if on < local_day(now):
        raise Invalid({"on": _("Dieser Tag ist vorbei. Bitte wählen Sie heute oder einen späteren Tag.")})
    if not _takes_place(fresh, on):
        raise Invalid({"on": _("An diesem Tag ist diese Sprechstunde gar nicht. Bitte wählen Sie einen ihrer Termine.")})
    if fresh.exceptions.filter(on=on).exists():
        raise Invalid({"on": _("Für diesen Tag ist der Ausfall schon eingetragen.")})
    exception = ConsultationException.objects.create(district=fresh.district, hour=fresh, on=on, reason=reason)
    _note("staffing.hour_cancelled", fresh, viewer, now, ["on"])
    return exception


@transaction.atomic
def restore_day(*, exception: ConsultationException, viewer: Viewer, now: datetime) -> ConsultationHour:
    """A cancelled day takes place after all.

    Effects: audit entry `staffing.hour_restored`; public pages are fresh. Raises: NotAllowed.
    """
    hour = exception.hour
    _allow(hour.post, viewer, now)
    exception.delete()
    _note("staffing.hour_restored", hour, viewer, now, ["on"])
    return hour


def _check(hour: ConsultationHour) -> None:
    errors: dict[str, object] = {}
    if hour.ends <= hour.starts:
        errors["ends"] = _("Das Ende muss nach dem Anfang liegen.")
    if hour.valid_until is not None and hour.valid_until <= hour.valid_from:
        errors["valid_until"] = _("Das Ende muss nach dem ersten Tag liegen.")
    if hour.valid_from < hour.post.valid_from:
        errors["valid_from"] = _("Die Stelle gibt es an diesem Tag noch nicht. Bitte wählen Sie einen späteren Tag.")
    if hour.location.archived_at is not None:
        errors["location"] = _("Dieser Ort ist archiviert. Bitte wählen Sie einen anderen.")
    if not set(hour.weeks_of_month) <= set(WEEKS_OF_MONTH):
        errors["weeks_of_month"] = _("Diese Wochen gibt es nicht in jedem Monat.")
    if not errors and clashes(hour, with_rows=ConsultationHour.objects.filter(post=hour.post).order_by("pk")):
        errors["starts"] = _("Die Stelle hat zu dieser Zeit schon eine andere Sprechstunde.")
        if {4, -1} & set(hour.weeks_of_month):
            errors["starts"] = _("Die Stelle hat dann schon eine andere Sprechstunde: Die vierte Woche ist oft auch die letzte.")
    if errors:
        raise Invalid(errors)


def _takes_place(hour: ConsultationHour, day: date) -> bool:
    begin = start_of(day)
    return any(one.day == day for one in occurrences(hour.rule(), after=begin, before=start_of(day + timedelta(days=1))))
