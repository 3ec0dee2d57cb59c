"""allauth: which of its addresses are mounted at all, and that nobody gets past its steps."""

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import NoReverseMatch, reverse

from bruecke.accounts.models import Account
from bruecke.accounts.tests.factories import PASSWORD, code_of
from bruecke.core.models import AuditEntry
from bruecke.core.viewer import Role
from tests.permissions.table import walk
from tests.permissions.visits import LOGIN
from tests.permissions.world import NORMAL

pytestmark = pytest.mark.any_database

CODE = "/intern/konto/code/"
MOUNTED = {  # our subclass of allauth's view → the base it stands on
    "account_login": "allauth.account.views.LoginView",
    "mfa_authenticate": "allauth.mfa.base.views.AuthenticateView",
}
NOT_MOUNTED = (
    "account_signup",
    "account_logout",
    "account_email",
    "account_change_password",
    "account_set_password",
    "account_reset_password",
    "account_reauthenticate",
    "account_inactive",
    "account_email_verification_sent",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_generate_recovery_codes",
    "mfa_view_recovery_codes",
    "mfa_download_recovery_codes",
    "mfa_reauthenticate",
    "mfa_list_webauthn",
)


def test_only_two_views_of_allauth_are_mounted():
    found = {}
    for name, view in walk():
        kind = getattr(view, "view_class", view)
        bases = [f"{base.__module__}.{base.__qualname__}" for base in getattr(kind, "__mro__", ())]
        foreign = [base for base in bases if base.startswith("allauth.") and base.endswith("View")]
        if foreign:
            found[name] = foreign[0]
            assert kind.__module__.startswith("bruecke."), "allauth's own view is mounted bare"
    assert found == MOUNTED


@pytest.mark.parametrize("name", NOT_MOUNTED)
def test_the_rest_of_allauth_has_no_address(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)


OF_NINJA = {"openapi-json", "api-root", "list_places", "get_place", "get_responsible", "list_offers", "get_offer"}


def test_every_address_of_a_foreign_app_is_known():
    """Whatever is mounted comes from us, apart from the read-only door for programs, whose views django-ninja wraps."""
    foreign = {name for name, view in walk() if not getattr(view, "view_class", view).__module__.startswith("bruecke.")}
    assert foreign == {f"api:{name}" for name in OF_NINJA}


@pytest.mark.parametrize("name", sorted(OF_NINJA))
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_the_door_for_programs_only_reads(name, method, world):
    given = {"get_place": {"ags": "14628060"}, "get_offer": {"offer_id": "unknown"}}.get(name, {})
    answer = getattr(Client(), method)(reverse(f"api:{name}", kwargs=given), {}, content_type="application/json")
    assert answer.status_code in {404, 405}
    assert answer.headers["Content-Type"].startswith("application/problem+json")


@pytest.fixture
def person(world) -> Account:
    return world.mine.people[NORMAL, Role.COORDINATOR]


def log_in(client: Client, account: Account, password: str = PASSWORD):
    return client.post(LOGIN, {"login": account.email, "password": password})


def test_password_alone_opens_nothing(world, person):
    client = Client()
    assert log_in(client, person).headers["Location"].startswith(CODE)
    for url in ("/intern/", f"/intern/{world.mine.slug}/", f"/intern/{world.mine.slug}/fragen/"):
        answer = client.get(url)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith(LOGIN)


def test_password_and_code_open_the_desk(world, person):
    client = Client()
    log_in(client, person)
    assert client.post(CODE, {"code": code_of()}).status_code == 302
    assert client.get(f"/intern/{world.mine.slug}/").status_code == 200


def test_code_page_without_password_leads_back(world):
    assert Client().get(CODE).headers["Location"].startswith(LOGIN)
    assert Client().post(CODE, {"code": code_of()}).headers["Location"].startswith(LOGIN)


def test_wrong_password_and_wrong_code_leave_an_entry(world, person):
    client = Client()
    assert log_in(client, person, "falsch").status_code == 422
    assert AuditEntry.objects.filter(verb="accounts.login_failed", is_refusal=True, target_uid=person.uid).count() == 1
    log_in(client, person)
    assert client.post(CODE, {"code": "000000"}).status_code == 422
    assert AuditEntry.objects.filter(verb="accounts.code_refused", is_refusal=True, target_uid=person.uid).count() == 1


def test_unknown_mailbox_is_answered_like_a_wrong_password(world, person):
    known = log_in(Client(), person, "falsch")
    unknown = Client().post(LOGIN, {"login": "niemand@example.org", "password": "falsch"})
    assert known.status_code == unknown.status_code == 422
    hide = lambda response, mailbox: response.content.decode().replace(mailbox, "")  # noqa: E731
    strip = lambda text: [line for line in text.splitlines() if "csrfmiddlewaretoken" not in line]  # noqa: E731
    assert strip(hide(known, person.email)) == strip(hide(unknown, "niemand@example.org"))


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org/", "javascript:alert(1)", "/\\example.org"])
def test_the_way_back_after_the_login_stays_in_the_house(elsewhere, world, person):
    """`next` leads to our own pages only."""
    client = Client()
    client.post(LOGIN, {"login": person.email, "password": PASSWORD, "next": elsewhere})
    answer = client.post(CODE, {"code": code_of(), "next": elsewhere})
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/intern/")


def test_no_account_comes_into_being_by_itself(world):
    before = Account.objects.count()
    for url in ("/intern/konto/registrieren/", "/intern/konto/signup/", "/accounts/signup/"):
        assert Client().post(url, {"email": "neu@example.org", "password1": PASSWORD, "password2": PASSWORD}).status_code in {
            302,
            404,
        }
    assert Account.objects.count() == before
    assert not EmailAddress.objects.filter(email="neu@example.org").exists()


def test_a_form_of_the_desk_needs_its_token(world, visits):
    """CSRF: the desk's forms refuse what a foreign page sends; the public ones carry no authority to borrow."""
    client = Client(enforce_csrf_checks=True)
    account = world.mine.people[NORMAL, Role.ADMINISTRATOR]
    client.cookies = visits.cookies[account.pk]
    answer = client.post(f"/intern/{world.mine.slug}/verantwortliche/neu/", {"name": "Fremd", "kind": "town"})
    assert answer.status_code == 403
