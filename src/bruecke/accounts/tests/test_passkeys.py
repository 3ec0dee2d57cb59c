"""Passkeys: setting up, logging in with and without the password, confirming, and everything that is refused."""

import json
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from bruecke.accounts import actions, passkeys, rules
from bruecke.accounts.models import Account
from bruecke.accounts.tests.factories import PASSWORD, code_of, log_in, make_account, make_member, make_passkey, viewer_of
from bruecke.accounts.tests.soft_key import SoftKey
from bruecke.core import clock
from bruecke.core.errors import WrongState
from bruecke.core.models import AuditEntry, OutboxMail
from bruecke.core.scope import for_district
from bruecke.core.tests.factories import NOW
from bruecke.core.viewer import Role

pytestmark = [pytest.mark.any_database, pytest.mark.django_db, pytest.mark.usefixtures("now")]
DOOR = "/intern/konto/passkey/"
LOGIN, CODE, CONFIRM = "/intern/konto/anmelden/", "/intern/konto/code/", "/intern/konto/bestaetigen/"
PROFILE = "/intern/musterkreis/mein-zugang/"
ADD = f"{PROFILE}passkeys/neu/"


@pytest.fixture
def guest() -> Client:
    return Client(HTTP_HOST="localhost:8000")


@pytest.fixture
def person(district) -> Account:
    return make_member(district, has_totp=True)


@pytest.fixture
def key(person) -> SoftKey:
    found = SoftKey()
    make_passkey(person, found)
    return found


def verbs() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True))


def options(guest: Client) -> dict:
    return guest.get(DOOR).json()


def enter(guest: Client, answer: dict, url: str = DOOR, **fields: str):
    return guest.post(url, {"credential": json.dumps(answer), **fields})


# --- setting up ------------------------------------------------------------------------------------------------------------


def creation(guest: Client) -> dict:
    return json.loads(guest.get(ADD).context["options"])


def test_a_passkey_is_set_up_and_told(guest, person):
    log_in(guest, person)
    answer = SoftKey().create(creation(guest))
    assert enter(guest, answer, ADD, name="Diensthandy")["Location"] == PROFILE
    row = Authenticator.objects.get(user=person, type="webauthn")
    assert row.data["name"] == "Diensthandy"
    assert verbs() == ["accounts.passkey_added"]
    assert "Passkey eingerichtet" in OutboxMail.objects.get().body
    assert "Diensthandy" in guest.get(PROFILE).content.decode()
    assert "Diensthandy" not in str(list(AuditEntry.objects.values_list()))


def test_the_page_asks_who_one_is_when_the_proof_is_old(guest, person):
    log_in(guest, person)
    with clock.frozen(NOW + timedelta(minutes=15)):
        assert guest.get(ADD)["Location"].startswith(CONFIRM)


def test_without_script_the_page_says_what_is_needed(guest, person):
    log_in(guest, person)
    page = guest.get(ADD).content.decode()
    assert "JavaScript" in page
    assert "Der Code vom Telefon gilt weiter" in page


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("localhost", "http://localhost.example.org"),
        ("example.org", "https://example.org"),
        ("localhost", "https://sub.localhost"),
        ("localhost", "ftp://localhost"),
    ],
)
def test_a_key_made_for_another_page_is_refused(guest, person, host, origin):
    log_in(guest, person)
    answer = SoftKey(host, origin).create(creation(guest))
    assert enter(guest, answer, ADD, name="Fremd").status_code == 422
    assert not Authenticator.objects.filter(type="webauthn").exists()


def test_a_challenge_is_good_once_and_for_five_minutes(guest, person):
    log_in(guest, person)
    asked = creation(guest)
    with clock.frozen(NOW + timedelta(seconds=301)):
        assert enter(guest, SoftKey().create(asked), ADD, name="Zu spät").status_code == 422
    asked = creation(guest)
    assert enter(guest, SoftKey().create(asked), ADD, name="Eins").status_code == 302
    assert enter(guest, SoftKey().create(asked), ADD, name="Zwei").status_code == 422


@pytest.mark.parametrize("credential", ["", "[]", "null", "{", '{"id": 1}', '{"response": {}}', "x" * 30_000])
def test_nonsense_is_an_error_at_the_form(guest, person, credential):
    log_in(guest, person)
    creation(guest)
    assert guest.post(ADD, {"credential": credential, "name": "x"}).status_code == 422


def test_the_same_key_is_not_set_up_twice(guest, person):
    log_in(guest, person)
    device = SoftKey()
    enter(guest, device.create(creation(guest)), ADD, name="Eins")
    assert enter(guest, device.create(creation(guest)), ADD, name="Zwei").status_code == 422


