"""Languages carry tags of BCP 47 and the direction that CLDR gives their script."""

import json
from pathlib import Path

import pytest
from babel import Locale, UnknownLocaleError

import bruecke.vocabulary

ROWS = json.loads((Path(bruecke.vocabulary.__file__).parent / "data" / "languages.json").read_text())
GERMAN = Locale("de")
ONLY_ISO = {"prs": "Dari is ISO 639-3; CLDR writes fa-AF"}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["code"])
def test_language_is_known_to_cldr(row):
    code = row["code"]
    assert code == code.lower()
    assert 2 <= len(code.split("-")[0]) <= 3
    try:
        locale = Locale.parse(code, sep="-")
    except UnknownLocaleError:
        locale = None  # CLDR has no words in this language; it may still know it by name
    assert locale is not None or code in GERMAN.languages or code in ONLY_ISO, code
    if locale is not None:
        assert row.get("direction", "ltr") == locale.text_direction


def test_codes_are_unique():
    assert len({row["code"] for row in ROWS}) == len(ROWS)
