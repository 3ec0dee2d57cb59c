"""Searching in committed and uncommitted rows, on both databases: what is found, in which order, and what never is."""

from pathlib import Path

import pytest
from django.db import connection, transaction
from django_scopes.exceptions import ScopeError
from hypothesis import given
from hypothesis import strategies as st

from bruecke.core import erasure, jobs
from bruecke.core.models import SearchEntry
from bruecke.core.registries import Subject
from bruecke.core.scope import ScopeViolation, for_district
from bruecke.core.search import Document, Passage, Weight, drop_document, index_document, index_documents, lexicon, search
from bruecke.core.search.store import is_kept_in_step
from bruecke.core.tests.factories import NOW, make_district
from bruecke.core.viewer import Viewer

pytestmark = pytest.mark.django_db

CATALOGUE = {
    "sprachcafe": ("Sprachcafé am Markt", "Wir üben Deutsch bei Kaffee und Kuchen.", "Begegnung Deutsch lernen"),
    "integration": ("Integrationskurs mit Kinderbetreuung", "Kurs des BAMF, 700 Stunden.", "Deutschkurs"),
    "b2": ("Deutschkurse B2", "Kurse am Abend für den Beruf.", "Deutsch lernen"),
    "betreuung": ("Betreuung für Kinder am Nachmittag", "Während die Eltern lernen.", "Familie"),
    "schwanger": ("Schwangerschaftsberatung", "Rund um die Geburt, vertraulich.", "Gesundheit"),
    "rad": ("Offene Fahrradwerkstatt", "Räder selbst reparieren.", "Freizeit"),
    "familie": ("Familienzentrum Freital", "Treffpunkt für Mütter und Väter.", "Familie"),
    "hausaufgaben": ("Hausaufgabenhilfe", "Hilfe für Schüler der Klassen 1 bis 6.", "Schule"),
    "wohnen": ("Hilfe bei der Wohnungssuche", "Beratung zu Mietverträgen in Pirna.", "Wohnen"),
    "schulden": ("Schuldnerberatung", "Hilfe bei Schulden.", "Beratung"),
    "frauen": ("Frauentreff International", "Gemeinsam kochen und nähen.", "Begegnung"),
    "sport": ("Fußball für alle", "Training dienstags in Dippoldiswalde.", "Sport"),
    "arabisch": ("Mediathek", "Bücher in vielen Sprachen.", "Kultur"),
}
OTHERS = {
    "arabisch": (("ar", "دورة اللغة الألمانية للنساء"),),
    "integration": (("en", "Integration course with childcare"), ("uk", "Інтеграційний курс з доглядом за дітьми")),
    "wohnen": (("tr", "Konut arama desteği"), ("ru", "Помощь в поиске квартиры")),
}


def offer(uid: str, title: str, body: str = "", words: str = "", *, is_public: bool = True, others=()) -> Document:
    passages = [Passage(title, weight=Weight.TITLE), Passage(words, weight=Weight.WORDS), Passage(body)]
    return Document("offer", uid, is_public, (*passages, *(Passage(text, lang=lang) for lang, text in others)))


def filled(district) -> None:
    documents = [offer(uid, *texts, others=OTHERS.get(uid, ())) for uid, texts in CATALOGUE.items()]
    documents += [offer(f"filler{number}", f"Verschiedenes Nummer {number}", "Ohne besonderen Inhalt.") for number in range(30)]
    index_documents(documents, district=district)


@pytest.fixture
def district():
    district = make_district()
    with for_district(district):
        filled(district)
        yield district


