"""Words, stems and parts: what is the same for the search, and what is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bruecke.core.search import Document, Passage, Weight
from bruecke.core.search.compounds import front_of, known_parts, listed_parts_of, parts_of, split, unknown_and_head
from bruecke.core.search.scoring import Match, best
from bruecke.core.search.stems import related_stems, stem, stems_to_seek, stems_to_store
from bruecke.core.search.tokens import Words, concepts_of, name_space, stopwords
from bruecke.core.search.words import folded, joined, key_of, spelt_words


@pytest.mark.parametrize(
    ("lang", "forms"),
    [
        ("de", "Kurs Kurse Kursen Kurses kurse"),
        ("de", "Sprachkurs Sprachkurse Sprachkursen Sprach-Kurs"),
        ("de", "Integrationskurs Integrationskurse"),
        ("de", "Familienzentrum Familienzentren"),
        ("de", "Beratung Beratungen"),
        ("de", "Schuldnerberatung Schuldnerberatungen"),
        ("de", "Kind Kinder Kindern"),
        ("de", "Mutter Mütter Müttern Muetter"),
        ("de", "Ärztin Aerztin ärztin"),
        ("de", "Flüchtling Flüchtlinge Fluechtlinge Fluchtlingen"),
        ("de", "Übung Übungen Uebung Ubung"),
        ("de", "Straße Strasse Straßen"),
        ("de", "Lehrer Lehrerin Lehrer:innen Lehrer*innen LehrerInnen Lehrer/-innen"),
        ("de", "Café Cafe Cafés CAFÉ"),
        ("en", "course courses"),
        ("en", "child's childs"),
        ("uk", "курс курси курсів курсах"),
        ("uk", "мова мови мову мовою"),
        ("uk", "допомога допомоги допомогу"),
        ("uk", "сім'я сім’я сімʼя"),
        ("ru", "помощь помощи"),
        ("ru", "консультация консультации консультацию"),
        ("ar", "دورة دورات الدورات الدورة دَوْرَة"),
        ("ar", "أطفال الأطفال اطفال والأطفال"),
        ("ar", "استشارة استشارات الاستشارة"),
        ("tr", "çocuk çocuklar"),
        ("tr", "kurs kurslar kursları"),
        ("fa", "کودک كودك"),
    ],
)
def test_forms_of_one_word_meet(lang, forms):
    """What stands in a text in any of the forms is found by any of them, whatever the page the question comes from."""
    words = [joined(word) for form in forms.split() for word in spelt_words(form)]
    for written in words:
        for asked in words:
            assert set(stems_to_store(written, lang)) & set(stems_to_seek(asked, "de")), (written, asked)


@pytest.mark.parametrize(
    "different",
    ["Kurs Kur", "Beratung Bericht", "Miete Mitte", "Kind Kino", "Wohnung Wahl", "Recht Reich", "курс куртка", "دورة دار"],
)
def test_different_words_stay_apart(different):
    one, other = different.split()
    lang = {"к": "uk", "د": "ar"}.get(one[0], "de")
    assert not set(stems_to_store(one, lang)) & set(stems_to_seek(other, lang))
    assert not set(stems_to_store(other, lang)) & set(stems_to_seek(one, lang))


@pytest.mark.parametrize(
    ("compound", "parts"),
    [
        ("Integrationskurs", "Integration Kurs"),
        ("Integrationskurse", "Integration Kurs"),
        ("Sprachcafé", "Sprache Café"),
        ("Familienzentrum", "Familie Zentrum"),
        ("Familienzentren", "Familie Zentrum"),
        ("Schwangerschaftsberatung", "Schwangerschaft Beratung"),
        ("Fahrradwerkstatt", "Fahrrad Werkstatt"),
        ("Fahrradwerkstätten", "Fahrrad Werkstatt"),
        ("Kinderbetreuung", "Kind Betreuung"),
        ("Hausaufgabenhilfe", "Hausaufgabe Hilfe"),
        ("Deutschkurse", "Deutsch Kurs"),
        ("Berufssprachkurs", "Beruf Sprache Kurs"),
        ("Asylverfahrensberatung", "Asyl Verfahren Beratung"),
        ("Flüchtlingsberatung", "Flüchtling Beratung"),
        ("Fluechtlingsberatung", "Flüchtling Beratung"),
        ("Müttertreff", "Mutter Treff"),
        ("Kleiderkammer", "Kleider Kammer"),
        ("Ehrenamtskoordination", "Ehrenamt Koordination"),
        ("Wohnungssuche", "Wohnung Suche"),
        ("Imkerkurs", "Imker Kurs"),
    ],
)
def test_compounds_fall_apart(compound, parts):
    for part, found in zip(parts.split(), parts_of(key_of(compound)), strict=True):
        assert found in stems_to_seek(part, "de")


@pytest.mark.parametrize(
    "whole",
    [
        *("Kindergarten", "Beratung", "Integration", "Konkurs", "Diskurs", "Exkurs", "Verwaltung", "Entscheidung", "Dresden"),
        *("Unterstützung", "Freital", "Angebot", "Universität", "Volkshochschule", "Zusammenarbeit", "Dippoldiswalde"),
    ],
)
def test_other_words_stay_whole(whole):
    assert parts_of(key_of(whole)) == ()


def test_words_of_the_district_help_to_take_apart():
    assert split("klopplerwald", frozenset()) == ()
    assert split("klopplerwald", {"kloppler"}) == (stem("Klöppler", "de"), stem("Wald", "de"))
    assert split("klopplerbarlapp", {"kloppler", "barlapp"}) == (), "a part at least is a word of the list"


def test_known_words_are_taken_before_an_unknown_beginning():
    """Nachhilfe is no Hilfe with an unknown beginning, and a plural may be all that a district's texts hold."""
    assert parts_of("mathematiknachhilfe") == (stem("Mathematik", "de"), stem("Nachhilfe", "de"))
    assert listed_parts_of("imkerkurs") == ()
    assert known_parts("kloppelkissen", {"kloppel", "kissen"}) == ()
    assert known_parts("kloppelkurs", {"kloppeln"}) == (stem("klöppel", "de"), "kurs")
    assert split("arbeitsplatzsuche", {"arbeitsplatz"}) == (stem("Arbeitsplatz", "de"), stem("Suche", "de"))


