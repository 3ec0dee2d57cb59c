"""The operators' command `bruecke`: run, load, save and look after an installation."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from bruecke.config.operations.errors import OperatorError
from bruecke.config.operations.upkeep import add_upkeep, explained, refused
from bruecke.config.operations.variables import what_is_wrong

WITHOUT_DJANGO = {"serve", "new-key"}  # the supervisor itself needs none, and without a key there is none


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point. Returns the exit code: 0 well, 1 refused with a reason, 2 wrong usage."""
    options = _parser().parse_args(arguments)
    os.umask(0o027)  # database, mails and uploads are nobody else's to read, whatever the folder above them says
    if options.command in {"demo", "demo-code"}:
        os.environ.setdefault("BRUECKE_MODE", "demo")
        port = getattr(options, "port", None)
        if port is not None:
            os.environ.setdefault("BRUECKE_BASE_URL", f"http://localhost:{port}")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bruecke.config.settings.base")
    run: Callable[[argparse.Namespace], int] = options.run
    try:
        if options.command in {"restore", "doctor"}:
            from bruecke.config.env import bear_missing_key

            bear_missing_key()
        if options.command not in WITHOUT_DJANGO:
            import django

            django.setup()
        return run(options)
    except OperatorError as error:
        print(error, file=sys.stderr)
    except OSError as error:
        print(explained(error), file=sys.stderr)
    except Exception as error:
        sentence = what_is_wrong(error)
        if not sentence:
            raise
        print(sentence, file=sys.stderr)
        return 2
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bruecke", description="Brücke: Arbeitsplatz der kommunalen Integrationskoordination")
    commands = parser.add_subparsers(dest="command", required=True, metavar="BEFEHL")

    def command(name: str, run: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=text, description=text)
        sub.set_defaults(run=run)
        return sub

    serve = command("serve", _serve, "Web und Worker starten")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8000)
    serve.add_argument("--without-worker", action="store_true", help="nur die Webprozesse")
    command("worker", _worker, "E-Mails zustellen und Aufträge ausführen")
    command("setup", _setup, "Datenbank, Übersetzungen und statische Dateien auf den Stand bringen")
    demo = command("demo", _demo, "Demo-Landkreise laden und starten")
    demo.add_argument("--host", default="127.0.0.1")
    demo.add_argument("--port", type=int, default=8000)
    demo.add_argument("--stage", choices=("empty", "start", "year"), help="wie viel schon geschehen ist (sonst: ein ganzes Jahr)")
    demo.add_argument("--reset", action="store_true", help="die Demo in diesem Datenordner löschen und neu laden")
    demo.add_argument("--load-only", action="store_true", help="nur laden, nicht starten")
    code = command("demo-code", _demo_code, "den Anmeldecode eines Demozugangs zeigen")
    code.add_argument("role", metavar="ROLLE", help="Rolle oder E-Mail-Adresse, wie beim Start gezeigt")
    founding = command("create-district", _create_district, "einen Landkreis oder eine kreisfreie Stadt anlegen")
    founding.add_argument("--slug", required=True, help="Wort in der Adresse, zum Beispiel mittelsachsen")
    founding.add_argument("--name", required=True, help="zum Beispiel „Landkreis Mittelsachsen“")
    founding.add_argument("--ags", required=True, help="Kreisschlüssel, fünf Ziffern")
    founding.add_argument("--languages", default="de", help="Sprachen der öffentlichen Seiten, zum Beispiel de,ar")
    publish = command("publish-district", _publish_district, "die öffentlichen Seiten zeigen oder verbergen")
    publish.add_argument("slug", metavar="LANDKREIS")
    publish.add_argument("--hide", action="store_true", help="verbergen")
    admin = command("invite-admin", _invite_admin, "die erste Person einladen, die Zugänge verwaltet")
    admin.add_argument("slug", metavar="LANDKREIS")
    admin.add_argument("email", metavar="E-MAIL")
    factor = command("reset-second-factor", _reset_second_factor, "den zweiten Schritt eines Zugangs zurücksetzen")
    factor.add_argument("slug", metavar="LANDKREIS")
    factor.add_argument("email", metavar="E-MAIL")
    places = command("import-places", _import_places, "Gebiete, Postleitzahlen und Grenzen einlesen")
    places.add_argument("--register", type=Path, metavar="CSV", help="Gemeindeverzeichnis")
    places.add_argument("--postal-codes", type=Path, metavar="CSV", help="Postleitzahlen")
    places.add_argument(
        "--boundaries", type=Path, metavar="GEOJSON", action="append", default=[], help="Grenzen (mehrfach möglich)"
    )
    places.add_argument("--changes", type=Path, metavar="CSV", help="Gebietsänderungen (wer in wem aufging)")
    places.add_argument("--as-of", type=date.fromisoformat, metavar="TAG", help="Stand der Dateien, zum Beispiel 2025-01-01")
    places.add_argument("--accept-endings", action="store_true", help="viele wegfallende Gebiete hinnehmen")
    places.add_argument("--dry-run", action="store_true", help="nur prüfen, nichts speichern")
    _add_import_offers(command)
    reindex = command("reindex", _reindex, "die Suche neu aufbauen")
    reindex.add_argument("--district", metavar="LANDKREIS", help="nur diesen, sonst alle")
    add_upkeep(command)
    command("new-key", _new_key, "einen neuen geheimen Schlüssel anlegen, wenn der alte verloren ist")
    manage = command("django", _django, "ein Verwaltungsbefehl von Django")
    manage.add_argument("rest", nargs=argparse.REMAINDER)
    return parser