def found(text: str, district, **how) -> list[str]:
    return [hit.uid for hit in search(text, kind="offer", district=district, **how).hits]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Sprachcafé", ["sprachcafe"]),
        ("sprachcafe", ["sprachcafe"]),
        ("Sprach-Café", ["sprachcafe"]),
        ("Café", ["sprachcafe"]),
        ("Integrationskurse", ["integration"]),
        ("Kinderbetreuung", ["integration", "betreuung"]),
        ("Betreuung Kinder", ["betreuung", "integration"]),
        ("Schwangerschaft", ["schwanger"]),
        ("Fahrrad", ["rad"]),
        ("Familienzentren", ["familie"]),
        ("Familien Zentrum", ["familie"]),
        ("Hausaufgaben", ["hausaufgaben"]),
        ("Hilfe Hausaufgaben", ["hausaufgaben"]),
        ("Wohnung suchen Pirna", ["wohnen"]),
        ("Mietvertrag", ["wohnen"]),
        ("Fussball", ["sport"]),
        ("Buecher", ["arabisch"]),
        ("Bucher", ["arabisch"]),
        ("childcare", ["integration"]),
        ("courses", ["integration"]),
        ("курси", ["integration"]),
        ("дітей догляд", ["integration"]),
        ("дітьми", ["integration"]),
        ("квартира", ["wohnen"]),
        ("konut", ["wohnen"]),
        ("دورات", ["arabisch"]),
        ("ألمانية", ["arabisch"]),
        ("نساء", ["arabisch"]),
        ("Ich suche bitte einen Deutschkurs mit Kinderbetreuung", ["integration"]),
        ("Dippold", ["sport"]),
        ("schwang", ["schwanger"]),
        ("B2", ["b2"]),
    ],
)
def test_what_is_meant_comes_first(district, text, first):
    result = search(text, kind="offer", district=district)
    assert [hit.uid for hit in result.hits][: len(first)] == first
    assert result.corrected == ""


@pytest.mark.parametrize("lang", ["de", "ar", "en", "uk", "xx", ""])
def test_any_language_may_be_asked_on_any_page(district, lang):
    assert found("دورة", district, lang=lang) == ["arabisch"]
    assert found("Fahrrad", district, lang=lang) == ["rad"]


def test_kurs_finds_all_courses(district):
    assert set(found("Kurs", district)) >= {"integration", "b2"}
    assert found("Kurs", district)[0] in {"integration", "b2"}


@pytest.mark.parametrize(
    ("typed", "meant", "uid"),
    [
        ("Sprachkafe", "Sprachcafé", "sprachcafe"),
        ("Farradwerkstatt", "Fahrradwerkstatt", "rad"),
        ("Schwangershaftsberatung", "Schwangerschaftsberatung", "schwanger"),
        ("Dippoldiswlade", "Dippoldiswalde", "sport"),
        ("Fusball Dippoldiswalde", "Fußball Dippoldiswalde", "sport"),
        ("курк", "курс", "integration"),
    ],
)
def test_typos_are_forgiven_and_told(district, typed, meant, uid):
    result = search(typed, kind="offer", district=district)
    assert result.hits[0].uid == uid
    assert result.corrected == meant


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Fahrradkauf", "rad"),
        ("Mathematikhausaufgaben", "hausaufgaben"),
        ("Frauenkochgruppe", "frauen"),
        ("Fußballgruppe", "sport"),
        ("Geburtsberatung", "schwanger"),
        ("Radreparatur", "rad"),
    ],
)
def test_a_compound_nobody_wrote_finds_what_it_is_about(district, text, first):
    result = search(text, kind="offer", district=district)
    assert result.hits[0].uid == first
    assert result.corrected == ""


def test_a_group_is_no_garden(district):
    """What holds only the part that says little is no hit; a compound of known words is not taken for a typo of another."""
    others = [offer(f"gruppe{number}", f"Gruppe {number}", "Frauengruppe") for number in range(8)]
    index_documents([offer("garten", "Interkultureller Garten"), *others], district=district)
    result = search("Gartengruppe", kind="offer", district=district)
    assert [hit.uid for hit in result.hits] == ["garten"]
    assert result.corrected == ""


def test_a_typo_inside_a_compound_nobody_wrote(district):
    index_document(offer("mieter", "Beratung für Mieter"), district=district)
    result = search("Mietterberatung", kind="offer", district=district)
    assert (result.hits[0].uid, result.corrected) == ("mieter", "Mieterberatung")


def test_two_typos_and_another_first_letter_are_another_word(district):
    index_document(offer("fahren", "Driving school"), district=district)
    assert found("grieving", district) == []
    assert found("drivign", district) == ["fahren"]


def test_what_is_found_is_never_corrected(district):
    index_document(offer("kurz", "Kurz"), district=district)
    index_document(offer("kurs", "Kurs"), district=district)
    result = search("Kurz", kind="offer", district=district)
    assert result.corrected == ""
    assert result.hits[0].uid == "kurz"


