"""Invitation, lock, deletion: effects, mail, audit, refusals."""

from datetime import date, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session

from bruecke.accounts import actions
from bruecke.accounts.models import Account, Membership
from bruecke.accounts.tests.factories import PASSWORD, log_in, make_account, make_member, make_membership, viewer_of
from bruecke.core.errors import Invalid, NotAllowed, WrongState
from bruecke.core.models import AuditEntry, MailedLink, OutboxMail
from bruecke.core.tests.factories import NOW
from bruecke.core.viewer import Role, Viewer

TODAY = date(2026, 11, 24)
WEEK = timedelta(days=7)
pytestmark = pytest.mark.django_db


@pytest.fixture
def invite(in_district, leading, admin):
    def act(**changes):
        values = {
            "district": in_district,
            "email": "Neu@Example.org",
            "name": "Frau Neu",
            "role": Role.COORDINATOR,
            "controller": leading,
            "valid_from": TODAY,
            "viewer": admin,
            "now": NOW,
        }
        return actions.invite_person(**{**values, **changes})

    return act


def token_of(mail: OutboxMail) -> str:
    return mail.body.split("/einladung/")[1].split("/")[0]


def test_invitation_makes_account_role_link_and_mail(invite):
    account = invite()
    assert (account.email, account.joined_at, account.has_usable_password()) == ("neu@example.org", None, False)
    assert Membership.objects.get(account=account).role == Role.COORDINATOR
    mail = OutboxMail.objects.get(to="neu@example.org")
    link = MailedLink.objects.get(purpose="invitation", object_uid=account.uid)
    assert link.expires_at == NOW + WEEK
    assert token_of(mail) not in link.token_hash
    assert token_of(mail) not in mail.key
    assert set(AuditEntry.objects.values_list("verb", flat=True)) >= {"accounts.invited", "accounts.role_given"}


def test_accepted_once_and_not_after_a_week(invite):
    account = invite()
    token = token_of(OutboxMail.objects.get())
    with pytest.raises(WrongState):
        actions.accept_invitation(token=token, name="Neu", password=PASSWORD, now=NOW + WEEK)
    joined = actions.accept_invitation(token=token, name="Koordination Nord", password=PASSWORD, now=NOW)
    assert (joined.name, joined.joined_at) == ("Koordination Nord", NOW)
    assert joined.check_password(PASSWORD)
    with pytest.raises(WrongState):
        actions.accept_invitation(token=token, name="Zwei", password=PASSWORD, now=NOW)
    assert AuditEntry.objects.get(verb="accounts.joined").target_uid == account.uid


def test_weak_password_keeps_the_link_good(invite):
    invite()
    token = token_of(OutboxMail.objects.get())
    with pytest.raises(Invalid) as refused:
        actions.accept_invitation(token=token, name="Neu", password="123456789012", now=NOW)
    assert set(refused.value.errors) == {"password"}
    assert actions.accept_invitation(token=token, name="Neu", password=PASSWORD, now=NOW)


def test_sent_again_only_the_new_link_is_good(invite, admin, in_district):
    account = invite()
    first = token_of(OutboxMail.objects.get())
    actions.resend_invitation(account=account, district=in_district, viewer=admin, now=NOW + WEEK)
    second = token_of(OutboxMail.objects.exclude(body__contains=first).get())
    with pytest.raises(WrongState):
        actions.accept_invitation(token=first, name="Neu", password=PASSWORD, now=NOW)
    assert actions.accept_invitation(token=second, name="Neu", password=PASSWORD, now=NOW + WEEK)
    with pytest.raises(WrongState):
        actions.resend_invitation(account=account, district=in_district, viewer=admin, now=NOW)


def test_withdrawn_leaves_no_trace_of_the_address(invite, admin, in_district):
    account = invite()
    token = token_of(OutboxMail.objects.get())
    actions.withdraw_invitation(account=account, district=in_district, viewer=admin, now=NOW)
    with pytest.raises(WrongState):
        actions.accept_invitation(token=token, name="Neu", password=PASSWORD, now=NOW)
    everything = [str(list(model.objects.values_list())) for model in (Account, OutboxMail, AuditEntry, MailedLink)]
    assert not any("neu@example.org" in text or "Frau Neu" in text for text in everything)


