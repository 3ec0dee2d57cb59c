"""The commands that look after an installation: backup, restore, move, doctor, anchors, keys. `cli` adds them to `bruecke`."""

import argparse
import errno
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bruecke.config.operations.errors import OperatorError

Command = Callable[..., argparse.ArgumentParser]


def add_upkeep(command: Command) -> None:
    """Declare the commands; each has its function below."""
    backup = command("backup", _backup, "alles in eine Datei sichern")
    backup.add_argument("target", type=Path, metavar="DATEI")
    backup.add_argument("--key-file", type=Path, metavar="DATEI", help="damit verschlüsseln")
    backup.add_argument("--verify", action="store_true", help="nichts sichern, sondern DATEI lesen und prüfen")
    restore = command("restore", _restore, "eine Sicherung zurückholen")
    restore.add_argument("source", type=Path, metavar="DATEI")
    restore.add_argument("--replace", action="store_true", help="vorhandene Daten beiseitelegen und ersetzen")
    restore.add_argument("--key-file", type=Path, metavar="DATEI", help="damit entschlüsseln")
    restore.add_argument("--other-installation", action="store_true", help="die Sicherung einer anderen Anlage annehmen")
    move = command("move", _move, "von SQLite nach PostgreSQL umziehen, oder zurück")
    move.add_argument("--to", required=True, metavar="ZIEL", help="postgresql://… oder sqlite")
    move.add_argument("--replace", action="store_true", help="vorhandene Daten im Ziel beiseitelegen und ersetzen")
    key = command("backup-key", _backup_key, "einen Schlüssel für verschlüsselte Sicherungen machen")
    key.add_argument("target", type=Path, metavar="DATEI")
    doctor = command("doctor", _doctor, "nachsehen, ob alles in Ordnung ist")
    doctor.add_argument("--json", action="store_true", help="für Programme")
    doctor.add_argument("--quick", action="store_true", help="vom Protokoll und von den Dateien nur das Nötigste lesen")
    doctor.add_argument(
        "--anchor", type=Path, metavar="DATEI", help="Anker, gegen die das Protokoll geprüft wird (- für die Eingabe)"
    )
    command("audit-anchor", _audit_anchor, "das Ende der Protokolle zeigen, zum Aufbewahren auf Papier")
    command("audit-reseal", _audit_reseal, "nach einem neuen geheimen Schlüssel die Protokolle neu versiegeln")
    command("retry-failed", _retry_failed, "gescheiterte E-Mails und Aufträge noch einmal versuchen")


def refused(act: Callable[[], Any]) -> Any:
    """What `act` returns; None after a refusal, which was printed."""
    try:
        return act()
    except OperatorError as error:
        print(error, file=sys.stderr)
    except OSError as error:
        print(explained(error), file=sys.stderr)
    return None


def explained(error: OSError) -> str:
    """What a failed system call means for an operator."""
    where = f" ({error.filename})" if error.filename else ""
    if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return f"Der Datenträger ist voll{where}. Bitte schaffen Sie Platz; es bleibt nichts Halbes liegen."
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return f"Die Rechte reichen nicht{where}. Bitte prüfen Sie, wem der Ordner gehört und als wer der Befehl läuft."
    if error.errno == errno.ENOENT:
        return f"Die Datei oder der Ordner fehlt{where}."
    return f"Das System meldet: {error}"


def _backup(options: argparse.Namespace) -> int:
    from bruecke.config.operations.backup import make_backup, verify_backup

    if options.verify:
        found = refused(lambda: verify_backup(options.target, key_file=options.key_file))
        if found is None:
            return 1
        print(f"Die Sicherung vom {found.made_at:%d.%m.%Y, %H:%M} UTC ist heil: {_counts(found)}.")
        _notes(found.notes)
        return 0
    missing = refused(lambda: make_backup(options.target, key_file=options.key_file))
    if missing is None:
        return 1
    size = options.target.stat().st_size // 1024
    care = "Sie ist verschlüsselt." if options.key_file else "Die Datei enthält den Schlüssel; bitte schützen Sie sie."
    print(f"Gesichert: {options.target} ({size} KB). {care}")
    if missing:
        print(f"Achtung: {len(missing)} Dateien, die die Datenbank nennt, fehlen. Mehr sagt: bruecke doctor", file=sys.stderr)
    return 0


