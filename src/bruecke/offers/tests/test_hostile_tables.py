"""Tables as they really come, and as nobody wants them: any bytes give an answer, never a crash or half a table."""

import io
import zipfile
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from bruecke.core import imports, sheets
from bruecke.core.errors import Invalid
from bruecke.core.models import ImportState
from bruecke.core.registries import ImportContext
from bruecke.directory.models import Location, Organisation
from bruecke.offers.importers import OFFERS, out_columns, out_rows
from bruecke.offers.importers.columns import COLUMNS
from bruecke.offers.importers.rows import parse_row
from bruecke.offers.importers.times import Unclear, read_times, write_times
from bruecke.offers.models import Offer
from bruecke.offers.tests.factories import make_offer, make_terms
from bruecke.offers.tests.test_importing import csv_of, problems, start, take

KEYS = [column.key for column in COLUMNS]
WORDS = st.sampled_from(
    (
        *("montags", "9-11", "Uhr", "jeden", "1.", "Dienstag", "im Monat", "ab", "01.09.2026", "bis", "FREQ=WEEKLY;BYDAY=MO", ";"),
        *(",", "(", ")", "alle", "2 Wochen", "nicht am", "Ort:", "täglich", "99", "24.12.", "jedes Jahr am", "COUNT=3"),
        *("10 Termine", "–", "\n"),
    )
)

CELLS = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=200)
"""What the readers of tables let through: they take control characters out."""


@pytest.fixture
def office(scene, now):
    make_terms()
    return scene


def workbook(rows, **changes):
    book = Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(row)
    for area in changes.get("merge", ()):
        sheet.merge_cells(area)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@settings(max_examples=80)
@given(content=st.binary(max_size=3000) | st.text(max_size=1500).map(str.encode))
def test_any_bytes_give_an_answer_and_change_nothing(office, now, content):
    before = (Offer.objects.count(), Organisation.objects.count(), Location.objects.count())
    try:
        batch = start(office, content, now)
    except Invalid as refused:
        sentence = str(refused)
    else:
        sentence = batch.state if batch.state in {ImportState.CHECKED, ImportState.UPLOADED} else ""
    assert sentence
    assert (Offer.objects.count(), Organisation.objects.count(), Location.objects.count()) == before


@settings(max_examples=150)
@given(cells=st.dictionaries(st.sampled_from(KEYS), CELLS, max_size=len(KEYS)), named=st.booleans())
def test_any_cells_give_a_row_or_problems(office, now, cells, named):
    if named:
        cells |= {"title": cells.get("title") or "Kurs", "provider": cells.get("provider") or "Verein"}
    row = parse_row(cells, ImportContext(office.district, office.office, now))
    assert all(problem.field in {*KEYS, ""} and str(problem.message) for problem in row.problems)
    if row.values and not row.problems:
        OFFERS.apply_rows([row.values], district=office.district, viewer=office.office, now=now)
        again = parse_row(cells, ImportContext(office.district, office.office, now))
        assert (again.decision, again.problems) == ("skip", ())


@settings(max_examples=300)
@given(parts=st.lists(WORDS, max_size=12) | st.lists(st.text(max_size=8), max_size=6))
def test_any_words_are_times_or_a_sentence(parts):
    try:
        entries = read_times(" ".join(parts), first_on=date(2026, 9, 1))
    except Unclear as unclear:
        entries, sentence = [], str(unclear)
        assert sentence
    plain = [{**entry, "note": "", "location": ""} for entry in entries]
    read = [{**entry, "note": "", "location": ""} for entry in read_times(write_times(entries, {}), first_on=date(2000, 1, 1))]
    assert read == plain


def test_latin_1_with_semicolons(office, now):
    content = "Titel;Träger;Zielgruppen\r\nNähkurs für Mütter;Bürgerverein Großröhrsdorf;Frauen\r\n".encode("latin-1")
    assert take(office, content, now).counts == {"create": 1}
    offer = Offer.objects.get()
    assert (offer.title, offer.provider.name) == ("Nähkurs für Mütter", "Bürgerverein Großröhrsdorf")


def test_excel_with_a_merged_header_and_a_title_above(office, now):
    rows = [
        ["Angebote im Landkreis, Stand November"],
        ["Angebot", "", "Kontakt", ""],
        ["Titel", "Träger", "E-Mail", "Telefon"],
        ["Kurs", "Verein Eins", "kurs@verein.example.org", "03501 515 100"],
    ]
    batch = take(office, workbook(rows, merge=("A1:D1", "A2:B2", "C2:D2")), now, name="liste.xlsx")
    assert batch.counts == {"create": 1}
    assert Offer.objects.get().contact_email == "kurs@verein.example.org"


def test_fifty_megabytes_are_refused_at_once():
    content = b"Titel;Tr\xe4ger\r\n" + b"Kurs;Verein\r\n" * (50 * 2**20 // 13)
    assert len(content) > 50 * 2**20 - 100
    with pytest.raises(Invalid, match="MB"):
        imports.read_file(io.BytesIO(content), "gross.csv")


def test_formulas_count_as_what_they_show_or_not_at_all(office, now):
    """A file written by a program has no results: nothing is reckoned, the cells are told."""
    content = workbook([["Titel", "Träger", "Plätze"], ["=1+1", "Verein", '=HYPERLINK("http://x")'], ["Kurs", "Verein", "=2*3"]])
    batch = start(office, content, now, name="formeln.xlsx")
    assert batch.warnings or batch.faulty_count
    assert not any("HYPERLINK" in str(value) for value in batch.rows.order_by("number").values_list("values", flat=True))
    assert Offer.objects.count() == 0


def with_part(content, name, data, compress=zipfile.ZIP_DEFLATED):
    stream = io.BytesIO(content)
    with zipfile.ZipFile(stream, "a", compress) as archive:
        archive.writestr(name, data)
    return stream.getvalue()


def test_macros_are_refused(office, now):
    content = with_part(workbook([["Titel", "Träger"], ["Kurs", "Verein"]]), "xl/vbaProject.bin", b"\xd0\xcf\x11\xe0 macro")
    with pytest.raises(Invalid, match="Makros"):
        start(office, content, now, name="makro.xlsm")
    assert Offer.objects.count() == 0


def test_a_zip_bomb_is_refused(office, now):
    bomb = with_part(workbook([["Titel", "Träger"], ["Kurs", "Verein"]]), "xl/worksheets/sheet2.xml", b"0" * (300 * 2**20))
    assert len(bomb) < 2**20
    with pytest.raises(Invalid):
        imports.read_file(io.BytesIO(bomb), "bombe.xlsx")
    assert Offer.objects.count() == 0


HOSTILE = ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "|x", "%0A=1"]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_of_an_export_acts(office, now, text):
    make_offer(office.district, f"{text} Kurs", provider=office.provider, description=text, registration_note=text)
    rows = out_rows(Offer.objects.select_related("provider").order_by("pk"), district=office.district)
    for cell in sheets.write_csv(out_columns(), rows).decode("utf-8-sig").splitlines()[1].split(";"):
        assert not cell.strip('"').startswith(("=", "+", "-", "@", "\t", "|", "%"))
    book = load_workbook(io.BytesIO(sheets.write_xlsx("Angebote", out_columns(), rows)))
    assert all(cell.data_type != "f" for line in book.active.iter_rows() for cell in line)


def test_script_in_a_cell_stays_text(office, now):
    batch = take(office, csv_of("<script>alert(1)</script>;Verein"), now)
    assert problems(batch) == []
    assert Offer.objects.get().title == "<script>alert(1)</script>"
