"""Imports: the shipped register, second runs, endings, and files that cannot be used."""

import csv
import gzip
import io
import json
from datetime import date, timedelta

import pytest

from bruecke.core.errors import Stale
from bruecke.places import actions
from bruecke.places.importers import import_places, import_shipped_places, run
from bruecke.places.importers.run import SHIPPED
from bruecke.places.models import Area, Boundary, ImportRun, PostalCode, RegisterState, StagedArea, Succession
from bruecke.places.queries import area_by_slug, current_areas, kreis_of, kreise, municipalities_of, postal_codes_of
from bruecke.places.states import AreaKind

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)
HEADER = "ags,ars,name,district_ags,district_name,population_2023,seat_plz,lon,lat"
FREITAL = '14628110,146280110110,"Freital, Stadt",14628,Landkreis Sächsische Schweiz-Osterzgebirge,39000,01705,13.65,51.0'
PIRNA = '14628270,146280270270,"Pirna, Stadt",14628,Landkreis Sächsische Schweiz-Osterzgebirge,39500,01796,13.94,50.96'


def register(tmp_path, *rows, header=HEADER, encoding="utf-8", name="register.csv"):
    path = tmp_path / name
    path.write_bytes("\n".join([header, *rows, ""]).encode(encoding))
    return path


def geojson(tmp_path, *shapes, name="grenzen.geojson", **head):
    """`shapes` are (ags, geometry)."""
    features = [{"type": "Feature", "properties": {"ags": ags}, "geometry": geometry} for ags, geometry in shapes]
    path = tmp_path / name
    path.write_text(json.dumps({"type": "FeatureCollection", **head, "features": features}))
    return path


