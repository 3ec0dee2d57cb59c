"""The authorization code flow with PKCE (OpenID Connect Core 1.0; RFC 7636, RFC 8414, RFC 9207): what is sent, what is believed."""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote_plus, urlencode

import jwt
from django.core.cache import cache

from bruecke.accounts.oidc.fetching import Answer, Trouble, check_url, fetch
from bruecke.accounts.states import SignInTrouble
from bruecke.core.tokens import new_token

SCOPE = "openid email profile"
_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures with a key that only the service has. None of them is `none`, and none takes our secret for its key."""
_LEEWAY = 60  # seconds that two clocks may be apart
_OLDEST = 600  # seconds; an ID token is younger when it is handed out
_REMEMBERED = 600  # seconds that metadata and keys of a service are kept


@dataclass(frozen=True, slots=True)
class Client:
    """Who we are at a service. `redirect_uri` is one per service: an answer of one service cannot be handed to another."""

    issuer: str
    client_id: str
    secret: str
    redirect_uri: str


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a service says about itself; addresses are checked before they stand here."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str
    end_session_endpoint: str
    is_basic: bool
    names_itself: bool


@dataclass(frozen=True, slots=True)
class Request:
    """What belongs to one try and is kept in the session until the answer comes."""

    state: str
    nonce: str
    verifier: str


def new_request() -> Request:
    return Request(state=new_token(), nonce=new_token(), verifier=new_token() + new_token())


def discover(issuer: str, *, fresh: bool = False) -> Metadata:
    """The metadata of a service, remembered for ten minutes. Raises: Trouble."""
    key = _key("metadata", issuer)
    known = None if fresh else cache.get(key)
    if known is None:
        check_url(issuer)
        answer = fetch(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        known = answer.data if answer.status == 200 else {}
        if "authorization_endpoint" not in known:
            raise Trouble(SignInTrouble.NO_DISCOVERY)
        cache.set(key, known, _REMEMBERED)
    return _metadata(issuer, known)


def _metadata(issuer: str, data: dict[str, Any]) -> Metadata:
    """Raises: Trouble (another issuer than the one that was typed; an endpoint missing or not to be asked)."""
    if data.get("issuer") != issuer:
        raise Trouble(SignInTrouble.WRONG_ISSUER)
    required = [data.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
    optional = [data.get(name) or "" for name in ("userinfo_endpoint", "end_session_endpoint")]
    takes_code = "code" in data.get("response_types_supported", ["code"])
    takes_pkce = "S256" in data.get("code_challenge_methods_supported", ["S256"])
    if not all(isinstance(url, str) and url for url in required) or not takes_code or not takes_pkce:
        raise Trouble(SignInTrouble.INCOMPLETE)
    for url in [*required, *(url for url in optional if url)]:
        check_url(str(url))
    methods = data.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    return Metadata(
        issuer=issuer,
        authorization_endpoint=str(required[0]),
        token_endpoint=str(required[1]),
        jwks_uri=str(required[2]),
        userinfo_endpoint=str(optional[0]),
        end_session_endpoint=str(optional[1]),
        is_basic="client_secret_basic" in methods,
        names_itself=data.get("authorization_response_iss_parameter_supported") is True,
    )


def authorization_url(client: Client, metadata: Metadata, request: Request, *, is_fresh: bool = False) -> str:
    """Where the browser goes. `is_fresh`: the service must ask the person again, whatever session it still has."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(request.verifier.encode()).digest()).rstrip(b"=").decode()
    query = {
        "response_type": "code",
        "client_id": client.client_id,
        "redirect_uri": client.redirect_uri,
        "scope": SCOPE,
        "state": request.state,
        "nonce": request.nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        **({"prompt": "login", "max_age": "0"} if is_fresh else {}),
    }
    joint = "&" if "?" in metadata.authorization_endpoint else "?"
    return f"{metadata.authorization_endpoint}{joint}{urlencode(query)}"


def logout_url(client: Client, metadata: Metadata, back: str) -> str:
    """Where the person ends her session at the service too; "" where it offers none."""
    if not metadata.end_session_endpoint:
        return ""
    joint = "&" if "?" in metadata.end_session_endpoint else "?"
    return f"{metadata.end_session_endpoint}{joint}{urlencode({'client_id': client.client_id, 'post_logout_redirect_uri': back})}"


def exchange(client: Client, metadata: Metadata, *, code: str, verifier: str) -> tuple[str, str]:
    """ID token and access token for a code. Raises: Trouble (CLIENT_REFUSED, CODE_REFUSED, and those of `fetch`)."""
    answer = _ask_token(client, metadata, code, verifier)
    if answer.data.get("error") == "invalid_client" or answer.status == 401:
        raise Trouble(SignInTrouble.CLIENT_REFUSED)
    id_token = answer.data.get("id_token")
    if answer.status != 200 or not isinstance(id_token, str):
        raise Trouble(SignInTrouble.CODE_REFUSED)
    return id_token, str(answer.data.get("access_token") or "")


