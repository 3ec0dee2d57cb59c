"""How an offer is saved: with history, derived rows, an entry in the log, an event and fresh public pages."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from bruecke.core import audit
from bruecke.core.errors import Invalid, WrongState
from bruecke.core.events import Event, publish
from bruecke.core.scope import touch_public
from bruecke.core.viewer import Viewer
from bruecke.directory.models import Location
from bruecke.offers.actions.derived import keep_in_step
from bruecke.offers.models import Offer
from bruecke.offers.queries.fields import column_of
from bruecke.offers.states import OfferState, may_become

DERIVING = frozenset({"provider", "terms", "areas", "locations", "title", "description", "status_requirement", "schedule_note"})
DERIVING |= {"translations", "visibility", "state"}
"""Fields that facets, places or the index follow from."""


def locked(offer: Offer) -> Offer:
    """The row as it stands now, held until the end of the transaction."""
    return Offer.objects.select_for_update(of=("self",)).select_related("provider", "district").get(pk=offer.pk)


def assign(offer: Offer, values: Mapping[str, Any]) -> list[str]:
    """Set cleaned values; returns the names of the fields that differ now."""
    changed = []
    for name, value in values.items():
        before = getattr(offer, column_of(name))
        if (value.pk if name == "provider" else value) != before:
            setattr(offer, name, value)
            changed.append(name)
    return changed


def save(offer: Offer, *, viewer: Viewer, now: datetime, is_new: bool = False) -> None:
    """With history, in a savepoint, so that a key taken meanwhile becomes a sentence. Raises: Invalid."""
    offer.changed_at = now
    note_editor(offer, viewer, now)
    try:
        with transaction.atomic():
            offer.save() if is_new else offer.save_next()
    except IntegrityError as error:
        raise Invalid({"external_key": _("Diesen Schlüssel der Quelle hat schon ein anderes Angebot.")}) from error


def note_editor(offer: Offer, viewer: Viewer, now: datetime) -> None:
    """What simple-history reads: who and when."""
    offer._history_user = viewer.account_id  # type: ignore[attr-defined]
    offer._history_date = now  # type: ignore[attr-defined]


def tell(
    offer: Offer,
    event: Event,
    *,
    verb: str,
    fields: Iterable[str],
    viewer: Viewer,
    now: datetime,
    locations: dict[str, Location] | None = None,
) -> None:
    """After saving: derived rows where a field asks for it, the log, the event, fresh public pages."""
    names = list(fields)
    if DERIVING.intersection(names):
        keep_in_step([offer], district=offer.district, locations=locations)
    audit.record(verb=f"offer.{verb}", target=offer, viewer=viewer, now=now, fields=names)
    publish(event)
    touch_public(offer.district)


def step_to(offer: Offer, target: OfferState) -> None:
    """Raises: WrongState when the table of transitions does not know the step."""
    if not may_become(OfferState(offer.state), target):
        raise WrongState
    offer.state = target
