"""What is encrypted under the secret key and no longer opens, and when the certificate of the address ends."""

import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from allauth.mfa.models import Authenticator
from cryptography.x509 import load_der_x509_certificate
from django.conf import settings

from bruecke.accounts.adapter import MfaAdapter
from bruecke.config.operations.doctor.finding import Finding
from bruecke.core.errors import Invalid
from bruecke.core.scope import Escape, without_scope
from bruecke.enquiries.actions.mailboxes.imap import Trouble
from bruecke.enquiries.actions.mailboxes.secret import unseal
from bruecke.enquiries.models import Mailbox

SOON = timedelta(days=14)
_OTHER_KEY = (
    "Der geheime Schlüssel ist ein anderer als früher. Setzen Sie den alten wieder ein (BRUECKE_SECRET_KEY, oder secret_key aus "
    "einer Sicherung). Ist er verloren: zweite Schritte zurücksetzen (bruecke reset-second-factor), Passwörter der Postfächer neu "
    "eintragen, Protokoll neu versiegeln (bruecke audit-reseal)."
)


def opened(now: datetime) -> Finding:
    """Second factors and passwords of mailboxes; those of one key open together or not at all."""
    factors = list(
        Authenticator.objects.filter(type=Authenticator.Type.TOTP).order_by("pk").values_list("data", flat=True).iterator()
    )
    closed = sum(not _opens(data.get("secret", "")) for data in factors)
    with without_scope(Escape.DOCTOR):
        sealed = list(Mailbox.objects.exclude(password_sealed="").order_by("pk").values_list("password_sealed", flat=True))
    locked = sum(not _unseals(text) for text in sealed)
    return Finding(
        "Verschlüsseltes",
        not closed and not locked,
        f"{closed} von {len(factors)} zweiten Schritten und {locked} von {len(sealed)} Postfächern lassen sich nicht öffnen",
        _OTHER_KEY,
    )


def _opens(secret: str) -> bool:
    try:
        MfaAdapter().decrypt(secret)
    except Invalid:
        return False
    return True


def _unseals(secret: str) -> bool:
    try:
        unseal(secret)
    except Trouble:
        return False
    return True


def certificate(now: datetime) -> Iterator[Finding]:
    """Asked over the network, as a visitor would; nothing is said where nobody answers (a proxy may not be reachable from here)."""
    parts = urlsplit(settings.BASE_URL)
    if parts.scheme != "https" or not parts.hostname:
        return
    try:
        ends = _end_of_certificate(parts.hostname, parts.port or 443)
    except (OSError, ValueError) as error:
        yield Finding("Zertifikat", True, f"nicht geprüft ({type(error).__name__})")
        return
    yield Finding(
        "Zertifikat", ends > now + SOON, f"gilt bis {ends:%d.%m.%Y}", "Bitte erneuern Sie es, zum Beispiel mit: certbot renew"
    )


def _end_of_certificate(host: str, port: int) -> datetime:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # an expired one must be seen, too
    with socket.create_connection((host, port), timeout=3) as plain, context.wrap_socket(plain, server_hostname=host) as secured:
        found = secured.getpeercert(binary_form=True)
    if not found:
        raise ValueError(host)
    return load_der_x509_certificate(found).not_valid_after_utc.astimezone(UTC)
