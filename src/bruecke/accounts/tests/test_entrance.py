"""The way in, in the test client: log in with code, limits, invitation, new password, second factor."""

import html
import re
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.urls import NoReverseMatch, reverse

from bruecke.accounts import actions
from bruecke.accounts.models import Account, OpenSession
from bruecke.accounts.tests.factories import PASSWORD, code_of, log_in, make_account, make_member
from bruecke.core import clock
from bruecke.core.links import issue_link
from bruecke.core.models import AuditEntry, MailedLink, OutboxMail
from bruecke.core.tests.factories import NOW
from bruecke.core.viewer import Role

pytestmark = [pytest.mark.any_database, pytest.mark.django_db, pytest.mark.usefixtures("now")]
LOGIN = "/intern/konto/anmelden/"
CODE = "/intern/konto/code/"
NEW = "fünf leise grüne Dampfer"


def log_in_by_form(client, account, *, password=PASSWORD, code=None, to=""):
    answer = client.post(
        f"{LOGIN}?next={to}" if to else LOGIN, {"login": account.email, "password": password, **({"next": to} if to else {})}
    )
    if answer.status_code == 302 and answer["Location"] == CODE:
        return client.post(CODE, {"code": code or code_of()})
    return answer


def verbs() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True))


def test_login_with_code_leads_where_one_wanted_to_go(client, district):
    account = make_member(district, has_totp=True)
    answer = log_in_by_form(client, account, to="/intern/musterkreis/mein-zugang/")
    assert answer["Location"] == "/intern/musterkreis/mein-zugang/"
    assert client.get("/intern/musterkreis/mein-zugang/").status_code == 200
    assert verbs() == ["accounts.logged_in"]


def test_login_never_leads_to_a_foreign_site(client, district):
    account = make_member(district, has_totp=True)
    assert log_in_by_form(client, account, to="https://example.com/")["Location"] == "/intern/"


def test_password_alone_opens_nothing(client, district):
    account = make_member(district, has_totp=True)
    client.post(LOGIN, {"login": account.email, "password": PASSWORD})
    assert client.get("/intern/musterkreis/mein-zugang/").status_code == 302
    assert verbs() == []


def test_session_key_changes_with_the_login(client, district):
    account = make_member(district, has_totp=True)
    client.get(LOGIN)
    client.post(LOGIN, {"login": account.email, "password": PASSWORD})
    before = client.session.session_key
    client.post(CODE, {"code": code_of()})
    assert client.session.session_key != before


def test_wrong_password_unknown_mailbox_locked_and_invited_look_alike(client, db):
    known = make_account()
    locked = make_account(is_active=False)
    invited = Account.objects.create_user(email="invited@example.org", name="Neu")
    pages = []
    for mailbox, password in [
        (known.email, "falsch"),
        ("niemand@example.org", PASSWORD),
        (locked.email, PASSWORD),
        (invited.email, PASSWORD),
    ]:
        answer = client.post(LOGIN, {"login": mailbox, "password": password})
        assert answer.status_code == 422
        pages.append(re.sub(r'value="[^"]*"', "", answer.content.decode()))
    assert len(set(pages)) == 1
    entries = AuditEntry.objects.order_by("pk")
    assert [entry.verb for entry in entries] == ["accounts.login_failed"] * 4
    assert [entry.target_uid for entry in entries] == [known.uid, "", locked.uid, invited.uid]
    assert all(entry.is_refusal for entry in entries)
    assert "niemand@example.org" not in str(list(AuditEntry.objects.values_list()))


def test_too_many_passwords_are_braked_and_noted_once(client, db):
    account = make_account(has_totp=True)
    for _try in range(15):
        client.post(LOGIN, {"login": account.email, "password": "falsch"})
    for _try in range(3):
        answer = client.post(LOGIN, {"login": account.email, "password": PASSWORD})
    assert "zu viele Versuche" in html.unescape(answer.content.decode())
    assert verbs().count("accounts.login_limited") == 1
    with clock.frozen(NOW + timedelta(minutes=10)):
        assert client.post(LOGIN, {"login": account.email, "password": PASSWORD})["Location"] == CODE


def test_limit_of_one_browser_does_not_shut_the_others_out(client, db):
    account = make_account(has_totp=True)
    for _try in range(20):
        client.post(LOGIN, {"login": account.email, "password": "falsch"}, REMOTE_ADDR="10.0.0.1")
    answer = client.post(LOGIN, {"login": account.email, "password": PASSWORD}, REMOTE_ADDR="10.0.0.2")
    assert answer["Location"] == CODE


