"""The page *Zahlen* and its files: who sees what, what addresses may say, and that every number leads to its records."""

import html
import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from bruecke.core.models import AuditEntry
from bruecke.core.viewer import Role
from bruecke.enquiries.models import Enquiry, TallyEntry, UnmetDemand
from bruecke.enquiries.states import EnquiryKind
from bruecke.enquiries.tests.factories import DOHNA, FREITAL, HEIDENAU, PIRNA, ask, capture, make_offers
from bruecke.offers.tests.factories import make_house, make_offer
from bruecke.reporting.tests.conftest import DESK, grid, sheet
from bruecke.vocabulary.models import Topic

pytestmark = pytest.mark.any_database

SUMMER = "?zahlen=fragen&bereich=rest&quartal=2026-07_2026-09"


def page(client: Client, query: str = "") -> str:
    answer = client.get(DESK + query)
    assert answer.status_code == 200
    return answer.content.decode()


def tabs(text: str) -> list[str]:
    return re.findall(r'href="\?zahlen=(\w+)"', text)


def received(enquiry, *moment):
    Enquiry.objects.filter(pk=enquiry.pk).update(received_at=datetime(*moment, 8, tzinfo=UTC))


# --- who -----------------------------------------------------------------------------------------------------------------


def test_who_is_not_of_the_district_sees_nothing(client, scene):
    assert client.get(DESK).status_code == 302
    assert client.get(f"{DESK}export/csv/").status_code == 302


def test_switched_off(open_as, scene):
    office = open_as("office")
    scene.district.features = ["enquiries", "offers", "staffing"]
    scene.district.save()
    assert office.get(DESK).status_code == office.get(f"{DESK}export/csv/").status_code == 404


def test_sources_follow_the_features(open_as, scene):
    office = open_as("office")
    assert tabs(page(office)) == ["fragen", "fehlende", "striche", "antwortzeit", "angebote", "hilfe", "stellen"]
    scene.district.features = ["figures", "offers"]
    scene.district.save()
    assert tabs(page(office)) == ["fehlende", "angebote"]
    scene.district.features = ["figures"]
    scene.district.save()
    assert office.get(DESK).status_code == 404


def test_every_role_sees_every_source_in_its_scope(open_as, scene, now):
    for role in Role:
        client = open_as(role)
        text = page(client)
        assert tabs(text)[:6] == ["fragen", "fehlende", "striche", "antwortzeit", "angebote", "hilfe"]
        works = role in {Role.COORDINATOR, Role.DISTRICT_OFFICE}
        assert ('name="bereich"' in text) is works
        assert ('name="quartal"' in text) is not works
        assert ('name="von"' in page(client, "?zahlen=fehlende")) is works


# --- what an address says ----------------------------------------------------------------------------------------------


WRONG = (
    "?zahlen=nonsense",
    "?bereich=all",
    "?zeilen=nonsense",
    "?spalten=ort",
    "?spalten=nonsense",
    "?von=2026-13&bis=x",
    "?von=2026-11&bis=2026-01",
    "?von=1900-01&bis=2100-01",
    "?von=2026-01",
    "?quartal=_",
    "?nur_nonsense=1",
    "?zahlen=%00&zeilen=%F0%9F%98%80",
)


def test_wrong_address_gives_the_default(open_as, scene, now):
    ask(scene, now, HEIDENAU)
    client = open_as("heidenau")
    for query in WRONG:
        text = page(client, query)
        assert grid(text) == [["Ort", "Summe"], ["Heidenau", "1"], ["Summe", "1"]], query
        assert "01/2026 – 11/2026" in text


def test_nothing_counted_is_said(open_as, scene, now):
    ask(scene, now, HEIDENAU)
    client = open_as("heidenau")
    for query in ("?nur_thema=&zeilen=ort", "?nur_ort=nonsense", "?nur_monat=x", "?von=2026-01&bis=2026-10"):
        assert "In dieser Zeit ist nichts gezählt" in page(client, query), query


def test_rest_takes_closed_quarters_one_cut_and_no_filters(open_as, scene, now):
    for _ in range(7):
        received(ask(scene, now, FREITAL), 2026, 7, 2)
        received(ask(scene, now, DOHNA), 2026, 8, 2)
        received(ask(scene, now, FREITAL), 2026, 10, 2)
    client = open_as("heidenau")
    expected = [["Ort", "Summe"], ["Dohna", "7"], ["Freital", "7"], ["Summe", "14"]]
    for query in (
        SUMMER,
        f"{SUMMER}&spalten=monat",
        f"{SUMMER}&nur_ort={FREITAL}",
        "?zahlen=fragen&bereich=rest",
        "?zahlen=fragen&bereich=rest&von=2026-07&bis=2026-09",
        "?zahlen=fragen&bereich=rest&von=2026-07&bis=2026-08",
        "?zahlen=fragen&bereich=rest&von=2026-07&bis=2026-10",
        "?zahlen=fragen&bereich=rest&quartal=2026-10_2026-12",
        "?zahlen=fragen&bereich=rest&von=2026-01&bis=2026-12",
    ):
        text = page(client, query)
        assert grid(text) == expected, query
        assert "07/2026 – 09/2026" in text
        assert 'name="spalten"' not in text
        assert " öffnen</a>" not in text
        assert "nur_" not in text


