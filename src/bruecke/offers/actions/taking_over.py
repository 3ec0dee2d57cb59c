"""Rows of a table become offers: new ones in bulk, known ones field by field. For imports; the rows have been checked before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from bruecke.core import audit
from bruecke.core.errors import BrueckeError, Invalid, NotAllowed, WrongState
from bruecke.core.models import District
from bruecke.core.viewer import Viewer
from bruecke.directory.models import Organisation
from bruecke.offers import rules
from bruecke.offers.actions.editing import NewOffer, apply_values, create_offers
from bruecke.offers.actions.life import move_locked
from bruecke.offers.actions.saving import locked, save
from bruecke.offers.models import Offer
from bruecke.offers.queries.rows import IMPORT_SOURCE, offer_of_row
from bruecke.offers.states import ConfirmedBy, OfferState


@dataclass(frozen=True, slots=True)
class OfferRow:
    """A row that was understood. `values`: the fields that it sets (`queries.EDITABLE`), for a new offer all of them."""

    title: str
    provider: Organisation
    values: Mapping[str, Any]
    offer_uid: str = ""
    key: str = ""
    state: OfferState | None = None
    confirmed_on: date | None = None


@transaction.atomic
def take_over_offers(*, district: District, rows: Sequence[OfferRow], viewer: Viewer, now: datetime) -> int:
    """Bring the inventory to what these rows say; returns how many offers are new. Bears rows it has written before.

    Effects: as `create_offers` and `edit_offer`, for a row with a state also those of that step. A day of confirmation moves
    forward only. Raises: NotAllowed; WrongState, Invalid with the title of the row, then nothing is written.
    """
    if not rules.can_create(viewer) or (viewer.district_id is not None and viewer.district_id != district.pk):
        raise NotAllowed
    new: list[NewOffer] = []
    for row in rows:
        known = _known(row)
        try:
            if known is None:
                new.append(_new(row))
            else:
                _bring_up(known, row, viewer, now)
        except NotAllowed:
            raise
        except BrueckeError as error:
            raise WrongState(_("„%(title)s“: %(message)s") % {"title": row.title, "message": error}) from error
    create_offers(district=district, offers=new, viewer=viewer, now=now)
    return len(new)


def _known(row: OfferRow) -> Offer | None:
    if row.offer_uid:
        found = Offer.objects.filter(uid=row.offer_uid).first()
        if found is None:
            raise Invalid(_("„%(title)s“ gibt es nicht mehr.") % {"title": row.title})
        return found
    return offer_of_row(key=row.key, title=row.title, provider=row.provider)


def _new(row: OfferRow) -> NewOffer:
    return NewOffer(
        values=row.values,
        state=row.state or OfferState.ACTIVE,
        confirmed_on=row.confirmed_on,
        confirmed_by=ConfirmedBy.IMPORT if row.confirmed_on else None,
        external_source=IMPORT_SOURCE if row.key else "",
        external_key=row.key,
    )


def _bring_up(offer: Offer, row: OfferRow, viewer: Viewer, now: datetime) -> None:
    fresh = locked(offer)
    if not rules.can_edit(viewer, district_id=fresh.district_id):
        raise NotAllowed
    if fresh.is_archived:
        raise WrongState(_("Das Angebot ist archiviert. Bitte holen Sie es zuerst zurück."))
    is_newer = row.confirmed_on is not None and (fresh.confirmed_on is None or row.confirmed_on > fresh.confirmed_on)
    fresh = apply_values(
        fresh,
        row.values,
        viewer=viewer,
        now=now,
        confirmed_by=ConfirmedBy.IMPORT if is_newer else None,
        confirmed_on=row.confirmed_on if is_newer else None,
    )
    if row.key and not fresh.external_key and row.key != fresh.uid:
        fresh.external_source, fresh.external_key = IMPORT_SOURCE, row.key
        save(fresh, viewer=viewer, now=now)
        audit.record(verb="offer.changed", target=fresh, viewer=viewer, now=now, fields=["external_key"])
    if row.state is not None and row.state != fresh.state:
        move_locked(fresh, row.state, viewer=viewer, now=now)
