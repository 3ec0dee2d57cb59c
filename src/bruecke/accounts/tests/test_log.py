"""The audit log: what an auditor reads of it, filters in the address, files without formulas."""

import io

import openpyxl
import pytest

from bruecke.accounts import queries
from bruecke.accounts.models import Account
from bruecke.accounts.queries import LogFilters
from bruecke.accounts.tests.factories import log_in, make_member, viewer_of
from bruecke.core import audit, clock
from bruecke.core.models import AuditEntry
from bruecke.core.tests.factories import NOW
from bruecke.core.viewer import Role

LOG = "/intern/musterkreis/protokoll/"
PEOPLE = "/intern/musterkreis/zugaenge/"


@pytest.fixture
def entries(in_district, administrator, admin, leading):
    for verb, target in (
        ("staffing.post_changed", None),
        ("enquiry.answered", None),
        ("accounts.controller_changed", leading),
        ("accounts.logged_in", administrator),
    ):
        audit.record(verb=verb, target=target, viewer=admin, now=NOW)


def read(district, viewer, **filters):
    return {entry.verb for entry in queries.log_page(district, LogFilters(**filters), viewer)}


def test_an_auditor_reads_posts_and_money_alone(district, leading, admin, entries):
    auditor = viewer_of(make_member(district, Role.AUDITOR), district, NOW.date())
    assert read(district, auditor) == {"staffing.post_changed"}
    assert {"enquiry.answered", "staffing.post_changed"} <= read(district, admin)
    choices = queries.log_choices(district, auditor)
    assert [value for value, _words in choices.verbs] == ["staffing.post_changed"]
    assert [name for _uid, name in choices.people] == ["Verwaltung"]


def test_filters_by_kind_of_record_and_person(district, admin, administrator, entries):
    assert read(district, admin, target="accounts.controller") == {"accounts.controller_changed"}
    assert read(district, admin, who=administrator.uid) >= {"enquiry.answered"}
    assert read(district, admin, target="accounts.controller", verb="enquiry.answered") == set()
    assert ("accounts.controller", "Verantwortliche Stelle") in queries.log_choices(district, admin).targets


def test_what_is_filtered_is_what_is_downloaded(desk, district, entries):
    with clock.frozen(NOW):
        assert "Verantwortliche Stelle" in desk.get(f"{LOG}?target=accounts.controller").content.decode()
        table = desk.get(f"{LOG}datei/?verb=enquiry.answered").content.decode("utf-8-sig").splitlines()
        assert len(table) == 2
        assert "Frage beantwortet" in table[1]
        book = openpyxl.load_workbook(io.BytesIO(desk.get(f"{LOG}datei/?als=xlsx&verb=enquiry.answered").content))
    assert book.active.max_row == 2
    assert AuditEntry.objects.filter(verb="accounts.log_exported").count() == 2


def test_a_log_that_is_too_long_has_to_be_narrowed_down(desk, district, entries, monkeypatch):
    monkeypatch.setattr("bruecke.accounts.views.log.MAX_ROWS", 2)
    with clock.frozen(NOW):
        answer = desk.get(f"{LOG}datei/?since=2026-01-01")
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"{LOG}?since=2026-01-01"
    assert not AuditEntry.objects.filter(verb="accounts.log_exported").exists()


def test_people_as_a_file_without_formulas(desk, district, administrator):
    Account.objects.filter(pk=administrator.pk).update(name="=HYPERLINK(1)")
    make_member(district, Role.EDITOR, name="Redaktion Eins")
    with clock.frozen(NOW):
        table = desk.get(f"{PEOPLE}datei/?role=administrator").content.decode("utf-8-sig")
    assert "Redaktion Eins" not in table
    assert "'=HYPERLINK(1)" in table
    assert AuditEntry.objects.filter(verb="accounts.people_exported").count() == 1


def test_an_employer_gets_the_own_people_alone(client, district, leading):
    from bruecke.accounts.tests.factories import make_controller

    association = make_controller(district, "association")
    head = make_member(district, Role.EMPLOYER, name="Leitung", controller=association)
    make_member(district, Role.EDITOR, name="Eigene Person", controller=association)
    make_member(district, Role.EDITOR, name="Fremde Person")
    with clock.frozen(NOW):
        table = log_in(client, head).get(f"{PEOPLE}datei/").content.decode("utf-8-sig")
    assert "Eigene Person" in table
    assert "Fremde Person" not in table
