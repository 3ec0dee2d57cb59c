"""The way in: log in, second factor, invitation, new password, log out. Plain pages outside every district."""

import base64
from datetime import timedelta
from typing import Any

from allauth.account.views import LoginView
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.base.views import AuthenticateView
from django.contrib import messages
from django.contrib.auth import login, logout
from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from bruecke.accounts import actions, queries
from bruecke.accounts.actions.credentials import WRONG_CODE
from bruecke.accounts.forms import CodeForm, InvitationForm, LoginForm, NewPasswordForm, ResetRequestForm, TotpForm
from bruecke.accounts.proofs import ONLY_IN, note_proof, safe_path, slug_in
from bruecke.accounts.totp import new_secret
from bruecke.accounts.views.proving import REFUSED, SECOND, TEN_MINUTES, accept, answer_of, count_try
from bruecke.accounts.views.sso import DISTRICT, LEAVING
from bruecke.core import audit, clock, ratelimit
from bruecke.core.errors import Invalid, RateLimited
from bruecke.core.links import read_link
from bruecke.core.viewer import Viewer
from bruecke.ui.views import DeskFormView, DeskPage
from bruecke.ui.views.base import HouseView

NEW_SECRET = "totp_secret"  # noqa: S105 - session key: the secret being set up
_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class Login(HouseView, LoginView):
    """Mailbox and password; the second factor follows on a page of its own."""

    door = "open"
    form_class = LoginForm
    template_name = "accounts/login.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        wanted = self.request.POST.get("next") or self.request.GET.get("next") or ""
        target = safe_path(wanted)
        return {
            **super().get_context_data(**kwargs),
            "carried": {"next": target},
            "doorways": queries.sign_in_doorways(slug_in(target)),
            "leaving": self.request.session.pop(LEAVING, None),
        }

    def form_invalid(self, form: Any) -> HttpResponseBase:
        return self.render_to_response(self.get_context_data(form=form), status=422)


