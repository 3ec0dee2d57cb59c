"""What is not believed of a sign-in service, and where the program does not go to ask."""

import socket
import time
from datetime import timedelta

import pytest

from bruecke.accounts import oidc, rules
from bruecke.accounts.oidc import Trouble, fetching
from bruecke.accounts.states import SignInTrouble
from bruecke.core.tests.factories import NOW
from bruecke.core.viewer import Role
from tests.sign_in.liar import OTHER_KEY, Liar, running_liar


@pytest.fixture
def liar():
    with running_liar() as found:
        yield found


def client_at(liar: Liar) -> oidc.Client:
    return oidc.Client(liar.issuer, "bruecke", "secret" * 8, "http://localhost:8000/zurueck/")


def trouble_of(call, *args, **kwargs) -> SignInTrouble:
    with pytest.raises(Trouble) as caught:
        call(*args, **kwargs)
    return caught.value.kind


# --- tokens --------------------------------------------------------------------------------------------------------------


def verify(liar: Liar, token: str, nonce: str = "nonce"):
    return oidc.verify(client_at(liar), oidc.discover(liar.issuer), token, nonce=nonce, now=NOW)


def test_a_right_token_is_believed(liar):
    assert verify(liar, liar.token(NOW))["sub"] == "kim"
    assert verify(liar, liar.token(NOW, aud=["bruecke", "other"], azp="bruecke"))["sub"] == "kim"
    assert verify(liar, liar.token(NOW, headers={}))["sub"] == "kim"


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://example.org"},
        {"iss": None},
        {"aud": "other"},
        {"aud": ["bruecke", "other"]},
        {"aud": ["bruecke", "other"], "azp": "other"},
        {"azp": "other"},
        {"aud": None},
        {"nonce": "other"},
        {"nonce": None},
        {"sub": ""},
        {"sub": None},
        {"sub": "x" * 256},
        {"exp": None},
        {"iat": None},
        {"key": OTHER_KEY},
        {"headers": {"kid": "two"}},
    ],
    ids=" ".join,
)
def test_a_wrong_token_is_not(liar, changes):
    assert trouble_of(verify, liar, liar.token(NOW, **changes)) is SignInTrouble.WRONG_ANSWER


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": NOW - timedelta(seconds=60)},
        {"iat": NOW - timedelta(seconds=601)},
        {"iat": NOW + timedelta(seconds=120)},
        {"nbf": NOW + timedelta(seconds=120)},
    ],
    ids=str,
)
def test_a_token_of_another_time_is_not(liar, changes):
    assert trouble_of(verify, liar, liar.token(NOW, **changes)) is SignInTrouble.EXPIRED_ANSWER


def test_clocks_may_be_a_minute_apart(liar):
    assert verify(liar, liar.token(NOW, iat=NOW + timedelta(seconds=59)))
    assert verify(liar, liar.token(NOW, exp=NOW - timedelta(seconds=59)))


@pytest.mark.parametrize("alg", ["none", "HS256"])
def test_unsigned_tokens_and_those_signed_with_our_own_secret_are_not_believed(liar, alg):
    key = None if alg == "none" else "secret" * 8
    assert trouble_of(verify, liar, liar.token(NOW, key=key, alg=alg)) is SignInTrouble.WRONG_ANSWER


@pytest.mark.parametrize("text", ["", "x", "a.b.c", "ey.ey.ey"])
def test_nonsense_is_not_believed(liar, text):
    assert trouble_of(verify, liar, text) is SignInTrouble.WRONG_ANSWER


def test_changed_keys_are_looked_for_once(liar):
    token = liar.token(NOW)
    keys, liar.answers["/jwks"] = liar.answers["/jwks"], {"keys": []}
    assert trouble_of(verify, liar, token) is SignInTrouble.WRONG_ANSWER
    assert liar.asked.count("/jwks") == 2
    liar.answers["/jwks"] = keys
    assert verify(liar, token)


def test_userinfo_about_somebody_else_is_not_believed(liar):
    metadata = oidc.discover(liar.issuer)
    liar.answers["/me"] = {"sub": "other", "groups": ["bruecke"]}
    assert trouble_of(oidc.claims_of, metadata, "access", {"sub": "kim"}) is SignInTrouble.WRONG_ANSWER
    liar.answers["/me"] = {"sub": "kim", "groups": ["bruecke"], "email": "x@example.org"}
    found = oidc.claims_of(metadata, "access", {"sub": "kim", "email": "kim@example.org"})
    assert (found["groups"], found["email"]) == (["bruecke"], "kim@example.org")


