"""Web and worker are killed (-9) in the middle of a burst of questions with mails: nothing acknowledged is lost, nothing twice."""

import contextlib
import html
import http.client
import itertools
import os
import random
import re
import subprocess
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest

from bruecke.core.form_keys import new_form_key
from bruecke.enquiries.forms import AskForm
from bruecke.ui.forms.guarded import Guard
from tests.journeys import processes
from tests.journeys.steps import RECEIPT
from tests.journeys.world import World, command, new_world

KILLS = int(os.environ.get("BRUECKE_KILLS", "50"))
CLIENTS = 3
A_SECOND = 9.0  # questions; the limit of a district is 500 an hour, and three districts share them
DISTRICTS = ("mittelsachsen", "saechsische-schweiz-osterzgebirge", "landkreis-leipzig")
PURPOSE = f"{AskForm.__module__}.{AskForm.__qualname__}"
WEB_LIVES = 3.8  # seconds; a web process that dies younger than 3.5 s makes granian itself give up
WEB_STARTS = 2.5  # seconds a web process needs until it answers: one is killed when the other is there
WORKER_LIVES = 2.8
SUPERVISED_EVERY = 16.0  # the supervisor lets a child die four times a minute


@dataclass
class Burst:
    """Residents who ask at the same time; whoever gets no answer sends the same form once more, as people do."""

    world: World
    over: threading.Event = field(default_factory=threading.Event)
    sent: list[str] = field(default_factory=list)
    acknowledged: dict[str, str] = field(default_factory=dict)
    repeats: int = 0
    complaints: list[str] = field(default_factory=list)
    numbers: itertools.count = field(default_factory=itertools.count)

    def form_of(self, district: str) -> dict[str, str]:
        """What the page of the form carries: whom it named, and a topic to choose."""
        page = self._talk("GET", f"/de/{district}/frage/", {})[1]
        named = html.unescape(re.search(r'name="named" value="([^"]+)"', page)[1])
        topic = next(value for value in re.findall(r'<option value="([^"]+)"', page.partition('name="topic"')[2]) if value)
        return {"named": named, "topic": topic, "place": "", "website": "", "languages_text": "Deutsch"}

    def run(self, forms: dict[str, dict[str, str]]) -> None:
        """One resident after the other, until it is over; what has begun is brought to an end."""
        while not self.over.is_set():
            number = next(self.numbers)
            district = DISTRICTS[number % len(DISTRICTS)]
            guard = Guard(new_form_key(), datetime.now(UTC) - timedelta(seconds=20)).signed(PURPOSE)
            text = f"Kill-Frage {number:05d}."
            data = forms[district] | {"text": text, "contact": mailbox(number), "guard": guard}
            self.sent.append(text)
            self._ask(f"/de/{district}/frage/", data, number, text)
            self.over.wait(CLIENTS / A_SECOND * random.uniform(0.5, 1.5))

    def _ask(self, path: str, data: dict[str, str], number: int, text: str) -> None:
        for _attempt in range(60):
            status, page = self._talk("POST", path, data, number)
            found = RECEIPT.search(page) if status == 200 else None
            if found:
                self.acknowledged[text] = found[0]
                return
            if 400 <= status < 500:
                self.complaints.append(f"{status}: {page[:2000]}")
                return
            self.repeats += 1
            time.sleep(0.25)
        self.complaints.append(f"no answer to {text}")

    def _talk(self, method: str, path: str, data: dict[str, str], number: int = 0) -> tuple[int, str]:
        """Status and page; 0 when the connection broke or nobody was there."""
        connection = http.client.HTTPConnection("localhost", self.world.port, timeout=30)
        headers = {"X-Forwarded-For": f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"}
        if method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, urlencode(data) if data else None, headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        except (OSError, http.client.HTTPException):
            return 0, ""
        finally:
            connection.close()


@dataclass
class Killer:
    """Kills web processes and workers by turns. Two more workers than `bruecke serve` has, restarted here when killed."""

    world: World
    killed: Counter = field(default_factory=Counter)
    workers: list[subprocess.Popen] = field(default_factory=list)
    supervised_at: float = 0.0

    def start_worker(self) -> None:
        with self.world.log.open("ab") as log:
            self.workers.append(subprocess.Popen(command("worker"), env=self.world.environment, stdout=log, stderr=log))

    def kill_web(self) -> None:
        running = processes.web_processes(self.world.process.pid)
        ages = [processes.age_of(pid) for pid in running]
        if len(running) < 2 or min(ages) < WEB_STARTS or max(ages) < WEB_LIVES:
            return
        processes.kill(running[0])  # the oldest
        self.killed["web"] += 1

    def kill_worker(self) -> None:
        supervised = processes.worker_processes(self.world.process.pid)
        if supervised and time.monotonic() - self.supervised_at > SUPERVISED_EVERY:
            self.supervised_at = time.monotonic()
            processes.kill(supervised[0])
            self.killed["worker of serve"] += 1
            return
        oldest = self.workers[0]
        if processes.age_of(oldest.pid) < WORKER_LIVES:
            return
        oldest.kill()
        oldest.wait()
        del self.workers[0]
        self.killed["worker"] += 1
        self.start_worker()

    def rampage(self, kills: int) -> None:
        while self.killed.total() < kills:
            self.kill_web()
            time.sleep(random.uniform(0.1, 0.5))
            self.kill_worker()
            time.sleep(random.uniform(0.1, 0.5))

    def stop(self) -> None:
        for worker in self.workers:
            worker.terminate()
        for worker in self.workers:
            with contextlib.suppress(subprocess.TimeoutExpired):
                worker.wait(10)
            worker.kill()
            worker.wait()


def mailbox(number: int) -> str:
    return f"ratsuchend-{number:05d}@example.org"


def unfinished(world: World) -> int:
    return sum(
        world.rows(f"SELECT count(*) FROM {table} WHERE state IN ('waiting', 'running')")[0][0]
        for table in ("core_outboxmail", "core_job")
    )


def finish(world: World, *, seconds: float = 40) -> None:
    """Wait until everything queued is done. The two minutes of the leases of killed workers pass at once."""
    deadline = time.monotonic() + seconds
    while unfinished(world) and time.monotonic() < deadline:
        waiting = world.rows("SELECT count(*) FROM core_outboxmail WHERE state = 'waiting'")[0][0]
        if not waiting:
            for table in ("core_outboxmail", "core_job"):
                world.rows(f"UPDATE {table} SET lease_until = queued_at, due_at = queued_at WHERE state = 'running'")
        time.sleep(1)


@pytest.mark.kills
@pytest.mark.both_databases
def test_processes_killed_in_a_burst_lose_nothing_and_send_nothing_twice(tmp_path):
    with new_world(tmp_path / "world", BRUECKE_WEB_PROCESSES="2", BRUECKE_TRUST_PROXY="true") as world:
        world.start()
        burst, killer = Burst(world), Killer(world)
        forms = {district: burst.form_of(district) for district in DISTRICTS}
        clients = [threading.Thread(target=burst.run, args=[forms]) for _ in range(CLIENTS)]
        for client in clients:
            client.start()
        try:
            for _ in range(2):
                killer.start_worker()
            killer.rampage(KILLS)
        finally:
            burst.over.set()
            for client in clients:
                client.join()
        try:
            finish(world)
        finally:
            killer.stop()
        print(f"{len(burst.acknowledged)} of {len(burst.sent)} acknowledged, {burst.repeats} repeats, killed {dict(killer.killed)}")
        assert killer.killed.total() >= KILLS
        judge(world, burst)


def judge(world: World, burst: Burst) -> None:
    """Held against the database and the folder of mails."""
    assert not burst.complaints, burst.complaints[:3]
    assert len(burst.acknowledged) == len(burst.sent) > KILLS
    assert len(set(burst.acknowledged.values())) == len(burst.sent)  # each a code of its own

    stored = Counter(text for (text,) in world.rows("SELECT text FROM enquiries_message WHERE text LIKE 'Kill-Frage %'"))
    assert stored == Counter(burst.sent)

    assert unfinished(world) == 0
    mails = world.rows("SELECT key, message_id, state FROM core_outboxmail WHERE key LIKE 'enquiry:%:received'")
    assert {state for _key, _id, state in mails} == {"done"}
    delivered = Counter(mail["Message-ID"] for mail in world.mails())
    assert not [message_id for _key, message_id, _state in mails if delivered[message_id] != 1]
    residents = Counter(mail["To"] for mail in world.mails() if mail["To"].startswith("ratsuchend-"))
    assert residents == Counter(mailbox(number) for number in range(len(burst.sent)))
    assert not world.rows("SELECT 1 FROM core_job WHERE state = 'failed'")
