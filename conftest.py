"""The harness of every test: what is undefined fails, what is unordered is shuffled, nothing leaves the machine."""

import os
import random
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.core.cache import cache
from django.db.models import QuerySet
from hypothesis import HealthCheck, settings

from bruecke.core import clock, pagecache

pytest_plugins = ["tests.permissions.figures"]
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # the browser driver runs an event loop in the test's thread

settings.register_profile("house", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
settings.load_profile("house")


USES_DATABASE = {"db", "transactional_db", "django_db_setup"}
PROCESSES = "tests/journeys"  # these bring up installations of their own, and choose themselves


LONG = ("test_every_page", "test_demo_year", "test_urls", "test_kills", "test_move", "test_question", "test_canary", "test_backup")
"""Files that take longest begin first, so that at the end of a run nobody waits for one of them."""


def _length(item: pytest.Item) -> int:
    return LONG.index(item.path.stem) if item.path.stem in LONG else len(LONG)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL the tests that ask no database, or nothing that SQL decides, are left out: they would say the same."""
    items.sort(key=_length)
    if os.environ.get("BRUECKE_TEST_DATABASE") != "postgresql":
        return
    without = [item for item in items if not _says_something_new(item)]
    if without:
        config.hook.pytest_deselected(items=without)
        left_out = {id(item) for item in without}
        items[:] = [item for item in items if id(item) not in left_out]


def _says_something_new(item: pytest.Item) -> bool:
    if item.get_closest_marker("any_database"):
        return False
    asks = item.get_closest_marker("django_db") or USES_DATABASE.intersection(getattr(item, "fixturenames", ()))
    return bool(asks) or PROCESSES in item.path.as_posix()


@pytest.fixture(scope="session", autouse=True)
def shuffled_querysets() -> Iterator[None]:
    """Rows of our tables that nobody ordered come in any order; code that relies on one fails here first."""
    fetch_all = QuerySet._fetch_all

    def fetch_and_shuffle(queryset: QuerySet) -> None:
        fresh = queryset._result_cache is None
        fetch_all(queryset)
        if fresh and queryset.model.__module__.startswith("bruecke.") and not queryset.ordered and len(queryset._result_cache) > 1:
            random.shuffle(queryset._result_cache)

    QuerySet._fetch_all = fetch_and_shuffle
    yield
    QuerySet._fetch_all = fetch_all


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker) -> None:
    """Databases are kept between runs under the hash of the migrations; a run that was killed may have left rows behind."""
    from django.core.management import call_command

    from bruecke.core.models import District

    with django_db_blocker.unblock():
        if District.objects.exists():
            call_command("flush", interactive=False, verbosity=0)


@pytest.fixture(autouse=True)
def forgotten_caches() -> Iterator[None]:
    """No test sees what another one cached."""
    cache.clear()
    pagecache.forget_versions()
    yield
    pagecache.forget_versions()


@pytest.fixture
def now() -> Iterator[datetime]:
    """A Tuesday morning, and the clock stands still."""
    with clock.frozen(datetime(2026, 11, 24, 8, 0, tzinfo=UTC)) as moment:
        yield moment
