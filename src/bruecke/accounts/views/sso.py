"""Coming in by a district's sign-in service: the way there, the way back, and what each answer opens. Nothing is signed up."""

from dataclasses import asdict
from typing import Any

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.mfa.stages import AuthenticateStage
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views import View

from bruecke.accounts import actions, oidc, proofs, queries, rules
from bruecke.accounts.models import ExternalIdentity, SignInService
from bruecke.accounts.oidc import Trouble
from bruecke.accounts.sealing import unseal
from bruecke.accounts.states import SignInTrouble
from bruecke.accounts.views.confirm import go_on
from bruecke.accounts.views.proving import TEN_MINUTES
from bruecke.accounts.views.sign_in_words import for_person
from bruecke.core import audit, clock, ratelimit
from bruecke.core.errors import RateLimited, WrongState
from bruecke.core.links import read_link
from bruecke.core.viewer import Viewer
from bruecke.ui.views.base import HouseView

TRIES = "sso_tries"  # session key: what was sent, by state
LEAVING = "sso_leaving"  # session key: name of the service and where one leaves it too
DISTRICT = "sso_district"  # key in allauth's state of a log-in
_MOST_TRIES = 5
_FRESH_SECONDS = 300
LOGIN, LINK, INVITED, CONFIRM = "login", "link", "invited", "confirm"


class StartSso(HouseView, View):
    """Send the browser to the service: to log in, or (`?zweck=confirm`) to confirm before a sensitive step."""

    door = "open"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        service = queries.service_behind(kwargs["slug"])
        if service is None:
            raise Http404
        target = proofs.safe_path(request.GET.get("next", ""))
        purpose = CONFIRM if request.GET.get("zweck") == CONFIRM and request.user.is_authenticated else LOGIN
        if purpose == LOGIN and request.user.is_authenticated:
            return HttpResponseRedirect(target)
        try:
            ratelimit.hit(key=f"sso:{ratelimit.client_address(request)}", limit=60, per=TEN_MINUTES, now=self.now)
            return HttpResponseRedirect(begin(request, service, purpose, target=target))
        except RateLimited as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(reverse("account_login"))
        except Trouble as error:
            return refuse(request, service, error.kind)