@pytest.mark.parametrize("nothing", ["Xylophonorchester", "qq", "", "  ", "…?!", "\0", "🙂", '"', "*", "'); --", "x" * 10_000])
def test_nothing_is_found(district, nothing):
    assert search(nothing, kind="offer", district=district).hits == ()


@pytest.mark.parametrize(
    "hostile",
    [
        'Kurs" OR "x',
        "Kurs NEAR(a b)",
        "Kurs:*",
        "tokens:Kurs",
        "Kurs\0",
        "'Kurs' | !x & y",
        "Kurs 🙂",
        "Kurs\\",
        "{Kurs} ^",
        "(Kurs",
    ],
)
def test_syntax_of_databases_means_nothing(district, hostile):
    assert "b2" in found(hostile, district)


def test_long_texts_are_cut_to_the_words_that_tell_most(district, django_assert_max_num_queries):
    unknown = " ".join(f"wortnummer{number}" for number in range(15))
    common = "Verschiedenes Hilfe Kurs Deutsch Beratung Familie lernen Begegnung Schule Sport Kultur Eltern"
    text = f"{common} {unknown} und wir brauchen eine Fahrradwerkstatt in Dippoldiswalde"
    with django_assert_max_num_queries(12):
        assert set(found(text, district)[:2]) == {"rad", "sport"}


@pytest.mark.parametrize(("text", "most"), [("Kurs", 5), ("Kinderbetreuung Deutschkurs Freital Fahrrad", 6), ("Sprachkafe", 9)])
def test_queries_are_few(district, django_assert_max_num_queries, text, most):
    search(text, kind="offer", district=district)
    with django_assert_max_num_queries(most):
        search(text, kind="offer", district=district)


def test_limit_and_scores(district):
    hits = search("Verschiedenes", kind="offer", district=district, limit=7).hits
    assert len(hits) == 7
    assert len({hit.uid for hit in hits}) == 7
    assert search("Verschiedenes", kind="offer", district=district, limit=0).hits == ()
    scores = [hit.score for hit in search("Deutsch Kurs Freital", kind="offer", district=district).hits]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)


# --- what must not be found ------------------------------------------------------------------------------------------------


def test_other_districts_are_out_of_reach(district):
    other = make_district("nachbar")
    with for_district(other):
        assert found("Sprachcafé", other) == []
        index_document(offer("fremd", "Sprachcafé und Zirkusschule"), district=other)
        assert found("Sprachcafé", other) == ["fremd"]
        assert found("Sprachcafé", district) == [], "the scope is the other district's"
        with pytest.raises(ScopeViolation):
            index_document(offer("falsch", "Falsch"), district=district)
        drop_document("offer", "sprachcafe", district=district)
    with for_district(district):
        assert found("Sprachcafé", district) == ["sprachcafe"]
        assert search("Zirkuschule", kind="offer", district=district).corrected == ""


def test_outside_a_scope_nothing_goes(district):
    from django_scopes import scope

    with scope(district=None), pytest.raises((ScopeError, ScopeViolation, ValueError)):
        index_document(offer("x", "X"), district=district)


def test_what_is_internal_is_for_the_desk(district):
    index_document(offer("geheim", "Geheimnis", is_public=False), district=district)
    assert found("Geheimnis", district) == []
    assert found("Geheimnis", district, only_public=False) == ["geheim"]
    assert search("Geheimniss", kind="offer", district=district).corrected == "", "its words are no help to the public"
    assert search("Geheimniss", kind="offer", district=district, only_public=False).corrected == "Geheimnis"
    index_document(offer("geheim", "Geheimnis"), district=district)
    assert found("Geheimnis", district) == ["geheim"]
    index_document(offer("geheim", "Geheimnis", is_public=False), district=district)
    assert found("Geheimnis", district) == []


def test_kinds_stay_apart(district):
    index_document(Document("page", "seite", True, (Passage("Sprachcafé"),)), district=district)
    assert [hit.uid for hit in search("Sprachcafé", kind="page", district=district).hits] == ["seite"]
    assert found("Sprachcafé", district) == ["sprachcafe"]


# --- keeping in step -------------------------------------------------------------------------------------------------------


