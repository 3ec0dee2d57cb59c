"""Pages of data protection: the way from a request to its answer, from a breach to its end, files, query counts."""

import io
import zipfile

import pytest

from bruecke.accounts.tests.factories import log_in, make_member
from bruecke.core import clock, jobs
from bruecke.core.models import AuditEntry
from bruecke.core.tests.factories import NOW
from bruecke.core.viewer import Role
from bruecke.privacy.actions.record import release_record
from bruecke.privacy.models import Breach, RecordAddition, RequestSubject, SubjectRequest
from bruecke.privacy.tests.factories import make_breach, make_request

BASE = "/intern/musterkreis/datenschutz/"
FORM = {
    "kind": "access",
    "asker": "Amira Beispiel",
    "contact": "amira@example.org",
    "way": "letter",
    "received_on": "2026-11-20",
    "identity": "none",
    "wish": "",
}


@pytest.fixture
def desk(client, officer_account):
    with clock.frozen(NOW):
        yield log_in(client, officer_account)


def test_from_a_request_to_its_answer(desk, district, leading, officer_account):
    member = make_member(district, Role.EDITOR, name="Gesuchte Person")
    made = desk.post(f"{BASE}antraege/neu/", FORM)
    request = SubjectRequest.objects.get()
    page = f"{BASE}antraege/{request.uid}/"
    assert made.headers["Location"] == page
    assert "Noch nicht geprüft" in desk.get(page).content.decode()
    desk.post(f"{page}aendern/", {**FORM, "identity": "shown_papers", "version": "1"})
    found = desk.post(f"{page}suchen/", {"kind": "account", "text": "Gesuchte"}).content.decode()
    assert "Gesuchte Person" in found
    desk.post(f"{page}suchen/", {"take": f"account:{member.uid}"})
    assert RequestSubject.objects.get().about_uid == member.uid
    desk.post(f"{page}sammeln/", {})
    assert "werden gesammelt" in desk.get(page).content.decode()
    while jobs.run_next(NOW):
        pass
    got = desk.get(f"{page}datei/")
    archive = zipfile.ZipFile(io.BytesIO(b"".join(got.streaming_content)))
    assert "Gesuchte Person" in archive.read("auskunft.html").decode()
    assert got.headers["Cache-Control"] == "no-store"
    assert AuditEntry.objects.filter(verb="privacy.request_downloaded").count() == 1
    fresh = SubjectRequest.objects.get()
    desk.post(f"{page}abschliessen/", {"state": "answered", "note": "Gesendet", "version": str(fresh.version)})
    assert SubjectRequest.objects.get().state == "answered"
    assert desk.get(page).status_code == 200


def test_what_is_sought_stands_in_no_address(desk, leading, officer):
    request = make_request(leading, officer)
    page = desk.get(f"{BASE}antraege/{request.uid}/suchen/?text=Geheim").content.decode()
    assert "Geheim" not in page


def test_erasing_says_what_goes_and_what_stays(desk, district, leading, officer):
    from datetime import date

    from bruecke.accounts.models import Membership
    from bruecke.privacy.actions.requests import add_subject
    from bruecke.privacy.queries.requests import describe

    member = make_member(district, Role.EDITOR, name="Gesuchte Person")
    Membership.objects.filter(account=member).update(valid_until=date(2026, 11, 1))
    request = make_request(leading, officer, kind="erasure")
    row = add_subject(request=request, found=describe("account", member.uid), viewer=officer, now=NOW)
    address = f"{BASE}antraege/{request.uid}/loeschen/{row.uid}/"
    page = desk.get(address).content.decode()
    assert "Das wird gelöscht" in page
    assert "Das bleibt" in page
    assert desk.post(address, {}).status_code == 302
    member.refresh_from_db()
    assert member.erased_at == NOW
    assert desk.get(address).status_code == 404


def test_from_a_breach_to_its_end(desk, leading):
    given = {"title": "Liste verschickt", "happened": "Text", "categories": "Namen", "noticed_at": "2026-11-24T06:00"}
    desk.post(f"{BASE}pannen/neu/", given)
    breach = Breach.objects.get()
    page = f"{BASE}pannen/{breach.uid}/"
    assert "noch 6" in desk.get(page).content.decode()
    desk.post(f"{page}beurteilen/", {"risk": "risk", "measures": "Gesperrt", "version": "1"})
    refused = desk.post(f"{page}abschliessen/", {})
    assert Breach.objects.get().state == "open"
    assert refused.status_code == 302
    step = {"at": "2026-11-24T08:00", "text": "", "reference": "AZ 1", "version": "2"}
    assert desk.post(f"{page}schritt/behoerde/", step).status_code == 302
    desk.post(f"{page}abschliessen/", {})
    assert Breach.objects.get().state == "closed"
    assert desk.get(page).status_code == 200
    report = desk.get(f"{page}datei/")
    assert report.content.startswith(b"PK")
    assert desk.get(f"{page}schritt/unbekannt/").status_code == 404


