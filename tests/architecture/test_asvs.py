"""The page on the ASVS names tests and files that exist, and counts its own rows right."""

import ast
import re
from collections import Counter

import pytest

from tests.architecture.test_glossary import ROOT

PAGE = ROOT / "docs" / "security" / "asvs.md"
NAMED = sorted(set(re.findall(r"`((?:src|tests)/[\w/.]+)::(\w+)`", PAGE.read_text())))
ROWS = re.findall(
    r"^\| ([0-9]+\.[0-9]+\.[0-9]+) \| [^|]+ \| (met|partly|gap|not applicable) \| ([^|]+) \|$", PAGE.read_text(), re.MULTILINE
)


@pytest.mark.parametrize(("path", "name"), NAMED)
def test_every_test_that_the_page_names_exists(path, name):
    found = {node.name for node in ast.walk(ast.parse((ROOT / path).read_text())) if isinstance(node, ast.FunctionDef)}
    assert name in found
    assert name.startswith("test_")


def test_every_file_that_the_page_names_exists():
    named = re.findall(r"`((?:src|tests|docs|config|core)/[\w/.-]+|SECURITY\.md|ARCHITECTURE\.md|\.ci/run)`", PAGE.read_text())
    assert named
    for path in named:
        base = ROOT / "src" / "bruecke" if path.startswith(("config/", "core/")) else ROOT
        assert (base / path).exists(), path


def test_every_row_is_whole_and_the_sum_is_right():
    text = PAGE.read_text()
    assert len(ROWS) == len(re.findall(r"^\| [0-9]", text, re.MULTILINE)) > 80
    assert len({number for number, _state, _proof in ROWS}) == len(ROWS), "a number stands twice"
    told = re.search(r"Of (\d+) assessed: (\d+) met, (\d+) partly, (\d+) gap, (\d+) not applicable", text)
    assert told is not None
    count = Counter(state for _number, state, _proof in ROWS)
    assert [int(number) for number in told.groups()] == [
        len(ROWS),
        *(count[state] for state in ("met", "partly", "gap", "not applicable")),
    ]


def test_pages_lead_there():
    assert "docs/security/asvs.md" in (ROOT / "SECURITY.md").read_text()
    assert "docs/security/asvs.md" in (ROOT / "README.md").read_text()
