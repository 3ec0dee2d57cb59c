"""The gate of the desk: every way of being refused, and its trace."""

from datetime import date, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from bruecke.accounts.models import Membership, OpenSession
from bruecke.accounts.tests.factories import log_in, make_account, make_controller, make_member, make_membership, make_unit
from bruecke.core.models import AuditEntry
from bruecke.core.scope import for_district
from bruecke.core.tests.factories import NOW, make_district
from bruecke.core.viewer import Role

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
PROFILE = "/intern/musterkreis/mein-zugang/"
PEOPLE = "/intern/musterkreis/zugaenge/"


def refusals() -> list[tuple[str, str]]:
    return list(AuditEntry.objects.filter(is_refusal=True).order_by("pk").values_list("verb", "reason"))


def test_nobody_is_sent_to_the_login_and_comes_back(client, district):
    answer = client.get(f"{PEOPLE}?role=editor")
    assert answer.status_code == 302
    assert answer["Location"] == "/intern/konto/anmelden/?next=%2Fintern%2Fmusterkreis%2Fzugaenge%2F%3Frole%3Deditor"
    assert client.post(PEOPLE)["Location"] == "/intern/konto/anmelden/"
    assert client.get("/intern/gibt-es-nicht/irgendwo/")["Location"].startswith("/intern/konto/anmelden/")
    assert refusals() == []


def test_without_second_factor_to_its_set_up(client, district):
    account = make_member(district)
    client.force_login(account)
    assert client.get(PROFILE)["Location"] == "/intern/konto/zweiter-schritt/"
    assert client.get("/intern/")["Location"] == "/intern/konto/zweiter-schritt/"
    assert client.get("/intern/konto/zweiter-schritt/").status_code == 200


def test_session_opened_before_the_second_factor_was_set_up_is_closed(client, district):
    """Somebody who knew only the password must not ride along once the owner has set the second factor up."""
    account = make_member(district)
    client.force_login(account)
    log_in(Client(), account)
    assert client.get(PROFILE)["Location"].startswith("/intern/konto/anmelden/")
    assert client.get("/intern/konto/zweiter-schritt/")["Location"].startswith("/intern/konto/anmelden/")


def test_session_of_a_replaced_phone_is_closed(client, district):
    account = make_member(district)
    log_in(client, account)
    assert client.get(PROFILE).status_code == 200
    old = Authenticator.objects.get(user=account)
    Authenticator.objects.create(user=make_account(), type="totp", data=old.data)
    old.delete()
    assert client.get(PROFILE)["Location"] == "/intern/konto/zweiter-schritt/"


def test_second_factor_of_somebody_else_does_not_count(client, district):
    account, other = make_member(district, has_totp=True), make_account(has_totp=True)
    log_in(client, account)
    session = client.session
    session["second_factor"] = Authenticator.objects.get(user=other).pk
    session.save()
    assert client.get(PROFILE)["Location"].startswith("/intern/konto/anmelden/")


