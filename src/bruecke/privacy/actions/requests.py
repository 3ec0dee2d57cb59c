"""Requests of persons concerned: taking down, correcting, naming what it is about, extending, answering."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from bruecke.accounts.models import Controller
from bruecke.core import audit, files, settings
from bruecke.core.clock import local_day
from bruecke.core.errors import Invalid, NotAllowed, WrongState
from bruecke.core.models import District, StoredFile
from bruecke.core.privacy import FoundSubject
from bruecke.core.viewer import Viewer
from bruecke.privacy import rules
from bruecke.privacy.actions.protocol import subject_hash
from bruecke.privacy.models import RequestSubject, SubjectRequest
from bruecke.privacy.states import KEEP_MONTHS, REQUEST_TRANSITIONS, IdentityCheck, RequestState

FIELDS = ("kind", "asker", "contact", "wish", "way", "received_on", "identity")


@transaction.atomic
def receive_request(
    *, district: District, controller: Controller, values: Mapping[str, Any], viewer: Viewer, now: datetime
) -> SubjectRequest:
    """Take a request down. `values`: FIELDS.

    Effects: the month of Art. 12 Abs. 3 begins on `received_on`; audit entry `privacy.request_received`.
    Raises: NotAllowed, Invalid.
    """
    if not rules.can_handle_request(viewer, controller_id=controller.pk):
        raise NotAllowed
    Controller.objects.select_for_update().get(pk=controller.pk)  # one number after the other
    last = SubjectRequest.objects.filter(controller=controller).aggregate(last=Max("number"))["last"] or 0
    request = SubjectRequest(
        district=district, controller=controller, number=last + 1, entered_by_id=viewer.account_id, entered_at=now
    )
    _take(request, values, now)
    request.save()
    audit.record(verb="privacy.request_received", target=request, viewer=viewer, now=now, fields=values)
    return request


def _take(request: SubjectRequest, values: Mapping[str, Any], now: datetime) -> None:
    """Raises: Invalid at `received_on`."""
    for name in FIELDS:
        if name in values:
            setattr(request, name, values[name])
    if request.received_on > local_day(now):
        raise Invalid({"received_on": _("Dieser Tag liegt noch vor uns. Bitte prüfen Sie das Datum.")})
    due = rules.extended_due_on if request.extended_on else rules.due_on
    request.due_on = due(request.received_on)


@transaction.atomic
def change_request(
    *, request: SubjectRequest, values: Mapping[str, Any], version: int | None, viewer: Viewer, now: datetime
) -> SubjectRequest:
    """Correct what was taken down.

    Effects: audit entry `privacy.request_changed`. Raises: NotAllowed, Stale, WrongState, Invalid.
    """
    fresh = locked(request, viewer, version)
    _need_open(fresh)
    before = {name: getattr(fresh, name) for name in FIELDS}
    _take(fresh, values, now)
    changed = audit.changed_fields(before, fresh)
    if changed:
        fresh.save_next()
        audit.record(verb="privacy.request_changed", target=fresh, viewer=viewer, now=now, fields=changed)
    return fresh


@transaction.atomic
def extend_request(*, request: SubjectRequest, reason: str, version: int | None, viewer: Viewer, now: datetime) -> SubjectRequest:
    """Two months more; the person has to be told within the first one.

    Effects: audit entry `privacy.request_extended`. Raises: NotAllowed, Stale, WrongState, Invalid.
    """
    fresh = locked(request, viewer, version)
    today = local_day(now)
    if not rules.can_extend(state=fresh.state, received_on=fresh.received_on, extended_on=fresh.extended_on, today=today):
        raise WrongState(_("Die Frist lässt sich nur einmal und nur im ersten Monat verlängern (Art. 12 Abs. 3 DSGVO)."))
    if not reason.strip():
        raise Invalid({"reason": _("Bitte nennen Sie den Grund. Er gehört in die Mitteilung an die Person.")})
    fresh.extended_on, fresh.extension_reason = today, reason.strip()
    fresh.due_on = rules.extended_due_on(fresh.received_on)
    fresh.save_next()
    audit.record(verb="privacy.request_extended", target=fresh, viewer=viewer, now=now, fields=["due_on", "extension_reason"])
    return fresh


@transaction.atomic
def add_subject(*, request: SubjectRequest, found: FoundSubject, viewer: Viewer, now: datetime) -> RequestSubject:
    """Name a record that the request is about; the same one once.

    Effects: audit entry `privacy.request_subject_added`. Raises: NotAllowed (also for a record of another controller), WrongState.
    """
    fresh = locked(request, viewer, None)
    _need_open(fresh)
    if fresh.controller_id not in found.controller_ids:
        raise NotAllowed
    row, created = RequestSubject.objects.get_or_create(
        request=fresh,
        subject_hash=subject_hash(found.subject),
        defaults={
            "district_id": fresh.district_id,
            "kind": found.subject.kind,
            "about_uid": found.subject.uid,
            "title": found.title[:200],
        },
    )
    if created:
        audit.record(verb="privacy.request_subject_added", target=fresh, viewer=viewer, now=now)
    return row


@transaction.atomic
def remove_subject(*, request: SubjectRequest, subject: RequestSubject, viewer: Viewer, now: datetime) -> None:
    """It was the wrong record. Effects: what was collected goes; audit entry `privacy.request_subject_removed`. Raises: NotAllowed,
    WrongState.
    """
    fresh = locked(request, viewer, None)
    _need_open(fresh)
    if subject.request_id != fresh.pk or subject.erased_at is not None:
        raise NotAllowed
    drop_result(fresh, viewer, now)
    subject.delete()
    audit.record(verb="privacy.request_subject_removed", target=fresh, viewer=viewer, now=now)


@transaction.atomic
def end_request(
    *, request: SubjectRequest, state: RequestState, note: str, version: int | None, viewer: Viewer, now: datetime
) -> SubjectRequest:
    """Answered or declined; a refusal needs its reason (Art. 12 Abs. 4).

    Effects: the record of the request goes after the district's period; audit entry `privacy.request_answered` or `…_declined`.
    Raises: NotAllowed, Stale, WrongState, Invalid.
    """
    fresh = locked(request, viewer, version)
    if state not in REQUEST_TRANSITIONS[RequestState(fresh.state)] or state is RequestState.OPEN:
        raise WrongState
    if state is RequestState.DECLINED and not note.strip():
        raise Invalid({"note": _("Bitte nennen Sie den Grund. Die Person muss ihn erfahren, mit dem Weg zur Beschwerde.")})
    if state is RequestState.ANSWERED and fresh.identity == IdentityCheck.NONE:
        raise Invalid(_("Bitte tragen Sie zuerst ein, wie Sie geprüft haben, wer fragt."))
    today = local_day(now)
    fresh.state, fresh.answered_on, fresh.answer_note = state, today, note.strip()
    fresh.delete_on = rules.delete_request_on(today, settings.get(fresh.district, KEEP_MONTHS, today))
    fresh.save_next()
    audit.record(verb=f"privacy.request_{state.value}", target=fresh, viewer=viewer, now=now, fields=["state", "answer_note"])
    return fresh


@transaction.atomic
def reopen_request(*, request: SubjectRequest, version: int | None, viewer: Viewer, now: datetime) -> SubjectRequest:
    """It was not the end after all. Effects: audit entry `privacy.request_reopened`. Raises: NotAllowed, Stale, WrongState."""
    fresh = locked(request, viewer, version)
    if RequestState.OPEN not in REQUEST_TRANSITIONS[RequestState(fresh.state)]:
        raise WrongState
    fresh.state, fresh.answered_on, fresh.delete_on = RequestState.OPEN, None, None
    fresh.save_next()
    audit.record(verb="privacy.request_reopened", target=fresh, viewer=viewer, now=now, fields=["state"])
    return fresh


# --- for actions of this package -------------------------------------------------------------------------------------------


def locked(request: SubjectRequest, viewer: Viewer, version: int | None) -> SubjectRequest:
    """The request under lock. Raises: NotAllowed, Stale."""
    rows = SubjectRequest.objects.select_for_update(of=("self",)).select_related("controller", "district", "result")
    fresh = rows.get(pk=request.pk)
    if not rules.can_handle_request(viewer, controller_id=fresh.controller_id):
        raise NotAllowed
    fresh.check_version(version)
    return fresh


def _need_open(request: SubjectRequest) -> None:
    if request.state != RequestState.OPEN:
        raise WrongState(_("Der Antrag ist schon erledigt. Öffnen Sie ihn zuerst wieder."))


def drop_result(request: SubjectRequest, viewer: Viewer, now: datetime) -> bool:
    """Delete the collected file of a locked request; whether there was one.

    Effects: audit entry `privacy.request_result_deleted`.
    """
    if request.result_id is None:
        return False
    stored = StoredFile.objects.filter(pk=request.result_id).first()
    request.result, request.result_until = None, None
    request.save(update_fields=["result", "result_until"])
    if stored is not None:
        files.delete_file(stored)
    audit.record(verb="privacy.request_result_deleted", target=request, viewer=viewer, now=now)
    return True
