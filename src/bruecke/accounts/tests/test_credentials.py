"""Passwords, second factor, sessions."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import decrypt
from django.contrib.sessions.models import Session
from django.db import connection

from bruecke.accounts import actions
from bruecke.accounts.models import OpenSession
from bruecke.accounts.tests.factories import PASSWORD, SECRET, code_of, make_account
from bruecke.core.errors import Invalid, WrongState
from bruecke.core.models import AuditEntry, MailedLink, OutboxMail
from bruecke.core.tests.factories import NOW
from bruecke.core.viewer import Viewer

NEW = "fünf leise grüne Dampfer"
pytestmark = pytest.mark.django_db


def reset_token() -> str:
    return OutboxMail.objects.get(body__contains="/passwort/").body.split("/passwort/")[1].split("/")[0]


def test_reset_by_link_works_once_within_two_hours():
    account = make_account()
    actions.request_password_reset(email=account.email.upper(), now=NOW)
    token = reset_token()
    with pytest.raises(WrongState):
        actions.reset_password(token=token, password=NEW, now=NOW + timedelta(hours=2))
    with pytest.raises(WrongState):
        actions.reset_password(token=token[:-1] + "x", password=NEW, now=NOW)
    actions.reset_password(token=token, password=NEW, now=NOW)
    account.refresh_from_db()
    assert account.check_password(NEW)
    with pytest.raises(WrongState):
        actions.reset_password(token=token, password=PASSWORD, now=NOW)
    assert OutboxMail.objects.filter(to=account.email).count() == 2


@pytest.mark.parametrize("facts", [{"is_active": False}, {"joined_at": None}, {"is_demo": True}])
def test_reset_is_not_mailed_to_locked_invited_or_demo_accounts(facts):
    account = make_account(**facts)
    actions.request_password_reset(email=account.email, now=NOW)
    actions.request_password_reset(email="unbekannt@example.org", now=NOW)
    assert not OutboxMail.objects.exists()
    assert not MailedLink.objects.exists()


def test_invitation_link_resets_no_password():
    from bruecke.core.links import issue_link

    account = make_account()
    token = issue_link(purpose="invitation", object_uid=account.uid, district=None, valid_for=timedelta(days=7), now=NOW)
    with pytest.raises(WrongState):
        actions.reset_password(token=token, password=NEW, now=NOW)


def test_change_password_needs_the_old_one_and_ends_sessions():
    account = make_account()
    actions.note_session(account=account, session_key="a" * 32, user_agent="Firefox/1 Windows", now=NOW)
    with pytest.raises(Invalid) as refused:
        actions.change_password(account=account, old="falsch", new=NEW, now=NOW)
    assert set(refused.value.errors) == {"old_password"}
    with pytest.raises(Invalid) as refused:
        actions.change_password(account=account, old=PASSWORD, new="kurz", now=NOW)
    assert set(refused.value.errors) == {"password"}
    actions.change_password(account=account, old=PASSWORD, new=NEW, now=NOW)
    assert not OpenSession.objects.exists()
    entry = AuditEntry.objects.get(verb="accounts.password_changed")
    assert (entry.actor_id, entry.fields) == (account.pk, ["password"])


def test_secret_is_encrypted_in_the_database():
    account = make_account()
    actions.activate_totp(account=account, secret=SECRET, code=code_of(at=NOW), now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM mfa_authenticator")
        stored = str(cursor.fetchall())
    assert SECRET not in stored
    totp = Authenticator.objects.get(type="totp")
    assert decrypt(totp.data["secret"]) == SECRET


def test_activation_needs_the_right_code():
    with pytest.raises(Invalid) as refused:
        actions.activate_totp(account=make_account(), secret=SECRET, code="000000", now=NOW)
    assert set(refused.value.errors) == {"code"}
    assert not Authenticator.objects.exists()


def test_first_set_up_never_replaces_a_phone():
    """Two sessions may both have found none; only the replacement asks for the password."""
    account = make_account(has_totp=True)
    with pytest.raises(WrongState):
        actions.activate_totp(account=account, secret=SECRET, code=code_of(at=NOW), now=NOW, is_first=True)


def test_new_phone_shuts_the_old_one_out_and_tells_the_person():
    account = make_account(has_totp=True)
    other = "KRUGKIDROVUWG2ZAMJZG653OEBTG66BA"
    _new, codes = actions.activate_totp(account=account, secret=other, code=code_of(other, NOW), now=NOW)
    assert len(codes) == len(set(codes)) == 10
    later = NOW + timedelta(minutes=5)
    assert actions.accept_code(account=account, code=code_of(SECRET, later), now=later) is None
    assert actions.accept_code(account=account, code=code_of(other, later), now=later)
    assert OutboxMail.objects.filter(to=account.email).count() == 1


def test_code_is_good_once():
    account = make_account(has_totp=True)
    assert actions.accept_code(account=account, code=code_of(at=NOW), now=NOW)
    assert actions.accept_code(account=account, code=code_of(at=NOW), now=NOW) is None
    earlier = NOW - timedelta(seconds=30)
    assert actions.accept_code(account=account, code=code_of(at=earlier), now=NOW) is None
    later = NOW + timedelta(seconds=30)
    assert actions.accept_code(account=account, code=code_of(at=later), now=later)


def test_code_of_a_demo_account_serves_several_people_at_once():
    account = make_account(has_totp=True, is_demo=True)
    assert actions.accept_code(account=account, code=code_of(at=NOW), now=NOW)
    assert actions.accept_code(account=account, code=code_of(at=NOW), now=NOW)


def test_recovery_code_is_good_once_and_renewal_drops_the_old_ones():
    account = make_account()
    _totp, codes = actions.activate_totp(account=account, secret=SECRET, code=code_of(at=NOW), now=NOW)
    assert actions.accept_code(account=account, code=codes[0], now=NOW)
    assert actions.accept_code(account=account, code=codes[0], now=NOW) is None
    with pytest.raises(Invalid):
        actions.renew_recovery_codes(account=account, password="falsch", now=NOW)
    fresh = actions.renew_recovery_codes(account=account, password=PASSWORD, now=NOW)
    assert actions.accept_code(account=account, code=codes[1], now=NOW) is None
    assert actions.accept_code(account=account, code=fresh[0], now=NOW)


def test_demo_accounts_keep_their_credentials():
    account = make_account(is_demo=True, has_totp=True)
    with pytest.raises(Invalid, match="Vorführ"):
        actions.change_password(account=account, old=PASSWORD, new=NEW, now=NOW)
    with pytest.raises(Invalid, match="Vorführ"):
        actions.activate_totp(account=account, secret=SECRET, code=code_of(at=NOW), now=NOW)
    with pytest.raises(Invalid, match="Vorführ"):
        actions.change_name(account=account, name="Anders", now=NOW)


def test_session_is_noted_without_address_and_touched_every_five_minutes(django_assert_num_queries):
    account = make_account()
    note = {"account": account, "session_key": "k" * 32, "user_agent": "Mozilla (X11; Linux) Firefox/128.0 secret-detail"}
    actions.note_session(**note, now=NOW)
    with django_assert_num_queries(1):
        actions.note_session(**note, now=NOW + timedelta(minutes=4))
    row = OpenSession.objects.get()
    assert (row.device, row.seen_at) == ("Firefox, Linux", NOW)
    actions.note_session(**note, now=NOW + timedelta(minutes=6))
    row.refresh_from_db()
    assert row.seen_at == NOW + timedelta(minutes=6)


def test_close_session_of_somebody_else_does_nothing():
    mine, other = make_account(), make_account()
    actions.note_session(account=other, session_key="o" * 32, user_agent="", now=NOW)
    row = OpenSession.objects.get()
    assert not actions.close_session(account=mine, session_uid=row.uid, viewer=Viewer.anonymous(), now=NOW)
    assert OpenSession.objects.count() == 1
    assert actions.close_session(account=other, session_uid=row.uid, viewer=Viewer.anonymous(), now=NOW)
    assert not OpenSession.objects.exists()


def test_old_sessions_are_forgotten():
    account = make_account()
    actions.note_session(account=account, session_key="o" * 32, user_agent="", now=NOW)
    Session.objects.create(session_key="x" * 32, session_data="", expire_date=NOW)
    assert actions.forget_old_sessions(NOW + timedelta(hours=5)) == 0
    assert actions.forget_old_sessions(NOW + timedelta(hours=11)) == 1
    assert not Session.objects.exists()
