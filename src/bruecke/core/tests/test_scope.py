"""The district boundary holds on every road a row can take."""

import pytest
from django_scopes import ScopeError

from bruecke.core.models import District, StoredFile
from bruecke.core.scope import Escape, ScopeViolation, check_rows, for_district, for_districts, touch_public, without_scope
from bruecke.core.tests.factories import make_district, make_file

pytestmark = pytest.mark.django_db


def test_query_outside_a_scope_raises():
    with pytest.raises(ScopeError):
        list(StoredFile.objects.all())


def test_query_sees_own_district_only():
    mine, other = make_district("mine"), make_district("other")
    with for_district(mine):
        kept = make_file(mine)
    with for_district(other):
        make_file(other)
    with for_district(mine):
        assert list(StoredFile.objects.all()) == [kept]


def test_conditions_kept_for_one_district_serve_no_other():
    """What a query begins with is put together once for a district; changing scopes there and back changes what is seen."""
    mine, other = make_district("mine"), make_district("other")
    kept = {}
    for district in (mine, other):
        with for_district(district):
            kept[district.pk] = make_file(district)
    for district in (mine, other, mine):
        with for_district(district):
            assert list(StoredFile.objects.filter(size_bytes=10)) == [kept[district.pk]]
            with for_districts([mine, other]):
                assert StoredFile.objects.count() == 2
            with without_scope(Escape.DOCTOR):
                assert StoredFile.objects.count() == 2
    with pytest.raises(ScopeError):
        StoredFile.objects.count()


def test_rows_of_the_open_district_know_it_without_asking(django_assert_num_queries):
    mine = make_district("mine")
    with for_district(mine):
        make_file(mine)
        with django_assert_num_queries(1):
            assert StoredFile.objects.get().district is mine
    with without_scope(Escape.DOCTOR), django_assert_num_queries(2):
        assert StoredFile.objects.get().district == mine


def test_write_outside_a_scope_raises():
    district = make_district("mine")
    with pytest.raises(ScopeViolation):
        make_file(district)


def test_write_into_another_district_raises():
    mine, other = make_district("mine"), make_district("other")
    with for_district(mine), pytest.raises(ScopeViolation):
        make_file(other)


def test_bulk_create_into_another_district_raises():
    mine, other = make_district("mine"), make_district("other")
    with for_district(mine), pytest.raises(ScopeViolation):
        StoredFile.objects.bulk_create([make_file(other, save=False)])
    with without_scope(Escape.DOCTOR):
        assert StoredFile.objects.count() == 0


def test_row_never_changes_its_district():
    mine, other = make_district("mine"), make_district("other")
    with for_district(mine):
        make_file(mine)
        with pytest.raises(ScopeViolation):
            StoredFile.objects.update(district=other)


def test_escape_needs_a_listed_reason():
    with pytest.raises(TypeError), without_scope("because"):
        pass
    assert len(Escape) <= 6


def test_check_of_no_rows_needs_no_scope():
    check_rows([])


def test_touch_public_counts_up(django_assert_num_queries):
    district = make_district("mine")
    with django_assert_num_queries(1):
        touch_public(district)
    assert District.objects.get().public_version == 2
