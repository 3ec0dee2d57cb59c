"""Erasing on request (Art. 17): one record after the other, through its own app; what an erasure leaves of a request."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bruecke.core import audit
from bruecke.core.errors import NotAllowed, WrongState
from bruecke.core.privacy import subject_kinds
from bruecke.core.registries import Subject
from bruecke.core.scope import for_district
from bruecke.core.viewer import Viewer
from bruecke.privacy import rules
from bruecke.privacy.actions.protocol import subject_hash
from bruecke.privacy.actions.requests import drop_result, locked
from bruecke.privacy.models import RequestSubject, SubjectRequest
from bruecke.privacy.states import RequestKind


@transaction.atomic
def erase_on_request(*, request: SubjectRequest, row: RequestSubject, viewer: Viewer, now: datetime) -> None:
    """Erase one record of a request for good.

    Effects: the app's own erasure, which ends in `core.erasure.erase` (protocol, audit); the row of the request keeps a hash;
    what was collected goes; audit entry `privacy.request_erased`. Raises: NotAllowed (also when other controllers hold the same
    record), WrongState, Invalid (of the app).
    """
    fresh = locked(request, viewer, None)
    if row.request_id != fresh.pk or row.erased_at is not None or fresh.kind != RequestKind.ERASURE:
        raise NotAllowed
    if not rules.can_hand_out(state=fresh.state, identity=fresh.identity):
        raise WrongState(_("Bitte tragen Sie zuerst ein, wie Sie geprüft haben, wer fragt."))
    subject = Subject(row.kind, row.about_uid)
    found = subject_kinds[row.kind].describe(subject)
    if found is None:
        raise WrongState(_("Diese Daten gibt es nicht mehr."))
    if fresh.controller_id not in found.controller_ids:
        raise NotAllowed
    if found.controller_ids - {fresh.controller_id}:
        raise WrongState(
            _("Auch eine andere verantwortliche Stelle führt diese Person. Bitte stimmen Sie sich zuerst ab, wer löscht.")
        )
    subject_kinds[row.kind].erase(subject=subject, district=fresh.district, viewer=viewer, now=now)
    audit.record(verb="privacy.request_erased", target=fresh, viewer=viewer, now=now)


def forget_subject(subject: Subject, now: datetime) -> int:
    """The eraser's part: requests about the subject keep a hash, collected files go; works whoever erases. Returns changed rows."""
    rows = list(
        RequestSubject.objects.filter(subject_hash=subject_hash(subject), erased_at=None)
        .select_related("request__district")
        .order_by("pk")
    )
    for row in rows:
        with for_district(row.request.district):
            request = SubjectRequest.objects.select_for_update(of=("self",)).get(pk=row.request_id)
            drop_result(request, Viewer.system("erasure", request.district_id), now)
            row.about_uid, row.title, row.erased_at = "", "", now
            row.save(update_fields=["about_uid", "title", "erased_at"])
    return len(rows)
