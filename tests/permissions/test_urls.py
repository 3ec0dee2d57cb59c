"""Every address of ours × every member × every kind of stranger × objects of another district, controller, unit."""

import re
from collections.abc import Iterable
from typing import Any

import pytest

from bruecke.core.models import District
from bruecke.core.tokens import new_uid
from bruecke.core.viewer import Role
from tests.permissions import figures
from tests.permissions.pages import DESK, PAGES, PUBLIC
from tests.permissions.table import Page, walk
from tests.permissions.visits import LOGIN, SET_UP, Visits
from tests.permissions.world import NORMAL, Who, World, members

pytestmark = pytest.mark.any_database

OBJECT_ROLES = {Role.COORDINATOR, Role.DISTRICT_OFFICE, Role.ADMINISTRATOR, Role.EMPLOYER, Role.MUNICIPALITY}
STRANGERS = ("without membership", "ended membership")
URL_NAME = re.compile(r"^(?:[a-z_]+:)?[a-z_]+(?:-[a-z]+)*$")


def none_of(wrong: list[tuple[Any, ...]]) -> None:
    """Fail with one line for each combination that went wrong."""
    if wrong:
        pytest.fail("\n".join(" · ".join(str(part) for part in line) for line in wrong), pytrace=False)


@pytest.fixture(autouse=True)
def counted(request):
    if "visits" not in request.fixturenames:
        yield
        return
    visits = request.getfixturevalue("visits")
    before = visits.count
    yield
    figures.count("combinations of address, person and object", visits.count - before)


# --- the table itself ----------------------------------------------------------------------------------------------------


def test_every_address_stands_in_the_table():
    assert sorted({name for name, _view in walk()} - set(PAGES)) == []


def test_nothing_stale_stands_in_the_table():
    assert sorted(set(PAGES) - {name for name, _view in walk()}) == []


def test_no_name_is_given_twice():
    names = [name for name, _view in walk()]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_names_follow_the_house():
    """`app:thing-verb`, in lower case with dashes; allauth's two keep the names that allauth looks for."""
    odd = [name for name, _view in walk() if not URL_NAME.match(name) and name not in {"account_login", "mfa_authenticate"}]
    assert odd == []


def test_table_and_views_agree_on_door_and_feature():
    """What the gate reads from a view is what the table says."""
    wrong = []
    for name, view in walk():
        kind, row = getattr(view, "view_class", view), PAGES[name]
        if getattr(kind, "feature", "") != row.feature:
            wrong.append((name, "feature", getattr(kind, "feature", "")))
        is_open = getattr(kind, "door", "") == "open"
        if is_open != (row.door == "open"):
            wrong.append((name, "door", getattr(kind, "door", "")))
        if getattr(kind, "cached", False) != row.is_cached:
            wrong.append((name, "cached", getattr(kind, "cached", False)))
    none_of(wrong)


def one_of_each(people: Iterable[Who]) -> list[Who]:
    """One person for each role among them: enough where the office makes no difference."""
    return sorted({role: (office, role) for office, role in sorted(people, reverse=True)}.values())


def all_outside(people: frozenset[Who], *, has_object: bool) -> list[Who]:
    """Everybody, but where the page names no object one person a role of those who may: the office makes no difference."""
    return members() if has_object else [*one_of_each(people), *sorted(set(members()) - people)]


def bound_to_objects() -> list[Who]:
    """Members for whom it makes a difference which object it is; of the other roles one each."""
    return [who for who in members() if who[1] in OBJECT_ROLES or who[0] == NORMAL]


# --- members ------------------------------------------------------------------------------------------------------------


def _answers(row: Page, visits: Visits, world: World, case: str, who: Who) -> Any:
    side = world.mine
    return visits.ask(side.people[who], row.url(side, case), row.method, row.data(side))


@pytest.mark.parametrize("row", DESK, ids=lambda row: row.name)
def test_each_member_gets_what_the_table_says(row, world, visits):
    wrong = []
    for number, (case, entry) in enumerate(row.cases.items()):
        for who in all_outside(entry.who, has_object=row.has_object) if number == 0 else bound_to_objects():
            got = _answers(row, visits, world, case, who)
            wanted = row.answers if who in entry.who else {404}
            if got.status not in wanted:
                wrong.append((case, *who, f"{got.status} instead of {sorted(wanted)}"))
            elif got.status == 404 and got.refusals == 0:
                wrong.append((case, *who, "refused without an entry in the log"))
            elif got.status in row.answers and got.refusals:
                wrong.append((case, *who, "let in, but the log says refused"))
    none_of(wrong)


