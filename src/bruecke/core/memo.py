"""What need not be asked twice: register tables for a while (only an import changes them), the rest within one reading request."""

import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from django.conf import settings
from django.db import transaction

T = TypeVar("T")
_known: dict[str, tuple[float, int, object]] = {}
_request: ContextVar[dict[Hashable, Any] | None] = ContextVar("bruecke_request_memo", default=None)


def remembered(key: str, load: Callable[[], T], *, version: int = 0) -> T:
    """The value, at most `REGISTER_MEMO_SECONDS` old; what is empty is not remembered. Nobody changes what comes out.

    `version`: what another process changed is read anew when the number of the district has moved on.
    """
    found = _known.get(key)
    if found and found[0] > time.monotonic() and found[1] == version:
        return found[2]  # type: ignore[return-value]
    value = load()
    if value and settings.REGISTER_MEMO_SECONDS:
        _known[key] = (time.monotonic() + settings.REGISTER_MEMO_SECONDS, version, value)
    return value


def forget() -> None:
    """An import calls this: its own process knows at once, now and again when its transaction is through."""
    _known.clear()
    transaction.on_commit(_known.clear)


# --- within one request ---------------------------------------------------------------------------------------------------


@contextmanager
def one_reading() -> Iterator[None]:
    """Around a request that reads only: what is told or asked inside of it holds until its end. A write would make it false."""
    token = _request.set({})
    try:
        yield
    finally:
        _request.reset(token)


def once(key: Hashable, load: Callable[[], T]) -> T:
    """The value of `load`, asked once in a reading request; anywhere else asked each time. Nobody changes what comes out."""
    known = _request.get()
    if known is None:
        return load()
    if key not in known:
        known[key] = load()
    return known[key]


def tell(key: Hashable, value: object) -> None:
    """Somebody has learned this on the way; whoever asks `once` for it later in this request need not ask the database."""
    known = _request.get()
    if known is not None:
        known.setdefault(key, value)
