"""What the pages that ask for a proof have in common: counting tries, and the two steps of a passkey."""

import json
from datetime import timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.http import HttpRequest
from django.http.request import split_domain_port
from django.utils.translation import gettext_lazy

from bruecke.accounts import actions, passkeys, queries
from bruecke.accounts.models import Account
from bruecke.accounts.passkeys import PasskeyRefused
from bruecke.core import ratelimit

TEN_MINUTES = timedelta(minutes=10)
LOGIN, SECOND, CONFIRM = "login", "second", "confirm"
REFUSED = gettext_lazy(
    "Mit diesem Passkey ging es nicht. Vielleicht ist er hier nicht mehr eingerichtet, oder Ihr Zugang ist gesperrt. "
    "Versuchen Sie es noch einmal, oder melden Sie sich mit Passwort und Code an."
)
_ANSWER_CHARACTERS = 20_000


def count_try(account: Account, now: Any) -> None:
    """Count a try against the same limits as a code at the log-in, so that neither page is a way around the other.

    Raises: RateLimited. Demo accounts are shared by everybody and not counted.
    """
    if account.is_demo:
        return
    ratelimit.hit(key=f"code:{account.pk}", limit=10, per=TEN_MINUTES, now=now)
    ratelimit.hit(key=f"code-day:{account.pk}", limit=60, per=timedelta(days=1), now=now)


def begin(request: HttpRequest, purpose: str, account: Account | None, *, must_verify: bool) -> dict[str, Any]:
    """Options for a proof; the challenge is kept in the session for this purpose and person."""
    known = [passkeys.credential_of(row.data["credential"]) for row in queries.passkeys_of(account)] if account else []
    return passkeys.begin_proof(
        request.session,
        purpose=purpose,
        host=host_of(request),
        uid=account.uid if account else "",
        known=known,
        must_verify=must_verify,
        now=request.now,  # type: ignore[attr-defined]
    )


def accept(
    request: HttpRequest, purpose: str, account: Account, answer: Any, *, must_verify: bool, is_known: bool = True
) -> Authenticator | None:
    """The passkey that gave the answer, or None. `is_known`: the person was known when the challenge was made."""
    now = request.now  # type: ignore[attr-defined]
    try:
        state = passkeys.take_challenge(request.session, purpose=purpose, uid=account.uid if is_known else "", now=now)
    except PasskeyRefused:
        return None
    return actions.accept_passkey(
        account=account, state=state, host=host_of(request), answer=answer, now=now, must_verify=must_verify
    )


def answer_of(request: HttpRequest) -> Any:
    """What the browser's device answered, as JSON; an empty answer for anything else."""
    text = request.POST.get("credential", "")
    try:
        answer = json.loads(text) if len(text) <= _ANSWER_CHARACTERS else {}
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def host_of(request: HttpRequest) -> str:
    """The host a passkey is good for: this one alone."""
    return split_domain_port(request.get_host())[0]
