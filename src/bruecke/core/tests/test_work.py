"""Mail and jobs: queued once, done once, taken back from the dead."""

import smtplib
from datetime import timedelta
from pathlib import Path

import pytest

from bruecke.core import jobs, leases, outbox
from bruecke.core.models import Job, OutboxMail, WorkState
from bruecke.core.tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def mail_folder(settings, tmp_path):
    settings.MAIL_DIR = tmp_path / "mail"
    return settings.MAIL_DIR


def queue(key="one"):
    return outbox.queue_mail(district=None, to="wer@example.org", subject="Guten\nTag", body="Text", key=key, now=NOW)


def test_same_key_is_queued_once():
    assert queue().pk == queue().pk
    assert OutboxMail.objects.count() == 1


def test_delivered_mail_is_a_file_and_its_row_is_wiped(mail_folder):
    mail = queue()
    assert outbox.deliver_next(NOW)
    [file] = mail_folder.glob("*.eml")
    text = file.read_text()
    assert mail.message_id in text
    assert "Subject: Guten Tag" in text
    mail.refresh_from_db()
    assert (mail.state, mail.to, mail.subject, mail.body) == (WorkState.DONE, "", "", "")
    assert not outbox.deliver_next(NOW)


def test_worker_killed_after_delivery_leaves_one_mail(mail_folder):
    mail = queue()
    claimed = leases.claim(OutboxMail, now=NOW)
    outbox.deliver(outbox.build_message(claimed))  # and here the process dies
    assert not outbox.deliver_next(NOW + timedelta(seconds=10)), "the lease still stands"
    assert outbox.deliver_next(NOW + leases.LEASE)
    assert len(list(mail_folder.glob("*.eml"))) == 1
    mail.refresh_from_db()
    assert mail.state == WorkState.DONE
    assert mail.attempts == 2


def test_failed_delivery_is_tried_again_later(monkeypatch):
    def refuse(message):
        raise smtplib.SMTPRecipientsRefused({})

    monkeypatch.setattr(outbox, "deliver", refuse)
    mail = queue()
    assert outbox.deliver_next(NOW)
    mail.refresh_from_db()
    assert (mail.state, mail.last_error, mail.due_at) == (WorkState.WAITING, "SMTPRecipientsRefused", NOW + timedelta(seconds=30))
    assert not outbox.deliver_next(NOW + timedelta(seconds=29))


@pytest.mark.parametrize("address", ["=?utf-8?q?=0a?=@example.org", "=?utf-8?q?a=40example.com=2Cb?=@example.org", ""])
def test_address_that_no_message_can_carry_does_not_stop_the_worker(mail_folder, address):
    outbox.queue_mail(district=None, to=address, subject="x", body="y", key="odd", now=NOW)
    mail = queue()
    assert outbox.deliver_next(NOW)
    assert outbox.deliver_next(NOW)
    mail.refresh_from_db()
    assert mail.state == WorkState.DONE
    assert len(list(mail_folder.glob("*.eml"))) == 1
    assert OutboxMail.objects.get(key="odd").state == WorkState.WAITING


def test_mail_that_was_given_up_goes_after_a_while():
    queue()
    OutboxMail.objects.update(state=WorkState.FAILED, finished_at=NOW)
    assert leases.forget_done(OutboxMail, now=NOW + leases.KEEP_DONE) == 0
    assert leases.forget_done(OutboxMail, now=NOW + leases.KEEP_DONE + timedelta(seconds=1)) == 1


def test_mail_is_given_up_after_the_last_attempt(monkeypatch):
    monkeypatch.setattr(outbox, "deliver", lambda message: (_ for _ in ()).throw(OSError()))
    queue()
    moment = NOW
    for _attempt in range(leases.MAX_ATTEMPTS):
        assert outbox.deliver_next(moment)
        moment += timedelta(hours=7)
    assert not outbox.deliver_next(moment)
    assert OutboxMail.objects.get().state == WorkState.FAILED


@pytest.fixture
def ran(monkeypatch):
    calls: list[dict] = []
    monkeypatch.setattr(jobs, "_kinds", {})
    monkeypatch.setattr(jobs, "_repeated", {})
    jobs.handler("test.count")(lambda run: calls.append(dict(run.args)))
    return calls


def test_job_runs_once(ran):
    jobs.enqueue(kind="test.count", args={"uid": "abc"}, now=NOW, key="only")
    jobs.enqueue(kind="test.count", args={"uid": "abc"}, now=NOW, key="only")
    assert jobs.run_next(NOW)
    assert not jobs.run_next(NOW)
    assert ran == [{"uid": "abc"}]


