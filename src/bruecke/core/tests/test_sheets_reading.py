"""Reading tables of offices: what Excel, LibreOffice and others really save, and what somebody sends who means harm."""

import io
import re
import tracemalloc
import zipfile
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.worksheet.dimensions import RowDimension

from bruecke.core import files, sheets
from bruecke.core.errors import Invalid
from bruecke.core.sheets import Sheet, read_sheet

HEAD = "Name;Träger;Plätze"
LINES = f"{HEAD}\r\nSprachcafé;Begegnung e. V.;12\r\nMütter-Treff;Begegnung e. V.;8\r\n"


def rows(sheet: Sheet) -> list[tuple]:
    return [(row.number, *row.cells) for row in sheet.rows]


def refusal(content: bytes, name: str = "angebote.xlsx") -> str:
    with pytest.raises(Invalid) as error:
        read_sheet(content, name)
    sentence = str(error.value)
    assert sentence.endswith(".")
    return sentence


def workbook(fill, *more) -> bytes:
    book = Workbook()
    fill(book.active)
    for extra in more:
        extra(book.create_sheet())
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def table(*lines):
    def fill(sheet):
        for line in lines:
            sheet.append(line)

    return fill


def repacked(content: bytes, **parts: bytes | None) -> bytes:
    """The archive with parts replaced or added; names with `__` for `/`."""
    changed = {name.replace("__", "/").replace("_dot_", "."): data for name, data in parts.items()}
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in changed:
                new.writestr(name, old.read(name))
        for name, data in changed.items():
            if data is not None:
                new.writestr(name, data)
    return stream.getvalue()


def sheet_xml(cells: str, after: str = "") -> bytes:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<?xml version="1.0"?><worksheet xmlns="{space}"><sheetData>{cells}</sheetData>{after}</worksheet>'.encode()


def with_sheet(xml: bytes) -> bytes:
    return repacked(workbook(table(["A", "B"])), xl__worksheets__sheet1_dot_xml=xml)


# --- text files ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "mark", "name"),
    [
        ("utf-8", b"", "utf-8"),
        ("utf-8", b"\xef\xbb\xbf", "utf-8"),
        ("cp1252", b"", "cp1252"),
        ("latin-1", b"", "cp1252"),
        ("utf-16-le", b"\xff\xfe", "utf-16-le"),
        ("utf-16-be", b"\xfe\xff", "utf-16-be"),
        ("utf-16-le", b"", "utf-16-le"),
        ("utf-16-be", b"", "utf-16-be"),
    ],
)
@pytest.mark.parametrize("separator", [";", "\t", ","])
def test_encodings_and_separators(encoding, mark, name, separator):
    sheet = read_sheet(mark + LINES.replace(";", separator).encode(encoding), "C:\\Ablage\\angebote.csv")
    assert sheet.header == ("Name", "Träger", "Plätze")
    assert rows(sheet) == [(2, "Sprachcafé", "Begegnung e. V.", "12"), (3, "Mütter-Treff", "Begegnung e. V.", "8")]
    assert (sheet.name, sheet.header_row, sheet.encoding, sheet.warnings) == ("C:\\Ablage\\angebote.csv"[10:-4], 1, name, ())


def test_euro_and_quotes_of_windows():
    sheet = read_sheet("Name;Kosten\n„Café“;5 €\n".encode("cp1252"), "a.csv")
    assert rows(sheet) == [(2, "„Café“", "5 €")]


def test_rows_are_numbered_as_a_spreadsheet_program_does():
    text = 'Name;Hinweis\n\nA;"erste\nzweite"\n;\nB;"sagt ""ja"""\n'
    assert rows(read_sheet(text.encode(), "a.csv")) == [(3, "A", "erste\nzweite"), (5, "B", 'sagt "ja"')]


def test_line_that_names_the_separator_is_no_row():
    assert rows(read_sheet(b"sep=;\r\nName;Ort\r\nA,1;Pirna\r\n", "a.csv")) == [(2, "A,1", "Pirna")]


@pytest.mark.parametrize(
    "text",
    [
        "Name;Breite;Länge\nA;50,96;13,94\nB;50,97;13,95\n",
        "Liste, Stand 2026\nName;Breite;Länge\nA;50,96;13,94\nB;50,97;13,95\n",
        "Name,Sprachen,Ort\nA,Deutsch; Arabisch,Pirna\nB,Deutsch; Farsi,Pirna\n",
        "Name\tSprachen\tOrt\nA, e. V.\tDeutsch; Arabisch\tPirna\n",
    ],
)
def test_separator_is_not_taken_from_texts_and_figures(text):
    assert len(read_sheet(text.encode(), "a.csv").header) == 3


