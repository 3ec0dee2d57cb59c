"""Figures of questions: each source counts what it should, for whom it should, and no small count comes out by a back way."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bruecke.core import clock
from bruecke.core.figures import FigureQuestion, Scope
from bruecke.core.viewer import Role, Viewer, ViewerKind
from bruecke.enquiries import actions
from bruecke.enquiries.models import AnswerTime, Enquiry, ErasedCount, TallyEntry, UnmetDemand
from bruecke.enquiries.queries import answer_times, figures
from bruecke.enquiries.states import EnquiryKind, Outcome
from bruecke.enquiries.tests.factories import DOHNA, FREITAL, HEIDENAU, PIRNA, ask, capture, viewer
from bruecke.staffing.models import PostHolder
from bruecke.vocabulary.models import Topic

YEAR = (date(2026, 1, 1), date(2027, 1, 1))


def asked(rows: str, scope: Scope = Scope.OWN, columns: str = "", since=YEAR[0], until=YEAR[1], **filters) -> FigureQuestion:
    return FigureQuestion(since, until, scope, rows, columns, filters)


def counted(table) -> dict:
    """Sums of the rows by key, and of all under "all"."""
    return {head.key: total for head, total in zip(table.rows, table.row_totals, strict=True)} | {"all": table.total}


def erase(enquiry, scene, now, *, keeps_codes=True):
    actions.erase_enquiry(enquiry=enquiry, keeps_codes=keeps_codes, viewer=Viewer.system("test", scene.district.pk), now=now)


# --- questions -----------------------------------------------------------------------------------------------------------


def test_own_and_rest_are_all_questions_and_share_none(scene, now):
    for ags, number in ((HEIDENAU, 3), (PIRNA, 2), (FREITAL, 6), (DOHNA, 7)):
        for _ in range(number):
            ask(scene, now, ags)
    own = counted(figures.question_counts(viewer(scene, "heidenau", now), asked("ort"), now))
    rest = counted(figures.question_counts(viewer(scene, "heidenau", now), asked("ort", Scope.REST), now))
    assert own == {HEIDENAU: 3, PIRNA: 2, "all": 5}
    assert rest == {FREITAL: 6, DOHNA: 7, "all": 13}
    office = viewer(scene, "office", now)
    assert counted(figures.question_counts(office, asked("ort"), now)) == {DOHNA: 7, HEIDENAU: 3, PIRNA: 2, "all": 12}
    assert counted(figures.question_counts(office, asked("ort", Scope.REST), now)) == {FREITAL: 6, "all": 6}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("thema", {"german": 2, "housing": 1}),
        ("sprache", {"de": 2, "uk": 1}),
        ("weg", {"online": 2, "phone": 1}),
        ("ergebnis", {"": 2, "answered": 1}),
        ("monat", {"2026-11": 3}),
    ],
)
def test_every_dimension(scene, now, rows, expected):
    ask(scene, now, HEIDENAU)
    ask(scene, now, HEIDENAU, topic=Topic.objects.get(pk="housing"))
    capture(scene, now)
    table = figures.question_counts(viewer(scene, "heidenau", now), asked(rows), now)
    assert counted(table) == {**expected, "all": 3}


def test_two_dimensions_and_a_filter(scene, now):
    ask(scene, now, HEIDENAU)
    ask(scene, now, PIRNA, topic=Topic.objects.get(pk="housing"))
    capture(scene, now)
    table = figures.question_counts(viewer(scene, "heidenau", now), asked("ort", columns="thema"), now)
    assert [head.key for head in table.columns] == ["german", "housing"]
    assert dict(zip([head.key for head in table.rows], table.cells, strict=True)) == {HEIDENAU: (2, 0), PIRNA: (0, 1)}
    narrowed = figures.question_counts(viewer(scene, "heidenau", now), asked("weg", thema="german", ort=HEIDENAU), now)
    assert counted(narrowed) == {"online": 1, "phone": 1, "all": 2}
    narrowed = figures.question_counts(viewer(scene, "heidenau", now), asked("ort", until=date(2026, 11, 1), monat="2026-11"), now)
    assert narrowed.is_empty
    for wrong in ({"monat": "2026-13"}, {"monat": "x"}, {"kategorie": "x"}, {"thema": "nonsense"}):
        assert figures.question_counts(viewer(scene, "heidenau", now), asked("weg", **wrong), now).is_empty


def test_months_begin_at_midnight_in_berlin(scene, now):
    """31 October 23:30 UTC is 1 November in Berlin; in summer the border is an hour earlier."""
    for moment in (
        datetime(2026, 10, 31, 22, 59, tzinfo=UTC),
        datetime(2026, 10, 31, 23, 0, tzinfo=UTC),
        datetime(2026, 6, 30, 21, 59, tzinfo=UTC),
        datetime(2026, 6, 30, 22, 0, tzinfo=UTC),
    ):
        Enquiry.objects.filter(pk=ask(scene, now, HEIDENAU).pk).update(received_at=moment)
    person = viewer(scene, "heidenau", now)
    assert counted(figures.question_counts(person, asked("monat"), now)) == {
        "2026-06": 1, "2026-07": 1, "2026-10": 1, "2026-11": 1, "all": 4,
    }  # fmt: skip
    july = figures.question_counts(person, asked("ort", since=date(2026, 7, 1), until=date(2026, 11, 1)), now)
    assert counted(july)["all"] == 2
    assert counted(figures.question_counts(person, asked("ort", monat="2026-11"), now)) == {HEIDENAU: 1, "all": 1}


def test_erased_questions_stay_in_the_figures_and_cannot_be_opened(scene, now):
    kept, gone = ask(scene, now, HEIDENAU), ask(scene, now, HEIDENAU)
    erase(gone, scene, now)
    table = figures.question_counts(viewer(scene, "heidenau", now), asked("ort"), now)
    assert counted(table) == {HEIDENAU: 2, "all": 2}
    assert (table.openable, table.all_openable) == ((1,), 1)
    erase(kept, scene, now)
    table = figures.question_counts(viewer(scene, "heidenau", now), asked("ort"), now)
    assert (counted(table), table.all_openable) == ({HEIDENAU: 2, "all": 2}, 0)


def test_erased_question_of_another_office_stays_beyond_the_border(scene, now):
    """What the leading office could not read it does not count exactly after it was erased."""
    for _ in range(3):
        erase(ask(scene, now, FREITAL), scene, now)
    office = viewer(scene, "office", now)
    assert figures.question_counts(office, asked("ort"), now).is_empty
    rest = figures.question_counts(office, asked("ort", Scope.REST), now)
    assert (counted(rest), rest.is_guarded) == ({FREITAL: None, "all": None}, True)
    assert counted(figures.question_counts(viewer(scene, "freital", now), asked("ort"), now)) == {FREITAL: 3, "all": 3}


def test_question_that_its_resident_deleted_counts_for_nobody_in_particular(scene, now):
    erase(ask(scene, now, HEIDENAU), scene, now, keeps_codes=False)
    row = ErasedCount.objects.get()
    assert (row.place_id, row.topic_id, row.controller_id, row.unit_id, row.outcome, row.language) == (
        None,
        None,
        None,
        None,
        "",
        "",
    )
    assert not AnswerTime.objects.exists()
    assert figures.question_counts(viewer(scene, "office", now), asked("ort"), now).is_empty
    assert counted(figures.question_counts(viewer(scene, "office", now), asked("ort", Scope.REST), now)) == {"": None, "all": None}


def test_viewer_without_controller_owns_no_erased_question(scene, now):
    erase(ask(scene, now, HEIDENAU), scene, now, keeps_codes=False)
    nobody = Viewer(kind=ViewerKind.PERSON, district_id=scene.district.pk, account_id=1, roles=frozenset({Role.DISTRICT_OFFICE}))
    assert figures.question_counts(nobody, asked("ort"), now).is_empty


def test_offers_of_help_are_no_questions(scene, now):
    ask(scene, now, HEIDENAU)
    helps, erased = ask(scene, now, HEIDENAU), ask(scene, now, HEIDENAU)
    Enquiry.objects.filter(pk__in=[helps.pk, erased.pk]).update(kind=EnquiryKind.HELP, answered_at=now)
    erased.refresh_from_db()
    erase(erased, scene, now)
    person = viewer(scene, "heidenau", now)
    assert counted(figures.question_counts(person, asked("ort"), now)) == {HEIDENAU: 1, "all": 1}
    table = figures.help_counts(person, asked("ort"), now)
    assert (counted(table), table.all_openable) == ({HEIDENAU: 2, "all": 2}, 1)
    assert answer_times.answer_times(person, asked("monat", Scope.ALL), now).is_empty
    assert not AnswerTime.objects.exists()


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (Role.COORDINATOR, (Scope.OWN, Scope.REST)),
        (Role.DISTRICT_OFFICE, (Scope.OWN, Scope.REST)),
        *((role, (Scope.REST,)) for role in Role if role not in {Role.COORDINATOR, Role.DISTRICT_OFFICE}),
    ],
)
def test_scopes(role, expected):
    person = Viewer(kind=ViewerKind.PERSON, district_id=1, roles=frozenset({role}))
    assert figures.scopes(person) == expected
    assert figures.unmet_scopes(person) == ((Scope.ALL,) if role is Role.DISTRICT_OFFICE else expected)
    assert answer_times.scopes(person) == (Scope.ALL,)


@pytest.mark.parametrize("one", [Viewer.anonymous(1), Viewer.link("x", "y", 1), Viewer(kind=ViewerKind.PERSON, district_id=1)])
def test_nobody_in_particular_sees_no_figures(one):
    assert figures.scopes(one) == figures.unmet_scopes(one) == answer_times.scopes(one) == ()


# --- missing offers, strokes ---------------------------------------------------------------------------------------------


def miss(scene, month=date(2026, 11, 1), number=1, **values):
    for _ in range(number):
        UnmetDemand.objects.create(district=scene.district, month=month, **values)


def test_missing_offers_by_category_and_group(scene, now):
    from bruecke.enquiries.tests.factories import make_offers

    make_offers(scene)
    miss(scene, category="language-course", target_group="parents", place_id=FREITAL, number=2)
    miss(scene, category="culture", place_id=DOHNA)
    miss(scene, month=date(2025, 12, 1), category="culture")
    person = viewer(scene, "office", now)
    table = figures.unmet_counts(person, asked("kategorie", Scope.ALL), now)
    assert [(str(head.label), total) for head, total in zip(table.rows, table.row_totals, strict=True)] == [
        ("Sprachkurs", 2),
        ("Kultur", 1),
    ]
    assert (table.openable, table.all_openable) == ((2, 1), 3)
    groups = figures.unmet_counts(person, asked("zielgruppe", Scope.ALL), now)
    assert counted(groups) == {"parents": 2, "": 1, "all": 3}
    assert str(groups.rows[1].label) == "nicht festgelegt"


def test_missing_offers_are_guarded_for_who_cannot_open_them(scene, now):
    miss(scene, category="culture", place_id=DOHNA, number=2)
    miss(scene, category="language-course", place_id=FREITAL, number=6)
    miss(scene, category="meeting-place", place_id=FREITAL, number=9)
    table = figures.unmet_counts(viewer(scene, "commissioner", now), asked("kategorie", Scope.REST), now)
    assert counted(table) == {"culture": None, "language-course": None, "meeting-place": 9, "all": 17}
    assert (table.openable, table.all_openable, table.is_guarded) == ((), 0, True)


def test_missing_offers_of_other_places_are_guarded_for_a_coordinator(scene, now):
    miss(scene, category="culture", place_id=HEIDENAU, number=2)
    miss(scene, category="culture", place_id=FREITAL, number=3)
    miss(scene, category="language-course", place_id=FREITAL, number=6)
    miss(scene, category="meeting-place", place_id=None, number=9)
    person = viewer(scene, "heidenau", now)
    own = figures.unmet_counts(person, asked("kategorie"), now)
    assert (counted(own), own.all_openable) == ({"culture": 2, "all": 2}, 2)
    rest = figures.unmet_counts(person, asked("kategorie", Scope.REST), now)
    assert counted(rest) == {"culture": None, "language-course": None, "meeting-place": 9, "all": 18}
    assert (rest.is_guarded, rest.all_openable) == (True, 0)


def test_strokes_belong_to_place_and_to_who_made_them(scene, now):
    def stroke(ags, by, number=1):
        for _ in range(number):
            TallyEntry.objects.create(
                district=scene.district,
                happened_on=date(2026, 11, 3),
                place_id=ags,
                recorded_at=now,
                recorded_by=scene.accounts[by],
            )

    stroke(HEIDENAU, "office")
    stroke(None, "heidenau", 2)
    stroke(FREITAL, "freital", 6)
    person = viewer(scene, "heidenau", now)
    assert counted(figures.tally_counts(person, asked("ort"), now)) == {"": 2, HEIDENAU: 1, "all": 3}
    assert counted(figures.tally_counts(person, asked("ort", Scope.REST), now)) == {FREITAL: 6, "all": 6}
    assert counted(figures.tally_counts(viewer(scene, "office", now), asked("monat"), now)) == {"2026-11": 9, "all": 9}
    assert counted(figures.tally_counts(viewer(scene, "commissioner", now), asked("ort", Scope.REST), now))["all"] == 9


# --- time to the first answer ----------------------------------------------------------------------------------------------


def wait(scene, now, ags, *hours, month=10):
    for number in hours:
        since = datetime(2026, month, 5, 8, tzinfo=UTC)
        row = ask(scene, now, ags)
        Enquiry.objects.filter(pk=row.pk).update(received_at=since, answered_at=since + timedelta(hours=number))


def medians(scene, now, name, **period):
    table = answer_times.answer_times(viewer(scene, name, now), asked("monat", Scope.ALL, **period), now)
    return {str(head.label): cells for head, cells in zip(table.rows, table.cells, strict=True)}


def test_median_of_the_district_and_of_the_own_post(scene, now):
    wait(scene, now, HEIDENAU, 1, 2, 3, 4, 50)
    wait(scene, now, FREITAL, 10, 20, 30, 40, 50)
    assert medians(scene, now, "heidenau") == {"10/2026": (15.0, 3.0)}
    assert medians(scene, now, "freital") == {"10/2026": (15.0, 30.0)}
    assert medians(scene, now, "office") == medians(scene, now, "commissioner") == {"10/2026": (15.0,)}


def test_a_post_is_told_to_its_holder_only_and_from_her_first_whole_month(scene, now):
    wait(scene, now, HEIDENAU, 1, 2, 3, 4, 5, month=9)
    wait(scene, now, HEIDENAU, 1, 2, 3, 4, 5)
    PostHolder.objects.filter(post=scene.posts["heidenau"]).update(valid_from=date(2026, 9, 2))
    assert medians(scene, now, "heidenau") == {"10/2026": (3.0, 3.0), "09/2026": (3.0, None)}
    assert medians(scene, now, "colleague") == {"10/2026": (3.0,), "09/2026": (3.0,)}


@pytest.mark.parametrize("foreign", [1, 2, 3, 4])
def test_median_hides_where_who_knows_her_own_could_read_the_others(scene, now, foreign):
    """Own answers 1, 2, 9, 10 and one more of 5 hours: the median of the five would be that one."""
    wait(scene, now, HEIDENAU, 1, 2, 9, 10)
    wait(scene, now, FREITAL, *range(5, 5 + foreign))
    assert medians(scene, now, "heidenau")["10/2026"] == (None, None)
    assert medians(scene, now, "freital")["10/2026"] == (None, None)
    wait(scene, now, FREITAL, *range(5 + foreign, 10))
    assert medians(scene, now, "heidenau")["10/2026"] == (7.0, None)


def test_number_of_answers_is_not_told(scene, now):
    wait(scene, now, HEIDENAU, 1, 2, 3, 4, 5)
    wait(scene, now, FREITAL, 7)
    table = answer_times.answer_times(viewer(scene, "heidenau", now), asked("monat", Scope.ALL), now)
    assert (table.cells, table.row_totals, table.is_guarded) == (((None, 3.0),), (), True)


def test_running_month_is_not_told_for_the_district(scene, now):
    wait(scene, now, HEIDENAU, 1, 2, 3, 4, 5, month=11)
    assert medians(scene, now, "heidenau") == {"11/2026": (None, 3.0)}


def test_erased_answers_keep_their_time_and_captured_ones_have_none(scene, now):
    wait(scene, now, HEIDENAU, 1, 2, 3, 4, 5)
    for row in Enquiry.objects.order_by("pk"):
        erase(row, scene, now)
    assert sorted(AnswerTime.objects.values_list("hours", flat=True)) == [1, 2, 3, 4, 5]
    assert medians(scene, now, "heidenau") == {"10/2026": (3.0, 3.0)}
    wait(scene, now, FREITAL, 9)
    assert medians(scene, now, "heidenau") == {"10/2026": (None, 3.0)}  # five of the own post, one of the rest
    for _ in range(9):
        capture(scene, now, outcome=Outcome.ANSWERED)
    assert "11/2026" not in medians(scene, now, "heidenau")


# --- cost ----------------------------------------------------------------------------------------------------------------


def test_queries_do_not_grow(scene, now):
    person = viewer(scene, "heidenau", now)

    def asks() -> list[int]:
        numbers = []
        for collect, question in (
            (figures.question_counts, asked("ort", columns="thema")),
            (figures.question_counts, asked("ort", Scope.REST)),
            (figures.unmet_counts, asked("kategorie", Scope.ALL, columns="zielgruppe")),
            (figures.tally_counts, asked("thema")),
            (answer_times.answer_times, asked("monat", Scope.ALL)),
        ):
            with CaptureQueriesContext(connection) as found:
                collect(person, question, now)
            numbers.append(len(found))
        return numbers

    ask(scene, now, HEIDENAU)
    asks()
    few = asks()
    wait(scene, now, PIRNA, 1, 2, 3)
    wait(scene, now, FREITAL, 1, 2)
    miss(scene, number=3, place_id=DOHNA, category="culture")
    assert asks() == few
    assert max(few) <= 7


def test_months_of_addresses():
    assert clock.first_of("2026-02") == date(2026, 2, 1)
    assert clock.month_after("2026-12") == date(2027, 1, 1)
    assert clock.first_of("2026-2") is clock.first_of("") is clock.month_after("x") is clock.first_of("1900-01") is None