@pytest.mark.parametrize("row", [row for row in DESK if row.method == "POST"], ids=lambda row: row.name)
def test_a_step_is_not_taken_by_opening_its_address(row, world, visits):
    """Who may do it gets no change by GET: 405, a redirect or a page that asks; everybody else still 404."""
    case, entry = next(iter(row.cases.items()))
    url = row.url(world.mine, case)
    for who in one_of_each(entry.who):
        assert visits.ask(world.mine.people[who], url).status in {200, 302, 405}, who
    for who in one_of_each(set(members()) - entry.who):
        assert visits.ask(world.mine.people[who], url).status in {404, 405}, who


@pytest.mark.parametrize("row", [row for row in DESK if row.method == "GET"], ids=lambda row: row.name)
def test_sending_a_form_is_refused_like_opening_it(row, world, visits):
    """The rule stands before the form: POST by members who may not is 404 on every page that takes one."""
    wrong = []
    for number, (case, entry) in enumerate(row.cases.items()):
        url = row.url(world.mine, case)
        tried = [(who, {404, 405}) for who in one_of_each(set(members()) - entry.who)]
        if number == 0:
            tried += [(who, {200, 302, 405, 409, 422}) for who in one_of_each(entry.who)]
        for who, wanted in tried:
            got = visits.ask(world.mine.people[who], url, "POST")
            if got.status not in wanted:
                wrong.append((case, *who, got.status))
    none_of(wrong)


# --- strangers ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", DESK, ids=lambda row: row.name)
def test_strangers_stay_outside(row, world, visits):
    """Nobody → log in; without second factor → set it up; without a role here, or with an ended one → 404, in the log."""
    wrong = []
    for number, case in enumerate(row.cases):
        url = row.url(world.mine, case)
        for method in ("GET", "POST") if number == 0 else (row.method,):
            nobody = visits.ask(None, url, method)
            back = "?next=" in nobody.to
            if nobody.status != 302 or not nobody.to.startswith(LOGIN) or back != (method == "GET"):
                wrong.append((case, method, "nobody", nobody.status, nobody.to))
            half = visits.ask(world.outsiders["without second factor"], url, method)
            if (half.status, half.to) != (302, SET_UP):
                wrong.append((case, method, "without second factor", half.status, half.to))
            for stranger in STRANGERS:
                got = visits.ask(world.outsiders[stranger], url, method)
                if got.status != 404 or got.refusals != 1:
                    wrong.append((case, method, stranger, got.status, got.refusals))
    none_of(wrong)


@pytest.mark.parametrize("row", [row for row in DESK if row.feature], ids=lambda row: row.name)
def test_what_is_switched_off_is_not_there(row, world, visits):
    side = world.mine
    rest = [key for key in side.district.features if key != row.feature]
    District.objects.filter(pk=side.district.pk).update(features=rest)
    for case, entry in row.cases.items():
        for who in one_of_each(entry.who):
            got = visits.ask(side.people[who], row.url(side, case), row.method)
            assert (got.status, got.refusals) == (404, 1), (case, who)


def test_what_is_switched_off_vanishes_from_navigation_and_to_dos(world, visits):
    side = world.mine
    asker = side.people[NORMAL, Role.DISTRICT_OFFICE]
    url = PAGES["web:today"].url(side, "")
    assert f"/intern/{side.slug}/fragen/" in visits.ask(asker, url).body
    assert f"/intern/{side.slug}/zustaendigkeit/" in visits.ask(asker, url).body
    District.objects.filter(pk=side.district.pk).update(features=[])
    body = visits.ask(asker, url).body
    for gone in ("fragen/", "zustaendigkeit/", "stellen/", "sprechstunden/"):
        assert f"/intern/{side.slug}/{gone}" not in body


