"""OpenID Connect, as far as a relying party needs it: asking a strange server safely, and the code flow. Knows no account.

allauth has a provider for it, which is not used: it sends no nonce, believes an ID token from the token endpoint without
looking at its signature, follows redirects to wherever they lead, and keeps its clients in one table for all districts. The
steps of the log-in itself are allauth's all the same.
"""

from bruecke.accounts.oidc.fetching import Trouble
from bruecke.accounts.oidc.protocol import (
    Client,
    Metadata,
    Request,
    authorization_url,
    check_client,
    claims_of,
    discover,
    exchange,
    logout_url,
    new_request,
    verify,
)

__all__ = [
    "Client",
    "Metadata",
    "Request",
    "Trouble",
    "authorization_url",
    "check_client",
    "claims_of",
    "discover",
    "exchange",
    "logout_url",
    "new_request",
    "verify",
]
