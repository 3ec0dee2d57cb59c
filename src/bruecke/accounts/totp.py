"""Time-based one-time codes (RFC 6238: SHA-1, 6 digits, 30 seconds): computing and checking; knows no account."""

import base64
import hmac
import secrets
from datetime import datetime

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.hotp import HOTP

DIGITS = 6
PERIOD = 30
DRIFT = 1  # steps a phone's clock may be ahead or behind


def new_secret() -> str:
    """160 random bits, as authenticator apps want them."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def code_at(secret: str, now: datetime) -> str:
    """The code that a phone with this secret shows at a moment."""
    return _code(secret, int(now.timestamp()) // PERIOD)


def matching_step(secret: str, code: str, now: datetime) -> int | None:
    """The 30-second step to which `code` (blanks allowed) belongs, one step of drift either way; None: to none of them."""
    digits = "".join(code.split())
    if len(digits) != DIGITS or not digits.isascii() or not digits.isdigit():
        return None
    current = int(now.timestamp()) // PERIOD
    steps = [step for step in range(current - DRIFT, current + DRIFT + 1) if hmac.compare_digest(_code(secret, step), digits)]
    return max(steps, default=None)


def _code(secret: str, step: int) -> str:
    return HOTP(base64.b32decode(secret), DIGITS, SHA1()).generate(step).decode()  # noqa: S303 - what the apps understand