def _restore(options: argparse.Namespace) -> int:
    from bruecke.config.operations.backup import restore_backup

    found = refused(
        lambda: restore_backup(options.source, replace=options.replace, key_file=options.key_file, other=options.other_installation)
    )
    if found is None:
        return 1
    print(f"Zurückgeholt: Stand vom {found.made_at:%d.%m.%Y, %H:%M} UTC, {_counts(found)}.")
    _notes(found.notes)
    print("Weiter mit: bruecke setup, dann bruecke doctor")
    return 0


def _counts(found: Any) -> str:
    return f"{found.rows} Zeilen in {found.tables} Tabellen, {found.files} Dateien"


def _notes(notes: list[str]) -> None:
    for note in notes:
        print(f"Hinweis: {note}")


def _move(options: argparse.Namespace) -> int:
    from bruecke.config.operations.backup import move

    if options.to != "sqlite" and not options.to.startswith(("postgresql://", "postgres://")):
        print("Bitte nennen Sie als Ziel postgresql://… oder sqlite.", file=sys.stderr)
        return 2
    started = time.monotonic()
    copied = refused(lambda: move(options.to, replace=options.replace, tell=lambda text: print(text, flush=True)))
    if copied is None:
        return 1
    rows = sum(content.rows for content in copied.values())
    print(f"Umgezogen und verglichen: {rows} Zeilen in {len(copied)} Tabellen, {time.monotonic() - started:.1f} s.")
    setting = "BRUECKE_DATABASE_URL leer" if options.to == "sqlite" else "BRUECKE_DATABASE_URL auf das Ziel"
    print(f"Bitte setzen Sie jetzt {setting} und rufen Sie auf: bruecke doctor")
    return 0


def _backup_key(options: argparse.Namespace) -> int:
    from bruecke.config.operations.backup import make_key_file

    if refused(lambda: make_key_file(options.target)) is None:
        return 1
    print(f"Angelegt: {options.target}. Ohne diese Datei ist keine Sicherung zu lesen; bewahren Sie sie an zwei Orten auf.")
    return 0


def _doctor(options: argparse.Namespace) -> int:
    from bruecke.config.operations.doctor import examine

    anchors = None
    if options.anchor is not None:
        anchors = refused(lambda: sys.stdin.read() if str(options.anchor) == "-" else options.anchor.read_text(encoding="utf-8"))
        if anchors is None:
            return 2
    is_well, told = True, []
    for finding in examine(quick=options.quick, anchors=anchors):
        is_well = is_well and finding.is_well
        if options.json:
            told.append(finding.as_json())
            continue
        print(f"{'gut   ' if finding.is_well else 'SCHLECHT'}  {finding.name}: {finding.figure}", flush=True)
        for line in (*finding.details, *([finding.advice] if finding.advice else [])) if not finding.is_well else ():
            print(f"          {line}")
    if options.json:
        print(json.dumps({"is_well": is_well, "findings": told}, ensure_ascii=False, indent=1))
    return 0 if is_well else 1


def _audit_anchor(options: argparse.Namespace) -> int:
    from bruecke.core import clock, sealing

    sealing.seal_all(clock.now())
    for anchor in sealing.anchors_now(clock.now()):
        print(anchor)
    return 0


def _audit_reseal(options: argparse.Namespace) -> int:
    """Refused while an entry is broken: a new seal would cover it up."""
    from bruecke.core import clock, sealing

    broken = [report for report in sealing.check_chains() if report.broken]
    if broken:
        names = ", ".join(report.name for report in broken)
        print(f"Das Protokoll ist nicht heil ({names}). Bitte klären Sie das zuerst: bruecke doctor", file=sys.stderr)
        return 1
    count = sealing.seal_anew(clock.now())
    print(f"Neu versiegelt: {count} Protokolle. Bitte bewahren Sie neue Anker auf: bruecke audit-anchor")
    return 0


def _retry_failed(options: argparse.Namespace) -> int:
    from bruecke.core import clock, leases
    from bruecke.core.models import Job, OutboxMail

    mails, jobs = (leases.retry_failed(model, now=clock.now()) for model in (OutboxMail, Job))
    print(f"Wieder eingereiht: {mails} E-Mails, {jobs} Aufträge.")
    return 0
