"""A curious colleague reaches out: guessed ids in addresses and forms, rights of yesterday, kept views, the door for programs."""

from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import NoReverseMatch

from bruecke.accounts.actions import set_membership_end
from bruecke.accounts.models import Account, Membership
from bruecke.core import saved_views
from bruecke.core.scope import for_district
from bruecke.core.tests.factories import NOW
from bruecke.core.viewer import Role
from bruecke.directory.models import ContactPerson
from bruecke.staffing.models import HandOver
from tests.permissions.pages import DESK, PAGES, READERS
from tests.permissions.table import Page, walk
from tests.permissions.world import ASSOCIATION, AUTHORITY, NORMAL, TODAY, World

pytestmark = pytest.mark.any_database

ORDER = (Role.ADMINISTRATOR, Role.DISTRICT_OFFICE, Role.PRIVACY_OFFICER, Role.COORDINATOR)
REFUSED = {404, 410}


def somebody(row: Page, case: str) -> Any:
    """One of those who may open this; whoever may do most comes first."""
    who = row.cases[case].who
    return min(who, key=lambda one: (one[0] != NORMAL, ORDER.index(one[1]) if one[1] in ORDER else 9, one))


# --- ids in addresses ----------------------------------------------------------------------------------------------------


def guesses(world: World, kwargs: dict[str, str]) -> list[dict[str, str]]:
    """Numbers of rows, the id of another kind of thing, the right id with something behind it, and what breaks a text."""
    things = world.mine.things
    values = (str(things[NORMAL].pk), things["organisation authority"].uid, things[NORMAL].uid, "%00ä")
    found = [dict.fromkeys(kwargs, value) for value in values]
    found += [{name: f"{value}0" for name, value in kwargs.items()}, {name: value.swapcase() for name, value in kwargs.items()}]
    return [guess for guess in found if not set(guess.values()) & set(kwargs.values())]


def with_objects() -> list[Page]:
    return [row for row in DESK if row.has_object and not row.is_shared and not row.is_blind]


@pytest.mark.parametrize("app", sorted({row.name.partition(":")[0] for row in with_objects()}))
def test_guessed_ids_open_nothing(app, world, visits):
    """Who may open the page with the right id gets 404 for every guess, and never an error of the program."""
    tried, wrong = 0, []
    for row in (row for row in with_objects() if row.name.startswith(f"{app}:")):
        case = next(iter(row.cases))
        asker = world.mine.people[somebody(row, case)]
        kwargs = row.cases[case].kwargs(world.mine)
        for guess in guesses(world, kwargs):
            try:
                url = row.address(guess, world.mine.slug)
            except NoReverseMatch:  # the pattern takes no such value: there is no address to try
                continue
            tried += 1
            got = visits.ask(asker, url, row.method)
            if got.status not in REFUSED and not _is_the_right_one(row, world, guess):
                wrong.append((row.name, guess, got.status))
    assert wrong == []
    assert tried


def _is_the_right_one(row: Page, world: World, guess: dict[str, str]) -> bool:
    """The guess names an object of the same kind that stands in the world too (an organisation, a question, a place)."""
    own = {thing.uid for key, thing in world.mine.things.items() if hasattr(thing, "uid")}
    kinds = {type(thing) for thing in world.mine.things.values() if getattr(thing, "uid", "") in guess.values()}
    meant = {
        type(thing)
        for thing in world.mine.things.values()
        for case in row.cases.values()
        if getattr(thing, "uid", "") in case.kwargs(world.mine).values()
    }
    return bool(set(guess.values()) & own) and bool(kinds & meant) and len(guess) == 1


# --- ids in forms --------------------------------------------------------------------------------------------------------


def choices_of(field: Any) -> set[str]:
    """What a field offers, groups taken apart."""
    found: set[str] = set()
    for value, label in getattr(field, "choices", ()):
        found |= {str(inner) for inner, _words in label} if isinstance(label, (list, tuple)) else {str(value)}
    return found - {""}


