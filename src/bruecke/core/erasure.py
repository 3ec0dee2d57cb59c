"""Erasing a person's traces everywhere, by one list: the erasers of the apps and those of the house itself."""

from datetime import datetime

from django.db import connection, transaction

from bruecke.core import audit, files
from bruecke.core.events import publish
from bruecke.core.models import Draft, Job, MailedLink, OutboxMail, StoredFile
from bruecke.core.privacy import SubjectErased, owners_of
from bruecke.core.registries import Eraser, Subject, erasers
from bruecke.core.scope import Escape, without_scope
from bruecke.core.viewer import Viewer


@transaction.atomic
def erase(subject: Subject, *, viewer: Viewer, now: datetime) -> int:
    """Remove every trace of `subject`; returns how many rows were deleted or wiped.

    Effects: every registered eraser runs, last the house's own (mail, links, drafts, files, job arguments); audit entry
    `core.<kind>_erased`; event `SubjectErased`, from which the protocol of erasures is kept (an erasure outside any district
    has the audit entry alone). On SQLite deleted pages are overwritten (secure_delete) and the write-ahead log is folded in
    after the commit.
    """
    with without_scope(Escape.ERASURE):
        owners = owners_of(subject)
        counts = {eraser.key: eraser.erase(subject, now) for eraser in erasers}
    audit.record(verb=f"core.{subject.kind}_erased", target=None, viewer=viewer, now=now)
    if viewer.district_id is not None:
        publish(
            SubjectErased(
                district_id=viewer.district_id, viewer=viewer, now=now, subject=subject, counts=counts, controller_ids=owners
            )
        )
    transaction.on_commit(fold_in_journal)
    return sum(counts.values())


def _erase_house(subject: Subject, now: datetime) -> int:
    count = OutboxMail.objects.filter(about_uid=subject.uid).update(to="", subject="", body="", state="done", finished_at=now)
    count += MailedLink.objects.filter(object_uid=subject.uid).delete()[0]
    count += Draft.objects.filter(about_uid=subject.uid).delete()[0]
    count += Job.objects.filter(args__uid=subject.uid).update(args={})
    for stored in StoredFile.objects.filter(about_uid=subject.uid):
        files.delete_file(stored)
        count += 1
    return count


erasers.register(Eraser(key="core", erase=_erase_house, order=900))


def fold_in_journal() -> None:
    """SQLite: copy the write-ahead log into the database file and empty it, so that no deleted text lingers there."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