def test_title_above_and_ragged_rows():
    text = "Angebote im Landkreis;;\nStand: 01.09.2026;;\n\nName;Ort;\nA;Pirna\nB;Heidenau;x\n"
    sheet = read_sheet(text.encode(), "a.csv")
    assert (sheet.header, sheet.header_row) == (("Name", "Ort", "Spalte C"), 4)
    assert rows(sheet) == [(5, "A", "Pirna", ""), (6, "B", "Heidenau", "x")]
    assert sheet.warnings == (
        "Spalte C hat keine Überschrift.",
        "In Zeile 6 stehen mehr Zellen, als es Überschriften gibt.",
    )


def test_empty_columns_go_and_titles_are_counted():
    sheet = read_sheet(b"Name;;Telefon;Telefon;Notiz\nA;;1;2;\n", "a.csv")
    assert (sheet.header, rows(sheet)) == (("Name", "Telefon", "Telefon (2)", "Notiz"), [(2, "A", "1", "2", "")])


def test_header_alone_is_a_table_without_rows():
    assert read_sheet(b"Name;Ort\n", "a.csv").rows == ()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "leer"),
        (b" \r\n\t ", "leer"),
        (b"Name\nA\nB\n", "nur eine Spalte"),
        (b"1;2;3\n4;5;6\n", "Überschriften"),
        (b"Name;Ort\nA\0;B\n", "Zeichen"),
        (bytes(range(256)) * 20, "Zeichen"),
        (b"\xff\xfeN", "Zeichen"),
        (b'Name;Ort\nA;"Pirna\nB;Heidenau\n', "In Zeile 2 beginnt ein Anf"),
        (b"%PDF-1.7\n%%EOF", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"\xff\xd8\xff\xe0", "JPEG"),
        (b"{\\rtf1 a;b}", "RTF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, ".xls"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "Kennwort"),
        (b"<html><table><tr><td>a;b</td></tr></table>", "Webseite"),
        (b'<?xml version="1.0"?><Workbook/>', "XML"),
        (b"BEGIN:VCARD\nN:A;B\n", "Visitenkarte"),
        (b"PK\x03\x04 nothing", "beschädigt"),
        (b"a;b\n" + b"x" * 10_001 + b";y", "Zelle A2"),
        (b"a;b\n" + b";" * 1_000_000 + b"x", "erlaubt sind 200 Spalten"),
        (b";".join([b"x"] * 201) + b"\n", "Zelle GS1"),
        (b"a;b\n" + b"1;2\n" * 20_001, "20.000 Zeilen"),
        (b"x;y\n" * 5_000_000, "10 MB"),
    ],
)
def test_what_is_refused_and_why(content, words):
    assert words in refusal(content)


def test_full_size_is_taken():
    assert len(read_sheet(b"a;b\n" + b"1;2\n" * 20_000, "a.csv").rows) == sheets.MAX_ROWS
    assert len(read_sheet(";".join(f"s{i}" for i in range(200)).encode(), "a.csv").header) == sheets.MAX_COLUMNS


def test_one_limit_for_all_uploads():
    assert sheets.MAX_BYTES == files.MAX_BYTES

    class Endless(io.BytesIO):
        def read(self, size=-1):
            assert size == files.MAX_BYTES + 1
            return b"x" * size

    with pytest.raises(Invalid, match="10 MB"):
        sheets.read_upload(Endless(), "a.csv")


# --- Excel -----------------------------------------------------------------------------------------------------------


def test_cells_become_texts():
    def fill(sheet):
        sheet.append(["Tag", "Zeit", "Dauer", "Frei", "PLZ", "Anteil", "Zahl", "Tel", "Text", "Beginn"])
        sheet.append(
            [date(2026, 9, 1), time(9, 30), timedelta(hours=36), True, 1796, 0.5, 0.1 + 0.2, 4935011234567, " _x0041_\r\nB ", 0]
        )
        sheet["J2"] = datetime(2026, 9, 1, 9, 30)
        sheet["A2"].number_format, sheet["E2"].number_format = "DD.MM.YYYY", "00000"
        sheet["C2"].number_format, sheet["F2"].number_format = "[h]:mm", "0%"

    sheet = read_sheet(workbook(fill), "a.xlsx")
    assert rows(sheet) == [
        (2, "2026-09-01", "09:30", "36:00", "ja", "01796", "50 %", "0,3", "4935011234567", "A\nB", "2026-09-01 09:30")
    ]
    assert (sheet.encoding, sheet.warnings) == ("xlsx", ())


