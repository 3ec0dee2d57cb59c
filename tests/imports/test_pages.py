"""The way of a table through the pages, without script and with htmx."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bruecke.accounts.tests.factories import log_in, make_member
from bruecke.core import jobs, leases
from bruecke.core.models import Draft, ImportBatch, ImportState, Job, WorkState
from bruecke.core.scope import for_district
from bruecke.core.sheets import MAX_BYTES, read_sheet
from bruecke.core.tests.factories import make_district
from bruecke.core.tests.fake_imports import fake_kind
from bruecke.core.viewer import Role

pytestmark = pytest.mark.any_database

START = "/intern/musterkreis/import/"
GOOD = "Titel;Anzahl;Notiz\nSprachcafé;12;x\nMütter-Treff;8;y\n"
BAD = "Titel;Anzahl\nSprachcafé;viele\nMütter-Treff;8\n=1+1;9\n;3\n"


@pytest.fixture
def district(db, settings, now):
    settings.ROOT_URLCONF = "tests.imports.urls"
    district = make_district("musterkreis")
    with for_district(district), fake_kind():
        yield district


@pytest.fixture
def desk(district):
    return log_in(Client(), make_member(district))


def work(now):
    while jobs.run_next(now):
        pass


def upload(desk, text=GOOD, name="angebote.csv"):
    return desk.post(START, {"file": SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text)})


def mapped(desk, now, text=GOOD):
    response = upload(desk, text)
    columns = response["Location"]
    assert desk.get(columns).status_code == 200
    page = desk.post(columns, {"name": "0", "places": "1", "phone": ""})["Location"]
    work(now)
    return page


def text_of(response):
    return " ".join(response.content.decode().split())


def test_from_the_file_to_the_end(desk, now):
    page = mapped(desk, now)
    shown = text_of(desk.get(page))
    assert "2 Zeilen übernehmen" in shown
    assert "So werden die Zeilen verstanden" in shown
    assert Draft.objects.count() == 0
    response = desk.post(f"{page}uebernehmen/", {"form_key": ""})
    assert response["Location"] == page
    assert "Die Zeilen werden übernommen" in text_of(desk.get(page))
    work(now)
    assert "2 Zeilen wurden übernommen." in text_of(desk.get(page))
    assert Draft.objects.count() == 2
    assert "angebote.csv" in text_of(desk.get(START))


def test_progress_works_with_and_without_script(desk, now):
    columns = upload(desk)["Location"]
    page = desk.post(columns, {"name": "0", "places": "1", "phone": ""})["Location"]
    whole = text_of(desk.get(page))
    assert f'<a href="{page}">Neu laden</a>' in whole
    assert "0 von 2 Zeilen" in whole
    part = text_of(desk.get(page, headers={"HX-Request": "true"}))
    assert "0 von 2 Zeilen" in part
    assert "<html" not in part
    work(now)
    answer = desk.get(page, headers={"HX-Request": "true"})
    assert answer["HX-Refresh"] == "true"
    assert "hx-get" not in text_of(desk.get(page))


def test_rows_with_errors(desk, now):
    page = mapped(desk, now, BAD)
    shown = text_of(desk.get(page))
    assert "Bitte geben Sie eine ganze Zahl ein, zum Beispiel 12." in shown
    assert "Diese Angabe fehlt." in shown
    assert "2 Zeilen ohne Fehler übernehmen" in shown
    response = desk.post(f"{page}uebernehmen/", follow=True)
    assert "Bitte berichtigen Sie die Datei" in text_of(response)
    errors = desk.get(f"{page}fehler.csv").content.decode("utf-8-sig").splitlines()
    assert errors[0] == "Zeile;Spalte;Inhalt;Was zu ändern ist"
    assert errors[1].startswith("2;Anzahl;viele;")
    excel = read_sheet(desk.get(f"{page}fehler.csv?als=xlsx").content, "fehler.xlsx")
    assert [row.cells[0] for row in excel.rows] == ["2", "5"]
    desk.post(f"{page}uebernehmen/", {"leave_out": "1"})
    work(now)
    assert sorted(Draft.objects.values_list("key", flat=True)) == ["=1+1", "Mütter-Treff"]
    assert "Zeilen mit Fehlern" in text_of(desk.get(page))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Die Datei ist leer."),
        (b"%PDF-1.7", "PDF"),
        (b"Titel;Anzahl\n", "Unter den Überschriften steht nichts."),
        (b"x;y\n" * (MAX_BYTES // 4 + 1), "höchstens 10 MB"),
    ],
)
def test_refused_files_say_why(desk, content, words):
    response = upload(desk, content, "x.csv")
    assert response.status_code == 422
    assert words in text_of(response)
    assert ImportBatch.objects.count() == 0


def test_required_column(desk):
    columns = upload(desk)["Location"]
    response = desk.post(columns, {"name": "", "places": "1", "phone": ""})
    assert response.status_code == 422
    assert "Bitte wählen Sie die Spalte aus" in text_of(response)
    assert 'value="0" selected' in text_of(desk.get(columns))


def test_discard_asks_first(desk, now):
    page = mapped(desk, now)
    assert "wird gelöscht" in text_of(desk.get(f"{page}verwerfen/"))
    assert desk.post(f"{page}verwerfen/")["Location"] == START
    assert ImportBatch.objects.get().state == ImportState.DISCARDED
    assert "Die Tabelle wurde verworfen" in text_of(desk.get(page))


def test_stopped_import_can_be_gone_on(desk, now):
    page = mapped(desk, now)
    desk.post(f"{page}uebernehmen/")
    Job.objects.filter(kind="core.run_import").update(attempts=leases.MAX_ATTEMPTS)
    work(now)
    assert "Übernahme fortsetzen" in text_of(desk.get(page))
    desk.post(f"{page}fortsetzen/")
    work(now + timedelta(minutes=1))
    assert Draft.objects.count() == 2


def test_check_whose_job_is_gone_leads_back_to_the_columns(desk):
    columns = upload(desk)["Location"]
    page = desk.post(columns, {"name": "0", "places": "1", "phone": ""})["Location"]
    Job.objects.update(state=WorkState.FAILED)
    assert desk.get(page)["Location"] == columns


def test_template(desk):
    response = desk.get(f"{START}vorlage.xlsx")
    assert response["Content-Disposition"] == 'attachment; filename="vorlage-offers.xlsx"'
    assert read_sheet(response.content, "vorlage.xlsx").header == ("Name des Angebots", "Plätze", "Telefon")


@pytest.mark.parametrize("step", ["uebernehmen", "fortsetzen"])
def test_a_step_that_comes_too_late_is_told_on_the_page(desk, now, step):
    """The other window threw the table away meanwhile."""
    page = mapped(desk, now)
    desk.post(f"{page}verwerfen/")
    response = desk.post(f"{page}{step}/", follow=True)
    assert response.status_code == 200
    assert response.redirect_chain[0][0] == page
    assert "line line-warning" in text_of(response)


def test_steps_are_no_pages(desk, now):
    page = mapped(desk, now)
    for step in ("uebernehmen", "fortsetzen"):
        assert desk.get(f"{page}{step}/")["Location"] == page


def test_closed_to_others(district, desk, now):
    page = mapped(desk, now)
    editor = log_in(Client(), make_member(district, Role.EDITOR))
    for address in (START, page, f"{page}spalten/", f"{page}verwerfen/", f"{page}fehler.csv", f"{START}vorlage.xlsx"):
        assert editor.get(address).status_code == 404
    for step in ("uebernehmen", "fortsetzen", "verwerfen"):
        assert editor.post(f"{page}{step}/").status_code == 404
    assert desk.get(f"{START}unbekannt/").status_code == 404


def test_table_of_another_district_is_not_there(desk, now):
    page = mapped(desk, now)
    other = make_district("anderer")
    stranger = log_in(Client(), make_member(other))
    with for_district(other):
        assert stranger.get(page.replace("musterkreis", "anderer")).status_code == 404


def test_queries_do_not_grow(desk, now, django_assert_max_num_queries):
    pages = [mapped(desk, now, "Titel;Anzahl\n" + "".join(f"R{row};x\n" for row in range(rows))) for rows in (1, 3)]
    counts = []
    for page in (*pages, START):
        with django_assert_max_num_queries(30) as found:
            desk.get(page)
        counts.append(len(found))
    assert counts[0] == counts[1]
