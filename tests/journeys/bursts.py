"""Load for an installation that is being killed: residents who ask, an office that takes tables over. Both are patient."""

import contextlib
import html
import http.client
import itertools
import random
import re
import subprocess
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

from bruecke.core.form_keys import new_form_key
from bruecke.enquiries.forms import AskForm
from bruecke.enquiries.queries import MAX_A_DISTRICT
from bruecke.ui.forms.guarded import Guard
from tests.journeys.steps import RECEIPT
from tests.journeys.world import World, command

CLIENTS = 3
DISTRICTS = ("mittelsachsen", "saechsische-schweiz-osterzgebirge", "landkreis-leipzig")
PURPOSE = f"{AskForm.__module__}.{AskForm.__qualname__}"
PATIENCE = 180.0  # seconds in which somebody tries again before it counts as lost
ROWS = 100  # of a table; twenty are one step
PROVIDER_OF = 10  # rows
TOWNS = {"mittelsachsen": "Freiberg", "saechsische-schweiz-osterzgebirge": "Pirna", "landkreis-leipzig": "Grimma"}


def mailbox(number: int) -> str:
    return f"ratsuchend-{number:05d}@example.org"


def text_of(number: int) -> str:
    return f"Kill-Frage {number:05d}."


def raise_limits(world: World) -> None:
    """A district takes 500 questions an hour; a long burst is more."""
    for slug in DISTRICTS:
        world.rows(
            "INSERT INTO core_districtsetting (district_id, key, value, valid_from) "
            "SELECT id, %s, '100000', '2020-01-01' FROM core_district WHERE slug = %s",
            MAX_A_DISTRICT,
            slug,
        )


@dataclass
class Residents:
    """They ask at the same time; whoever gets no answer sends the same form once more, as people do."""

    world: World
    a_second: float = 6.0
    over: threading.Event = field(default_factory=threading.Event)
    sent: list[int] = field(default_factory=list)
    receipts: dict[int, str] = field(default_factory=dict)
    repeats: int = 0
    complaints: list[str] = field(default_factory=list)
    _numbers: itertools.count = field(default_factory=itertools.count)
    _clients: list[threading.Thread] = field(default_factory=list)

    def begin(self) -> None:
        forms = {district: self.form_of(district) for district in DISTRICTS}
        self._clients = [threading.Thread(target=self._run, args=[forms]) for _ in range(CLIENTS)]
        for client in self._clients:
            client.start()

    def end(self) -> None:
        """What has begun is brought to an end."""
        self.over.set()
        for client in self._clients:
            client.join()

    def form_of(self, district: str) -> dict[str, str]:
        """What the page of the form carries: whom it named, and a topic to choose."""
        page = self._talk("GET", f"/de/{district}/frage/", {})[1]
        named = html.unescape(re.search(r'name="named" value="([^"]+)"', page)[1])
        topic = next(value for value in re.findall(r'<option value="([^"]+)"', page.partition('name="topic"')[2]) if value)
        return {"named": named, "topic": topic, "place": "", "website": "", "languages_text": "Deutsch"}

    def _run(self, forms: dict[str, dict[str, str]]) -> None:
        while not self.over.is_set():
            number = next(self._numbers)
            district = DISTRICTS[number % len(DISTRICTS)]
            guard = Guard(new_form_key(), datetime.now(UTC) - timedelta(seconds=20)).signed(PURPOSE)
            data = forms[district] | {"text": text_of(number), "contact": mailbox(number), "guard": guard}
            self.sent.append(number)
            self._ask(f"/de/{district}/frage/", data, number)
            self.over.wait(CLIENTS / self.a_second * random.uniform(0.5, 1.5))

    def _ask(self, path: str, data: dict[str, str], number: int) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            status, page = self._talk("POST", path, data, number)
            found = RECEIPT.search(page) if status == 200 else None
            if found:
                self.receipts[number] = found[0]
                return
            if 400 <= status < 500:
                self.complaints.append(f"{status}: {page[:2000]}")
                return
            self.repeats += 1
            time.sleep(0.5)
        self.complaints.append(f"no answer to {text_of(number)}")

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
class Office:
    """Takes one table of offers over after the other, with `bruecke import-offers`; after a failure the same command once more.

    Meanwhile the worker may go on with what a killed command left. Every other table has no keys of its own.
    """

    world: World
    folder: Path
    over: threading.Event = field(default_factory=threading.Event)
    tables: list[int] = field(default_factory=list)
    tries: int = 0
    complaints: list[str] = field(default_factory=list)
    running: subprocess.Popen | None = None
    lines: int = 0  # that the running command has printed
    _thread: threading.Thread | None = None

    def begin(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def end(self) -> None:
        self.over.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        for number in itertools.count():
            if self.over.is_set():
                return
            self.tables.append(number)
            self._take_over(number, self._written(number))

    def _written(self, number: int) -> Path:
        path = self.folder / f"tabelle-{number:03d}.csv"
        path.write_text(table(number), encoding="utf-8")
        return path

    def _take_over(self, number: int, path: Path) -> None:
        deadline = time.monotonic() + PATIENCE
        said = ""
        while time.monotonic() < deadline:
            self.tries += 1
            code, said = self._command(number, path)
            if code == 0:
                return
            time.sleep(0.5)
        self.complaints.append(f"table {number} was not taken over: {said[-1500:]}")

    def _command(self, number: int, path: Path) -> tuple[int, str]:
        self.lines = 0
        self.running = subprocess.Popen(
            command("import-offers", "--district", DISTRICTS[number % len(DISTRICTS)], str(path)),
            env=self.world.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        said = []
        for line in self.running.stdout:
            said.append(line)
            self.lines += 1
        code = self.running.wait()
        self.running.stdout.close()
        return code, "".join(said)

    def stop(self) -> None:
        if self.running is not None:
            with contextlib.suppress(ProcessLookupError):
                self.running.kill()


def title_of(number: int, row: int) -> str:
    return f"Kill-Angebot {number:03d}-{row:03d}"


def provider_of(number: int, row: int) -> str:
    return f"Kill-Verein {number:03d}-{row // PROVIDER_OF:02d}"


def house_of(number: int, row: int) -> str:
    return f"Kill-Haus {number:03d}-{row // PROVIDER_OF:02d}"


def table(number: int) -> str:
    """New providers and houses come with it."""
    town = TOWNS[DISTRICTS[number % len(DISTRICTS)]]
    head = "Titel;Träger;Kategorie;Ort;Adresse;Gemeinde;Termine"
    rows = [("Schlüssel;" if number % 2 == 0 else "") + head]
    for row in range(ROWS):
        key = f"K{number:03d}-{row:03d};" if number % 2 == 0 else ""
        house = f"{house_of(number, row)};Beispielweg {row // PROVIDER_OF + 1}, 01796 {town};{town}"
        rows.append(f"{key}{title_of(number, row)};{provider_of(number, row)};Sprachkurs;{house};dienstags 14:00-16:00")
    return "\r\n".join(rows) + "\r\n"
