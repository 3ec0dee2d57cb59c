"""What a process may believe for a while about register tables (vocabulary, places): only an import changes them."""

import time
from collections.abc import Callable
from typing import TypeVar

from django.conf import settings
from django.db import transaction

T = TypeVar("T")
_known: dict[str, tuple[float, int, object]] = {}


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
