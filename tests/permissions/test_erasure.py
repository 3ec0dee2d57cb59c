"""Erasing means everywhere: a marker in every personal field is nowhere after the erasure, in no table, file or journal.

These tests commit, because only what is committed lies in the file. They look at the database from below: on SQLite at
the bytes of the file and its write-ahead log, on PostgreSQL at every column of every table.
"""

import base64
import io
import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from bruecke.accounts import actions as accounts
from bruecke.accounts.models import Account, Membership
from bruecke.core import clock, files, imports, jobs
from bruecke.core.folding import find_key
from bruecke.core.models import Draft, ImportBatch, OutboxMail
from bruecke.core.scope import for_district
from bruecke.core.tests.factories import NOW
from bruecke.core.viewer import Role
from bruecke.directory import actions as directory
from bruecke.directory.models import ContactPerson
from bruecke.enquiries import actions
from bruecke.enquiries.models import Enquiry, ErasedCount, Message
from bruecke.enquiries.states import Outcome
from tests.permissions.visits import Visits
from tests.permissions.world import ASSOCIATION, NORMAL, TODAY, ask, build_world

MARK = "Qxjzmarke"
LATER = NOW + timedelta(minutes=5)


def spellings(mark: str) -> set[bytes]:
    """The mark as it may lie anywhere: as typed, folded, in JSON, in base64 at each of the three offsets."""
    forms = {mark, mark.lower(), mark.upper(), find_key(mark), json.dumps(mark)[1:-1]}
    found = {form.encode() for form in forms}
    for form in (mark, mark.lower()):
        for offset in range(3):
            coded = base64.b64encode(b"\0" * offset + form.encode() + b"\0" * 3)
            found.add(coded[4 if offset else 0 : -8])
    return {form for form in found if len(form) >= 6}


def traces(mark: str) -> list[str]:
    """Where the mark lies: columns, bytes of the file, sessions, media."""
    found = _in_sqlite(mark) if connection.vendor == "sqlite" else []
    found += _in_tables(mark)
    for session in Session.objects.all():
        if mark.lower() in str(session.get_decoded()).lower():
            found.append("session")
    for path in Path(settings.MEDIA_ROOT).rglob("*"):
        if path.is_file() and any(form in path.read_bytes() or form in path.name.encode() for form in spellings(mark)):
            found.append(f"media {path.name}")
    return found


def _in_sqlite(mark: str) -> list[str]:
    name = connection.settings_dict["NAME"]
    found = []
    for path in (Path(name), Path(f"{name}-wal"), Path(f"{name}-journal")):
        content = path.read_bytes() if path.exists() else b""
        found += [f"{path.suffix} {form!r}" for form in spellings(mark) if form in content]
    return found


def _in_tables(mark: str) -> list[str]:
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            columns = [column.name for column in connection.introspection.get_table_description(cursor, table)]
            quoted = connection.ops.quote_name
            for column in columns:
                cursor.execute(
                    f"SELECT COUNT(*) FROM {quoted(table)} WHERE LOWER(CAST({quoted(column)} AS TEXT)) LIKE %s",
                    [f"%{mark.lower()}%"],
                )
                if cursor.fetchone()[0]:
                    found.append(f"{table}.{column}")
    return found


