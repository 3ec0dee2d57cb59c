"""Writing what people know to the record of processing, and releasing a dated version of it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bruecke.accounts.models import Controller
from bruecke.core import audit
from bruecke.core.clock import local_day
from bruecke.core.errors import Invalid, NotAllowed
from bruecke.core.models import District
from bruecke.core.privacy import activities
from bruecke.core.viewer import Viewer
from bruecke.privacy import rules
from bruecke.privacy.models import RecordAddition, RecordRelease
from bruecke.privacy.queries import record as queries
from bruecke.privacy.states import OF_ACTIVITY, OF_CONTROLLER, AdditionKind


@transaction.atomic
def save_addition(
    *, controller: Controller, activity: str, kind: AdditionKind, text: str, viewer: Viewer, now: datetime
) -> RecordAddition | None:
    """Say something anew; the earlier text stays as history. None (and nothing saved) when it says the same.

    Effects: audit entry `privacy.addition_saved`. Raises: NotAllowed, Invalid.
    """
    if not rules.can_keep_record(viewer, controller_id=controller.pk):
        raise NotAllowed
    if kind not in (OF_ACTIVITY if activity else OF_CONTROLLER) or (activity and activity not in activities):
        raise Invalid(_("Diese Angabe gibt es hier nicht."))
    known = RecordAddition.objects.filter(controller=controller, activity=activity, kind=kind).first()
    wanted = text.strip()
    if (known.text if known else "") == wanted:
        return None
    row = RecordAddition.objects.create(
        district_id=controller.district_id,
        controller=controller,
        activity=activity,
        kind=kind,
        text=wanted,
        entered_by_id=viewer.account_id,
        entered_at=now,
    )
    audit.record(verb="privacy.addition_saved", target=row, viewer=viewer, now=now, fields=["text"])
    return row


@transaction.atomic
def release_record(*, district: District, controller: Controller, note: str, viewer: Viewer, now: datetime) -> RecordRelease:
    """Keep the record as it stands now. Effects: audit entry `privacy.record_released`. Raises: NotAllowed."""
    if not rules.can_keep_record(viewer, controller_id=controller.pk):
        raise NotAllowed
    content = queries.as_content(queries.record_of(district, controller, local_day(now)))
    row = RecordRelease.objects.create(
        district=district,
        controller=controller,
        content=content,
        note=note.strip(),
        released_by_id=viewer.account_id,
        released_at=now,
    )
    audit.record(verb="privacy.record_released", target=row, viewer=viewer, now=now)
    return row
