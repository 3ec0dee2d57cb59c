"""Somebody who may open the page tries to learn a count of fewer than five persons whose records she may not open.

The attacker has the page, its files and her own records; she knows how small counts are hidden. Two people who put their
pages together are not looked at, nor is the number of running questions at other offices that the inbox tells by design.
"""

from datetime import UTC, date, datetime
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bruecke.core.figures import count_table
from bruecke.enquiries.models import Enquiry, ErasedCount, TallyEntry, UnmetDemand
from bruecke.enquiries.states import Channel, Outcome
from bruecke.enquiries.tests.factories import DOHNA, FREITAL, HEIDENAU, PIRNA, ask
from bruecke.reporting.tests.conftest import DESK, grid, sheet

HIDDEN = "•"
DIMENSIONS = ("ort", "thema", "sprache", "weg", "ergebnis", "monat")


def came(scene, now, place, month, number=1, **values):
    for _ in range(number):
        row = ask(scene, now, place)
        Enquiry.objects.filter(pk=row.pk).update(received_at=datetime(2026, month, 5, 8, tzinfo=UTC), **values)


def numbers(lines: list[list[str]]) -> set[int]:
    """Every number a table shows; months and shares are none."""
    return {int(cell) for line in lines[1:] for cell in line[1:] if cell.isdecimal()}


def read(client, query):
    answer = client.get(DESK + query)
    assert answer.status_code == 200
    return grid(answer.content.decode())


@pytest.fixture
def crowd(scene, now):
    """Small groups among large ones, in three quarters, of two offices; also erased ones."""
    for month, place, number in (
        (7, FREITAL, 9), (7, DOHNA, 3), (8, FREITAL, 2), (9, HEIDENAU, 12), (9, PIRNA, 1),
        (10, FREITAL, 4), (10, DOHNA, 8), (4, FREITAL, 2), (4, DOHNA, 1),
    ):  # fmt: skip
        came(scene, now, place, month, number)
    for outcome, number in ((Outcome.NO_OFFER, 1), (Outcome.ANSWERED, 7)):
        ErasedCount.objects.create(
            district=scene.district, month=date(2026, 7, 1), channel=Channel.PHONE, outcome=outcome, language="uk",
            place_id=FREITAL, topic_id="housing", count=number, controller=scene.association,
        )  # fmt: skip
    for place, number in ((FREITAL, 6), (DOHNA, 2)):
        for _ in range(number):
            values = {"place_id": place, "recorded_at": now, "recorded_by": scene.accounts["freital"]}
            TallyEntry.objects.create(district=scene.district, happened_on=date(2026, 8, 3), **values)
            UnmetDemand.objects.create(district=scene.district, month=date(2026, 8, 1), place_id=place, category="culture")
    return scene


ATTACKERS = ("heidenau", "office", "commissioner")


@pytest.mark.parametrize("who", ATTACKERS)
def test_no_page_and_no_file_shows_a_small_number_of_others(open_as, crowd, who):
    client = open_as(who)
    sources = ["fragen", "striche", *(["fehlende"] if who == "commissioner" else [])]  # the others open what is missing
    for source, rows, quarter in product(sources, DIMENSIONS, ("2026-07_2026-09", "2026-04_2026-06")):
        query = f"?zahlen={source}&bereich=rest&zeilen={rows}&quartal={quarter}"
        shown = read(client, query)
        assert not numbers(shown) & {1, 2, 3, 4}, (query, shown)
        if shown:
            assert sheet(client, query) == shown


def test_periods_do_not_overlap(open_as, crowd):
    """A quarter and a part of it, or two quarters as one, would tell the rest by subtraction: every answer is one quarter."""
    client = open_as("office")
    seen = {}
    for since, until in product((1, 3, 4, 6, 7, 8, 9, 12), repeat=2):
        text = client.get(f"{DESK}?zahlen=fragen&bereich=rest&von=2026-{since:02}&bis=2026-{until:02}").content.decode()
        period = next(part for part in text.split('<span class="muted">') if "/2026 –" in part)[:17]
        seen.setdefault(period, set()).add(str(grid(text)))
    assert set(seen) == {"01/2026 – 03/2026", "04/2026 – 06/2026", "07/2026 – 09/2026"}
    assert all(len(tables) == 1 for tables in seen.values())


