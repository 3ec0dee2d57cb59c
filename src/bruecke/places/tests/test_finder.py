"""The finder over the shipped register of Saxony."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bruecke.core.folding import find_key
from bruecke.places.queries import find_places, place, places_of
from bruecke.places.queries.foreign_letters import in_latin_letters
from bruecke.places.queries.index import FinderIndex, core_name, name_key
from bruecke.places.states import FindingKind, Reason
from bruecke.places.tests.factories import end_area, load_saxony, make_kreis, make_municipality

LK_LEIPZIG, ZWICKAU, SOE, MEISSEN = "14729", "14524", "14628", "14627"


@pytest.fixture
def saxony(db, now):
    load_saxony(now)


def names(finding):
    return [match.area.name for match in finding.matches]


@pytest.mark.parametrize(
    ("text", "ags", "reason"),
    [
        ("Freital", "14628110", Reason.NAME),
        ("  freital ", "14628110", Reason.NAME),
        ("FREITAL, STADT", "14628110", Reason.NAME),
        ("Stadt Leipzig", "14713000", Reason.NAME),
        ("Leipzig, Stadt", "14713000", Reason.NAME),
        ("Landkreis Leipzig", "14729", Reason.NAME),
        ("LK Leipzig", "14729", Reason.NAME),
        ("Mittelsachsen", "14522", Reason.NAME),
        ("Weißenborn", "14522590", Reason.NAME),
        ("Sankt Egidien", "14524280", Reason.NAME),
        ("Dürrröhrsdorf-Dittersbach", "14628100", Reason.NAME),
        ("duerrroehrsdorf dittersbach", "14628100", Reason.NAME),
        ("durrrohrsdorf dittersbach", "14628100", Reason.NAME),
        ("Budyšin", "14625020", Reason.OTHER_NAME),
        ("budysin", "14625020", Reason.OTHER_NAME),
        ("Njeswačidło", "14625360", Reason.OTHER_NAME),
        ("Ostrau", "14522275", Reason.FORMER_NAME),
        ("Friedrichstadt", "14612000", Reason.LOCALITY),
        ("Dresden Friedrichstadt", "14612000", Reason.LOCALITY),
        ("Annaberg", "14521020", Reason.PART),
        ("Berggießhübel", "14628020", Reason.PART),
        ("01705", "14628110", Reason.POSTAL_CODE),
        ("D-01705", "14628110", Reason.POSTAL_CODE),
        ("01705 Freital", "14628110", Reason.NAME),
        ("Freital 01705", "14628110", Reason.NAME),
        ("٠١٧٠٥", "14628110", Reason.POSTAL_CODE),
        ("Bernsdorf Zwickau", "14524010", Reason.NAME),
        ("Bernsdorf, Landkreis Bautzen", "14625030", Reason.NAME),
    ],
)
def test_one_place_is_meant(saxony, text, ags, reason):
    finding = find_places(text)
    assert finding.kind is FindingKind.EXACT, finding
    assert (finding.place.ags, finding.matches[0].reason) == (ags, reason)


@pytest.mark.parametrize(
    ("text", "kreise"),
    [
        ("Bernsdorf", {"Landkreis Bautzen", "Landkreis Zwickau"}),
        ("Leipzig", {"Leipzig (kreisfreie Stadt)", "Landkreis Leipzig"}),
        ("Neustadt", {"Landkreis Sächsische Schweiz-Osterzgebirge", "Vogtlandkreis"}),
        ("Oelsnitz", {"Erzgebirgskreis", "Vogtlandkreis"}),
        ("Ölsnitz", {"Erzgebirgskreis", "Vogtlandkreis"}),
        ("Ebersbach", {"Landkreis Meißen", "Landkreis Mittelsachsen", "Landkreis Görlitz"}),
    ],
)
def test_twins_ask_which_is_meant(saxony, text, kreise):
    finding = find_places(text)
    assert finding.kind is FindingKind.CHOOSE
    assert {match.district_kreis for match in finding.matches} == kreise


def test_town_and_its_kreis_of_the_same_name_ask_only_outside_the_kreis(saxony):
    assert find_places("Meißen").total == 2
    assert find_places("Meißen", within=MEISSEN).place.ags == "14627140"


def test_shared_postal_code_asks(saxony):
    finding = find_places("01920", limit=20)
    assert (finding.kind, len(finding.matches), finding.total) == (FindingKind.CHOOSE, 9, 9)
    assert find_places("01920 Elstra").place.name == "Elstra"
    assert len(find_places("01920", limit=3).matches) == 3


def test_every_shared_postal_code_asks(saxony):
    from collections import Counter

    from bruecke.places.models import PostalCode

    pairs = PostalCode.objects.order_by("code").values_list("code", "municipality_id").distinct()
    used = Counter(code for code, _ags in pairs)
    shared = [code for code, count in used.items() if count > 1]
    assert len(shared) == 83
    assert {find_places(code).kind for code in shared} == {FindingKind.CHOOSE}
    assert {find_places(code).kind for code in used if used[code] == 1} == {FindingKind.EXACT}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Fretial", "Freital"),
        ("Freitl", "Freital"),
        ("Dippoldiswale", "Dippoldiswalde"),
        ("Berggishübel", "Bad Gottleuba-Berggießhübel"),
        ("Neustadt Sachsen", "Neustadt in Sachsen"),
        ("fre", "Freiberg"),
        ("dippo", "Dippoldiswalde"),
        ("ottleub", "Bad Gottleuba-Berggießhübel"),
        ("Freital Hainsberg", "Freital"),
        ("0170", "Freital"),
        ("01799", "Pirna"),
        ("01799 Pirna", "Pirna"),
        ("Freital 12", "Freital"),
        ("Фрайталь", "Freital"),
        ("Пірна", "Pirna"),
        ("فرايتال", "Freital"),
        ("دريسدن", "Dresden"),
    ],
)
def test_near_places_are_suggested(saxony, text, name):
    finding = find_places(text)
    assert finding.kind in {FindingKind.SUGGESTIONS, FindingKind.EXACT}
    assert name in names(finding)


@pytest.mark.parametrize("text", ["", "   ", "🙂", "...", "x", "xqzwvk", "99999", "\u202e\u202e", "\0", "%", "' OR 1=1"])
def test_nothing_is_found(saxony, text):
    finding = find_places(text)
    assert (finding.kind, finding.matches, finding.place) == (FindingKind.NOTHING, (), None)


def test_generic_words_lead_nowhere_by_themselves(saxony):
    assert find_places("Stadt").kind is FindingKind.SUGGESTIONS
    assert find_places("Bad").kind is FindingKind.SUGGESTIONS


def test_inside_wins_and_the_twin_is_told(saxony):
    finding = find_places("Bernsdorf", within=ZWICKAU)
    assert finding.place.ags == "14524010"
    assert [match.area.ags for match in finding.elsewhere] == ["14625030"]


def test_place_of_another_district(saxony):
    finding = find_places("Freital", within=LK_LEIPZIG)
    assert (finding.kind, finding.place, names(finding)) == (FindingKind.ELSEWHERE, None, ["Freital"])
    assert not finding.matches[0].is_inside
    assert find_places("01705", within=LK_LEIPZIG).kind is FindingKind.ELSEWHERE
    assert find_places("Leipzig", within=SOE).kind is FindingKind.ELSEWHERE


def test_leipzig_on_the_pages_of_the_landkreis_asks(saxony):
    finding = find_places("Leipzig", within=LK_LEIPZIG)
    assert finding.kind is FindingKind.CHOOSE
    assert [match.is_inside for match in finding.matches] == [True, False]


def test_postal_code_across_the_border_asks(db, now):
    make_kreis("14628")
    make_municipality("14628110", "Freital", codes=("01111",))
    make_municipality("14627010", "Coswig", codes=("01111",))
    finding = find_places("01111", within=SOE)
    assert finding.kind is FindingKind.CHOOSE
    assert names(finding) == ["Freital", "Coswig"]


def test_typo_prefers_places_inside(saxony):
    assert find_places("Grima", within=LK_LEIPZIG).matches[0].area.name == "Grimma"


def test_warm_search_needs_one_query(saxony, django_assert_num_queries):
    find_places("Freital")
    for text in ("Freital", "01705", "Fretial", "Bernsdorf"):
        with django_assert_num_queries(1):
            find_places(text, within=SOE)


def test_index_follows_the_register(db, now):
    assert find_places("Freital").kind is FindingKind.NOTHING
    area = make_municipality()
    assert find_places("Freital").place.slug == "freital"
    end_area(area, now.date())
    assert find_places("Freital").kind is FindingKind.NOTHING


def test_places_from_the_index(saxony):
    assert place("14628110").postal_codes == ("01705",)
    assert place("00000000") is None
    assert len(places_of(SOE)) == 36
    assert places_of("99999") == []


def test_core_names():
    assert core_name("Neustadt in Sachsen") == "Neustadt"
    assert core_name("Königstein/Sächs. Schw.") == "Königstein"
    assert core_name("Bad Gottleuba-Berggießhübel") == "Bad Gottleuba-Berggießhübel"
    assert core_name("Halle (Saale)") == "Halle"


@given(st.text(max_size=60))
def test_keys_are_stable(text):
    assert name_key(name_key(text)) == name_key(text)
    assert in_latin_letters(find_key(text)) is not None


@pytest.mark.django_db
class TestNeverRaises:
    hostile = st.one_of(
        st.text(),
        st.text(alphabet="0123456789 -D"),
        st.text(alphabet="st stadtlandkreis bernsdorf"),
        st.sampled_from(["a" * 100_000, "\u202e" * 9000, "st " * 400, "\ud800", "́" * 500, "²³¹ 01705", "٠" * 40]),
    )

    @given(hostile, st.sampled_from([None, SOE, "99999", ""]))
    def test_whatever_is_typed(self, text, within):
        make_municipality() if not find_places("Freital").matches else None
        finding = find_places(text, within=within, limit=5)
        assert len(finding.matches) <= 5
        assert len(finding.text) <= 80
        assert (finding.kind is FindingKind.EXACT) == (finding.place is not None)
        assert (finding.kind is FindingKind.NOTHING) == (finding.matches == ())


def test_empty_index_answers():
    assert list(FinderIndex("").keys_with_word_start("a")) == []