def test_changed_and_dropped(district):
    index_document(offer("rad", "Nähwerkstatt"), district=district)
    assert found("Fahrrad", district) == []
    assert found("Nähen", district) == ["rad", "frauen"]
    assert "rad" in found("Werkstatt", district)
    drop_document("offer", "rad", district=district)
    assert found("Werkstatt", district) == []
    drop_document("offer", "rad", district=district)
    assert SearchEntry.objects.filter(about_uid="rad").count() == 0


def test_typos_follow_changes_at_once(district):
    assert search("Zirkuszellt", kind="offer", district=district).hits == ()
    index_document(offer("zirkus", "Zirkuszelt"), district=district)
    assert search("Zirkuszellt", kind="offer", district=district).corrected == "Zirkuszelt"
    drop_document("offer", "zirkus", district=district)
    assert search("Zirkuszellt", kind="offer", district=district).hits == ()
    assert "Zirkuszelt" not in lexicon.words_of(district).counts


def test_what_does_not_change_is_not_written(district, django_assert_num_queries):
    stamps = dict(SearchEntry.objects.values_list("about_uid", "stamp"))
    documents = [offer(uid, *texts, others=OTHERS.get(uid, ())) for uid, texts in CATALOGUE.items()]
    index_documents(documents, district=district)
    assert dict(SearchEntry.objects.values_list("about_uid", "stamp")) == stamps
    index_documents([], district=district)


def test_of_two_with_one_uid_the_later_holds(district):
    index_documents([offer("zwei", "Erstes"), offer("zwei", "Zweites Zeltlager")], district=district)
    assert found("Zeltlager", district) == ["zwei"]


def test_rolled_back_is_not_found(district):
    with transaction.atomic():
        index_document(offer("weg", "Zauberei"), district=district)
        drop_document("offer", "rad", district=district)
        assert found("Zauberei", district) == ["weg"]
        transaction.set_rollback(True)
    assert found("Zauberei", district) == []
    assert found("Fahrrad", district) == ["rad"]


def test_index_is_kept_in_step_by_the_database():
    assert is_kept_in_step()


@given(st.text(max_size=300), st.text(max_size=60))
def test_no_text_breaks_the_search(text, question):
    district = make_district()
    try:
        with for_district(district):
            index_document(offer("alles", text, text), district=district)
            for asked in (question, text):
                result = search(asked, kind="offer", district=district)
                assert {hit.uid for hit in result.hits} <= {"alles"}
    finally:
        with for_district(district):
            SearchEntry.objects.all().delete()
        district.delete()


# --- erasing ---------------------------------------------------------------------------------------------------------------

MARK = "Qxjzmarkenname"
STEM = "qxjzmarken"  # what every stem of it begins with


def bytes_of_database() -> bytes:
    name = connection.settings_dict["NAME"]
    return b"".join(path.read_bytes() for path in (Path(name), Path(f"{name}-wal")) if path.exists())


def in_postgresql() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COUNT(*) FROM core_searchentry WHERE vector::text LIKE %s OR words LIKE %s", [f"%{STEM}%", f"%{MARK}%"]
        )
        return cursor.fetchone()[0] > 0


def is_anywhere() -> bool:
    erasure.fold_in_journal()
    return STEM.encode() in bytes_of_database().lower() if connection.vendor == "sqlite" else in_postgresql()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", ["eraser", "dropped by the app", "changed, then the daily round"])
def test_erased_words_are_nowhere(way):
    district = make_district()
    with for_district(district):
        filled(district)
        index_document(offer("person", f"Kurs von {MARK}", f"Noch einmal {MARK}"), district=district)
        filled(district)
        assert is_anywhere(), "else the test says nothing"
        if way == "dropped by the app":
            drop_document("offer", "person", district=district)
        elif way != "eraser":
            index_document(offer("person", "Kurs"), district=district)
    viewer = Viewer.system("test", district.pk)
    if way == "eraser":
        assert erasure.erase(Subject("offer", "person"), viewer=viewer, now=NOW) > 0
    elif way == "dropped by the app":
        erasure.erase(Subject("organisation", "unknown"), viewer=viewer, now=NOW)
    else:
        jobs._kinds["core.tidy_search"].run(None)
    assert not is_anywhere()
    with for_district(district):
        assert found("Fahrrad", district) == ["rad"]
        assert found(MARK, district) == []
