"""One's own account at the desk: name, password, phone, recovery codes, sessions, log out."""

from typing import Any

from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bruecke.accounts import actions, queries
from bruecke.accounts.forms import ChangePasswordForm, NameForm, PasswordOnlyForm, ReplaceTotpForm, ThemeForm
from bruecke.accounts.models import Account
from bruecke.accounts.states import Theme
from bruecke.accounts.views.entrance import Logout, activate, limited, totp_context
from bruecke.accounts.views.sign_in import own_link
from bruecke.core import clock
from bruecke.core.errors import Invalid
from bruecke.core.registries import panels_of
from bruecke.ui.forms import HouseForm
from bruecke.ui.urls import desk_url
from bruecke.ui.views import DeskFormView, DeskPage


class _Own:
    """Mixin: the person herself, and the way back to her page."""

    request: Any
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


class Profile(_Own, DeskPage):
    """What the house knows about the person, and everything she can change about it."""

    template_name = "accounts/profile.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        today = clock.local_day(self.now)
        service, identity = own_link(self.account, self.district)
        return super().get_context_data(
            account=self.account,
            memberships=queries.own_memberships(self.account, today),
            passkeys=queries.passkeys_of(self.account),
            service=service,
            identity=identity,
            sessions=queries.open_sessions(self.account),
            session_key=self.request.session.session_key,
            districts=queries.districts_of(self.account, today),
            ways=panels_of("profile", self.request, self.account.uid),
            **kwargs,
        )


class ChangeName(_Own, DeskFormView):
    form_class = NameForm
    template_name = "accounts/own_form.html"
    heading = gettext_lazy("Name ändern")
    lead = ""
    submit = gettext_lazy("Name speichern")

    def get_initial(self) -> dict[str, Any]:
        return {**super().get_initial(), "name": self.account.name}

    def form_valid(self, form: Any) -> Any:
        actions.change_name(account=self.account, name=form.cleaned_data["name"], now=self.now)
        return self.done(_("Ihr Name ist gespeichert."))


class ChangeTheme(_Own, DeskFormView):
    form_class = ThemeForm
    template_name = "accounts/own_form.html"
    heading = gettext_lazy("Darstellung ändern")
    lead = ""
    submit = gettext_lazy("Darstellung speichern")

    def get_initial(self) -> dict[str, Any]:
        return {**super().get_initial(), "theme": self.account.theme}

    def form_valid(self, form: Any) -> Any:
        actions.change_theme(account=self.account, theme=Theme(form.cleaned_data["theme"]), now=self.now)
        return self.done(_("Die Darstellung ist gespeichert."))


class ChangePassword(_Own, DeskFormView):
    """A new password; every other session ends, this one goes on."""

    needs_recent_login = True
    reaches_beyond_district = True
    form_class = ChangePasswordForm
    template_name = "accounts/own_form.html"
    heading = gettext_lazy("Passwort ändern")
    lead = gettext_lazy("Auf allen anderen Geräten werden Sie abgemeldet.")
    submit = gettext_lazy("Passwort ändern")

    def post(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        return limited(self, f"password:{request.user.pk}", 10, super().post)

    def form_valid(self, form: Any) -> Any:
        data = form.cleaned_data
        account = actions.change_password(account=self.account, old=data["old_password"], new=data["password"], now=self.now)
        update_session_auth_hash(self.request, account)
        return self.done(_("Ihr neues Passwort gilt ab sofort. Auf anderen Geräten sind Sie abgemeldet."))


class ReplaceTotp(_Own, DeskFormView):
    """A new phone in the place of the old one; asks for the password."""

    needs_recent_login = True
    reaches_beyond_district = True
    form_class = ReplaceTotpForm
    template_name = "accounts/totp_replace.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**totp_context(self.request, renew=self.request.method == "GET"), **kwargs)

    def post(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        return limited(self, f"totp:{request.user.pk}", 20, super().post)

    def form_valid(self, form: Any) -> Any:
        if not self.account.check_password(form.cleaned_data["password"]):
            raise Invalid({"password": _("Das Passwort stimmt nicht.")})
        codes = activate(self.request, code=form.cleaned_data["code"], now=self.now)
        return render(self.request, "accounts/recovery_codes.html", {"codes": codes, "is_new_phone": True})


class RecoveryCodes(_Own, DeskFormView):
    """New recovery codes, shown once."""

    needs_recent_login = True
    reaches_beyond_district = True
    form_class = PasswordOnlyForm
    template_name = "accounts/own_form.html"
    heading = gettext_lazy("Neue Ersatzcodes")
    lead = gettext_lazy(
        "Mit einem Ersatzcode melden Sie sich an, wenn Ihr Telefon nicht zur Hand ist. Die bisherigen gelten danach nicht mehr."
    )
    submit = gettext_lazy("Ersatzcodes erzeugen")

    def post(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        return limited(self, f"password:{request.user.pk}", 10, super().post)

    def form_valid(self, form: Any) -> Any:
        codes = actions.renew_recovery_codes(account=self.account, password=form.cleaned_data["password"], now=self.now)
        return render(self.request, "accounts/recovery_codes.html", {"codes": codes, "is_new_phone": False})


class CloseSession(_Own, DeskFormView):
    """Log one's own account out on another device."""

    form_class = HouseForm
    template_name = "accounts/confirm.html"
    heading = gettext_lazy("Auf diesem Gerät abmelden?")
    text = gettext_lazy("Wer dort weiterarbeiten möchte, muss sich neu anmelden. Nicht Gespeichertes geht dort verloren.")
    submit = gettext_lazy("Dort abmelden")
    danger = False

    def form_valid(self, form: Any) -> Any:
        actions.close_session(account=self.account, session_uid=self.kwargs["session_uid"], viewer=self.viewer, now=self.now)
        return self.done(_("Auf diesem Gerät sind Sie abgemeldet."))


class CloseSessions(_Own, DeskFormView):
    """Log out on all devices, this one included."""

    form_class = HouseForm
    template_name = "accounts/confirm.html"
    heading = gettext_lazy("Überall abmelden?")
    text = gettext_lazy("Sie werden auf allen Geräten abgemeldet, auch hier. Danach melden Sie sich neu an.")
    submit = gettext_lazy("Überall abmelden")
    danger = False

    def form_valid(self, form: Any) -> Any:
        actions.close_all_sessions(account=self.account, viewer=self.viewer, now=self.now)
        self.request.session.flush()
        return HttpResponseRedirect(reverse("account_login"))


class DeskLogout(_Own, Logout, DeskPage):
    """Log out from within a district; a link alone only asks."""

    door = "desk"
    template_name = "accounts/logout_ask.html"
