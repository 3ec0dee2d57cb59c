"""A passkey made of software, which answers as a browser's device does: real keys, real signatures, and it can lie."""

import json
import os
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import sha256, websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData

ORIGIN = "http://localhost:8000"


class SoftKey:
    """One key on one device. `host` and `origin` are those of the page that asks."""

    def __init__(self, host: str = "localhost", origin: str = ORIGIN) -> None:
        self.host, self.origin = host, origin
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.credential_id = os.urandom(32)
        self.owner = b""
        self.count = 0

    def create(self, options: dict[str, Any], *, verified: bool = True) -> dict[str, Any]:
        """The answer to `navigator.credentials.create`."""
        key = options["publicKey"]
        self.owner = key["user"]["id"]
        attested = AttestedCredentialData.create(
            Aaguid(bytes(16)), self.credential_id, ES256.from_cryptography_key(self.private.public_key())
        )
        data = AuthenticatorData.create(sha256(self.host.encode()), self._flags(verified) | 0x40, 0, attested)
        return self._answer(
            {
                "clientDataJSON": websafe_encode(self._client("webauthn.create", key["challenge"])),
                "attestationObject": websafe_encode(bytes(AttestationObject.create("none", data, {}))),
            },
            {"credProps": {"rk": True}},
        )

    def get(self, options: dict[str, Any], *, verified: bool = True, steps: int = 1, owner: str | None = None) -> dict[str, Any]:
        """The answer to `navigator.credentials.get`; `steps`: how far the counter moves; `owner`: whose it claims to be."""
        self.count += steps
        client = self._client("webauthn.get", options["publicKey"]["challenge"])
        data = AuthenticatorData.create(sha256(self.host.encode()), self._flags(verified), self.count)
        signature = self.private.sign(bytes(data) + sha256(client), ec.ECDSA(SHA256()))
        return self._answer(
            {
                "clientDataJSON": websafe_encode(client),
                "authenticatorData": websafe_encode(bytes(data)),
                "signature": websafe_encode(signature),
                "userHandle": self.owner if owner is None else websafe_encode(owner.encode()),
            },
            {},
        )

    def _flags(self, verified: bool) -> int:
        return 0x05 if verified else 0x01

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}).encode()

    def _answer(self, response: dict[str, Any], extensions: dict[str, Any]) -> dict[str, Any]:
        own = websafe_encode(self.credential_id)
        return {"id": own, "rawId": own, "type": "public-key", "clientExtensionResults": extensions, "response": response}
