"""How the words of a search travel, and what counts as a match. What is found is tried where the apps meet (tests/permissions)."""

from datetime import timedelta

import pytest

from bruecke.core.global_search import LONGEST, SearchQuestion, matches, sealed_words, typed, unsealed_words
from bruecke.core.tests.factories import NOW
from bruecke.core.viewer import Viewer


def test_words_come_back_as_typed():
    assert unsealed_words(sealed_words("  Erika \u202e  Müller ", NOW), NOW) == "Erika Müller"
    assert len(typed("x" * 500)) == LONGEST


def test_the_address_tells_nothing_and_never_the_same():
    first, second = sealed_words("Müller", NOW), sealed_words("Müller", NOW)
    assert first != second
    assert "ller" not in first
    assert set(first) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


@pytest.mark.parametrize("token", ["", "x", "Müller", "gAAAAA", "%00", "=" * 40])
def test_what_is_not_ours_is_empty(token):
    assert unsealed_words(token, NOW) == ""


def test_altered_old_or_of_another_house_is_empty(settings):
    token = sealed_words("Müller", NOW)
    assert unsealed_words(f"{token[:-4]}AAAA", NOW) == ""
    assert unsealed_words(token, NOW + timedelta(hours=11)) == "Müller"
    assert unsealed_words(token, NOW + timedelta(hours=13)) == ""
    settings.SECRET_KEY = "another house, another key"
    assert unsealed_words(token, NOW) == ""


@pytest.mark.parametrize(
    ("words", "texts", "found"),
    [
        ("koenig", ("Königstein",), True),
        ("stein könig", ("Königstein", None), True),
        ("3 freital", (3, "Freital"), True),
        ("pirna dohna", ("Pirna",), False),
    ],
)
def test_every_word_has_to_occur(words, texts, found):
    question = SearchQuestion(words, Viewer.anonymous(), None, NOW)
    assert matches(question.words, *texts) is found


def test_long_questions_are_cut():
    assert len(SearchQuestion(" ".join("abcdefghijklmnop"), Viewer.anonymous(), None, NOW).words) == 8
