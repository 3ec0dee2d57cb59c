"""Charts of figures: which kind tells which table, that hidden numbers are nowhere in them, and who gets which picture."""

import json
import re

import pytest

from bruecke.core import jobs
from bruecke.core.charts import Size
from bruecke.core.figures import FigureTable, Head
from bruecke.core.models import AuditEntry, Chart
from bruecke.core.viewer import Role
from bruecke.enquiries.tests.factories import DOHNA, FREITAL, HEIDENAU, ask
from bruecke.reporting.charts import MOST_ROWS, ChartKind, Subject, is_cut, kinds_for, spec_of
from bruecke.reporting.tests.conftest import DESK
from bruecke.reporting.tests.test_pages import page, received

ABOUT = Subject("Fragen", "01/2026", "Ort", "", rows_are_months=False)
MONTHLY = Subject("Fragen", "01/2026", "Monat", "", rows_are_months=True)


def heads(*names):
    return tuple(Head(name, name) for name in names)


def plain(*totals, names="abcdefgh"):
    rows = heads(*names[: len(totals)])
    return FigureTable(rows=rows, columns=(), cells=((),) * len(rows), row_totals=totals)


def crossed(*lines, totals=True):
    columns = heads(*(f"s{number}" for number in range(len(lines[0]))))
    sums = tuple(sum(line) for line in lines) if totals else ()
    return FigureTable(rows=heads(*"abcdefgh"[: len(lines)]), columns=columns, cells=lines, row_totals=sums)


@pytest.mark.parametrize(
    ("table", "about", "expected"),
    [
        (plain(3, 2), ABOUT, "balken"),
        (plain(3, 2), MONTHLY, "linie balken"),
        (plain(3), MONTHLY, "balken"),
        (plain(None, None), ABOUT, ""),
        (plain(), ABOUT, ""),
        (crossed((1, 2), (3, 4)), ABOUT, "gestapelt felder"),
        (crossed((1, 2), (3, 4)), MONTHLY, "linie gestapelt felder"),
        (crossed((1,) * 7), ABOUT, "felder"),
        (crossed((5, 2), (3, 1), totals=False), ABOUT, "balken felder"),
        (crossed((5, 2, "40 %"), totals=False), ABOUT, "balken felder"),
    ],
)
def test_kinds(table, about, expected):
    assert " ".join(kind.value for kind in kinds_for(table, about)) == expected


def test_a_hidden_number_is_a_mark_of_one_size():
    for size in Size:
        spec = spec_of(plain(7, None, 9), ChartKind.BARS, ABOUT)[size]
        values = {entry["row"]: entry["value"] for entry in spec["data"]["values"]}
        assert values == {"a": 7, "b": None, "c": 9}
        hidden = [layer for layer in spec["layer"] if {"filter": "datum.hidden"} in layer["transform"]]
        assert all("field" not in json.dumps(layer["encoding"].get("x", {})) for layer in hidden)


def test_months_run_from_left_to_right():
    table = plain(1, 2, 3, names=("12/2025", "02/2026", "01/2026"))
    values = spec_of(table, ChartKind.LINE, MONTHLY)[Size.WIDE]["data"]["values"]
    assert [entry["row"] for entry in values] == ["12/2025", "01/2026", "02/2026"]


def test_shares_are_not_drawn():
    values = spec_of(crossed((5, 2, "40 %"), totals=False), ChartKind.BARS, ABOUT)[Size.WIDE]["data"]["values"]
    assert [entry["value"] for entry in values] == [5, 2]


def test_long_tables_are_cut():
    rows = heads(*(str(number) for number in range(MOST_ROWS + 1)))
    table = FigureTable(rows=rows, columns=(), cells=((),) * len(rows), row_totals=(1,) * len(rows))
    assert is_cut(table)
    assert len(spec_of(table, ChartKind.BARS, ABOUT)[Size.WIDE]["data"]["values"]) == MOST_ROWS


def test_only_the_sheet_has_a_title():
    assert [size for size, spec in spec_of(plain(1), ChartKind.BARS, ABOUT).items() if "title" in spec] == [Size.SHEET]


# --- pages ---------------------------------------------------------------------------------------------------------------


def work(now):
    while jobs.run_next(now):
        pass


def test_page_shows_the_table_at_once_and_the_chart_when_it_is_drawn(open_as, scene, now):
    ask(scene, now, HEIDENAU)
    client = open_as("heidenau")
    text = page(client)
    assert "Das Diagramm wird gezeichnet" in text
    assert "<td" in text
    poll = re.search(r'hx-get="([^"]+)"', text.partition('id="diagramm"')[2]).group(1).replace("&amp;", "&")
    work(now)
    fragment = client.get(poll).content.decode()
    assert "hx-get" not in fragment
    assert fragment.count("<svg") == 2
    assert 'role="img" aria-label="Diagramm: Fragen nach Ort' in fragment
    assert fragment.strip() in page(client) or page(client).count("<svg xmlns") == 2


def test_files_of_the_chart(open_as, scene, now):
    ask(scene, now, HEIDENAU)
    client = open_as("heidenau")
    assert client.get(f"{DESK}diagramm/svg/?zahlen=fragen").status_code == 302  # not drawn yet: back to the page
    work(now)
    picture = client.get(f"{DESK}diagramm/svg/?zahlen=fragen")
    assert picture["Content-Type"] == "image/svg+xml"
    assert "attachment" in picture["Content-Disposition"]
    assert "sandbox" in picture["Content-Security-Policy"]
    assert client.get(f"{DESK}diagramm/png/?zahlen=fragen").content.startswith(b"\x89PNG")
    assert client.get(f"{DESK}diagramm/pdf/?zahlen=fragen").status_code == 404
    assert client.get(f"{DESK}diagramm/svg/?zahlen=fragen&diagramm=ohne").status_code == 302
    assert AuditEntry.objects.filter(verb="reporting.figures_exported").count() == 2


def test_everybody_gets_the_picture_of_her_own_table(open_as, scene, now):
    """Asked with the same address: the coordinator sees her numbers, the commissioner the guarded rest, nobody the other's."""
    for place, number in ((HEIDENAU, 9), (FREITAL, 2), (DOHNA, 6)):
        for _ in range(number):
            received(ask(scene, now, place), 2026, 8, 2)
    own, guarded = open_as("heidenau"), open_as("commissioner")
    for client in (own, guarded):
        page(client, "?zahlen=fragen&quartal=2026-07_2026-09")
    work(now)
    address = f"{DESK}diagramm/?zahlen=fragen&quartal=2026-07_2026-09"
    fragments = [client.get(address).content.decode() for client in (own, guarded)]
    words = [" ".join(re.findall(r"<text[^>]*>([^<]*)</text>", fragment)) for fragment in fragments]
    assert "Heidenau" in words[0]
    assert "Freital" not in words[0]
    assert words[1].count("verdeckt") == 4  # two hidden rows in two sizes
    assert Chart.objects.count() == 2
    for chart in Chart.objects.order_by("pk"):
        values = {entry["row"]: entry["value"] for entry in chart.spec["wide"]["data"]["values"]}
        assert values in ({"Heidenau": 9}, {"Dohna": None, "Freital": None, "Heidenau": 9})


def test_wish_for_a_kind_that_does_not_fit_gets_the_best(open_as, scene, now):
    ask(scene, now, HEIDENAU)
    client = open_as(Role.DISTRICT_OFFICE)
    for wish in ("linie", "nonsense", "felder"):
        page(client, f"?zahlen=fragen&diagramm={wish}")
    page(client, "?zahlen=fragen&diagramm=ohne")
    assert Chart.objects.count() <= 1
