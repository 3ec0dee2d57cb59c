"""Who may see and keep contact persons, and what values may be: truth tables, no database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bruecke.core.viewer import Role, Viewer, ViewerKind
from bruecke.directory import rules
from bruecke.directory.states import IdentifierType

KEEPERS = {Role.COORDINATOR, Role.DISTRICT_OFFICE, Role.ADMINISTRATOR}


def person(*roles: Role, district: int = 1, organisations=frozenset()) -> Viewer:
    return Viewer(
        kind=ViewerKind.PERSON, district_id=district, account_id=1, roles=frozenset(roles), organisations=frozenset(organisations)
    )


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize(
    ("is_released", "is_archived", "for_all"),
    [(False, False, False), (False, True, False), (True, False, True), (True, True, False)],
)
def test_unreleased_and_archived_ones_are_for_keepers(role, is_released, is_archived, for_all):
    facts = {"is_released": is_released, "is_archived": is_archived}
    assert rules.can_see_contact(person(role), district_id=1, **facts) is (for_all or role in KEEPERS)
    assert rules.can_see_contact(person(role, district=2), district_id=1, **facts) is False
    assert rules.can_edit_contact(person(role), district_id=1) is (role in KEEPERS)
    assert rules.can_edit_contact(person(role, district=2), district_id=1) is False


def test_who_speaks_for_an_organisation_does_not_read_what_is_noted_about_its_people():
    speaker = person(Role.EMPLOYER, organisations={"uid"})
    assert rules.can_edit_organisation(speaker, district_id=1, organisation_uid="uid")
    assert not rules.can_edit_contact(speaker, district_id=1)
    assert not rules.can_see_contact(speaker, district_id=1, is_released=False, is_archived=False)


@pytest.mark.parametrize(
    "viewer", [Viewer.anonymous(1), Viewer.link("receipt", "x", 1), person(), Viewer.system("test", 1)], ids=lambda one: one.kind
)
def test_nobody_else_sees_a_person_at_the_desk(viewer):
    assert not rules.can_see_contact(viewer, district_id=1, is_released=True, is_archived=False)


@pytest.mark.parametrize(
    ("lat", "lon", "wanted"),
    [
        (50.9632, 13.9403, True),
        (54.9, 8.3, True),
        (47.4, 10.2, True),
        (13.9403, 50.9632, False),
        (0, 0, False),
        (48.85, 2.35, False),
        (52.23, 21.0, False),
        (float("nan"), 13.0, False),
        (float("inf"), 13.0, False),
    ],
)
def test_points_in_germany(lat, lon, wanted):
    assert rules.is_in_germany(lat, lon) is wanted


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (IdentifierType.REGISTER_OF_ASSOCIATIONS, ["VR 1234, Amtsgericht Dresden", "1234"], ["", "Amtsgericht", "1" * 61]),
        (IdentifierType.COMMERCIAL_REGISTER, ["HRB 12 B"], ["", "HRB"]),
        (IdentifierType.MUNICIPALITY_KEY, ["14628", "14628110"], ["", "1462811", "146281101", "1462811o", "١٤٦٢٨"]),
        (IdentifierType.OTHER, ["x", "Träger-Nr. 4"], ["", "x" * 61]),
    ],
)
def test_identifiers_by_type(kind, good, bad):
    assert all(rules.is_identifier(kind, value) for value in good)
    assert not any(rules.is_identifier(kind, value) for value in bad)


def test_every_type_has_a_pattern():
    assert all(rules.is_identifier(kind, "14628") for kind in IdentifierType)


@pytest.mark.parametrize(
    ("above", "other", "wanted"),
    [(1, 1, True), (1, 2, True), (1, 3, True), (3, 1, False), (2, 4, False), (4, 4, True), (9, 9, True)],
)
def test_above_in_a_hierarchy(above, other, wanted):
    assert rules.is_above(above, other, {1: None, 2: 1, 3: 2, 4: None}) is wanted


@given(st.dictionaries(st.integers(0, 5), st.none() | st.integers(0, 5)), st.integers(0, 5), st.integers(0, 5))
def test_a_hierarchy_that_is_broken_ends_too(parents, above, other):
    assert rules.is_above(above, other, parents) in {True, False}