def square(x, y, size=0.1):
    ring = [[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]
    return {"type": "Polygon", "coordinates": [ring]}


def contents():
    """All that an import could change."""
    tables = [Area, PostalCode, Boundary, Succession]
    return [sorted(model.objects.order_by("pk").values_list(), key=str) for model in tables]


def refused(report, *words):
    assert not report.ok
    text = str(report)
    assert all(word in text for word in words), text
    assert "Nichts wurde geändert" in text
    return True


# --- the shipped register ---


def test_shipped_register_is_complete(now):
    report = import_shipped_places(now)
    assert report.ok, str(report)
    assert report.seconds < 10
    count = {kind: Area.objects.filter(kind=kind, valid_until=None).count() for kind in AreaKind}
    assert (count[AreaKind.LAND], count[AreaKind.KREIS], count[AreaKind.GEMEINDE]) == (1, 13, 418)
    assert PostalCode.objects.values("code").distinct().count() == 384
    assert Boundary.objects.count() == 418 + 13
    leipzig = kreis_of("14713000")
    assert leipzig.is_kreisfrei
    assert kreise(TODAY).count() == 13
    assert municipalities_of("14628", TODAY).count() == 36
    assert list(postal_codes_of("14628110")) == ["01705"]
    assert StagedArea.objects.count() == 0
    pirna = area_by_slug("pirna")
    assert (pirna.population_on, pirna.kreis.slug) == (
        date(2023, 12, 31),
        "landkreis-saechsische-schweiz-osterzgebirge",
    )


def test_second_run_changes_nothing(now):
    import_shipped_places(now)
    before, token = contents(), RegisterState.objects.get().token
    report = import_shipped_places(now)
    assert (report.changes, report.ok) == (0, True)
    assert contents() == before
    assert RegisterState.objects.get().token == token


def test_dry_run_reports_and_stores_nothing(now):
    report = import_places(register=SHIPPED / "municipalities.csv", now=now, dry_run=True)
    assert report.areas.new == 502
    assert "Probelauf" in str(report)
    assert not Area.objects.exists()
    assert not ImportRun.objects.exists()


def test_twins_get_the_kreis_into_their_address_and_keep_it(now):
    import_shipped_places(now)
    slugs = set(Area.objects.filter(name="Bernsdorf", kind=AreaKind.GEMEINDE).values_list("slug", flat=True))
    assert slugs == {"bernsdorf-zwickau", "bernsdorf-bautzen"}
    assert area_by_slug("leipzig").ags == "14713000"
    assert area_by_slug("landkreis-leipzig").ags == "14729"


def test_dissolved_municipality_stays_and_leads_to_its_successor(now):
    import_shipped_places(now)
    ostrau = Area.objects.get(pk="14522450")
    assert ostrau.valid_until == date(2023, 1, 1)
    assert [item.name for item in current_areas(ostrau, TODAY)] == ["Jahnatal"]
    assert current_areas(ostrau, date(2022, 6, 1)) == [ostrau]
    assert not municipalities_of("14522", TODAY).filter(pk="14522450").exists()


def test_verband_stands_between_kreis_and_municipality(now):
    import_shipped_places(now)
    verband = Area.objects.get(kind=AreaKind.VERBAND, name="Am Klosterwasser")
    assert (verband.parent_id, verband.designation, verband.children.count()) == ("14625", "Verwaltungsverband", 5)
    assert Area.objects.get(pk="14628110").parent_id == "14628"


def test_neighbours_share_their_line_and_leave_no_gap(now):
    import shapely

    from bruecke.places.queries.geometry import decode

    import_shipped_places(now)
    rows = Boundary.objects.filter(area__kind=AreaKind.GEMEINDE).order_by("pk").values_list("geometry", flat=True)
    shapes = [shapely.MultiPolygon([shapely.Polygon(part[0], part[1:]) for part in decode(packed)]) for packed in rows]
    union = shapely.union_all(shapes)
    assert abs(union.area - sum(shape.area for shape in shapes)) < union.area * 1e-4
    assert shapely.get_num_interior_rings(union) == 0
    assert sum(len(part.interiors) for shape in shapes for part in shape.geoms) >= 3  # enclaves are kept


# --- changes of the register ---


def test_missing_municipality_ends_on_the_day_of_the_register(tmp_path, now):
    many = [FREITAL, PIRNA, *(f"14628{n:03},146280{n:03}{n:03},Ort {n},14628,Landkreis X,,,," for n in range(300, 306))]
    import_places(register=register(tmp_path, *many), now=now)
    report = import_places(register=register(tmp_path, *many[1:]), now=now, as_of=date(2026, 10, 1))
    assert (report.areas.ended, report.areas.unchanged) == (1, 9)
    assert Area.objects.get(pk="14628110").valid_until == date(2026, 10, 1)
    back = import_places(register=register(tmp_path, *many), now=now)
    assert back.areas.changed == 1
    assert Area.objects.get(pk="14628110").is_current


def test_incomplete_file_is_refused_unless_accepted(tmp_path, now):
    import_places(register=register(tmp_path, FREITAL, PIRNA), now=now)
    before = contents()
    assert refused(import_places(register=register(tmp_path, PIRNA), now=now), "1 von 2 Gemeinden", "Sachsen")
    assert contents() == before
    assert import_places(register=register(tmp_path, PIRNA), now=now, accept_endings=True).areas.ended == 1


def test_changed_name_keeps_the_address(tmp_path, now):
    import_places(register=register(tmp_path, FREITAL), now=now)
    renamed = FREITAL.replace("Freital, Stadt", "Freital an der Weißeritz, Stadt")
    assert import_places(register=register(tmp_path, renamed), now=now).areas.changed == 1
    assert Area.objects.get(pk="14628110").slug == "freital"


def test_new_municipality_of_a_known_land_has_a_beginning(tmp_path, now):
    import_places(register=register(tmp_path, FREITAL), now=now)
    import_places(register=register(tmp_path, FREITAL, PIRNA), now=now, as_of=date(2026, 1, 1))
    assert Area.objects.get(pk="14628110").valid_from is None
    assert Area.objects.get(pk="14628270").valid_from == date(2026, 1, 1)


def test_second_language_is_split_from_the_name(tmp_path, now):
    row = '14625240,146250240240,"Weißwasser/O.L., Stadt / Běła Woda",14625,Landkreis Bautzen,,,,'
    import_places(register=register(tmp_path, row), now=now)
    area = Area.objects.get(pk="14625240")
    assert (area.name, area.other_names) == ("Weißwasser/O.L.", [{"name": "Běła Woda", "lang": "hsb"}])


def test_unincorporated_areas_are_left_out_with_a_note(tmp_path, now):
    header = HEADER + ",type_code"
    path = register(tmp_path, FREITAL + ",63", "14628999,,Forst,14628,X,,,,,66", header=header)
    report = import_places(register=path, now=now)
    assert report.ok
    assert "1 gemeindefreie Gebiete" in str(report)


def test_semicolons_and_byte_order_mark_are_read(tmp_path, now):
    path = tmp_path / "excel.csv"
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(csv.reader([HEADER, FREITAL]))
    path.write_text(text.getvalue(), encoding="utf-8-sig")
    assert import_places(register=path, now=now).areas.new == 3


def test_postal_code_that_is_gone_is_removed(tmp_path, now):
    import_places(register=register(tmp_path, FREITAL), now=now)
    rows = [f"{code},14628110,Freital" for code in range(10001, 10009)]
    header = "plz,ags,place"
    import_places(postal_codes=register(tmp_path, *rows, header=header), now=now)
    report = import_places(postal_codes=register(tmp_path, *rows[1:], header=header), now=now)
    assert (report.postal_codes.ended, report.postal_codes.unchanged) == (1, 7)
    assert postal_codes_of("14628110").first() == "10002"
    assert refused(import_places(postal_codes=register(tmp_path, rows[5], header=header), now=now), "6 von 7")


def test_rows_of_another_source_are_left_alone(tmp_path, now):
    import_shipped_places(now)
    rows = [f"{row.code},{row.municipality_id},x" for row in PostalCode.objects.filter(source="osm").order_by("pk")]
    report = import_places(postal_codes=register(tmp_path, *rows, header="plz,ags,place"), now=now)
    assert report.changes == 0
    assert PostalCode.objects.filter(source="geonames").count() > 100


def test_coarse_outline_does_not_replace_a_fine_one(tmp_path, now):
    import_shipped_places(now)
    report = import_places(boundaries=[geojson(tmp_path, ("14628110", square(13.5, 51)))], now=now)
    assert (report.ok, report.changes) == (True, 0)


def test_overlapping_outlines_are_taken_as_they_are_with_a_note(tmp_path, now):
    import_places(register=register(tmp_path, FREITAL, PIRNA), now=now)
    path = geojson(tmp_path, ("14628110", square(13.5, 51)), ("14628270", square(13.55, 51)), attribution="© Test")
    report = import_places(boundaries=[path], now=now)
    assert report.boundaries.new == 3
    assert "lückenlos" in str(report)
    assert Boundary.objects.get(pk="14628110").credit == "© Test"


# --- files that cannot be used ---

GOOD = f"{HEADER}\n{FREITAL}\n"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", ["leer"]),
        (b" \n\n", ["leer"]),
        (GOOD.encode("cp1252"), ["Zeile 2", "UTF-8"]),
        (GOOD.encode("utf-16"), ["UTF-16"]),
        (GOOD.replace("Freital", "Frei\0tal").encode(), ["Zeile 2", "Nullzeichen"]),
        (GOOD.replace("ars,name", "name").encode(), ["fehlen Spalten: ars"]),
        (b"PK\x03\x04\xff\xfe\x00", ["UTF-8"]),
        (b"\x1f\x8b broken gzip", ["beschädigt"]),
        (GOOD.replace("14628110,", "4628110,", 1).encode(), ["Zeile 2, Spalte ags", "8 Ziffern"]),
        (GOOD.replace("14628110,", "99628110,", 1).encode(), ["Spalte ags", "99"]),
        (GOOD.replace(",14628,", ",14627,").encode(), ["Spalte district_ags"]),
        (GOOD.replace("146280110110", "146280110111").encode(), ["Spalte ars"]),
        (GOOD.replace('"Freital, Stadt"', "=cmd()").encode(), ["Spalte name", "Formel"]),
        (GOOD.replace('"Freital, Stadt"', "").encode(), ["Spalte name", "fehlt"]),
        (GOOD.replace('"Freital, Stadt"', '"Frei\ntal"').encode(), ["Steuerzeichen"]),
        (GOOD.replace('"Freital, Stadt"', '"Freital').encode(), ["Anführungszeichen"]),
        (GOOD.replace('"Freital, Stadt"', "F" * 200).encode(), ["Spalte name"]),
        (GOOD.replace('"Freital, Stadt"', "F" * 30_000).encode(), ["zu lang"]),
        (GOOD.replace(",39000,", ",viele,").encode(), ["Spalte population_2023"]),
        (GOOD.replace(",01705,", ",1705,").encode(), ["Spalte seat_plz"]),
        (GOOD.replace("13.65,51.0", "397000,5650000").encode(), ["WGS 84"]),
        (GOOD.replace("13.65,51.0", "13.65").encode(), ["8 statt 9 Felder"]),
        ((GOOD + FREITAL + "\n").encode(), ["Zeile 3", "schon in Zeile 2"]),
        ((HEADER + "\n").encode(), ["keine Gemeinde"]),
    ],
)
def test_unusable_register_is_refused_with_place_and_cure(tmp_path, now, content, words):
    path = tmp_path / "register.csv"
    path.write_bytes(content)
    assert refused(import_places(register=path, now=now), "register.csv", *words)
    assert contents() == [[], [], [], []]
    assert ImportRun.objects.get().state == "refused"