def test_no_filter_and_no_second_cut_narrows_what_is_guarded(open_as, crowd):
    client = open_as("heidenau")
    base = "?zahlen=fragen&bereich=rest&quartal=2026-07_2026-09"
    for rows in ("ort", "monat"):
        whole = read(client, f"{base}&zeilen={rows}")
        for more in (f"&nur_ort={FREITAL}", "&nur_monat=2026-08", "&nur_ergebnis=no_offer", "&spalten=thema", "&spalten=ort"):
            assert read(client, f"{base}&zeilen={rows}{more}") == whole
            assert sheet(client, f"{base}&zeilen={rows}{more}") == whole


@pytest.mark.parametrize("who", ATTACKERS)
def test_all_cuts_of_a_quarter_have_one_sum_and_tell_no_hidden_cell(open_as, crowd, who):
    """One-dimensional tables of the same questions have nothing in common but their sum, so nothing joins them."""
    client = open_as(who)
    tables = [read(client, f"?zahlen=fragen&bereich=rest&quartal=2026-07_2026-09&zeilen={rows}") for rows in DIMENSIONS]
    assert len({table[-1][1] for table in tables}) == 1
    for table in tables:
        rows, total = [line[1] for line in table[1:-1]], table[-1][1]
        hidden = rows.count(HIDDEN)
        if hidden and total != HIDDEN:
            assert hidden > 1
            assert int(total) - sum(int(cell) for cell in rows if cell != HIDDEN) >= 5


def test_own_scope_counts_nothing_of_others(open_as, crowd):
    """All minus own: there is no table of all, and the own one has no stranger in it."""
    client = open_as("heidenau")
    assert read(client, "?zahlen=fragen&bereich=all") == read(client, "?zahlen=fragen&bereich=own")
    assert read(client, "?zahlen=fragen") == [["Ort", "Summe"], ["Heidenau", "12"], ["Pirna", "1"], ["Summe", "13"]]
    office = read(open_as("office"), "?zahlen=fragen")
    assert [line[0] for line in office[1:-1]] == ["Dohna", "Heidenau", "Pirna"]


def test_order_of_hidden_rows_tells_nothing(open_as, crowd):
    rows = [line[0] for line in read(open_as("commissioner"), "?zahlen=fragen&bereich=rest&quartal=2026-07_2026-09")[1:-1]]
    assert rows == sorted(rows)


def test_bars_of_hidden_numbers_do_not_exist(open_as, crowd):
    text = open_as("commissioner").get(f"{DESK}?zahlen=fragen&bereich=rest&quartal=2026-07_2026-09&diagramm=ohne").content.decode()
    shown = [line[1] for line in grid(text)[1:-1]]
    assert shown.count(HIDDEN) > 0
    table = text.partition("<table")[2].partition("</table>")[0]
    assert table.count("<rect ") == len(shown) - shown.count(HIDDEN)


def test_median_of_the_district_needs_five_strangers_or_none(open_as, scene, now):
    """Four own waits and one of somebody else: the median of five would be that one where it lies in the middle."""
    for hours in (1, 2, 9, 10):
        came(scene, now, HEIDENAU, 8, answered_at=datetime(2026, 8, 5, 8 + hours, tzinfo=UTC))
    came(scene, now, FREITAL, 8, answered_at=datetime(2026, 8, 5, 13, tzinfo=UTC))
    for who in ("heidenau", "freital", "office"):
        assert all(set(line[1:]) == {HIDDEN} for line in read(open_as(who), "?zahlen=antwortzeit")[1:]), who
    assert read(open_as("commissioner"), "?zahlen=antwortzeit") == [["Monat", "Landkreis"], ["08/2026", "5,0"]]
    assert "Antworten" not in read(open_as("heidenau"), "?zahlen=antwortzeit")[0]


@settings(max_examples=200)
@given(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 30), min_size=1, max_size=8))
def test_guarded_line_leaves_every_hidden_count_open(counts):
    """Every hidden cell of a guarded table of one dimension has two values at least that fit all that is shown.

    The reader knows that a row stands there only if somebody was counted. The sum is hidden only where it is small.
    """
    table = count_table({(key, ""): number for key, number in counts.items()}, rows=str, columns=None, guard=True)
    total = sum(counts.values())
    assert table.total == (None if total < 5 else total)
    assert table.openable == ()
    shown = {head.key: number for head, number in zip(table.rows, table.row_totals, strict=True)}
    hidden = [key for key, number in shown.items() if number is None]
    assert all(number is None or number == counts[key] >= 5 for key, number in shown.items())
    if not hidden or table.total is None:
        return
    left = total - sum(number for number in shown.values() if number is not None)
    assert left >= 5
    assert len(hidden) >= 2
    assert left - len(hidden) >= 1, "every hidden count would be one"