@pytest.fixture
def committed(transactional_db, settings, tmp_path) -> Iterator[tuple]:
    """The world in committed rows, with a media folder of its own."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {**settings.STORAGES["default"], "OPTIONS": {"location": tmp_path / "media", "base_url": None}},
    }
    with clock.frozen(NOW):
        yield build_world(), Visits()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@pytest.fixture
def question(committed) -> tuple:
    """A question with the mark in every field a person fills, worked on by two people of two offices."""
    world, visits = committed
    side = world.mine
    with for_district(side.district):
        ask(
            side,
            "marked",
            NORMAL,
            text=f"{MARK} sucht Hilfe\n\nNoch einmal {MARK}",
            shared=True,
            languages_text=f"Deutsch und {MARK}",
            contact=f"{MARK.lower()}@example.org",
        )
        coordinator = side.viewer((NORMAL, Role.COORDINATOR))
        step = {"version": None, "viewer": coordinator, "now": NOW}
        enquiry = Enquiry.objects.get(pk=side.things["marked"].pk)
        actions.open_enquiry(enquiry=enquiry, viewer=coordinator, now=NOW)
        actions.rename_enquiry(enquiry=enquiry, headline=f"Titel {MARK}", **step)
        actions.add_note(enquiry=enquiry, text=f"Notiz {MARK}", viewer=coordinator, now=NOW)
        actions.answer_enquiry(enquiry=enquiry, text=f"Antwort an {MARK}", language="de", **step)
        holder = actions_holder(enquiry)
        actions.add_follow_up(enquiry=enquiry, text=f"Rückfrage von {MARK}", viewer=holder, now=NOW)
        actions.assign_enquiry(enquiry=enquiry, account=side.people[ASSOCIATION, Role.COORDINATOR], **step)
        actions.close_enquiry(enquiry=enquiry, outcome=Outcome.NO_OFFER, note=f"Zum Schluss {MARK}", **step)
        _plant_file(side, enquiry)
        jobs.enqueue(kind="core.forget_old", args={"uid": enquiry.uid}, now=NOW)
    for who in ((NORMAL, Role.COORDINATOR), (NORMAL, Role.DISTRICT_OFFICE), (ASSOCIATION, Role.COORDINATOR)):
        account = side.people[who]
        visits.enter(account)
        url = f"/intern/{side.slug}/fragen/{enquiry.uid}/"
        assert visits.ask(account, url, stays=True).status == 200
        draft = {"text": f"Entwurf {MARK}", "_draft": "1"}
        assert visits.ask(account, url, "POST", draft, stays=True).status in {200, 204, 302}
    assert sum(MARK in draft.data["text"] for draft in Draft.objects.all()) == 3
    return world, visits, enquiry


def actions_holder(enquiry):
    from bruecke.enquiries.queries import holder_viewer

    return holder_viewer(enquiry)


def _plant_file(side, enquiry) -> None:
    content = SimpleUploadedFile(f"{MARK}.csv", f"Name;Ort\n{MARK};Freital\n".encode())
    checked = files.check_file(content, content.name, accept=frozenset({"text/csv"}))
    files.store_file(checked, name=content.name, district=side.district, viewer=side.system, now=NOW, about_uid=enquiry.uid)


def test_the_search_finds_what_is_there(question):
    """Before anything is erased, the mark is found in every place where it was planted: else the tests below say nothing."""
    found = " ".join(traces(MARK))
    for column in (
        "enquiries_enquiry.headline",
        "enquiries_enquiry.find_key",
        "enquiries_enquiry.languages_text",
        "enquiries_enquiry.contact",
        "enquiries_message.text",
        "enquiries_internalnote.text",
        "core_draft.data",
        "core_storedfile.original_name",
        "core_outboxmail.to",
        "media ",
    ):
        assert column in found


def test_mails_and_audit_never_held_the_words(question):
    """A notice tells that something is there; only its address is personal."""
    mails = OutboxMail.objects.all()
    assert any(MARK.lower() in mail.to for mail in mails)
    assert not [mail for mail in mails if MARK.lower() in f"{mail.subject} {mail.body} {mail.key}".lower()]
    assert "core_auditentry" not in " ".join(_in_tables(MARK))
    assert "core_job" not in " ".join(_in_tables(MARK))


def test_deleted_by_its_resident_it_is_nowhere(question):
    world, _visits, enquiry = question
    side = world.mine
    url = f"/de/{side.slug}/antwort/loeschen/"
    code = {"code": side.codes["marked"]}
    asked = Client().post(url, code)
    assert asked.status_code == 200
    assert traces(MARK), "asking is not deleting"
    assert Client().post(url, {**code, "confirmed": "1"}).status_code == 200
    assert traces(MARK) == []
    with for_district(side.district):
        assert not Enquiry.objects.filter(uid=enquiry.uid).exists()
        counted = ErasedCount.objects.filter(outcome="", topic=None, place=None, language="")
        assert sum(row.count for row in counted) == 1, "the number stays, without a code that could tell whose it was"
    assert not [name for name in default_storage.listdir(side.district.uid)[1] if name.endswith(".csv")]


def test_past_its_period_it_is_nowhere(question):
    world, _visits, enquiry = question
    side = world.mine
    with for_district(side.district):
        closed = Enquiry.objects.get(uid=enquiry.uid)
        assert closed.delete_on is not None
        actions.apply_retention(side.district, clock.start_of(closed.delete_on) + timedelta(hours=3))
    assert traces(MARK) == []


def test_other_questions_stay(question):
    world, _visits, _enquiry = question
    side = world.mine
    with for_district(side.district):
        before = set(Enquiry.objects.values_list("uid", flat=True))
    Client().post(f"/de/{side.slug}/antwort/loeschen/", {"code": side.codes["marked"], "confirmed": "1"})
    with for_district(side.district):
        assert before - set(Enquiry.objects.values_list("uid", flat=True)) == {side.things["marked"].uid}
    assert traces(side.marks[NORMAL]), "the question beside it is still there"


@pytest.fixture
def leaver(committed) -> tuple:
    """A coordinator whose name and mailbox carry the mark, with work, sessions, drafts and mails behind her."""
    world, visits = committed
    side = world.mine
    step = {"viewer": side.system, "now": NOW}
    with for_district(side.district):
        account = accounts.invite_person(
            district=side.district,
            email=f"{MARK}@example.org",
            name=f"Frau {MARK}",
            role=Role.COORDINATOR,
            controller=side.controllers["leading"],
            unit=side.units[NORMAL],
            valid_from=date(2026, 1, 1),
            **step,
        )
        Account.objects.filter(pk=account.pk).update(joined_at=NOW)
        account.refresh_from_db()
        from bruecke.staffing import actions as staffing

        staffing.change_holder(
            post=side.things["post normal"],
            account=account,
            public_name=f"Frau {MARK}",
            is_name_released=True,
            valid_from=TODAY,
            **step,
        )
        viewer = side.viewer_of(account)
        enquiry = Enquiry.objects.get(pk=side.things[NORMAL].pk)
        actions.take_over_enquiry(enquiry=enquiry, version=None, viewer=viewer, now=NOW)
        actions.answer_enquiry(enquiry=enquiry, text="Antwort", language="de", version=None, viewer=viewer, now=NOW)
    visits.enter(account)
    url = f"/intern/{side.slug}/fragen/{enquiry.uid}/"
    assert visits.ask(account, url, stays=True).status == 200
    assert visits.ask(account, url, "POST", {"text": f"Es grüßt {MARK}", "_draft": "1"}, stays=True).status < 400
    accounts.request_password_reset(email=account.email, now=NOW)
    return world, visits, account


def test_a_deleted_account_is_nowhere(leaver):
    """Name and address go from every table; what the person did stays without a name."""
    world, _visits, account = leaver
    side = world.mine
    found = " ".join(traces(MARK))
    for column in (
        "accounts_account.name",
        "accounts_account.email",
        "staffing_postholder.public_name",
        "core_outboxmail.to",
        "core_draft",
    ):
        assert column in found
    with for_district(side.district):
        for membership in Membership.objects.filter(account=account):
            Membership.objects.filter(pk=membership.pk).update(valid_until=TODAY)
        from bruecke.staffing import actions as staffing

        staffing.vacate_post(post=side.things["post normal"], valid_from=TODAY + timedelta(days=1), viewer=side.system, now=LATER)
        accounts.delete_account(
            account=account, district=side.district, viewer=side.viewer((NORMAL, Role.ADMINISTRATOR)), now=LATER
        )
    assert traces(MARK) == []
    with for_district(side.district):
        assert Message.objects.filter(enquiry__uid=side.things[NORMAL].uid, author=account).exists()


@pytest.fixture
def contact_person(committed) -> tuple:
    """A contact person with the mark in every field, changed and released, seen at the desk, and twice in uploaded tables."""
    world, visits = committed
    side = world.mine
    keeper = side.people[NORMAL, Role.COORDINATOR]
    with for_district(side.district):
        step = {"viewer": side.viewer_of(keeper), "now": NOW}
        texts = dict.fromkeys(("name", "function", "phone", "mobile", "note"), f"Frau {MARK}")
        values = {**texts, "email": f"{MARK}@example.org"}
        contact = directory.create_contact(organisation=side.things["organisation normal"], values=values, **step)
        contact = directory.edit_contact(contact=contact, values={"name": "Frau Neu"}, version=None, **step)
        directory.release_contact(contact=contact, version=None, **step)
        batches = {}
        for name, table in {
            "staged.csv": f"Name;Firma;E-Mail\nNeu;Verein;{MARK}@example.org\n",
            "packed.csv": f"Nachname;Vorname;Firma\n{MARK};Frau;Verein\n",
        }.items():
            read = imports.read_file(io.BytesIO(table.encode()), name)
            batches[name] = imports.start_batch(kind=directory.IMPORT_KIND, read=read, district=side.district, **step)
        waiting = batches["staged.csv"]
        imports.set_mapping(batch=waiting, mapping=waiting.mapping, **step)
        while jobs.run_next(NOW):
            pass
    visits.enter(keeper)
    assert visits.ask(keeper, f"/intern/{side.slug}/ansprechpersonen/{contact.uid}/", stays=True).status == 200
    return world, visits, keeper, contact


def test_a_contact_person_who_asks_for_it_is_nowhere(contact_person):
    world, visits, keeper, contact = contact_person
    side = world.mine
    found = " ".join(traces(MARK))
    for column in ("contactperson.email", "historicalcontactperson.name", "core_stagedrow.cells"):
        assert column in found
    assert "core_auditentry" not in found
    visits.enter(keeper)
    url = f"/intern/{side.slug}/ansprechpersonen/{contact.uid}/loeschen/"
    assert visits.ask(keeper, url, "POST", {}, stays=True).status == 302
    assert traces(MARK) == []
    with for_district(side.district):
        assert ContactPerson.objects.count() == 5, "the others are still there"
        left = set(ImportBatch.objects.values_list("file_name", flat=True))
        assert left.isdisjoint({"staged.csv", "packed.csv"}), "what is packed is not found by its letters"
        assert "kontakte.csv" in left
