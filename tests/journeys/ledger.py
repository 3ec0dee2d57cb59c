"""The reckoning after the kills: what was acknowledged against what is in the database and in the folder of mails."""

import json
import subprocess
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from bruecke.core.imports.work import TRIES
from bruecke.enquiries.actions.receiving import receipt_hash
from tests.journeys.bursts import PURPOSE, ROWS, Office, Residents, house_of, mailbox, provider_of, text_of, title_of
from tests.journeys.killers import QUEUES, unfinished
from tests.journeys.world import World, command


@dataclass
class Ledger:
    """Figures, and whatever was found lost, twice, half-written or unwell: all four lists are to be empty."""

    questions: int = 0
    mails: int = 0
    rows: int = 0
    taken_up: int = 0  # imports that the worker went on with when their command was dead
    stopped: int = 0  # imports that a failure stopped; the same command once more has done their rows
    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    half: list[str] = field(default_factory=list)
    unwell: list[str] = field(default_factory=list)

    @property
    def faults(self) -> dict[str, list[str]]:
        """Only what is not empty, shortened."""
        found = {"lost": self.lost, "twice": self.twice, "half-written": self.half, "unwell": self.unwell}
        return {name: [*lines[:5], f"{len(lines)} in all"] for name, lines in found.items() if lines}

    def compare(self, what: str, found: Iterable[str], expected: Iterable[str]) -> None:
        """Each expected one is there exactly once, and nothing else."""
        counted, wanted = Counter(found), set(expected)
        self.lost += [f"{what}: {name}" for name in sorted(wanted - counted.keys())]
        self.twice += [f"{what}: {name} ({count} times)" for name, count in counted.items() if count > 1]
        self.half += [f"{what}: {name} belongs to nothing" for name in sorted(counted.keys() - wanted)]


def reckon(world: World, residents: Residents, office: Office) -> Ledger:
    ledger = Ledger()
    ledger.unwell += [*residents.complaints, *office.complaints]
    _questions(world, residents, ledger)
    _mails(world, residents, ledger)
    _tables(world, office, ledger)
    _work(world, ledger)
    _doctor(world, ledger)
    return ledger


def _column(world: World, query: str, *values: object) -> list[str]:
    return [value for (value,) in world.rows(query, *values)]


def _questions(world: World, residents: Residents, ledger: Ledger) -> None:
    """Every receipt opens its question; each question has one message, one entry in the log, its timeline and its form key."""
    stored = world.rows(
        "SELECT e.uid, m.text, e.receipt_hash FROM enquiries_message m JOIN enquiries_enquiry e ON e.id = m.enquiry_id "
        "WHERE m.text LIKE 'Kill-Frage %'"
    )
    ledger.questions = len(residents.receipts)
    ledger.compare("question", (text for _uid, text, _hash in stored), map(text_of, residents.sent))
    hashes = {text: hashed for _uid, text, hashed in stored}
    ledger.compare("receipt", residents.receipts.values(), residents.receipts.values())
    ledger.lost += [
        f"receipt of {text_of(number)} opens another question or none"
        for number, code in residents.receipts.items()
        if hashes.get(text_of(number)) != receipt_hash(code)
    ]
    uids = [uid for uid, _text, _hash in stored]
    since = "SELECT e.uid FROM enquiries_enquiry e"
    ours = "e.contact LIKE 'ratsuchend-%'"
    ledger.compare("question by its mailbox", _column(world, f"{since} WHERE {ours}"), uids)
    for step in ("= 'received'", "IN ('routed', 'gap')"):
        timeline = f"{since} JOIN enquiries_timelineevent t ON t.enquiry_id = e.id WHERE {ours} AND t.step {step}"
        ledger.compare(f"timeline {step}", _column(world, timeline), uids)
    audited = (
        f"{since} JOIN core_auditentry a ON a.target_uid = e.uid AND a.target_type = 'enquiries.enquiry' "
        f"WHERE {ours} AND a.verb = 'enquiry.received'"
    )
    ledger.compare("entry in the log", _column(world, audited), uids)
    ((keys,),) = world.rows("SELECT count(*) FROM core_formkey WHERE purpose = %s", PURPOSE)
    if keys != len(uids):
        ledger.half.append(f"{keys} form keys were used for {len(uids)} questions")


