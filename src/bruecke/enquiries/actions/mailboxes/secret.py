"""Passwords of mailboxes: encrypted under a key derived from the installation's secret key, opened for a connection only."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

from bruecke.enquiries.actions.mailboxes.imap import Trouble
from bruecke.enquiries.states import MailboxTrouble


def seal(password: str) -> str:
    """What is stored of a password."""
    return _fernet().encrypt(password.encode()).decode()


def unseal(sealed: str) -> str:
    """The password. Raises: Trouble when the installation's key changed since; then it must be entered anew."""
    try:
        return _fernet().decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise Trouble(MailboxTrouble.PASSWORD) from None


def _fernet() -> Fernet:
    digest = hashlib.sha256(b"bruecke.enquiries.mailbox\0" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