def check_client(client: Client, metadata: Metadata) -> None:
    """Whether the service knows our id and secret: it must complain about an invented code, not about us. Raises: Trouble."""
    _keys(metadata, fresh=True)
    answer = _ask_token(client, metadata, "connection-test", new_token() + new_token())
    if answer.data.get("error") not in {"invalid_grant", "invalid_request"}:
        raise Trouble(SignInTrouble.CLIENT_REFUSED)


def _ask_token(client: Client, metadata: Metadata, code: str, verifier: str) -> Answer:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": client.redirect_uri, "code_verifier": verifier}
    if metadata.is_basic:  # RFC 6749, 2.3.1: both parts are form-encoded first
        pair = f"{quote_plus(client.client_id)}:{quote_plus(client.secret)}"
        return fetch(
            metadata.token_endpoint,
            form=form,
            headers={"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"},
        )
    return fetch(metadata.token_endpoint, form={**form, "client_id": client.client_id, "client_secret": client.secret})


def verify(client: Client, metadata: Metadata, id_token: str, *, nonce: str, now: datetime) -> dict[str, Any]:
    """The claims of an ID token that this service made for us, for this try, just now (OpenID Connect Core, 3.1.3.7).

    Raises: Trouble (WRONG_ANSWER, EXPIRED_ANSWER). The clock is the house's, so times are checked here and not by the library.
    """
    try:
        claims = jwt.decode(
            id_token,
            key=_key_for(metadata, id_token),
            algorithms=list(_ALGORITHMS),
            audience=client.client_id,
            issuer=metadata.issuer,
            options={
                "require": ["iss", "aud", "sub", "exp", "iat", "nonce"],
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
            },
        )
        exp, iat, nbf = int(claims["exp"]), int(claims["iat"]), int(claims.get("nbf", 0))
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        raise Trouble(SignInTrouble.WRONG_ANSWER) from error
    is_other = claims.get("azp", client.client_id) != client.client_id
    if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and "azp" not in claims:
        is_other = True
    if is_other or not isinstance(claims["sub"], str) or not claims["sub"] or len(claims["sub"]) > 255:
        raise Trouble(SignInTrouble.WRONG_ANSWER)
    if not hmac.compare_digest(str(claims["nonce"]).encode(), nonce.encode()):
        raise Trouble(SignInTrouble.WRONG_ANSWER)
    moment = int(now.timestamp())
    if exp <= moment - _LEEWAY or iat < moment - _OLDEST or max(iat, nbf) > moment + _LEEWAY:
        raise Trouble(SignInTrouble.EXPIRED_ANSWER)
    return claims


def claims_of(metadata: Metadata, access_token: str, claims: dict[str, Any]) -> dict[str, Any]:
    """The claims with those of the userinfo endpoint, where there is one. About somebody else it is not believed.

    Raises: Trouble. What the ID token says stays: it is signed, the other is not.
    """
    if not metadata.userinfo_endpoint or not access_token:
        return claims
    answer = fetch(metadata.userinfo_endpoint, headers={"Authorization": f"Bearer {access_token}"})
    if answer.status != 200:
        return claims
    if answer.data.get("sub") != claims["sub"]:
        raise Trouble(SignInTrouble.WRONG_ANSWER)
    return {**answer.data, **claims}


def _key_for(metadata: Metadata, id_token: str) -> Any:
    """The service's key that signed. Unknown ones are looked for once afresh: services change keys. Raises: Trouble, PyJWTError."""
    header = jwt.get_unverified_header(id_token)
    if header.get("alg") not in _ALGORITHMS:
        raise Trouble(SignInTrouble.WRONG_ANSWER)
    for fresh in (False, True):
        fitting = [
            key
            for key in _keys(metadata, fresh=fresh)
            if key.get("use", "sig") == "sig" and ("kid" not in header or key.get("kid") == header["kid"])
        ]
        for key in fitting:
            try:
                return jwt.PyJWK(key, algorithm=header["alg"]).key
            except jwt.PyJWTError:
                continue
    raise Trouble(SignInTrouble.WRONG_ANSWER)


def _keys(metadata: Metadata, *, fresh: bool) -> list[dict[str, Any]]:
    key = _key("keys", metadata.jwks_uri)
    known = None if fresh else cache.get(key)
    if known is None:
        answer = fetch(metadata.jwks_uri)
        known = answer.data.get("keys") if answer.status == 200 else None
        if not isinstance(known, list):
            raise Trouble(SignInTrouble.INCOMPLETE)
        cache.set(key, known, _REMEMBERED)
    return [one for one in known if isinstance(one, dict)]


def _key(kind: str, text: str) -> str:
    return f"oidc:{kind}:{hashlib.sha256(text.encode()).hexdigest()}"