def form_of(answer: Any) -> Any:
    context = answer.response.context
    form = context.get("form") if context is not None else None
    return form if hasattr(form, "fields") else None


def as_sent(form: Any, name: str, value: str) -> QueryDict:
    """The form as it came, with one field filled with something that it does not offer."""
    sent = QueryDict(mutable=True)
    for key in form.fields:
        given = form[key].value()
        listed = given if isinstance(given, (list, tuple)) else [given]
        sent.setlist(form.add_prefix(key), ["" if one in (None, False) else str(one) for one in listed])
    sent[form.add_prefix(name)] = value
    return sent


PASSES_OVER = {("staffing:hand-over", "ticked")}
"""Lists whose entries come and go while somebody ticks: what is not offered any more is passed over, not complained of."""


def holds_foreign_tick(side, key) -> bool:
    with for_district(side.district):
        return any(key in row.ticked for row in HandOver.objects.all())


def test_no_form_takes_what_only_the_neighbours_form_offers(world, visits):
    """Every select of the desk, filled with an entry of the same select in the district next door."""
    tried, wrong, seen = set(), [], set()
    views = {name: getattr(view, "view_class", view) for name, view in walk()}
    for row in (row for row in DESK if row.method == "GET" and hasattr(views[row.name], "form_class")):
        if (form_class := views[row.name].form_class) in seen:
            continue
        seen.add(form_class)
        case = next(iter(row.cases))
        who = somebody(row, case)
        mine = form_of(visits.ask(world.mine.people[who], row.url(world.mine, case)))
        theirs = form_of(visits.ask(world.other.people[who], row.url(world.other, case)))
        if mine is None or theirs is None:
            continue
        for name in mine.fields.keys() & theirs.fields.keys():
            foreign = choices_of(theirs.fields[name]) - choices_of(mine.fields[name])
            if not foreign or not choices_of(mine.fields[name]):
                continue
            tried.add((row.name, name))
            sent = as_sent(mine, name, min(foreign))
            got = visits.ask(world.mine.people[who], row.url(world.mine, case), "POST", sent.urlencode(), content_type=FORM)
            form = form_of(got)
            if (row.name, name) in PASSES_OVER and got.status == 302:
                assert not holds_foreign_tick(world.mine, min(foreign))
            elif got.status not in {404, 405} and not (got.status == 422 and form is not None and name in form.errors):
                wrong.append((row.name, name, got.status, dict(form.errors) if form is not None else got.to))
    assert wrong == []
    assert len({name for name, _field in tried}) >= 12, sorted(tried)


FORM = "application/x-www-form-urlencoded"


def test_fields_nobody_offers_change_nothing(world, visits):
    """A form of one's own name, filled up with everything one would like to be."""
    account = world.mine.people[NORMAL, Role.EDITOR]
    wishes = {
        "email": "chefin@example.org", "is_active": "", "is_superuser": "on", "is_staff": "on", "role": "administrator",
        "district": world.other.district.pk, "controller": world.mine.controllers[ASSOCIATION].pk, "password": "neu neu neu neu",
    }  # fmt: skip
    before = Account.objects.filter(pk=account.pk).values().get()
    with for_district(world.mine.district):
        roles = list(Membership.objects.filter(account=account).order_by("pk").values())
    url = PAGES["accounts:name-change"].url(world.mine, "")
    got = visits.ask(account, url, "POST", {"name": "Anderer Name", "form_key": "a" * 32, **wishes}, stays=True)
    assert got.status == 302
    after = Account.objects.filter(pk=account.pk).values().get()
    assert after["name"] == "Anderer Name"
    assert {key for key in before if before[key] != after[key]} <= {"name", "sort_key", "find_key"}
    with for_district(world.mine.district):
        assert list(Membership.objects.filter(account=account).order_by("pk").values()) == roles


# --- rights of yesterday -------------------------------------------------------------------------------------------------