def test_no_membership_unknown_district_and_other_district_look_alike(client, district, elsewhere):
    account = make_member(elsewhere)
    log_in(client, account)
    answers = [client.get(PROFILE), client.get("/intern/nirgendwo/mein-zugang/")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content
    assert refusals() == [
        ("desk.no_membership", "GET accounts:profile"),
        ("desk.district_unknown", "GET accounts:profile"),
    ]
    entry = AuditEntry.objects.filter(verb="desk.no_membership").get()
    assert (entry.actor_id, entry.district) == (account.pk, district)


@pytest.mark.parametrize(
    "period",
    [
        {"valid_from": date(2026, 1, 1), "valid_until": date(2026, 11, 24)},
        {"valid_from": date(2026, 11, 25)},
    ],
)
def test_ended_and_coming_memberships_let_nobody_in(client, district, period):
    log_in(client, make_member(district, **period))
    assert client.get(PROFILE).status_code == 404


def test_ended_membership_ends_access_with_the_next_click(client, district):
    account = make_member(district)
    log_in(client, account)
    assert client.get(PROFILE).status_code == 200
    with for_district(district):
        Membership.objects.filter(account=account).update(valid_until=NOW.date())
    assert client.get(PROFILE).status_code == 404


def test_midnight_is_in_berlin(client, district, now):
    from bruecke.core import clock

    account = make_member(district, valid_until=date(2026, 11, 25))
    log_in(client, account)
    with clock.frozen(clock.start_of(date(2026, 11, 25)) - timedelta(minutes=1)):
        assert client.get(PROFILE).status_code == 200
    with clock.frozen(clock.start_of(date(2026, 11, 25))):
        assert client.get(PROFILE).status_code == 404


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_role_missing_is_404_and_noted_also_for_posts(client, district, role, method):
    log_in(client, make_member(district, role))
    answer = getattr(client, method)("/intern/musterkreis/zugaenge/einladen/")
    assert answer.status_code == 404
    assert refusals() == [("desk.role_missing", f"{method.upper()} accounts:person-invite")]


def test_feature_off_is_404_and_noted(client, district, monkeypatch):
    from bruecke.accounts.views.own import Profile

    log_in(client, make_member(district))
    monkeypatch.setattr(Profile, "feature", "cases")
    assert client.get(PROFILE).status_code == 404
    assert refusals() == [("desk.feature_off", "GET accounts:profile")]


def test_refusal_by_an_action_is_noted(client, district, administrator):
    log_in(client, administrator)
    answer = client.post(f"{PEOPLE}{administrator.uid}/sperren/")
    assert answer.status_code == 404
    assert refusals() == [("desk.not_allowed", "POST accounts:person-lock")]


def test_locked_and_refused_demo_accounts_are_out(client, district, settings):
    account = make_member(district)
    log_in(client, account)
    settings.ALLOWS_DEMO_ACCOUNTS = False
    assert client.get(PROFILE).status_code == 200
    type(account).objects.filter(pk=account.pk).update(is_demo=True)
    assert client.get(PROFILE)["Location"].startswith("/intern/konto/anmelden/")


def test_who_works_in_an_auslaenderbehoerde_too_is_of_it(district):
    from bruecke.accounts.tests.factories import viewer_of

    leading = make_controller(district)
    plain, guard = make_unit(leading), make_unit(leading, is_foreigners_authority=True)
    account = make_member(district, Role.COORDINATOR, unit=plain)
    make_membership(account, district, Role.EDITOR, unit=guard)
    viewer = viewer_of(account, district, NOW.date())
    assert (viewer.unit_id, viewer.is_foreigners_authority) == (guard.pk, True)


def test_viewer_carries_everything_the_memberships_say(district):
    from bruecke.accounts.tests.factories import viewer_of

    unit = make_unit(make_controller(district), is_foreigners_authority=True)
    account = make_member(district, Role.DISTRICT_OFFICE, unit=unit)
    make_membership(account, district, Role.EDITOR, organisation_uid="o" * 22)
    viewer = viewer_of(account, district, NOW.date())
    assert viewer.roles == {Role.DISTRICT_OFFICE, Role.EDITOR}
    assert (viewer.controller_id, viewer.unit_id, viewer.is_foreigners_authority) == (unit.controller_id, unit.pk, True)
    assert viewer.organisations == {"o" * 22}
    assert viewer.district_id == district.pk


def test_roles_of_one_district_are_worth_nothing_in_another(client, district, elsewhere):
    account = make_member(district, Role.ADMINISTRATOR)
    make_membership(account, elsewhere, Role.EDITOR)
    log_in(client, account)
    assert client.get(PEOPLE).status_code == 200
    assert client.get("/intern/nachbarkreis/zugaenge/").status_code == 404
    assert client.get("/intern/nachbarkreis/mein-zugang/").status_code == 200


def test_session_is_noted(client, district):
    log_in(client, make_member(district))
    client.get(PROFILE, headers={"user-agent": "Mozilla/5.0 (Windows NT 10.0) Firefox/128.0"})
    assert OpenSession.objects.get().device == "Firefox, Windows"


def test_person_and_roles_stand_at_the_foot(client, district):
    unit = make_unit(make_controller(district), name="Referat Soziales")
    log_in(client, make_member(district, name="Frau K.", unit=unit))
    page = client.get(PROFILE).content.decode()
    assert "Frau K." in page
    assert "Integrationskoordination" in page
    assert "Referat Soziales" in page


def test_public_door_asks_for_nobody(client, db, django_assert_num_queries):
    make_district("offen")
    with django_assert_num_queries(0):
        answer = client.get("/gibt-es-nicht/")
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")
