"""An outsider at every door: forms without a brake, borrowed sessions, foreign hosts and addresses, input that no browser sends."""

import re
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from django.test import Client

from bruecke.core.models import OutboxMail
from bruecke.core.viewer import Role
from bruecke.ui.forms import GuardedForm
from bruecke.ui.views import PublicForm
from tests.permissions.pages import DESK, PAGES, PUBLIC
from tests.permissions.table import walk
from tests.permissions.world import NORMAL

pytestmark = pytest.mark.any_database

VIEWS = {name: getattr(view, "view_class", view) for name, view in walk()}
EVIL = "evil.example"
HOSTILE = (
    f"next=https://{EVIL}/&weiter=//{EVIL}/&back=/%5C{EVIL}&seite=https://{EVIL}/&page=99999999999999999999&sort=__class__"
    f"&q=%00%ff%fe&tag=9999-99-99&von=0000-00&ort=%F0%9F%92%A9&tab={'a' * 3000}&{quote('a[$ne]')}=1"
)
BY_CODE = {"follow-up", "file", "withdraw", "own-data", "delete", "pass-on", "status"}
BY_LINK = {  # the address holds a random token: who cannot name it is refused, who can holds a key
    "enquiries_public:referral-answer",
    "enquiries_public:referral-file",
    "offers_public:provider",
    "staffing_public:sheet-stop",
}
FORMS = [row for row in PUBLIC if isinstance(VIEWS[row.name], type) and issubclass(VIEWS[row.name], PublicForm)]
LOGIN = "/intern/konto/anmelden/"


def entitled(row: Any, case: str, world: Any) -> Any:
    who = row.cases[case].who
    return world.mine.people[min(who, key=lambda one: (one[1] is not Role.ADMINISTRATOR, one))] if who else None


# --- brakes --------------------------------------------------------------------------------------------------------------


def test_every_public_form_has_a_guard_a_code_or_a_link():
    """A new public form fails here until one of the three stands before it."""
    assert len(FORMS) >= 12
    loose = []
    for row in FORMS:
        guarded = issubclass(VIEWS[row.name].form_class, GuardedForm)
        if not guarded and row.name.partition(":")[2] not in BY_CODE and row.name not in BY_LINK:
            loose.append(row.name)
    assert loose == []


def test_nothing_else_at_the_public_door_takes_a_form(world):
    for row in PUBLIC:
        if row not in FORMS:
            answer = Client().post(row.url(world.mine, next(iter(row.cases))))
            assert answer.status_code in {404, 405}, row.name


@pytest.mark.parametrize(
    "row", [row for row in FORMS if issubclass(VIEWS[row.name].form_class, GuardedForm)], ids=lambda row: row.name
)
def test_a_form_that_was_never_shown_is_not_taken(row, world, visits):
    """No token, or a made up one: 422 or the way back to the door, and no mail leaves."""
    before = OutboxMail.objects.count()
    for guard in ("", "forged", "a" * 4000):
        got = visits.ask(None, row.url(world.mine, next(iter(row.cases))), "POST", {"guard": guard, "text": "x"}, stays=True)
        assert got.status in {302, 404, 410, 422}, guard
    assert OutboxMail.objects.count() == before


@pytest.mark.parametrize("step", sorted(BY_CODE))
def test_wrong_codes_are_braked_at_every_address_that_takes_one(step, world, visits):
    url = PAGES[f"enquiries_public:{step}"].url(world.mine, "")
    seen = [
        visits.ask(None, url, "POST", {"code": f"{number:020d}"}, stays=True, REMOTE_ADDR="203.0.113.7").status
        for number in range(12)
    ]
    assert seen[0] == 422
    assert seen[-1] == 429


def test_who_names_another_address_in_a_header_gets_no_fresh_tries(world, visits):
    url = PAGES["enquiries_public:status"].url(world.mine, "")
    seen = [
        visits.ask(None, url, "POST", {"code": "0" * 20}, stays=True, HTTP_X_FORWARDED_FOR=f"203.0.113.{number}").status
        for number in range(12)
    ]
    assert seen[-1] == 429


def test_a_code_that_never_was_and_one_of_the_neighbours_are_answered_alike(world, visits):
    url = PAGES["enquiries_public:status"].url(world.mine, "")
    codes = ("0000-0000-0000-0000-0000", world.other.codes[NORMAL])
    pages = [visits.ask(None, url, "POST", {"code": code}) for code in codes]
    assert pages[0].status == pages[1].status == 422
    assert pages[0].body.replace(codes[0], "") == pages[1].body.replace(codes[1], "")


# --- borrowed sessions -----------------------------------------------------------------------------------------------------


def test_no_desk_address_takes_a_form_without_its_token(world, visits):
    """Every address of the desk, with the session of somebody who may: a foreign page's form is refused."""
    client, wrong = Client(enforce_csrf_checks=True), []
    for row in DESK:
        case = next(iter(row.cases))
        client.cookies = visits.cookies[entitled(row, case, world).pk]
        status = client.post(row.url(world.mine, case), row.data(world.mine)).status_code
        if status != 403:
            wrong.append((row.name, status))
    assert wrong == []


@pytest.mark.parametrize("path", ["anmelden/", "passwort/", "abmelden/"])
def test_the_entrance_needs_its_token_too(path, world):
    answer = Client(enforce_csrf_checks=True).post(f"/intern/konto/{path}", {"login": "a@example.org", "password": "x"})
    assert answer.status_code in {403, 404}