def test_a_role_that_ended_ends_every_page_of_an_open_session(world, visits):
    who = (NORMAL, Role.COORDINATOR)
    side, account = world.mine, world.mine.people[who]
    rows = [(row, case) for row in DESK for case, entry in row.cases.items() if who in entry.who]
    assert len(rows) > 80
    administrator = side.viewer((NORMAL, Role.ADMINISTRATOR))
    with for_district(side.district):
        set_membership_end(
            membership=side.things["membership normal coordinator"], valid_until=TODAY, version=None, viewer=administrator, now=NOW
        )
    for row, case in rows:
        got = visits.ask(account, row.url(side, case), row.method, row.data(side))
        assert (got.status, got.refusals) == (404, 1), (row.name, case)


def test_a_locked_account_is_out_with_the_next_click(world, visits):
    account = world.mine.people[NORMAL, Role.ADMINISTRATOR]
    Account.objects.filter(pk=account.pk).update(is_active=False)
    for name in ("web:today", "accounts:people", "enquiries:inbox", "accounts:people-export"):
        got = visits.ask(account, PAGES[name].url(world.mine, ""))
        assert got.status == 302, name
        assert got.to.startswith("/intern/konto/anmelden/")


def test_who_moved_to_another_controller_reads_nothing_of_the_old_one(world, visits):
    """She still holds the post and the questions are still in her hands: the data owner alone decides."""
    who, side = (NORMAL, Role.COORDINATOR), world.mine
    account, page = side.people[who], PAGES["enquiries:detail"]
    assert visits.ask(account, page.url(side, NORMAL)).status == 200
    with for_district(side.district):
        rows = Membership.objects.filter(account=account)
        rows.update(controller=side.controllers[ASSOCIATION], unit=None)
    for case, readers in READERS.items():
        wanted = 200 if case == "normal-shared" else 404
        if who in readers:
            assert visits.ask(account, page.url(side, case)).status == wanted, case
    body = visits.ask(account, PAGES["enquiries:inbox"].url(side, "") + "?tab=alle&stand=").body
    assert side.things[NORMAL].uid not in body
    assert side.things["normal-shared"].uid in body


def test_a_unit_named_authority_reads_nothing_more_of_its_house(world, visits):
    """The hour a unit is marked as Ausländerbehörde, questions that were not named to it close."""
    who, side = (NORMAL, Role.DISTRICT_OFFICE), world.mine
    account, page = side.people[who], PAGES["enquiries:detail"]
    assert visits.ask(account, page.url(side, AUTHORITY)).status == 200
    with for_district(side.district):
        type(side.units[NORMAL]).objects.filter(pk=side.units[NORMAL].pk).update(is_foreigners_authority=True)
    assert visits.ask(account, page.url(side, AUTHORITY)).status == 404
    assert visits.ask(account, page.url(side, "authority-shared")).status == 200


# --- kept views ----------------------------------------------------------------------------------------------------------


def keep(side: Any, who: Any, **values: Any) -> Any:
    given = {
        "district": side.district,
        "page": "enquiries:inbox",
        "name": "Meine",
        "query": "q=x",
        "is_shared": False,
        "is_first": True,
    }
    with for_district(side.district):
        return saved_views.save_view(**{**given, **values}, viewer=side.viewer(who), now=NOW)


def test_a_view_of_somebody_else_is_not_there(world, visits):
    side = world.mine
    view = keep(side, (NORMAL, Role.COORDINATOR), name="Nur meine", query="q=geheim")
    for who in ((NORMAL, Role.DISTRICT_OFFICE), (NORMAL, Role.ADMINISTRATOR), (ASSOCIATION, Role.COORDINATOR)):
        account = side.people[who]
        got = visits.ask(account, PAGES["enquiries:inbox"].url(side, ""))
        assert "Nur meine" not in got.body
        assert "geheim" not in got.to + got.body
        for name, method in (("view-change", "GET"), ("view-change", "POST"), ("view-remove", "POST"), ("view-restore", "POST")):
            url = PAGES[f"web:{name}"].address({"uid": view.uid}, side.slug)
            assert visits.ask(account, url, method, {"name": "Jetzt meine"}).status == 404, (who, name)


