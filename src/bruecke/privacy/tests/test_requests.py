"""Requests of persons concerned: deadlines, identity, borders of controllers, collecting, erasing, forgetting."""

import io
import json
import zipfile
from datetime import date, timedelta

import pytest
from django.core.files.storage import default_storage

from bruecke.accounts.models import Account, Membership
from bruecke.accounts.tests.factories import make_member, viewer_of
from bruecke.core import jobs
from bruecke.core.errors import Invalid, NotAllowed, Stale, WrongState
from bruecke.core.models import AuditEntry, Job, StoredFile
from bruecke.core.tests.factories import NOW
from bruecke.core.viewer import Role
from bruecke.privacy.actions import collecting, erasing, forgetting, requests
from bruecke.privacy.actions.protocol import subject_hash
from bruecke.privacy.models import ErasureEntry, RequestSubject, SubjectRequest
from bruecke.privacy.queries import requests as queries
from bruecke.privacy.queries.todos import collect as todos
from bruecke.privacy.states import ExportState, IdentityCheck, RequestKind, RequestState
from bruecke.privacy.tests.factories import make_request

MARK = "Qxjzmarke"


@pytest.fixture
def leaver(district, leading):
    return make_member(district, Role.EDITOR, name=f"Frau {MARK}")


@pytest.fixture
def request_of(leading, officer):
    return make_request(leading, officer)


def add(request, account, viewer):
    return requests.add_subject(request=request, found=queries.describe("account", account.uid), viewer=viewer, now=NOW)


def run_jobs():
    while jobs.run_next(NOW):
        pass


# --- taking down, extending, ending ------------------------------------------------------------------------------------------


def test_a_request_gets_its_number_and_its_day(leading, association, officer, other_officer):
    first, second = make_request(leading, officer), make_request(leading, officer)
    other = make_request(association, other_officer)
    assert [first.number, second.number, other.number] == [1, 2, 1]
    assert first.due_on == date(2026, 12, 20)
    assert AuditEntry.objects.filter(verb="privacy.request_received").count() == 3


def test_a_day_to_come_is_refused(leading, officer):
    with pytest.raises(Invalid) as error:
        make_request(leading, officer, received_on=NOW.date() + timedelta(days=1))
    assert list(error.value.errors) == ["received_on"]


def test_requests_are_the_officers_of_the_controller(leading, association, officer, other_officer, admin, request_of):
    for viewer in (other_officer, admin):
        with pytest.raises(NotAllowed):
            make_request(leading, viewer)
        with pytest.raises(NotAllowed):
            requests.change_request(request=request_of, values={}, version=None, viewer=viewer, now=NOW)
        assert queries.request_of(viewer, request_of.uid) is None
    assert queries.request_of(officer, request_of.uid) == request_of


def test_another_day_of_receipt_moves_the_deadline(officer, request_of):
    changed = requests.change_request(
        request=request_of, values={"received_on": date(2026, 11, 2)}, version=1, viewer=officer, now=NOW
    )
    assert changed.due_on == date(2026, 12, 2)
    with pytest.raises(Stale):
        requests.change_request(request=request_of, values={"asker": "B"}, version=1, viewer=officer, now=NOW)


def extend(request, viewer, now=NOW, reason="Viele Anträge"):
    return requests.extend_request(request=request, reason=reason, version=None, viewer=viewer, now=now)


def test_extending_twice_or_late_or_without_reason_is_refused(officer, request_of):
    with pytest.raises(WrongState):
        extend(request_of, officer, now=NOW + timedelta(days=40))
    with pytest.raises(Invalid):
        extend(request_of, officer, reason=" ")
    assert extend(request_of, officer).due_on == date(2027, 2, 20)
    with pytest.raises(WrongState):
        extend(request_of, officer)


def end(request, viewer, state=RequestState.ANSWERED, note="Gesendet"):
    return requests.end_request(request=request, state=state, note=note, version=None, viewer=viewer, now=NOW)


def test_the_end_sets_the_day_on_which_the_request_itself_goes(officer, request_of):
    done = end(request_of, officer)
    assert (done.answered_on, done.delete_on) == (date(2026, 11, 24), date(2029, 11, 24))
    with pytest.raises(WrongState):
        end(request_of, officer)
    again = requests.reopen_request(request=request_of, version=None, viewer=officer, now=NOW)
    assert (again.state, again.delete_on) == (RequestState.OPEN, None)


