"""The public door: no cookie, no person, cached and fresh; every public-facing change at the desk shows at once."""

import gzip
import re
from datetime import date, time, timedelta
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bruecke.accounts import actions as accounts
from bruecke.core import memo as registers
from bruecke.core import pagecache
from bruecke.core.models import District
from bruecke.core.scope import for_district
from bruecke.core.tests.factories import NOW
from bruecke.core.viewer import Role
from bruecke.directory import actions as directory
from bruecke.enquiries.models import Enquiry
from bruecke.staffing import actions as staffing
from tests.permissions.pages import PUBLIC
from tests.permissions.world import NORMAL, picture

pytestmark = pytest.mark.any_database

CACHED = [row for row in PUBLIC if row.is_cached]
UNCACHED = {  # forms, their steps, machines' questions, images under addresses of their own, the gallery of development
    "directory_public:logo",
    "enquiries_public:ask",
    "enquiries_public:delete",
    "enquiries_public:file",
    "enquiries_public:follow-up",
    "enquiries_public:help",
    "enquiries_public:own-data",
    "enquiries_public:pass-on",
    "enquiries_public:referral",
    "enquiries_public:referral-answer",
    "enquiries_public:referral-file",
    "enquiries_public:status",
    "enquiries_public:withdraw",
    "gallery",
    "healthz",
    "offers_public:feedback",
    "offers_public:provider",
    "robots",
    "staffing_public:sheet-stop",
}
ADDRESSES = [
    pytest.param(row, case, lang, id=f"{row.name}-{case or lang}-{lang}")
    for row in PUBLIC
    for case in row.cases
    for lang in (("de", "ar") if row.door == "public" else ("de",))
]
POST_FORM = re.compile(rb"<form[^>]*method=[\"']?post", re.IGNORECASE)
MOST_QUERIES = 11


def fetch(url: str, **headers):
    """One request without any cookie."""
    response = Client().get(url, **headers)
    if response.streaming:
        b"".join(response.streaming_content)  # a file stays open otherwise
    return response


@pytest.fixture
def memo(settings):
    """A process that believes a version for the usual time; `later` lets the time pass."""
    settings.DISTRICT_MEMO_SECONDS = 0.3
    return settings


def test_every_public_page_is_cached_or_listed():
    left = {row.name for row in PUBLIC if not row.is_cached and not row.name.startswith("api:")}  # programs: tags, see `interop`
    assert left == UNCACHED


@pytest.mark.parametrize(("row", "case", "lang"), ADDRESSES)
def test_no_cookie_no_session_no_person(row, case, lang, world, visits):
    url = row.url(world.mine, case, lang=lang)
    desk = visits.cookies[world.mine.people[NORMAL, Role.ADMINISTRATOR].pk]
    for cookies in ({}, {"sessionid": desk["sessionid"].value, "csrftoken": "x" * 32}):
        client = Client()
        for name, value in cookies.items():
            client.cookies[name] = value
        response = client.get(url)
        if response.streaming:
            b"".join(response.streaming_content)
        assert response.status_code in row.answers
        assert "Cookie" not in response.headers.get("Vary", "")
        assert "Set-Cookie" not in response.headers
        assert not response.cookies
        assert not hasattr(response.wsgi_request, "session")
        assert not hasattr(response.wsgi_request, "user")
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(("row", "case", "lang"), ADDRESSES)
def test_content_policy_is_strict(row, case, lang, world):
    policy = fetch(row.url(world.mine, case, lang=lang)).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    for weak in ("nonce", "unsafe", "http:", "https:", "*"):
        assert weak not in policy


@pytest.mark.parametrize(("row", "case", "lang"), [entry for entry in ADDRESSES if entry.values[0].is_cached])
def test_second_request_is_answered_from_the_cache(row, case, lang, world, settings):
    settings.DISTRICT_MEMO_SECONDS = 60
    url = row.url(world.mine, case, lang=lang)
    settings.REGISTER_MEMO_SECONDS = 60
    registers.forget()
    fetch(url)  # what a process knows after its first page: the registers of places and words
    cache.clear()
    pagecache.forget_versions()
    with CaptureQueriesContext(connection) as cold:
        first = fetch(url)
    assert len(cold) <= MOST_QUERIES, "\n".join(query["sql"][:300] for query in cold.captured_queries)
    with CaptureQueriesContext(connection) as warm:
        again = fetch(url, headers={"if-none-match": first.headers["ETag"]})
        whole = fetch(url)
    assert len(warm) == 0
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"] == whole.headers["ETag"]
    assert whole.content == first.content
    assert not POST_FORM.search(first.content)
    assert b"csrfmiddlewaretoken" not in first.content
    assert b"nonce=" not in first.content
    registers.forget()