class SsoCallback(HouseView, View):
    """The answer of the service: checked against the try it belongs to, then turned into what the try was for."""

    door = "open"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        service = queries.service_behind(kwargs["slug"])
        if service is None:
            raise Http404
        try:
            tried = _take_try(request, service)
            claims, metadata = self._claims(request, service, tried)
            return {LOGIN: self._login, LINK: self._link, INVITED: self._invited, CONFIRM: self._confirm}[tried["purpose"]](
                service, tried, claims, metadata
            )
        except Trouble as error:
            return refuse(request, service, error.kind)

    def _claims(self, request: HttpRequest, service: SignInService, tried: dict[str, Any]) -> tuple[dict[str, Any], oidc.Metadata]:
        if request.GET.get("error"):
            is_cancelled = request.GET["error"] == "access_denied"
            raise Trouble(SignInTrouble.CANCELLED if is_cancelled else SignInTrouble.SERVICE_ERROR)
        client = client_of(service)
        metadata = oidc.discover(service.issuer)
        named = request.GET.get("iss", "")
        if (named or metadata.names_itself) and named != metadata.issuer:  # RFC 9207: another service's answer
            raise Trouble(SignInTrouble.WRONG_ANSWER)
        id_token, access_token = oidc.exchange(client, metadata, code=request.GET.get("code", ""), verifier=tried["verifier"])
        claims = oidc.verify(client, metadata, id_token, nonce=tried["nonce"], now=self.now)
        if service.email_domains or service.claim_name:
            claims = oidc.claims_of(metadata, access_token, claims)
        if not rules.are_claims_accepted(
            claims, domains=service.email_domains, claim_name=service.claim_name, claim_values=service.claim_values
        ):
            raise Trouble(SignInTrouble.NOT_ACCEPTED)
        return claims, metadata

    def _login(
        self, service: SignInService, tried: dict[str, Any], claims: dict[str, Any], metadata: oidc.Metadata
    ) -> HttpResponseBase:
        identity, trouble = queries.person_behind(service, claims["sub"], clock.local_day(self.now))
        if identity is None or trouble is not None:
            raise Trouble(trouble or SignInTrouble.UNKNOWN_PERSON)
        return self._enter(service, identity, tried, claims, metadata)

    def _invited(
        self, service: SignInService, tried: dict[str, Any], claims: dict[str, Any], metadata: oidc.Metadata
    ) -> HttpResponseBase:
        try:
            identity = actions.accept_invitation_by_service(
                token=tried["token"], service=service, subject=claims["sub"], now=self.now
            )
        except WrongState as error:
            raise Trouble(SignInTrouble.LINK_GONE) from error
        return self._enter(service, identity, tried, claims, metadata)

    def _enter(
        self,
        service: SignInService,
        identity: ExternalIdentity,
        tried: dict[str, Any],
        claims: dict[str, Any],
        metadata: oidc.Metadata,
    ) -> HttpResponseBase:
        """Log the person in; the second step of the house follows, unless the district trusts the service's."""
        account = identity.account
        if not rules.may_enter(
            is_active=account.is_active, is_demo=account.is_demo, allows_demo_accounts=settings.ALLOWS_DEMO_ACCOUNTS
        ):
            raise Trouble(SignInTrouble.LOCKED)
        is_trusted = rules.is_second_factor_trusted(
            claims, is_trusted=service.trusts_second_factor, values=service.second_factor_values
        )
        login = Login(user=account, redirect_url=tried["target"])
        login.state = {DISTRICT: service.district_id}
        if is_trusted:
            login.state["stages"] = {AuthenticateStage.key: {"handled": True}}
        session = self.request.session
        leaving = oidc.logout_url(client_of(service), metadata, settings.BASE_URL + reverse("account_login"))
        session[LEAVING] = [service.label, leaving]
        session[proofs.ONLY_IN] = service.district_id
        record_authentication(self.request, account, "sso")
        response = perform_login(self.request, login)
        actions.note_identity_used(identity=identity, now=self.now)
        if is_trusted:
            proofs.note_proof(self.request.session, f"sso:{identity.uid}", self.now, only_in=service.district_id)
        return response

    def _link(
        self, service: SignInService, tried: dict[str, Any], claims: dict[str, Any], metadata: oidc.Metadata
    ) -> HttpResponseBase:
        """Only for the person who asked for it in this very session, and who had just proved who she is."""
        account: Any = self.request.user
        if not account.is_authenticated or account.uid != tried["account"]:
            raise Trouble(SignInTrouble.WRONG_STATE)
        try:
            actions.link_identity(account=account, service=service, subject=claims["sub"], now=self.now)
        except WrongState as error:
            raise Trouble(SignInTrouble.LINKED_ALREADY) from error
        messages.success(self.request, str(for_person(None, service.label)))
        return HttpResponseRedirect(tried["target"])

    def _confirm(
        self, service: SignInService, tried: dict[str, Any], claims: dict[str, Any], metadata: oidc.Metadata
    ) -> HttpResponseBase:
        """The service has asked the person again, both factors, just now; in this district that is a proof."""
        account: Any = self.request.user
        identity, trouble = queries.person_behind(service, claims["sub"], clock.local_day(self.now))
        if identity is None or trouble is not None or not account.is_authenticated or identity.account_id != account.pk:
            raise Trouble(trouble or SignInTrouble.WRONG_STATE)
        asked_at = claims.get("auth_time")
        is_fresh = isinstance(asked_at, int) and abs(self.now.timestamp() - asked_at) <= _FRESH_SECONDS
        is_trusted = rules.is_second_factor_trusted(
            claims, is_trusted=service.trusts_second_factor, values=service.second_factor_values
        )
        if not is_fresh or not is_trusted:
            raise Trouble(SignInTrouble.NOT_FRESH)
        actions.note_confirmed(account=account, now=self.now)
        session = self.request.session
        session.cycle_key()
        proofs.note_proof(session, session[proofs.SECOND_FACTOR], self.now, only_in=service.district_id)
        return go_on(self.request, tried["target"])


class InvitedBySso(HouseView, View):
    """An invited person goes on with the service of her district. By POST: a mail scanner that opens links starts nothing."""

    door = "open"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        link = read_link(kwargs["token"], actions.INVITATION, self.now)
        service = queries.sign_in_service(link.district) if link and link.district else None
        if service is None or not service.is_on:
            return HttpResponseRedirect(reverse("konto:invitation", kwargs={"token": kwargs["token"]}))
        try:
            return go_there(request, service, INVITED, target=f"/intern/{service.district.slug}/", token=kwargs["token"])
        except Trouble as error:
            return refuse(request, service, error.kind)