@pytest.mark.parametrize(
    ("word", "rest", "head"),
    [
        ("imkerkurs", "imker", "kurs"),
        ("kurs", "", ""),
        ("wolke", "", ""),
        ("konkurs", "", ""),
        ("mietterberatung", "mietter", "beratung"),
    ],
)
def test_unknown_beginning(word, rest, head):
    assert unknown_and_head(word) == (rest, head)


@pytest.mark.parametrize(("word", "front"), [("fahrradkauf", "Fahrrad"), ("kind", ""), ("xylophon", ""), ("fahrrad", "")])
def test_known_beginning_of_an_unknown_compound(word, front):
    assert front_of(word, frozenset()) == (stem(front, "de") if front else "")


def test_a_word_of_the_district_begins_a_compound():
    assert front_of("kloppelmarmor", {"kloppel"}) == stem("klöppel", "de")


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("grundung", "gründen"),
        ("prufung", "prüfen"),
        ("ubersetzerin", "übersetzen"),
        ("pflanzen", "Pflanzung"),
        ("diskriminiert", "Diskriminierung"),
        ("qualifizieren", "Qualifizierung"),
    ],
)
def test_words_of_one_family(asked, meant):
    assert stem(meant, "de") in related_stems(asked)


@pytest.mark.parametrize("alone", ["ung", "jung", "haus", "chor", "beet", "ben"])
def test_words_without_family(alone):
    assert related_stems(alone) == ()


def test_other_words_for_a_title_stand_below_its_own():
    passages = (Passage("Kurs", weight=Weight.TITLE), Passage("Lehrgang Sprachkurs", weight=Weight.TITLE, is_derived=True))
    held = Words.of(Document("offer", "a", True, passages)).lexemes(district_id=7, learnt=lambda _word: ())
    grades = {lexeme.partition("_")[2].partition("~")[0]: lexeme[-1] for lexeme in held.split()}
    assert (grades["kurs"], grades["lehrgang"], grades["sprach"]) == ("1", "2", "6")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Ich suche einen Deutschkurs mit Kinderbetreuung in Freital", "Deutschkurs Kinderbetreuung Freital"),
        ("I am looking for a language course", "language course"),
        ("Я шукаю курс німецької мови", "курс німецької мови"),
        ("أبحث عن دورة", "دورة"),
        ("çocuklar için kurs", "çocuklar kurs"),
        ("wo ist das", "wo ist das"),
        ("Kurs Kurs KURS", "KURS"),
        ("B1 01705", "B1 01705"),
    ],
)
def test_words_that_say_nothing_go(text, left):
    assert [concept.spelt for concept in concepts_of(text, lang="de")] == left.split()


@pytest.mark.parametrize("nothing", ["", "   ", "?!…", "🙂🙂", "\0\0", '"" AND OR', "*", "'", "-" * 50, "\ud800"])
def test_nothing_is_asked(nothing):
    assert [concept.key for concept in concepts_of(nothing, lang="de") if concept.key not in {"and", "or"}] == []


def test_spelling():
    assert list(spelt_words("„Mutter-Kind-Gruppe“, B2-Kurs; Oma's Café_2")) == [
        "Mutter-Kind-Gruppe",
        "B2-Kurs",
        "Omas",
        "Café",
        "2",
    ]
    assert folded("٢٠٢٦") == "2026"
    assert key_of("Bauer") == "bauer"
    assert key_of("neue") == "neue"
    assert key_of("Goethe") == key_of("Göthe")
    assert len(key_of("x" * 5000)) == 40