def test_titles_groups_and_merged_cells():
    def fill(sheet):
        sheet.append(["Angebote im Landkreis Musterkreis"])
        sheet.append([])
        sheet.append(["Angebot", None, None, "Ansprechperson"])
        sheet.append(["Name", "Ort", "Telefon", "Name", "Telefon", None])
        sheet.append(["Sprachcafé", "Pirna", 1, "Frau A", 2])
        sheet.merge_cells("A1:F1")
        sheet.merge_cells("A3:C3")
        sheet.merge_cells("D3:E3")

    sheet = read_sheet(workbook(fill), "a.xlsx")
    assert (sheet.header_row, sheet.header) == (
        4,
        ("Angebot Name", "Ort", "Angebot Telefon", "Ansprechperson Name", "Ansprechperson Telefon"),
    )
    assert rows(sheet) == [(5, "Sprachcafé", "Pirna", "1", "Frau A", "2")]


def test_header_over_two_rows():
    def fill(sheet):
        sheet.append(["Name", "Anschrift", None])
        sheet.append([None, "Straße", "Ort"])
        sheet.append(["A", "Markt 1", "Pirna"])
        sheet.merge_cells("A1:A2")
        sheet.merge_cells("B1:C1")

    assert read_sheet(workbook(fill), "a.xlsx").header == ("Name", "Straße", "Ort")


def test_formulas_count_by_their_stored_value_and_errors_are_told():
    content = with_sheet(
        sheet_xml(
            '<row r="1"><c r="A1" t="inlineStr"><is><t>Name</t></is></c><c r="B1" t="str"><f>1</f><v>Plätze</v></c>'
            '<c r="C1" t="inlineStr"><is><r><t>No</t></r><r><t>tiz</t></r><rPh><t>x</t></rPh></is></c></row>'
            '<row r="2" hidden="1"><c r="A2" t="inlineStr"><is><t>A</t></is></c><c r="B2"><f>2*6</f><v>12</v></c></row>'
            '<row r="4"><c r="A4" t="inlineStr"><is><t>B</t></is></c>'
            '<c r="B4"><f>SUM(1)</f></c><c r="C4" t="e"><v>#REF!</v></c></row>'
        )
    )
    sheet = read_sheet(content, "a.xlsx")
    assert (sheet.header, rows(sheet)) == (("Name", "Plätze", "Notiz"), [(2, "A", "12", ""), (4, "B", "", "")])
    assert [line.split(" ")[:3] for line in sheet.warnings] == [
        ["1", "ausgeblendete", "Zeile"],
        ["Zelle", "B4", "enthält"],
        ["Zelle", "C4", "zeigt"],
    ]


def test_first_visible_sheet_with_a_table_is_taken():
    def hidden(sheet):
        table(["Alt", "Liste"], ["x", "y"])(sheet)
        sheet.sheet_state = "hidden"

    def named(sheet):
        sheet.title = "Angebote"
        table(["Name", "Ort"], ["A", "Pirna"])(sheet)

    sheet = read_sheet(workbook(table(["Deckblatt"]), hidden, named, table(["Mehr", "Zeilen"])), "a.xlsx")
    assert (sheet.name, sheet.header) == ("Angebote", ("Name", "Ort"))
    assert sheet.warnings == ("Die Datei hat mehrere Blätter. Gelesen wurde das Blatt „Angebote“.",)
    assert "keine Tabelle gefunden" in refusal(workbook(table(["Deckblatt"]), hidden))


def test_format_in_the_last_row_and_column_does_no_harm():
    def fill(sheet):
        table(["Name", "Ort"], ["A", "Pirna"])(sheet)
        sheet.row_dimensions[1_048_576] = RowDimension(sheet, index=1_048_576, ht=20)
        sheet["XFD3"].number_format = "0%"

    assert rows(read_sheet(workbook(fill), "a.xlsx")) == [(2, "A", "Pirna")]


def test_calendar_of_1904():
    def fill(sheet):
        sheet.append(["Name", "Tag"])
        sheet.append(["A", date(2026, 9, 1)])

    content = repacked(workbook(fill))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        book = re.sub(rb"<workbookPr[^>]*/>", b'<workbookPr date1904="1"/>', archive.read("xl/workbook.xml"))
    shifted = read_sheet(repacked(content, xl__workbook_dot_xml=book), "a.xlsx")
    assert rows(shifted) == [(2, "A", "2030-09-02")]


# --- Excel that means harm -------------------------------------------------------------------------------------------


def test_macros_are_refused_whatever_the_name():
    assert "Makros" in refusal(repacked(workbook(table(["A", "B"])), xl__vbaProject_dot_bin=b"x"))


def test_other_office_files_are_named():
    def packed(*names):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            for name in names:
                archive.writestr(name, "<x/>")
        return stream.getvalue()

    assert "keine Tabelle" in refusal(packed("word/document.xml"))
    assert ".xlsx" in refusal(packed("xl/workbook.bin"))
    assert ".xlsx" in refusal(packed("mimetype", "content.xml"))
    assert "keine Tabelle" in refusal(packed())


def test_bomb_that_owns_up_to_its_size():
    content = with_sheet(sheet_xml("<row/>" * 5_000_000))
    assert len(content) < 200_000
    assert "ungewöhnlich groß" in refusal(content)