def test_the_record_as_page_and_files(desk, district, leading, officer):
    page = desk.get(f"{BASE}verzeichnis/").content.decode()
    assert "Fragen beantworten und an Angebote vermitteln" in page
    assert "noch offen" in page
    desk.post(f"{BASE}verzeichnis/stelle/processors/", {"text": "Rechenzentrum Nord"})
    desk.post(f"{BASE}verzeichnis/offers/recipients/", {"text": "keine"})
    assert RecordAddition.objects.count() == 2
    assert desk.get(f"{BASE}verzeichnis/stelle/processors/").status_code == 200
    assert desk.get(f"{BASE}verzeichnis/stelle/recipients/").status_code == 404
    desk.post(f"{BASE}verzeichnis/freigeben/", {"note": "Prüfung"})
    desk.post(f"{BASE}verzeichnis/stelle/processors/", {"text": "Rechenzentrum Süd"})
    page = desk.get(f"{BASE}verzeichnis/").content.decode()
    assert "Seit der letzten Freigabe geändert" in page
    release = leading.__class__.objects.get(pk=leading.pk) and desk.get(f"{BASE}verzeichnis/").context["versions"][0]
    differences = desk.get(f"{BASE}verzeichnis/stand/{release.uid}/").content.decode()
    assert "Rechenzentrum Nord" in differences
    assert "Rechenzentrum Süd" in differences
    for fmt in ("docx", "xlsx"):
        assert desk.get(f"{BASE}verzeichnis/datei/{fmt}/").content.startswith(b"PK")
    assert desk.get(f"{BASE}verzeichnis/datei/pdf/").status_code == 404


def test_a_release_of_another_controller_is_not_there(desk, district, association, other_officer):
    release = release_record(district=district, controller=association, note="", viewer=other_officer, now=NOW)
    assert desk.get(f"{BASE}verzeichnis/stand/{release.uid}/").status_code == 404


def test_own_data_for_everybody(client, district, leading):
    member = make_member(district, Role.MUNICIPALITY, name="Frau Eigen", municipalities=["14628010"])
    other = make_member(district, Role.EDITOR, name="Herr Anders")
    with clock.frozen(NOW):
        browser = log_in(client, member)
        assert "Meine Daten herunterladen" in browser.get("/intern/musterkreis/mein-zugang/").content.decode()
        assert browser.get("/intern/musterkreis/mein-zugang/meine-daten/").status_code == 200
        for fmt in ("html", "json"):
            got = browser.get(f"/intern/musterkreis/mein-zugang/meine-daten/{fmt}/")
            assert "Frau Eigen" in got.content.decode()
            assert "attachment" in got.headers["Content-Disposition"]
            assert other.name not in got.content.decode()
        assert browser.get("/intern/musterkreis/mein-zugang/meine-daten/pdf/").status_code == 404
    assert AuditEntry.objects.filter(verb="privacy.own_data_downloaded").count() == 2


def test_erasures_as_page_and_files(desk, district, leading):
    from bruecke.core.retention import apply_rules

    apply_rules(district, NOW)
    page = desk.get(f"{BASE}loeschprotokoll/").content.decode()
    assert "Täglicher Lauf" in page
    assert "In den nächsten 30 Tagen" in page
    assert "Kein Eintrag passt" in desk.get(f"{BASE}loeschprotokoll/?art=rule").content.decode()
    assert desk.get(f"{BASE}loeschprotokoll/datei/").content.startswith(b"\xef\xbb\xbf")
    assert desk.get(f"{BASE}loeschprotokoll/datei/?als=xlsx").content.startswith(b"PK")


@pytest.mark.parametrize("path", ["", "antraege/?tab=alle", "pannen/?tab=alle", "verzeichnis/"])
def test_queries_stay_with_more_rows(desk, leading, officer, path):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def ask():
        with CaptureQueriesContext(connection) as asked:
            assert desk.get(f"{BASE}{path}").status_code == 200
        return len(asked)

    for _number in range(1):
        make_request(leading, officer)
        make_breach(leading, officer)
    ask()
    one = ask()
    for _number in range(2):
        make_request(leading, officer)
        make_breach(leading, officer)
    assert ask() == one <= 35
