"""The life of an offer: published, paused, archived, brought back; confirmed; a change taken back."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from bruecke.core.clock import local_day
from bruecke.core.errors import NotAllowed, WrongState
from bruecke.core.events import publish
from bruecke.core.viewer import Viewer
from bruecke.directory.models import Location, Organisation
from bruecke.offers import rules
from bruecke.offers.actions.events import OfferArchived, OfferChanged, OfferConfirmed, OfferStateChanged
from bruecke.offers.actions.saving import assign, locked, save, step_to, tell
from bruecke.offers.actions.values import Context, clean
from bruecke.offers.models import ChangeProposal, Offer
from bruecke.offers.queries.fields import EDITABLE, STATE, from_json, snapshot
from bruecke.offers.states import SHOWN, ChangeState, ConfirmedBy, OfferState


def _open(offer: Offer, version: int | None, viewer: Viewer) -> Offer:
    fresh = locked(offer)
    if not rules.can_edit(viewer, district_id=fresh.district_id):
        raise NotAllowed
    fresh.check_version(version)
    return fresh


def _moved(fresh: Offer, verb: str, fields: Iterable[str], viewer: Viewer, now: datetime) -> Offer:
    save(fresh, viewer=viewer, now=now)
    kind = OfferArchived if fresh.is_archived else OfferStateChanged
    facts: dict[str, Any] = {"district_id": fresh.district_id, "viewer": viewer, "now": now, "offer_uid": fresh.uid}
    event = kind(**facts) if kind is OfferArchived else OfferStateChanged(**facts, state=fresh.state)
    tell(fresh, event, verb=verb, fields=["state", *fields], viewer=viewer, now=now)
    return fresh


@transaction.atomic
def publish_offer(*, offer: Offer, version: int | None, viewer: Viewer, now: datetime) -> Offer:
    """A draft becomes active; who publishes it says that it is right today.

    Effects: history; search index; audit entry `offer.published`; event `OfferStateChanged`; public pages are fresh.
    Raises: NotAllowed, Stale, WrongState when it is no draft or its provider is archived.
    """
    fresh = _open(offer, version, viewer)
    if fresh.state != OfferState.DRAFT:
        raise WrongState(_("Nur ein Entwurf kann veröffentlicht werden."))
    _check_needed(fresh)
    step_to(fresh, OfferState.ACTIVE)
    fresh.confirmed_on, fresh.confirmed_by = local_day(now), ConfirmedBy.OFFICE
    return _moved(fresh, "published", ["confirmed_on"], viewer, now)


@transaction.atomic
def unpublish_offer(*, offer: Offer, version: int | None, viewer: Viewer, now: datetime) -> Offer:
    """An active offer is a draft again.

    Effects: as `publish_offer`, verb `offer.unpublished`. Raises: NotAllowed, Stale, WrongState when it is not active.
    """
    fresh = _open(offer, version, viewer)
    if fresh.state != OfferState.ACTIVE:
        raise WrongState(_("Nur ein laufendes Angebot kann wieder Entwurf werden."))
    step_to(fresh, OfferState.DRAFT)
    return _moved(fresh, "unpublished", [], viewer, now)


@transaction.atomic
def pause_offer(*, offer: Offer, version: int | None, viewer: Viewer, now: datetime) -> Offer:
    """An active offer rests; it stays in the catalogue and says so.

    Effects: as `publish_offer`, verb `offer.paused`. Raises: NotAllowed, Stale, WrongState when it is not active.
    """
    fresh = _open(offer, version, viewer)
    if fresh.state != OfferState.ACTIVE:
        raise WrongState(_("Nur ein laufendes Angebot kann ruhen."))
    step_to(fresh, OfferState.PAUSED)
    return _moved(fresh, "paused", [], viewer, now)


@transaction.atomic
def resume_offer(*, offer: Offer, version: int | None, viewer: Viewer, now: datetime) -> Offer:
    """A resting offer takes place again.

    Effects: as `publish_offer`, verb `offer.resumed`. Raises: NotAllowed, Stale, WrongState when it does not rest.
    """
    fresh = _open(offer, version, viewer)
    if fresh.state != OfferState.PAUSED:
        raise WrongState(_("Nur ein ruhendes Angebot kann wieder laufen."))
    step_to(fresh, OfferState.ACTIVE)
    return _moved(fresh, "resumed", [], viewer, now)


@transaction.atomic
def archive_offer(*, offer: Offer, version: int | None, viewer: Viewer, now: datetime) -> Offer:
    """The offer is over: gone from the catalogue, kept for the record. An open proposal for it is moot.

    Effects: open proposal withdrawn; history; search index; audit entry `offer.archived`; event `OfferArchived`; public
    pages are fresh. Raises: NotAllowed, Stale, WrongState when it is archived already.
    """
    fresh = _open(offer, version, viewer)
    proposals = ChangeProposal.objects.filter(offer=fresh, state=ChangeState.OPEN)
    proposals.update(state=ChangeState.WITHDRAWN, decided_at=now, decided_by_id=viewer.account_id)
    return archive_locked(fresh, viewer=viewer, now=now)


def archive_locked(fresh: Offer, *, viewer: Viewer, now: datetime) -> Offer:
    """Archive a locked offer. For actions only. Raises: WrongState."""
    if fresh.is_archived:
        raise WrongState(_("Das Angebot ist schon archiviert."))
    fresh.state_before_archive = fresh.state
    step_to(fresh, OfferState.ARCHIVED)
    return _moved(fresh, "archived", [], viewer, now)


@transaction.atomic
def restore_offer(*, offer: Offer, version: int | None, viewer: Viewer, now: datetime) -> Offer:
    """Take archiving back: the offer is what it was before.

    Effects: history; search index; audit entry `offer.restored`; event `OfferStateChanged`; public pages are fresh.
    Raises: NotAllowed, Stale, WrongState when it is not archived or its provider is.
    """
    fresh = _open(offer, version, viewer)
    if not fresh.is_archived:
        raise WrongState(_("Das Angebot ist nicht archiviert."))
    target = OfferState(fresh.state_before_archive or OfferState.DRAFT)
    if target in SHOWN:
        _check_needed(fresh)
    step_to(fresh, target)
    fresh.state_before_archive = ""
    return _moved(fresh, "restored", [], viewer, now)


_MOVES = {
    (OfferState.DRAFT, OfferState.ACTIVE): "published",
    (OfferState.ACTIVE, OfferState.DRAFT): "unpublished",
    (OfferState.ACTIVE, OfferState.PAUSED): "paused",
    (OfferState.PAUSED, OfferState.ACTIVE): "resumed",
}


def move_locked(fresh: Offer, target: OfferState, *, viewer: Viewer, now: datetime) -> Offer:
    """A step of a locked offer as a table asks for it, without confirming. For actions only. Raises: WrongState."""
    if target is OfferState.ARCHIVED:
        return archive_offer(offer=fresh, version=None, viewer=viewer, now=now)
    verb = _MOVES.get((OfferState(fresh.state), target))
    if verb is None:
        raise WrongState
    if target in SHOWN:
        _check_needed(fresh)
    step_to(fresh, target)
    return _moved(fresh, verb, [], viewer, now)


def _check_needed(offer: Offer) -> None:
    """What is shown needs a provider and houses that are still there. Raises: WrongState."""
    if offer.provider.is_archived:
        raise WrongState(_("Der Träger ist archiviert. Bitte holen Sie ihn zuerst zurück oder wählen Sie einen anderen."))
    if gone := Location.objects.filter(uid__in=offer.locations).archived().order_by("sort_key", "pk").first():
        raise WrongState(_("Der Ort „%(name)s“ ist archiviert. Bitte wählen Sie einen anderen.") % {"name": gone.name})


# --- confirming --------------------------------------------------------------------------------------------------------


@transaction.atomic
def confirm_offer(*, offer: Offer, version: int | None, viewer: Viewer, now: datetime) -> Offer:
    """The office says, after asking or looking, that the entry is right today.

    Effects: history; audit entry `offer.confirmed`; event `OfferConfirmed`; public pages are fresh.
    Raises: NotAllowed, Stale, WrongState for drafts and archived offers.
    """
    fresh = locked(offer)
    if not rules.can_confirm(viewer, district_id=fresh.district_id):
        raise NotAllowed
    fresh.check_version(version)
    return confirm_locked(fresh, by=ConfirmedBy.OFFICE, viewer=viewer, now=now)


@transaction.atomic
def confirm_offers(
    *, offers: Iterable[Offer], viewer: Viewer, now: datetime, versions: Mapping[str, int] | None = None
) -> list[Offer]:
    """Many at once, all or none; `versions` by uid as the page showed them. Effects and errors as `confirm_offer`."""
    seen = versions or {}
    in_order = sorted(offers, key=lambda offer: offer.pk)
    return [confirm_offer(offer=offer, version=seen.get(offer.uid), viewer=viewer, now=now) for offer in in_order]


def confirm_locked(fresh: Offer, *, by: ConfirmedBy, viewer: Viewer, now: datetime) -> Offer:
    """Confirm a locked offer. For actions only. Raises: WrongState."""
    if fresh.state not in SHOWN:
        raise WrongState(_("Nur laufende und ruhende Angebote werden bestätigt."))
    fresh.confirmed_on, fresh.confirmed_by = local_day(now), by
    save(fresh, viewer=viewer, now=now)
    event = OfferConfirmed(district_id=fresh.district_id, viewer=viewer, now=now, offer_uid=fresh.uid, confirmed_by=by.value)
    tell(fresh, event, verb="confirmed", fields=["confirmed_on"], viewer=viewer, now=now)
    return fresh


# --- undo --------------------------------------------------------------------------------------------------------------

_KEPT = ("state_before_archive", "confirmed_on", "confirmed_by")


@transaction.atomic
def undo_change(*, offer: Offer, version: int | None, viewer: Viewer, now: datetime, key: int | None = None) -> Offer:
    """Bring back the version before the present one, or the one named by `key` (`queries.VersionLine`); undoing is a change too.

    Effects: history; derived rows and search index; audit entry `offer.undone`; events `OfferChanged` and, where the state
    moves, `OfferStateChanged` or `OfferArchived`; public pages are fresh.
    Raises: NotAllowed, Stale, WrongState when there is no such version, Invalid when it does not fit any more (a location
    or provider that is archived meanwhile).
    """
    fresh = _open(offer, version, viewer)
    past = _past_version(fresh, key)
    values: dict[str, Any] = {name: from_json(name, value) for name, value in snapshot(past).items()}
    values["provider"] = Organisation.objects.get(pk=past.provider_id)
    changed = assign(
        fresh, clean({name: values[name] for name in EDITABLE}, offer=fresh, context=Context(fresh.district), today=local_day(now))
    )
    target = OfferState(past.state)
    moves = target != fresh.state
    if moves:
        if target in SHOWN:
            _check_needed(fresh)
        step_to(fresh, target)
    for name in _KEPT:
        setattr(fresh, name, getattr(past, name))
    save(fresh, viewer=viewer, now=now)
    facts: dict[str, Any] = {"district_id": fresh.district_id, "viewer": viewer, "now": now, "offer_uid": fresh.uid}
    fields = [*changed, STATE] if moves else changed
    tell(fresh, OfferChanged(**facts, fields=tuple(fields)), verb="undone", fields=fields, viewer=viewer, now=now)
    if moves:
        _tell_move(fresh, facts)
    return fresh


def _past_version(fresh: Offer, key: int | None) -> Any:
    rows = list(
        fresh.history.order_by("-history_date", "-history_id")[1:2] if key is None else fresh.history.filter(history_id=key)
    )
    if not rows:
        raise WrongState(_("Es gibt keine frühere Fassung, die man zurückholen könnte."))
    return rows[0]


def _tell_move(fresh: Offer, facts: dict[str, Any]) -> None:
    publish(OfferArchived(**facts) if fresh.is_archived else OfferStateChanged(**facts, state=fresh.state))
