"""Asking again who somebody is before a sensitive step, and the way back to where she was."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from bruecke.accounts import actions, proofs, queries
from bruecke.accounts.forms import ConfirmForm
from bruecke.accounts.models import Account, SignInService
from bruecke.accounts.views.proving import CONFIRM, REFUSED, accept, answer_of, count_try
from bruecke.core import audit
from bruecke.core.errors import Invalid, RateLimited
from bruecke.core.middleware import view_of
from bruecke.ui.views import DeskFormView

NOT_PROVED = _("Passwort und Code passen nicht zu Ihrem Zugang. Jeder Code gilt nur einmal: Warten Sie notfalls auf den nächsten.")
KEPT_CHARACTERS = 200_000
SECRET_WORDS = ("password", "code", "secret", "credential")
"""Parts of the names of fields that are not kept: what is secret, and what is good once."""


class Confirm(DeskFormView):
    """Password and code once more, or a passkey; then back to `next`, or to the form that came too late, with what was typed."""

    form_class = ConfirmForm
    template_name = "accounts/confirm_person.html"

    @classmethod
    def ask_late(cls, request: HttpRequest) -> HttpResponse:
        """The answer to a form that came when the proof was too old: nothing is done, what was typed travels along.

        It travels in the page, not in the session: personal data that is not saved yet must not lie anywhere.
        """
        view = cls()
        view.setup(request)
        view.kept = _keep(request)
        form = cls.form_class(initial={"next": request.get_full_path(), "kept": view.kept})
        return view.render_to_response(view.get_context_data(form=form), status=403)

    kept = ""

    @property
    def account(self) -> Account:
        return self.request.user  # type: ignore[return-value]

    @cached_property
    def target(self) -> str:
        return proofs.safe_path(self.request.POST.get("next") or self.request.GET.get("next") or "")

    def get_initial(self) -> dict[str, Any]:
        return {**super().get_initial(), "next": self.target}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            account=self.account,
            is_late=bool(self.kept),
            cancel_url=proofs.DESK_PREFIX,
            carried={"next": self.target, "kept": self.kept},
            service=self._service(),
            has_passkeys=queries.passkeys_of(self.account).exists(),
            **kwargs,
        )

    def _service(self) -> SignInService | None:
        """The district's service, where it may confirm: trusted with both factors, linked, and asked about its own district."""
        service = queries.service_behind(proofs.slug_in(self.target))
        if service is None or not service.trusts_second_factor or self.kept:
            return None
        if getattr(_view_at(self.target), "reaches_beyond_district", False):
            return None
        return service if queries.identity_of(self.account, service.district) else None

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        self.kept = request.POST.get("kept", "")[: KEPT_CHARACTERS * 2]
        try:
            count_try(self.account, self.now)
        except RateLimited as error:
            return self._brake(error)
        return self._by_passkey() if request.POST.get("credential") else super().post(request, *args, **kwargs)

    def _by_passkey(self) -> HttpResponse:
        """A passkey with PIN, fingerprint or face is both factors."""
        authenticator = accept(self.request, CONFIRM, self.account, answer_of(self.request), must_verify=True)
        if authenticator is None:
            audit.record_refusal(verb="accounts.confirm_refused", viewer=self.viewer, now=self.now, target=self.account)
            form = self.form_class(initial=self.get_initial() | {"kept": self.kept})
            return self.render_to_response(self.get_context_data(form=form, wrong_state=str(REFUSED)), status=422)
        actions.note_confirmed(account=self.account, now=self.now)
        return self.proved(authenticator.pk)

    def form_valid(self, form: Any) -> HttpResponse:
        data = form.cleaned_data
        authenticator = actions.confirm_person(account=self.account, password=data["password"], code=data["code"], now=self.now)
        if authenticator is None:
            raise Invalid(NOT_PROVED)  # not `add_error`: the entry of the refusal must stand outside this transaction
        return self.proved(authenticator.pk)

    def form_invalid(self, form: Any) -> HttpResponse:
        if form.is_bound and form.cleaned_data.get("password"):
            audit.record_refusal(verb="accounts.confirm_refused", viewer=self.viewer, now=self.now, target=self.account)
        return super().form_invalid(form)

    def proved(self, second_factor: int | str, *, only_in: int | None = None) -> HttpResponse:
        """Remember the proof, and go on."""
        self.request.session.cycle_key()
        proofs.note_proof(self.request.session, second_factor, self.now, only_in=only_in)
        return go_on(self.request, self.target, self.kept)

    def _brake(self, error: RateLimited) -> HttpResponse:
        audit.record_refusal(verb="accounts.confirm_limited", viewer=self.viewer, now=self.now, target=self.account)
        form = self.get_form()
        form.is_valid()
        form.add_error(None, str(error))
        response = self.render_to_response(self.get_context_data(form=form), status=429)
        response.headers["Retry-After"] = str(error.retry_after)
        return response


def go_on(request: HttpRequest, target: str, kept: str = "") -> HttpResponse:
    """Back to where the person was: the form that came too late ready to be sent, a file to be fetched, or the page."""
    typed = _typed(kept)
    if typed is not None:
        return render(request, "accounts/confirmed.html", {"target": target, "typed": typed, "is_form": True})
    if getattr(_view_at(target), "is_download", False):
        return render(request, "accounts/confirmed.html", {"target": target, "typed": [], "is_form": False})
    return HttpResponseRedirect(target)


def _view_at(path: str) -> Any:
    try:
        return view_of(resolve(path.partition("?")[0]))
    except Resolver404:
        return None


def _keep(request: HttpRequest) -> str:
    """What was typed, as text for the page; secrets, files and the token of the form stay behind. Too much: nothing is kept."""
    pairs = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name != "csrfmiddlewaretoken" and not any(word in name.lower() for word in SECRET_WORDS)
    ]
    text = json.dumps(pairs, ensure_ascii=False)
    return text if len(text) <= KEPT_CHARACTERS else "[]"


def _typed(kept: str) -> list[tuple[str, str]] | None:
    """Names and values of a kept form; None: there was none."""
    try:
        pairs = json.loads(kept)
    except ValueError:
        return None
    if not isinstance(pairs, list):
        return None
    return [(str(pair[0]), str(pair[1])) for pair in pairs if isinstance(pair, list) and len(pair) == 2]