def test_a_refusal_needs_its_reason_and_an_answer_a_checked_person(leading, officer):
    unchecked = make_request(leading, officer, identity=IdentityCheck.NONE)
    with pytest.raises(Invalid):
        end(unchecked, officer)
    with pytest.raises(Invalid):
        end(unchecked, officer, RequestState.DECLINED, "")
    assert end(unchecked, officer, RequestState.DECLINED, "offenkundig unbegründet").state == RequestState.DECLINED


def test_open_requests_stand_on_heute(officer, admin, other_officer, leading):
    late = make_request(leading, officer, received_on=date(2026, 10, 1))
    make_request(leading, officer)
    rows = [(todo.route_kwargs["uid"], todo.urgency) for todo in todos(officer, NOW) if todo.route == "privacy:request"]
    assert rows == [(late.uid, "overdue")], "the other one is due in more than two weeks"
    assert [todo.route for todo in todos(other_officer, NOW)] == ["privacy:record"]
    assert list(todos(admin, NOW)) == []


# --- subjects ------------------------------------------------------------------------------------------------------------------


def test_a_record_of_another_controller_is_neither_found_nor_taken(district, leading, association, officer, request_of):
    stranger = make_member(district, Role.EDITOR, name="Fremde Person", controller=association)
    assert queries.find_subjects(district, "account", "Fremde", leading.pk) == []
    assert len(queries.find_subjects(district, "account", "Fremde", association.pk)) == 1
    with pytest.raises(NotAllowed):
        add(request_of, stranger, officer)


def test_the_same_record_once(officer, request_of, leaver):
    assert add(request_of, leaver, officer).pk == add(request_of, leaver, officer).pk


def test_a_wrong_record_goes_with_what_was_collected(officer, request_of, leaver):
    row = add(request_of, leaver, officer)
    collecting.start_collection(request=request_of, viewer=officer, now=NOW)
    run_jobs()
    assert StoredFile.objects.count() == 1
    requests.remove_subject(request=request_of, subject=row, viewer=officer, now=NOW)
    assert StoredFile.objects.count() == RequestSubject.objects.count() == 0


# --- collecting ------------------------------------------------------------------------------------------------------------------


def test_nothing_is_collected_unchecked_or_about_nobody(leading, officer, request_of, leaver):
    with pytest.raises(WrongState):
        collecting.start_collection(request=request_of, viewer=officer, now=NOW)
    unchecked = make_request(leading, officer, identity=IdentityCheck.NONE)
    add(unchecked, leaver, officer)
    with pytest.raises(WrongState):
        collecting.start_collection(request=unchecked, viewer=officer, now=NOW)
    assert not Job.objects.filter(kind=collecting.JOB).exists()


def collected(request, officer):
    collecting.start_collection(request=request, viewer=officer, now=NOW)
    run_jobs()
    fresh = SubjectRequest.objects.get(pk=request.pk)
    with default_storage.open(fresh.result.path) as content:
        return fresh, zipfile.ZipFile(io.BytesIO(content.read()))


def test_the_archive_holds_a_page_and_a_file_for_programs(officer, request_of, leaver):
    add(request_of, leaver, officer)
    assert queries.collection_of(request_of).state is ExportState.NONE
    fresh, archive = collected(request_of, officer)
    assert fresh.result_until == date(2026, 12, 8)
    assert queries.collection_of(fresh).state is ExportState.READY
    assert sorted(archive.namelist()) == ["auskunft.html", "auskunft.json"]
    assert MARK in archive.read("auskunft.html").decode()
    data = json.loads(archive.read("auskunft.json"))
    (about,) = data["about"]
    sections = {one["key"]: one["records"] for one in about["sections"]}
    assert sections["account"][0]["email"] == leaver.email
    assert not [key for key in sections if key in {"drafts", "sessions"}], "seen by the person alone"


def test_a_job_that_runs_again_leaves_one_file(officer, request_of, leaver):
    add(request_of, leaver, officer)
    job = collecting.start_collection(request=request_of, viewer=officer, now=NOW)
    run = jobs.JobRun(job.args, NOW, job)
    collecting.collect(run)
    collecting.collect(run)
    assert StoredFile.objects.count() == 1


