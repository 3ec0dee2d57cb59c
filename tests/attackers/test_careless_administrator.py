"""A careless administrator: what pages and the doctor say when something around the program was lost, changed or filled up."""

import errno
import io
import logging
import os
import shutil
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.core.cache import caches
from django.core.files.storage import default_storage
from django.db import InterfaceError, OperationalError, ProgrammingError, connection
from django.test import Client
from django.urls import reverse
from PIL import Image

from bruecke.accounts.tests.factories import PASSWORD, code_of, make_member
from bruecke.config.operations import worker
from bruecke.config.operations.doctor import contents, log, machine, secrets
from bruecke.config.operations.upkeep import explained
from bruecke.core import audit, clock, files, jobs, outbox, sealing
from bruecke.core.models import Job, OutboxMail, StoredFile, WorkState
from bruecke.core.scope import for_district
from bruecke.core.sealing import anchors
from bruecke.core.tests.factories import NOW, make_district
from bruecke.core.viewer import Role, Viewer
from bruecke.directory.models import Organisation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
SYSTEM = Viewer.system("test")


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"}}
    return settings.MEDIA_ROOT


@pytest.fixture
def district():
    return make_district()


def upload(district, *, is_public=False) -> StoredFile:
    picture = io.BytesIO()
    Image.new("RGB", (20, 20), "red").save(picture, "PNG")
    picture.seek(0)
    checked = files.check_file(picture, "a.png", accept=frozenset({"image/png"}))
    with for_district(district):
        return files.store_file(checked, name="a.png", district=district, viewer=SYSTEM, now=NOW, is_public=is_public)


def found(findings) -> dict:
    return {finding.name: finding for finding in findings}


# --- files ------------------------------------------------------------------------------------------------------------------


def test_deleted_upload_is_said_on_its_page_and_found_by_the_doctor(client, district, media):
    logo = upload(district, is_public=True)
    with for_district(district):
        Organisation.objects.create(district=district, name="Verein", logo=logo)
    address = reverse("directory_public:logo", kwargs={"lang": "de", "district": district.slug, "uid": logo.uid})
    picture = client.get(address)
    assert picture.status_code == 200
    assert b"".join(picture.streaming_content)
    assert all(finding.is_well for finding in contents.files(quick=False))

    (media / logo.path).unlink()
    page = client.get(address)
    assert page.status_code == 404
    assert "Diese Datei fehlt" in page.text
    lost = found(contents.files(quick=False))["Dateien"]
    assert (lost.is_well, lost.details) == (False, (logo.path,))


def test_lost_folder_of_uploads_is_found_and_the_next_upload_works(district, media):
    upload(district)
    shutil.rmtree(media)
    assert not found(contents.files(quick=True))["Dateien"].is_well
    again = upload(district)
    assert (media / again.path).exists()


def test_upload_that_somebody_changed_or_put_there_is_found(district, media):
    stored = upload(district)
    (media / stored.path).write_bytes(b"something else")
    (media / "notes.txt").write_bytes(b"by hand")
    os.utime(media / "notes.txt", (0, 0))
    told = found(contents.files(quick=False))
    assert told["Inhalt der Dateien"].details == (stored.path,)
    assert told["Dateien ohne Eintrag"].details == ("notes.txt",)
    assert not told["Dateien ohne Eintrag"].is_well


# --- disk and database ------------------------------------------------------------------------------------------------------


def failing(monkeypatch, error: Exception):
    """A page whose view fails like this; the client shows what a visitor would see."""

    def fail(*_args, **_kwargs):
        raise error

    monkeypatch.setattr("bruecke.web.views.public.Imprint.get_context_data", fail)
    return Client(raise_request_exception=False)


def from_server(kind: type[psycopg.Error], text: str) -> OperationalError:
    error = OperationalError(text)
    error.__cause__ = kind(text)
    return error


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (OperationalError("database or disk is full"), 507, "Speicherplatz ist voll"),
        (from_server(psycopg.errors.DiskFull, "could not extend file"), 507, "Speicherplatz ist voll"),
        (OSError(errno.ENOSPC, "No space left on device"), 507, "Speicherplatz ist voll"),
        (OperationalError("connection refused"), 503, "nicht erreichbar"),
        (OperationalError("database is locked"), 503, "nicht erreichbar"),
        (InterfaceError("connection already closed"), 503, "nicht erreichbar"),
        (OperationalError("no such table: core_district"), 503, "nicht erreichbar"),
        (ProgrammingError('relation "core_district" does not exist'), 503, "nicht erreichbar"),
        (OSError(errno.EIO, "Input/output error"), 500, "nicht geklappt"),
        (ValueError("a defect"), 500, "nicht geklappt"),
    ],
)
def test_page_says_what_is_wrong_with_disk_or_database(monkeypatch, district, caplog, error, status, words):
    caplog.set_level(logging.CRITICAL + 1, "django.request")
    page = failing(monkeypatch, error).get(f"/de/{district.slug}/impressum/")
    assert page.status_code == status
    assert words in page.text
    assert page.headers.get("Retry-After", "") == ("30" if status == 503 else "")
    assert page.headers["Cache-Control"] == "no-store"
    assert str(error) not in page.text


