"""The drawn map: complete, small, safe, without inline style."""

import gzip
import re
from xml.etree import ElementTree as ET

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from bruecke.places.queries import Fill, draw_district_map, find_places, places_of, source_notes
from bruecke.places.queries.geometry import decode, encode
from bruecke.places.queries.map_sheet import best_spot, map_sheet
from bruecke.places.tests.factories import load_saxony

SOE = "14628"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def saxony(db, now):
    load_saxony(now)


def draw(kreis=SOE, **kwargs):
    fills = {place.ags: Fill(number % 9 + 1, number % 9 + 1, "Bereich") for number, place in enumerate(places_of(kreis))}
    given = {"fills": fills, "links": lambda place: f"/de/ort/{place.slug}/", "title": "Wer hilft wo?"} | kwargs
    return draw_district_map(kreis, **given)


def test_every_municipality_is_a_named_link(saxony):
    root = ET.fromstring(draw(selected="14628110"))
    links = root.findall(f".//{SVG}a")
    assert {link.get("href") for link in links} == {f"/de/ort/{place.slug}/" for place in places_of(SOE)}
    assert {link.get("aria-label") for link in links} == {f"{place.name} – Bereich" for place in places_of(SOE)}
    assert {link.get("tabindex") for link in links} == {"-1"}
    assert root.get("role") == "group"
    assert root.get("aria-labelledby") == root.find(f"{SVG}title").get("id")
    numbers = [text.text for text in root.iter(f"{SVG}text") if "map__number" in text.get("class")]
    assert sorted(numbers) == [str(number) for number in range(1, 10)]


def test_without_links_it_is_an_image(saxony):
    root = ET.fromstring(draw(links=None, description="Die Liste sagt dasselbe.", lang="ar"))
    assert root.get("role") == "img"
    assert root.find(f".//{SVG}a") is None
    assert root.find(f"{SVG}desc").text == "Die Liste sagt dasselbe."
    assert root.find(f"{SVG}g").get("lang") == "de"


def test_selected_place_is_marked_and_its_number_light(saxony):
    fills = {place.ags: Fill(2, 2) for place in places_of(SOE)} | {"14628110": Fill(1, 1)}
    svg = draw(fills=fills, selected="14628110")
    assert svg.count("map__area--selected") == 1
    assert svg.count("map__number--selected") == 1
    assert 'class="map__selected"' in svg


def test_areas_without_fill_are_marked(saxony):
    assert draw(fills={}).count("map__area--none") == 36


@pytest.mark.parametrize("kreis", ["14511", "14521", "14522", "14523", "14524", "14625", "14626", "14627", SOE, "14729", "14730"])
def test_every_district_is_small_and_without_inline_style(saxony, kreis):
    svg = draw(kreis)
    assert len(svg.encode()) < 60_000
    assert len(gzip.compress(svg.encode())) < 20_000
    assert "style" not in svg
    assert not re.search(r"\bon\w+=", svg)
    assert ET.fromstring(svg).get("viewBox").startswith("0 0 1280")


def test_words_are_escaped(saxony):
    fills = {"14628110": Fill(1, 1, "<script>alert(1)</script>")}
    svg = draw(fills=fills, title='"><b>', links=lambda _place: '/?a="b&c')
    assert "<script>" not in svg
    assert "<b>" not in svg
    ET.fromstring(svg)


def test_enclave_has_its_own_hole(saxony, now):
    """Municipalities that surround another one, or another's exclave, leave it open."""
    sheet = map_sheet(_token(), "14521")
    assert any(path.count("M") > 1 for path in sheet.outlines.values())


def test_common_lines_are_drawn_once(saxony):
    sheet = map_sheet(_token(), SOE)
    assert all(one < other or other == "" for one, other in sheet.borders)
    assert ("14628110", "14628270") not in sheet.borders  # Freital and Pirna do not touch


def test_numbers_stand_inside_their_group(saxony):
    import shapely

    sheet = map_sheet(_token(), SOE)
    for ags, shape in sheet.shapes.items():
        spot = best_spot(_token(), SOE, frozenset([ags]))
        assert shape.contains(shapely.Point(spot.x, spot.y))


def test_names_meet_neither_each_other_nor_numbers(saxony):
    svg = draw()
    spots = [(float(x), float(y)) for x, y in re.findall(r'<text class="map__n\w+" x="(\d+)" y="(\d+)">', svg)]
    close = [(one, two) for one in spots for two in spots if one < two and abs(one[0] - two[0]) < 20 and abs(one[1] - two[1]) < 20]
    assert len(spots) > 12
    assert close == []
    assert "map__name" not in draw(names=False)


def test_unknown_kreis_has_no_map(saxony):
    assert draw_district_map("99999", fills={}, title="x") == ""


def test_warm_map_needs_one_query(saxony, django_assert_num_queries):
    draw()
    with django_assert_num_queries(2):  # once for the index in this test, once for the map
        draw()


def test_fragments(saxony):
    finding = find_places("Bernsdorf")
    choices = [(match, f"/ort/{match.area.slug}/") for match in [*finding.matches, *find_places("Landkreis Leipzig").matches]]
    choices += [(match, "/jahnatal/") for match in find_places("Ostrau").matches]
    source = "{% load places %}{% place_chooser choices %}{% map_figure svg 'Jede Farbe' %}"
    html = Template(source).render(Context({"choices": choices, "svg": draw()}))
    for text in (
        "Landkreis Zwickau",
        "Landkreis Bautzen",
        "/ort/bernsdorf-bautzen/",
        "Der ganze Landkreis",
        "Früher eigener Ort:",
        "Ostrau",
    ):
        assert text in html
    assert "⚠" not in html
    assert source_notes("boundaries")[0].credit in html


def test_source_notes_name_all_sources():
    assert [source.key for source in source_notes()] == ["register", "osm", "geonames", "boundaries"]


def _token():
    from bruecke.places.queries.index import finder_index

    return finder_index().token


points = st.tuples(st.integers(50_000, 160_000), st.integers(470_000, 560_000))
rings = st.lists(points, min_size=3, max_size=12)


@given(st.lists(st.lists(rings, min_size=1, max_size=3), max_size=3))
def test_geometry_survives_packing(polygons):
    assert decode(encode(polygons)) == polygons
