"""Logging in by a district's service, against the certified `oidc-provider` on loopback: what opens, and all that does not."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from bruecke.accounts import actions, oidc
from bruecke.accounts.models import Account, ExternalIdentity, Membership, SignInService
from bruecke.accounts.sealing import seal
from bruecke.accounts.states import SignInTrouble
from bruecke.accounts.tests.factories import PASSWORD, code_of, log_in, make_account, make_member, make_membership
from bruecke.accounts.views.sso import callback_url, client_of
from bruecke.core import clock
from bruecke.core.links import issue_link
from bruecke.core.models import AuditEntry, District
from bruecke.core.scope import for_district
from bruecke.core.tests.factories import make_district
from bruecke.core.viewer import Role
from tests.sign_in.process import CLIENT_ID, SECRET, Browser, running_service

pytestmark = [pytest.mark.any_database, pytest.mark.django_db]
BACK = "/intern/konto/dienst/musterkreis/zurueck/"
START = "/intern/konto/dienst/musterkreis/"
PROFILE = "/intern/musterkreis/mein-zugang/"
LINK = f"{PROFILE}anmeldedienst/"
LOGIN, CODE = "/intern/konto/anmelden/", "/intern/konto/code/"


@pytest.fixture(scope="module")
def issuer():
    from django.conf import settings

    with running_service(callback_url("musterkreis"), f"{settings.BASE_URL}{LOGIN}") as found:
        yield found


@pytest.fixture
def district(db) -> District:
    return make_district("musterkreis")


def service_of(district: District, issuer: str, **fields) -> SignInService:
    given = {"label": "Landkreis-Konto", "client_id": CLIENT_ID, "sealed_secret": seal(SECRET), "is_on": True, **fields}
    with for_district(district):
        return SignInService.objects.create(district=district, issuer=issuer, **given)


@pytest.fixture
def service(district, issuer) -> SignInService:
    return service_of(district, issuer)


@pytest.fixture
def person(district) -> Account:
    return make_member(district, has_totp=True, name="Koordination")


@pytest.fixture
def linked(service, person) -> Account:
    actions.link_identity(account=person, service=service, subject="kim", now=clock.now())
    return person


def local(url: str) -> str:
    """The address a browser is sent back to, as the test client opens it."""
    return url[url.index("/intern/") :]


def there_and_back(guest: Client, issuer: str, name: str = "kim", *, query: str = "", mfa: bool = False, browser=None):
    """From the button on the log-in page to the service, and with its answer back."""
    sent = guest.get(f"{START}{query}")
    assert sent.status_code == 302, sent.content.decode()
    return guest.get(local((browser or Browser(issuer)).log_in(sent["Location"], name, mfa=mfa)))


def reasons() -> list[str]:
    return list(AuditEntry.objects.filter(verb="accounts.service_refused").order_by("pk").values_list("reason", flat=True))


def set_service(service: SignInService, **fields) -> None:
    with for_district(service.district):
        SignInService.objects.filter(pk=service.pk).update(**fields)


# --- in ------------------------------------------------------------------------------------------------------------------


def test_link_log_out_and_in_again(client, person, service, issuer):
    log_in(client, person)
    page = client.post(LINK).content.decode()
    url = page.split(f'href="{issuer}')[1].split('"')[0].replace("&amp;", "&")
    browser = Browser(issuer)
    assert client.get(local(browser.log_in(f"{issuer}{url}", "kim")))["Location"] == PROFILE
    assert "verknüpft seit" in client.get(PROFILE).content.decode()
    client.post("/intern/konto/abmelden/")
    answer = there_and_back(client, issuer, query=f"?next={PROFILE}", browser=Browser(issuer))
    assert answer["Location"] == CODE
    assert client.get(PROFILE).status_code == 302
    assert client.post(CODE, {"code": code_of()})["Location"] == PROFILE
    assert client.get(PROFILE).status_code == 200
    verbs = list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs == ["accounts.identity_linked", "accounts.logged_in"]


def test_code_of_the_house_is_asked_even_when_the_service_asked_for_two(client, linked, issuer):
    assert there_and_back(client, issuer, mfa=True)["Location"] == CODE


def test_trusted_service_with_two_factors_opens_the_desk(client, linked, service, issuer):
    set_service(service, trusts_second_factor=True, second_factor_values=["mfa"])
    assert there_and_back(client, issuer, mfa=True)["Location"] == "/intern/"
    assert client.get(PROFILE).status_code == 200
    set_service(service, trusts_second_factor=False)
    assert client.get(PROFILE)["Location"].startswith(LOGIN)


def test_trusted_service_with_one_factor_does_not(client, linked, service, issuer):
    set_service(service, trusts_second_factor=True, second_factor_values=["mfa"])
    assert there_and_back(client, issuer, mfa=False)["Location"] == CODE


def test_invited_person_joins_without_a_password(client, district, service, issuer):
    invited = Account.objects.create_user(email="neu@example.org", name="Neu", invited_at=clock.now())
    make_membership(invited, district)
    token = issue_link(
        purpose=actions.INVITATION, object_uid=invited.uid, district=district, valid_for=timedelta(days=7), now=clock.now()
    )
    page = f"/intern/konto/einladung/{token}/"
    assert "Weiter mit Landkreis-Konto" in client.get(page).content.decode()
    assert client.get(f"{page}dienst/").status_code == 405
    go = client.post(f"{page}dienst/").content.decode()
    url = go.split(f'href="{issuer}')[1].split('"')[0].replace("&amp;", "&")
    answer = client.get(local(Browser(issuer).log_in(f"{issuer}{url}", "neu")))
    assert answer["Location"] == "/intern/musterkreis/"
    assert client.get(PROFILE)["Location"] == "/intern/konto/zweiter-schritt/"
    invited.refresh_from_db()
    assert invited.joined_at
    assert not invited.has_usable_password()
    with for_district(district):
        assert ExternalIdentity.objects.get().subject == "neu"


def test_confirming_by_the_service_asks_it_afresh(client, district, linked, service, issuer):
    set_service(service, trusts_second_factor=True, second_factor_values=["mfa"])
    make_membership(linked, district, Role.ADMINISTRATOR)
    browser = Browser(issuer)
    there_and_back(client, issuer, mfa=True, browser=browser)
    url = "/intern/musterkreis/zugaenge/einladen/"
    session = client.session
    session["proved_at"] = 0
    session.save()
    asked = client.get(url)["Location"]
    assert "Mit Landkreis-Konto bestätigen" in client.get(asked).content.decode()
    sent = client.get(f"{START}?zweck=confirm&next={url}")["Location"]
    assert "prompt=login" in sent
    assert client.get(local(browser.log_in(sent, "kim", mfa=False))).status_code == 403
    sent = client.get(f"{START}?zweck=confirm&next={url}")["Location"]
    assert client.get(local(browser.log_in(sent, "kim", mfa=True)))["Location"] == url
    assert client.get(url).status_code == 200
    assert reasons() == ["not_fresh"]


def test_confirming_as_somebody_else_is_refused(client, district, linked, service, issuer):
    set_service(service, trusts_second_factor=True, second_factor_values=["mfa"])
    other = make_member(district)
    actions.link_identity(account=other, service=service, subject="other", now=clock.now())
    there_and_back(client, issuer, mfa=True)
    sent = client.get(f"{START}?zweck=confirm&next={PROFILE}")["Location"]
    assert client.get(local(Browser(issuer).log_in(sent, "other", mfa=True))).status_code == 403


def test_leaving_offers_to_leave_the_service_too(client, linked, issuer):
    there_and_back(client, issuer)
    client.post(CODE, {"code": code_of()})
    client.post("/intern/konto/abmelden/")
    page = client.get(LOGIN).content.decode()
    assert f"{issuer}/session/end?client_id=bruecke" in page
    assert f"{issuer}/session/end" not in client.get(LOGIN).content.decode()


def test_accepted_claims_come_from_the_userinfo_too(client, linked, service, issuer):
    set_service(service, email_domains=["landkreis.example.org"], claim_name="groups", claim_values=["bruecke"])
    assert there_and_back(client, issuer)["Location"] == CODE


# --- not in ----------------------------------------------------------------------------------------------------------------


def refused(client: Client, answer, reason: SignInTrouble) -> bool:
    closed = client.get(PROFILE).status_code == 302 and CODE not in answer.headers.get("Location", "")
    return answer.status_code in {403, 503} and closed and reasons()[-1:] == [reason.value]


@pytest.mark.parametrize(
    "fields",
    [
        {"email_domains": ["andere.example.org"]},
        {"claim_name": "groups", "claim_values": ["leitung"]},
        {"claim_name": "fehlt", "claim_values": ["x"]},
    ],
)
def test_other_claims_are_refused(client, linked, service, issuer, fields):
    set_service(service, **fields)
    assert refused(client, there_and_back(client, issuer), SignInTrouble.NOT_ACCEPTED)


def test_unknown_subject_with_the_mailbox_of_an_account_is_refused(client, district, service, issuer):
    make_membership(make_account(email="fremd@landkreis.example.org", has_totp=True), district)
    before = Account.objects.count()
    assert refused(client, there_and_back(client, issuer, "fremd"), SignInTrouble.UNKNOWN_PERSON)
    assert Account.objects.count() == before


def test_locked_account_is_refused(client, linked, issuer):
    Account.objects.filter(pk=linked.pk).update(is_active=False)
    assert refused(client, there_and_back(client, issuer), SignInTrouble.LOCKED)


def test_ended_membership_is_refused(client, district, linked, issuer):
    with for_district(district):
        Membership.objects.filter(account=linked).update(valid_until=clock.today())
    assert refused(client, there_and_back(client, issuer), SignInTrouble.NO_MEMBERSHIP)


def test_all_reasons_of_access_read_the_same(client, district, linked, issuer):
    pages = [there_and_back(client, issuer, "niemand").content]
    Account.objects.filter(pk=linked.pk).update(is_active=False)
    pages.append(there_and_back(client, issuer).content)
    assert pages[0] == pages[1]


@pytest.mark.parametrize("key", ["nonce", "verifier", "service", "at"])
def test_answer_that_does_not_fit_the_try_is_refused(client, linked, issuer, key):
    """Another nonce, PKCE verifier or service in the session, or ten minutes gone: what came back belongs to another try."""
    back = local(Browser(issuer).log_in(client.get(START)["Location"], "kim"))
    session = client.session
    tries = session["sso_tries"]
    (tried,) = tries.values()
    tried[key] = tried["at"] - 601 if key == "at" else "other-other-other-other-other-other-other-other"
    session["sso_tries"] = tries
    session.save()
    wanted = {"nonce": SignInTrouble.WRONG_ANSWER, "verifier": SignInTrouble.CODE_REFUSED}.get(key, SignInTrouble.WRONG_STATE)
    assert refused(client, client.get(back), wanted)


def test_wrong_state_replayed_answer_and_foreign_browser_are_refused(client, linked, issuer):
    back = local(Browser(issuer).log_in(client.get(START)["Location"], "kim"))
    assert refused(client, client.get(back.replace("state=", "state=x")), SignInTrouble.WRONG_STATE)
    victim = Client()
    assert refused(victim, victim.get(back), SignInTrouble.WRONG_STATE)
    assert client.get(back)["Location"] == CODE
    again = client.get(back)
    assert again.status_code == 403
    assert reasons()[-1] == SignInTrouble.WRONG_STATE.value


def test_answer_in_the_name_of_another_issuer_is_refused(client, linked, issuer):
    back = local(Browser(issuer).log_in(client.get(START)["Location"], "kim"))
    head, _iss, _rest = back.partition("&iss=")
    assert refused(client, client.get(f"{head}&iss=https%3A%2F%2Fexample.org"), SignInTrouble.WRONG_ANSWER)
    back = local(Browser(issuer).log_in(client.get(START)["Location"], "kim"))
    assert refused(client, client.get(back.partition("&iss=")[0]), SignInTrouble.WRONG_ANSWER)


def test_cancelled_at_the_service(client, linked, issuer):
    answer = there_and_back(client, issuer, "")
    assert refused(client, answer, SignInTrouble.CANCELLED)
    assert "abgebrochen" in answer.content.decode()


def test_expired_answer_is_refused(client, linked, service, issuer):
    """A real token of the service, an hour later."""
    client_here = client_of(service)
    metadata, sent = oidc.discover(issuer), oidc.new_request()
    back = Browser(issuer).log_in(oidc.authorization_url(client_here, metadata, sent), "kim")
    code = back.split("code=")[1].split("&")[0]
    token, _access = oidc.exchange(client_here, metadata, code=code, verifier=sent.verifier)
    assert oidc.verify(client_here, metadata, token, nonce=sent.nonce, now=clock.now())["sub"] == "kim"
    with pytest.raises(oidc.Trouble, match="expired_answer"):
        oidc.verify(client_here, metadata, token, nonce=sent.nonce, now=clock.now() + timedelta(hours=2))
    with pytest.raises(oidc.Trouble, match="code_refused"):
        oidc.exchange(client_here, metadata, code=code, verifier=sent.verifier)


def test_linking_needs_the_session_that_asked_for_it(client, district, person, service, issuer):
    """Somebody else's answer in my session would let him in as me."""
    log_in(client, person)
    client.post(LINK)
    attacker = log_in(Client(), make_member(district, has_totp=True))
    page = attacker.post(LINK).content.decode()
    url = page.split(f'href="{issuer}')[1].split('"')[0].replace("&amp;", "&")
    back = local(Browser(issuer).log_in(f"{issuer}{url}", "attacker"))
    assert client.get(back).status_code == 403
    with for_district(district):
        assert not ExternalIdentity.objects.exists()