def _add_import_offers(command: Callable[..., argparse.ArgumentParser]) -> None:
    offers = command("import-offers", _import_offers, "Angebote aus einer Tabelle (XLSX, CSV) übernehmen")
    offers.add_argument("--district", required=True, metavar="LANDKREIS")
    offers.add_argument("file", type=Path, metavar="DATEI")
    offers.add_argument("--check", action="store_true", help="nur prüfen, nichts übernehmen")
    offers.add_argument("--leave-out-faulty", action="store_true", help="Zeilen mit Fehlern weglassen, die anderen übernehmen")


def _serve(options: argparse.Namespace) -> int:
    from bruecke.config.env import Environment
    from bruecke.config.operations.serve import serve

    environment = Environment()
    environment.read_secret_key()  # or say here, once, why the processes would not come up
    return serve(
        host=options.host,
        port=options.port,
        processes=environment.web_processes,
        data=environment.data_dir,
        with_worker=not options.without_worker,
    )


def _worker(options: argparse.Namespace) -> int:
    from bruecke.config.operations.worker import run_worker

    run_worker()
    return 0


def _setup(options: argparse.Namespace) -> int:
    from bruecke.config.operations.setup import prepare

    prepare()
    print("Fertig. Weiter mit: bruecke serve")
    return 0


def _demo(options: argparse.Namespace) -> int:
    from bruecke.config.env import Environment
    from bruecke.config.operations.demo import DemoError, prepare_demo, print_welcome
    from bruecke.config.operations.serve import serve
    from bruecke.core.registries import DemoStage

    try:
        prepare_demo(DemoStage(options.stage) if options.stage else None, resets=options.reset)
    except DemoError as error:
        print(error, file=sys.stderr)
        return 1
    if options.load_only:
        return 0
    print_welcome(options.port)
    return serve(host=options.host, port=options.port, processes=1, data=Environment().data_dir)


def _demo_code(options: argparse.Namespace) -> int:
    from bruecke.accounts.demo import demo_code, demo_logins
    from bruecke.core import clock

    try:
        print(demo_code(options.role, clock.now()))
    except LookupError:
        known = ", ".join(sorted({login.key for login in demo_logins()}))
        print(f"Diesen Demozugang gibt es nicht. Bekannt sind: {known}", file=sys.stderr)
        return 1
    return 0


def _create_district(options: argparse.Namespace) -> int:
    from bruecke.config.operations.founding import create_district
    from bruecke.core import clock

    languages = [code.strip() for code in options.languages.split(",") if code.strip()]
    return _said(
        lambda: create_district(slug=options.slug, name=options.name, ags=options.ags, languages=languages, now=clock.now()),
        f"Angelegt, noch nicht veröffentlicht. Weiter mit: bruecke invite-admin {options.slug} E-MAIL",
    )