def test_cookies_are_for_the_browser_alone(world, settings):
    answer = Client().get(LOGIN)
    for name, cookie in answer.cookies.items():
        assert cookie["httponly"], name
        assert cookie["samesite"] == "Lax", name
    assert answer.cookies
    assert settings.SESSION_COOKIE_HTTPONLY
    assert settings.SESSION_COOKIE_SAMESITE == settings.CSRF_COOKIE_SAMESITE == "Lax"


# --- headers, redirects, odd input ------------------------------------------------------------------------------------------


def wrong_headers(row: Any, response: Any) -> list[str]:
    wanted = {"X-Content-Type-Options": "nosniff"}
    if not getattr(VIEWS[row.name], "is_framed", False) and response.status_code == 200:
        wanted["X-Frame-Options"] = "DENY"
    if row.door in {"desk", "open", "own"}:
        wanted["Cache-Control"] = "no-store"
    wrong = [name for name, value in wanted.items() if value not in response.headers.get(name, "")]
    if "default-src 'none'" not in response.headers.get("Content-Security-Policy", ""):
        wrong.append("Content-Security-Policy")
    if response.headers.get("Referrer-Policy") not in {"no-referrer", "same-origin"}:
        wrong.append("Referrer-Policy")
    return wrong


@pytest.mark.parametrize("door", ["desk", "public", "plain", "open"])
def test_hostile_parameters_get_a_calm_answer(door, world, visits):
    """Every page with everything wrong in its address: no error of ours, no way to a foreign site, all headers in place."""
    wrong = []
    for row in (row for row in PAGES.values() if row.door == door and row.method == "GET"):
        case = next(iter(row.cases))
        url = row.url(world.mine, case)
        asker = entitled(row, case, world) if door == "desk" else None
        got = visits.ask(asker, f"{url}{'&' if '?' in url else '?'}{HOSTILE}")
        if got.status >= 500 and not (row.name == "konto:sso" and got.status == 503):
            wrong.append((row.name, got.status))
        if urlsplit(got.to).netloc not in {"", "testserver"} or got.to.startswith(("/\\", "//")):
            wrong.append((row.name, got.to))
        if re.search(rf'(?:href|action|src|content)="?(?:https?:)?[/\\]+{EVIL}', got.body):
            wrong.append((row.name, "leads away"))
        if not row.name.startswith("api:"):
            wrong += [(row.name, name) for name in wrong_headers(row, got.response)]
    assert wrong == []


NO_PAGES = (
    "/%00", "/de/%ff%fe/", "/de/musterkreis/%2e%2e/%2e%2e/etc/passwd", "/" + "a" * 9000, "/.env", "/media/x",
    "/static/../settings.py", "/static/%2e%2e/%2e%2e/etc/passwd", "/de/musterkreis/logo/..%2f..%2fx/",
)  # fmt: skip


@pytest.mark.parametrize("path", NO_PAGES)
def test_paths_that_no_page_has(path, world):
    answer = Client().get(path)
    assert answer.status_code == 404


@pytest.mark.parametrize("row", FORMS, ids=lambda row: row.name)
def test_bodies_that_no_browser_sends(row, world):
    """Invalid UTF-8, NUL, a broken multipart, a thousand fields, JSON: an answer of the client's fault or a plain page."""
    url = row.url(world.mine, next(iter(row.cases)))
    form = "application/x-www-form-urlencoded"
    bodies = [
        (b"text=%ff%fe%00&code=%00&email=%00&guard=%ff", form),
        (b"\xff\xfe\x00=\x00", form),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"x", "multipart/form-data"),
        (b"&".join(b"a%d=1" % number for number in range(1100)), form),
        (b'{"text": 1}', "application/json"),
        (b"text=x", "application/x-www-form-urlencoded; charset=no-such-thing"),
    ]
    for body, kind in bodies:
        status = Client().generic("POST", url, body, content_type=kind).status_code
        assert status < 500, (body[:20], kind)


@pytest.mark.parametrize("method", ["put", "patch", "delete", "trace"])
def test_other_methods_are_refused(method, world):
    for row in PUBLIC:
        if not row.name.startswith("api:"):
            answer = getattr(Client(), method)(row.url(world.mine, next(iter(row.cases))))
            assert answer.status_code in {404, 405}, row.name


# --- hosts -----------------------------------------------------------------------------------------------------------------


def test_a_foreign_host_is_refused(world):
    for url in ("/", LOGIN, f"/de/{world.mine.slug}/"):
        assert Client().get(url, HTTP_HOST=EVIL).status_code == 400


def test_a_forwarded_host_stands_nowhere(world):
    for url in ("/", LOGIN, f"/de/{world.mine.slug}/", "/api/v1/offers"):
        answer = Client().get(url, HTTP_X_FORWARDED_HOST=EVIL, HTTP_FORWARDED=f"host={EVIL}")
        assert answer.status_code in {200, 302}
        assert EVIL not in answer.text + answer.headers.get("Location", "")


def test_mailed_links_hold_the_address_of_the_installation(world, settings):
    person = world.mine.people[NORMAL, Role.EDITOR]
    sent = Client().post(PAGES["konto:password-reset"].url(world.mine, ""), {"email": person.email}, HTTP_X_FORWARDED_HOST=EVIL)
    assert sent.status_code == 200
    mail = OutboxMail.objects.filter(to=person.email).latest("pk")
    assert settings.BASE_URL in mail.body
    assert EVIL not in mail.body