@pytest.mark.parametrize(("row", "case", "lang"), [entry for entry in ADDRESSES if entry.values[0].is_cached])
def test_gzipped_page_has_its_own_tag(row, case, lang, world):
    url = row.url(world.mine, case, lang=lang)
    plain = fetch(url)
    if len(plain.content) < pagecache.WORTH_ZIPPING:
        return
    zipped = fetch(url, headers={"accept-encoding": "gzip, br"})
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.content) == plain.content
    assert zipped.headers["ETag"] != plain.headers["ETag"]
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert "Accept-Encoding" in zipped.headers["Vary"]
    crossed = fetch(url, headers={"accept-encoding": "gzip", "if-none-match": plain.headers["ETag"]})
    assert crossed.status_code == 200, "the tag of the plain page must not confirm the gzipped one"
    same = fetch(url, headers={"accept-encoding": "gzip", "if-none-match": zipped.headers["ETag"]})
    assert same.status_code == 304


@pytest.mark.parametrize("row", [row for row in PUBLIC if not row.is_cached and row.door == "public"], ids=lambda row: row.name)
def test_what_is_not_cached_is_kept_nowhere(row, world):
    response = fetch(row.url(world.mine, ""))
    if row.name == "directory_public:logo":
        assert response.headers["Cache-Control"] == "public, max-age=86400"
        again = fetch(row.url(world.mine, ""), headers={"if-none-match": response.headers["ETag"]})
        assert again.status_code == 304
    else:
        assert response.headers["Cache-Control"] == "no-store"


def test_pages_with_a_question_in_the_address_are_not_kept(world):
    """Otherwise a stranger could fill the cache with made-up addresses, and what people search for would lie in it."""
    url = next(row for row in CACHED if row.name == "staffing_public:find").url(world.mine, "")
    before = set(cache._cache)
    assert fetch(f"{url}?ort=Zwickau").status_code == 200
    assert set(cache._cache) == before


def test_page_of_one_district_is_no_other_s(world):
    row = next(row for row in CACHED if row.name == "web_public:start")
    mine, theirs = (fetch(row.url(side, "")).content.decode() for side in world.sides)
    assert world.mine.district.name in mine
    assert world.other.district.name not in mine
    assert world.mine.district.name not in theirs


# --- fresh after every public-facing change ---------------------------------------------------------------------------


def _step(side) -> dict:
    return {"viewer": side.system, "now": NOW}


def _change(act, page: str, shows: str | None, *, gone: str | None = None, case: str = ""):
    """`act(side)`, the page on which it shows, and the text that comes (or goes)."""
    return SimpleNamespace(act=act, page=page, shows=shows, gone=gone, case=case)


def _new_hour(side):
    values = {
        "location": side.things["location normal"],
        "weekday": 0,
        "starts": time(9, 15),
        "ends": time(10, 45),
        "valid_from": date(2026, 11, 30),
    }
    staffing.create_hour(post=side.things["post normal"], values=values, **_step(side))


def _edit(action, key: str, kind: str, **changes):
    def act(side):
        thing = side.things[key]
        values = {field.name: getattr(thing, field.name) for field in thing._meta.concrete_fields} | changes
        action(**{kind: thing, "values": values, "version": None, **_step(side)})

    return act


def _edit_controller(side):
    accounts.edit_controller(
        controller=side.controllers["leading"], values={"address": "Neue Straße 9"}, version=None, **_step(side)
    )


def _assign(side):
    staffing.assign_municipalities(
        district=side.district,
        municipalities=[side.places["gap"].pk],
        post=side.things["post normal"],
        valid_from=date(2026, 11, 1),
        **_step(side),
    )


