"""Passkeys (Web Authentication, level 2): the two ceremonies of registering and proving. Knows no account and no table.

The library does the cryptography; what is here is what a relying party has to decide: one challenge for one use within five
minutes, the exact host, who is asked for PIN or fingerprint, and what of an answer is kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from fido2.rpid import verify_rp_id
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

CHALLENGE = "passkey_challenge"  # session key: what the answer has to fit
_VALID_SECONDS = 300
_RP_NAME = "Brücke"


class PasskeyRefused(Exception):
    """The answer of the browser does not fit: forged, late, for another page, of an unknown key."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What an accepted answer says. `is_verified`: by PIN, fingerprint or face. `sign_count`: 0 where keys do not count."""

    credential_id: bytes
    is_verified: bool
    sign_count: int


def begin_registration(
    session: Any, *, host: str, uid: str, mailbox: str, name: str, known: Sequence[AttestedCredentialData], now: datetime
) -> dict[str, Any]:
    """Options for `navigator.credentials.create`; the challenge stays in the session.

    PIN or fingerprint and a key that the device finds by itself are wished for, not demanded: with them the key is good alone,
    without them (older security keys) as a second step.
    """
    options, state = _server(host).register_begin(
        user=PublicKeyCredentialUserEntity(id=uid.encode(), name=mailbox, display_name=name),
        credentials=known,
        resident_key_requirement=ResidentKeyRequirement.PREFERRED,
        user_verification=UserVerificationRequirement.PREFERRED,
        extensions={"credProps": True},
    )
    _remember(session, "register", uid, state, now)
    return dict(options)


def complete_registration(session: Any, *, host: str, uid: str, answer: Any, now: datetime) -> dict[str, Any]:
    """The answer, as allauth's table of authenticators keeps it. Raises: PasskeyRefused."""
    state = _take(session, "register", uid, now)
    try:
        _server(host).register_complete(state, answer)
        return dict(RegistrationResponse.from_dict(answer))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise PasskeyRefused(str(error)) from error


def begin_proof(
    session: Any, *, purpose: str, host: str, uid: str, known: Sequence[AttestedCredentialData], must_verify: bool, now: datetime
) -> dict[str, Any]:
    """Options for `navigator.credentials.get`. `uid` "": nobody is known yet, the device offers what it has."""
    options, state = _server(host).authenticate_begin(
        credentials=known or None,
        user_verification=UserVerificationRequirement.REQUIRED if must_verify else UserVerificationRequirement.PREFERRED,
    )
    _remember(session, purpose, uid, state, now)
    return dict(options)


def take_challenge(session: Any, *, purpose: str, uid: str, now: datetime) -> Any:
    """The challenge of a proof, used up by taking it. Raises: PasskeyRefused."""
    return _take(session, purpose, uid, now)


def check_proof(state: Any, *, host: str, known: Sequence[AttestedCredentialData], answer: Any) -> Proof:
    """Check signature, host, challenge and flags of an answer. Raises: PasskeyRefused."""
    try:
        credential = _server(host).authenticate_complete(state, known, answer)
        data = AuthenticationResponse.from_dict(answer).response.authenticator_data
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise PasskeyRefused(str(error)) from error
    return Proof(credential.credential_id, data.is_user_verified(), data.counter)


def credential_of(stored: dict[str, Any]) -> AttestedCredentialData:
    """Id and public key out of a stored answer."""
    data = RegistrationResponse.from_dict(stored).response.attestation_object.auth_data.credential_data
    if data is None:
        raise PasskeyRefused("stored passkey without a key")
    return data


def owner_of(answer: Any) -> str:
    """The uid that the key was registered for, as it says itself; "" when it says nothing. Not proved before `check_proof`."""
    try:
        handle = AuthenticationResponse.from_dict(answer).response.user_handle
        return handle.decode("ascii") if handle else ""
    except (ValueError, TypeError, KeyError, AttributeError):
        return ""


def _server(host: str) -> Fido2Server:
    rp = PublicKeyCredentialRpEntity(name=_RP_NAME, id=host)
    return Fido2Server(rp, verify_origin=lambda origin: urlsplit(origin).hostname == host and verify_rp_id(host, origin))


def _remember(session: Any, purpose: str, uid: str, state: Any, now: datetime) -> None:
    session[CHALLENGE] = {"purpose": purpose, "uid": uid, "state": state, "at": int(now.timestamp())}


def _take(session: Any, purpose: str, uid: str, now: datetime) -> Any:
    kept = session.pop(CHALLENGE, None)
    fits = isinstance(kept, dict) and (kept["purpose"], kept["uid"]) == (purpose, uid)
    if not fits or not 0 <= now.timestamp() - kept["at"] <= _VALID_SECONDS:
        raise PasskeyRefused("no challenge for this")
    return kept["state"]
