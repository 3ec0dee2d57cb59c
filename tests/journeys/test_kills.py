"""Web, worker, supervisor, imports and the database are killed (-9) in the middle of work: nothing lost, halved or sent twice."""

import os

import pytest

from tests.journeys import cluster
from tests.journeys.ledger import Ledger
from tests.journeys.storm import storm
from tests.journeys.world import postgresql_server

KILLS = int(os.environ.get("BRUECKE_KILLS", "10" if postgresql_server() else "8"))  # each victim once; `make kills` does 200


def judge(found, kills):
    print(found)
    assert found.ledger.faults == {}
    assert found.killer.killed.total() >= kills
    assert found.killer.died == 0
    assert len(found.residents.receipts) == len(found.residents.sent) > kills


@pytest.mark.kills
@pytest.mark.skipif(bool(postgresql_server()), reason="the same processes are killed with their database there")
def test_processes_killed_in_a_burst_lose_nothing_and_send_nothing_twice(tmp_path):
    judge(storm(tmp_path, KILLS, with_cluster=False, beside=1), KILLS)


@pytest.mark.kills
@pytest.mark.both_databases
@pytest.mark.skipif(not postgresql_server(), reason="once, in the run on PostgreSQL")
def test_database_killed_with_them_loses_nothing(tmp_path):
    if reason := cluster.why_not():
        if os.environ.get("BRUECKE_REQUIRE_POSTGRESQL"):
            pytest.fail(reason)
        pytest.skip(reason)
    judge(storm(tmp_path, KILLS, with_cluster=True, beside=1), KILLS)


def test_the_ledger_tells_what_is_lost_twice_or_of_nothing():
    ledger = Ledger()
    ledger.compare("mail", ["a", "a", "c"], ["a", "b"])
    assert (ledger.lost, ledger.twice, ledger.half) == (["mail: b"], ["mail: a (2 times)"], ["mail: c belongs to nothing"])