def test_lexemes_of_a_document():
    passages = (Passage("Sprachcafé"), Passage("Sprachcafé", weight=Weight.TITLE), Passage("دورة", lang="ar", weight=Weight.WORDS))
    held = Words.of(Document("offer", "a", True, passages)).lexemes(district_id=1296, learnt=lambda _word: ()).split()
    space = name_space("offer", 1296, is_public=True)
    assert space.endswith("p100")
    assert f"{space}t_sprachcaf~1" in held
    assert f"{space}t_caf~2" in held
    assert f"{space}x_دور~3" in held
    assert len(held) == len(set(held))
    assert not [lexeme for lexeme in held if lexeme.endswith(("~5", "~6"))], "each stem stands in its best place only"


def test_name_spaces_differ():
    kinds = [(kind, openness) for kind in ("offer", "page") for openness in (True, False)]
    spaces = {name_space(kind, district, is_public=openness) for kind, openness in kinds for district in range(1, 200)}
    assert len(spaces) == 2 * 199 * 2
    assert not [one for one in spaces for other in spaces if one != other and f"{other}t_".startswith(f"{one}t_")]


@pytest.mark.parametrize(("kind", "uid"), [("Offer", "a"), ("", "a"), ("offer", ""), ("offer kind", "a"), ("offer", "x" * 41)])
def test_bad_documents_are_refused(kind, uid):
    with pytest.raises(ValueError, match="kind of small letters"):
        Document(kind, uid, True, ())


def test_stopwords_are_no_words_of_the_field():
    assert not {"kurs", "kind", "arbeit", "курс", "دوره"} & stopwords()


def match(**grades) -> Match:
    found = Match()
    found.add({int(grade[1:]): keys for grade, keys in grades.items()})
    return found


def test_title_stands_above_text():
    assert [key for key, _score in best([match(g1=[3], g5=[1, 2])], entries=10, limit=9)] == [3, 1, 2]


def test_all_words_stand_above_some():
    both = [match(g1=[1], g5=[2]), match(g5=[2, 3])]
    ranked = best(both, entries=100, limit=9)
    assert [key for key, _score in ranked] == [2, 1, 3]


def test_rare_words_count_more():
    rare, common = match(g5=[1]), match(g5=list(range(2, 90)))
    assert [key for key, _score in best([common, rare], entries=100, limit=9)] == [1], "a common word alone is not half of it"


def test_parts_count_less_than_the_whole():
    whole = match(g1=[1], g5=[4])
    whole.add({1: [1, 2], 5: [1, 2, 3, 4]}, counts=0.8)
    assert whole.fits[1] > whole.fits[2] > whole.fits[4] > whole.fits[3]
    parts = Match()
    groups = dict.fromkeys(range(4, 20), 0.8)
    parts.add_parts([{3: 1.0, 4: 1.0}, groups], 50)
    assert parts.partial[3] < parts.partial[4] < (1, 1)
    assert set(parts.partial) == {3, 4}, "any group is no Gartengruppe, a garden is"
    assert [key for key, _score in best([parts], entries=50, limit=9)] == [4, 3]


def test_scattered_parts_do_not_beat_the_thing_itself():
    """Interkultureller Garten, against what stands among gardens and groups by its kind only."""
    parts = Match()
    parts.add_parts([{1: 1.0, 2: 0.35}, dict.fromkeys(range(2, 20), 0.8)], 50)
    assert [key for key, _score in best([parts], entries=50, limit=9)] == [1, 2]


def test_a_part_that_nothing_holds_is_left_out():
    parts = Match()
    parts.add_parts([{}, {1: 1.0}], 50)
    assert parts.partial[1] < (1, 1)
    parts = Match()
    parts.add_parts([{}, {}], 50)
    assert not parts.is_found


def test_prominent_parts_stand_above_the_compound_in_passing():
    one = match(g5=[1, 2])
    one.add_parts([{1: 1.0}, {1: 1.0}], 50)
    assert one.fits[1] > one.fits[2]
    assert not one.partial


@given(st.lists(st.dictionaries(st.integers(1, 6), st.lists(st.integers(1, 30), max_size=8)), max_size=5))
def test_ranking_is_in_order_and_complete(graded):
    matches = []
    for grades in graded:
        one = Match()
        one.add(grades)
        matches.append(one)
    ranked = best(matches, entries=30, limit=50)
    scores = [score for _key, score in ranked]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)
    everywhere = set.intersection(*(set(one.fits) for one in matches if one.fits)) if any(one.fits for one in matches) else set()
    assert everywhere <= {key for key, _score in ranked}, "what holds every word is always among the hits"


@given(st.text(max_size=200), st.sampled_from(["de", "en", "uk", "ru", "ar", "tr", "fa", "xx"]))
def test_any_text_is_readable(text, lang):
    document = Document("offer", "a", True, (Passage(text, lang=lang),))
    held = Words.of(document).lexemes(district_id=7, learnt=lambda _word: ())
    for lexeme in held.split():
        assert lexeme.count("~") == 1
        assert not set(lexeme) & set("\"'\\ \0&|!:*()")
    for concept in concepts_of(text, lang=lang):
        assert all(found and not set(found) & set("\"'\\~_ \0&|!:*()") for found in (*concept.stems, *concept.parts))