def test_who_has_an_account_gets_the_role_and_the_news(invite, elsewhere):
    known = make_member(elsewhere, Role.EDITOR)
    account = invite(email=known.email.upper())
    assert account == known
    assert account.name == known.name
    assert not MailedLink.objects.exists()
    assert "weitere Aufgabe" in OutboxMail.objects.get(to=known.email).body


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_only_administrators_invite(invite, in_district, role):
    viewer = viewer_of(make_member(in_district, role), in_district, TODAY)
    with pytest.raises(NotAllowed):
        invite(viewer=viewer)
    assert not OutboxMail.objects.exists()


def test_locked_is_out_everywhere_at_once(client, in_district, admin, now):
    person = make_member(in_district)
    log_in(client, person)
    assert client.get("/intern/musterkreis/mein-zugang/").status_code == 200
    actions.lock_account(account=person, district=in_district, viewer=admin, now=NOW)
    assert not Session.objects.exists()
    assert client.get("/intern/musterkreis/mein-zugang/").status_code == 302
    with pytest.raises(WrongState):
        actions.lock_account(account=person, district=in_district, viewer=admin, now=NOW)
    assert actions.unlock_account(account=person, district=in_district, viewer=admin, now=NOW).is_active
    with pytest.raises(WrongState):
        actions.unlock_account(account=person, district=in_district, viewer=admin, now=NOW)


def test_who_works_elsewhere_too_is_not_locked_from_here(in_district, elsewhere, admin):
    person = make_member(in_district)
    make_membership(person, elsewhere)
    for act in (actions.lock_account, actions.delete_account):
        with pytest.raises(Invalid):
            act(account=person, district=in_district, viewer=admin, now=NOW)
    person.refresh_from_db()
    assert person.is_active


def test_person_of_another_district_is_out_of_reach(in_district, elsewhere, admin):
    stranger = make_member(elsewhere)
    for act in (actions.lock_account, actions.unlock_account, actions.delete_account, actions.reset_second_factor):
        with pytest.raises(NotAllowed):
            act(account=stranger, district=in_district, viewer=admin, now=NOW)


def test_administrators_do_not_lock_themselves(in_district, admin, administrator):
    with pytest.raises(NotAllowed):
        actions.lock_account(account=administrator, district=in_district, viewer=admin, now=NOW)


def test_deleted_account_keeps_the_work_but_not_the_person(in_district, admin):
    person = make_account("Frau Vergangen", has_totp=True)
    make_membership(person, in_district, valid_until=date(2026, 6, 1))
    actions.delete_account(account=person, district=in_district, viewer=admin, now=NOW)
    person.refresh_from_db()
    assert (person.name, person.is_active, person.erased_at) == ("–", False, NOW)
    assert "Vergangen" not in f"{person.sort_key}{person.find_key}{person.email}"
    assert not Authenticator.objects.filter(user=person).exists()
    assert Membership.objects.filter(account=person).exists()
    with pytest.raises(WrongState):
        actions.unlock_account(account=person, district=in_district, viewer=admin, now=NOW)


def test_delete_needs_ended_roles(in_district, admin):
    with pytest.raises(Invalid, match="noch eine Rolle"):
        actions.delete_account(account=make_member(in_district), district=in_district, viewer=admin, now=NOW)


def test_second_factor_can_be_reset_by_an_administrator(in_district, admin):
    person = make_member(in_district, has_totp=True)
    actions.reset_second_factor(account=person, district=in_district, viewer=admin, now=NOW)
    assert not Authenticator.objects.filter(user=person).exists()
    assert "zurückgesetzt" in OutboxMail.objects.get(to=person.email).body
    with pytest.raises(WrongState):
        actions.reset_second_factor(account=person, district=in_district, viewer=admin, now=NOW)


def test_system_may_invite_the_first_administrator(in_district, leading):
    system = Viewer.system("setup", in_district.pk)
    actions.invite_person(
        district=in_district,
        email="erste@example.org",
        name="Erste",
        role=Role.ADMINISTRATOR,
        controller=leading,
        valid_from=TODAY,
        viewer=system,
        now=NOW,
    )
    assert Account.objects.get(email="erste@example.org").invited_at == NOW