def test_ten_are_enough(guest, person):
    for _number in range(10):
        make_passkey(person)
    log_in(guest, person)
    assert enter(guest, SoftKey().create(creation(guest)), ADD, name="Elf").status_code == 422


# --- logging in ------------------------------------------------------------------------------------------------------------


def test_a_passkey_alone_opens_the_desk(guest, person, key):
    answer = enter(guest, key.get(options(guest)), next="/intern/musterkreis/mein-zugang/")
    assert answer["Location"] == PROFILE
    assert guest.get(PROFILE).status_code == 200
    assert guest.get(ADD).status_code == 200
    assert verbs() == ["accounts.logged_in"]


@pytest.mark.parametrize("target", ["https://example.org/", "//example.org", "/de/", ""])
def test_it_leads_nowhere_else(guest, person, key, target):
    assert enter(guest, key.get(options(guest)), next=target)["Location"] == "/intern/"


def test_session_key_changes_with_the_login(guest, person, key):
    asked = options(guest)
    before = guest.session.session_key
    enter(guest, key.get(asked))
    assert guest.session.session_key != before


def refused(guest: Client, answer: dict) -> bool:
    return enter(guest, answer)["Location"] == LOGIN and guest.get(PROFILE).status_code == 302


def test_alone_it_needs_pin_or_fingerprint(guest, person, key):
    assert refused(guest, key.get(options(guest), verified=False))
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.target_uid, entry.is_refusal) == ("accounts.passkey_refused", person.uid, True)


def test_every_form_for_a_passkey_carries_its_token(guest, person, key):
    pages = [guest.get(LOGIN)]
    guest.post(LOGIN, {"login": person.email, "password": PASSWORD})
    pages.append(guest.get(CODE))
    guest.post(CODE, {"code": code_of()})
    pages.append(guest.get(CONFIRM))
    for page in pages:
        form = page.content.decode().split("data-passkey-get")[1].split("</form>")[0]
        assert "csrfmiddlewaretoken" in form


def test_as_second_step_having_it_is_enough(guest, person, key):
    guest.post(LOGIN, {"login": person.email, "password": PASSWORD})
    assert "Mit Passkey anmelden" in guest.get(CODE).content.decode()
    assert enter(guest, key.get(options(guest), verified=False), CODE)["Location"] == "/intern/"
    assert guest.get(PROFILE).status_code == 200


def test_second_step_of_somebody_else_is_refused(guest, person, key):
    other = make_account(has_totp=True)
    guest.post(LOGIN, {"login": other.email, "password": PASSWORD})
    assert enter(guest, key.get(options(guest)), CODE)["Location"] == CODE
    assert guest.get(PROFILE).status_code == 302
    assert verbs() == ["accounts.passkey_refused"]


def test_code_and_recovery_codes_stay_good_beside_a_passkey(guest, person, key):
    guest.post(LOGIN, {"login": person.email, "password": PASSWORD})
    assert guest.post(CODE, {"code": code_of()}).status_code == 302
    assert guest.get(PROFILE).status_code == 200


def test_answer_to_the_second_step_opens_nothing_alone(guest, person, key):
    """The challenge was made for a person whose password had been given; it does not stand for it."""
    guest.post(LOGIN, {"login": person.email, "password": PASSWORD})
    assert refused(guest, key.get(options(guest)))


def test_replayed_answer_is_refused(guest, person, key):
    answer = key.get(options(guest))
    enter(guest, answer)
    other = Client(HTTP_HOST="localhost:8000")
    options(other)
    assert refused(other, answer)


def test_wrong_signature_and_claimed_owner_are_refused(guest, person, key):
    other = make_account(has_totp=True)
    assert refused(guest, SoftKey().get(options(guest), owner=person.uid))
    assert refused(guest, key.get(options(guest), owner=other.uid))
    assert refused(guest, key.get(options(guest), owner=""))
    assert refused(guest, {})


def test_counter_that_stands_still_means_a_copy(guest, person, key):
    enter(guest, key.get(options(guest), steps=5))
    other = Client(HTTP_HOST="localhost:8000")
    assert refused(other, key.get(options(other), steps=0))
    assert verbs()[-2:] == ["accounts.passkey_copied", "accounts.passkey_refused"]


def test_keys_that_do_not_count_are_good_again_and_again(guest, person, key):
    for _time in range(2):
        visitor = Client(HTTP_HOST="localhost:8000")
        assert enter(visitor, key.get(options(visitor), steps=0))["Location"] == "/intern/"