def test_program_behind_the_api_is_told_too(monkeypatch, district):
    monkeypatch.setattr("bruecke.interop.queries.cache.get", lambda _key: (_ for _ in ()).throw(OperationalError("gone")))
    monkeypatch.setattr("bruecke.core.pagecache.published_district", lambda _slug: (_ for _ in ()).throw(OperationalError("gone")))
    page = Client(raise_request_exception=False).get(f"/api/v1/districts/{district.slug}/offers")
    assert page.status_code in {404, 503}
    assert page.headers["Content-Type"].startswith("application/problem+json")


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="the limit is SQLite's")
def test_write_on_a_full_disk_leaves_nothing_and_works_again_with_space(district):
    """The real error of SQLite: the file may not grow any further."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        pages = cursor.fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages}")
    before = OutboxMail.objects.count()
    try:
        with pytest.raises(OperationalError, match="full") as full:
            _queue_many(500)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA max_page_count = 1073741823")
    from bruecke.web.views.errors import is_disk_full

    assert is_disk_full(full.value)
    assert OutboxMail.objects.count() == before
    _queue_many(1)
    assert OutboxMail.objects.count() == before + 1


def _queue_many(count: int) -> None:
    from django.db import transaction

    with transaction.atomic():
        for number in range(count):
            outbox.queue_mail(district=None, to="a@example.org", subject="x", body="y" * 4000, key=f"full-{number}", now=NOW)


def test_upload_on_a_full_disk_leaves_no_row(district, media, monkeypatch):
    def full(*_args, **_kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(default_storage.__class__, "save", full)
    with pytest.raises(OSError, match="No space"):
        upload(district)
    with for_district(district):
        assert not StoredFile.objects.exists()


def test_mail_on_a_full_disk_waits(monkeypatch, settings, tmp_path):
    settings.MAIL_DIR = tmp_path / "mail"
    outbox.queue_mail(district=None, to="a@example.org", subject="x", body="y", key="one", now=NOW)

    def full(*_args):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(outbox.os, "fsync", full)
    assert outbox.deliver_next(NOW)
    assert not list(settings.MAIL_DIR.glob("*.eml"))
    monkeypatch.undo()
    settings.MAIL_DIR = tmp_path / "mail"
    assert outbox.deliver_next(NOW + timedelta(hours=1))
    assert len(list(settings.MAIL_DIR.glob("*.eml"))) == 1


def test_page_cache_without_folder_or_space_makes_pages_slower_not_impossible(settings, tmp_path, monkeypatch):
    settings.CACHES = {"default": {"BACKEND": "bruecke.core.caches.BearingFileCache", "LOCATION": tmp_path / "cache"}}
    cache = caches["default"]
    cache.set("a", 1)
    assert cache.get("a") == 1
    shutil.rmtree(tmp_path / "cache")
    assert cache.get("a") is None
    (tmp_path / "cache").write_text("a file where the folder should be")
    cache.set("a", 1)
    assert cache.get("a") is None
    assert not machine.page_cache().is_well


def test_page_cache_on_a_server_that_is_away(settings):
    settings.CACHES = {"default": {"BACKEND": "bruecke.core.caches.BearingRedisCache", "LOCATION": "redis://127.0.0.1:1/0"}}
    caches["default"].set("a", 1)
    assert caches["default"].get("a", "default") == "default"
    assert not machine.page_cache().is_well


def test_worker_waits_for_a_database_that_is_away(monkeypatch, settings, tmp_path):
    """It comes back by itself, without a death, and without a line in the log for each half second."""
    settings.DATA_DIR = tmp_path
    calls: list[str] = []

    class Stop:
        def is_set(self) -> bool:
            return len(calls) >= 3

        def set(self) -> None: ...

        def wait(self, seconds: float) -> None:
            calls.append(f"waits {seconds}")

    answers = iter([OperationalError("gone"), InterfaceError("closed"), False])

    def work() -> bool:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(worker.threading, "Event", Stop)
    monkeypatch.setattr(worker.signal, "signal", lambda *_args: None)
    monkeypatch.setattr(worker.jobs, "enqueue_repeated", lambda _now: None)
    monkeypatch.setattr(worker.connection, "close", lambda: None)
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)
    monkeypatch.setattr(worker, "work_once", work)
    worker.run_worker()
    assert calls == ["waits 5.0", "waits 5.0", "waits 0.5"]


# --- secrets ----------------------------------------------------------------------------------------------------------------


def test_other_secret_key_is_said_at_the_log_in_and_by_the_doctor_and_there_is_a_way_out(client, district, settings):
    account = make_member(district, Role.ADMINISTRATOR, has_totp=True)
    audit.record(verb="core.tested", target=None, viewer=Viewer.system("test", district.pk), now=NOW)
    sealing.seal_all(NOW)
    assert secrets.opened(NOW).is_well
    settings.SECRET_KEY = "quite another key " * 4
    client.post("/intern/konto/anmelden/", {"login": account.email, "password": PASSWORD})
    answer = client.post("/intern/konto/code/", {"code": code_of()})
    assert answer.status_code == 422
    assert "Schlüssel der Anlage gewechselt" in answer.text
    told = secrets.opened(NOW)
    assert not told.is_well
    assert told.figure.startswith("1 von 1 zweiten Schritten")
    assert "audit-reseal" in found(log.findings(NOW, quick=False, anchors=None))["Protokoll"].advice

    from bruecke.config.cli import main

    assert main(["reset-second-factor", district.slug, account.email]) == 0
    assert main(["audit-reseal"]) == 0
    assert secrets.opened(NOW).is_well
    client.logout()
    assert (
        client.post("/intern/konto/anmelden/", {"login": account.email, "password": PASSWORD})["Location"] != "/intern/konto/code/"
    )


def test_broken_log_is_not_covered_by_a_new_seal(district, capsys):
    from bruecke.config.cli import main
    from bruecke.core.models import AuditEntry

    audit.record(verb="core.tested", target=None, viewer=Viewer.system("test", district.pk), now=NOW)
    sealing.seal_all(NOW)
    AuditEntry.objects.update(verb="core.other")
    assert main(["audit-reseal"]) == 1
    assert district.slug in capsys.readouterr().err


def test_doctor_names_the_broken_entry_and_holds_the_log_against_anchors(district, capsys, settings, tmp_path):
    from bruecke.config.cli import main
    from bruecke.core.models import AuditChain, AuditEntry

    settings.DATA_DIR = tmp_path
    viewer = Viewer.system("test", district.pk)
    for _number in range(3):
        audit.record(verb="core.tested", target=None, viewer=viewer, now=NOW)
    assert main(["audit-anchor"]) == 0
    printed = capsys.readouterr().out
    anchors.keep_anchors(NOW)
    told = found(log.findings(NOW, quick=False, anchors=printed))
    assert all(finding.is_well for finding in told.values())
    assert not found(log.findings(NOW, quick=False, anchors="no anchor here"))["Genannte Anker"].is_well
    AuditEntry.objects.filter(number=2).delete()
    broken = found(log.findings(NOW, quick=False, anchors=printed))["Protokoll"]
    assert broken.details[0].startswith(f"{district.slug}, Nr. 2 (24.11.2026 08:00 UTC): fehlt")
    AuditEntry.objects.update(number=None, hash="", previous_hash="")
    AuditChain.objects.all().delete()
    sealing.seal_all(NOW)
    told = found(log.findings(NOW, quick=False, anchors=printed))
    assert told["Protokoll"].is_well
    assert not told["Genannte Anker"].is_well
    assert not told["Anker im Datenordner"].is_well


# --- clock ------------------------------------------------------------------------------------------------------------------


def test_clock_that_was_set_back_is_found_and_loses_nothing(district):
    viewer = Viewer.system("test", district.pk)
    audit.record(verb="core.tested", target=None, viewer=viewer, now=NOW)
    outbox.queue_mail(district=None, to="a@example.org", subject="x", body="y", key="one", now=NOW)
    with clock.frozen(NOW - timedelta(days=2)) as past:
        assert not machine.time(past).is_well
        assert outbox.deliver_next(past), "what was to go at once does not wait for the hour to come again"
        assert not outbox.deliver_next(past)
        audit.record(verb="core.tested", target=None, viewer=viewer, now=past)
        sealing.seal_all(past)
    assert OutboxMail.objects.get(key="one").state == WorkState.DONE
    assert not outbox.deliver_next(NOW)
    assert machine.time(NOW).is_well
    sealing.seal_all(NOW)
    assert all(report.is_well(NOW) for report in sealing.check_chains())


def test_repeated_job_runs_again_after_the_clock_was_set_back():
    jobs.enqueue_repeated(NOW)
    count = Job.objects.count()
    jobs.enqueue_repeated(NOW - timedelta(days=1))
    jobs.enqueue_repeated(NOW)
    assert Job.objects.count() == 2 * count, "each slot once, whatever the order"


# --- what is told -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "Datenträger ist voll"),
        (errno.EACCES, "Rechte"),
        (errno.EROFS, "Rechte"),
        (errno.ENOENT, "fehlt"),
        (errno.EIO, "System"),
    ],
)
def test_failed_system_call_is_a_german_sentence(number, words):
    assert words in explained(OSError(number, "x", "/var/lib/bruecke"))


def test_half_written_restore_is_found(settings, tmp_path):
    from bruecke.config.operations import running

    settings.DATA_DIR = tmp_path
    running.note_exchange(Path(tmp_path))
    assert not found(machine.folders())["Rückholung"].is_well
    running.exchange_is_over(Path(tmp_path))
    assert "Rückholung" not in found(machine.folders())
