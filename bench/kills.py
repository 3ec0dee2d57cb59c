"""Web, worker, supervisor, imports and PostgreSQL killed (-9) in the middle of work: `python -m bench.kills [KILLS]`.

Makes a PostgreSQL cluster of its own, so that no other server is touched; needs the server's programs, not a running server.
Exit code 0 only when nothing is lost, twice or half-written. Prints the figures and writes them to `bench/kills.md`.
"""

import argparse
import os
import platform
import sys
import tempfile
from datetime import date
from pathlib import Path

import django

KILLS = 200
PAGE = Path(__file__).parent / "kills.md"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kills", nargs="?", type=int, default=KILLS)
    kills = parser.parse_args().kills
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bruecke.config.settings.testing")
    django.setup()
    from tests.journeys import cluster
    from tests.journeys.storm import storm

    if reason := cluster.why_not():
        raise SystemExit(reason)
    with tempfile.TemporaryDirectory(prefix="bruecke-bench-") as folder:
        found = storm(Path(folder), kills, with_cluster=True, tell=lambda text: print(text, file=sys.stderr, flush=True))
    is_well = not found.ledger.faults and found.killer.killed.total() >= kills
    page = _page(found, is_well)
    print(page)
    for name, lines in found.ledger.faults.items():
        print(f"{name}:", *lines, sep="\n  ", file=sys.stderr)
    PAGE.write_text(page, encoding="utf-8")
    return 0 if is_well else 1


def _page(found, is_well: bool) -> str:
    killer, residents, office, ledger = found.killer, found.residents, found.office, found.ledger
    rows = [
        *((f"killed: {victim}", count) for victim, count in sorted(killer.killed.items(), key=lambda item: -item[1])),
        ("**kills**", killer.killed.total()),
        ("questions acknowledged", f"{len(residents.receipts)} of {len(residents.sent)}"),
        ("the same form sent once more, for want of an answer", residents.repeats),
        ("mails delivered", ledger.mails),
        ("tables taken over", f"{len(office.tables)}, in {office.tries} tries"),
        ("rows taken over", ledger.rows),
        ("imports that the worker went on with after their command was dead", ledger.taken_up),
        ("imports that stopped with a sentence and were done by the same command once more", ledger.stopped),
        ("**lost**", len(ledger.lost)),
        ("**twice**", len(ledger.twice)),
        ("**half-written**", len(ledger.half)),
        ("otherwise unwell (doctor, given up, pages of the database)", len(ledger.unwell)),
        ("workers that ended without being killed", killer.died),
        ("longest time without an answer after a kill, s", f"{killer.longest_away:.1f}"),
        ("seconds", f"{found.seconds:.0f}"),
    ]
    lines = "\n".join(f"| {name} | {value} |" for name, value in rows)
    caught = ", ".join(f"{work} ({count})" for work, count in killer.caught.most_common())
    verdict = "nothing lost, twice or half-written" if is_well else "**faults were found**"
    return f"""# Kills in the middle of work

Written by `make kills` (`python -m bench.kills`) on {date.today():%Y-%m-%d}: {verdict}.

Machine: {os.cpu_count()} cores, Python {platform.python_version()}. A PostgreSQL cluster of its own with fsync, two web processes
and three workers, three residents at a time, one import after the other. Every victim dies by `kill -9`.

| what | figure |
| --- | --- |
{lines}

- **database**: the postmaster and all its processes at once; **database backend**: one that is at work, after which the server
  throws everybody out and recovers. Caught at: {caught}.
- **everything at once**: database, supervisor, web, workers and import at one moment.
- **supervisor**: `bruecke serve` alone, started again when what it had started has ended.
- Held afterwards: every receipt opens its question; each question once, with one message, one entry in the log, its timeline, its
  form key and its notices; each notice one whole file of its Message-ID, none begun and left; each row of each table one offer
  with its place, category, history and entry in the log; providers and houses once; no import that stands still; nothing given
  up; `bruecke doctor` well, the chains of the audit log among it; `pg_amcheck` over all tables and indexes.
- Two minutes of a dead process's lease pass at once, so that its work is taken up again within the run.
- Not shown: loss of power (what the system had not written yet stays there when processes die), and mail by SMTP, where a copy
  with the same Message-ID may go out (docs/decisions/0001).
"""


if __name__ == "__main__":
    sys.exit(main())
