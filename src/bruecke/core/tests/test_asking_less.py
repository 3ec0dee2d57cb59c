"""What is asked once: `core.memo` within a reading request, and `core.counting` for several counts in one question."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bruecke.core import memo
from bruecke.core.counting import counted
from bruecke.core.models import Draft
from bruecke.core.tests.factories import NOW, make_district


def test_once_asks_again_where_no_request_reads():
    answers = iter([1, 2])
    assert [memo.once("key", lambda: next(answers)) for _ in range(2)] == [1, 2]


def test_once_asks_once_in_a_reading_request_and_forgets_at_its_end():
    answers = iter([1, 2])
    for expected in (1, 2):
        with memo.one_reading():
            assert [memo.once("key", lambda: next(answers)) for _ in range(3)] == [expected] * 3


def test_what_was_told_is_believed_and_never_changed():
    memo.tell("key", 7)
    with memo.one_reading():
        memo.tell("key", 5)
        memo.tell("key", 6)
        assert memo.once("key", lambda: 1) == 5


def test_a_value_that_is_empty_is_remembered_too():
    answers = iter([0, 1])
    with memo.one_reading():
        assert [memo.once("key", lambda: next(answers)) for _ in range(2)] == [0, 0]


@pytest.mark.django_db
def test_counts_of_several_tables_are_one_query():
    district, other = make_district("eins", ags="14628"), make_district("zwei", ags="14625")
    for account, owner in ((1, district), (2, district), (3, other)):
        Draft.objects.create(account_id=account, district=owner, key="k", saved_at=NOW)
    with CaptureQueriesContext(connection) as queries:
        found = counted(
            district.pk,
            all=Draft.objects.order_by("-saved_at"),
            here=Draft.objects.filter(district=district),
            none=Draft.objects.none(),
            nobody=Draft.objects.filter(account_id=9),
        )
    assert found == {"all": 3, "here": 2, "none": 0, "nobody": 0}
    assert len(queries) == 1
    assert counted(district.pk) == {}
