"""Passkeys: what the browser is asked, logging in with one alone, and the person's own list of them."""

import json
from typing import Any

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.account.stages import LoginStageController
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from bruecke.accounts import actions, passkeys, proofs, queries, rules
from bruecke.accounts.adapter import ONLY_BY_SERVICE
from bruecke.accounts.forms import PasskeyForm, PasskeyNameForm
from bruecke.accounts.models import Account
from bruecke.accounts.passkeys import PasskeyRefused
from bruecke.accounts.views.proving import CONFIRM, LOGIN, REFUSED, SECOND, TEN_MINUTES, accept, answer_of, begin, host_of
from bruecke.core import audit, clock, ratelimit
from bruecke.core.errors import Invalid, RateLimited
from bruecke.core.viewer import Viewer
from bruecke.ui.forms import HouseForm
from bruecke.ui.urls import desk_url
from bruecke.ui.views import DeskFormView
from bruecke.ui.views.base import HouseView


class PasskeyDoor(HouseView, View):
    """What the browser hands to the device (GET, for the script of the pages), and logging in with a passkey alone (POST).

    Alone a passkey counts only with PIN, fingerprint or face: then it is two factors, something one has and something one knows
    or is. As the second step after the password, having it is enough.
    """

    door = "open"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        person: Any = request.user
        stage = LoginStageController.enter(request, AuthenticateStage.key)
        if person.is_authenticated:
            return JsonResponse(begin(request, CONFIRM, person, must_verify=True))
        if stage is not None and stage.login.user is not None:
            return JsonResponse(begin(request, SECOND, stage.login.user, must_verify=False))
        return JsonResponse(begin(request, LOGIN, None, must_verify=True))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            ratelimit.hit(key=f"passkey:{ratelimit.client_address(request)}", limit=60, per=TEN_MINUTES, now=self.now)
        except RateLimited as error:
            return self._refuse(None, str(error))
        answer = answer_of(request)
        account = Account.objects.filter(uid=passkeys.owner_of(answer)).first()
        authenticator = account and accept(request, LOGIN, account, answer, must_verify=True, is_known=False)
        if account is None or authenticator is None or not self._may_enter(account):
            return self._refuse(account, str(REFUSED))
        if queries.must_use_service(account, clock.local_day(self.now)):
            return self._refuse(account, str(ONLY_BY_SERVICE), "accounts.only_by_service")
        target = proofs.safe_path(request.POST.get("next", ""))
        record_authentication(request, account, "mfa", id=authenticator.pk, type=authenticator.type, passwordless=True)
        response = perform_login(request, Login(user=account, redirect_url=target))
        proofs.note_proof(request.session, authenticator.pk, self.now)
        return response

    def _may_enter(self, account: Account) -> bool:
        return rules.may_enter(
            is_active=account.is_active, is_demo=account.is_demo, allows_demo_accounts=settings.ALLOWS_DEMO_ACCOUNTS
        )

    def _refuse(self, account: Account | None, sentence: str, verb: str = "accounts.passkey_refused") -> HttpResponse:
        audit.record_refusal(verb=verb, viewer=Viewer.anonymous(), now=self.now, target=account)
        messages.error(self.request, sentence)
        return HttpResponseRedirect(reverse("account_login"))


class _Own:
    """Mixin: one's own passkeys; foreign ones are not found."""

    request: Any
    kwargs: Any
    place = "accounts.profile"

    @property
    def account(self) -> Account:
        return self.request.user

    @property
    def back(self) -> tuple[object, str]:
        """Label and address of the page above this one."""
        return (_("Mein Zugang"), desk_url(self.request, "accounts:profile"))

    def _next_url(self) -> str:
        return self.back[1]

    @cached_property
    def passkey(self) -> Authenticator:
        found = queries.passkeys_of(self.account).filter(data__uid=self.kwargs["passkey_uid"]).first()
        if found is None:
            raise Http404
        return found


class AddPasskey(_Own, DeskFormView):
    """The browser makes a key on this device, a phone or a stick; the person gives it a name."""

    needs_recent_login = True
    reaches_beyond_district = True
    form_class = PasskeyForm
    template_name = "accounts/passkey_add.html"

    def get_initial(self) -> dict[str, Any]:
        return {**super().get_initial(), "name": device(self.request)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        options = passkeys.begin_registration(
            self.request.session,
            host=host_of(self.request),
            uid=self.account.uid,
            mailbox=self.account.email,
            name=self.account.name,
            known=[passkeys.credential_of(row.data["credential"]) for row in queries.passkeys_of(self.account)],
            now=self.now,
        )
        return super().get_context_data(options=json.dumps(options), **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            credential = passkeys.complete_registration(
                self.request.session,
                host=host_of(self.request),
                uid=self.account.uid,
                answer=answer_of(self.request),
                now=self.now,
            )
        except PasskeyRefused as error:
            raise Invalid(_("Der Passkey wurde nicht angelegt. Bitte versuchen Sie es noch einmal.")) from error
        actions.add_passkey(account=self.account, name=form.cleaned_data["name"], credential=credential, now=self.now)
        return self.done(_("Der Passkey ist eingerichtet. Beim nächsten Anmelden können Sie ihn benutzen."))


class RenamePasskey(_Own, DeskFormView):
    form_class = PasskeyNameForm
    template_name = "accounts/own_form.html"
    heading = gettext_lazy("Passkey umbenennen")
    lead = ""
    submit = gettext_lazy("Name speichern")

    def get_initial(self) -> dict[str, Any]:
        return {**super().get_initial(), "name": self.passkey.data["name"]}

    def form_valid(self, form: Any) -> HttpResponse:
        actions.rename_passkey(
            account=self.account, passkey_uid=self.passkey.data["uid"], name=form.cleaned_data["name"], now=self.now
        )
        return self.done(_("Der Name ist gespeichert."))


class RemovePasskey(_Own, DeskFormView):
    """The key opens nothing any more."""

    needs_recent_login = True
    form_class = HouseForm
    template_name = "accounts/confirm.html"
    submit = gettext_lazy("Passkey entfernen")
    danger = True

    @property
    def heading(self) -> str:
        return _("Passkey „%(name)s“ entfernen?") % {"name": self.passkey.data["name"]}

    @property
    def text(self) -> str:
        if self.request.session.get(proofs.SECOND_FACTOR) == self.passkey.pk:
            return _("Sie haben sich mit diesem Passkey angemeldet. Nach dem Entfernen melden Sie sich neu an.")
        return _("Mit ihm kann sich danach niemand mehr anmelden. Löschen Sie ihn auch auf dem Gerät, wenn Sie es noch haben.")

    def form_valid(self, form: Any) -> HttpResponse:
        actions.remove_passkey(account=self.account, passkey_uid=self.passkey.data["uid"], now=self.now)
        return self.done(_("Der Passkey ist entfernt."))


def device(request: HttpRequest) -> str:
    """A first name for a key: the browser and system it is made with."""
    return rules.device_name(request.headers.get("User-Agent", ""))
