"""Browsers of the world: each person is logged in once; each visit happens in a savepoint and leaves nothing behind."""

from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any

from django.db import transaction
from django.test import Client

from bruecke.accounts import actions
from bruecke.accounts.models import Account
from bruecke.accounts.tests.factories import log_in
from bruecke.core import clock, pagecache
from bruecke.core.models import AuditEntry

LOGIN, SET_UP = "/intern/konto/anmelden/", "/intern/konto/zweiter-schritt/"


@dataclass(frozen=True)
class Answer:
    """What came back: status, where to, the decoded body, and how many refusals the log gained."""

    status: int
    to: str
    body: str
    refusals: int
    response: Any


class Visits:
    """Sends requests as somebody. Cookies are put in fresh each time, so that no visit changes the next one."""

    def __init__(self) -> None:
        self.client = Client()
        self.cookies: dict[int, SimpleCookie] = {}
        self.count = 0

    def enter(self, account: Account, *, with_code: bool = True) -> None:
        """Log a person in; without the second factor the session has a password behind it and nothing else."""
        client = Client()
        if with_code:
            log_in(client, account)
        else:
            client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
        self.cookies[account.pk] = client.cookies
        actions.note_session(account=account, session_key=client.session.session_key, user_agent="", now=clock.now())

    def ask(
        self, account: Account | None, url: str, method: str = "GET", data: Any = None, *, stays: bool = False, **headers: Any
    ) -> Answer:
        """One request as this person (None: nobody); rolled back unless it `stays`."""
        self.count += 1
        pagecache.forget_versions()
        self.client.cookies = SimpleCookie(self.cookies[account.pk].output(header="", sep=";") if account else "")
        send = self.client.post if method == "POST" else self.client.get
        with transaction.atomic():
            before = AuditEntry.objects.filter(is_refusal=True).count()
            response = send(url, data or {}, **headers)
            refusals = AuditEntry.objects.filter(is_refusal=True).count() - before
            body = b"".join(response.streaming_content) if response.streaming else response.content
            if not stays:
                transaction.set_rollback(True)
        return Answer(
            response.status_code, response.headers.get("Location", ""), body.decode("utf-8", "replace"), refusals, response
        )
