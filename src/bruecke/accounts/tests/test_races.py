"""Two administrators at once: the rules that no constraint can hold are held by the lock."""

import threading
from datetime import date
from typing import Any

import pytest
from django.db import connection, connections

from bruecke.accounts import actions
from bruecke.accounts.models import Membership
from bruecke.accounts.tests.factories import make_account, make_controller, make_member, viewer_of
from bruecke.core.errors import Invalid
from bruecke.core.scope import for_district
from bruecke.core.tests.factories import NOW, make_district
from bruecke.core.viewer import Role

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*jobs: Any) -> list[str]:
    """Run the jobs in threads that start together; "done" or the name of the error of each."""
    if connection.vendor == "sqlite" and connection.is_in_memory_db():  # type: ignore[attr-defined]
        pytest.skip("threads need a database file or a server")
    barrier = threading.Barrier(len(jobs))
    results = [""] * len(jobs)

    def run(number: int) -> None:
        try:
            barrier.wait(10)
            jobs[number]()
            results[number] = "done"
        except Invalid:
            results[number] = "Invalid"
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return sorted(results)


def test_two_controllers_at_once_give_one_role():
    district = make_district("rennkreis")
    controllers = [make_controller(district), make_controller(district, "association")]
    admin = viewer_of(make_member(district, Role.ADMINISTRATOR), district, NOW.date())
    person = make_account()

    def give(controller: Any) -> None:
        with for_district(district):
            actions.add_membership(
                account=person,
                district=district,
                role=Role.COORDINATOR,
                controller=controller,
                valid_from=date(2026, 11, 24),
                viewer=admin,
                now=NOW,
            )

    assert at_once(*[lambda one=one: give(one) for one in controllers]) == ["Invalid", "done"]
    with for_district(district):
        assert Membership.objects.filter(account=person).count() == 1


def test_two_administrators_do_not_end_each_other():
    district = make_district("rennkreis")
    with for_district(district):
        roles = [Membership.objects.get(account=make_member(district, Role.ADMINISTRATOR)) for _one in range(2)]
        viewers = [viewer_of(role.account, district, NOW.date()) for role in roles]

    def end(membership: Any, viewer: Any) -> None:
        with for_district(district):
            actions.set_membership_end(membership=membership, valid_until=date(2026, 11, 24), version=1, viewer=viewer, now=NOW)

    assert at_once(lambda: end(roles[0], viewers[1]), lambda: end(roles[1], viewers[0])) == ["Invalid", "done"]
    with for_district(district):
        assert Membership.objects.filter(valid_until=None).count() == 1