@pytest.mark.parametrize(
    "asked",
    [
        "accounts:people",
        "accounts:audit-log",
        "accounts:person",
        "web:today",
        "account_login",
        "api:list_offers",
        "http://a.example",
        "",
    ],
)
def test_no_view_of_a_list_that_does_not_open(asked, world, visits):
    """A coordinator keeps no view of a list she may not open, nor of what is no list."""
    account = world.mine.people[NORMAL, Role.COORDINATOR]
    url = PAGES["web:view-save"].address({}, world.mine.slug)
    for method in ("GET", "POST"):
        got = visits.ask(account, f"{url}?seite={asked}&q=q%3Dx", method, {"name": "x", "form_key": "b" * 32})
        assert got.status == 404


@pytest.mark.parametrize(
    "query", ["q=x&next=https://a.example", "q=x%0d%0aLocation:%20https://a.example", "q=//a.example/", "q=x#//a"]
)
def test_a_kept_view_leads_to_its_list_and_nowhere_else(query, world, visits):
    side, who = world.mine, (NORMAL, Role.COORDINATOR)
    here = PAGES["enquiries:inbox"].url(side, "")
    keep(side, who, query=query)
    got = visits.ask(side.people[who], here)
    assert got.status == 302
    assert got.to.startswith(f"{here}?q=")
    assert "next" not in got.to
    assert not {"\r", "\n"} & set(got.to)


def test_a_view_given_to_everybody_shows_each_only_her_rows(world, visits):
    side = world.mine
    keep(side, (NORMAL, Role.DISTRICT_OFFICE), name="Alle", query="tab=alle&stand=", is_shared=True, is_first=False)
    for who in ((NORMAL, Role.COORDINATOR), (AUTHORITY, Role.COORDINATOR), (ASSOCIATION, Role.COORDINATOR)):
        body = visits.ask(side.people[who], PAGES["enquiries:inbox"].url(side, "") + "?tab=alle&stand=").body
        shown = {key for key in READERS if side.things[key].uid in body}
        assert shown == {key for key, readers in READERS.items() if who in readers}, who


# --- the door for programs -----------------------------------------------------------------------------------------------


API = "/api/v1/"


@pytest.mark.parametrize(
    "address", ["places", "offers", "offers?q=Sprachcaf%C3%A9", "offers?per_page=100", "responsible?ags=14628100"]
)
def test_a_session_of_the_desk_gives_nothing_more_to_programs(address, world, visits):
    cookies = visits.cookies[world.mine.people[NORMAL, Role.ADMINISTRATOR].pk]
    plain, known = Client(), Client()
    known.cookies = cookies
    first, second = plain.get(API + address), known.get(API + address)
    assert first.status_code == second.status_code == 200
    assert first.content == second.content


def test_programs_learn_nothing_unreleased(world):
    """Drafts, internal and archived offers, unreleased persons, questions, people with access: no list, no id, no count."""
    side, client = world.mine, Client()
    hidden = [side.things[f"offer {key}"] for key in ("draft", "internal", "archived")]
    for offer in hidden:
        assert client.get(f"{API}offers/{offer.uid}").status_code == 404, offer.title
        found = client.get(f"{API}offers", {"q": offer.title, "per_page": 100}).json()
        assert offer.uid not in [one["id"] for one in found["items"]], offer.title
    listed = client.get(f"{API}offers?per_page=100&district={side.slug}").json()
    assert listed["total"] == len(listed["items"]) == 4, "three that run and one that rests, which says so"
    told = " ".join(
        client.get(API + path).text for path in ("places", "offers?per_page=100", f"responsible?ags={side.places[NORMAL].pk}")
    )
    with for_district(side.district):
        names = [row.name for row in ContactPerson.objects.filter(is_released=False)]
    assert names
    accounts = [account.email for account in side.people.values()]
    assert not [text for text in (*names, *accounts, *side.marks.values()) if text in told]