# --- the district next door --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", DESK, ids=lambda row: row.name)
def test_the_district_next_door_is_not_there(row, world, visits):
    """No member of mine opens any address of the other district, whatever her role."""
    wrong = []
    for case, entry in row.cases.items():
        for who in one_of_each(entry.who):
            account = world.mine.people[who]
            theirs = visits.ask(account, row.url(world.other, case), row.method)
            mixed = visits.ask(account, row.url(world.mine, case, slug=world.other.slug), row.method)
            wrong += [(case, *who, got.status) for got in (theirs, mixed) if (got.status, got.refusals) != (404, 1)]
    none_of(wrong)


@pytest.mark.parametrize("row", [row for row in DESK if row.has_object and not row.is_shared], ids=lambda row: row.name)
def test_an_object_of_the_district_next_door_is_unknown_here(row, world, visits):
    """Its id below my own district's address answers exactly as an id that nobody ever gave."""
    wrong = []
    for case, entry in row.cases.items():
        kwargs = entry.kwargs(world.other)
        unknown = dict.fromkeys(kwargs, new_uid())
        for who in one_of_each(entry.who):
            account = world.mine.people[who]
            foreign = visits.ask(account, row.address(kwargs, world.mine.slug) + row.query(world.other), row.method)
            never = visits.ask(account, row.address(unknown, world.mine.slug) + row.query(world.other), row.method)
            if foreign.status != never.status or (foreign.status != 404 and not row.is_blind):
                wrong.append((case, *who, foreign.status, never.status))
            if not row.is_blind and foreign.refusals == 0:
                wrong.append((case, *who, "refused without an entry in the log"))
    none_of(wrong)


# --- the public door -----------------------------------------------------------------------------------------------------


def _langs(row: Page) -> tuple[str, ...]:
    return ("de", "ar") if row.door == "public" else ("de",)


@pytest.mark.parametrize("row", PUBLIC, ids=lambda row: row.name)
def test_public_pages_open_to_everybody_in_every_language(row, world, visits):
    for lang in _langs(row):
        for case in row.cases:
            for asker in (None, world.mine.people[NORMAL, Role.ADMINISTRATOR], world.outsiders["without membership"]):
                got = visits.ask(asker, row.url(world.mine, case, lang=lang), row.method)
                assert got.status in row.answers, (lang, case, got.status)


@pytest.mark.parametrize("row", [row for row in PUBLIC if row.door == "public"], ids=lambda row: row.name)
def test_public_pages_close_with_feature_publication_and_language(row, world, visits):
    side = world.mine
    rows = District.objects.filter(pk=side.district.pk)
    for case in row.cases:
        url = row.url(side, case, lang="ar")
        rows.update(languages=["de"])
        assert visits.ask(None, url).status == 404, "a language the district does not speak"
        rows.update(languages=["de", "ar"], is_published=False)
        assert visits.ask(None, url).status == 404, "not published"
        rows.update(is_published=True)
        if row.feature:
            rows.update(features=[key for key in side.district.features if key != row.feature])
            assert visits.ask(None, url).status == 404, "switched off"
            assert visits.ask(None, url, "POST").status == 404, "switched off"
            rows.update(features=side.district.features)


SHOWING = [row for row in PUBLIC if row.door == "public" and row.has_object and not row.is_blind]


@pytest.mark.parametrize("row", SHOWING, ids=lambda row: row.name)
def test_public_objects_of_the_district_next_door_are_not_there(row, world, visits):
    for case in row.cases:
        kwargs = row.cases[case].kwargs(world.other)
        assert visits.ask(None, row.address(kwargs, world.mine.slug)).status == 404


# --- residents -------------------------------------------------------------------------------------------------------------


STEPS = ("status", "follow-up", "withdraw", "own-data", "delete")


@pytest.mark.parametrize("step", STEPS)
def test_a_receipt_code_opens_its_own_question_and_nothing_else(step, world, visits):
    """A wrong code, no code, a code of the other district: the page that asks for the code, without a word of any question."""
    url = PAGES[f"enquiries_public:{step}"].url(world.mine, "")
    data = {"text": "noch etwas", "consent": "share", "confirmed": "1"}
    for code in ("", "0000-0000-0000-0000-0000", world.other.codes[NORMAL], world.mine.things[NORMAL].uid):
        got = visits.ask(None, url, "POST", {**data, "code": code})
        assert got.status in {404, 422}, code
        for side in world.sides:
            assert not any(mark in got.body.lower() for mark in side.marks.values()), code
    assert visits.ask(None, url, "POST", {**data, "code": world.mine.codes[NORMAL]}).status in {200, 422}