# --- what it says about itself --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"issuer": "http://127.0.0.1:1"}, SignInTrouble.WRONG_ISSUER),
        ({"issuer": None}, SignInTrouble.WRONG_ISSUER),
        ({"authorization_endpoint": None}, SignInTrouble.NO_DISCOVERY),
        ({"token_endpoint": None}, SignInTrouble.INCOMPLETE),
        ({"jwks_uri": 7}, SignInTrouble.INCOMPLETE),
        ({"response_types_supported": ["id_token"]}, SignInTrouble.INCOMPLETE),
        ({"code_challenge_methods_supported": ["plain"]}, SignInTrouble.INCOMPLETE),
        ({"authorization_endpoint": "javascript:alert(1)"}, SignInTrouble.NOT_HTTPS),
        ({"token_endpoint": "file:///etc/passwd"}, SignInTrouble.NOT_HTTPS),
    ],
    ids=str,
)
def test_description_that_is_not_used(liar, changes, kind):
    liar.answers["/.well-known/openid-configuration"] = liar.description(**changes)
    assert trouble_of(oidc.discover, liar.issuer) is kind


def _redirect(handler):
    handler.send_response(302)
    handler.send_header("Location", "http://127.0.0.1:1/")
    handler.send_header("Content-Length", "0")
    handler.end_headers()


def _flood(handler):
    handler.send_response(200)
    handler.end_headers()
    handler.wfile.write(b"x" * (fetching.MAX_BYTES + 1))


def _silence(handler):
    time.sleep(0.6)


def _drip(handler):
    handler.send_response(200)
    handler.end_headers()
    for _drop in range(20):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.05)


def _nonsense(handler):
    handler.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")
    handler.close_connection = True


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (_redirect, SignInTrouble.REDIRECTS),
        (_flood, SignInTrouble.NO_DISCOVERY),
        (_silence, SignInTrouble.TOO_SLOW),
        (_drip, SignInTrouble.TOO_SLOW),
        (_nonsense, SignInTrouble.UNREACHABLE),
        ({"a": "list"}, SignInTrouble.NO_DISCOVERY),
    ],
)
def test_answers_that_are_not_followed_or_waited_for(liar, monkeypatch, answer, kind):
    monkeypatch.setattr(fetching, "SECONDS", 0.3)
    monkeypatch.setattr(fetching, "DEADLINE", 0.4)
    liar.answers["/.well-known/openid-configuration"] = answer
    assert trouble_of(oidc.discover, liar.issuer) is kind


def test_description_is_remembered_for_a_while(liar):
    oidc.discover(liar.issuer)
    oidc.discover(liar.issuer)
    assert len(liar.asked) == 1
    oidc.discover(liar.issuer, fresh=True)
    assert len(liar.asked) == 2


def test_plain_text_where_tls_was_asked_for(liar):
    assert trouble_of(fetching.fetch, liar.issuer.replace("http:", "https:")) is SignInTrouble.TLS


# --- where it does not go -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "http://login.example.org",
        "ftp://x",
        "//x",
        "",
        "https://",
        "https://a:b@x",
        "https://x:99999",
        "https://x y",
        "https://ä.de",
    ],
)
def test_addresses_that_are_none(url, settings):
    settings.OIDC_ALLOWS_LOOPBACK = False
    assert trouble_of(fetching.check_url, url) is SignInTrouble.NOT_HTTPS


INSIDE = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "::1",
    "fe80::1",
    "fd00::1",
    "::ffff:10.0.0.1",
    "64:ff9b::a00:1",
    "2002:a00:1::",
]


def resolving_to(monkeypatch, *addresses: str) -> None:
    """Names lead to these addresses; an address leads to itself."""
    really = socket.getaddrinfo

    def look_up(host, port, *args, **kwargs):
        if host in addresses or host[0].isdigit():
            return really(host, port, *args, **kwargs)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


@pytest.mark.parametrize("address", INSIDE)
def test_addresses_inside_the_house_are_not_asked(monkeypatch, settings, address):
    settings.OIDC_ALLOWS_LOOPBACK = False
    resolving_to(monkeypatch, address)
    assert trouble_of(fetching.fetch, "https://login.example.org/x") is SignInTrouble.FORBIDDEN_ADDRESS


def test_one_address_inside_spoils_the_name(monkeypatch, settings):
    settings.OIDC_ALLOWS_LOOPBACK = False
    resolving_to(monkeypatch, "93.184.216.34", "10.0.0.1")
    assert trouble_of(fetching.fetch, "https://login.example.org/x") is SignInTrouble.FORBIDDEN_ADDRESS


