"""The operators' page of settings and the typed environment say the same: keys, defaults, choices."""

import re

from pydantic_core import PydanticUndefined

from bruecke.config.env import Environment, Mode
from tests.architecture.house import ROOT

PAGE = ROOT / "docs" / "operations" / "settings.md"
ROW = re.compile(
    r"^\| `BRUECKE_(?P<key>[A-Z0-9_]+)` \| (?P<meaning>[^|]+) \| (?P<default>[^|]+) \| (?P<example>[^|]+) \|$", re.MULTILINE
)


def _rows() -> dict[str, re.Match[str]]:
    return {row["key"].lower(): row for row in ROW.finditer(PAGE.read_text())}


def test_every_key_is_documented_and_none_that_is_gone():
    assert sorted(_rows()) == sorted(Environment.model_fields)


def test_defaults_are_those_of_the_program():
    wrong = []
    for key, field in Environment.model_fields.items():
        assert field.default is not PydanticUndefined, key
        default = field.default
        if default is None or "node_modules" in str(default) or key == "data_dir":
            continue  # folders of the project are named in words
        wanted = {"": "empty", "True": "`true`", "False": "`false`"}.get(str(default), f"`{default}`")
        if _rows()[key]["default"] != wanted:
            wrong.append((key, wanted, _rows()[key]["default"]))
    assert wrong == []


def test_every_mode_is_named():
    meaning = _rows()["mode"]["meaning"]
    assert [mode.value for mode in Mode if f"`{mode.value}`" not in meaning] == []


def test_no_other_page_names_a_key_that_is_gone():
    operations = {
        "REQUIRE_POSTGRESQL",
        "REQUIRE_CHROMIUM",
        "REQUIRE_DOVECOT",
        "REQUIRE_NODE",
        "TEST_DATABASE",
        "TEST_WORKERS",
    }  # variables of the test suite
    known = {key.upper() for key in Environment.model_fields} | operations
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "src").glob("bruecke/*/README.md")]
    stale = {
        (page.name, key) for page in pages for key in re.findall(r"BRUECKE_([A-Z0-9_]+)", page.read_text()) if key not in known
    }
    assert stale == set()
