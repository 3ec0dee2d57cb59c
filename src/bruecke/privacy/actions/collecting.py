"""Collecting a person's data for an answer under Art. 15 or 20: a job that leaves one archive, which goes after two weeks."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from bruecke.core import audit, files
from bruecke.core.clock import local_day
from bruecke.core.errors import WrongState
from bruecke.core.files import CheckedFile
from bruecke.core.jobs import JobRun, enqueue
from bruecke.core.models import District, Job
from bruecke.core.privacy import subject_exports
from bruecke.core.registries import Subject
from bruecke.core.scope import for_district
from bruecke.core.viewer import Viewer
from bruecke.privacy import rules
from bruecke.privacy.actions.requests import drop_result, locked
from bruecke.privacy.models import RequestSubject, SubjectRequest
from bruecke.privacy.queries.archive import Chapter, as_zip
from bruecke.privacy.queries.requests import job_key

JOB = "privacy.collect"


@transaction.atomic
def start_collection(*, request: SubjectRequest, viewer: Viewer, now: datetime) -> Job:
    """Queue the collection; an earlier file goes.

    Effects: a job of kind `privacy.collect`. Raises: NotAllowed, WrongState (done, identity not checked, no subject).
    """
    fresh = locked(request, viewer, None)
    if not rules.can_hand_out(state=fresh.state, identity=fresh.identity):
        raise WrongState(_("Bitte tragen Sie zuerst ein, wie Sie geprüft haben, wer fragt."))
    if not RequestSubject.objects.filter(request=fresh, erased_at=None).exists():
        raise WrongState(_("Bitte suchen Sie zuerst, worum es geht: eine Frage, einen Zugang oder eine Ansprechperson."))
    drop_result(fresh, viewer, now)
    fresh.run += 1
    fresh.save(update_fields=["run"])
    return enqueue(
        kind=JOB,
        args={"request": fresh.uid, "run": str(fresh.run)},
        now=now,
        key=job_key(fresh),
        district=fresh.district,
    )


def collect(run: JobRun) -> None:
    """The job: gather section by section with progress, then store the archive. Run again it starts anew and stores one file.

    A request that was meanwhile collected again, ended or erased gets nothing.
    """
    district = run.job.district
    if district is None:
        return
    with for_district(district):
        request = SubjectRequest.objects.select_related("controller").filter(uid=run.args["request"]).first()
        if request is None or str(request.run) != run.args["run"]:
            return
        chapters = _chapters(request, run)
        content = as_zip(request, chapters, run.now)
        _store(request, content, district, run)


def _chapters(request: SubjectRequest, run: JobRun) -> list[Chapter]:
    rows = list(RequestSubject.objects.filter(request=request, erased_at=None).order_by("pk"))
    sources = list(subject_exports)
    chapters, done = [], 0
    for row in rows:
        subject = Subject(row.kind, row.about_uid)
        sections = []
        for source in sources:
            sections += source.collect(subject, request.controller_id, run.now)
            done += 1
            run.progress(done, len(rows) * len(sources))
        chapters.append(Chapter(row.title, [one for one in sections if one.records or one.files]))
    return chapters


@transaction.atomic
def _store(request: SubjectRequest, content: bytes, district: District, run: JobRun) -> None:
    """Effects: the file, audit entry `privacy.request_collected`."""
    viewer = Viewer.system("art-15", district.pk)
    fresh = locked(request, viewer, None)
    if str(fresh.run) != run.args["run"] or not rules.can_hand_out(state=fresh.state, identity=fresh.identity):
        return
    drop_result(fresh, viewer, run.now)
    fresh.result = files.store_file(
        CheckedFile(content, "application/zip"),
        name=f"auskunft-{fresh.number}.zip",
        district=district,
        viewer=viewer,
        now=run.now,
        about_uid=fresh.uid,
    )
    fresh.result_until = local_day(run.now) + timedelta(days=rules.RESULT_DAYS)
    fresh.save(update_fields=["result", "result_until"])
    audit.record(verb="privacy.request_collected", target=fresh, viewer=viewer, now=run.now)


def note_download(*, request: SubjectRequest, viewer: Viewer, now: datetime) -> None:
    """Who took the collected data. Effects: audit entry `privacy.request_downloaded`."""
    audit.record(verb="privacy.request_downloaded", target=request, viewer=viewer, now=now)