def _mails(world: World, residents: Residents, ledger: Ledger) -> None:
    """Each notice of each question is one row and one whole file of the same Message-ID; each resident got one."""
    files = world.mails()
    ledger.mails = len(files)
    ledger.half += [f"mail without an end or a beginning: {mail['Message-ID']}" for mail in files if not _is_whole(mail)]
    ledger.half += [f"mail begun and left: {path.name}" for path in (world.data_dir / "mail").iterdir() if path.suffix != ".eml"]
    delivered = Counter(mail["Message-ID"] for mail in files)
    ledger.twice += [f"mail {message_id} ({count} times)" for message_id, count in delivered.items() if count > 1]
    residents_got = [mail["To"] for mail in files if mail["To"].startswith("ratsuchend-")]
    ledger.compare("mail to a resident", residents_got, map(mailbox, residents.sent))
    rows = world.rows("SELECT key, message_id FROM core_outboxmail WHERE state = 'done' AND key LIKE 'enquiry:%:received'")
    ledger.lost += [f"mail noted as sent: {key}" for key, message_id in rows if message_id not in delivered]
    known = set(_column(world, "SELECT message_id FROM core_outboxmail"))
    ledger.half += [f"mail of no row: {message_id}" for message_id in delivered if message_id not in known]
    uids = _column(world, "SELECT uid FROM enquiries_enquiry WHERE contact LIKE 'ratsuchend-%'")
    queued = Counter(key.split(":")[1] for key, _id in rows)
    usual = max(queued.values(), default=0)  # to the resident and to the office
    ledger.half += [f"question {uid} has {queued[uid]} notices instead of {usual}" for uid in uids if queued[uid] != usual]


def _is_whole(mail) -> bool:
    return bool(mail["Message-ID"] and mail["To"] and mail["Date"] and mail.get_content().endswith("\n"))


def _tables(world: World, office: Office, ledger: Ledger) -> None:
    """Every row of every table is one offer with its entry in the log, place and history; each provider and house came once."""
    titles = [title_of(number, row) for number in office.tables for row in range(ROWS)]
    since, ours = "SELECT o.title FROM offers_offer o", "o.title LIKE 'Kill-Angebot %'"
    found = _column(world, f"{since} WHERE {ours}")
    ledger.rows = len(found)
    ledger.compare("offer", found, titles)
    for name, joined in {
        "entry in the log": "core_auditentry x ON x.target_uid = o.uid AND x.verb = 'offer.created'",
        "place": "offers_offerplace x ON x.offer_id = o.id",
        "category": "offers_offerfacet x ON x.offer_id = o.id AND x.kind = 'category'",
        "history": "offers_historicaloffer x ON x.id = o.id AND x.history_type = '+'",
    }.items():
        ledger.compare(f"{name} of an offer", _column(world, f"{since} JOIN {joined} WHERE {ours}"), titles)
    for what, query, named in (
        ("provider", "SELECT name FROM directory_organisation WHERE name LIKE 'Kill-Verein %'", provider_of),
        ("house", "SELECT name FROM directory_location WHERE name LIKE 'Kill-Haus %'", house_of),
    ):
        ledger.compare(what, _column(world, query), {named(number, row) for number in office.tables for row in range(ROWS)})
    stuck = world.rows("SELECT uid, applied_count FROM core_importbatch WHERE state IN ('mapped', 'running')")
    ledger.half += [f"import {uid} stands still after {count} rows" for uid, count in stuck]
    ((ledger.stopped,),) = world.rows("SELECT count(*) FROM core_importbatch WHERE state = 'failed'")
    ((ledger.taken_up,),) = world.rows("SELECT count(*) FROM core_job WHERE kind = 'core.run_import' AND attempts > %s", TRIES)
    open_rows = world.rows(
        "SELECT b.uid, count(*) FROM core_stagedrow s JOIN core_importbatch b ON b.id = s.batch_id WHERE b.state = 'done' "
        "AND NOT s.is_faulty GROUP BY b.uid"
    )
    ledger.half += [f"import {uid} is done with {count} rows left" for uid, count in open_rows]


def _work(world: World, ledger: Ledger) -> None:
    if unfinished(world):
        ledger.lost.append(f"{unfinished(world)} mails and jobs do not come to an end")
    for table in QUEUES:
        failed = world.rows(f"SELECT key, last_error FROM {table} WHERE state = 'failed'")
        ledger.unwell += [f"given up: {key} ({error})" for key, error in failed]


def _doctor(world: World, ledger: Ledger) -> None:
    """What operators would be told, the audit log's chains and the search among it."""
    run = subprocess.run(command("doctor", "--json"), env=world.environment, capture_output=True, text=True, check=False)
    try:
        findings = json.loads(run.stdout)["findings"]
    except ValueError:
        ledger.unwell.append(f"no word from the doctor: {run.stdout[-500:]}{run.stderr[-1000:]}")
        return
    ledger.unwell += [f"{found['name']}: {found['figure']} {found['details']}" for found in findings if not found["is_well"]]