def test_a_subject_is_one_account(client, district, linked, service, issuer):
    other = make_member(district, has_totp=True)
    log_in(client, other)
    page = client.post(LINK).content.decode()
    url = page.split(f'href="{issuer}')[1].split('"')[0].replace("&amp;", "&")
    assert client.get(local(Browser(issuer).log_in(f"{issuer}{url}", "kim"))).status_code == 403
    assert reasons() == ["linked_already"]


def test_linking_asks_who_one_is_when_the_proof_is_old(client, person, service, issuer):
    log_in(client, person)
    session = client.session
    session["proved_at"] = 0
    session.save()
    assert client.get(LINK)["Location"].startswith("/intern/konto/bestaetigen/")
    assert client.post(LINK).status_code == 403


# --- districts are apart -----------------------------------------------------------------------------------------------------


def test_service_of_one_district_opens_no_other(client, linked, service, issuer):
    elsewhere = make_district("nachbarkreis")
    make_membership(linked, elsewhere, Role.ADMINISTRATOR)
    set_service(service, trusts_second_factor=True, second_factor_values=["mfa"])
    there_and_back(client, issuer, mfa=True)
    assert client.get(PROFILE).status_code == 200
    there = "/intern/nachbarkreis/mein-zugang/"
    asked = client.get(there)["Location"]
    assert asked.startswith("/intern/konto/bestaetigen/")
    assert client.get(f"{PROFILE}passkeys/neu/")["Location"].startswith("/intern/konto/bestaetigen/")
    assert client.post("/intern/konto/bestaetigen/", {"password": PASSWORD, "code": code_of(), "next": there})["Location"] == there
    assert client.get(there).status_code == 200
    assert client.get(f"{PROFILE}passkeys/neu/").status_code == 200