def test_connection_goes_to_the_address_that_was_checked(monkeypatch, settings):
    """A second look-up could answer differently."""
    gone_to = []

    def connect(target, *args):
        gone_to.append(target)
        raise OSError

    monkeypatch.setattr(socket, "create_connection", connect)
    resolving_to(monkeypatch, "93.184.216.34")
    assert trouble_of(fetching.fetch, "https://login.example.org/x") is SignInTrouble.UNREACHABLE
    assert gone_to == [("93.184.216.34", 443)]


def test_an_address_that_leads_nowhere_is_passed_over(liar, monkeypatch):
    resolving_to(monkeypatch, "::1", "127.0.0.1")
    answer = fetching.fetch(liar.issuer.replace("127.0.0.1", "login.localhost") + "/jwks")
    assert answer.data["keys"]


def test_a_host_that_the_operator_names_may_be_inside(monkeypatch, settings):
    settings.OIDC_PRIVATE_HOSTS = frozenset({"login.example.org"})
    monkeypatch.setattr(socket, "create_connection", lambda *args: (_ for _ in ()).throw(OSError))
    resolving_to(monkeypatch, "10.0.0.1")
    assert trouble_of(fetching.fetch, "https://Login.example.org/x") is SignInTrouble.UNREACHABLE
    assert trouble_of(fetching.fetch, "https://other.example.org/x") is SignInTrouble.FORBIDDEN_ADDRESS


def test_loopback_is_for_development_and_tests(liar, settings):
    settings.OIDC_ALLOWS_LOOPBACK = False
    assert trouble_of(oidc.discover, liar.issuer) is SignInTrouble.NOT_HTTPS
    assert trouble_of(fetching.fetch, liar.issuer.replace("http:", "https:")) is SignInTrouble.FORBIDDEN_ADDRESS
    assert liar.asked == []


# --- rules ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("claims", "accepted"),
    [
        ({"email": "k@a.de", "email_verified": True}, True),
        ({"email": "k@A.DE", "email_verified": True}, True),
        ({"email": "k@a.de", "email_verified": False}, False),
        ({"email": "k@a.de", "email_verified": "true"}, False),
        ({"email": "k@a.de"}, False),
        ({"email": "k@b.de", "email_verified": True}, False),
        ({"email": "a.de", "email_verified": True}, False),
        ({"email": "k@a.de@b.de", "email_verified": True}, False),
        ({}, False),
    ],
)
def test_domains(claims, accepted):
    assert rules.are_claims_accepted(claims, domains=["a.de"], claim_name="", claim_values=[]) is accepted


@pytest.mark.parametrize(
    ("value", "accepted"), [("x", True), (["y", "x"], True), (["y"], False), ("xy", False), (None, False), ({}, False)]
)
def test_claim_values(value, accepted):
    assert rules.are_claims_accepted({"groups": value}, domains=[], claim_name="groups", claim_values=["x"]) is accepted


@pytest.mark.parametrize(
    ("claims", "is_trusted", "is_second"),
    [
        ({"amr": ["pwd", "mfa"]}, True, True),
        ({"acr": "mfa"}, True, True),
        ({"amr": ["pwd"]}, True, False),
        ({}, True, False),
        ({"amr": ["mfa"]}, False, False),
    ],
)
def test_second_factor_of_the_service(claims, is_trusted, is_second):
    assert rules.is_second_factor_trusted(claims, is_trusted=is_trusted, values=["mfa"]) is is_second


@pytest.mark.parametrize(
    ("roles", "covered", "must"),
    [
        ([], [1], False),
        ([(1, Role.EDITOR)], [1], True),
        ([(1, Role.EDITOR)], [], False),
        ([(1, Role.EDITOR), (2, Role.EDITOR)], [1], False),
        ([(1, Role.EDITOR), (2, Role.EDITOR)], [1, 2], True),
        ([(1, Role.EDITOR), (1, Role.ADMINISTRATOR)], [1], False),
    ],
)
def test_only_way(roles, covered, must):
    assert rules.must_use_service(roles, covered) is must


def test_sealed_secrets_are_opened_by_the_same_key_alone(settings):
    from bruecke.accounts.sealing import seal, unseal

    sealed = seal("geheim")
    assert "geheim" not in sealed
    assert unseal(sealed) == "geheim"
    settings.SECRET_KEY = "another-key-" * 5
    assert unseal(sealed) is None
    assert unseal("nonsense") is None


def test_every_try_is_another_one():
    first, second = oidc.new_request(), oidc.new_request()
    assert len({first.state, first.nonce, first.verifier, second.state, second.nonce, second.verifier}) == 6
    assert 43 <= len(first.verifier) <= 128