def test_an_overtaken_job_stores_nothing(officer, request_of, leaver):
    add(request_of, leaver, officer)
    first = collecting.start_collection(request=request_of, viewer=officer, now=NOW)
    collecting.start_collection(request=request_of, viewer=officer, now=NOW)
    collecting.collect(jobs.JobRun(first.args, NOW, first))
    assert StoredFile.objects.count() == 0


def test_collected_data_go_after_two_weeks(district, officer, request_of, leaver, django_capture_on_commit_callbacks):
    add(request_of, leaver, officer)
    fresh, _archive = collected(request_of, officer)
    path = fresh.result.path
    assert forgetting.forget_results(district, NOW + timedelta(days=13)) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert forgetting.forget_results(district, NOW + timedelta(days=14)) == 1
    assert not default_storage.exists(path)
    assert queries.collection_of(SubjectRequest.objects.get(pk=fresh.pk)).state is ExportState.NONE


# --- erasing ---------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def erasure(leading, officer, leaver):
    request = make_request(leading, officer, kind=RequestKind.ERASURE)
    return request, add(request, leaver, officer)


def erase(request, row, viewer):
    erasing.erase_on_request(request=request, row=row, viewer=viewer, now=NOW)


def test_who_still_has_a_role_is_not_erased(officer, erasure, leaver):
    with pytest.raises(WrongState):
        erase(*erasure, officer)
    leaver.refresh_from_db()
    assert leaver.erased_at is None


def test_an_erasure_leaves_a_hash_a_line_and_no_name(district, officer, erasure, leaver):
    Membership.objects.filter(account=leaver).update(valid_until=date(2026, 11, 1))
    request, row = erasure
    erase(request, row, officer)
    row.refresh_from_db()
    assert (row.about_uid, row.title, row.erased_at) == ("", "", NOW)
    assert Account.objects.get(pk=leaver.pk).name == "–"
    entry = ErasureEntry.objects.get()
    assert (entry.key, entry.actor_id, entry.subject_hash) == ("account", officer.account_id, row.subject_hash)
    assert AuditEntry.objects.filter(verb="privacy.request_erased").count() == 1
    with pytest.raises(NotAllowed):
        erase(request, row, officer)


def test_a_request_for_access_erases_nothing(officer, request_of, leaver):
    Membership.objects.filter(account=leaver).update(valid_until=date(2026, 11, 1))
    row = add(request_of, leaver, officer)
    with pytest.raises(NotAllowed):
        erase(request_of, row, officer)


def test_an_unchecked_person_erases_nothing(leading, officer, leaver):
    Membership.objects.filter(account=leaver).update(valid_until=date(2026, 11, 1))
    request = make_request(leading, officer, kind=RequestKind.ERASURE, identity=IdentityCheck.NONE)
    with pytest.raises(WrongState):
        erase(request, add(request, leaver, officer), officer)


def test_whom_another_controller_knows_too_is_not_erased_alone(district, association, officer, erasure, leaver):
    Membership.objects.filter(account=leaver).update(valid_until=date(2026, 6, 1))
    from bruecke.accounts.tests.factories import make_membership

    make_membership(
        leaver, district, Role.EDITOR, controller=association, valid_from=date(2026, 7, 1), valid_until=date(2026, 8, 1)
    )
    with pytest.raises(WrongState):
        erase(*erasure, officer)


def test_an_erasure_by_anybody_empties_the_request_and_its_file(district, officer, request_of, leaver):
    row = add(request_of, leaver, officer)
    collected(request_of, officer)
    from bruecke.core.erasure import erase as erase_everywhere
    from bruecke.core.registries import Subject

    erase_everywhere(Subject("account", leaver.uid), viewer=officer, now=NOW)
    row.refresh_from_db()
    assert (row.about_uid, row.title) == ("", "")
    assert row.subject_hash == subject_hash(Subject("account", leaver.uid))
    assert StoredFile.objects.count() == 0


def test_done_requests_go_after_the_period(district, officer, request_of):
    end(request_of, officer)
    before = NOW.replace(year=2029)
    assert forgetting.forget_requests(district, before - timedelta(days=1)) == 0
    assert forgetting.requests_due(district, before) == {request_of.controller_id: 1}
    assert forgetting.forget_requests(district, before) == 1
    assert not SubjectRequest.objects.exists()


def test_somebody_without_office_sees_no_request(district, request_of):
    for role in set(Role) - {Role.PRIVACY_OFFICER}:
        viewer = viewer_of(make_member(district, role), district, NOW.date())
        assert list(queries.requests(viewer, only_open=False)) == []
