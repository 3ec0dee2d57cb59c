"""Requests of persons concerned for reading: lists, one of them, how far the collection is, whom a request could be about."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from bruecke.core.models import District, Job, WorkState
from bruecke.core.privacy import ExportSection, FoundSubject, section, subject_kinds
from bruecke.core.registries import Subject
from bruecke.core.viewer import Viewer
from bruecke.privacy.models import RequestSubject, SubjectRequest
from bruecke.privacy.states import ExportState, RequestState


@dataclass(frozen=True, slots=True)
class Collection:
    """How far the collection is; `done` of `total` steps while it runs."""

    state: ExportState
    done: int = 0
    total: int = 0


def requests(viewer: Viewer, *, only_open: bool) -> QuerySet[SubjectRequest]:
    """Open ones by the day they are due, all by number, the latest first."""
    rows: QuerySet[SubjectRequest] = SubjectRequest.objects.visible_to(viewer)
    return rows.filter(state=RequestState.OPEN).order_by("due_on", "pk") if only_open else rows.order_by("-number", "-pk")


def request_of(viewer: Viewer, uid: str) -> SubjectRequest | None:
    rows = SubjectRequest.objects.visible_to(viewer).select_related("controller", "district", "result", "entered_by")
    found: SubjectRequest | None = rows.filter(uid=uid).first()
    return found


def subjects_of(request: SubjectRequest) -> list[RequestSubject]:
    return list(RequestSubject.objects.filter(request=request).order_by("pk"))


def job_key(request: SubjectRequest) -> str:
    """The name of the job that collects this run."""
    return f"privacy.collect:{request.uid}:{request.run}"


def collection_of(request: SubjectRequest) -> Collection:
    """One query at most."""
    if request.result_id is not None:
        return Collection(ExportState.READY)
    if not request.run:
        return Collection(ExportState.NONE)
    job = Job.objects.filter(key=job_key(request)).first()
    if job is None or job.state == WorkState.DONE:
        return Collection(ExportState.NONE)  # the file was deleted when its time was over
    state = ExportState.FAILED if job.state == WorkState.FAILED else ExportState.RUNNING
    return Collection(state, job.done_units, job.total_units)


def find_subjects(district: District, kind: str, text: str, controller_id: int) -> list[FoundSubject]:
    """Records of one kind that belong to the controller; nothing of others, not even that it is there."""
    if kind not in subject_kinds:
        return []
    return [one for one in subject_kinds[kind].find(district, text) if controller_id in one.controller_ids]


def describe(kind: str, uid: str) -> FoundSubject | None:
    return subject_kinds[kind].describe(Subject(kind, uid)) if kind in subject_kinds else None


def due_within(viewer: Viewer, until: date) -> list[SubjectRequest]:
    """Open requests due before `until`, the most urgent first. One query."""
    return list(requests(viewer, only_open=True).filter(due_on__lt=until))


_REQUEST = (
    "number",
    "kind",
    "state",
    "asker",
    "contact",
    "wish",
    "way",
    "received_on",
    "due_on",
    "identity",
    "answered_on",
    "answer_note",
)


def collect_requests(subject: Subject, controller_id: int | None, now: datetime) -> list[ExportSection]:
    """Requests that are about the subject, for its own answer. One query."""
    rows = SubjectRequest.objects.filter(subjects__kind=subject.kind, subjects__about_uid=subject.uid).order_by("pk")
    if controller_id is not None:
        rows = rows.filter(controller_id=controller_id)
    return [section("requests", _("Anträge zum Datenschutz"), rows, _REQUEST)]
