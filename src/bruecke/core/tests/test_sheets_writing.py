"""Tables that leave the house: opened by a double click, no cell acts, days and figures are real ones."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from bruecke.core.errors import Invalid
from bruecke.core.sheets import XLSX_TYPE, OutColumn, read_sheet, sheet_response, write_csv, write_xlsx

COLUMNS = [
    OutColumn("name", "Name"),
    OutColumn("places", "Plätze", "number"),
    OutColumn("day", "Tag", "date"),
    OutColumn("at", "Zeit", "moment"),
]
ROW = {
    "name": "Sprachcafé; „Mitte“",
    "places": Decimal("2.50"),
    "day": date(2026, 9, 1),
    "at": datetime(2026, 9, 1, 7, 30, tzinfo=UTC),
}
DANGEROUS = ["=1+1", "+4935", "-cmd", "@SUM", "\tx", "\rx", "\nx", "|x", "%x"]


def cells(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_csv_for_german_excel():
    content = write_csv(COLUMNS, [ROW, {"name": None, "places": -5, "day": None, "at": True}])
    assert content.startswith(b"\xef\xbb\xbfName;")
    assert cells(content) == [
        ["Name", "Plätze", "Tag", "Zeit"],
        ["Sprachcafé; „Mitte“", "2,50", "01.09.2026", "01.09.2026 09:30"],
        ["", "-5", "", "ja"],
    ]


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_cell_acts(text):
    columns = [OutColumn("a", text), OutColumn("b", "b")]
    assert cells(write_csv(columns, [{"a": text, "b": "x"}])) == [[f"'{text}", "b"], [f"'{text}", "x"]]
    sheet = load_workbook(io.BytesIO(write_xlsx("=x", columns, [{"a": text, "b": "x"}]))).active
    for cell in (sheet["A1"], sheet["A2"]):
        assert (cell.data_type, cell.quotePrefix) == ("s", True)
        assert cell.value == text.replace("\r", "\n") or cell.value == text


@pytest.mark.parametrize("text", ["-5", "-5,5", "-1.234,56"])
def test_negative_figures_stay_figures(text):
    assert cells(write_csv([OutColumn("a", "a")], [{"a": text}]))[1] == [text]


def test_xlsx_has_days_figures_header_and_filter():
    book = load_workbook(io.BytesIO(write_xlsx("Angebote: [Liste]/2026 mit einem viel zu langen Namen", COLUMNS, [ROW])))
    sheet = book.active
    assert sheet.title == "Angebote   Liste  2026 mit eine"
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:D2")
    assert sheet["A1"].font.bold
    assert [cell.value for cell in sheet[2]] == [ROW["name"], 2.5, datetime(2026, 9, 1), datetime(2026, 9, 1, 9, 30)]
    assert [cell.number_format for cell in sheet[2]][2:] == ["DD.MM.YYYY", "DD.MM.YYYY HH:MM"]


def test_days_before_excels_calendar_are_texts():
    sheet = load_workbook(io.BytesIO(write_xlsx("x", [OutColumn("a", "a", "date")], [{"a": date(1871, 1, 1)}]))).active
    assert sheet["A2"].value == "01.01.1871"


@given(st.lists(st.text(max_size=12), min_size=1, max_size=4), st.sampled_from(["csv", "xlsx"]))
def test_what_is_written_is_read_again(texts, fmt):
    columns = [OutColumn("a", "Erste"), OutColumn("b", "Zweite")]
    given_rows = [{"a": text, "b": "fest"} for text in texts]
    content = write_csv(columns, given_rows) if fmt == "csv" else write_xlsx("x", columns, given_rows)
    found = [row.cells for row in read_sheet(content, f"a.{fmt}").rows]
    assert len(found) == len(texts)
    for text, (first, second) in zip(texts, found, strict=True):
        plain = "".join(char for char in text if char.isprintable() and not char.isspace())
        assert second == "fest"
        assert "".join(char for char in first if char.isprintable() and not char.isspace()) in {plain, plain.removeprefix("'")}


def test_download_with_umlauts():
    response = sheet_response("xlsx", name="Übersicht-2026", title="Übersicht", columns=COLUMNS, rows=[ROW])
    assert response["Content-Type"] == XLSX_TYPE
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''%C3%9Cbersicht-2026.xlsx"
    assert read_sheet(response.content, "a.xlsx").header == ("Name", "Plätze", "Tag", "Zeit")
    assert (
        sheet_response("csv", name="liste", title="x", columns=COLUMNS, rows=[])["Content-Disposition"]
        == 'attachment; filename="liste.csv"'
    )
    with pytest.raises(Invalid):
        sheet_response("pdf", name="x", title="x", columns=COLUMNS, rows=[])
