"""Recurrences in the languages of the public pages, with the catalogues as they stand."""

import shutil
from datetime import date

import pytest
from django.utils.translation import override

from bruecke.config.operations import messages
from bruecke.config.operations.catalogues import compile_catalogues
from bruecke.core.schedules import days_in_words


@pytest.fixture
def compiled(tmp_path, settings):
    """All catalogues, compiled into a folder of the test."""
    shutil.copytree(messages.LOCALE, tmp_path / "locale", ignore=shutil.ignore_patterns("*.mo"))
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    assert compile_catalogues() == len(messages.languages())


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", "on the 1st and 3rd Monday of the month"),
        ("uk", "понеділок (1-й і 3-й раз у місяці)"),
        ("ru", "понедельник (1-й и 3-й такой день месяца)"),
        ("ar", "كل الاثنين الأول والثالث في الشهر"),
        ("prs", "دوشنبهٔ اول و سوم هر ماه"),
    ],
)
def test_numbers_before_a_weekday_are_words_of_the_language(compiled, lang, words):
    with override(lang):
        assert days_in_words("FREQ=MONTHLY;BYDAY=1MO,3MO", date(2026, 9, 1)) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("FREQ=MONTHLY;BYMONTHDAY=1,15", "each month on day 1 and day 15"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "each month on the last day"),
        ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "Fridays, only on day 13 of the month"),
    ],
)
def test_days_of_a_month_in_english(compiled, text, words):
    with override("en"):
        assert days_in_words(text, date(2026, 9, 1)) == words