def test_one_bad_row_keeps_all_others_out(tmp_path, now):
    import_places(register=register(tmp_path, FREITAL), now=now)
    before = contents()
    changed = FREITAL.replace("39000", "1")
    report = import_places(register=register(tmp_path, changed, PIRNA.replace("39500", "x")), now=now)
    assert refused(report, "Zeile 3")
    assert contents() == before


def test_hundreds_of_bad_rows_are_counted_not_listed(tmp_path, now):
    report = import_places(register=register(tmp_path, *["x,,,,,,,,"] * 500), now=now)
    assert (len(report.errors), report.errors_left_out) == (100, 400)
    assert "400 weitere Fehler" in str(report)


def test_missing_file_and_too_large_file(tmp_path, now, monkeypatch):
    assert refused(import_places(register=tmp_path / "nein.csv", now=now), "gibt es nicht")
    monkeypatch.setattr("bruecke.places.importers.reading.LARGEST_FILE", 1024 * 1024)
    bomb = tmp_path / "bombe.csv.gz"
    bomb.write_bytes(gzip.compress(b"0" * 3 * 1024 * 1024))
    assert refused(import_places(register=bomb, now=now), "größer als 1 MB")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("1705,14628110,Freital", ["Spalte plz"]),
        ("01705,1462811,Freital", ["Spalte ags"]),
        ("01705,14628110,", ["Spalte place"]),
        ("01705,99999999,Anderswo", ["zuerst das Gemeindeverzeichnis"]),
    ],
)
def test_unusable_postal_codes(tmp_path, now, row, words):
    import_places(register=register(tmp_path, FREITAL), now=now)
    path = register(tmp_path, row, header="plz,ags,place", name="plz.csv")
    assert refused(import_places(postal_codes=path, now=now), "plz.csv", *words)