def test_service_of_a_district_without_a_role_there_opens_nothing(client, issuer, district):
    service = service_of(district, issuer)
    stranger = make_member(make_district("nachbarkreis"), has_totp=True)
    actions.link_identity(account=stranger, service=service, subject="kim", now=clock.now())
    assert refused(client, there_and_back(client, issuer), SignInTrouble.NO_MEMBERSHIP)


# --- the password way ----------------------------------------------------------------------------------------------------------


def test_password_stays_unless_the_service_is_the_only_way(client, linked, service):
    def tried(account):
        return Client().post(LOGIN, {"login": account.email, "password": PASSWORD})

    assert tried(linked)["Location"] == CODE
    set_service(service, is_only_way=True)
    answer = tried(linked)
    assert answer.status_code == 422
    assert "nur über seinen Anmeldedienst" in answer.content.decode()
    assert AuditEntry.objects.filter(verb="accounts.only_by_service", target_uid=linked.uid).count() == 1
    assert tried(make_member(service.district, has_totp=True))["Location"] == CODE
    make_membership(linked, service.district, Role.ADMINISTRATOR)
    assert tried(linked)["Location"] == CODE


def test_service_that_is_down_is_said_and_leaves_the_password(client, district, linked, service):
    set_service(service, issuer="http://127.0.0.1:9")
    answer = client.get(START)
    assert answer.status_code == 503
    assert "Melden Sie sich mit Passwort an" in answer.content.decode()
    assert Client().post(LOGIN, {"login": linked.email, "password": PASSWORD})["Location"] == CODE


