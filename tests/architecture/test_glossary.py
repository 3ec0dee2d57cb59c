"""The glossary names every table and every closed list of ours, with all its values, and nothing that is not there."""

import re
from enum import Enum
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules

import pytest

from bruecke.core.viewer import Role, ViewerKind
from tests.architecture.house import ROOT, our_models

GLOSSARY = ROOT / "docs" / "glossary.md"
ROW = re.compile(r"^\| (?P<english>[^|]+) \| (?P<german>[^|]+) \| `(?P<name>[a-z_]+\.[A-Z]\w+)` \|(?P<note>[^|]*)\|$", re.MULTILINE)
VALUE = re.compile(r"(?:^|· )`([a-z_]+)` [^·`]+")


def _rows() -> list[re.Match[str]]:
    return list(ROW.finditer(GLOSSARY.read_text()))


def _models() -> set[str]:
    return {f"{model._meta.app_label}.{model.__name__}" for model in our_models()}


def _closed_lists() -> dict[str, type[Enum]]:
    """Enumerations in the `states` and `models` of every app, and the two of the viewer."""
    found: dict[str, type[Enum]] = {"core.Role": Role, "core.ViewerKind": ViewerKind}
    for app in {model._meta.app_label for model in our_models()}:
        for layer in ("states", "models"):
            name = f"bruecke.{app}.{layer}"
            if find_spec(name) is None:
                continue
            module = import_module(name)
            sources = [module, *(import_module(f"{name}.{part}") for part in _parts(module))]
            for source in sources:
                for item in vars(source).values():
                    if isinstance(item, type) and issubclass(item, Enum) and item.__module__.startswith(name):
                        found[f"{app}.{item.__name__}"] = item
    return found


def _parts(module) -> list[str]:
    """Names of the modules inside a package."""
    return [part.name for part in iter_modules(getattr(module, "__path__", []))]


def test_every_table_and_closed_list_stands_in_the_glossary():
    named = {row["name"] for row in _rows()}
    assert sorted((_models() | set(_closed_lists())) - named) == []


def test_nothing_stale_stands_in_the_glossary():
    named = [row["name"] for row in _rows()]
    assert sorted(set(named) - _models() - set(_closed_lists())) == []
    assert len(named) == len(set(named))


@pytest.mark.parametrize("name", sorted(_closed_lists()))
def test_every_value_has_its_german_word(name):
    notes = {row["name"]: row["note"].strip() for row in _rows()}
    assert VALUE.findall(notes[name]) == [item.value for item in _closed_lists()[name]]


def test_one_word_for_one_concept():
    english = [row["english"] for row in _rows()]
    assert sorted({word for word in english if english.count(word) > 1}) == []
