"""Questions on the page of a quarter: the numbers of *Zahlen* for somebody who may open none of them, and for whom they are."""

from datetime import UTC, date, datetime

from bruecke.core.figures import FigureQuestion, Scope
from bruecke.core.place_sheets import Quarters, place_sheets
from bruecke.core.tests.factories import viewer_with
from bruecke.core.viewer import Role
from bruecke.enquiries.queries import figures
from bruecke.enquiries.tests.factories import DOHNA, FREITAL, HEIDENAU, PIRNA, ask

IN_SUMMER = datetime(2026, 8, 3, 9, tzinfo=UTC)
SUMMER = Quarters.of(date(2026, 7, 1))


def questions(scene, now) -> dict[str, tuple]:
    """First row of every municipality: questions in the quarter, before, and a year ago."""
    tables = place_sheets["enquiries"].collect(scene.district, SUMMER, now)
    return {ags: table.rows[0].cells for ags, table in tables.items()}


def test_counts_of_a_closed_quarter_and_those_before(scene, now):
    for ags, number in ((FREITAL, 6), (HEIDENAU, 7)):
        for _ in range(number):
            ask(scene, IN_SUMMER, ags)
    for _ in range(5):
        ask(scene, datetime(2026, 5, 5, 9, tzinfo=UTC), FREITAL)
    found = questions(scene, now)
    assert found[FREITAL] == (6, 5, 0)
    assert found[HEIDENAU] == (7, 0, 0)
    assert found[DOHNA] == (0, 0, 0), "that nothing came in is news, too"


def test_small_counts_are_hidden_as_on_the_page_of_figures(scene, now):
    for ags, number in ((FREITAL, 2), (HEIDENAU, 7), (PIRNA, 9)):
        for _ in range(number):
            ask(scene, IN_SUMMER, ags)
    found = questions(scene, now)
    assert found[FREITAL][0] is None
    mayor = viewer_with(scene.district, Role.MUNICIPALITY, municipalities=frozenset({FREITAL}))
    shown = figures.question_counts(mayor, FigureQuestion(SUMMER.first, SUMMER.until, Scope.REST, "ort"), now)
    published = dict(zip((head.key for head in shown.rows), shown.row_totals, strict=True))
    assert {ags: cells[0] for ags, cells in found.items() if ags in published} == published
    if shown.total is not None:
        hidden = [ags for ags, cells in found.items() if cells[0] is None]
        assert len(hidden) > 1, "one hidden cell beside a shown sum would be no secret"


def test_who_reads_questions_gets_no_counts_of_all(scene):
    section = place_sheets["enquiries"]
    assert section.is_for(viewer_with(scene.district, Role.MUNICIPALITY))
    assert section.is_for(viewer_with(scene.district, Role.ADMINISTRATOR))
    assert not section.is_for(viewer_with(scene.district, Role.COORDINATOR))
    assert not section.is_for(viewer_with(scene.district, Role.DISTRICT_OFFICE))
    assert not section.is_for(viewer_with(scene.district, Role.MUNICIPALITY, Role.COORDINATOR))