@pytest.mark.parametrize("slug", ["nachbarkreis", "gibt-es-nicht"])
def test_where_there_is_no_service_there_is_no_page(client, service, slug):
    make_district("nachbarkreis")
    assert client.get(f"/intern/konto/dienst/{slug}/").status_code == 404
    assert client.get(f"/intern/konto/dienst/{slug}/zurueck/?state=x").status_code == 404


def test_switched_off_service_is_gone_from_the_page(client, service):
    assert "Mit Landkreis-Konto anmelden" in client.get(LOGIN).content.decode()
    set_service(service, is_on=False)
    assert "Landkreis-Konto" not in client.get(LOGIN).content.decode()
    assert client.get(START).status_code == 404


# --- the check of the administration -------------------------------------------------------------------------------------------


@pytest.fixture
def admin(client, district) -> Client:
    return log_in(client, make_member(district, Role.ADMINISTRATOR))


def checked(admin: Client) -> str:
    answer = admin.post("/intern/musterkreis/anmeldedienst/pruefen/", follow=True)
    return answer.content.decode()


def test_check_says_that_all_is_well(admin, service):
    assert "Die Verbindung steht" in checked(admin)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"sealed_secret": seal("falsch")}, "kennt Client-ID und Geheimnis nicht"),
        ({"client_id": "andere"}, "kennt Client-ID und Geheimnis nicht"),
        ({"sealed_secret": "unlesbar"}, "nicht mehr lesbar"),
        ({"issuer": "http://127.0.0.1:9"}, "niemand zu erreichen"),
        ({"issuer": "http://10.0.0.1"}, "innerhalb eines Hauses"),
    ],
)
def test_check_says_what_is_wrong(admin, service, fields, sentence):
    set_service(service, **fields)
    assert sentence in checked(admin)