def test_bomb_that_lies_about_its_size():
    """The directory says 1 kB, the stream holds 200 MB: no more is unpacked than was owned up to."""
    content = bytearray(with_sheet(sheet_xml("<row/>" * 33_000_000)))
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        entry = archive.getinfo("xl/worksheets/sheet1.xml")
    at = bytes(content).rindex(entry.file_size.to_bytes(4, "little"))
    content[at : at + 4] = (1000).to_bytes(4, "little")
    tracemalloc.start()
    words = refusal(bytes(content))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "beschädigt" in words
    assert peak < 20_000_000


@pytest.mark.parametrize(
    "part", ["xl__worksheets__sheet1_dot_xml", "xl__workbook_dot_xml", "xl__sharedStrings_dot_xml", "xl__styles_dot_xml"]
)
def test_entities_are_refused_in_every_part(part):
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'
    assert "beschädigt" in refusal(repacked(workbook(table(["A", "B"])), **{part: laughs.encode()}))
    outside = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'
    assert "beschädigt" in refusal(repacked(workbook(table(["A", "B"])), **{part: outside.encode("utf-16")}))


@pytest.mark.parametrize(
    ("xml", "words"),
    [
        (sheet_xml('<row r="1"><c r="XFD1" t="str"><v>x</v></c><c r="A1" t="str"><v>y</v></c></row>'), "Zelle XFD1"),
        (sheet_xml('<row r="99999999"><c t="str"><v>x</v></c></row>'), "beschädigt"),
        (sheet_xml(f'<row r="1"><c r="A1" t="str"><v>{"x" * 10_001}</v></c></row>'), "Zelle A1"),
        (sheet_xml("<row><c><v>1</v></c></row>" * 20_102), "20.000 Zeilen"),
        (sheet_xml("<row><c"), "beschädigt"),
        (b"no xml", "beschädigt"),
        (b"", "beschädigt"),
    ],
)
def test_sheets_that_no_program_writes(xml, words):
    assert words in refusal(with_sheet(xml))


def test_odd_references_are_borne():
    xml = sheet_xml(
        '<row r="x"><c r="?" t="str"><v>Name</v></c><c t="str"><v>Ort</v></c></row>'
        '<row><c t="s"><v>99</v></c><c s="999"><v>1E400</v></c><c t="zz"><v>q</v></c><c t="d"><v>2026-09-01T09:30:00</v></c></row>'
    )
    assert rows(read_sheet(with_sheet(xml), "a.xlsx")) == [(2, "", "1E400", "q", "2026-09-01 09:30")]


def test_encrypted_archive_and_double_names():
    content = bytearray(workbook(table(["A", "B"])))
    at = bytes(content).index(b"PK\x01\x02")
    content[at + 8] |= 1
    assert "Kennwort" in refusal(bytes(content))
    stream = io.BytesIO(workbook(table(["A", "B"])))
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
    assert "beschädigt" in refusal(stream.getvalue())


def survives(content: bytes, name: str) -> None:
    try:
        sheet = read_sheet(content, name)
    except Invalid:
        return
    assert len(sheet.header) <= sheets.MAX_COLUMNS
    assert all(len(row.cells) == len(sheet.header) for row in sheet.rows)
    assert not any("\0" in cell for row in sheet.rows for cell in (*row.cells, *sheet.header))


@given(st.binary(max_size=400) | st.text(max_size=200).map(str.encode), st.text(max_size=20))
@example(b'"', "")
@example(b";\xff;", "a\0b.csv")
def test_any_bytes_are_read_or_refused(content, name):
    survives(content, name)


GOOD = workbook(table(["Name", "Ort", "Plätze"], ["A", "Pirna", 1], ["B", "Freital", 2.5]))


@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), min_size=1, max_size=8), st.integers(0, len(GOOD)))
def test_damaged_excel_is_read_or_refused(changes, length):
    content = bytearray(GOOD)
    for place, byte in changes:
        content[place] = byte
    survives(bytes(content), "a.xlsx")
    survives(bytes(content[:length]), "a.xlsx")


XML_BITS = st.sampled_from(
    [
        *("<row>", "</row>", '<row r="3">', "<c>", "</c>", '<c t="s">', '<c r="B2" s="1">', "<v>", "</v>", "<f/>", "<is>", "</is>"),
        *("<t>", "</t>", "<rPh>", "</rPh>", '<mergeCell ref="A1:C1"/>', '<mergeCell ref="ZZ9:A1"/>'),
        *("1", "-2.5", "x", "é", "&amp;", "&#0;", "&x;", "1e999", "NaN"),
    ]
)


@given(st.lists(XML_BITS, max_size=40).map("".join))
def test_any_sheet_of_excel_is_read_or_refused(cells):
    survives(with_sheet(sheet_xml(cells)), "a.xlsx")