def test_hidden_numbers_are_dots_with_a_word_in_page_and_files(open_as, scene, now):
    for place, number in ((FREITAL, 2), (DOHNA, 6), (HEIDENAU, 9)):
        for _ in range(number):
            received(ask(scene, now, place), 2026, 8, 2)
    client = open_as("commissioner")
    text = page(client, "?zahlen=fragen")
    assert grid(text) == [["Ort", "Summe"], ["Dohna", "•"], ["Freital", "•"], ["Heidenau", "9"], ["Summe", "17"]]
    assert text.count('<abbr title="verdeckt">•</abbr>') == 2
    assert sheet(client, "?zahlen=fragen") == grid(text)


# --- page and files --------------------------------------------------------------------------------------------------------


@pytest.fixture
def lively(scene, now):
    """Something of everything."""
    make_offers(scene)
    for ags, number in ((HEIDENAU, 3), (PIRNA, 1), (FREITAL, 2), (DOHNA, 6)):
        for _ in range(number):
            ask(scene, now, ags, consent_to_share=ags == DOHNA)
    ask(scene, now, HEIDENAU, topic=Topic.objects.get(pk="housing"))
    ask(scene, now, PIRNA, topic=None)
    ask(scene, now, None)
    capture(scene, now)
    capture(scene, now, outcome=None)
    received(ask(scene, now, HEIDENAU), 2026, 3, 29)
    help_offer = ask(scene, now, HEIDENAU)
    Enquiry.objects.filter(pk=help_offer.pk).update(kind=EnquiryKind.HELP)
    for month, values in (
        (11, {"category": "culture", "place_id": FREITAL, "topic_id": "german", "language": "uk"}),
        (11, {"category": "language-course", "target_group": "parents", "place_id": DOHNA}),
        (10, {"category": "language-course"}),
    ):
        UnmetDemand.objects.create(district=scene.district, month=now.date().replace(day=1, month=month), **values)
    house, other = (make_house(scene.posts["heidenau"].employer, ags) for ags in (HEIDENAU, FREITAL))
    terms = {"category": ["language-course", "culture"], "language": ["de", "uk"], "target_group": ["parents"]}
    make_offer(scene.district, "Zwei Häuser", terms=terms, locations=[house.uid, other.uid])
    make_offer(scene.district, "Überall", terms={"category": ["culture"]}, areas=["14628"], confirmed_on=None)
    make_offer(scene.district, "Vorbei", terms=terms, locations=[house.uid], valid_until=now.date() - timedelta(days=1))
    make_offer(scene.district, "Entwurf", terms=terms, locations=[house.uid], state="draft")
    make_offer(scene.district, "Intern", terms={}, locations=[other.uid], visibility="internal", is_online=True)
    return scene


DIMENSIONS = {
    "fragen": ("ort", "thema", "sprache", "weg", "ergebnis", "monat"),
    "fehlende": ("kategorie", "thema", "ort", "zielgruppe", "sprache", "monat"),
    "angebote": ("kategorie", "ort", "zielgruppe", "sprache"),
    "hilfe": ("ort", "sprache", "monat"),
}


def every_cut(source: str) -> list[str]:
    """The addresses of all tables of one dimension, and of each dimension crossed with another."""
    names = DIMENSIONS[source]
    crossed = [(rows, names[0] if rows != names[0] else names[1]) for rows in names]
    return [f"?zahlen={source}&zeilen={rows}&spalten={columns}" for rows, columns in [*((name, "") for name in names), *crossed]]


@pytest.mark.parametrize("source", DIMENSIONS)
def test_every_number_opens_exactly_its_records(open_as, lively, source):
    """Each way of each table leads to a list with as many rows as the way says; so does the one of the whole table."""
    client = open_as("office")
    totals: dict[str, int] = {}
    for query in every_cut(source):
        text = page(client, query)
        ways = re.findall(r'<a href="([^"]+)"[^>]*>\s*([\d.]+) (?:Einträge |Eintrag )?öffnen\s*</a>', text)
        assert len(ways) >= 2, query
        for address, number in ways:
            if address not in totals:
                totals[address] = client.get(html.unescape(address)).context["total"]
            assert totals[address] == int(number), address
        down = re.search(r'<th scope="row"><a href="(\?[^"]+)"', text)
        assert down is not None
        assert client.get(DESK + html.unescape(down.group(1))).status_code == 200


@pytest.mark.parametrize("source", DIMENSIONS)
def test_every_cell_opens_exactly_its_records(open_as, lively, source):
    """A number where two dimensions cross leads to as many records as it counts; where some are erased, to the others."""
    client, followed = open_as("office"), 0
    for query in every_cut(source):
        if "&spalten=&" in query or query.endswith("&spalten="):
            continue
        text = page(client, query)
        for address, title, shown in re.findall(r'<a class="figures-way" href="([^"]+)" title="(\d+) [^"]*">(\d+)</a>', text):
            assert title == shown
            assert client.get(html.unescape(address)).context["total"] == int(shown), (query, address)
            followed += 1
    assert followed >= 3