def test_locked_and_refused_demo_accounts_stay_out(guest, person, key, settings):
    Account.objects.filter(pk=person.pk).update(is_active=False)
    assert refused(guest, key.get(options(guest)))
    Account.objects.filter(pk=person.pk).update(is_active=True, is_demo=True)
    settings.ALLOWS_DEMO_ACCOUNTS = False
    assert refused(guest, key.get(options(guest)))


def test_tries_are_braked(guest, person, key):
    for _try in range(60):
        guest.post(DOOR, {"credential": "{}"})
    assert refused(guest, key.get(options(guest)))


def test_without_a_role_a_passkey_opens_no_district(guest):
    stranger, device = make_account(has_totp=True), SoftKey()
    make_passkey(stranger, device)
    enter(guest, device.get(options(guest)))
    assert guest.get(PROFILE).status_code == 404


# --- confirming, removing ----------------------------------------------------------------------------------------------------


def test_a_passkey_confirms_before_a_sensitive_step(guest, district):
    admin, device = make_member(district, Role.ADMINISTRATOR), SoftKey()
    make_passkey(admin, device)
    log_in(guest, admin)
    url = "/intern/musterkreis/zugaenge/einladen/"
    with clock.frozen(NOW + timedelta(hours=1)):
        assert enter(guest, device.get(options(guest), verified=False), CONFIRM, next=url).status_code == 422
        assert guest.get(url).status_code == 302
        assert enter(guest, device.get(options(guest)), CONFIRM, next=url)["Location"] == url
        assert guest.get(url).status_code == 200
    assert verbs() == ["accounts.confirm_refused", "accounts.confirmed"]


def test_removed_key_opens_nothing_and_ends_its_session(guest, person, key):
    enter(guest, key.get(options(guest)))
    row = Authenticator.objects.get(type="webauthn")
    url = f"{PROFILE}passkeys/{row.data['uid']}/entfernen/"
    assert "melden Sie sich neu an" in guest.get(url).content.decode()
    guest.post(url)
    assert guest.get(PROFILE)["Location"].startswith(LOGIN)
    assert refused(guest, key.get(options(guest)))


def test_foreign_passkeys_are_not_found(guest, person, key, district):
    row = Authenticator.objects.get(type="webauthn")
    log_in(guest, make_member(district))
    for path in ("", "entfernen/"):
        assert guest.get(f"{PROFILE}passkeys/{row.data['uid']}/{path}").status_code == 404
        assert guest.post(f"{PROFILE}passkeys/{row.data['uid']}/{path}", {"name": "x"}).status_code == 404
    assert Authenticator.objects.filter(pk=row.pk).exists()


def test_renamed(guest, person, key):
    log_in(guest, person)
    row = Authenticator.objects.get(type="webauthn")
    assert guest.post(f"{PROFILE}passkeys/{row.data['uid']}/", {"name": "Safe"}).status_code == 302
    row.refresh_from_db()
    assert row.data["name"] == "Safe"


def test_new_phone_keeps_passkeys_and_a_reset_removes_them(person, key, district):
    admin = viewer_of(make_member(district, Role.ADMINISTRATOR), district, NOW.date())
    secret = "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU"
    actions.activate_totp(account=person, secret=secret, code=code_of(secret), now=NOW)
    assert Authenticator.objects.filter(user=person, type="webauthn").count() == 1
    with for_district(district):
        actions.reset_second_factor(account=person, district=district, viewer=admin, now=NOW)
    assert not Authenticator.objects.filter(user=person).exists()


def test_the_last_second_factor_stays(person, key):
    row = Authenticator.objects.get(type="webauthn")
    Authenticator.objects.filter(user=person, type="totp").delete()
    with pytest.raises(WrongState):
        actions.remove_passkey(account=person, passkey_uid=row.data["uid"], now=NOW)
    make_passkey(person)
    actions.remove_passkey(account=person, passkey_uid=row.data["uid"], now=NOW)


@pytest.mark.parametrize(("has_totp", "number", "may"), [(True, 1, True), (True, 2, True), (False, 1, False), (False, 2, True)])
def test_rule_of_the_last_second_factor(has_totp, number, may):
    assert rules.may_remove_passkey(has_totp=has_totp, passkeys=number) is may


def test_challenge_is_for_one_purpose_and_person(person):
    session: dict = {}
    passkeys.begin_proof(session, purpose="confirm", host="localhost", uid="a", known=[], must_verify=True, now=NOW)
    for purpose, uid in (("login", "a"), ("confirm", "b")):
        copy = dict(session)
        with pytest.raises(passkeys.PasskeyRefused):
            passkeys.take_challenge(copy, purpose=purpose, uid=uid, now=NOW)
        assert passkeys.CHALLENGE not in copy
    assert passkeys.take_challenge(session, purpose="confirm", uid="a", now=NOW)
