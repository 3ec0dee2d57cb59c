"""How allauth behaves here: closed sign-up, shared rate limits, audited failures, encrypted second factors, no mail of its own."""

import base64
import hashlib
from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from bruecke.accounts import queries, rules
from bruecke.accounts.actions.credentials import as_person
from bruecke.accounts.models import Account
from bruecke.core import audit, clock, ratelimit
from bruecke.core.errors import Invalid, RateLimited
from bruecke.core.viewer import Viewer

TEN_MINUTES = timedelta(minutes=10)
WRONG_LOGIN = _(
    "E-Mail-Adresse und Passwort passen nicht zusammen, oder der Zugang ist gesperrt. Bitte prüfen Sie beides. "
    "Wenn Sie das Passwort nicht mehr wissen, legen Sie ein neues fest."
)

OTHER_KEY = _(
    "Ihr zweiter Schritt lässt sich nicht mehr prüfen, weil der Schlüssel der Anlage gewechselt wurde. Bitte lassen Sie ihn von "
    "der Verwaltung der Zugänge zurücksetzen; danach richten Sie ihn neu ein."
)


ONLY_BY_SERVICE = _("Ihr Haus lässt Sie nur über seinen Anmeldedienst herein. Bitte nehmen Sie den Knopf darunter.")


class AccountAdapter(DefaultAccountAdapter):
    """Log-in by address and password. Everything that allauth would mail, sign up or tell goes through the house instead."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": WRONG_LOGIN,
        "account_inactive": WRONG_LOGIN,
        "only_by_service": ONLY_BY_SERVICE,
        "too_many_login_attempts": RateLimited.default_message,
        "rate_limited": RateLimited.default_message,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """People come by invitation only."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """allauth's own mails are not sent: the actions of this app queue theirs with the record."""

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """allauth's own messages ("you are logged in") say what the page shows anyway."""

    def get_client_ip(self, request: HttpRequest) -> str:
        return ratelimit.client_address(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count this try: by address, by address and mailbox, by mailbox. Raises: ValidationError above a limit."""
        address, mailbox = ratelimit.client_address(request), credentials.get("email", "").strip().lower()
        now = clock.now()
        try:
            ratelimit.hit(key=f"login:{address}", limit=120, per=TEN_MINUTES, now=now)
            ratelimit.hit(key=f"login:{address}:{mailbox}", limit=15, per=TEN_MINUTES, now=now)
            ratelimit.hit(key=f"login:{mailbox}", limit=100, per=timedelta(hours=1), now=now)
        except RateLimited as error:
            self._note_once(f"{address}:{mailbox}", mailbox)
            raise self.validation_error("too_many_login_attempts") from error

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Account | None:
        """The account behind address and password; locked ones and refused demo accounts are answered like a wrong password."""
        self.pre_authenticate(request, **credentials)
        found = authenticate(request, **credentials)
        account = found if isinstance(found, Account) else None
        allowed = account is not None and rules.may_enter(
            is_active=account.is_active, is_demo=account.is_demo, allows_demo_accounts=settings.ALLOWS_DEMO_ACCOUNTS
        )
        if account is None or not allowed:
            self.authentication_failed(request, **credentials)
            return None
        if queries.must_use_service(account, clock.today()):
            self._record_failure("accounts.only_by_service", account.email)
            raise self.validation_error("only_by_service")
        return account

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Leave an entry with the account, when there is one; never the address typed."""
        self._record_failure("accounts.login_failed", credentials.get("email", ""))

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> Any:
        """Leave an entry of the successful log-in."""
        response = super().post_login(request, user, **kwargs)
        audit.record(verb="accounts.logged_in", target=user, viewer=as_person(user), now=clock.now())
        return response

    def _note_once(self, key: str, mailbox: str) -> None:
        """One entry per window for tries above the limit, or the log itself could be flooded."""
        try:
            ratelimit.hit(key=f"login-noted:{key}", limit=1, per=TEN_MINUTES, now=clock.now())
        except RateLimited:
            return
        self._record_failure("accounts.login_limited", mailbox)

    def _record_failure(self, verb: str, mailbox: str) -> None:
        account = Account.objects.filter(email=mailbox.strip().lower()).first()
        audit.record_refusal(verb=verb, viewer=Viewer.anonymous(), now=clock.now(), target=account)


class MfaAdapter(DefaultMFAAdapter):
    """Second-factor secrets are stored encrypted under a key derived from the installation's secret key."""

    def encrypt(self, text: str) -> str:
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Raises: Invalid when the installation's key changed; then second factors must be set up anew."""
        try:
            return _fernet().decrypt(encrypted_text.encode()).decode()
        except InvalidToken as error:
            raise Invalid(OTHER_KEY) from error

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """The actions of this app queue the notices."""


def _fernet() -> Fernet:
    digest = hashlib.sha256(b"bruecke.accounts.mfa\0" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
