"""Asking again before a sensitive step: when, how it is proved, the way back, and what was typed."""

import html
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from tests.permissions.table import walk

from bruecke.accounts.models import Controller
from bruecke.accounts.tests.factories import PASSWORD, code_of, log_in, make_member
from bruecke.core import clock
from bruecke.core.models import AuditEntry
from bruecke.core.scope import for_district
from bruecke.core.tests.factories import NOW
from bruecke.core.viewer import Role

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
CONFIRM = "/intern/konto/bestaetigen/"
INVITE = "/intern/musterkreis/zugaenge/einladen/"
NEW_CONTROLLER = "/intern/musterkreis/verantwortliche/neu/"
LATER = NOW + timedelta(minutes=15)


def asked(path: str) -> str:
    return f"{CONFIRM}?next={path.replace('/', '%2F')}"


def hidden(page: str) -> dict[str, str]:
    """Names and values of the hidden fields of a page."""
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: html.unescape(value) for name, value in fields}


def right(**fields):
    return {"password": PASSWORD, "code": code_of(), **fields}


def verbs() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True))


def test_within_the_time_nobody_is_asked(desk):
    with clock.frozen(LATER - timedelta(seconds=1)):
        assert desk.get(INVITE).status_code == 200


def test_afterwards_the_form_is_not_shown_before_the_proof(desk):
    with clock.frozen(LATER):
        assert desk.get(f"{INVITE}?x=1")["Location"] == f"{CONFIRM}?next=%2Fintern%2Fmusterkreis%2Fzugaenge%2Feinladen%2F%3Fx%3D1"
        assert desk.get("/intern/musterkreis/zugaenge/").status_code == 200
        answer = desk.post(CONFIRM, right(next=f"{INVITE}?x=1"))
        assert answer["Location"] == f"{INVITE}?x=1"
        assert desk.get(INVITE).status_code == 200
    assert verbs() == ["accounts.confirmed"]


def test_the_proof_does_not_last_for_ever(desk):
    with clock.frozen(LATER):
        desk.post(CONFIRM, right(next=INVITE))
    with clock.frozen(LATER + timedelta(minutes=15)):
        assert desk.get(INVITE)["Location"] == asked(INVITE)


def test_the_time_is_a_setting(desk, settings):
    settings.RECENT_LOGIN_MINUTES = 2
    with clock.frozen(NOW + timedelta(minutes=2)):
        assert desk.get(INVITE)["Location"] == asked(INVITE)


@pytest.mark.parametrize("proved_at", [None, "soon", NOW.timestamp() + 3600])
def test_a_session_that_knows_no_proof_or_one_of_the_future_is_asked(desk, proved_at):
    session = desk.session
    session["proved_at"] = int(proved_at) if isinstance(proved_at, float) else proved_at
    session.save()
    assert desk.get(INVITE)["Location"] == asked(INVITE)


def test_who_may_not_is_told_nothing_rather_than_asked(client, district):
    log_in(client, make_member(district, Role.COORDINATOR))
    with clock.frozen(LATER):
        assert client.get(INVITE).status_code == 404
        assert client.post(INVITE, {"name": "x"}).status_code == 404


@pytest.mark.parametrize("wrong", [{"password": "falsch"}, {"code": "000000"}])
def test_wrong_password_or_code_is_refused_and_noted(desk, administrator, wrong):
    with clock.frozen(LATER):
        answer = desk.post(CONFIRM, {**right(next=INVITE), **wrong})
        assert answer.status_code == 422
        assert desk.get(INVITE)["Location"] == asked(INVITE)
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.is_refusal, entry.target_uid) == ("accounts.confirm_refused", True, administrator.uid)


def test_wrong_password_uses_no_code_up(desk):
    with clock.frozen(LATER):
        desk.post(CONFIRM, right(next=INVITE, password="falsch"))
        assert desk.post(CONFIRM, right(next=INVITE)).status_code == 302


def test_a_code_is_good_once(desk):
    with clock.frozen(LATER):
        assert desk.post(CONFIRM, right(next=INVITE)).status_code == 302
        assert desk.post(CONFIRM, right(next=INVITE)).status_code == 422