def go_there(request: HttpRequest, service: SignInService, purpose: str, *, target: str, **more: str) -> HttpResponse:
    """A page with a link to the service: a form must not lead to a foreign host (`form-action` of our own policy).

    Raises: Trouble.
    """
    url = begin(request, service, purpose, target=target, **more)
    return render(request, "accounts/sso_go.html", {"url": url, "label": service.label})


def begin(request: HttpRequest, service: SignInService, purpose: str, *, target: str, **more: str) -> str:
    """Remember a try in the session, and say where the browser goes. Raises: Trouble."""
    client, sent = client_of(service), oidc.new_request()
    url = oidc.authorization_url(client, oidc.discover(service.issuer), sent, is_fresh=purpose == CONFIRM)
    at = int(request.now.timestamp())  # type: ignore[attr-defined]
    tries = dict(list(request.session.get(TRIES, {}).items())[-(_MOST_TRIES - 1) :])
    tries[sent.state] = {**asdict(sent), "service": service.uid, "purpose": purpose, "target": target, "at": at, **more}
    request.session[TRIES] = tries
    return url


def _take_try(request: HttpRequest, service: SignInService) -> dict[str, Any]:
    """The try that this answer names, used up. Raises: Trouble (unknown, of another service, older than ten minutes)."""
    tries = request.session.get(TRIES, {})
    tried = tries.pop(request.GET.get("state", ""), None)
    request.session[TRIES] = tries
    now = request.now.timestamp()  # type: ignore[attr-defined]
    if tried is None or tried["service"] != service.uid or not 0 <= now - tried["at"] <= TEN_MINUTES.total_seconds():
        raise Trouble(SignInTrouble.WRONG_STATE)
    return dict(tried)


def client_of(service: SignInService) -> oidc.Client:
    """Who we are at this service. Raises: Trouble(KEY_LOST)."""
    secret = unseal(service.sealed_secret)
    if secret is None:
        raise Trouble(SignInTrouble.KEY_LOST)
    return oidc.Client(service.issuer, service.client_id, secret, callback_url(service.district.slug))


def callback_url(slug: str) -> str:
    """The address that the administrator enters at the service."""
    return settings.BASE_URL + reverse("konto:sso-callback", kwargs={"slug": slug})


def note_refusal(request: HttpRequest, service: SignInService, kind: SignInTrouble) -> None:
    """The log gets the reason as a word."""
    viewer = Viewer(kind=Viewer.anonymous().kind, district_id=service.district_id, reason=kind.value)
    audit.record_refusal(verb="accounts.service_refused", viewer=viewer, now=request.now, target=service)  # type: ignore[attr-defined]


def refuse(request: HttpRequest, service: SignInService, kind: SignInTrouble) -> HttpResponse:
    """Say what a person can do now. A service that is down is no refusal of hers: 503."""
    note_refusal(request, service, kind)
    is_ours = kind in SERVICE_TROUBLES
    context = {
        "sentence": for_person(kind, service.label),
        "label": service.label,
        "is_logged_in": request.user.is_authenticated,
        "slug": service.district.slug,
    }
    return render(request, "accounts/sso_refused.html", context, status=503 if is_ours else 403)


SERVICE_TROUBLES = frozenset(
    {
        SignInTrouble.NOT_HTTPS,
        SignInTrouble.FORBIDDEN_ADDRESS,
        SignInTrouble.UNREACHABLE,
        SignInTrouble.TOO_SLOW,
        SignInTrouble.TLS,
        SignInTrouble.REDIRECTS,
        SignInTrouble.NO_DISCOVERY,
        SignInTrouble.WRONG_ISSUER,
        SignInTrouble.INCOMPLETE,
        SignInTrouble.KEY_LOST,
        SignInTrouble.CLIENT_REFUSED,
        SignInTrouble.SERVICE_ERROR,
    }
)

__all__ = ["InvitedBySso", "SsoCallback", "StartSso", "begin", "callback_url", "client_of", "go_there", "note_refusal", "refuse"]
