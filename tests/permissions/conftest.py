"""The world stands for a whole module, in one transaction that is rolled back; each test works in a savepoint of it."""

from collections.abc import Iterator

import pytest
from django.db import transaction

from bruecke.core import clock
from bruecke.core.tests.factories import NOW
from tests.permissions.visits import Visits
from tests.permissions.world import World, build_world


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker) -> Iterator[tuple[World, Visits]]:
    """World and browsers; only for the fixtures below."""
    with django_db_blocker.unblock(), transaction.atomic():
        with clock.frozen(NOW):
            world = build_world()
            visits = Visits()
            for side in world.sides:
                for account in side.people.values():
                    visits.enter(account)
            for name, account in world.outsiders.items():
                visits.enter(account, with_code=name != "without second factor")
        yield world, visits
        transaction.set_rollback(True)


@pytest.fixture
def world(built, db) -> Iterator[World]:
    """The world, on its Tuesday morning."""
    with clock.frozen(NOW):
        yield built[0]


@pytest.fixture
def visits(built, world) -> Visits:
    return built[1]