def test_tries_are_counted_together_with_those_of_the_login(desk, administrator):
    with clock.frozen(LATER):
        for _try in range(10):
            assert desk.post(CONFIRM, right(next=INVITE, password="falsch")).status_code == 422
        assert desk.post(CONFIRM, right(next=INVITE)).status_code == 429
        other = Client()
        other.post("/intern/konto/anmelden/", {"login": administrator.email, "password": PASSWORD})
        assert other.post("/intern/konto/code/", {"code": code_of()}).status_code == 429
    assert verbs().count("accounts.confirm_limited") == 1


@pytest.mark.parametrize("target", ["https://example.org/", "//example.org/", "/\\example.org", "javascript:alert(1)", "/de/", ""])
def test_the_way_back_stays_in_the_desk(desk, target):
    with clock.frozen(LATER):
        assert desk.post(CONFIRM, right(next=target))["Location"] == "/intern/"


def test_session_key_changes_with_the_proof(desk):
    before = desk.session.session_key
    with clock.frozen(LATER):
        desk.post(CONFIRM, right(next=INVITE))
    assert desk.session.session_key != before


def test_a_form_that_comes_late_does_nothing_and_loses_nothing(desk, district):
    data = {"name": "Stadt „Nord“ & Söhne", "kind": "town", "phone": "03501 1", "csrfmiddlewaretoken": "x", "password": "geheim"}
    with clock.frozen(LATER):
        answer = desk.post(NEW_CONTROLLER, data)
        page = answer.content.decode()
        assert answer.status_code == 403
        assert "geheim" not in page
        carried = {name: hidden(page)[name] for name in ("next", "kept")}
        wrong = desk.post(CONFIRM, {**carried, "password": "falsch", "code": code_of()})
        assert hidden(wrong.content.decode())["kept"] == carried["kept"]
        ready = desk.post(CONFIRM, {**carried, **right()}).content.decode()
        typed = hidden(ready)
        typed.pop("csrfmiddlewaretoken", None)
        assert typed == {"name": data["name"], "kind": "town", "phone": "03501 1"}
        assert f'action="{NEW_CONTROLLER}"' in ready
        with for_district(district):
            assert not Controller.objects.filter(name=data["name"]).exists()
            assert desk.post(NEW_CONTROLLER, typed).status_code == 302
            assert Controller.objects.filter(name=data["name"]).exists()


def test_a_foreign_page_cannot_have_its_form_kept(administrator, now):
    """The check against forged forms comes before the question, or the person would send the foreign form herself."""
    browser = log_in(Client(enforce_csrf_checks=True), administrator)
    with clock.frozen(LATER):
        answer = browser.post(NEW_CONTROLLER, {"name": "Fremd", "kind": "town"})
    assert answer.status_code == 403
    assert "kept" not in answer.content.decode()


def test_a_file_is_offered_after_the_proof(client, district):
    log_in(client, make_member(district, Role.DISTRICT_OFFICE))
    url = reverse("directory:contacts-export", kwargs={"district": "musterkreis"})
    with clock.frozen(LATER):
        assert client.get(url)["Location"] == asked(url)
        page = client.post(CONFIRM, right(next=url)).content.decode()
        assert f'href="{url}"' in page
        assert client.get(url).status_code == 200


def test_sensitive_pages_are_marked():
    """What the house calls sensitive; a new page of the kind belongs here and gets the attribute."""
    marked = {name for name, view in walk() if getattr(getattr(view, "view_class", view), "needs_recent_login", False)}
    wanted = {
        f"accounts:{name}"
        for name in [
            "password-change",
            "totp-replace",
            "recovery-codes",
            "person-invite",
            "membership-add",
            "membership-end",
            "membership-undo",
            "invitation-resend",
            "invitation-withdraw",
            "person-lock",
            "person-unlock",
            "totp-reset",
            "person-delete",
            "controller-create",
            "controller-edit",
            "unit-create",
            "unit-edit",
            "setting-change",
        ]
    }
    assert wanted <= marked
    assert {"directory:contacts-export", "enquiries:export", "enquiries:referrals-export"} <= marked
