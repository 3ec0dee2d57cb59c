"""Events of the catalogue: uids and names of fields, never a text."""

from dataclasses import dataclass

from bruecke.core.events import Event


@dataclass(frozen=True, kw_only=True)
class OfferEvent(Event):
    """Base: which offer."""

    offer_uid: str


@dataclass(frozen=True, kw_only=True)
class OfferCreated(OfferEvent):
    """A new offer, by hand, by an import or by the demo."""


@dataclass(frozen=True, kw_only=True)
class OfferChanged(OfferEvent):
    """Fields of an offer have other values; also when a past version came back."""

    fields: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class OfferStateChanged(OfferEvent):
    """An offer was published, paused, resumed or brought back from the archive."""

    state: str


@dataclass(frozen=True, kw_only=True)
class OfferArchived(OfferEvent):
    """An offer is over: nobody should be sent there any more."""


@dataclass(frozen=True, kw_only=True)
class OfferConfirmed(OfferEvent):
    """Somebody who knows said that the entry is right."""

    confirmed_by: str
