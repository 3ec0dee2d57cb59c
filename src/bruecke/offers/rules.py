"""Who may see, change and confirm offers, and when an entry is no longer fresh: pure predicates and arithmetic, no query."""

from datetime import date
from typing import Protocol

from dateutil.relativedelta import relativedelta

from bruecke.core.viewer import Role, Viewer, ViewerKind
from bruecke.offers.states import SHOWN, Visibility

EDITORS = frozenset({Role.COORDINATOR, Role.DISTRICT_OFFICE, Role.ADMINISTRATOR})
LINK_PURPOSE = "offers-confirm"


class OfferFacts(Protocol):
    """What the rules need to know of an offer; the model has all of it in loaded columns."""

    district_id: int
    state: str
    visibility: str
    valid_from: date | None
    valid_until: date | None


def is_published(offer: OfferFacts, on: date) -> bool:
    """Whether the public catalogue shows it that day: public, running or resting, not ended; coming ones with their start."""
    if offer.visibility != Visibility.PUBLIC or offer.state not in SHOWN:
        return False
    return offer.valid_until is None or on < offer.valid_until


def can_see_inventory(viewer: Viewer) -> bool:
    """Every member of the district sees the inventory, internal offers and drafts included."""
    return viewer.is_system or (viewer.is_person and bool(viewer.roles))


def can_see(viewer: Viewer, offer: OfferFacts, on: date) -> bool:
    """The rule behind `visible_to`: members all of their district, everybody else what is published."""
    if viewer.is_system:
        return True
    if viewer.is_person and viewer.district_id == offer.district_id and viewer.roles:
        return True
    if viewer.kind in {ViewerKind.ANONYMOUS, ViewerKind.LINK} and viewer.district_id == offer.district_id:
        return is_published(offer, on)
    return False


def can_create(viewer: Viewer) -> bool:
    return viewer.is_system or viewer.has(*EDITORS)


def can_edit(viewer: Viewer, *, district_id: int) -> bool:
    """Coordinators and the district office keep the inventory of the whole district; administrators repair it."""
    return viewer.is_system or (viewer.district_id == district_id and viewer.has(*EDITORS))


def can_propose(viewer: Viewer, *, district_id: int, provider_uid: str) -> bool:
    """Who holds the provider's mailed link, and members who speak for the provider: their changes wait for approval."""
    if viewer.district_id != district_id:
        return False
    if viewer.kind is ViewerKind.LINK:
        return viewer.purpose == LINK_PURPOSE and viewer.object_uid == provider_uid
    return viewer.is_person and provider_uid in viewer.organisations


def confirm_due_on(confirmed_on: date | None, months: int) -> date | None:
    """The day on which an entry is asked about again; None: at once, it was never confirmed."""
    return confirmed_on + relativedelta(months=months) if confirmed_on else None


def is_fresh(confirmed_on: date | None, *, months: int, on: date) -> bool:
    """Whether somebody who knows said within the period that the entry is right (domain: every three months)."""
    due = confirm_due_on(confirmed_on, months)
    return due is not None and on < due


def can_confirm(viewer: Viewer, *, district_id: int) -> bool:
    """Who keeps the inventory may say for a provider that an entry is right."""
    return can_edit(viewer, district_id=district_id)


def can_decide(viewer: Viewer, *, district_id: int) -> bool:
    """Proposals and feedback are settled by who keeps the inventory."""
    return can_edit(viewer, district_id=district_id)


def can_give_feedback(viewer: Viewer, offer: OfferFacts, on: date) -> bool:
    """Everybody who sees the offer may say that something is wrong."""
    return can_see(viewer, offer, on)


def in_conflict(before: object, current: object, after: object) -> bool:
    """Somebody changed the field after the provider proposed something else for it."""
    return current not in (before, after)