def test_wrong_and_used_codes_are_refused_and_braked(client, district):
    account = make_member(district, has_totp=True)
    assert log_in_by_form(client, account, code="000000").status_code == 422
    for _try in range(10):
        answer = client.post(CODE, {"code": "000000"})
    assert answer.status_code == 429
    assert client.post(CODE, {"code": code_of()}).status_code == 429
    assert set(verbs()) == {"accounts.code_refused", "accounts.code_limited"}
    assert client.get("/intern/musterkreis/mein-zugang/").status_code == 302


def test_code_page_needs_the_password_first(client, db):
    assert client.get(CODE)["Location"] == LOGIN


def test_recovery_code_lets_in(client, district):
    account = make_member(district)
    _totp, codes = actions.activate_totp(account=account, secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", code=code_of(at=NOW), now=NOW)
    log_in_by_form(client, account, code=f"{codes[0][:4]} {codes[0][4:]}")
    assert client.get("/intern/musterkreis/mein-zugang/").status_code == 200


def test_logout_by_post_only(client, district):
    account = make_member(district)
    log_in(client, account)
    client.get("/intern/musterkreis/mein-zugang/")
    assert client.get("/intern/musterkreis/abmelden/").status_code == 200
    client.get("/intern/konto/abmelden/")
    assert client.get("/intern/musterkreis/mein-zugang/").status_code == 200
    client.post("/intern/konto/abmelden/")
    assert client.get("/intern/musterkreis/mein-zugang/").status_code == 302
    assert not OpenSession.objects.exists()


def invited(district, **changes) -> tuple[Account, str]:
    account = Account.objects.create_user(email="neu@example.org", name="Geheime Person", invited_at=NOW, **changes)
    token = issue_link(purpose="invitation", object_uid=account.uid, district=district, valid_for=timedelta(days=7), now=NOW)
    return account, f"/intern/konto/einladung/{token}/"


def test_invitation_opened_by_a_scanner_changes_and_tells_nothing(client, district):
    account, url = invited(district)
    for _visit in range(3):
        page = client.get(url)
        assert page.status_code == 200
    text = page.content.decode()
    assert "Geheime Person" not in text
    assert "neu@example.org" not in text
    assert MailedLink.objects.get().used_at is None
    account.refresh_from_db()
    assert account.joined_at is None


def test_invitation_leads_through_name_password_and_phone_to_the_desk(client, district):
    _account, url = invited(district)
    data = {"name": "Koordination Nord", "password": NEW, "password_again": NEW}
    assert client.post(url, {**data, "password_again": "anders"}).status_code == 422
    assert client.post(url, {**data, "password": "kurz", "password_again": "kurz"}).status_code == 422
    assert client.post(url, data)["Location"] == "/intern/konto/zweiter-schritt/"
    page = client.get("/intern/konto/zweiter-schritt/").content.decode()
    assert 'src="data:image/svg+xml;base64,' in page
    secret = client.session["totp_secret"]
    assert secret[:4] in page
    assert client.post("/intern/konto/zweiter-schritt/", {"code": "000000"}).status_code == 422
    assert client.session["totp_secret"] == secret, "a wrong code must not change the picture just scanned"
    done = client.post("/intern/konto/zweiter-schritt/", {"code": code_of(secret)})
    assert done.content.decode().count("<li><bdi") == 10
    assert "totp_secret" not in client.session
    assert client.get("/intern/").status_code == 200
    assert client.get(url).status_code == 410
    assert client.get("/intern/konto/zweiter-schritt/")["Location"] == "/intern/"


@pytest.mark.parametrize("path", ["einladung", "passwort"])
def test_forged_link_is_told_apart_from_nothing(client, db, path):
    for method in (client.get, client.post):
        answer = method(f"/intern/konto/{path}/forged-token/")
        assert answer.status_code == 410
        assert "gilt nicht mehr" in answer.content.decode()


def test_reset_answers_the_same_for_every_mailbox(client, db):
    account = make_account()
    answers = [client.post("/intern/konto/passwort/", {"email": mailbox}) for mailbox in (account.email, "niemand@example.org")]
    bodies = {re.sub(r'value="[^"]*"', "", answer.content.decode()) for answer in answers}
    assert {answer.status_code for answer in answers} == {200}
    assert len(bodies) == 1
    assert OutboxMail.objects.count() == 1


def test_reset_is_braked(client, db):
    account = make_account()
    codes = [client.post("/intern/konto/passwort/", {"email": account.email}).status_code for _try in range(6)]
    assert codes == [200, 200, 200, 200, 429, 429]


def test_new_password_by_link_and_log_in_with_it(client, district):
    account = make_member(district, has_totp=True)
    client.post("/intern/konto/passwort/", {"email": account.email})
    url = "/intern" + OutboxMail.objects.get().body.split("/intern")[1].split()[0]
    assert account.email not in client.get(url).content.decode()
    assert client.post(url, {"password": NEW, "password_again": NEW})["Location"] == LOGIN
    assert client.post(url, {"password": PASSWORD, "password_again": PASSWORD}).status_code == 410
    log_in_by_form(client, account, password=NEW)
    assert client.get("/intern/musterkreis/mein-zugang/").status_code == 200


def test_what_we_do_not_use_of_allauth_is_not_there():
    for name in (
        "account_signup",
        "account_email",
        "account_reset_password",
        "mfa_index",
        "mfa_deactivate_totp",
        "mfa_activate_totp",
    ):
        with pytest.raises(NoReverseMatch):
            reverse(name)


@pytest.mark.parametrize("path", ["anmelden/", "passwort/", "einladung/x/", "passwort/x/"])
def test_entrance_is_german_private_and_not_stored(client, db, path):
    answer = client.get(f"/intern/konto/{path}")
    page = answer.content.decode()
    assert '<html lang="de"' in page
    assert "noindex" in page
    assert "no-store" in answer["Cache-Control"]


def test_demo_account_is_refused_in_production(client, district, settings):
    account = make_member(district, has_totp=True)
    Account.objects.filter(pk=account.pk).update(is_demo=True)
    settings.ALLOWS_DEMO_ACCOUNTS = False
    answer = client.post(LOGIN, {"login": account.email, "password": PASSWORD})
    assert answer.status_code == 422
    assert verbs() == ["accounts.login_failed"]
    settings.ALLOWS_DEMO_ACCOUNTS = True
    assert client.post(LOGIN, {"login": account.email, "password": PASSWORD})["Location"] == CODE


def test_change_password_keeps_this_session_and_ends_the_others(client, district, django_user_model):
    from django.test import Client

    account = make_member(district)
    other = log_in(Client(), account)
    log_in(client, account)
    url = "/intern/musterkreis/mein-zugang/"
    assert (client.get(url).status_code, other.get(url).status_code) == (200, 200)
    data = {"old_password": PASSWORD, "password": NEW, "password_again": NEW}
    assert client.post(f"{url}passwort/", {**data, "old_password": "falsch"}).status_code == 422
    assert client.post(f"{url}passwort/", data).status_code == 302
    assert (client.get(url).status_code, other.get(url).status_code) == (200, 302)
    assert OpenSession.objects.count() == 1


def test_sessions_are_listed_and_closed(client, district):
    from django.test import Client

    account = make_member(district)
    other = log_in(Client(), account)
    log_in(client, account)
    url = "/intern/musterkreis/mein-zugang/"
    other.get(url, headers={"user-agent": "Firefox/1 (Android)"})
    page = client.get(url, headers={"user-agent": "Chrome/1 (Windows)"}).content.decode()
    assert "Firefox, Android" in page
    assert page.count("Dort abmelden") == 1
    uid = OpenSession.objects.get(device="Firefox, Android").uid
    assert client.get(f"{url}anmeldungen/{uid}/").status_code == 200
    client.post(f"{url}anmeldungen/{uid}/")
    assert (client.get(url).status_code, other.get(url).status_code) == (200, 302)
    assert client.get(f"{url}anmeldungen/").status_code == 200
    client.post(f"{url}anmeldungen/")
    assert client.get(url).status_code == 302
    assert not OpenSession.objects.exists()


def test_phone_is_replaced_with_password_and_code(client, district):
    account = make_member(district)
    log_in(client, account)
    url = "/intern/musterkreis/mein-zugang/telefon/"
    client.get(url)
    secret = client.session["totp_secret"]
    assert client.post(url, {"code": code_of(secret), "password": "falsch"}).status_code == 422
    assert client.post(url, {"code": code_of(secret), "password": PASSWORD}).status_code == 200
    assert client.get("/intern/musterkreis/mein-zugang/").status_code == 200
    assert Authenticator.objects.filter(user=account, type="totp").count() == 1


def test_recovery_codes_are_shown_once_after_the_password(client, district):
    account = make_member(district)
    log_in(client, account)
    url = "/intern/musterkreis/mein-zugang/ersatzcodes/"
    assert client.get(url).status_code == 200
    assert client.post(url, {"password": "falsch"}).status_code == 422
    assert client.post(url, {"password": PASSWORD}).content.decode().count("<li><bdi") == 10


def test_name_is_changed(client, district):
    account = make_member(district, Role.EDITOR)
    log_in(client, account)
    url = "/intern/musterkreis/mein-zugang/name/"
    assert client.post(url, {"name": ""}).status_code == 422
    assert client.post(url, {"name": "Redaktion Süd"}).status_code == 302
    account.refresh_from_db()
    assert account.name == "Redaktion Süd"