def test_strokes_have_no_records_and_say_so(open_as, lively, now):
    TallyEntry.objects.create(
        district=lively.district,
        happened_on=now.date(),
        place_id=HEIDENAU,
        recorded_at=now,
        recorded_by=lively.accounts["office"],
    )
    text = page(open_as("office"), "?zahlen=striche")
    assert "Striche haben keinen Einzelnachweis" in text
    assert " öffnen</a>" not in text


@pytest.mark.parametrize("source", DIMENSIONS)
def test_files_are_the_page(open_as, lively, source):
    client = open_as("office")
    for query in every_cut(source):
        shown = grid(page(client, query))
        assert sheet(client, query) == shown
    book = load_workbook(io.BytesIO(client.get(f"{DESK}export/xlsx/{query}").content))
    assert [[str(cell) for cell in line if cell is not None] for line in book.active.iter_rows(values_only=True)] == shown


def test_numbers_shrink_with_each_step_down(open_as, lively):
    client = open_as("heidenau")
    text = page(client, "?zahlen=fragen&zeilen=ort")
    rows = {line[0]: line[1] for line in grid(text)[1:]}
    assert rows == {"Heidenau": "7", "Pirna": "2", "Summe": "9"}
    down = html.unescape(re.search(r'<a href="(\?[^"]+)">Heidenau</a>', text).group(1))
    text = page(client, down)
    assert grid(text) == [["Thema", "Summe"], ["Deutsch lernen", "6"], ["Wohnung suchen", "1"], ["Summe", "7"]]
    assert "Ort: Heidenau" in text
    down = html.unescape(re.search(r'<a href="(\?[^"]+)">Deutsch lernen</a>', text).group(1))
    assert grid(page(client, down))[-1] == ["Summe", "6"]


def test_help_offers_are_counted_beside_questions(open_as, lively):
    client = open_as("heidenau")
    assert grid(page(client, "?zahlen=hilfe")) == [["Ort", "Summe"], ["Heidenau", "1"], ["Summe", "1"]]
    assert grid(page(client, "?zahlen=fragen&nur_monat=2026-11&zeilen=monat"))[-1] == ["Summe", "8"]


def test_offers_with_share_that_is_confirmed(open_as, lively):
    client = open_as(Role.AUDITOR)
    text = page(client, "?zahlen=angebote")
    assert grid(text) == [
        ["Art der Hilfe", "Angebote", "davon bestätigt", "Anteil"],
        ["Kultur", "2", "1", "50 %"],
        ["Sprachkurs", "1", "1", "100 %"],
        ["ohne Angabe", "1", "1", "100 %"],
        ["Alle Angebote, jedes einmal", "3", "2", "67 %"],
    ]
    assert "Stand 24.11.2026" in text
    assert 'name="von"' not in text
    crossed = grid(page(client, "?zahlen=angebote&zeilen=ort&spalten=kategorie"))
    assert crossed == [
        ["Ort", "Kultur", "Sprachkurs", "ohne Angabe", "jedes einmal"],
        ["Freital", "1", "1", "1", "2"],
        ["Heidenau", "1", "1", "0", "1"],
        ["ohne Haus in einer Gemeinde", "1", "0", "0", "1"],
        ["Alle Angebote, jedes einmal", "2", "1", "1", "3"],
    ]


def test_export_leaves_an_entry_and_knows_two_kinds(open_as, lively):
    client = open_as("office")
    assert client.get(f"{DESK}export/pdf/").status_code == 404
    assert not AuditEntry.objects.filter(verb="reporting.figures_exported").exists()
    answer = client.get(f"{DESK}export/xlsx/?zahlen=fragen&von=2026-01&bis=2026-03")
    assert "01.2026" in answer["Content-Disposition"]
    entry = AuditEntry.objects.get(verb="reporting.figures_exported")
    assert (entry.actor_id, entry.fields) == (lively.accounts["office"].pk, [])


def test_bars_have_no_inline_style(open_as, lively):
    text = page(open_as("office"), "?zahlen=fragen&diagramm=ohne")
    assert re.findall(r'<rect width="(\d+)"', text)[0] == "100"
    assert "style=" not in text.partition("<main")[2].partition("</main>")[0]


def test_queries_do_not_grow(open_as, scene, now):
    client = open_as("office")

    def queries() -> list[int]:
        numbers = []
        for key in ("fragen", "fehlende", "striche", "antwortzeit", "angebote", "hilfe"):
            with CaptureQueriesContext(connection) as found:
                page(client, f"?zahlen={key}")
            numbers.append(len(found))
        return numbers

    make_offers(scene)

    def grow():
        ask(scene, now, HEIDENAU)
        UnmetDemand.objects.create(district=scene.district, month=now.date().replace(day=1), category="culture")
        make_offer(scene.district, terms={"category": ["culture"]})

    grow()
    queries()
    one = queries()
    grow()
    grow()
    queries()  # new figures are drawn anew: the first look asks for that
    assert queries() == one
    assert max(one) <= 26