CHANGES = {
    "assign": _change(_assign, "staffing_public:place", "Integrationskoordination Freital", case="gap"),
    "undo assignment": _change(
        lambda side: staffing.undo_assignment(assignment=side.things["assignment association"], **_step(side)),
        "staffing_public:place",
        "help-topics",  # the post that answers a topic here is no longer the one of the place
        case="association",
    ),
    "new hour": _change(_new_hour, "staffing_public:hours", "9:15–10:45"),
    "hour changed": _change(
        _edit(staffing.edit_hour, "hour normal", "hour", starts=time(15, 20)), "staffing_public:hours", "15:20–18:00"
    ),
    "hour ended": _change(
        lambda side: staffing.end_hour(hour=side.things["hour normal"], valid_until=date(2026, 11, 25), **_step(side)),
        "staffing_public:hours",
        None,
        gone="Haus normal",
    ),
    "day cancelled": _change(
        lambda side: staffing.cancel_day(hour=side.things["hour normal"], on=date(2026, 11, 26), **_step(side)),
        "staffing_public:hours",
        'Fällt aus: <time datetime="2026-11-26">',
    ),
    "day restored": _change(
        lambda side: staffing.restore_day(exception=side.things["exception"], **_step(side)),
        "staffing_public:hours",
        None,
        gone='Fällt aus: <time datetime="2026-12-03">',
    ),
    "post changed": _change(
        _edit(staffing.edit_post, "post normal", "post", title="Koordination für alle"),
        "staffing_public:place",
        "Koordination für alle",
        case=NORMAL,
    ),
    "own details": _change(
        _edit(staffing.edit_own_details, "post normal", "post", phone="+49 30 23125 999"),
        "staffing_public:place",
        "+49 30 23125 999",
        case=NORMAL,
    ),
    "post ended": _change(
        lambda side: staffing.end_post(
            post=side.things["post normal"], valid_until=date(2026, 11, 24), version=None, **_step(side)
        ),
        "staffing_public:place",
        None,
        gone="stelle-1@musterkreis.example.org",
        case=NORMAL,
    ),
    "holder changed": _change(
        lambda side: staffing.change_holder(
            post=side.things["post normal"],
            account=side.people[NORMAL, Role.COORDINATOR],
            public_name="Freigegebener Name",
            is_name_released=True,
            valid_from=date(2026, 11, 24),
            **_step(side),
        ),
        "staffing_public:place",
        "Freigegebener Name",
        case=NORMAL,
    ),
    "post vacated": _change(
        lambda side: staffing.vacate_post(post=side.things["post normal"], valid_from=date(2026, 11, 24), **_step(side)),
        "staffing_public:place",
        None,
        gone="stelle-1@musterkreis.example.org",
        case=NORMAL,
    ),
    "organisation renamed": _change(
        _edit(directory.edit_organisation, "organisation normal", "organisation", name="Neuer Träger"),
        "staffing_public:place",
        "Neuer Träger",
        case=NORMAL,
    ),
    "location moved": _change(
        _edit(directory.edit_location, "location normal", "location", street="Umzugsweg 7"),
        "staffing_public:place",
        "Umzugsweg 7",
        case=NORMAL,
    ),
    "logo set": _change(
        lambda side: directory.set_logo(
            organisation=side.things["organisation association"], file=picture(), name="logo.png", **_step(side)
        ),
        "web_public:start",
        None,
    ),
    "logo removed": _change(
        lambda side: directory.remove_logo(organisation=side.things["organisation normal"], **_step(side)), "web_public:start", None
    ),
    "controller's text": _change(_edit_controller, "web_public:imprint", "Neue Straße 9"),
    "unit renamed": _change(
        lambda side: accounts.edit_unit(
            unit=side.units[NORMAL], values={"name": "Referat Zusammenhalt"}, version=None, **_step(side)
        ),
        "web_public:start",
        None,
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_at_the_desk_is_on_the_page_at_once(name, world):
    change, side = CHANGES[name], world.mine
    url = next(row for row in CACHED if row.name == change.page).url(side, change.case)
    before = fetch(url)
    version = District.objects.get(pk=side.district.pk).public_version
    with for_district(side.district):
        change.act(side)
    assert District.objects.get(pk=side.district.pk).public_version > version
    after = fetch(url)
    if change.shows:
        assert change.shows not in before.content.decode()
        assert change.shows in after.content.decode()
    if change.gone:
        assert change.gone in before.content.decode()
        assert change.gone not in after.content.decode()


def test_a_second_process_sees_a_change_within_its_memory(world, memo, monkeypatch):
    """Who asked a moment ago may get the old page for 0.3 s; another process, and the same one after that, the new one."""
    ticks = SimpleNamespace(now=1000.0)
    monkeypatch.setattr(pagecache.time, "monotonic", lambda: ticks.now)
    change, side = CHANGES["own details"], world.mine
    url = next(row for row in CACHED if row.name == change.page).url(side, change.case)
    old = fetch(url).content
    with for_district(side.district):
        change.act(side)
    remembered = dict(pagecache._memo)
    pagecache.forget_versions()  # another process, or this one had not been asked before
    assert change.shows in fetch(url).content.decode()
    pagecache._memo.update(remembered)
    ticks.now += 0.2
    assert fetch(url).content == old
    ticks.now += 0.2
    assert change.shows in fetch(url).content.decode()


def test_a_new_day_is_a_new_page(world):
    from bruecke.core import clock

    row = next(row for row in CACHED if row.name == "web_public:start")
    first = fetch(row.url(world.mine, ""))
    with clock.frozen(NOW + timedelta(days=1)):
        assert fetch(row.url(world.mine, "")).headers["ETag"] is not None
    assert first.status_code == 200


def test_a_question_leaves_public_pages_as_they_are(world):
    """Questions are nobody's business: working on one must not even show in the version of the public pages."""
    from bruecke.enquiries import actions

    side = world.mine
    version = District.objects.get(pk=side.district.pk).public_version
    with for_district(side.district):
        enquiry = Enquiry.objects.get(pk=side.things[NORMAL].pk)
        viewer = side.viewer((NORMAL, Role.COORDINATOR))
        actions.answer_enquiry(enquiry=enquiry, text="Antwort", language="de", version=None, viewer=viewer, now=NOW)
    assert District.objects.get(pk=side.district.pk).public_version == version