def _publish_district(options: argparse.Namespace) -> int:
    from bruecke.config.operations.founding import set_published
    from bruecke.core import clock

    return _said(
        lambda: set_published(slug=options.slug, is_published=not options.hide, now=clock.now()),
        "Die Seiten sind verborgen." if options.hide else "Die Seiten sind öffentlich.",
    )


def _invite_admin(options: argparse.Namespace) -> int:
    from bruecke.config.operations.founding import invite_administrator
    from bruecke.core import clock

    return _said(
        lambda: invite_administrator(slug=options.slug, email=options.email, now=clock.now()),
        "Eingeladen. Die E-Mail geht hinaus, sobald der Worker läuft.",
    )


def _reset_second_factor(options: argparse.Namespace) -> int:
    from bruecke.config.operations.founding import reset_second_factor
    from bruecke.core import clock

    return _said(
        lambda: reset_second_factor(slug=options.slug, email=options.email, now=clock.now()),
        "Zurückgesetzt. Bei der nächsten Anmeldung wird der zweite Schritt neu eingerichtet.",
    )


def _said(act: Callable[[], object], done: str) -> int:
    """Run an action; print what was done, or why it was refused."""
    from bruecke.core.errors import BrueckeError

    try:
        act()
    except BrueckeError as error:
        print(error, file=sys.stderr)
        return 1
    print(done)
    return 0


def _import_places(options: argparse.Namespace) -> int:
    from bruecke.core import clock
    from bruecke.places.importers import import_places

    if not (options.register or options.postal_codes or options.boundaries or options.changes):
        print("Bitte nennen Sie mindestens eine Datei: --register, --postal-codes, --boundaries, --changes.", file=sys.stderr)
        return 2
    report = import_places(
        register=options.register,
        postal_codes=options.postal_codes,
        boundaries=options.boundaries,
        changes=options.changes,
        now=clock.now(),
        as_of=options.as_of,
        accept_endings=options.accept_endings,
        dry_run=options.dry_run,
        progress=lambda text: print(text, flush=True),
    )
    print(report)
    return 0 if report.ok else 1


def _import_offers(options: argparse.Namespace) -> int:
    """0: taken over, or nothing to do; 1: refused, or rows with faults that nobody chose to leave out."""
    from bruecke.config.operations.tables import import_offers
    from bruecke.core import clock
    from bruecke.core.errors import BrueckeError

    try:
        report = import_offers(
            slug=options.district,
            path=options.file,
            now=clock.now(),
            check_only=options.check,
            leave_out_faulty=options.leave_out_faulty,
            tell=lambda text: print(text, flush=True),
        )
    except (BrueckeError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    for warning in report.warnings:
        print(f"Hinweis: {warning}")
    if report.left_out:
        print(f"Hinweis: Diese Spalten werden nicht übernommen: {', '.join(report.left_out)}.")
    for line in report.problems:
        print(f"Zeile {line.row}, {line.column}: {line.message}", file=sys.stderr)
    print(f"{report.counts}. {'Übernommen.' if report.is_applied else 'Es wurde nichts geändert.'}")
    return 1 if report.faulty and not (options.leave_out_faulty and report.is_applied) else 0


def _reindex(options: argparse.Namespace) -> int:
    from bruecke.config.operations.reindex import rebuild_search
    from bruecke.core import clock
    from bruecke.core.errors import BrueckeError

    try:
        count = rebuild_search(slug=options.district, now=clock.now(), progress=lambda text: print(text, flush=True))
    except BrueckeError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Fertig. Einträge: {count}.")
    return 0


def _new_key(options: argparse.Namespace) -> int:
    """Needs no Django: without a key there is none."""
    from bruecke.config.env import Environment

    path = refused(Environment().make_secret_key)
    if path is None:
        return 1
    print(f"Angelegt: {path}. Weiter mit: bruecke doctor (es nennt, was mit dem alten Schlüssel verloren ging).")
    return 0


def _django(options: argparse.Namespace) -> int:
    from django.core.management import execute_from_command_line

    execute_from_command_line(["bruecke django", *options.rest])
    return 0


if __name__ == "__main__":
    sys.exit(main())
