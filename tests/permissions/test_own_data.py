"""An answer under Art. 15 holds everything that lies about a person in any table, and nothing about anybody else.

The marker of `test_erasure` is planted in every field; what the erasure has to find, the answer has to tell.
"""

import json
import zipfile
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from bruecke.accounts.models import Account
from bruecke.core import jobs
from bruecke.core.privacy import owners_of, subject_exports
from bruecke.core.registries import Subject
from bruecke.core.scope import for_district
from bruecke.core.tests.factories import NOW
from bruecke.core.viewer import Role
from bruecke.privacy.actions import collecting, requests
from bruecke.privacy.models import SubjectRequest
from bruecke.privacy.queries.requests import describe
from bruecke.privacy.states import RequestKind
from tests.permissions import privacy
from tests.permissions.test_erasure import MARK, committed, contact_person, leaver, question, traces
from tests.permissions.world import ASSOCIATION, NORMAL

pytestmark = pytest.mark.any_database

__all__ = ["committed", "contact_person", "leaver", "question"]

FOUND_BY = {  # columns in which the marker lies → words that tell it in the answer
    "enquiries_enquiry.headline": "Titel",
    "enquiries_enquiry.languages_text": "Deutsch und",
    "enquiries_enquiry.contact": "@example.org",
    "enquiries_message.text": "Rückfrage von",
    "enquiries_internalnote.text": "Notiz",
    "core_draft.data": "Entwurf",
    "core_storedfile.original_name": ".csv",
}
TECHNICAL = {  # the same words once more, folded for finding
    "enquiries_enquiry.find_key",
}
TOLD_ELSEWHERE = {"core_outboxmail.to"}  # the address of a mail that waits; wiped when it leaves


def collected(subject: Subject, side, controller_id: int | None) -> str:
    with for_district(side.district):
        sections = [one for source in subject_exports for one in source.collect(subject, controller_id, NOW)]
    return json.dumps([[[value.key, value.value, value.words] for value in record] for one in sections for record in one.records])


def test_everything_about_a_question_is_in_the_answer(question):
    world, _visits, enquiry = question
    told = json.loads(collected(Subject("enquiry", enquiry.uid), world.mine, enquiry.controller_id))
    text = json.dumps(told, ensure_ascii=False)
    lies = {place for place in traces(MARK) if "." in place and not place.startswith(("media", ".", "-", "wal"))}
    assert {name for name in FOUND_BY if name not in lies} == set(), "the marker lies everywhere it should"
    assert lies - set(FOUND_BY) - TECHNICAL - TOLD_ELSEWHERE == set(), "a new place: the answer has to tell it too"
    for column, words in FOUND_BY.items():
        assert words in text, column
        assert MARK.lower() in text.lower()
    assert text.lower().count(MARK.lower()) >= len(FOUND_BY)


def test_files_of_the_question_lie_in_the_archive(question):
    world, _visits, enquiry = question
    side = world.mine
    viewer = side.viewer((NORMAL, Role.PRIVACY_OFFICER))
    with for_district(side.district):
        request = privacy.make_request(side, "leading", NORMAL, RequestKind.ACCESS)
        requests.add_subject(request=request, found=describe("enquiry", enquiry.uid), viewer=viewer, now=NOW)
        collecting.start_collection(request=request, viewer=viewer, now=NOW)
        while jobs.run_next(NOW):
            pass
        stored = SubjectRequest.objects.get(pk=request.pk).result
    with default_storage.open(stored.path) as content:
        archive = zipfile.ZipFile(BytesIO(content.read()))
    files = [name for name in archive.namelist() if name.startswith("dateien/")]
    assert len(files) == 1
    assert MARK in archive.read(files[0]).decode()


def test_nothing_of_anybody_else_is_in_it(question):
    world, _visits, enquiry = question
    side = world.mine
    text = collected(Subject("enquiry", enquiry.uid), side, None).lower()
    others = {mark for key, mark in side.marks.items() if key != "marked"} | set(world.other.marks.values())
    assert not [mark for mark in others if mark in text]
    names = [account.name.lower() for account in side.people.values()]
    assert not [name for name in names if name in text], "who worked on it stays unnamed"


@pytest.mark.parametrize("office", [NORMAL, ASSOCIATION])
def test_another_controller_gets_nothing(question, office):
    world, _visits, _enquiry = question
    side = world.mine
    enquiry = side.things[office]
    strangers = {one.pk for one in side.controllers.values()} - {enquiry.controller_id}
    for controller_id in strangers:
        assert collected(Subject("enquiry", enquiry.uid), side, controller_id) == "[]"
    with for_district(side.district):
        assert owners_of(Subject("enquiry", enquiry.uid)) == {enquiry.controller_id}


def test_everything_about_an_account_is_in_the_answer(leaver):
    world, _visits, account = leaver
    side = world.mine
    text = json.dumps(json.loads(collected(Subject("account", account.uid), side, None)), ensure_ascii=False)
    for words in (f"Frau {MARK}", f"{MARK.lower()}@example.org", f"Es grüßt {MARK}", "public_name", "coordinator"):
        assert words in text
    office = collected(Subject("account", account.uid), side, side.controllers["leading"].pk)
    assert MARK in office
    assert "Es gr" not in office, "drafts are seen by their writer alone"
    others = [one.email for one in side.people.values()]
    assert not [email for email in others if email in text]


def test_everything_about_a_contact_person_is_in_the_answer(contact_person):
    world, _visits, _keeper, contact = contact_person
    side = world.mine
    subject = Subject("contact", contact.uid)
    told = collected(subject, side, side.controllers["leading"].pk)
    assert told.count(MARK) >= 6, "earlier versions too"
    assert f"{MARK}@example.org" in told
    assert "Verein" in told, "the row of the uploaded table that holds her address"
    assert collected(subject, side, side.controllers[ASSOCIATION].pk) == "[]"


def test_who_holds_the_code_takes_her_own_data_along(question):
    world, _visits, _enquiry = question
    side = world.mine
    url = f"/de/{side.slug}/antwort/daten/"
    for fmt in ("html", "json"):
        got = Client().post(url, {"code": side.codes["marked"], "format": fmt})
        text = got.content.decode()
        assert got.headers["Content-Disposition"] == f'attachment; filename="meine-frage.{fmt}"'
        assert f"Antwort an {MARK}" in text
        assert "Notiz" not in text, "what the office wrote for itself is told on request"
        assert not got.cookies
    assert Client().post(url, {"code": side.codes["marked"], "format": "pdf"}).status_code == 404
    assert Account.objects.filter(name__in=[side.people[NORMAL, Role.COORDINATOR].name]).exists()
    assert side.people[NORMAL, Role.COORDINATOR].name not in text
