"""Each page once on PostgreSQL, as somebody who may: what it takes from SQLite in a query and not from PostgreSQL shows here.

Who may not, and the other objects, are the business of `test_urls`, where no SQL decides.
"""

import os

import pytest

from tests.permissions.pages import DESK, PUBLIC

pytestmark = pytest.mark.skipif(
    os.environ.get("BRUECKE_TEST_DATABASE") != "postgresql", reason="on SQLite `test_urls` opens every page more than once"
)


@pytest.mark.parametrize("row", [*DESK, *PUBLIC], ids=lambda row: row.name)
def test_who_may_gets_the_page(row, world, visits):
    for case, entry in row.cases.items():
        asker = world.mine.people[min(entry.who)] if row.door == "desk" else None
        assert visits.ask(asker, row.url(world.mine, case), row.method, row.data(world.mine)).status in row.answers, case
