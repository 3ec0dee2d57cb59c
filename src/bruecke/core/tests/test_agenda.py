"""The agenda: what comes first is done first, with the clock at its moment, and only up to the given end."""

from datetime import UTC, datetime, timedelta

import pytest
from django_scopes import get_scope

from bruecke.core import clock
from bruecke.core.agenda import Agenda
from bruecke.core.tests.factories import make_district

START = datetime(2026, 3, 1, 8, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def test_deeds_are_done_in_order_at_their_moment_in_their_district():
    one, other = make_district("eins"), make_district("zwei")
    agenda, done = Agenda(), []

    def deed(name):
        return lambda now: done.append((name, now == clock.now(), get_scope()["district"]))

    agenda.add(START + timedelta(hours=2), one, deed("later"))
    agenda.add(START, other, deed("first"))
    agenda.add(START, one, deed("second"))
    assert agenda.run_until(START + timedelta(hours=2)) == 2
    assert done == [("first", True, other), ("second", True, one)]
    assert agenda.run_until(START + timedelta(hours=3)) == 1
    assert done[-1] == ("later", True, one)


def test_what_is_added_meanwhile_is_done_too_when_its_moment_comes():
    district, done = make_district("eins"), []
    agenda = Agenda()

    def again(now):
        done.append(now)
        agenda.add(now + timedelta(days=1), district, again)

    agenda.add(START, district, again)
    agenda.run_until(START + timedelta(days=3))
    assert done == [START, START + timedelta(days=1), START + timedelta(days=2)]
