"""Typed events: frozen dataclasses, handled inside the transaction that publishes them."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction

from bruecke.core.viewer import Viewer


@dataclass(frozen=True, kw_only=True)
class Event:
    """Base of all events. Subclasses live in the publishing app's `states.py` or `actions.py` and carry uids, not texts."""

    district_id: int
    viewer: Viewer
    now: datetime


E = TypeVar("E", bound=Event)
_handlers: dict[type[Event], list[Callable[[Any], None]]] = defaultdict(list)


def subscribe(event_class: type[E]) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    """Register the decorated function for an event class (exactly that class). Meant for `hooks.py`."""

    def register(handler: Callable[[E], None]) -> Callable[[E], None]:
        if handler not in _handlers[event_class]:
            _handlers[event_class].append(handler)
        return handler

    return register


def publish(event: Event) -> None:
    """Call every handler now. A failing handler fails the action: nothing is half done.

    Raises: RuntimeError outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("events are published inside the transaction of an action")
    for handler in _handlers[type(event)]:
        handler(event)
