"""Secrets that leave the house: random tokens, receipt codes, and the keyed hashes under which they are stored."""

import base64
import hashlib
import hmac
import secrets

from django.conf import settings

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U
_CONFUSED = str.maketrans({"O": "0", "I": "1", "L": "1", "-": "", " ": "", "\u2013": "", "\u2014": "", ".": ""})
RECEIPT_LENGTH = 20  # characters of 5 bits: 100 bits


def new_token() -> str:
    """A url-safe token of 256 bits."""
    return secrets.token_urlsafe(32)


def new_uid() -> str:
    """An opaque public id of 22 url-safe characters (128 bits)."""
    return base64.urlsafe_b64encode(secrets.token_bytes(16)).rstrip(b"=").decode()


def _mac(text: str, purpose: str) -> bytes:
    return hmac.new(settings.SECRET_KEY.encode(), f"{purpose}\0{text}".encode(), hashlib.sha256).digest()


def keyed_hash(text: str, purpose: str) -> str:
    """64 hex digits; without the installation's key the stored hash tells nothing about `text`."""
    return _mac(text, purpose).hex()


def receipt_code_from(seed: str) -> str:
    """The receipt code that belongs to a one-use form key (a secret of 256 bits): the same key gives the same code.

    So a form sent twice by a nervous finger shows one and the same receipt. 100 bits, five groups of four.
    """
    number = int.from_bytes(_mac(seed, "receipt-code")[:13], "big")
    digits = []
    for _ in range(RECEIPT_LENGTH):
        number, rest = divmod(number, 32)
        digits.append(_ALPHABET[rest])
    return "-".join("".join(digits[start : start + 4]) for start in range(0, RECEIPT_LENGTH, 4))


def normalise_receipt_code(text: str) -> str | None:
    """What a person typed, without blanks and dashes and with O→0, I/L→1; None when it cannot be a code."""
    code = text.upper().translate(_CONFUSED).strip()
    code = "".join(code.split())
    return code if len(code) == RECEIPT_LENGTH and set(code) <= set(_ALPHABET) else None
