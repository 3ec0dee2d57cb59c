"""The world of the permission tests, for attackers too."""

from tests.permissions.conftest import built, visits, world

__all__ = ["built", "visits", "world"]
