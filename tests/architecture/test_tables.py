"""Two kinds of tables, keys that point down, personal fields classified, escapes counted."""

import re

import pytest
from django.db import models

from bruecke.core.registries import not_personal, personal_data
from bruecke.core.scope import DistrictModel, Escape
from tests.architecture.house import FLOORS, PACKAGE, app_of, our_models, python_files

HOUSE = {
    "core.AuditChain",
    "core.AuditEntry",
    "core.District",
    "core.DistrictSetting",
    "core.Draft",
    "core.FormKey",
    "core.Job",
    "core.MailedLink",
    "core.OutboxMail",
    "core.RateCounter",
}
REGISTER = {
    "places.Area",
    "places.Boundary",
    "places.ImportRun",
    "places.PostalCode",
    "vocabulary.Language",
    "vocabulary.Topic",
}
PEOPLE = {"accounts.Account", "accounts.OpenSession"}
FEW_ESCAPES = 6


def label(model) -> str:
    return f"{model._meta.app_label}.{model.__name__}"


def test_every_table_is_of_a_known_kind():
    district_tables = {label(model) for model in our_models() if issubclass(model, DistrictModel)}
    others = {label(model) for model in our_models()} - district_tables
    listed = {name for name in others if name in HOUSE | PEOPLE or any(re.fullmatch(known, name) for known in REGISTER)}
    assert others - listed - {name for name in others if name.startswith(("places.", "vocabulary."))} == set()


def test_foreign_keys_point_down():
    up = []
    for model in our_models(with_history=True):
        here = FLOORS.index(model._meta.app_label)
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if not isinstance(field, models.ForeignKey | models.ManyToManyField) or not target.__module__.startswith("bruecke."):
                continue
            if FLOORS.index(target._meta.app_label) > here:
                up.append(f"{label(model)}.{field.name}")
    assert up == []


def test_district_tables_have_no_many_to_many():
    """Rows between two tables of a district are tables of their own, held to the scope like all others."""
    found = [label(model) for model in our_models() if issubclass(model, DistrictModel) and model._meta.local_many_to_many]
    assert found == []


def test_no_clock_in_the_tables():
    automatic = [
        f"{label(model)}.{field.name}"
        for model in our_models()
        for field in model._meta.local_fields
        if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
    ]
    assert automatic == []


def _fields_to_classify():
    kinds = models.CharField | models.TextField | models.JSONField | models.GenericIPAddressField | models.BinaryField
    for model in our_models():
        if label(model) in HOUSE or model._meta.app_label in {"places", "vocabulary", "core"}:
            continue
        for field in model._meta.local_fields:
            if isinstance(field, kinds) and not field.choices and field.name != "uid":
                yield f"{label(model)}.{field.name}"


def test_every_field_that_could_hold_a_person_is_classified():
    known = {entry.key for entry in personal_data} | {entry.key for entry in not_personal}
    assert sorted(set(_fields_to_classify()) - known) == []


def test_nothing_is_classified_that_is_not_there():
    fields = {f"{label(model)}.{field.name}" for model in our_models() for field in model._meta.get_fields()}
    known = {entry.key for entry in personal_data} | {entry.key for entry in not_personal}
    assert sorted(known - fields) == []


def test_escapes_from_the_scope_are_few_and_listed():
    assert len(Escape) <= FEW_ESCAPES
    uses = {}
    for path in python_files():
        if "tests" in path.parts or path.name == "scope.py":
            continue
        text = path.read_text()
        assert "scopes_disabled" not in text, path
        for reason in re.findall(r"without_scope\(Escape\.(\w+)\)", text):
            uses.setdefault(reason, set()).add(path.relative_to(PACKAGE).as_posix())
    print(uses)
    assert set(uses) | {"FOREIGN_KEY_CHECK"} == {reason.name for reason in Escape}


@pytest.mark.parametrize("name", ["_base_manager", "_default_manager"])
def test_managers_without_scope_are_not_used_on_district_tables(name):
    allowed = {"core/scope.py", "core/leases.py", "core/audit.py"}
    registers = {"places", "vocabulary"}  # their tables are shared by all districts
    found = {
        path.relative_to(PACKAGE).as_posix()
        for path in python_files()
        if "tests" not in path.parts and app_of(path) not in registers and name in path.read_text()
    }
    assert found - allowed == set()
