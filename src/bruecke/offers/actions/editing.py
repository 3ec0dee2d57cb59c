"""Creating and changing offers, one or many."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from bruecke.core import audit
from bruecke.core.clock import local_day
from bruecke.core.errors import Invalid, NotAllowed, WrongState
from bruecke.core.events import publish
from bruecke.core.models import District
from bruecke.core.scope import touch_public
from bruecke.core.viewer import Viewer
from bruecke.offers import rules
from bruecke.offers.actions.derived import keep_in_step
from bruecke.offers.actions.events import OfferChanged, OfferConfirmed, OfferCreated
from bruecke.offers.actions.saving import assign, locked, note_editor, save, tell
from bruecke.offers.actions.values import Context, clean, uids_in
from bruecke.offers.models import Offer
from bruecke.offers.states import SHOWN, ConfirmedBy, OfferState

_BATCH = 200


@dataclass(frozen=True, slots=True)
class NewOffer:
    """One of many: `values` as in `create_offer`, and what an import or the demo knows beside them."""

    values: Mapping[str, Any]
    state: OfferState = OfferState.ACTIVE
    confirmed_on: date | None = None
    confirmed_by: ConfirmedBy | None = None
    external_source: str = ""
    external_key: str = ""
    created_at: datetime | None = field(default=None)


@transaction.atomic
def create_offer(
    *, district: District, values: Mapping[str, Any], viewer: Viewer, now: datetime, publish_now: bool = False
) -> Offer:
    """A new offer, a draft unless `publish_now`; who publishes it confirms it. `values`: `queries.EDITABLE`.

    `locations`: locations or their uids, the first one leads. Effects: history; facets, places and search index; audit
    entry `offer.created`; event `OfferCreated`; public pages are fresh. Raises: NotAllowed, Invalid per field.
    """
    today = local_day(now)
    new = NewOffer(
        values=values,
        state=OfferState.ACTIVE if publish_now else OfferState.DRAFT,
        confirmed_on=today if publish_now and not viewer.is_system else None,
        confirmed_by=ConfirmedBy.OFFICE if publish_now and not viewer.is_system else None,
    )
    return create_offers(district=district, offers=[new], viewer=viewer, now=now)[0]


@transaction.atomic
def create_offers(*, district: District, offers: Sequence[NewOffer], viewer: Viewer, now: datetime) -> list[Offer]:
    """Many new offers at once; the same checks and effects as `create_offer`, rows written in bulk.

    Raises: NotAllowed; Invalid of the first wrong one, then nothing is written.
    """
    if not rules.can_create(viewer) or (viewer.district_id is not None and viewer.district_id != district.pk):
        raise NotAllowed
    context = Context(district)
    context.read_locations(uid for new in offers for uid in uids_in(new.values))
    rows = [_row(new, district, context, viewer, now) for new in offers]
    try:
        with transaction.atomic():
            for start in range(0, len(rows), _BATCH):
                Offer.objects.bulk_create(rows[start : start + _BATCH])
    except IntegrityError as error:
        raise Invalid({"external_key": _("Diesen Schlüssel der Quelle hat schon ein anderes Angebot.")}) from error
    Offer.history.bulk_history_create(rows, batch_size=_BATCH, default_date=now)
    keep_in_step(rows, district=district, locations=context.locations)
    for row, new in zip(rows, offers, strict=True):
        audit.record(verb="offer.created", target=row, viewer=viewer, now=now, fields=new.values)
        publish(OfferCreated(district_id=district.pk, viewer=viewer, now=now, offer_uid=row.uid))
    if rows:
        touch_public(district)
    return rows


def _row(new: NewOffer, district: District, context: Context, viewer: Viewer, now: datetime) -> Offer:
    cleaned = clean(new.values, offer=None, context=context, today=local_day(now))
    if new.state is OfferState.ARCHIVED:
        raise WrongState
    row = Offer(
        district=district,
        state=new.state,
        confirmed_on=new.confirmed_on,
        confirmed_by=new.confirmed_by or "",
        external_source=new.external_source,
        external_key=new.external_key,
        created_at=new.created_at or now,
        changed_at=new.created_at or now,
        created_by_id=viewer.account_id,
        **cleaned,
    )
    row.fold()
    note_editor(row, viewer, new.created_at or now)
    return row


@transaction.atomic
def edit_offer(
    *, offer: Offer, values: Mapping[str, Any], version: int | None, viewer: Viewer, now: datetime, confirm: bool = False
) -> Offer:
    """Change an offer; nothing is saved when nothing differs. `confirm`: the editor says that the entry is right as it is now.

    Effects: history; derived rows and search index; audit entry `offer.changed` with the names of the fields (and
    `offer.confirmed`); events `OfferChanged`, `OfferConfirmed`; public pages are fresh.
    Raises: NotAllowed, WrongState when archived, Stale, Invalid per field.
    """
    fresh = locked(offer)
    if not rules.can_edit(viewer, district_id=fresh.district_id):
        raise NotAllowed
    if fresh.is_archived:
        raise WrongState(_("Das Angebot ist archiviert. Bitte holen Sie es zuerst zurück."))
    fresh.check_version(version)
    confirms = confirm and fresh.state in SHOWN
    return apply_values(fresh, values, viewer=viewer, now=now, confirmed_by=ConfirmedBy.OFFICE if confirms else None)


def apply_values(
    fresh: Offer,
    values: Mapping[str, Any],
    *,
    viewer: Viewer,
    now: datetime,
    confirmed_by: ConfirmedBy | None = None,
    confirmed_on: date | None = None,
) -> Offer:
    """Check and save changed fields of a locked offer, with every effect of `edit_offer`. For actions only. Raises: Invalid."""
    today = local_day(now)
    context = Context(fresh.district)
    changed = assign(fresh, clean(values, offer=fresh, context=context, today=today))
    confirms = confirmed_by is not None and (fresh.confirmed_on or date.min) <= (confirmed_on or today)
    if confirms and confirmed_by is not None:
        fresh.confirmed_on, fresh.confirmed_by = confirmed_on or today, confirmed_by
    if not changed and not confirms:
        return fresh
    save(fresh, viewer=viewer, now=now)
    facts: dict[str, Any] = {"district_id": fresh.district_id, "viewer": viewer, "now": now, "offer_uid": fresh.uid}
    if changed:
        event = OfferChanged(**facts, fields=tuple(changed))
        tell(fresh, event, verb="changed", fields=changed, viewer=viewer, now=now, locations=context.locations)
    if confirms and confirmed_by is not None:
        event_two = OfferConfirmed(**facts, confirmed_by=confirmed_by.value)
        tell(fresh, event_two, verb="confirmed", fields=["confirmed_on"], viewer=viewer, now=now)
    return fresh
