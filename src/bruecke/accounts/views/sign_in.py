"""The district's sign-in service in the administration, and one's own link with it."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bruecke.accounts import actions, oidc, queries
from bruecke.accounts.forms import SignInServiceForm
from bruecke.accounts.models import Account, ExternalIdentity, SignInService
from bruecke.accounts.oidc import Trouble
from bruecke.accounts.states import SignInTrouble
from bruecke.accounts.views.people import ADMINISTRATION
from bruecke.accounts.views.proving import TEN_MINUTES
from bruecke.accounts.views.sign_in_words import for_administration, for_person
from bruecke.accounts.views.sso import LINK, callback_url, client_of, go_there, note_refusal
from bruecke.core import ratelimit
from bruecke.core.errors import RateLimited
from bruecke.ui.forms import HouseForm
from bruecke.ui.urls import desk_url
from bruecke.ui.views import DeskFormView
from bruecke.ui.views.base import go_to


class _Service(DeskFormView):
    """What the pages about the service share."""

    needs_recent_login = True
    roles = ADMINISTRATION
    place = "accounts.settings"

    @cached_property
    def service(self) -> SignInService | None:
        return queries.sign_in_service(self.district)

    @property
    def back(self) -> tuple[object, str]:
        """Label and address of the page above this one."""
        return (_("Einstellungen"), desk_url(self.request, "accounts:settings"))

    def _next_url(self) -> str:
        return desk_url(self.request, "accounts:sign-in-service")


class EditService(_Service):
    """Enter or change it; what the service needs to know about us stands beside the form."""

    form_class = SignInServiceForm
    template_name = "accounts/sign_in_service.html"

    def get_initial(self) -> dict[str, Any]:
        return {**super().get_initial(), **(_values(self.service) if self.service else {})}

    def current_values(self) -> dict[str, Any]:
        fresh = queries.sign_in_service(self.district)
        return _values(fresh) if fresh else {}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            service=self.service,
            callback=callback_url(self.district.slug),
            leaving=settings.BASE_URL + reverse("account_login"),
            **kwargs,
        )

    def form_valid(self, form: Any) -> HttpResponse:
        values = {name: form.cleaned_data[name] for name in actions.SERVICE_FIELDS}
        actions.save_sign_in_service(
            district=self.district,
            values=values,
            secret=form.cleaned_data["client_secret"],
            version=form.cleaned_data["version"],
            viewer=self.viewer,
            now=self.now,
        )
        return self.done(_("Der Anmeldedienst ist gespeichert. Prüfen Sie jetzt die Verbindung."))


class CheckService(_Service):
    """Ask the service, and say in plain words what is wrong. Only by POST."""

    form_class = HouseForm

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return go_to(request, self._next_url())

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Not in `form_valid`: that runs in a transaction, which must not wait for a foreign server."""
        try:
            ratelimit.hit(key=f"sso-check:{self.district.pk}", limit=30, per=TEN_MINUTES, now=self.now)
            self._check()
        except RateLimited as error:
            messages.error(request, str(error))
        except Trouble as error:
            messages.error(request, for_administration(error.kind))
        else:
            messages.success(request, _("Die Verbindung steht: Der Anmeldedienst kennt Client-ID und Geheimnis."))
        return go_to(request, self._next_url())

    def _check(self) -> None:
        if self.service is None:
            raise Trouble(SignInTrouble.SWITCHED_OFF)
        oidc.check_client(client_of(self.service), oidc.discover(self.service.issuer, fresh=True))


class RemoveService(_Service):
    form_class = HouseForm
    template_name = "accounts/confirm.html"
    heading = gettext_lazy("Anmeldedienst entfernen?")
    text = gettext_lazy("Alle Verknüpfungen gehen verloren. Die Personen melden sich danach wieder mit Passwort und Code an.")
    submit = gettext_lazy("Anmeldedienst entfernen")
    danger = True

    def form_valid(self, form: Any) -> HttpResponse:
        actions.remove_sign_in_service(district=self.district, viewer=self.viewer, now=self.now)
        return self.done(_("Der Anmeldedienst ist entfernt."))


class _OwnLink(DeskFormView):
    """One's own link with the service of this district; 404 where it has none."""

    needs_recent_login = True
    place = "accounts.profile"
    form_class = HouseForm
    template_name = "accounts/confirm.html"
    danger = False

    @cached_property
    def service(self) -> SignInService:
        found = queries.sign_in_service(self.district)
        if found is None or not found.is_on:
            raise Http404
        return found

    @property
    def account(self) -> Account:
        return self.request.user  # type: ignore[return-value]

    @property
    def back(self) -> tuple[object, str]:
        """Label and address of the page above this one."""
        return (_("Mein Zugang"), desk_url(self.request, "accounts:profile"))

    def _next_url(self) -> str:
        return self.back[1]


class LinkIdentity(_OwnLink):
    """To the service and back, while logged in here: the only way, beside the invitation, to be known by it."""

    submit = gettext_lazy("Verknüpfen")

    @property
    def heading(self) -> str:
        return _("Mit „%(label)s“ verknüpfen?") % {"label": self.service.label}

    @property
    def text(self) -> str:
        return _("Sie melden sich dort einmal an und kommen hierher zurück. Danach genügt beim Anmelden „%(label)s“.") % {
            "label": self.service.label
        }

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Not in `form_valid`: that runs in a transaction, which must not wait for a foreign server."""
        try:
            return go_there(request, self.service, LINK, target=self._next_url(), account=self.account.uid)
        except Trouble as error:
            note_refusal(request, self.service, error.kind)
            messages.error(request, for_person(error.kind, self.service.label))
            return go_to(request, self._next_url())


class UnlinkIdentity(_OwnLink):
    submit = gettext_lazy("Verknüpfung lösen")

    @property
    def heading(self) -> str:
        return _("Verknüpfung mit „%(label)s“ lösen?") % {"label": self.service.label}

    @property
    def text(self) -> str:
        return _("Danach melden Sie sich wieder mit Passwort und Code an.")

    def form_valid(self, form: Any) -> HttpResponse:
        actions.unlink_identity(account=self.account, district=self.district, now=self.now)
        return self.done(_("Die Verknüpfung ist gelöst."))


def own_link(account: Account, district: Any) -> tuple[SignInService | None, ExternalIdentity | None]:
    """For the profile: the service of this district when it is on, and the person's link with it."""
    service = queries.sign_in_service(district)
    if service is None or not service.is_on:
        return None, None
    return service, queries.identity_of(account, district)


def _values(service: SignInService) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(service, name) for name in actions.SERVICE_FIELDS}
    for name in ("email_domains", "claim_values", "second_factor_values"):
        values[name] = ", ".join(values[name])
    return {**values, "version": service.version}