BOW = {"type": "Polygon", "coordinates": [[[13, 51], [13.1, 51.1], [13.1, 51], [13, 51.1], [13, 51]]]}


@pytest.mark.parametrize(
    ("geometry", "words"),
    [
        (BOW, ["schneidet sich selbst"]),
        (square(397000, 5650000), ["WGS 84"]),
        (square(51, 13), ["vertauscht"]),
        (square(2.3, 48.8), ["nicht in Deutschland"]),
        (None, ["Polygon"]),
        ({"type": "Point", "coordinates": [13, 51]}, ["Polygon"]),
        ({"type": "Polygon", "coordinates": [[[13, 51], [13, 52]]]}, ["weniger als vier"]),
        ({"type": "Polygon", "coordinates": [[]]}, ["leer"]),
        ({"type": "Polygon", "coordinates": [[["x", 51], [1]]]}, ["unvollständig"]),
        ({"type": "Polygon", "coordinates": 7}, ["unvollständig"]),
        ({"type": "MultiPolygon", "coordinates": [[[[13, 51], None]]]}, ["unvollständig"]),
    ],
)
def test_unusable_outline(tmp_path, now, geometry, words):
    import_places(register=register(tmp_path, FREITAL, PIRNA), now=now)
    path = geojson(tmp_path, ("14628270", square(13.9, 50.9)), ("14628110", geometry))
    assert refused(import_places(boundaries=[path], now=now), "grenzen.geojson", "Fläche 2", *words)
    assert not Boundary.objects.exists()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"type": "FeatureCollection", "features": [', ["kein gültiges JSON"]),
        ("[" * 100_000, ["kein gültiges JSON"]),
        ('{"type": "FeatureCollection", "features": [NaN]}', ["kein gültiges JSON"]),
        ("[]", ["FeatureCollection"]),
        ('{"type": "FeatureCollection", "features": []}', ["keine Fläche"]),
        ('{"type": "FeatureCollection", "features": [7]}', ["properties"]),
        ('{"type": "FeatureCollection", "features": [{"properties": {"ags": 14628110}}]}', ["Text mit 8 Ziffern"]),
        ('{"type": "FeatureCollection", "features": [{"properties": {"ags": "14999999"}}]}', ["zuerst das Gemeinde"]),
        ('{"type": "FeatureCollection", "crs": {"name": "EPSG::25833"}, "features": [{}]}', ["EPSG:4326"]),
    ],
)
def test_unusable_geojson(tmp_path, now, text, words):
    import_places(register=register(tmp_path, FREITAL), now=now)
    path = tmp_path / "grenzen.geojson"
    path.write_text(text)
    assert refused(import_places(boundaries=[path], now=now), *words)