class EnterCode(HouseView, AuthenticateView):
    """The code of the phone, a recovery code, or a passkey; afterwards the session knows its second factor."""

    door = "open"
    form_class = CodeForm
    template_name = "accounts/code.html"

    def _build_forms(self) -> Any:
        """The form of the code alone: allauth's own for passkeys asks for no challenge of ours."""
        data = self.request.POST if self.request.method == "POST" else None
        self.auth_form, self.webauthn_form = self.form_class(user=self.stage.login.user, data=data), None
        return self.auth_form

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        has_passkeys = queries.passkeys_of(self.stage.login.user).exists()
        return {**super().get_context_data(**kwargs), "has_passkeys": has_passkeys}

    def post(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        return self._by_passkey() if request.POST.get("credential") else super().post(request, *args, **kwargs)

    def _by_passkey(self) -> Any:
        """A passkey in the place of the code; the password has been given, so having it is enough."""
        account = self.stage.login.user
        authenticator = accept(self.request, SECOND, account, answer_of(self.request), must_verify=False)
        if authenticator is None:
            audit.record_refusal(verb="accounts.passkey_refused", viewer=Viewer.anonymous(), now=self.now, target=account)
            messages.error(self.request, str(REFUSED))
            return HttpResponseRedirect(reverse("mfa_authenticate"))
        post_authentication(self.request, authenticator)
        return self._enter(authenticator)

    def _enter(self, authenticator: Any) -> Any:
        only_in = self.stage.login.state.get(DISTRICT)  # the first step was a district's service
        response = self.stage.exit()
        if self.request.user.is_authenticated:
            note_proof(self.request.session, authenticator.pk, self.now, only_in=only_in)
        return response

    def form_valid(self, form: Any) -> Any:
        account = self.stage.login.user
        try:
            count_try(account, self.now)
        except RateLimited as error:
            form.add_error("code", str(error))
            return self._refuse("accounts.code_limited", account, 429)
        try:
            authenticator = actions.accept_code(account=account, code=form.cleaned_data["code"], now=self.now)
        except Invalid as error:  # the key of the installation changed
            form.add_error("code", str(error))
            return self._refuse("accounts.code_refused", account, 422)
        if authenticator is None:
            form.add_error("code", str(WRONG_CODE))
            return self._refuse("accounts.code_refused", account, 422)
        form.authenticator = authenticator
        form.save()
        return self._enter(authenticator)

    def _refuse(self, verb: str, account: Any, status: int) -> HttpResponseBase:
        audit.record_refusal(verb=verb, viewer=Viewer.anonymous(), now=self.now, target=account)
        response = self.get(self.request)
        response.status_code = status
        return response

    def form_invalid(self, form: Any) -> HttpResponseBase:
        response = self.get(self.request)
        response.status_code = 422
        return response


class Logout(DeskPage):
    """Ends this session. Only by POST: a picture in a mail must not log anybody out."""

    door = "open"
    template_name = "accounts/logout.html"

    def post(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated:
            actions.end_session(session_key=request.session.session_key or "")
        leaving = request.session.get(LEAVING)
        logout(request)
        if leaving and leaving[1]:
            request.session[LEAVING] = leaving  # the log-in page offers to leave the service too
        messages.success(request, _("Sie sind abgemeldet."))
        return HttpResponseRedirect(reverse("account_login"))


class SetUpTotp(DeskFormView):
    """First set-up of the second factor; who has one replaces it at the desk, with the password."""

    needs_second_factor = False
    form_class = TotpForm
    template_name = "accounts/totp.html"

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if queries.has_totp(request.user):
            return HttpResponseRedirect("/intern/")
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**totp_context(self.request, renew=self.request.method == "GET"), **kwargs)

    def post(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        return limited(self, f"totp:{request.user.pk}", 20, super().post)

    def form_valid(self, form: Any) -> Any:
        codes = activate(self.request, code=form.cleaned_data["code"], now=self.now, is_first=True)
        return render(self.request, "accounts/recovery_codes_first.html", {"codes": codes})


class RequestReset(DeskFormView):
    """Asks for a link; the answer is the same for every address."""

    door = "open"
    form_class = ResetRequestForm
    template_name = "accounts/password_reset.html"

    def post(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        mailbox = request.POST.get("email", "").strip().lower()
        limits = [(f"reset:{ratelimit.client_address(request)}", 30), (f"reset:{mailbox}", 4)]
        return limited_all(self, limits, timedelta(hours=1), super().post)

    def form_valid(self, form: Any) -> Any:
        actions.request_password_reset(email=form.cleaned_data["email"], now=self.now)
        return self.render_to_response(self.get_context_data(form=form, is_sent=True))


class _ByLink(DeskFormView):
    """A form behind a mailed link. Opening it shows nothing personal and changes nothing."""

    door = "open"
    purpose = ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"is_valid_link": self._is_valid(), "service": None, **kwargs})

    def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        return self.render_to_response(self.get_context_data(), status=200 if self._is_valid() else 410)

    def post(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        return limited(self, f"link:{ratelimit.client_address(request)}", 60, self._post)

    def _post(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if not self._is_valid():
            return self.get(request)
        return super().post(request, *args, **kwargs)

    def _is_valid(self) -> bool:
        return read_link(self.kwargs["token"], self.purpose, self.now) is not None


class ConfirmReset(_ByLink):
    """A new password by a mailed link; then to the log-in, because the second factor stays needed."""

    purpose = "password_reset"
    form_class = NewPasswordForm
    template_name = "accounts/password_reset_confirm.html"

    def form_valid(self, form: Any) -> Any:
        actions.reset_password(token=self.kwargs["token"], password=form.cleaned_data["password"], now=self.now)
        return self.done(_("Ihr neues Passwort gilt ab sofort. Bitte melden Sie sich damit an."), to=reverse("account_login"))


class AcceptInvitation(_ByLink):
    """Name and first password; then straight on to the second factor."""

    purpose = actions.INVITATION
    form_class = InvitationForm
    template_name = "accounts/invitation.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        link = read_link(self.kwargs["token"], self.purpose, self.now)
        service = queries.sign_in_service(link.district) if link and link.district else None
        return super().get_context_data(**{"service": service if service and service.is_on else None, **kwargs})

    def form_valid(self, form: Any) -> Any:
        data = form.cleaned_data
        account = actions.accept_invitation(token=self.kwargs["token"], name=data["name"], password=data["password"], now=self.now)
        login(self.request, account, backend=_BACKEND)
        return HttpResponseRedirect(reverse("konto:totp"))


def totp_context(request: Any, *, renew: bool) -> dict[str, Any]:
    """Secret and QR picture of the phone being set up. Renewed when the page is opened, kept when the code was wrong."""
    if renew or NEW_SECRET not in request.session:
        request.session[NEW_SECRET] = new_secret()
    secret = request.session[NEW_SECRET]
    adapter = get_mfa_adapter()
    svg = adapter.build_totp_svg(adapter.build_totp_url(request.user, secret))
    return {
        "secret": " ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        "qr": f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}",
    }


def activate(request: Any, *, code: str, now: Any, is_first: bool = False) -> list[str]:
    """Make the phone being set up the person's second factor, also of this session. Raises: Invalid, WrongState."""
    if NEW_SECRET not in request.session:
        raise Invalid({"code": _("Die Einrichtung ist abgelaufen. Bitte scannen Sie das neue Bild.")})
    secret = request.session[NEW_SECRET]
    authenticator, codes = actions.activate_totp(account=request.user, secret=secret, code=code, now=now, is_first=is_first)
    del request.session[NEW_SECRET]
    note_proof(request.session, authenticator.pk, now, only_in=request.session.get(ONLY_IN))
    return codes


def limited(view: DeskFormView, key: str, limit: int, post: Any) -> HttpResponseBase:
    """Count one try in ten minutes before the form is looked at (outside the action's transaction, so that it counts)."""
    return limited_all(view, [(key, limit)], TEN_MINUTES, post)


def limited_all(view: DeskFormView, limits: list[tuple[str, int]], per: timedelta, post: Any) -> HttpResponseBase:
    """The same for several counters; above a limit the form comes back with the sentence and status 429."""
    try:
        for key, limit in limits:
            ratelimit.hit(key=key, limit=limit, per=per, now=clock.now())
    except RateLimited as error:
        form = view.get_form()
        form.is_valid()
        form.add_error(None, str(error))
        response = view.form_invalid(form)
        response.status_code = 429
        response.headers["Retry-After"] = str(error.retry_after)
        return response
    return post(view.request, *view.args, **view.kwargs)
