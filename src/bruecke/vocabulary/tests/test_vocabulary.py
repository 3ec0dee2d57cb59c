"""Shipped topics and languages, their labels, and the second run."""

import pytest

from bruecke.vocabulary import queries
from bruecke.vocabulary.importers import load_shipped_vocabulary
from bruecke.vocabulary.models import Language, Term, Topic
from bruecke.vocabulary.states import Taxonomy

pytestmark = pytest.mark.django_db
SITE_LANGUAGES = ("de", "ar", "en", "uk", "ru", "tr", "fa", "prs")
SEARCH_LANGUAGES = ("de", "ar", "en", "uk", "ru", "tr")


@pytest.fixture
def shipped(now):
    load_shipped_vocabulary(now)


def test_second_load_changes_nothing(now):
    assert load_shipped_vocabulary(now) > 40
    assert load_shipped_vocabulary(now) == 0


def test_first_six_topics_are_those_of_the_start_page(shipped):
    labels = [queries.label(topic, "de") for topic in queries.topics()[:6]]
    assert labels[:3] == ["Deutsch lernen", "Wohnung suchen", "Arbeit und Ausbildung"]
    assert labels[3:] == ["Kita und Schule", "Arzt und Gesundheit", "Briefe und Behörden"]


def test_every_entry_speaks_all_languages_of_the_site(shipped):
    for entry in [*queries.topics(), *queries.languages()]:
        assert set(entry.labels) == set(SITE_LANGUAGES), entry
        assert all(entry.labels.values())
    for topic in queries.topics():
        assert set(topic.descriptions) in ({*SITE_LANGUAGES}, set()), topic


@pytest.mark.parametrize("taxonomy", list(Taxonomy))
def test_every_shared_term_speaks_all_languages_of_the_site(shipped, taxonomy):
    rows = Term.objects.filter(taxonomy=taxonomy)
    assert rows
    for term in rows:
        assert set(term.labels) == set(SITE_LANGUAGES), term
        assert all(label.strip() for label in term.labels.values())


@pytest.mark.parametrize("taxonomy", list(Taxonomy))
@pytest.mark.parametrize("lang", SITE_LANGUAGES)
def test_no_two_terms_of_a_taxonomy_are_called_the_same(shipped, taxonomy, lang):
    labels = [term.labels[lang] for term in Term.objects.filter(taxonomy=taxonomy)]
    assert sorted(set(labels)) == sorted(labels)


def test_every_concept_can_be_asked_for_in_all_languages_of_the_search():
    for concept in queries.concepts():
        assert set(concept.words) == set(SEARCH_LANGUAGES), concept.said
        assert all(concept.words.values()), concept.said
        assert concept.said == concept.words["de"][: len(concept.said)]
        for words in concept.words.values():
            assert all(words), words
            assert len(set(words)) == len(words), words


def test_what_is_only_asked_with_shows_nothing_of_a_text():
    concept = next(one for one in queries.concepts() if "Bürgergeld" in one.said)
    assert "wenig Geld" in concept.words["de"]
    assert "wenig Geld" not in concept.said


def test_dari_reads_persian(shipped):
    topic = queries.topic("housing")
    assert queries.label_text(topic, "prs").lang == "prs"
    topic.labels = {lang: words for lang, words in topic.labels.items() if lang != "prs"}
    text = queries.label_text(topic, "prs")
    assert (text.text, text.lang) == ("پیدا کردن مسکن", "fa")


def test_frequent_languages_come_first_and_know_their_direction(shipped):
    languages = queries.languages()
    assert [language.code for language in languages[:4]] == ["de", "uk", "ar", "en"]
    frequent = [language.is_frequent for language in languages]
    assert frequent == sorted(frequent, reverse=True)
    assert {language.code for language in languages if language.direction == "rtl"} == {
        "ar",
        "ckb",
        "fa",
        "prs",
        "ps",
        "ur",
    }
    assert 20 <= len(languages) <= 35
    assert [language.order for language in queries.languages(frequent_first=False)] == list(range(1, len(languages) + 1))


def test_missing_label_falls_back_to_german_and_says_so(shipped):
    topic = queries.topic("housing")
    assert queries.label(topic, "ar") == "البحث عن سكن"
    assert queries.label(topic, "de-AT") == "Wohnung suchen"
    assert queries.label(topic, "fr") == "Wohnung suchen"
    assert queries.label_text(topic, "fr").lang == "de"
    assert queries.description_text(queries.topic("other"), "ar").text == ""


def test_sensitive_topics(shipped):
    assert {topic.key for topic in queries.topics() if topic.is_sensitive} == {"health", "conflict"}


def test_what_is_no_longer_shipped_is_retired_not_deleted(shipped, now):
    Topic.objects.create(key="old", labels={"de": "Alt"}, order=99)
    Language.objects.filter(pk="uk").update(native_name="?")
    assert load_shipped_vocabulary(now) == 2
    assert queries.topic("old").is_active is False
    assert "old" not in {topic.key for topic in queries.topics()}
    assert queries.language("uk").native_name == "Українська"


def test_one_query_each(shipped, django_assert_num_queries):
    with django_assert_num_queries(1):
        [queries.label(topic, "ar") for topic in queries.topics()]
    with django_assert_num_queries(1):
        [queries.label(language, "uk") for language in queries.languages()]


def test_unknown_keys(shipped):
    assert queries.topic("nope") is None
    assert queries.language("xx") is None
    assert str(queries.topic("housing")) == "Wohnung suchen"
    assert str(queries.language("uk")) == "Ukrainisch"
