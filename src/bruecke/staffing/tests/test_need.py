"""Need, statistics, the course of a year and what-if: the arithmetic behind the pages about all posts."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bruecke.core.errors import Invalid, NotAllowed
from bruecke.core.figures import FigureQuestion, Scope
from bruecke.core.registries import ImportContext, Urgency
from bruecke.core.tests.factories import viewer_with
from bruecke.core.viewer import Role
from bruecke.places.models import Area, Succession
from bruecke.places.tests.factories import make_municipality
from bruecke.staffing import actions, hooks, queries
from bruecke.staffing.importers.figures import apply_figures, parse_census, parse_figures
from bruecke.staffing.models import Assignment, MunicipalityFigure, Responsibility
from bruecke.staffing.queries.figures import EMPLOYER, KIND, MONTH, scopes, volume_table
from bruecke.staffing.queries.statistics import DISTRICT, PLACE
from bruecke.staffing.queries.statistics import EMPLOYER as BY_EMPLOYER
from bruecke.staffing.queries.statistics import KIND as BY_KIND
from bruecke.staffing.queries.whatif import NOBODY, Draft, play_of
from bruecke.staffing.rules.shares import per_fte, split_by_size, spread
from bruecke.staffing.tests.conftest import DOHNA, FREITAL, HEIDENAU
from bruecke.staffing.tests.factories import make_holder, make_person, make_post, make_responsibility

TODAY = date(2026, 11, 24)
KEY_DATE = date(2025, 12, 31)
NINE = ("1", "1", "1", "0.75", "0.75", "0.75", "0.75", "0.75", "0.75")
"""Seed: nine persons, 7.5 VzÄ in Sächsische Schweiz-Osterzgebirge."""


@pytest.fixture
def office(scene):
    return viewer_with(scene.district, Role.DISTRICT_OFFICE)


def count(scene, office, values, kind="foreign_residents", as_of=KEY_DATE, source="Zählung"):
    return actions.enter_figures(
        district=scene.district, kind=kind, as_of=as_of, values=values, source=source, viewer=office, now=scene.now
    )


@given(st.decimals(Decimal("0.01"), Decimal(1), places=2), st.lists(st.integers(0, 50_000), min_size=1, max_size=12))
def test_parts_of_a_post_always_sum_up(amount, sizes):
    assert sum(split_by_size(amount, sizes)) == amount


def test_rates_and_spread():
    assert per_fte(30_189, Decimal("0.75")) == 40_252
    assert per_fte(100, Decimal(0)) is None
    assert spread([40_252, None, 18_356]) == Decimal("2.19")
    assert spread([5]) is None


def test_need_of_a_day_with_the_latest_counts_and_what_is_missing(scene, office):
    post = make_post(scene.district, number=2, fte=Decimal("0.5"))
    make_responsibility(post, HEIDENAU)
    make_responsibility(post, DOHNA)
    count(scene, office, {HEIDENAU: 800, DOHNA: 100}, as_of=date(2024, 12, 31))
    count(scene, office, {HEIDENAU: 900, FREITAL: 1850})
    need = queries.need_of(office, scene.district, TODAY)
    group, gap = need.groups
    assert (group.sum.residents, group.sum.foreign, group.sum.foreign_per_fte, group.sum.missing_foreign) == (22_970, 1000, 2000, 0)
    assert (gap.post, gap.sum.foreign, need.total.foreign) == (None, 1850, 2850)
    assert (need.total.places, need.total.missing_places) == (None, 3)
    assert [as_of for _kind, _source, as_of in need.sources] == [date(2024, 12, 31), KEY_DATE]
    assert queries.need_of(office, scene.district, date(2025, 6, 1)).total.foreign == 900
    assert queries.need_of(viewer_with(scene.district, Role.EDITOR), scene.district, TODAY).total.foreign is None


def test_a_merged_municipality_has_the_sum_of_those_before(scene, office):
    merged = make_municipality("14628500", "Neustadt am Berg", codes=("01800",), population=10_000)
    Area.objects.filter(pk=merged.pk).update(valid_from=date(2026, 1, 1))
    Area.objects.filter(pk__in=[DOHNA, HEIDENAU]).update(valid_until=date(2026, 1, 1))
    for before in (DOHNA, HEIDENAU):
        Succession.objects.create(predecessor_id=before, successor=merged, happened_on=date(2026, 1, 1))
    count(scene, office, {DOHNA: 100, HEIDENAU: 800})
    need = queries.need_of(office, scene.district, TODAY)
    assert {row.area.name: row.foreign and row.foreign.value for row in need.groups[0].rows} == {
        "Freital": None,
        "Neustadt am Berg": 900,
    }


def test_counts_need_a_source_a_day_and_a_municipality_of_the_district(scene, office):
    assert count(scene, office, {FREITAL: 5}) == 1
    assert count(scene, office, {FREITAL: 5}) == 0
    assert count(scene, office, {FREITAL: None}) == 1
    assert MunicipalityFigure.objects.count() == 0
    for wrong, field in (({"source": " "}, "source"), ({"as_of": date(2027, 1, 1)}, "as_of")):
        with pytest.raises(Invalid) as error:
            count(scene, office, {FREITAL: 5}, **wrong)
        assert list(error.value.errors) == [field]
    with pytest.raises(Invalid) as error:
        count(scene, office, {"14612000": 5})
    assert list(error.value.errors) == ["14612000"]
    with pytest.raises(NotAllowed):
        count(scene, viewer_with(scene.district, Role.COORDINATOR), {FREITAL: 5})


def test_the_published_census_table_is_taken_over_as_counts(scene, office):
    looking = ImportContext(scene.district, office, scene.now)
    rows = [
        parse_census(row, looking)
        for row in (
            {"ags": FREITAL, "name": "Freital, Stadt", "population": "38918", "share_foreign_pct": "4.8"},
            {"ags": DOHNA, "name": "Dohna, Stadt", "population": "6303", "share_foreign_pct": ""},
            {"ags": "14612000", "name": "Dresden, Stadt", "population": "557782", "share_foreign_pct": "9.5"},
            {"ags": HEIDENAU, "name": "Heidenau, Stadt", "population": "16.667", "share_foreign_pct": "120"},
            {"ags": HEIDENAU, "name": "Heidenau, Stadt", "population": "16.667", "share_foreign_pct": "NaN"},
        )
    ]
    assert [(row.decision, bool(row.problems)) for row in rows] == [
        ("create", False),
        ("skip", False),
        ("skip", False),
        ("create", True),
        ("create", True),
    ]
    apply_figures([rows[0].values], district=scene.district, viewer=office, now=scene.now)
    made = MunicipalityFigure.objects.get()
    assert (made.municipality_id, made.value, made.as_of) == (FREITAL, 1868, date(2022, 5, 15))
    assert "Zensus 2022" in made.source


def test_a_table_of_ones_own(scene, office):
    looking = ImportContext(scene.district, office, scene.now)
    cells = {"ags": FREITAL, "foreign_residents": "2.131", "accommodation_places": "120", "as_of": "31.12.2025", "source": "AZR"}
    row = parse_figures(cells, looking)
    assert (row.problems, row.values["counts"]) == ((), {"foreign_residents": 2131, "accommodation_places": 120})
    wrong = parse_figures({**cells, "foreign_residents": "viele", "as_of": "bald", "source": ""}, looking)
    assert [problem.field for problem in wrong.problems] == ["foreign_residents", "as_of", "source"]
    assert parse_figures({**cells, "ags": "Freital"}, looking).problems[0].field == "ags"


def nine_posts(scene):
    posts = [make_post(scene.district, number=number, fte=Decimal(fte)) for number, fte in enumerate(NINE, start=1)]
    for post in posts:
        make_holder(post, engagement="new" if post.number < 6 else "taken_over")
    return posts


def test_nine_persons_are_seven_and_a_half_volumes(scene, office):
    posts = nine_posts(scene)
    make_responsibility(posts[0], FREITAL)
    total = queries.statistics_of(office, scene.district, TODAY).total
    assert (total.heads, total.planned, total.filled, total.vacant) == (9, Decimal("7.5"), Decimal("7.5"), 0)
    assert (total.newly_hired, total.taken_over) == (5, 4)


def test_statistics_count_a_person_once_and_share_volumes_among_places(scene, office):
    person = make_person(scene.controller)
    whole, half = make_post(scene.district, fte=Decimal(1)), make_post(scene.district, fte=Decimal("0.5"), kind="leading")
    vacant = make_post(scene.district, fte=Decimal("0.75"))
    make_holder(whole, person, fte=Decimal("0.8"), engagement="new")
    make_holder(half, person)
    for ags in (FREITAL, HEIDENAU, DOHNA):
        make_responsibility(whole, ags)
    total = queries.statistics_of(office, scene.district, TODAY).total
    assert (total.heads, total.posts, total.planned, total.filled) == (1, 3, Decimal("2.25"), Decimal("1.30"))
    assert total.vacant == Decimal("0.95")
    places = queries.statistics_of(office, scene.district, TODAY, PLACE)
    assert sum(group.filled for group in places.groups) == total.filled
    assert {group.label: group.heads for group in places.groups} == {"Dohna": 1, "Freital": 1, "Heidenau": 1, "ohne Gemeinde": 1}
    kinds = {group.label: group.planned for group in queries.statistics_of(office, scene.district, TODAY, BY_KIND).groups}
    assert kinds == {
        "Kommunale Integrationskoordination (Nr. 1a)": Decimal("1.75"),
        "Koordinationskraft Integration (Nr. 1b)": Decimal("0.5"),
    }
    assert len(queries.statistics_of(office, scene.district, TODAY, BY_EMPLOYER).groups) == 3
    [district] = queries.statistics_of(office, scene.district, TODAY, DISTRICT).groups
    assert (district.label, district.heads) == ("Landkreis Muster", 1)
    assert vacant in {line.post for line in total.lines}
    assert queries.statistics_of(office, scene.district, date(2025, 1, 1)).total.lines == ()


def test_the_share_of_a_post_changes_on_a_day_and_the_past_stays(scene, office):
    post = make_post(scene.district, fte=Decimal("0.5"))
    make_holder(post)
    wish = {"fte": Decimal("0.75")}
    given = {"post": post, "values": wish, "version": None, "viewer": office, "now": scene.now}
    for wrong in (date(2025, 1, 1), post.valid_from):
        with pytest.raises(Invalid) as error:
            actions.edit_post(fte_from=wrong, **given)
        assert list(error.value.errors) == ["fte_from"]
    changed = actions.edit_post(fte_from=date(2026, 7, 1), **given)
    assert (changed.fte_on(date(2026, 6, 30)), changed.fte_on(date(2026, 7, 1))) == (Decimal("0.5"), Decimal("0.75"))
    [row] = queries.course_of(office, 2026).rows
    assert [cell.planned for cell in row.cells[5:7]] == [Decimal("0.50"), Decimal("0.75")]
    assert queries.plan_of(office, scene.district, date(2026, 6, 30)).fte_planned == Decimal("0.5")
    actions.edit_post(**{**given, "values": {"fte": Decimal(1)}})
    assert queries.plan_of(office, scene.district, TODAY).fte_planned == 1


def test_the_course_of_a_year_is_the_average_of_its_days(scene, office):
    post = make_post(scene.district, fte=Decimal(1), valid_until=date(2026, 12, 1))
    make_holder(post, until=date(2026, 4, 16))
    make_holder(post, since=date(2026, 6, 1), fte=Decimal("0.5"))
    course = queries.course_of(office, 2026)
    [row] = course.rows
    assert [cell.filled for cell in row.cells[2:6]] == [1, Decimal("0.50"), 0, Decimal("0.50")]
    assert [cell.look for cell in row.cells] == ["filled"] * 3 + ["partly", "vacant"] + ["partly"] * 6 + ["none"]
    assert course.sums[4].vacant == 1
    assert course.whole.planned == Decimal("0.92")
    assert queries.course_of(office, 2025).sums[0].planned == 0
    assert queries.course_of(viewer_with(scene.district, Role.EDITOR), 2026).rows == ()


def test_figures_of_volumes_by_month_and_employer(scene, office):
    post = make_post(scene.district, fte=Decimal("0.75"))
    make_holder(post, since=date(2026, 3, 1))
    question = FigureQuestion(date(2026, 1, 1), date(2026, 4, 1), Scope.ALL, MONTH)
    table = volume_table(office, question, scene.now)
    assert [head.label for head in table.rows] == ["01/2026", "02/2026", "03/2026"]
    assert table.cells == ((0.75, 0.0, 0.75), (0.75, 0.0, 0.75), (0.75, 0.75, 0.0))
    across = FigureQuestion(date(2026, 1, 1), date(2026, 4, 1), Scope.ALL, EMPLOYER, MONTH)
    assert volume_table(office, across, scene.now).cells == ((0.0, 0.0, 0.75),)
    once = FigureQuestion(date(2026, 1, 1), date(2026, 4, 1), Scope.ALL, KIND, filters={EMPLOYER: post.employer.uid})
    assert volume_table(office, once, scene.now).cells == ((0.75, 0.75, 0.0),)
    assert scopes(office) == (Scope.ALL,)
    assert scopes(viewer_with(scene.district, Role.EDITOR)) == ()


def test_caps_are_dated_and_only_warn(scene, office):
    for number in range(1, 12):
        make_post(scene.district, number=number)
    [beyond] = queries.cap_on(scene.district, TODAY).exceeded
    assert (beyond.kind, beyond.count, beyond.limit) == ("coordinator", 11, 10)
    assert queries.cap_on(scene.district, date(2025, 1, 1)).exceeded == ()


def test_posts_that_end_are_todos_of_the_office(scene, office):
    soon = make_post(scene.district, number=1, area_name="Bald", valid_until=date(2026, 12, 24))
    make_post(scene.district, number=2, area_name="Später", valid_until=date(2027, 2, 1))
    make_post(scene.district, number=3, valid_until=date(2027, 6, 1))
    found = list(hooks.posts.collect_ending(office, scene.now))
    assert [(todo.urgency, todo.title) for todo in found] == [
        (Urgency.TODAY, "Stelle 1 · Bald endet am 23.12.2026"),
        (Urgency.WEEK, "1 Stelle endet in 90 Tagen"),
    ]
    assert found[0].route_kwargs == {"uid": soon.uid}
    assert list(hooks.posts.collect_ending(viewer_with(scene.district, Role.COORDINATOR), scene.now)) == []


def test_a_game_moves_places_and_volumes_and_keeps_nothing(scene, office):
    one, two = make_post(scene.district, number=1, fte=Decimal(1)), make_post(scene.district, number=2, fte=Decimal("0.5"))
    make_responsibility(one, FREITAL)
    make_responsibility(one, HEIDENAU)
    make_responsibility(two, DOHNA)
    draft = Draft({HEIDENAU: "2", DOHNA: "neu1", "14628999": "1"}, {"2": Decimal("0.75"), "1": Decimal(0)}, 1)
    play = play_of(office, scene.district, TODAY, draft)
    assert [(post.key, post.fte, post.places, post.sum.residents_per_fte) for post in play.posts] == [
        ("1", 0, 1, None),
        ("2", Decimal("0.75"), 1, 22_223),
        ("neu1", 1, 1, 6_303),
    ]
    assert (play.total.fte, play.unassigned, play.spread_residents) == (Decimal("1.75"), 1, Decimal("3.53"))
    assert play.moves() == {HEIDENAU: two}
    assert [place.row.area.pk for place in play.not_moved()] == [DOHNA]
    assert not play_of(office, scene.district, TODAY, Draft({HEIDENAU: "99"})).is_changed
    assert play_of(office, scene.district, TODAY, Draft({HEIDENAU: NOBODY})).unassigned == 1
    assert Responsibility.objects.filter(post=two).count() == 1


def test_a_plan_is_put_in_force_and_taken_back_as_one(scene, office):
    one, two = make_post(scene.district, number=1), make_post(scene.district, number=2)
    make_responsibility(one, FREITAL)
    make_responsibility(one, HEIDENAU)
    day = date(2027, 1, 1)
    given = {"district": scene.district, "valid_from": day, "viewer": office, "now": scene.now}
    made = actions.put_plan_in_force(plan={HEIDENAU: two, DOHNA: one}, **given)
    assert (made.post, made.post_label) == (None, "mehrere Stellen")
    now = queries.plan_of(office, scene.district, day)
    assert {group.post: {row.area.pk for row in group.rows} for group in now.groups} == {one: {FREITAL, DOHNA}, two: {HEIDENAU}}
    with pytest.raises(Invalid):
        actions.put_plan_in_force(plan={HEIDENAU: two}, **given)
    with pytest.raises(NotAllowed):
        actions.put_plan_in_force(plan={HEIDENAU: one}, **{**given, "viewer": viewer_with(scene.district, Role.COORDINATOR)})
    actions.undo_assignment(assignment=made, viewer=office, now=scene.now)
    assert list(Responsibility.objects.order_by("municipality_id").values_list("municipality_id", "post", "valid_until")) == [
        (FREITAL, one.pk, None),
        (HEIDENAU, one.pk, None),
    ]
    assert Assignment.objects.get().undone_at == scene.now