def test_check_compares_the_name_letter_by_letter(admin, service, issuer):
    set_service(service, issuer=f"{issuer}/")
    assert "Zeichen für Zeichen" in checked(admin)


def test_entering_a_service(admin, district, issuer):
    url = reverse("accounts:sign-in-service", kwargs={"district": "musterkreis"})
    page = admin.get(url).content.decode()
    assert callback_url("musterkreis") in page
    data = {
        "label": "Konto",
        "issuer": issuer,
        "client_id": CLIENT_ID,
        "is_on": "on",
        "email_domains": "@a.example.org, B.example.org",
    }
    assert admin.post(url, data).status_code == 422
    assert admin.post(url, {**data, "client_secret": SECRET, "issuer": "http://example.org:x"}).status_code == 422
    assert admin.post(url, {**data, "client_secret": SECRET}).status_code == 302
    with for_district(district):
        service = SignInService.objects.get()
    assert service.email_domains == ["a.example.org", "b.example.org"]
    assert SECRET not in service.sealed_secret
    assert SECRET not in admin.get(url).content.decode()
    assert admin.post(url, {**data, "label": "Neu", "version": "1"}).status_code == 302
    assert admin.post(url, {**data, "label": "Zu spät", "version": "1"}).status_code == 409
    assert "Die Verbindung steht" in checked(admin)
    entries = AuditEntry.objects.filter(verb="accounts.service_saved").order_by("pk")
    assert entries[0].fields.count("sealed_secret") == 1
    assert SECRET not in str(list(AuditEntry.objects.values_list()))


def test_another_issuer_knows_nobody(admin, district, linked, service, issuer):
    url = reverse("accounts:sign-in-service", kwargs={"district": "musterkreis"})
    data = {"label": "Konto", "issuer": "https://login.example.org", "client_id": CLIENT_ID, "version": "1"}
    assert admin.post(url, data).status_code == 302
    with for_district(district):
        assert not ExternalIdentity.objects.exists()


def test_removing_it(admin, district, linked, service):
    admin.post("/intern/musterkreis/anmeldedienst/entfernen/")
    with for_district(district):
        assert not SignInService.objects.exists()
    assert Authenticator.objects.filter(user=linked).exists()


def test_unlinking_needs_a_password(client, linked, district, service):
    log_in(client, linked)
    Account.objects.filter(pk=linked.pk).update(password="!")
    session = client.session
    from django.contrib.auth import HASH_SESSION_KEY

    linked.refresh_from_db()
    session[HASH_SESSION_KEY] = linked.get_session_auth_hash()
    session.save()
    assert client.post(f"{LINK}loesen/").status_code == 409
    linked.set_password(PASSWORD)
    linked.save()
    session[HASH_SESSION_KEY] = linked.get_session_auth_hash()
    session.save()
    assert client.post(f"{LINK}loesen/").status_code == 302
    with for_district(district):
        assert not ExternalIdentity.objects.exists()
