"""Caches that may fail: a full disk, a missing folder or a server that is away make pages slower, never impossible."""

import logging
import time
from typing import Any

from django.core.cache.backends.filebased import FileBasedCache
from django.core.cache.backends.redis import RedisCache

log = logging.getLogger("bruecke.cache")
QUIET_SECONDS = 60.0
_told_at = -QUIET_SECONDS


def _tell(error: Exception) -> None:
    """At most one line a minute and process."""
    global _told_at  # noqa: PLW0603 - one moment for the whole process
    if time.monotonic() - _told_at >= QUIET_SECONDS:
        _told_at = time.monotonic()
        log.error("page cache fails", extra={"error": type(error).__name__})


class _Bearing:
    """Mixin: what cannot be read was never kept, what cannot be kept is forgotten."""

    failures: tuple[type[Exception], ...] = (OSError,)

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        try:
            return super().get(key, default, version)  # type: ignore[misc]
        except self.failures as error:
            _tell(error)
            return default

    def set(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> None:
        try:
            super().set(key, value, *args, **kwargs)  # type: ignore[misc]
        except self.failures as error:
            _tell(error)


class BearingFileCache(_Bearing, FileBasedCache):
    pass


class BearingRedisCache(_Bearing, RedisCache):
    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        from redis.exceptions import RedisError

        self.failures = (OSError, RedisError)
        super().__init__(server, params)