def test_job_takes_ids_only(ran):
    with pytest.raises(ValueError, match="ids only"):
        jobs.enqueue(kind="test.count", args={"text": "Ich habe eine Frage"}, now=NOW)
    with pytest.raises(ValueError, match="no handler"):
        jobs.enqueue(kind="unknown", args={}, now=NOW)


def test_failing_job_leaves_nothing_behind_and_comes_back(ran):
    def write_and_fail(run):
        queue("half done")
        raise ValueError("a person's words")

    jobs.handler("test.fail")(write_and_fail)
    jobs.enqueue(kind="test.fail", args={}, now=NOW)
    assert jobs.run_next(NOW)
    job = Job.objects.get()
    assert (job.state, job.last_error) == (WorkState.WAITING, "ValueError")
    assert not OutboxMail.objects.exists()


def test_job_whose_lease_went_to_another_worker_does_nothing(ran, monkeypatch):
    jobs.enqueue(kind="test.count", args={}, now=NOW)
    first = leases.claim(Job, now=NOW)
    second = leases.claim(Job, now=NOW + leases.LEASE)
    monkeypatch.setattr(leases, "claim", lambda model, now: first)
    jobs.run_next(NOW)
    assert ran == []
    assert leases.holds(second)


def test_repeated_job_is_queued_once_a_slot(ran):
    jobs.handler("test.often", every=timedelta(hours=1))(lambda run: ran.append({}))
    for minutes in (0, 20, 59, 61):
        jobs.enqueue_repeated(NOW + timedelta(minutes=minutes))
    assert Job.objects.count() == 2


def test_file_delivery_leaves_no_part_files(mail_folder):
    queue()
    outbox.deliver_next(NOW)
    assert [path.suffix for path in Path(mail_folder).iterdir()] == [".eml"]


def test_worker_killed_while_it_writes_leaves_no_half_mail(mail_folder, monkeypatch):
    queue()

    def die(descriptor):
        raise SystemExit

    with monkeypatch.context() as killed:
        killed.setattr(outbox.os, "fsync", die)
        killed.setattr(outbox.os, "getpid", lambda: 1)
        with pytest.raises(SystemExit):
            outbox.deliver_next(NOW)
    assert [path.suffix for path in mail_folder.iterdir()] == [".part"]
    assert outbox.deliver_next(NOW + leases.LEASE)
    assert [path.suffix for path in mail_folder.iterdir()] == [".eml"]


def test_work_that_kills_its_worker_each_time_is_given_up():
    mail, other = queue(), queue("other")
    moment = NOW
    for _death in range(leases.MAX_ATTEMPTS):
        assert leases.claim(OutboxMail, now=moment).pk in {mail.pk, other.pk}
        OutboxMail.objects.filter(pk=other.pk).update(state=WorkState.WAITING, attempts=0, due_at=moment + timedelta(days=1))
        moment += leases.LEASE
    assert leases.claim(OutboxMail, now=moment) is None
    mail.refresh_from_db()
    assert (mail.state, mail.last_error) == (WorkState.FAILED, "killed")
    assert leases.claim(OutboxMail, now=moment + timedelta(days=1)).pk == other.pk


def test_a_mail_takes_a_file_of_its_own_district_along(mail_folder):
    from email import message_from_bytes, policy

    from bruecke.core.files import CheckedFile, store_file
    from bruecke.core.scope import for_district
    from bruecke.core.tests.factories import make_district
    from bruecke.core.viewer import Viewer

    mine, other = make_district("musterkreis"), make_district("nachbarkreis", ags="14625")
    viewer = Viewer.system("test", mine.pk)
    with for_district(mine):
        stored = store_file(CheckedFile(b"%PDF-1.7 x", "application/pdf"), name="blatt.pdf", district=mine, viewer=viewer, now=NOW)
    given = {"to": "wer@example.org", "subject": "x", "body": "Text", "now": NOW, "attachment": stored}
    outbox.queue_mail(district=mine, key="with-file", **given)
    assert outbox.deliver_next(NOW)
    (path,) = mail_folder.iterdir()
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    (part,) = message.iter_attachments()
    assert (part.get_filename(), part.get_content_type(), part.get_content()) == ("blatt.pdf", "application/pdf", b"%PDF-1.7 x")
    assert message["Content-Language"] == "de"
    assert message.get_body().get_content().strip() == "Text"

    mail = outbox.queue_mail(district=other, key="stolen", **given)
    assert outbox.deliver_next(NOW)
    mail.refresh_from_db()
    assert (mail.state, mail.last_error) == (WorkState.WAITING, "LookupError")
    assert len(list(mail_folder.iterdir())) == 1