def test_unusable_changes(tmp_path, now):
    import_places(register=register(tmp_path, FREITAL), now=now)
    header = "unit,from_ars,from_ags,from_name,kind_code,to_ags,legal_date"
    bad = register(tmp_path, "Gemeinde,,14628999,Alt,1,14628110,31.12.2020", header=header, name="a.csv")
    assert refused(import_places(changes=bad, now=now), "Zeile 2, Spalte legal_date")
    nameless = register(tmp_path, "Gemeinde,,14628999,,1,14628110,2020-12-31", header=header, name="b.csv")
    assert refused(import_places(changes=nameless, now=now), "Spalte from_ags")
    unknown = register(tmp_path, "Gemeinde,,14628999,Alt,1,14628111,2020-12-31", header=header, name="c.csv")
    assert "wurde ausgelassen" in str(import_places(changes=unknown, now=now))


# --- runs that meet or die ---


def test_activation_after_another_import_is_refused(tmp_path, now, monkeypatch):
    import_places(register=register(tmp_path, FREITAL), now=now)

    def too_late(**kwargs):
        actions.touch_register(now=now)
        actions.activate_import(**kwargs)

    monkeypatch.setattr(run, "activate_import", too_late)
    before = contents()
    assert refused(import_places(register=register(tmp_path, FREITAL, PIRNA), now=now), "anderen Import")
    assert contents() == before
    assert StagedArea.objects.count() == 0
    with pytest.raises(Stale):
        actions.activate_import(run=ImportRun.objects.first(), expected_token="old", now=now)


def test_rows_of_a_run_that_died_do_no_harm(tmp_path, now, monkeypatch):
    def die(**kwargs):
        raise KeyboardInterrupt

    path = register(tmp_path, FREITAL)
    with monkeypatch.context() as patched:
        patched.setattr(run, "activate_import", die)
        with pytest.raises(KeyboardInterrupt):
            import_places(register=path, now=now)
    assert StagedArea.objects.exists()
    assert not Area.objects.exists()
    import_places(register=register(tmp_path, PIRNA), now=now + timedelta(days=1))
    assert not StagedArea.objects.exists()
    assert not Area.objects.filter(name="Freital").exists()
