"""What the directory tells the floors above."""

from dataclasses import dataclass

from bruecke.core.events import Event


@dataclass(frozen=True, kw_only=True)
class EntryArchived(Event):
    """An organisation or a location is about to leave the choosers; a handler that still needs it raises `WrongState`."""

    model: str
    uid: str


@dataclass(frozen=True, kw_only=True)
class EntryChanged(Event):
    """An organisation or a location has other values; who copied something from it follows."""

    model: str
    uid: str
    fields: tuple[str, ...]
